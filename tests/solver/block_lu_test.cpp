#include "solver/block_lu.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace wattloop {
namespace {

/// A random matrix with a symmetric pattern and large diagonal blocks, dense and in blocks.
struct Example {
  int n;
  std::vector<std::vector<double>> dense;
  std::vector<std::array<int, 2>> pairs;
  BlockLu lu;

  Example(int size, int links, unsigned seed)
      : n(size), dense(2 * size, std::vector<double>(2 * size, 0.0)), lu(pattern(size, links, seed)) {
    std::mt19937 random(seed + 1);
    const auto value = [&] { return static_cast<double>(random()) / 2147483648.0 - 1.0; };
    const auto fill = [&](int i, int j, Block& block, double more) {
      for (int a = 0; a < 2; ++a)
        for (int b = 0; b < 2; ++b) dense[2 * i + a][2 * j + b] = block[a][b] = value() + (a == b ? more : 0.0);
    };
    for (int i = 0; i < n; ++i) fill(i, i, lu.diagonal[i], 8.0);
    for (const auto& [i, j] : pairs) {
      BlockLu::Pair& pair = lu.pairs[lu.pattern().entry(i, j)];
      fill(std::min(i, j), std::max(i, j), pair.upper, 0.0);
      fill(std::max(i, j), std::min(i, j), pair.lower, 0.0);
    }
  }

  std::vector<double> times(const std::vector<double>& x) const {
    std::vector<double> b(2 * n, 0.0);
    for (int i = 0; i < 2 * n; ++i)
      for (int j = 0; j < 2 * n; ++j) b[i] += dense[i][j] * x[j];
    return b;
  }

 private:
  std::shared_ptr<const BlockPattern> pattern(int size, int links, unsigned seed) {
    std::mt19937 random(seed);
    for (int k = 0; k < links; ++k) {
      const int i = static_cast<int>(random() % size), j = static_cast<int>(random() % size);
      if (i != j) pairs.push_back({i, j});
    }
    return std::make_shared<const BlockPattern>(size, pairs);
  }
};

TEST(BlockLu, SolvesRandomMatrices) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Example example(30, 25 + 3 * static_cast<int>(seed), seed);
    std::vector<double> x;
    for (int i = 0; i < 60; ++i) x.push_back(std::sin(i + seed));
    std::vector<double> b = example.times(x);
    ASSERT_EQ(example.lu.factorise(), -1);
    example.lu.solve(b.data());
    for (int i = 0; i < 60; ++i) EXPECT_NEAR(b[i], x[i], 1e-12);
  }
}

TEST(BlockLu, LanesAreDoubles) {
  Example example(20, 40, 3);
  ASSERT_EQ(example.lu.factorise(), -1);
  std::vector<Pack> packs(40);
  for (int lane = 0; lane < pack_size; ++lane)
    for (int i = 0; i < 40; ++i) packs[i].set(lane, std::cos(i * (lane + 1)));
  example.lu.solve(packs.data());
  for (int lane = 0; lane < pack_size; ++lane) {
    std::vector<double> b;
    for (int i = 0; i < 40; ++i) b.push_back(std::cos(i * (lane + 1)));
    example.lu.solve(b.data());
    for (int i = 0; i < 40; ++i) EXPECT_EQ(packs[i][lane], b[i]);
  }
}

TEST(BlockLu, AChainFromItsEndHasNoFillAndARingOne) {
  std::vector<std::array<int, 2>> pairs;
  for (int i = 1; i < 50; ++i) pairs.push_back({i, i - 1});
  EXPECT_EQ(BlockPattern(50, pairs).entries(), 49);
  pairs.push_back({0, 49});
  EXPECT_EQ(BlockPattern(50, pairs).entries(), 49 + 48);
}

TEST(BlockLu, TellsTheRowWithoutPivotAndTheSign) {
  BlockLu lu(std::make_shared<const BlockPattern>(2, std::vector<std::array<int, 2>>{{0, 1}}));
  const auto set = [&](double last) {
    lu.diagonal = {Block{{{1.0, 0.0}, {0.0, 1.0}}}, Block{{{2.0, 1.0}, {1.0, last}}}};
    lu.pairs[0] = {};
    return lu.factorise();
  };
  EXPECT_EQ(set(0.5), 1);
  EXPECT_EQ(set(2.0), -1);
  EXPECT_TRUE(lu.is_positive());
  EXPECT_EQ(set(-2.0), -1);
  EXPECT_FALSE(lu.is_positive());
}

}  // namespace
}  // namespace wattloop
