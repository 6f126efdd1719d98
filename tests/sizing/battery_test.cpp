// Batteries of the UPS are bought by their energy.

#include <gtest/gtest.h>

#include <algorithm>

#include "io/sizing/cures.h"
#include "io/sizing/design_case.h"
#include "io/sizing/search.h"
#include "tests/sizing/sized.h"

namespace wattloop::sizing {

TEST(SizingBattery, CostsByPowerTimesAutonomy) {
  const Request short_one = childress({{"it.power", "25 MW"}});
  const Request long_one = childress({{"it.power", "25 MW"}, {"limits.battery_time", "60 min"}});
  const auto a = search(short_one, nameplate_loads(short_one), bins_of(short_one)).best;
  const auto b = search(long_one, nameplate_loads(long_one), bins_of(long_one)).best;
  ASSERT_TRUE(a && b);
  // By hand: 2.1 MW for 5 and for 60 min at 600 USD and 0.023 m2 for a kWh.
  EXPECT_NEAR(a->battery.energy, 175.0, 1e-9);
  EXPECT_NEAR(b->battery.energy, 2100.0, 1e-9);
  EXPECT_EQ(a->ups.installed, b->ups.installed);
  const int ups = 2 * a->loads.buildings * a->loads.blocks * a->ups.installed;
  EXPECT_NEAR(b->worth.price - a->worth.price, ups * (2100.0 - 175.0) * 600.0, 1.0);
  EXPECT_NEAR(b->worth.area - a->worth.area, ups * (2100.0 - 175.0) * 0.023, 1e-6);
  EXPECT_NE(case_text(long_one, *b).find("battery: yes, battery_time: 3600 s"), std::string::npos);
}

TEST(SizingBattery, ItsTimeIsASensitivityAndNoCureSlow) {
  const Request& r = one_building();
  const Loads loads = nameplate_loads(r);
  const auto rows = find_sensitivities(r, loads, bins_of(r), threads_of_the_machine());
  const auto row =
      std::find_if(rows.begin(), rows.end(), [](const Sensitivity& s) { return s.input == "limits.battery_time"; });
  ASSERT_NE(row, rows.end());
  EXPECT_NEAR(row->from, 5.0, 1e-9);
  EXPECT_NEAR(row->to, 10.0, 1e-9);
  const auto found = search(r, loads, bins_of(r)).best;
  const int ups = 2 * loads.buildings * loads.blocks * found->ups.installed;
  ASSERT_TRUE(row->objective);
  EXPECT_NEAR(*row->objective - found->objective, ups * 175.0 * 600.0, 10.0);
  EXPECT_EQ(curable_inputs(r).find("battery_time"), std::string::npos);
}

}  // namespace wattloop::sizing
