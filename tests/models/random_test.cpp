#include "models/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wattloop {
namespace {

// First outputs of SplitMix64 with the seed 1234567 (reference implementation, Vigna 2015).
TEST(Random, MixIsSplitMix64) {
  const std::uint64_t expected[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                    4593380528125082431u, 16408922859458223821u};
  std::uint64_t state = 1234567;
  for (const std::uint64_t value : expected) EXPECT_EQ(mix_bits(state += 0x9e3779b97f4a7c15u), value);
}

TEST(Random, LogarithmIsCorrectToTwoUlp) {
  for (double x = 1e-300; x < 1e300; x *= 1.37) {
    EXPECT_NEAR(portable_log(x), std::log(x), 4.5e-16 * std::max(std::abs(std::log(x)), 1e-3)) << x;
  }
  for (double x = 0.5; x < 2.0; x += 0.00137) {
    EXPECT_NEAR(portable_log(x), std::log(x), 4.5e-16 * std::abs(std::log(x)) + 1e-18) << x;
  }
  EXPECT_EQ(portable_log(1.0), 0.0);
}

// Table values of the standard normal distribution, and its distribution function by erfc as the inverse.
TEST(Random, NormalQuantile) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-13);
  EXPECT_EQ(normal_quantile(0.5), 0.0);
  for (double p = 1e-15; p < 1.0; p = p < 0.01 ? p * 1.9 : p + 0.007) {
    const double x = normal_quantile(p);
    // An error of 1e-15 of x is one of 1e-15 x^2 of p in the tail.
    EXPECT_NEAR(0.5 * std::erfc(-x / std::sqrt(2.0)) / p, 1.0, 1e-15 * std::max(2.0, x * x)) << p;
  }
}

TEST(Random, MomentsOfTheDistributions) {
  const RandomStream random(2026, 7);
  constexpr int n = 200000;
  double uniform = 0.0, uniform2 = 0.0, normal = 0.0, normal2 = 0.0, normal4 = 0.0, exponential = 0.0,
         exponential2 = 0.0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const double u = random.uniform(i, 0);
    const double z = random.normal(i, 1);
    const double e = random.exponential(i, 2);
    EXPECT_TRUE(u > 0.0 && u < 1.0);
    EXPECT_GT(e, 0.0);
    uniform += u;
    uniform2 += u * u;
    normal += z;
    normal2 += z * z;
    normal4 += z * z * z * z;
    exponential += e;
    exponential2 += e * e;
  }
  // Bounds: four standard deviations of each mean of 200,000 draws.
  EXPECT_NEAR(uniform / n, 0.5, 0.0026);
  EXPECT_NEAR(uniform2 / n, 1.0 / 3.0, 0.0027);
  EXPECT_NEAR(normal / n, 0.0, 0.009);
  EXPECT_NEAR(normal2 / n, 1.0, 0.013);
  EXPECT_NEAR(normal4 / n, 3.0, 0.09);
  EXPECT_NEAR(exponential / n, 1.0, 0.009);
  EXPECT_NEAR(exponential2 / n, 2.0, 0.04);
}

TEST(Random, StreamsSeedsAndCountersDiffer) {
  const RandomStream random(1, 1);
  EXPECT_NE(random.bits(1, 2), random.bits(2, 1));
  EXPECT_NE(random.bits(0), RandomStream(1, 2).bits(0));
  EXPECT_NE(random.bits(0), RandomStream(2, 1).bits(0));
  EXPECT_NE(random.bits(0), random.child(0).bits(0));
  EXPECT_EQ(random.bits(5, 6), RandomStream(1, 1).bits(5, 6));
}

}  // namespace
}  // namespace wattloop
