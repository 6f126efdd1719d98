#include "models/dip.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace wattloop {
namespace {

using Complex = std::complex<double>;
const Complex a = std::polar(1.0, 2.0 * std::numbers::pi / 3.0);

double positive_sequence(Complex V_a, Complex V_b, Complex V_c) {
  return std::abs(V_a + a * V_b + a * a * V_c) / 3.0;
}

/// A bolted fault at the end of Z_f behind Z_s, by its boundary conditions: I_b = -I_c = I, V_b = V_c there.
TEST(Dip, BetweenPhasesIsTheMeanOfWhatRemainsAndOne) {
  const Complex E_b = std::conj(a), E_c = a, Z_s(0.0, 0.03);
  for (const double behind : {0.0, 0.01, 0.03, 0.3}) {
    const Complex Z_f(0.0, behind), I = (E_b - E_c) / (2.0 * (Z_s + Z_f));
    const Complex V_b = E_b - Z_s * I, V_c = E_c + Z_s * I;
    const double remains = std::abs(V_b - V_c) / std::sqrt(3.0);
    EXPECT_NEAR(remains, behind / (behind + 0.03), 1e-12);
    EXPECT_NEAR(positive_sequence(1.0, V_b, V_c), dip_between_phases(remains), 1e-12);
    // Behind a delta-star transformer: differences of two phases over sqrt(3).
    EXPECT_NEAR(positive_sequence(V_c - 1.0, 1.0 - V_b, V_b - V_c) / std::sqrt(3.0), dip_between_phases(remains),
                1e-12);
  }
}

TEST(Dip, ToEarthIsAThirdOfIt) {
  for (const double V : {0.0, 0.4, 1.0}) EXPECT_NEAR(positive_sequence(V, std::conj(a), a), dip_to_earth(V), 1e-12);
}

}  // namespace
}  // namespace wattloop
