// Packs compute the same bits with every set of lanes that this machine has.

#include "solver/lanes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "solver/dual.h"
#include "solver/scalar.h"
#include "tests/support/random.h"

namespace wattloop {
namespace {

using Packs = std::vector<Pack>;

/// All that packs can do, with values at which rounding, overflow and numbers that are none show.
void compute(const Packs& a, const Packs& b, const Packs& c, Packs& out) {
  out.clear();
  for (std::size_t i = 0; i < a.size(); ++i) {
    out.push_back(a[i] * b[i] + c[i]);  // another number if the two were fused
    out.push_back(a[i] - b[i] * c[i]);
    out.push_back(a[i] / b[i]);
    out.push_back(select(a[i] < b[i], exp(a[i]), -log(b[i])));
    out.push_back(select((a[i] >= c[i]) | (b[i] <= c[i]), sqrt(abs(a[i])), pow(abs(b[i]), 0.4)));
    out.push_back(tanh(a[i]) + expm1(b[i]));
    const auto x = Dual<2, Pack>::variable(a[i], 0), y = Dual<2, Pack>::variable(b[i], 1);
    const auto f = x * y / (x * x + y * y + 1.0) + exp(x * 1e-2);
    out.push_back(f.value);
    out.insert(out.end(), f.derivative.begin(), f.derivative.end());
  }
}

TEST(Lanes, EverySetGivesTheSameBits) {
  test::Random random(11);
  const double odd[] = {0.0, -0.0, 1e-310, 1e300, -1e300, std::numeric_limits<double>::infinity(), std::nan("")};
  const auto draw = [&] {
    Packs packs;
    for (int i = 0; i < 200; ++i)
      packs.push_back(
          Pack::map([&](int) { return random.chance(0.05) ? odd[random.below(7)] : random.uniform(-9.0, 9.0); }));
    return packs;
  };
  const Packs a = draw(), b = draw(), c = draw();
  Packs narrow, wide;
  compute(a, b, c, narrow);
  const auto is_same = [&] {
    if (narrow.size() != wide.size()) return false;
    for (std::size_t i = 0; i < narrow.size(); ++i)
      for (int lane = 0; lane < pack_size; ++lane) {
        const double p = narrow[i][lane], q = wide[i][lane];  // the sign of what is no number means nothing
        if (std::isnan(p) ? !std::isnan(q) : std::memcmp(&p, &q, sizeof p) != 0) return false;
      }
    return true;
  };
  in_lanes([&] { compute(a, b, c, wide); });
  EXPECT_TRUE(is_same()) << "the set that programs take";
#if WATTLOOP_HAS_WIDE_LANES
  if (__builtin_cpu_supports("avx2")) {
    detail::run_avx2([&] { compute(a, b, c, wide); });
    EXPECT_TRUE(is_same()) << "AVX2";
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    detail::run_avx512([&] { compute(a, b, c, wide); });
    EXPECT_TRUE(is_same()) << "AVX-512";
  }
#endif
}

}  // namespace
}  // namespace wattloop
