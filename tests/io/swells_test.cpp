// A bus outside of its range: what it sees of a dip, who lets go of a swell, who only says so.

#include <algorithm>
#include <cmath>

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// A UPS of 1 MW with a load of 800 kW whose input is at `share` of 415 V for 10 s.
Played through_a_swell(double share, const std::string& ups) {
  return play_text(
      network("duration: 60 s, record_interval: 0.1 s",
              "  grid: {type: grid, V: 415 V, X: 1 uohm}\n  load: {type: ac_load, power: 800 kW}\n"
              "  meter: {type: voltmeter, V_nominal: 415 V}\n  ups: {type: ups, P_rated: 1 MW" +
                  ups + "}\n",
              "  bus: [grid.supply, ups.inlet]\n  out: [ups.outlet, load.supply, meter.bus]\n"
              "  room: [hall.air, ups.room, load.room]\n",
              fmt::format("events:\n  - {{at: 10 s, set: grid.V, to: {} V, for: 10 s}}\n", 415.0 * share)));
}

TEST(Swells, AUpsIsOnBatteryAboveItsLimitAndNotBelow) {
  for (const double share : {1.1, 1.14, 1.18, 1.3}) {
    const Played played = through_a_swell(share, ", battery: yes, overvoltage: 1.15");
    const bool above = share > 1.15;
    EXPECT_NEAR(played.values("ups", "ups", "P_battery")[150] > 0.7e6, above, 0.0) << share;
    EXPECT_NEAR(played.values("ups", "ups", "P_in")[150] < 1.0, above, 0.0) << share;
    EXPECT_EQ(played.values("ups", "ups", "input_high")[150], above ? 1.0 : 0.0) << share;
    EXPECT_EQ(played.values("ups", "ups", "on_battery").back(), 0.0) << "walked in again";
    for (const double V : played.values("voltmeter", "meter", "V")) EXPECT_NEAR(V, 1.0, 1e-6) << share;
    expect_closed(played);
  }
}

TEST(Swells, InEcoModeTheLoadSeesThemUntilTheyAreNoticed) {
  const auto at_the_load = [](double share) {
    return through_a_swell(share, ", battery: yes, eco: 1, eco_transfer: 0.3 s").values("voltmeter", "meter", "V");
  };
  const std::vector<double> noticed = at_the_load(1.3), passed = at_the_load(1.1);
  EXPECT_NEAR(noticed[102], 1.3, 1e-3) << "0.2 s into it";
  EXPECT_NEAR(noticed[106], 1.0, 1e-3) << "0.6 s into it";
  EXPECT_NEAR(passed[150], 1.1, 1e-3) << "as high as the input";
}

TEST(Swells, WithoutABatteryTheOutputIsDeadWhileTheyLast) {
  const Played played = through_a_swell(1.3, "");
  const std::vector<double> P = played.values("ac_load", "load", "P");
  EXPECT_NEAR(P[90], 8e5, 1.0);
  EXPECT_NEAR(P[150], 0.0, 1.0);
  EXPECT_NEAR(P.back(), 8e5, 1.0);
  expect_closed(played);
}

TEST(Swells, TransformersAndShelvesSaySo) {
  const Played played = play_text(network(
      "duration: 20 s, record_interval: 1 s",
      "  grid: {type: grid, V: 34.5 kV, X: 1 mohm}\n"
      "  unit: {type: transformer, S_n: 1 MVA, V_primary: 34.5 kV, V_secondary: 415 V, uk: 5 %, P0: 1 kW, Pk: 8 "
      "kW}\n  raised: {type: transformer, S_n: 1 MVA, V_primary: 34.5 kV, V_secondary: 415 V, uk: 5 %, P0: 1 kW, "
      "Pk: 8 kW, tap: 1.05}\n"
      "  shelf: {type: power_shelf}\n  racks: {type: dc_load, power: 50 kW}\n"
      "  other: {type: ac_load, power: 100 kW}\n",
      "  hv: [grid.supply, unit.primary, raised.primary]\n  lv: [unit.secondary, shelf.feed_a, shelf.feed_b]\n"
      "  lower: [raised.secondary, other.supply]\n  dc: [shelf.bus, racks.supply]\n"
      "  room: [hall.air, unit.room, raised.room, shelf.air, racks.air, other.room]\n",
      "events:\n  - {at: 5 s, set: grid.V, to: 38.5 kV, for: 5 s}\n  - {at: 15 s, set: grid.V, to: 41 kV}\n"));
  const auto seen = [&](const char* group, const char* path, std::vector<double> expected) {
    const std::vector<double> on = played.values(group, path, "overvoltage");
    EXPECT_EQ((std::vector<double>{on[3], on[8], on[13], on[18]}), expected) << path;
  };
  seen("transformer", "unit", {0, 1, 0, 1});    // 1.116 and 1.188
  seen("transformer", "raised", {0, 0, 0, 1});  // 1.063 and 1.132 of its tap
  seen("power_shelf", "shelf", {0, 0, 0, 1});   // 463 and 493 V, of 477
}

/// Of dips that are not of three phases the circuit sees the positive sequence; a meter says what leaves 0.9 to 1.1.
TEST(Dips, AreSharesOfTheCaseInPositiveSequence) {
  const Played played =
      play_text(network("duration: 50 s, record_interval: 1 s",
                        "  grid: {type: grid, V: 34.5 kV, X: 1 uohm}\n  meter: {type: voltmeter, V_nominal: 34.5 kV}\n"
                        "  load: {type: ac_load, power: 100 kW}\n",
                        "  bus: [grid.supply, meter.bus, load.supply]\n  room: [hall.air, load.room]\n",
                        "events:\n  - {at: 5 s, dip: grid.V, to: 40 %, for: 5 s}\n"
                        "  - {at: 15 s, dip: grid.V, to: 40 %, phases: 2, for: 5 s}\n"
                        "  - {at: 25 s, dip: grid.V, to: 40 %, phases: 1, for: 5 s}\n"
                        "  - {at: 35 s, dip: grid.V, to: 115 %, for: 5 s}\n  - {at: 45 s, dip: grid.V, to: 95 %}\n"));
  const std::vector<double> V = played.values("voltmeter", "meter", "V"),
                            low = played.values("voltmeter", "meter", "undervoltage"),
                            high = played.values("voltmeter", "meter", "overvoltage");
  const double expected[] = {1.0, 0.4, 1.0, 0.7, 1.0, 0.8, 1.0, 1.15, 1.0, 0.95};
  for (int i = 0; i < 10; ++i) {
    const int record = 5 * i + 2;
    EXPECT_NEAR(V[record], expected[i], 1e-6) << record;
    EXPECT_EQ(low[record], expected[i] < 0.9 ? 1.0 : 0.0) << record;
    EXPECT_EQ(high[record], expected[i] > 1.1 ? 1.0 : 0.0) << record;
  }
  EXPECT_NE(played.story().find("15 grid.V set to 70 % of that of the case, the positive sequence of 40 % between two "
                                "phases\n"),
            std::string::npos)
      << played.story();
  expect_closed(played);
}

}  // namespace
}  // namespace wattloop
