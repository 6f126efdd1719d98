// The racks of a designed case are those that were asked for.

#include <gtest/gtest.h>

#include <algorithm>

#include "io/sizing/design_case.h"
#include "io/sizing/design_run.h"
#include "tests/sizing/sized.h"

namespace wattloop::sizing {

namespace {

const std::string example = std::string(WATTLOOP_SOURCE_DIR) + "/examples/size_childress";

std::string problem_of(const std::string& path, const std::string& value) {
  try {
    read_request(example, {{path, value}});
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST(SizingRacks, AMixDrawsWhatWasAskedForSlow) {
  const Request r = read_request(
      example, {{"it.racks",
                 "{gb300_nvl72: {share: 50 %, power: 150 kW, liquid: 80 %, flow: 1.4 L/min/kW}, vera_rubin_nvl72: "
                 "{share: 40 %, power: 170 kW, liquid: 85 %, flow: 1.2 L/min/kW, dp: 120 kPa}}"}});
  const SizingResult result = sized_alone(r);
  ASSERT_TRUE(result.design);
  const Summary& s = *result.worst_hour;
  EXPECT_NEAR(s.P_it, r.it_power, 1e-3 * r.it_power);
  const Liquid tcs = make_liquid(r.liquids.at("tcs"));
  for (std::size_t i = 0; i < r.racks.size(); ++i) {
    const RackItem& rack = r.racks[i];
    const auto value = [&](const char* key) { return value_of(s, rack_part(*result.design, i), key); };
    const double m = value("m_flow_kg_per_s"), Q = rack.liquid * rack.power;
    const double heat =
        m * (tcs.enthalpy(value("T_return_degC") + 273.15) - tcs.enthalpy(value("T_supply_degC") + 273.15));
    EXPECT_NEAR(value("P_in_w"), rack.power, 1e-3 * rack.power) << rack.name;
    EXPECT_NEAR(heat, Q, 5e-3 * Q) << rack.name;
    const double wanted = Q * rack.flow * tcs.density(318.15);
    EXPECT_NEAR(m, wanted, 0.01 * wanted) << rack.name;
  }
  const double loading = value_of(s, "cdu.exchanger", "Q_flow_w") / result.design->cdu.item.rating;
  const auto& margins = result.design->margins;
  const auto at =
      std::find_if(margins.begin(), margins.end(), [](const Margin& m) { return m.constraint == "cdu_loading"; });
  ASSERT_NE(at, margins.end());
  EXPECT_NEAR(at->value, loading, 2e-3 * loading);
}

TEST(SizingRacks, WhatARackCannotDoIsRefused) {
  EXPECT_NE(problem_of("it.racks.gb300_nvl72.power", "300 kW").find("power shelves are rated for less"),
            std::string::npos);
  EXPECT_NE(problem_of("it.racks.gb300_nvl72.liquid", "99 %").find("losses of the power shelves"), std::string::npos);
  EXPECT_NE(problem_of("it.racks.cdu_2000kw_pump", "{share: 5 %, power: 9 kW}").find("is not a rack"),
            std::string::npos);
}

TEST(SizingRacks, ABlockIsNotFilledAboveItsPower) {
  Request r = read_request(example, {});
  r.racks.front().share = 1.0, r.racks.front().power = 0.99 * r.block / 1.6;  // rounds up to two
  const Loads loads = nameplate_loads(r);
  EXPECT_EQ(loads.racks.front(), 1);
  EXPECT_NEAR(loads.racks.front() * r.racks.front().power + loads.network, r.it_power / 16.0, 1.0);
}

}  // namespace wattloop::sizing
