#include "models/sensor.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using X = Sensor<double>;

X example() {
  X sensor = test::with_defaults<X>();
  sensor.time_constant = 10.0;
  return sensor;
}

double settled(const X& sensor, const X::Across<double>& u) {
  return test::equilibrium(sensor, X::State<double>{0.0}, u).value;
}

TEST(Sensor, ReadsWhatItMeasures) {
  EXPECT_NEAR(settled(example(), {318.15, 0.0, 1.0, 0.0, 0.0}), 318.15, 1e-9);
}

TEST(Sensor, OffsetNoiseAndSpanAddUp) {
  X sensor = example();
  sensor.zero = 273.15;
  EXPECT_NEAR(settled(sensor, {313.15, 3.0, 1.1, -0.5, 0.0}), 273.15 + 44.0 + 3.0 - 0.5, 1e-9);
  EXPECT_NEAR(settled(sensor, {273.15, 0.0, 1.1, 0.0, 0.0}), 273.15, 1e-9) << "a wrong span does not show at zero";
}

/// Rate of the reading: the residual is linear in it.
double rate(const X& sensor, double value, const X::Across<double>& u) {
  return -test::evaluate(sensor, X::State<double>{value}, u).residual.value / sensor.time_constant;
}

TEST(Sensor, LagsAndFreezes) {
  const X sensor = example();
  EXPECT_NEAR(rate(sensor, 300.0, {310.0, 0.0, 1.0, 0.0, 0.0}), 1.0, 1e-12);
  EXPECT_NEAR(rate(sensor, 300.0, {310.0, 0.0, 1.0, 0.0, 1.0}), 0.0, 1e-8);
  // Ten kelvin off for a day: less than a millikelvin.
  EXPECT_LT(86400.0 * rate(sensor, 300.0, {310.0, 0.0, 1.0, 0.0, 1.0}), 1e-3);
  EXPECT_NEAR(settled(sensor, {310.0, 0.0, 1.0, 0.0, 1.0}), 310.0, 1e-6) << "frozen from the start: a working one's";
}

}  // namespace
}  // namespace wattloop
