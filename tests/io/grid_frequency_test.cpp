// A grid whose frequency leaves the nominal one, and what turns beside it.

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// A load of 300 kW on a grid that goes from 60 Hz to `to` between 5 and 7 s, and another part beside it.
Played beside_a_grid(const std::string& to, const std::string& part, const std::string& at_bus,
                     const std::string& in_room, const std::string& rest = "") {
  return play_text(
      network("duration: 40 s, record_interval: 0.5 s",
              "  grid: {type: grid, V: 415 V, X: 2 mohm, frequency: {schedule: [[0 s, 60 Hz], [5 s, 60 Hz], [7 s, " +
                  to + "]]}}\n  load: {type: ac_load, power: 300 kW}\n" + part,
              "  bus: [grid.supply, load.supply" + at_bus + "]\n  room: [hall.air, load.room" + in_room + "]\n", rest));
}

/// A ramp of the grid's own frequency, as a schedule drives it.
TEST(GridFrequency, ARampHasItsRate) {
  const Played played = play_text(network("duration: 30 s, record_interval: 1 s",
                                          "  grid: {type: grid, V: 415 V, frequency: {schedule: [[0 s, 60 Hz], [10 s, "
                                          "60 Hz], [14 s, 58 Hz], [30 s, 58 Hz]]}}\n"
                                          "  load: {type: ac_load, power: 100 kW}\n",
                                          "  bus: [grid.supply, load.supply]\n  room: [hall.air, load.room]\n", ""));
  EXPECT_NEAR(played.summary.frequency.rocof, 0.5, 1e-3);
  EXPECT_NEAR(played.values("grid", "grid", "frequency")[12], 59.0, 1e-9);
}

/// P = (1 - f)/droop: half of the rating at 59.7 Hz and 1 %; the angle that creeps back takes 0.3 %.
TEST(GridFrequency, AFormingBatteryGivesByItsDroop) {
  const Played played = beside_a_grid("59.7 Hz",
                                      "  bess: {type: grid_forming_battery, P_rated: 1 MW, capacity: 1 MWh, V_set: 415 "
                                      "V, droop_f: 0.01, frame: {signal: grid.frequency_pu}}\n",
                                      ", bess.bus", ", bess.room");
  EXPECT_NEAR(played.values("grid_forming_battery", "bess", "P")[8], 0.0, 4e3);
  EXPECT_NEAR(played.values("grid_forming_battery", "bess", "P").back(), 5e5, 5e3);
  EXPECT_NEAR(played.values("grid_forming_battery", "bess", "frequency").back(), 59.7, 0.005);
  expect_closed(played);
}

TEST(GridFrequency, AFollowingBatteryReadsIt) {
  const Played played =
      beside_a_grid("60.3 Hz",
                    "  bess: {type: grid_following_battery, P_rated: 1 MW, capacity: 1 MWh, V_nominal: 415 V, "
                    "droop_f: 0.02, frequency: {signal: grid.frequency_pu}}\n",
                    ", bess.bus", ", bess.room");
  EXPECT_NEAR(played.values("grid_following_battery", "bess", "P").back(), -2.5e5, 1.0) << "0.5 % over 2 %";
  expect_closed(played);
}

/// A set without an integral beside a stiff grid is pulled along and gives K times what the speed lacks.
TEST(GridFrequency, AGensetIsPulledAlong) {
  const Played played = beside_a_grid("59.7 Hz",
                                      "  set: {type: genset, P_rated: 1 MW, damping: 20, T_i: 1e6 s, frame: {signal: "
                                      "grid.frequency_pu}, speeds: {signal: "
                                      "grid.frequency_pu}, on: 1, closed: 1}\n",
                                      ", set.bus", "");
  const std::vector<double> P = played.values("genset", "set", "P");
  EXPECT_NEAR(played.values("genset", "set", "frequency").back(), 59.7, 0.005);
  EXPECT_NEAR(P.back() - P[8], 12.0 * 0.005 * 1e6, 2e3);
  expect_closed(played);
}

TEST(GridFrequency, ARelayTripsByIt) {
  const Played played =
      beside_a_grid("59.4 Hz", "  tie: {type: breaker, I_rated: 1 kA}\n  one: {type: ac_load, power: 50 kW}\n",
                    ", tie.from", ", tie.room, one.room",
                    "  behind: [tie.to, one.supply]\nsequences:\n  relay:\n    type: modes\n    at_once: true\n"
                    "    modes:\n      closed: {write: {tie.closed: 1}, leave: [{to: open, when: "
                    "[{measure: grid.frequency_pu, below: 0.995}], for: 0.5 s}]}\n"
                    "      open: {write: {tie.closed: 0}}\n");
  // 59.7 Hz after half of the two seconds, at a record: what is exactly at its limit there has not passed it yet.
  ASSERT_EQ(played.log.size(), 1u) << played.story();
  EXPECT_EQ(played.log[0].what, "goes to open");
  EXPECT_NEAR(played.log[0].time, 6.5, 2e-3);
  EXPECT_NEAR(played.values("ac_load", "one", "P").back(), 0.0, 1.0);
}

TEST(GridFrequency, WhoIsNotToldIsWarnedOf) {
  const auto warnings = [](const std::string& frame) {
    const Directory directory;
    const std::string text =
        network("duration: 1 s, record_interval: 1 s",
                "  grid: {type: grid, V: 415 V, X: 2 mohm}\n  load: {type: ac_load, power: 300 kW}\n"
                "  set: {type: genset, P_rated: 1 MW" +
                    frame + "}\n",
                "  bus: [grid.supply, load.supply, set.bus]\n  room: [hall.air, load.room]\n",
                "events:\n  - {at: 0.5 s, set: grid.frequency, to: 59.5 Hz}\n");
    const Twin twin(read_case(directory.write("case.yaml", text), {}), 1);
    return twin.warnings();
  };
  EXPECT_TRUE(warnings(", frame: {signal: grid.frequency_pu}").empty());
  ASSERT_EQ(warnings("").size(), 1u);
  EXPECT_NE(warnings("")[0].find(
                "set: the frequency of the grid leaves the nominal one and its frame does not, allowed frame: "
                "{signal: grid.frequency_pu}"),
            std::string::npos)
      << warnings("")[0];
}

TEST(GridFrequency, TwoFrequenciesAreRefused) {
  EXPECT_EQ(problems_after({{"  grid: {type: grid, V: 415 V",
                             "  other: {type: grid, V: 415 V, frequency: 50 Hz}\n"
                             "  grid: {type: grid, V: 415 V"},
                            {"bus: [grid.supply, ", "far: [other.supply]\n  bus: [grid.supply, "}}),
            "case.yaml:13:9: parts.grid: grids of two frequencies: angles between them would turn for ever, got 60 Hz, "
            "allowed 50 Hz");
}

}  // namespace
}  // namespace wattloop
