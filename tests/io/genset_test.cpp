// Fuel, protection and voltage of a generator set, against closed forms.

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// A set of 2 MW (2.5 MVA) on a bus with a load of 500 kW.
std::string alone(const std::string& run, const std::string& set, const std::string& rest) {
  return network(
      run,
      "  load: {type: ac_load, power: 500 kW, power_factor: 1}\n  set: {type: genset, P_rated: 2 MW, on: 1, closed: 1" +
          set + "}\n",
      "  bus: [set.bus, load.supply]\n  room: [hall.air, load.room]\n", rest);
}

/// fuel_idle for the time, fuel_slope for the work: what the flywheel gave to the step it has taken back.
TEST(GensetFuel, IsIdleForTheTimeAndSlopeForTheWork) {
  const Played played = play_text(alone("duration: 60 s, record_interval: 1 s",
                                        ", tank: 100 kg, fuel_idle: 0.012 kg/s, fuel_slope: 52 mg/kJ",
                                        "events:\n  - {at: 30 s, set: load.power, to: 1 MW}\n"));
  const std::vector<double> left = played.values("genset", "set", "fuel_left"),
                            lasts = played.values("genset", "set", "endurance");
  const double before = 0.012 + 5.2e-8 * 500e3, after = 0.012 + 5.2e-8 * 1e6;
  EXPECT_NEAR(left.front(), 100.0, 1e-9);
  EXPECT_NEAR(left[30], 100.0 - 30.0 * before, 1e-6);
  EXPECT_NEAR(lasts[30], left[30] / before, 1e-3);
  EXPECT_NEAR(left[60], 100.0 - 30.0 * (before + after), 0.003) << "the idle part follows a speed that dips";
}

/// The governor asks for more while the last of the fuel fades, then the set stalls and the bus dies with it, within
/// the second that its flywheel carries the load (H S_n).
TEST(GensetFuel, AnEmptyTankStopsTheEngine) {
  const Played played =
      play_text(alone("duration: 2 min, record_interval: 0.1 s", ", tank: 1 kg, fuel_start: 50 %, H: 0.2 s", ""));
  const double flow = 0.012 + 5.2e-8 * 500e3, ends = 0.5 / flow, last = 0.012 + 5.2e-8 * 2e6;
  const std::vector<double> P = played.values("genset", "set", "P"), f = played.values("genset", "set", "frequency"),
                            left = played.values("genset", "set", "fuel_left"),
                            empty = played.values("genset", "set", "out_of_fuel");
  const auto dead = std::find_if(P.begin(), P.end(), [](double p) { return p < 250e3; });
  ASSERT_NE(dead, P.end());
  EXPECT_NEAR(0.1 * static_cast<double>(dead - P.begin()), ends, last / flow + 0.5);
  EXPECT_GT(f[static_cast<std::size_t>(10.0 * (ends - last / flow))], 59.9);
  EXPECT_EQ(empty.front(), 0.0);
  EXPECT_EQ(empty.back(), 1.0);
  EXPECT_LT(P.back(), 1e3);
  EXPECT_LT(f.back(), 6.0);
  EXPECT_GE(*std::min_element(left.begin(), left.end()), 0.0);
  expect_closed(played);
}

