// Dips, batteries, dead buses and breakers over time, in small networks against closed forms.

#include <algorithm>
#include <cmath>

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// A UPS of 1 MW with a load of 800 kW on a feed that is what the events make it.
std::string on_ups(const std::string& run, const std::string& ups, const std::string& rest) {
  return network(run,
                 "  grid: {type: grid, V: 415 V, X: 1 mohm}\n"
                 "  input: {type: voltmeter, V_nominal: 415 V}\n"
                 "  load: {type: ac_load, power: 800 kW}\n"
                 "  ups: {type: ups, P_rated: 1 MW, battery: yes, battery_time: 120 s" +
                     ups + "}\n",
                 "  bus: [grid.supply, ups.inlet, input.bus]\n  out: [ups.outlet, load.supply]\n"
                 "  room: [hall.air, ups.room, load.room]\n",
                 rest);
}

/// t = E / (P + k P^2 / P_rated) to the end of discharge, and 0.5 % of the charge over which the voltage fades.
TEST(Battery, LastsAsLongAsItsChargeAllows) {
  const Played played = play_text(
      on_ups("duration: 3 min, record_interval: 0.25 s", "", "events:\n  - {at: 10 s, set: grid.V, to: 0 V}\n"));
  const std::vector<double> P_out = played.values("ups", "ups", "P_out"), loss = played.values("ups", "ups", "loss");
  const double P = P_out[100] + loss[100], lasts = 120.0 * 1.04e6 / (P + 0.04 * P * P / 1e6);
  const auto dead = std::find_if(P_out.begin(), P_out.end(), [](double p) { return p < 4e5; });
  EXPECT_NEAR(P_out[100], 8e5, 1.0);
  EXPECT_NEAR(0.25 * static_cast<double>(dead - P_out.begin()), 10.0 + lasts, 0.01 * lasts);
  EXPECT_LT(P_out.back(), 1e3);
  expect_closed(played);
}

/// Grid back after 20 s: the rectifier takes over in 15 s, the battery gives what is left, nothing is lost on the way.
TEST(Battery, HandsOverDuringTheWalkIn) {
  const Played played = play_text(on_ups("duration: 1 min, record_interval: 0.25 s", ", charge_time: 600 s",
                                         "events:\n  - {at: 10 s, set: grid.V, to: 0 V, for: 20 s}\n"));
  const std::vector<double> P_in = played.values("ups", "ups", "P_in"), P_out = played.values("ups", "ups", "P_out"),
                            P_battery = played.values("ups", "ups", "P_battery");
  for (const double P : P_out) EXPECT_NEAR(P, 8e5, 1.0);
  EXPECT_NEAR(P_in[80], 0.0, 1.0) << "at 20 s";
  const double need = P_battery[80];
  double charge = 120.0 * 1.04e6 / 600.0;
  const double soc = played.values("ups", "ups", "soc")[220], taper = (1.0 - soc) / 0.05;
  charge *= taper / std::sqrt(1.0 + taper * taper);
  EXPECT_NEAR(P_in[150], 0.5 * (need + charge), 0.01 * need) << "half of it after half of the walk-in, at 37.5 s";
  EXPECT_NEAR(P_in[220], need + charge, 0.01 * need) << "charging at 55 s";
  EXPECT_LT(played.values("ups", "ups", "soc").back(), 0.85);
  expect_closed(played);
}

/// Three modules of 1 MW on one bus.
std::string on_modules(const std::string& rest) {
  return network(
      "duration: 30 s, record_interval: 0.5 s",
      "  grid: {type: grid, V: 415 V, X: 1 mohm}\n  load: {type: ac_load, power: 1200 kW, power_factor: 1}\n"
      "  ups: {type: ups, count: 3, P_rated: 1 MW, parallel: yes}\n  meter: {type: voltmeter, V_nominal: 415 V}\n",
      "  bus: [grid.supply, ups.inlet]\n  out: [ups.outlet, load.supply, meter.bus]\n"
      "  room: [hall.air, ups.room, load.room]\n",
      rest);
}

/// Modules share by their droop; one that fails leaves its share to the others, all that fail leave a dead bus.
TEST(UpsModules, OneOfThreeOutOfOrder) {
  const Played played = play_text(
      on_modules("events:\n  - {at: 10 s, fail: ups_1}\n  - {at: 20 s, fail: ups_2}\n  - {at: 20 s, fail: ups_3}\n"
                 "  - {at: 25 s, repair: ups_2}\n  - {at: 25 s, repair: ups_3}\n"));
  const std::vector<double> one = played.values("ups", "ups_1", "P_out"), two = played.values("ups", "ups_2", "P_out"),
                            load = played.values("ac_load", "load", "P"), V = played.values("voltmeter", "meter", "V");
  EXPECT_NEAR(one[10], 400e3, 1.0);
  EXPECT_NEAR(two[10], 400e3, 1.0);
  EXPECT_NEAR(one[30], 0.0, 1.0);
  EXPECT_NEAR(two[30], 600e3, 1.0);
  EXPECT_NEAR(load[45], 0.0, 1.0);
  EXPECT_NEAR(two[55], 600e3, 1.0);
  // V = V_out - droop V_out^2/P_rated I with I = P/V, per unit, of two modules.
  EXPECT_NEAR(V[30], 0.5 * (1.0 + std::sqrt(1.0 - 4.0 * 0.02 * 0.6)), 1e-6);
  expect_closed(played);
}

