// The sparse factorisation against a dense one, on graphs of many shapes.

#include "solver/sparse_cholesky.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <Eigen/Dense>

#include "models/random.h"

namespace wattloop {
namespace {

struct Problem {
  int size = 0;
  std::vector<std::array<int, 2>> entries;
  std::vector<double> diagonal, off_diagonal, b;
};

int pick(std::uint64_t& seed, int n) {
  seed = mix_bits(seed + 0x9e3779b97f4a7c15u);
  return static_cast<int>(seed % static_cast<std::uint64_t>(n));
}

/// Laplacian of a random tree with `extra` more links, conductances over six decades, some rows grounded.
Problem random_problem(std::uint64_t seed, int size, int extra) {
  Problem p;
  p.size = size;
  std::set<std::array<int, 2>> pairs;
  for (int i = 1; i < size; ++i) pairs.insert({pick(seed, i), i});
  for (int k = 0; k < extra; ++k) {
    const int i = pick(seed, size);
    const int j = pick(seed, size);
    if (i != j) pairs.insert({std::min(i, j), std::max(i, j)});
  }
  p.entries.assign(pairs.begin(), pairs.end());
  p.diagonal.assign(size, 0.0);
  for (const auto& [i, j] : p.entries) {
    const double g = std::pow(10.0, pick(seed, 7) - 3);
    p.off_diagonal.push_back(-g);
    p.diagonal[i] += g;
    p.diagonal[j] += g;
  }
  for (int i = 0; i < size; i += 7) p.diagonal[i] += 1.0;
  for (int i = 0; i < size; ++i) p.b.push_back(pick(seed, 1000) - 500);
  return p;
}

TEST(SparseCholesky, EqualsDenseCholesky) {
  const std::array<std::array<int, 2>, 7> shapes = {
      {{1, 0}, {2, 0}, {40, 0}, {60, 20}, {200, 60}, {120, 600}, {90, 4000}}};
  for (const auto& [size, extra] : shapes) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Problem p = random_problem(seed, size, extra);
      Eigen::MatrixXd a = Eigen::MatrixXd::Zero(size, size);
      for (int i = 0; i < size; ++i) a(i, i) = p.diagonal[i];
      for (std::size_t k = 0; k < p.entries.size(); ++k) {
        a(p.entries[k][0], p.entries[k][1]) = a(p.entries[k][1], p.entries[k][0]) = p.off_diagonal[k];
      }
      SparseCholesky cholesky;
      cholesky.analyse(size, p.entries);
      for (int repeat = 0; repeat < 2; ++repeat) {  // values may change, here they come again
        ASSERT_EQ(cholesky.factorise(p.diagonal, p.off_diagonal), -1);
        std::vector<double> x = p.b;
        cholesky.solve(x);
        const Eigen::VectorXd b = Eigen::Map<const Eigen::VectorXd>(p.b.data(), size);
        const Eigen::VectorXd residual = b - a * Eigen::Map<const Eigen::VectorXd>(x.data(), size);
        const double scale =
            a.cwiseAbs().maxCoeff() * Eigen::Map<const Eigen::VectorXd>(x.data(), size).cwiseAbs().maxCoeff();
        EXPECT_LT(residual.cwiseAbs().maxCoeff(), 1e-13 * scale)
            << size << " rows, " << extra << " extra, seed " << seed;
      }
    }
  }
}

TEST(SparseCholesky, NamesARowThatNothingDetermines) {
  // Two parts; rows 3 to 5 are not grounded.
  SparseCholesky cholesky;
  cholesky.analyse(6, {{0, 1}, {1, 2}, {3, 4}, {4, 5}});
  const int row = cholesky.factorise({2, 2, 1, 1, 2, 1}, {-1, -1, -1, -1});
  EXPECT_GE(row, 3);
  EXPECT_EQ(cholesky.factorise({2, 2, 1, 2, 2, 1}, {-1, -1, -1, -1}), -1);
}

}  // namespace
}  // namespace wattloop
