#include "models/signal_blocks.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"

namespace wattloop {
namespace {

template <class C>
double signal(const C& c, const typename C::template Across<double>& u) {
  return test::evaluate(c, {}, u).flow.y;
}

TEST(SmoothLimits, AreExactAwayFromTheirCornersAndContinuousAtThem) {
  EXPECT_EQ(ramp(-0.1, 0.1), 0.0);
  EXPECT_EQ(ramp(0.1, 0.1), 0.1);
  EXPECT_DOUBLE_EQ(ramp(0.0, 0.1), 0.025);
  EXPECT_DOUBLE_EQ(exact_clamp(0.3, 0.0, 1.0, 0.01), 0.3);
  EXPECT_DOUBLE_EQ(exact_clamp(7.0, 0.0, 1.0, 0.01), 1.0);
  EXPECT_DOUBLE_EQ(exact_clamp(-7.0, 0.0, 1.0, 0.01), 0.0);
  EXPECT_DOUBLE_EQ(exact_square(-3.0, 0.1), -9.0);
  EXPECT_DOUBLE_EQ(exact_square(0.05, 0.1), -exact_square(-0.05, 0.1));
  const auto square_slope = [](double x) { return exact_square(Dual<1>::variable(x, 0), 0.1).derivative[0]; };
  EXPECT_NEAR(square_slope(0.1 - 1e-9), square_slope(0.1 + 1e-9), 1e-7);
  EXPECT_NEAR(square_slope(0.0), 0.05, 1e-12);
  for (double corner : {-0.1, 0.1}) {
    const auto at = [](double x) { return ramp(Dual<1>::variable(x, 0), 0.1).derivative[0]; };
    EXPECT_NEAR(at(corner - 1e-9), at(corner + 1e-9), 1e-7);
  }
}

TEST(Lag, ApproachesWithItsTimeConstant) {
  auto lag = test::with_defaults<Lag<double>>();
  lag.time_constant = 20.0;
  EXPECT_DOUBLE_EQ(test::evaluate(lag, {2.0}, {5.0}).residual.value, -3.0);
  EXPECT_DOUBLE_EQ(test::evaluate(lag, {2.0}, {5.0}, {0.15}).residual.value, 0.0);
  EXPECT_DOUBLE_EQ(test::evaluate(lag, {2.0}, {5.0}).flow.y, 2.0);
}

TEST(RateLimiter, NeverExceedsItsRates) {
  auto limiter = test::with_defaults<RateLimiter<double>>();
  limiter.rate_up = 0.5;
  limiter.rate_down = 0.1;
  const auto rate = [&](double from, double to) {
    const double at_rest = test::evaluate(limiter, {from}, {to}).residual.value;
    return -at_rest / (test::evaluate(limiter, {from}, {to}, {1.0}).residual.value - at_rest);
  };
  EXPECT_NEAR(rate(0.0, 100.0), 0.5, 1e-4);
  EXPECT_LT(rate(0.0, 100.0), 0.5);
  EXPECT_NEAR(rate(100.0, 0.0), -0.1, 1e-5);
  // Small changes follow the time constant in both directions.
  EXPECT_NEAR(rate(0.0, 1e-4), 1e-4, 1e-10);
  EXPECT_NEAR(rate(1e-4, 0.0), -1e-4, 1e-9);
}

TEST(LinearMap, ResetsASetPointOnTheWeather) {
  auto map = test::with_defaults<LinearMap<double>>();
  map.a = 313.15;  // 40 degC of water at 30 degC outside, 0.5 K for each K
  map.b = 0.5;
  map.x_0 = 303.15;
  map.y_min = 303.15;
  map.y_max = 315.15;
  EXPECT_DOUBLE_EQ(signal(map, {303.15}), 313.15);
  EXPECT_DOUBLE_EQ(signal(map, {293.15}), 308.15);
  EXPECT_DOUBLE_EQ(signal(map, {253.15}), 303.15);
  EXPECT_DOUBLE_EQ(signal(map, {323.15}), 315.15);
}

TEST(MinMaxSelect, TakesTheSmallerOrTheLarger) {
  auto select = test::with_defaults<MinMaxSelect<double>>();
  EXPECT_DOUBLE_EQ(signal(select, {2.0, 3.0}), 2.0);
  EXPECT_DOUBLE_EQ(signal(select, {3.0, 2.0}), 2.0);
  EXPECT_NEAR(signal(select, {2.0, 2.0}), 2.0, select.width);
  select.select_what = 1.0;
  EXPECT_DOUBLE_EQ(signal(select, {2.0, 3.0}), 3.0);
  EXPECT_DOUBLE_EQ(signal(select, {3.0, 2.0}), 3.0);
}

TEST(SumAndProduct, Values) {
  auto sum = test::with_defaults<Sum<double>>();
  sum.offset = 1.0;
  sum.k_b = -2.0;
  EXPECT_DOUBLE_EQ(signal(sum, {10.0, 3.0, 0.5, 0.25}), 5.75);
  auto product = test::with_defaults<Product<double>>();
  product.k = 2.0;
  EXPECT_DOUBLE_EQ(signal(product, {3.0, 4.0}), 24.0);
}

}  // namespace
}  // namespace wattloop