/// A dip to 80 % in eco mode is at the load for as long as it takes to notice it; 60 s of good input later it is eco
/// again.
TEST(EcoMode, ADipPassesUntilItIsNoticed) {
  const Played played =
      play_text(on_ups("duration: 5 s, record_interval: 2.5 ms", ", eco: 1, eco_transfer: 20 ms, eco_return: 2 s",
                       "events:\n  - {at: 1 s, set: grid.V, to: 332 V, for: 0.2 s}\n"));
  const std::vector<double> missing = played.values("ups", "ups", "derating"),
                            efficiency = played.values("ups", "ups", "efficiency"),
                            on_battery = played.values("ups", "ups", "P_battery");
  const auto low = std::count_if(missing.begin(), missing.end(), [](double share) { return share > 0.1; });
  EXPECT_NEAR(2.5e-3 * static_cast<double>(low), 0.0211, 5e-3) << "20 ms, and half of the transfer of 2.2 ms";
  EXPECT_GT(efficiency[200], 0.99) << "eco";
  EXPECT_LT(efficiency[1240], 0.974) << "double conversion 1.9 s after the dip";
  EXPECT_GT(efficiency[1340], 0.99) << "eco again after 2.15 s";
  EXPECT_GT(*std::max_element(on_battery.begin(), on_battery.end()), 0.7e6);
  expect_closed(played);
}

/// The lock of a UPS that has been on battery more than three times within a minute.
constexpr const char* retransfer_lock = R"(sequences:
  retransfer:
    type: modes
    at_once: true
    modes:
      on_input:
        write: {ups.rectifier: 1}
        leave: [{to: on_battery, when: [{measure: input.V, below: 0.85}]}]
      on_battery:
        write: {ups.rectifier: 0}
        leave:
          - {to: locked, when: [{measure: input.V, above: 0.9}], entered: 4, within: 1 min}
          - {to: on_input, when: [{measure: input.V, above: 0.9}], for: 1 s}
      locked:
        leave: [{to: on_input, when: [{measure: input.V, above: 0.9}], for: 1 min}]
events:
)";

TEST(Battery, StaysOnAfterTooManyTransfers) {
  std::string dips;
  for (const double t : {5.0, 12.0, 19.0, 26.0, 33.0})
    dips += fmt::format("  - {{at: {} s, set: grid.V, to: 290 V, for: 0.3 s}}\n", t);
  const Played played =
      play_text(on_ups("duration: 2 min, record_interval: 1 s", ", walk_in: 2 s", retransfer_lock + dips));
  std::string modes;
  for (const LogEntry& e : played.log)
    if (e.path == "retransfer") modes += fmt::format("{:.2f} {}\n", e.time, e.what);
  EXPECT_EQ(modes,
            "5.00 goes to on_battery\n6.30 goes to on_input\n12.00 goes to on_battery\n13.30 goes to on_input\n"
            "19.00 goes to on_battery\n20.30 goes to on_input\n26.00 goes to on_battery\n26.30 goes to locked\n"
            "93.30 goes to on_input\n")
      << "a minute of good input after the last dip ends the lock";
  for (const double P : played.values("ups", "ups", "P_out")) EXPECT_NEAR(P, 8e5, 1.0);
  expect_closed(played);
}

TEST(Dips, EndWithTheValueOfTheCase) {
  const Played played = play_text(
      network("duration: 10 s, record_interval: 0.1 s",
              "  grid: {type: grid, V: 415 V, X: 1 uohm}\n  load: {type: ac_load, power: 100 kW, V_minimum: 350 V}\n",
              "  bus: [grid.supply, load.supply]\n  room: [hall.air, load.room]\n",
              "events:\n  - {at: 2 s, set: grid.V, to: 166 V, for: 0.5 s}\n"));
  const std::vector<double> V = played.values("grid", "grid", "voltage"), P = played.values("ac_load", "load", "P");
  EXPECT_NEAR(V[19], 415.0, 0.01);
  EXPECT_NEAR(V[22], 166.0, 0.01);
  EXPECT_NEAR(V[26], 415.0, 0.01);
  const double v2 = 166.0 * 166.0 / (350.0 * 350.0);
  EXPECT_NEAR(P[22], 1e5 * v2 * (2.0 - v2), 50.0) << "an impedance below its minimum voltage";
  EXPECT_NEAR(P[26], 1e5, 0.1);
  const std::string story = played.story();
  EXPECT_EQ(story, "2 grid.V set to 166 V\n2.5 grid.V set back to the value of the case\n");
}

