// Parts of a plant are dealt to ranks: all of it, each piece to one, evenly where it can be.

#include "solver/deal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "tests/support/random.h"

namespace wattloop {
namespace {

struct Tree {
  std::vector<Region> regions{{"", -1}};
  std::vector<double> weights{0.0};

  explicit Tree(double root = 0.0) : weights{root} {}
  int add(int parent, double weight) {
    regions.push_back({"", parent});
    weights.push_back(weight);
    return static_cast<int>(regions.size()) - 1;
  }
  std::vector<int> parts() const { return wattloop::parts(regions, weights); }
  std::vector<int> deal(int ranks) const { return wattloop::deal(regions, weights, parts(), ranks); }
  /// What the rank that has most computes, what all compute included.
  double most(const std::vector<int>& rank, int ranks) const {
    double common = 0.0;
    std::vector<double> load(ranks, 0.0);
    for (std::size_t r = 0; r < rank.size(); ++r) (rank[r] < 0 ? common : load[rank[r]]) += weights[r];
    return common + *std::max_element(load.begin(), load.end());
  }
};

/// A site with a little of its own, `halls` halls of `rows` rows of equal weight.
Tree site(int halls, int rows, double weight) {
  Tree tree(10.0);
  for (int h = 0; h < halls; ++h) {
    const int hall = tree.add(0, 10.0);
    for (int i = 0; i < rows; ++i) tree.add(hall, weight);
  }
  return tree;
}

TEST(Parts, AreTheSmallestRegionsThatAreWorthIt) {
  Tree tree;
  const int hall = tree.add(0, 0.0);
  const int heavy = tree.add(hall, 5000.0);
  const int light = tree.add(hall, 999.0);
  const int in_light = tree.add(light, 0.0), in_heavy = tree.add(heavy, 10.0);
  const int alone = tree.add(0, 10.0);
  const std::vector<int> part = tree.parts();
  EXPECT_EQ(part[0], 0);
  EXPECT_EQ(part[hall], hall);
  EXPECT_EQ(part[heavy], heavy);
  EXPECT_EQ(part[in_heavy], heavy);
  EXPECT_EQ(part[light], hall) << "below 1,000";
  EXPECT_EQ(part[in_light], hall);
  EXPECT_EQ(part[alone], 0);
}

TEST(Parts, AreNoSmallerThanAShareOfTheWhole) {
  Tree tree;
  const int small = tree.add(0, 3900.0), large = tree.add(0, 1e6);
  const std::vector<int> part = tree.parts();
  EXPECT_EQ(part[small], 0) << "less than 1/256 of the whole";
  EXPECT_EQ(part[large], large);
}

TEST(Deal, OneRankHasEverything) {
  const Tree tree = site(3, 2, 4000.0);
  EXPECT_EQ(tree.deal(1), std::vector<int>(tree.regions.size(), 0));
}

TEST(Deal, EqualHallsAreSharedEqually) {
  const Tree tree = site(4, 3, 4000.0);
  const std::vector<int> rank = tree.deal(2);
  EXPECT_EQ(rank[0], -1) << "what is above the halls of both is computed by both";
  EXPECT_EQ(tree.most(rank, 2), 10.0 + 2 * (10.0 + 3 * 4000.0));
}

TEST(Deal, AHeavyHallIsOpened) {
  const Tree tree = site(1, 6, 4000.0);
  const std::vector<int> rank = tree.deal(3);
  EXPECT_EQ(rank[1], -1);
  EXPECT_EQ(tree.most(rank, 3), 20.0 + 2 * 4000.0);
}

TEST(Deal, WhatCannotBeSharedIsComputedByAll) {
  Tree tree(500.0);
  tree.add(0, 100.0);
  EXPECT_EQ(tree.deal(4), std::vector<int>(2, -1));
}

TEST(Deal, MoreRanksThanPartsLeaveSomeIdle) {
  Tree tree(10.0);
  const int hall = tree.add(0, 4000.0), other = tree.add(0, 4000.0);
  const std::vector<int> rank = tree.deal(5);
  EXPECT_NE(rank[hall], rank[other]);
  EXPECT_EQ(tree.most(rank, 5), 10.0 + 4000.0);
}

/// On random trees: below a rank's region everything is that rank's, above one of all ranks everything is of all, the
/// pieces of a part stay together, and no rank has more than the plant.
TEST(Deal, KeepsItsPromisesOnRandomTrees) {
  test::Random random(3);
  for (int n = 0; n < 200; ++n) {
    Tree tree(random.uniform(0.0, 5000.0));
    const int size = 2 + random.below(60);
    for (int r = 1; r < size; ++r) tree.add(random.below(r), random.chance(0.5) ? 0.0 : random.uniform(0.0, 9000.0));
    const int ranks = 2 + n % 5;
    const std::vector<int> part = tree.parts(), rank = tree.deal(ranks);
    const double whole = std::accumulate(tree.weights.begin(), tree.weights.end(), 0.0);
    for (std::size_t r = 1; r < rank.size(); ++r) {
      const int above = rank[tree.regions[r].parent];
      EXPECT_TRUE(above < 0 || above == rank[r]) << "region " << r;
      EXPECT_EQ(rank[r], rank[part[r]]) << "region " << r << " leaves its part";
      EXPECT_LT(rank[r], ranks);
    }
    EXPECT_LE(tree.most(rank, ranks), whole * (1.0 + 1e-12));
    EXPECT_GE(tree.most(rank, ranks), whole / ranks * (1.0 - 1e-12));
    if (HasFailure()) return;
  }
}

TEST(Pieces, AreWholeSubtreesOfOnePartWithFullLanes) {
  const Tree tree = site(4, 80, 400.0);
  const std::vector<int> part = tree.parts(), piece = pieces(tree.regions, tree.weights, part);
  EXPECT_EQ(piece[0], -1) << "the root joins the pieces";
  std::vector<int> members(1 + *std::max_element(piece.begin(), piece.end()), 0);
  std::vector<int> of_part(members.size(), -1), parent(members.size(), -1);
  for (std::size_t r = 1; r < piece.size(); ++r) {
    if (tree.regions[r].parent == 0) {
      EXPECT_EQ(piece[r], -1) << "a hall of 32,000 does not stay in a cache";
      continue;
    }
    ASSERT_GE(piece[r], 0);
    ++members[piece[r]];
    for (auto [known, own] : {std::pair{&of_part, part[r]}, {&parent, tree.regions[r].parent}}) {
      int& first = (*known)[piece[r]];
      EXPECT_TRUE(first < 0 || first == own);
      first = own;
    }
  }
  EXPECT_EQ(members, std::vector<int>(40, 8)) << "eight rows of 400 each";
}

/// But not at the price of full lanes, as of eight members side by side.
TEST(Pieces, LetTwoThreadsShareASmallPlant) {
  const auto sizes = [](int siblings, double weight) {
    Tree tree(50.0);
    for (int i = 0; i < siblings; ++i) tree.add(0, weight);
    const std::vector<int> piece = pieces(tree.regions, tree.weights, tree.parts());
    std::vector<int> count(1 + *std::max_element(piece.begin(), piece.end()), 0);
    for (std::size_t r = 1; r < piece.size(); ++r) ++count.at(piece[r]);
    return count;
  };
  EXPECT_EQ(sizes(25, 140.0), (std::vector<int>{13, 12}));
  EXPECT_EQ(sizes(16, 70.0), (std::vector<int>{8, 8}));
  EXPECT_EQ(sizes(8, 140.0), (std::vector<int>{8}));
  EXPECT_EQ(sizes(8, 30.0), (std::vector<int>{8}));
}

TEST(Pieces, HaveWhatIsInTheirRegions) {
  test::Random random(3);
  for (int trial = 0; trial < 50; ++trial) {
    Tree tree;
    for (int r = 0; r < 400; ++r) tree.add(random.below(r + 1), random.uniform(0.0, 300.0));
    const std::vector<int> part = tree.parts(), piece = pieces(tree.regions, tree.weights, part);
    std::vector<double> weight(piece.size(), 0.0);
    for (std::size_t r = 1; r < piece.size(); ++r) {
      const int above = piece[tree.regions[r].parent];
      if (above >= 0) {
        EXPECT_EQ(piece[r], above);
      }
      if (piece[r] >= 0) weight[piece[r]] += tree.weights[r];
    }
    EXPECT_LE(*std::max_element(weight.begin(), weight.end()), 12000.0);
  }
}

}  // namespace
}  // namespace wattloop