/// Two sets that share; what is left when one has no fuel any more is the other's.
TEST(GensetFuel, TheOtherSetTakesOver) {
  const auto set = [](const std::string& name, const std::string& rest) {
    return "  " + name +
           ": {type: genset, P_rated: 2 MW, on: 1, closed: 1, sharing: 0.05, damping: 10, loads: {signal: "
           "loads.y}, speeds: {signal: speeds.y}, sets: {signal: sets.y}" +
           rest + "}\n";
  };
  const auto sum = [](const std::string& name, const std::string& of) {
    return "  " + name + ": {type: sum, a: {signal: first." + of + "}, b: {signal: second." + of + "}}\n";
  };
  const Played played = play_text(
      network("duration: 60 s, record_interval: 0.1 s",
              "  load: {type: ac_load, power: 1 MW, power_factor: 1}\n" + set("first", ", tank: 1 kg") +
                  set("second", "") + sum("loads", "load") + sum("speeds", "speed_on_bus") + sum("sets", "on_bus"),
              "  bus: [first.bus, second.bus, load.supply]\n  room: [hall.air, load.room]\n",
              R"(sequences:
  trip:
    type: modes
    at_once: true
    modes:
      runs: {leave: [{to: tripped, when: [{measure: first.fuel_level, below: 0.06}]}]}
      tripped:
        write: {first.closed: 0, first.on: 0}
        leave: [{to: tripped, for: 1 h}]
)"));
  const std::vector<double> load = played.values("ac_load", "load", "P"), P = played.values("genset", "second", "P"),
                            stopped = played.values("genset", "first", "frequency");
  for (const double p : load) EXPECT_NEAR(p, 1e6, 1.0);
  EXPECT_NEAR(P[100], 500e3, 5e3);
  EXPECT_NEAR(P.back(), 1e6, 1e2);
  EXPECT_LT(stopped.back(), 1.0);
  expect_closed(played);
}

/// An engine at its end falls by (P - 1.1 P_rated) f_n / (2 H S_n) a second until its relay opens it.
TEST(GensetProtection, UnderfrequencyTripsAnOverloadedSet) {
  const Played played = play_text(alone("duration: 60 s, record_interval: 0.1 s", ", H: 4 s, f_low: 0.92",
                                        R"(sequences:
  relay:
    type: modes
    at_once: true
    modes:
      runs: {leave: [{to: tripped, when: [{measure: set.frequency, below: 0.92}], for: 1 s}]}
      tripped:
        write: {set.closed: 0, set.on: 0}
        leave: [{to: tripped, for: 1 h}]
events:
  - {at: 10 s, set: load.power, to: 2.4 MW}
)"));
  const std::vector<double> f = played.values("genset", "set", "frequency"),
                            low = played.values("genset", "set", "underfrequency"),
                            P = played.values("ac_load", "load", "P");
  const double rate = (2.4e6 - 2.2e6) * 60.0 / (2.0 * 4.0 * 2.5e6);
  const auto first_low = static_cast<std::size_t>(std::find(low.begin(), low.end(), 1.0) - low.begin());
  ASSERT_LT(first_low, low.size());
  EXPECT_NEAR(f[first_low - 1] - f[first_low], 0.1 * rate / 0.92, 0.02 * 0.1 * rate)
      << "2 H s: slower has less momentum";
  EXPECT_NEAR(f[first_low], 55.2, 0.1 * rate);
  ASSERT_EQ(played.log.size(), 2u);
  EXPECT_NEAR(played.log[1].time, 0.1 * static_cast<double>(first_low) + 1.0, 0.1);
  EXPECT_EQ(low.back(), 0.0) << "off the bus nothing is low";
  EXPECT_NEAR(P.back(), 0.0, 1.0);
  expect_closed(played);
}

/// Four sets of 3 MW with 14 MW and nothing that sheds: their own relays end it, and the batteries carry the racks.
TEST(GensetProtection, SetsThatAreTooFewTripAndLeaveTheRacksOnBattery) {
  static const Directory directory;
  const Played played =
      play(std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/genset_fails/case.yaml", directory,
           {{"sequences.shedding", "null"}, {"run.duration", "2 min"}, {"run.record_interval", "1 s"}});
  int trips = 0;
  for (const LogEntry& e : played.log) {
    if (e.what != "goes to tripped") continue;
    ++trips;
    EXPECT_NEAR(e.time, 98.0, 2.0) << "while the second UPS walks in";
  }
  EXPECT_EQ(trips, 4);
  EXPECT_GT(played.summary.frequency.least, 50.0);
  EXPECT_EQ(nlohmann::json::parse(to_json(played.summary))["consequences"]["areas"][0]["off"], 0);
  expect_closed(played);
}

TEST(GensetProtection, ALostLoadIsSeenAsOverspeed) {
  const auto seen = [](const char* power, const char* alarm) {
    const Played played =
        play_text(alone("duration: 20 s, record_interval: 10 ms", ", H: 0.5 s, T_engine: 0.8 s, f_high: 1.015",
                        fmt::format("events:\n  - {{at: 1 s, set: load.power, to: 1.8 MW}}\n"
                                    "  - {{at: 15 s, set: load.power, to: {}}}\n",
                                    power)));
    const std::vector<double> on = played.values("genset", "set", alarm);
    return *std::max_element(on.begin() + 1500, on.end());
  };
  EXPECT_EQ(seen("100 kW", "overspeed"), 1.0);
  EXPECT_EQ(seen("1.4 MW", "overspeed"), 0.0);
  EXPECT_EQ(seen("1.4 MW", "overfrequency"), 1.0);
  EXPECT_EQ(seen("1.75 MW", "overfrequency"), 0.0);
}

/// Behind jX with a load P of unity power factor: E^2 = V^2 + (X P / V)^2, per unit.
double terminal_voltage(double E, double X, double P) {
  const double E2 = E * E;
  return std::sqrt(0.5 * (E2 + std::sqrt(E2 * E2 - 4.0 * X * X * P * P)));
}

/// Voltage of the bus over V_set through a step of the load from 0.2 to 0.8 of S_n after 2 s.
std::vector<double> through_a_step(const std::string& set) {
  const Played played = play_text(
      network("duration: 8 s, record_interval: 2 ms",
              "  load: {type: ac_load, power: 500 kW, power_factor: 1}\n  meter: {type: voltmeter, V_nominal: 415 V}\n"
              "  set: {type: genset, P_rated: 2 MW, on: 1, closed: 1, H: 20 s" +
                  set + "}\n",
              "  bus: [set.bus, load.supply, meter.bus]\n  room: [hall.air, load.room]\n",
              "events:\n  - {at: 2 s, set: load.power, to: 2 MW}\n"));
  expect_closed(played);
  return played.values("voltmeter", "meter", "V");
}

/// A step of the load dips the voltage to that behind the internal one as it was, and the regulator brings it back by
/// T_avr dE/dt = 1 - V(E) - E/1000.
TEST(GensetVoltage, DipsByItsReactanceAndComesBackByItsRegulator) {
  constexpr double X = 0.3, T_avr = 0.4, before = 0.2, after = 0.8;  // powers over S_n
  const std::vector<double> V = through_a_step(", X: 0.3, T_avr: 0.4 s");
  double E = std::hypot(V[1000], X * before / V[1000]);
  EXPECT_NEAR(V[1000], 1.0 - E / 1000.0, 1e-5) << "the regulator's accuracy";
  const double dip = terminal_voltage(E, X, after);
  EXPECT_NEAR(V[1001], dip, 2e-3 * (1.0 - dip) + 2e-3 / T_avr * (1.0 - dip));
  EXPECT_NEAR(dip, 1.0 - 0.5 * X * X * (after * after - before * before), 5e-3) << "in phase with the voltage: by X^2";
  const auto rate = [&](double e) { return (1.0 - terminal_voltage(e, X, after) - e / 1000.0) / T_avr; };
  for (std::size_t i = 1001; i < V.size(); ++i) {
    const double half = E + 1e-3 * rate(E);
    E += 2e-3 * rate(half);
    ASSERT_NEAR(V[i], terminal_voltage(E, X, after), 1e-4) << i;
  }
  EXPECT_NEAR(V.back(), 1.0 - E / 1000.0, 1e-5);
}

/// An internal voltage at its ceiling leaves the bus low.
TEST(GensetVoltage, TheCeilingLimitsTheRecovery) {
  const std::vector<double> V = through_a_step(", X: 0.5, ceiling: 1.02");
  EXPECT_NEAR(V.back(), terminal_voltage(1.02, 0.5, 0.8), 5e-3);
  EXPECT_LT(V.back(), 0.94) << "not limited: 0.999";
}

}  // namespace
}  // namespace wattloop