/// A record at the very instant of an event shows what was before it, state and inputs alike.
TEST(Dips, TheRecordAtItsInstantIsThatBefore) {
  const Played played = play_text(
      network("duration: 4 s, record_interval: 1 s",
              "  grid: {type: grid, V: 415 V, X: 1 mohm}\n  load: {type: ac_load, power: 100 kW, it: yes}\n",
              "  bus: [grid.supply, load.supply]\n  room: [hall.air, load.room]\n",
              "events:\n  - {at: 2 s, set: load.power, to: 300 kW}\n  - {at: 3 s, set: grid.V, to: 400 V}\n"));
  const std::vector<double> P = played.values("ac_load", "load", "P"), grid = played.values("grid", "grid", "P"),
                            V = played.values("grid", "grid", "voltage");
  const RunFile file(played.results);
  for (std::size_t i = 0; i < P.size(); ++i) {
    EXPECT_NEAR(P[i], i <= 2 ? 1e5 : 3e5, 0.05) << i;
    EXPECT_NEAR(grid[i], P[i], 0.05) << i;
    EXPECT_NEAR(file.values("site", "pue", i)[0], 1.0, 1e-6) << i;
  }
  EXPECT_GT(V[3], 410.0);
  EXPECT_LT(V[4], 401.0);
}

/// What the grid orders is shed at once and in order, and comes back in order, each block 5 s after it may.
TEST(Curtailment, FollowsTheOrderOfTheGrid) {
  const Played played = play_text(
      network("duration: 50 s, record_interval: 1 s",
              "  grid: {type: grid, V: 415 V, X: 0.1 mohm}\n  order: {type: sum}\n"
              "  first: {type: ac_load, power: 300 kW}\n  second: {type: ac_load}\n  third: {type: ac_load}\n",
              "  bus: [grid.supply, first.supply, second.supply, third.supply]\n"
              "  room: [hall.air, first.room, second.room, third.room]\n",
              "sequences:\n  curtailment:\n    type: modes\n    at_once: true\n    modes:\n"
              "      none:\n        write: {second.power: 200 kW, third.power: 500 kW}\n"
              "        leave: [{to: some, when: [{measure: order.y, above: 0.1}]}]\n"
              "      some:\n        write: {second.power: 0 kW, third.power: 500 kW}\n"
              "        leave: [{to: most, when: [{measure: order.y, above: 0.5}]},"
              " {to: none, when: [{measure: order.y, below: 0.1}], for: 5 s}]\n"
              "      most:\n        write: {third.power: 0 kW}\n"
              "        leave: [{to: some, when: [{measure: order.y, below: 0.5}], for: 5 s}]\n"
              "events:\n  - {at: 10 s, set: order.a, to: 0.2}\n  - {at: 20 s, set: order.a, to: 0.8}\n"
              "  - {at: 30 s, set: order.a, to: 0}\n"));
  const std::vector<double> P = played.values("grid", "grid", "P");
  for (std::size_t t = 0; t < P.size(); ++t) {
    const double kW = t <= 10 ? 1000.0 : t <= 20 ? 800.0 : t <= 35 ? 300.0 : t <= 40 ? 800.0 : 1000.0;
    EXPECT_NEAR(P[t], 1e3 * kW, 1.0) << t;
  }
  expect_closed(played);
}

/// What an open breaker keeps from its source stands at 0 V until it closes; a set that stands holds nothing up.
TEST(DeadBus, ALoadOnItStartsWithoutPower) {
  const Played played = play_text(
      network("duration: 20 s, record_interval: 1 s",
              "  grid: {type: grid, V: 415 V, X: 1 mohm}\n  tie: {type: breaker, I_rated: 1 kA, closed: 0}\n"
              "  load: {type: ac_load, power: 100 kW}\n  other: {type: ac_load, power: 100 kW}\n"
              "  set: {type: genset, P_rated: 1 MW}\n",
              "  bus: [grid.supply, tie.from]\n  behind: [tie.to, load.supply]\n  yard: [set.bus, other.supply]\n"
              "  room: [hall.air, tie.room, load.room, other.room]\n",
              "events:\n  - {at: 5 s, set: tie.closed, to: 1}\n"));
  EXPECT_NEAR(played.values("ac_load", "load", "P")[3], 0.0, 1e-3);
  EXPECT_NEAR(played.values("ac_load", "load", "P").back(), 1e5, 1.0);
  EXPECT_NEAR(played.values("ac_load", "other", "P").back(), 0.0, 1e-3);
  expect_closed(played);
}

