#include "io/rack_gpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace wattloop {
namespace {

/// Wherever it stands among full and partial packs; what is not a die does not count.
TEST(RackGpus, FindTheHottestOfPacksOfAnyWidth) {
  RackGpus gpus;
  gpus.dies = {{1, 9}, {12, 15}, {20, 37}};
  for (const auto& [begin, end] : gpus.dies)
    for (int u = begin; u < end; ++u) {
      std::vector<double> y(40, 500.0);
      for (const auto& [first, last] : gpus.dies) std::fill(y.begin() + first, y.begin() + last, 300.0);
      y[u] = 301.0;
      EXPECT_EQ(gpus.hottest(y), 301.0) << u;
    }
}

TEST(RackGpus, WithoutAnyTheHottestIsBelowEveryLimit) {
  EXPECT_EQ(RackGpus{}.hottest({}), -std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace wattloop
