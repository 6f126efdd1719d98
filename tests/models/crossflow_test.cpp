#include "models/crossflow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/csv.h"

namespace wattloop {
namespace {

TEST(Crossflow, ExactTable) {
  for (const auto& row : test::read_table("epsilon_ntu/crossflow_unmixed.csv")) {
    const double C_min = 3.0, C_max = C_min / std::max(row[0], 1e-12), UA = row[1] * C_min;
    EXPECT_NEAR(crossflow_conductance(UA, C_min, C_max) / C_min, row[2], 0.51e-6) << row[0] << " " << row[1];
    EXPECT_NEAR(crossflow_conductance(UA, C_max, C_min) / C_min, row[2], 0.51e-6) << "streams exchanged";
  }
}

TEST(Crossflow, IsNotTheApproximation) {
  // The common closed form gives 0.828405 and 0.315449 here.
  EXPECT_NEAR(crossflow_conductance(3.0, 1.0, 2.0), 0.819708, 0.51e-6);
  EXPECT_NEAR(crossflow_conductance(0.5, 1.0, 1.0), 0.326330, 0.51e-6);
}

TEST(Crossflow, Limits) {
  EXPECT_NEAR(crossflow_conductance(2.0, 1e9, 1e9), 2.0, 1e-8) << "plenty of both streams: UA";
  EXPECT_NEAR(crossflow_conductance(2.0, 1e-9, 1.0), 1e-9, 1e-15) << "hardly any flow: its capacity flow";
  EXPECT_NEAR(crossflow_conductance(25.0, 1.0, 1.0), crossflow_conductance(25.0, 1.0, 1.0 + 1e-12), 1e-10);
  EXPECT_TRUE(std::isfinite(crossflow_conductance(1e6, 1e-3, 1e-3)));
}

TEST(Crossflow, GrowsWithItsArguments) {
  double last = 0.0;
  for (double UA = 0.01; UA < 25.0; UA *= 1.1) {
    const double K = crossflow_conductance(UA, 1.0, 1.3);
    EXPECT_GT(K, last);
    EXPECT_LT(K, 1.0);
    last = K;
  }
}

TEST(Crossflow, DerivativeAgreesWithDifferences) {
  const double UA = 2.0, C_1 = 1.1, C_2 = 0.7, step = 1e-6;
  const auto K = crossflow_conductance(Dual<3>::variable(UA, 0), Dual<3>::variable(C_1, 1), Dual<3>::variable(C_2, 2));
  const auto slope = [&](double a, double b, double c) {
    return (crossflow_conductance(UA + a, C_1 + b, C_2 + c) - crossflow_conductance(UA - a, C_1 - b, C_2 - c)) /
           (2.0 * step);
  };
  EXPECT_NEAR(K.derivative[0], slope(step, 0, 0), 1e-9);
  EXPECT_NEAR(K.derivative[1], slope(0, step, 0), 1e-9);
  EXPECT_NEAR(K.derivative[2], slope(0, 0, step), 1e-9);
}

TEST(Crossflow, RatingInverted) {
  for (double UA : {0.3, 2.0, 7.0}) {
    EXPECT_NEAR(crossflow_UA(crossflow_conductance(UA, 1.2, 0.9), 1.2, 0.9), UA, 1e-11);
  }
}

}  // namespace
}  // namespace wattloop
