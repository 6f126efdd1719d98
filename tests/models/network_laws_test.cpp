#include "models/network_laws.h"

#include <gtest/gtest.h>

#include <numbers>

#include "tests/support/csv.h"

namespace wattloop {
namespace {

constexpr double quarter_pi = 0.25 * std::numbers::pi;

// The table has 6.97^0.9 where EPANET has 5.74: up to 2e-6 of the factor. Its last digit is worth 5e-9.
TEST(DarcyFriction, SwameeJainTable) {
  for (const auto& row : test::read_table("pipe_friction/swamee_jain.csv"))
    EXPECT_NEAR(darcy_friction_factor(quarter_pi * row[0], row[1]), row[2], 2e-6 * row[2] + 5e-9)
        << row[0] << " " << row[1];
}

TEST(DarcyFriction, IsPoiseuillesBelow2000) {
  for (const double Re : {1.0, 1000.0, 1999.0}) {
    EXPECT_NEAR(darcy_friction_factor(quarter_pi * Re, 1e-3), 64.0 / Re, 1e-14 / Re * 64.0);
  }
}

// Value and slope on both sides of the ends of Dunlop's cubic. Its constants have six digits.
TEST(DarcyFriction, TransitionJoinsBothSmoothly) {
  using Number = Dual<1>;
  const auto at = [](double Re, double e) { return darcy_friction_factor(Number::variable(quarter_pi * Re, 0), e); };
  for (const double e : {0.0, 1e-4, 1e-2}) {
    for (const double end : {2000.0, 4000.0}) {
      const Number below = at(end * (1.0 - 1e-9), e);
      const Number above = at(end * (1.0 + 1e-9), e);
      EXPECT_NEAR(below.value, above.value, 1e-6 * above.value) << e << " " << end;
      EXPECT_NEAR(below.derivative[0], above.derivative[0], 1e-3 * above.value / end) << e << " " << end;
    }
  }
}

TEST(DarcyWeisbach, LossOfAPipe) {
  // f r q|q| at Re = 63,446 of the table of single pipes, with its friction factor 2 % from Colebrook's.
  const double D = 0.1, L = 100.0, nu = 1.0016e-3 / 998.2061, q = 0.005, g = 9.80665;
  const double A = quarter_pi * D * D;
  const DarcyWeisbach pipe{L / (2.0 * g * D * A * A), nu * D, 4.5e-4};
  EXPECT_NEAR(pipe.loss(q) * 998.2061 * g, 4355.1476, 0.02 * 4355.1476);
  EXPECT_EQ(pipe.loss(-q), -pipe.loss(q));
  // Laminar: 128 nu L q/(pi g D^4).
  EXPECT_NEAR(pipe.loss(1e-4), 128.0 * nu * L * 1e-4 / (std::numbers::pi * g * std::pow(D, 4)), 1e-15);
}

}  // namespace
}  // namespace wattloop
