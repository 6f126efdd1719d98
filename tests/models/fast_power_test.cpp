// Powers of arrays against the library's.

#include "models/fast_power.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "solver/vector_math.h"

namespace wattloop {
namespace {

TEST(FastPower, IsWithinItsAccuracy) {
  for (const double p : {0.852, 1.0 / 1.852, 1.0, 2.5}) {
    std::vector<double> x;
    for (double value = 1e-30; value < 1e6; value *= 1.0173) x.push_back(value);
    x.push_back(1.0);
    x.push_back(std::sqrt(0.5));
    std::vector<double> power = x;
    raise_to_power(power, p);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = std::pow(x[i], p);
      const double accuracy = 4e-16 * (1.0 + std::abs(p * std::log(x[i])));
      EXPECT_NEAR(power[i], exact, accuracy * exact) << x[i] << " to the power of " << p;
    }
  }
}

TEST(FastPower, TakesEachNumberByItself) {
  // However long the array: what is left over after whole vectors is the same law.
  for (std::size_t size = 0; size < 12; ++size) {
    std::vector<double> x(size, 3.7);
    raise_to_power(x, 0.852);
    for (const double value : x) EXPECT_EQ(value, vector_exp(0.852 * vector_log(3.7)));
  }
}

}  // namespace
}  // namespace wattloop