/// A dead short behind a UPS of 1 MW takes 1.1 of 2.5 times its 1,391 A, until it is gone.
TEST(Ups, AFaultTakesItsLargestCurrent) {
  const Played played = play_text(
      network("duration: 4 s, record_interval: 0.1 s",
              "  grid: {type: grid, V: 415 V, X: 5 mohm}\n  ups: {type: ups, P_rated: 1 MW, battery: yes}\n"
              "  load: {type: ac_load, power: 500 kW}\n  earth: {type: grid, V: 0 V, X: 1 uohm}\n"
              "  fault: {type: breaker, I_rated: 100 kA, I_pickup: 20, I_instantaneous: 1000, closed: 0}\n",
              "  bus: [grid.supply, ups.inlet]\n  out: [ups.outlet, load.supply, fault.from]\n  ground: [fault.to, "
              "earth.supply]\n  room: [hall.air, ups.room, load.room, fault.room]\n",
              "events:\n  - {at: 1 s, set: fault.closed, to: 1, for: 1 s}\n"));
  EXPECT_NEAR(played.values("breaker", "fault", "current")[15], 1.1 * 2.5 * 1e6 / (std::sqrt(3.0) * 415.0), 5.0);
  EXPECT_EQ(played.values("ups", "ups", "limited")[15], 1.0);
  EXPECT_EQ(played.values("ups", "ups", "limited")[5], 0.0);
  EXPECT_NEAR(played.values("ac_load", "load", "P").back(), 5e5, 1.0);
  expect_closed(played);
}

/// The trip unit in a run: closed form of the standard inverse curve, whatever the records are.
TEST(Breaker, TripsAtTheTimeOfItsCurve) {
  for (const char* records : {"record_interval: 10 ms", "record_interval: 5 s"}) {
    const Played played = play_text(
        network(std::string("duration: 15 s, ") + records,
                "  grid: {type: grid, V: 415 V, X: 1 uohm}\n  load: {type: ac_load, power: 200 kW, power_factor: 1}\n"
                "  feeder: {type: breaker, I_rated: 400 A, I_pickup: 1, time_multiplier: 0.1}\n",
                "  bus: [grid.supply, feeder.from]\n  fed: [feeder.to, load.supply]\n"
                "  room: [hall.air, load.room, feeder.room]\n",
                R"(sequences:
  horn:
    type: modes
    at_once: true
    modes:
      quiet: {leave: [{to: loud, when: [{measure: feeder.tripped, above: 0.5}]}]}
      loud: {leave: [{to: quiet, when: [{measure: feeder.tripped, below: -1}]}]}
events:
  - {at: 2 s, set: load.power, to: 600 kW}
)"));
    const double ratio = 600e3 / (std::sqrt(3.0) * 415.0) / 400.0;
    const double trips = 2.0 + 0.1 * 0.14 / (std::pow(ratio, 0.02) - 1.0);
    ASSERT_EQ(played.log.size(), 2u);
    constexpr double half_open =
        0.0255;  // s, from 1 to 1.5 of the element by quadrature of its law, opening_time 50 ms
    EXPECT_NEAR(played.log[1].time, trips + half_open, 0.008) << "and the contacts open";
    EXPECT_NEAR(played.values("ac_load", "load", "P").back(), 0.0, 1e-6);
    expect_closed(played);
  }
}

/// Selectivity: of two breakers in series with a fault current the one with the lower multiplier opens alone.
TEST(Breaker, OnlyTheOneNextToTheFaultOpens) {
  const Played played =
      play_text(network("duration: 5 s, record_interval: 0.1 s",
                        "  grid: {type: grid, V: 415 V, X: 2 mohm}\n  other: {type: ac_load, power: 200 kW}\n"
                        "  faulty: {type: ac_load, power: 50 kW, V_minimum: 332 V}\n"
                        "  main: {type: breaker, I_rated: 2000 A, time_multiplier: 0.3, I_instantaneous: 20}\n"
                        "  branch: {type: breaker, I_rated: 400 A, time_multiplier: 0.1, I_instantaneous: 20}\n",
                        "  bus: [grid.supply, main.from]\n  fed: [main.to, other.supply, branch.from]\n"
                        "  end: [branch.to, faulty.supply]\n"
                        "  room: [hall.air, main.room, branch.room, other.room, faulty.room]\n",
                        "events:\n  - {at: 1 s, set: faulty.power, to: 2.5 MW}\n"));
  EXPECT_EQ(played.values("breaker", "branch", "tripped").back(), 1.0);
  EXPECT_EQ(played.values("breaker", "main", "tripped").back(), 0.0);
  EXPECT_NEAR(played.values("ac_load", "other", "P").back(), 2e5, 1.0);
}

}  // namespace
}  // namespace wattloop
