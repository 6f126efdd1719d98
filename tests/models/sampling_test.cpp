#include "models/sampling.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/csv.h"

namespace wattloop {
namespace {

// The sequence's own numbers, of which every digit counts.
TEST(Sampling, SobolPointsAreThoseOfJoeAndKuo) {
  for (const std::vector<double>& row : test::read_table("sobol_sequence/points.csv")) {
    const std::size_t d = row.size() - 1;
    const auto points = sobol_points(2000, d);
    const std::vector<double> x = points->point(static_cast<std::size_t>(row[0]) - 1);
    for (std::size_t k = 0; k < d; ++k) EXPECT_EQ(x[k], row[k + 1]) << "number " << row[0] << ", dimension " << k;
  }
}

// 2^m - 1 points and the origin: one in each of 2^m cells of each dimension.
TEST(Sampling, SobolPointsAreBalanced) {
  constexpr std::size_t n = 255, d = 12;
  const auto points = sobol_points(n, d);
  for (std::size_t k = 0; k < d; ++k) {
    std::vector<int> cells(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) ++cells[static_cast<std::size_t>(points->point(i)[k] * (n + 1))];
    EXPECT_EQ(cells[0], 0);
    EXPECT_TRUE(std::all_of(cells.begin() + 1, cells.end(), [](int c) { return c == 1; })) << k;
  }
}

TEST(Sampling, ALatinHypercubeHasOnePointInEachCell) {
  constexpr std::size_t n = 100, d = 5;
  const auto points = latin_hypercube_points(n, d, 3);
  for (std::size_t k = 0; k < d; ++k) {
    std::vector<int> cells(n, 0);
    for (std::size_t i = 0; i < n; ++i) ++cells[static_cast<std::size_t>(points->point(i)[k] * n)];
    EXPECT_TRUE(std::all_of(cells.begin(), cells.end(), [](int c) { return c == 1; })) << k;
  }
  EXPECT_NE(points->point(7), latin_hypercube_points(n, d, 4)->point(7)) << "another seed";
  EXPECT_EQ(points->point(7), latin_hypercube_points(n, d, 3)->point(7)) << "the same seed";
}

// Of n uniform numbers the mean has a standard deviation of 1/sqrt(12 n), a correlation one of 1/sqrt(n).
TEST(Sampling, RandomPointsAreUniformAndIndependent) {
  constexpr std::size_t n = 4000, d = 4;
  const auto points = random_points(n, d, 1);
  for (std::size_t k = 0; k < d; ++k) {
    double mean = 0.0, with_next = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::vector<double> x = points->point(i);
      mean += x[k] / n;
      with_next += 12.0 * (x[k] - 0.5) * (x[(k + 1) % d] - 0.5) / n;
    }
    EXPECT_NEAR(mean, 0.5, 4.0 / std::sqrt(12.0 * n));
    EXPECT_NEAR(with_next, 0.0, 4.0 / std::sqrt(1.0 * n));
  }
}

TEST(Sampling, SaltelliPointsMixTwoHalves) {
  constexpr std::size_t d = 3;
  const auto points = saltelli_points(8, d);
  const auto base = sobol_points(8, 2 * d);
  ASSERT_EQ(points->size(), 8 * (d + 2));
  for (std::size_t j = 0; j < 8; ++j) {
    const std::vector<double> both = base->point(j);
    for (std::size_t which = 0; which < d + 2; ++which) {
      const std::vector<double> x = points->point(j * (d + 2) + which);
      for (std::size_t k = 0; k < d; ++k) {
        const bool from_second = which == d + 1 || which == k + 1;
        EXPECT_EQ(x[k], both[k + (from_second ? d : 0)]);
      }
    }
  }
}

}  // namespace
}  // namespace wattloop
