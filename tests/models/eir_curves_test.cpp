#include "models/eir_curves.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/csv.h"

namespace wattloop {
namespace {

TEST(EirCurves, PublishedChillers) {
  const auto chillers = test::read_table("eir_chillers/curves.csv");
  for (const auto& row : test::read_table("eir_chillers/operating_points.csv")) {
    const auto& chiller = chillers.at(static_cast<std::size_t>(row[0]));
    EirCurves<double> curves{};
    std::copy_n(chiller.begin() + 3, 6, curves.CAPFT.begin());
    std::copy_n(chiller.begin() + 9, 6, curves.EIRFT.begin());
    std::copy_n(chiller.begin() + 15, 3, curves.EIRFPLR.begin());
    const double T_leaving = row[1] + 273.15, T_condenser = row[2] + 273.15, PLR = row[3];
    const double CAPFT = curves.capacity(T_leaving, T_condenser);
    const double EIRFT = curves.input_ratio(T_leaving, T_condenser), EIRFPLR = curves.part_load(PLR);
    EXPECT_NEAR(CAPFT, row[4], 1e-6);
    EXPECT_NEAR(EIRFT, row[5], 1e-6);
    EXPECT_NEAR(EIRFPLR, row[6], 1e-6);
    EXPECT_NEAR(chiller[1] * CAPFT * PLR, row[7], 1e-6 * row[7]);
    EXPECT_NEAR(chiller[1] * CAPFT / chiller[2] * EIRFT * EIRFPLR, row[8], 1e-6 * row[8]);
  }
}

}  // namespace
}  // namespace wattloop
