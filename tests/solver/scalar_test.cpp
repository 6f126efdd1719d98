#include "solver/scalar.h"

#include <bit>

#include <gtest/gtest.h>

namespace wattloop {
namespace {

Pack ramp_of_lanes(double from, double step) {
  return Pack::map([&](int i) { return from + step * i; });
}

TEST(Pack, ArithmeticIsThatOfItsLanes) {
  const Pack a = ramp_of_lanes(1.0, 0.7), b = ramp_of_lanes(-3.0, 0.9);
  const Pack sum = a + b, difference = a - b, product = a * b, quotient = a / b, negative = -a, mixed = 2.0 * a + 1.0;
  for (int i = 0; i < pack_size; ++i) {
    const double x = a[i], y = b[i];
    EXPECT_EQ(sum[i], x + y);
    EXPECT_EQ(difference[i], x - y);
    EXPECT_EQ(product[i], x * y);
    EXPECT_EQ(quotient[i], x / y);
    EXPECT_EQ(negative[i], -x);
    EXPECT_EQ(mixed[i], 2.0 * x + 1.0);
    EXPECT_NEAR(exp(a)[i], std::exp(x), 1e-15 * std::exp(x));
    EXPECT_NEAR(pow(a, 1.8)[i], std::pow(x, 1.8), 2e-15 * std::pow(x, 1.8));
  }
}

TEST(Pack, ElementaryFunctionsAreThoseOfADoubleToTheBit) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::array<double, 2 * pack_size> values{0.0,  -0.0,     1e-310,    1e-300, 0.3,    1.0,   2.7,   650.0,
                                                 -3.0, infinity, -infinity, nan,    -650.0, 1e300, 701.0, -701.0};
  const auto bits = [](double x) { return std::isnan(x) ? 0 : std::bit_cast<std::uint64_t>(x); };
  for (int half = 0; half < 2; ++half) {
    const Pack x = Pack::load(values.data() + half * pack_size);
    for (int i = 0; i < pack_size; ++i) {
      EXPECT_EQ(bits(log(x)[i]), bits(lane_log(x[i]))) << x[i];
      EXPECT_EQ(bits(exp(x)[i]), bits(lane_exp(x[i]))) << x[i];
      EXPECT_EQ(std::isnan(lane_log(x[i])), std::isnan(std::log(x[i]))) << x[i];
      EXPECT_EQ(std::isinf(lane_log(x[i])), std::isinf(std::log(x[i])) || x[i] == 1e-310) << x[i];
      EXPECT_EQ(std::isnan(lane_exp(x[i])), std::isnan(std::exp(x[i]))) << x[i];
      EXPECT_EQ(lane_exp(x[i]) == 0.0, x[i] < -700.0) << x[i];
      EXPECT_EQ(std::isinf(lane_exp(x[i])), x[i] > 700.0) << x[i];
    }
  }
}

TEST(Pack, LogarithmAndExponentialAreWithinOneRoundingOrTwo) {
  for (double x = 1e-8; x < 1e9; x *= 1.0137) {
    EXPECT_NEAR(lane_log(x), std::log(x), 1e-15 * std::max(1.0, std::abs(std::log(x)))) << x;
    const double y = std::log(x) * 30.0;
    EXPECT_NEAR(lane_exp(y) / std::exp(y), 1.0, 1e-15) << y;
    EXPECT_NEAR(lane_pow(x, 0.8) / std::pow(x, 0.8), 1.0, 4e-16 * (1.0 + std::abs(0.8 * std::log(x)))) << x;
  }
}

TEST(Pack, SelectChoosesLaneByLane) {
  const Pack x = ramp_of_lanes(-3.0, 1.0);
  const Pack magnitude = select(x < Pack(0.0), Pack(-x), x);
  for (int i = 0; i < pack_size; ++i) EXPECT_EQ(magnitude[i], std::abs(x[i]));
  EXPECT_FALSE((x > Pack(0.0))[3]);
  EXPECT_TRUE((x >= Pack(0.0))[3] && (x <= Pack(0.0))[3]);
}

TEST(Scalar, PositivePartsDifferByTheNumberItself) {
  for (double x : {-5.0, -1e-3, 0.0, 1e-6, 2.0}) {
    EXPECT_NEAR(positive_part(x, 1e-3) - positive_part(-x, 1e-3), x, 1e-16);
    EXPECT_GT(positive_part(x, 1e-3), 0.0);
    EXPECT_GE(smooth_abs(x, 1e-3), std::abs(x));
  }
}

TEST(Scalar, SmoothExtremaApproachTheExactOnes) {
  EXPECT_NEAR(smooth_max(3.0, 1.0, 1e-4), 3.0, 1e-8);
  EXPECT_NEAR(smooth_min(3.0, 1.0, 1e-4), 1.0, 1e-8);
  EXPECT_NEAR(smooth_clamp(0.5, 0.0, 1.0, 1e-4), 0.5, 1e-8);
  EXPECT_NEAR(smooth_clamp(7.0, 0.0, 1.0, 1e-4), 1.0, 1e-8);
  EXPECT_NEAR(smooth_clamp(-7.0, 0.0, 1.0, 1e-4), 0.0, 1e-8);
}

TEST(Scalar, SmoothStepHasExactPlateaus) {
  EXPECT_EQ(smooth_step(0.99, 1.0, 2.0), 0.0);
  EXPECT_EQ(smooth_step(2.01, 1.0, 2.0), 1.0);
  EXPECT_DOUBLE_EQ(smooth_step(1.5, 1.0, 2.0), 0.5);
  EXPECT_DOUBLE_EQ(smooth_step(1.25, 1.0, 2.0), 0.103515625);  // 6/1024 - 15/256 + 10/64
  EXPECT_DOUBLE_EQ(smooth_step(1.75, 1.0, 2.0), 1.0 - 0.103515625);
}

}  // namespace
}  // namespace wattloop
