// Gensets over time: inertia, governor, sharing, start and synchronising, against closed forms.

#include <algorithm>
#include <cmath>

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

std::string one_set(const std::string& run, const std::string& genset, const std::string& rest) {
  return network(run,
                 "  load: {type: ac_load, power: 500 kW, power_factor: 1}\n"
                 "  set: {type: genset, P_rated: 2 MW, on: 1, closed: 1" +
                     genset + "}\n",
                 "  bus: [set.bus, load.supply]\n  room: [hall.air, load.room]\n", rest);
}

/// df/dt = -dP f_n / (2 H S_n) at first; the integral of the governor brings the frequency back to nominal.
TEST(Genset, FrequencyFallsWithItsInertiaAndComesBack) {
  const Played played = play_text(one_set("duration: 30 s, record_interval: 10 ms", ", H: 1.5 s, T_engine: 0.3 s",
                                          "events:\n  - {at: 2 s, set: load.power, to: 1300 kW}\n"));
  const std::vector<double> f = played.values("genset", "set", "frequency"), P = played.values("genset", "set", "P");
  EXPECT_NEAR(f[199], 60.0, 1e-3);
  EXPECT_NEAR(P[199], 5e5, 1.0);
  EXPECT_NEAR(P[201], 1.3e6, 1.0);
  const double rate = -0.8e6 * 60.0 / (2.0 * 1.5 * 2.5e6);  // Hz/s
  EXPECT_NEAR((f[202] - f[200]) / 0.02, rate, 0.02 * -rate);
  const double nadir = *std::min_element(f.begin(), f.end());
  EXPECT_GT(nadir, 54.0) << "40 % of the rating in one step: class G2 of ISO 8528-5 (2018) allows -10 %";
  EXPECT_LT(nadir, 59.0);
  for (std::size_t i = 700; i < f.size(); ++i) EXPECT_NEAR(f[i], 60.0, 1.2) << "within 2 % after 5 s";
  EXPECT_NEAR(f.back(), 60.0, 0.02) << "isochronous";
  expect_closed(played);
}

/// Parts: two sets of these names and further parameters that share the load.
std::string sharing_sets(const std::string& a, const std::string& of_a, const std::string& b, const std::string& of_b) {
  const auto set = [](const std::string& name, const std::string& parameters) {
    return "  " + name + ": {type: genset, " + parameters +
           ", sharing: 0.05, damping: 10, loads: {signal: loads.y}, speeds: {signal: speeds.y}, sets: {signal: "
           "sets.y}}\n";
  };
  const auto sum = [&](const std::string& name, const std::string& of) {
    return "  " + name + ": {type: sum, a: {signal: " + a + "." + of + "}, b: {signal: " + b + "." + of + "}}\n";
  };
  return set(a, of_a) + set(b, of_b) + sum("speeds", "speed_on_bus") + sum("loads", "load") + sum("sets", "on_bus");
}

/// Two sets of known inertia: the mean of their rates by inertia is -dP f_n / (2 sum H_i S_i) at first; the largest
/// rate over half a second is that of the recorded frequencies.
TEST(Genset, RateOfChangeOfFrequencyIsThatOfTheInertia) {
  const std::string rest = ", T_engine: 0.3 s, on: 1, closed: 1";
  const Played played = play_text(
      network("duration: 6 s, record_interval: 5 ms",
              "  load: {type: ac_load, power: 600 kW, power_factor: 1}\n" +
                  sharing_sets("large", "P_rated: 2 MW, H: 4 s" + rest, "small", "P_rated: 1 MW, H: 1.5 s" + rest),
              "  bus: [large.bus, small.bus, load.supply]\n  room: [hall.air, load.room]\n",
              "events:\n  - {at: 4 s, set: load.power, to: 900 kW}\n"));
  const double HS_large = 4.0 * 2.5e6, HS_small = 1.5 * 1.25e6;  // S_n = P_rated/0.8
  const double rate = 0.3e6 * 60.0 / (2.0 * (HS_large + HS_small));
  const auto rate_large = played.values("genset", "large", "rocof"),
             rate_small = played.values("genset", "small", "rocof");
  const std::size_t after = 801;  // records: 5 ms behind the event
  EXPECT_NEAR((HS_large * rate_large[after] + HS_small * rate_small[after]) / (HS_large + HS_small), -rate,
              0.01 * rate);
  EXPECT_NEAR(rate_large[800], 0.0, 1e-3) << "the record at the event is that before it";
  double largest = 0.0;
  for (const char* set : {"large", "small"}) {
    const std::vector<double> f = played.values("genset", set, "frequency");
    for (std::size_t i = 100; i < f.size(); ++i) largest = std::max(largest, std::abs(f[i] - f[i - 100]) / 0.5);
    EXPECT_LE(played.summary.frequency.least, *std::min_element(f.begin(), f.end()) + 1e-5);
  }
  EXPECT_NEAR(played.summary.frequency.rocof, largest, 0.01 * largest);
  EXPECT_LT(largest, rate) << "the engines help";
  EXPECT_EQ(nlohmann::json::parse(to_json(played.summary))["power"]["rocof_hz_per_s"], played.summary.frequency.rocof);
  expect_closed(played);
}

/// Sets of 2 MW and 1 MW: each carries the same part of its rating, and the frequency is nominal.
TEST(Genset, SetsInParallelShareTheLoad) {
  const Played played = play_text(network("duration: 60 s, record_interval: 0.1 s",
                                          "  load: {type: ac_load, power: 600 kW, power_factor: 0.9}\n" +
                                              sharing_sets("large", "P_rated: 2 MW, on: 1, closed: 1", "small",
                                                           "P_rated: 1 MW, T_engine: 0.4 s, on: 1, closed: 1"),
                                          "  bus: [large.bus, small.bus, load.supply]\n  room: [hall.air, load.room]\n",
                                          "events:\n  - {at: 5 s, set: load.power, to: 1500 kW}\n"));
  const std::vector<double> large = played.values("genset", "large", "P"),
                            small = played.values("genset", "small", "P");
  EXPECT_NEAR(large[40], 4e5, 4e3);
  EXPECT_NEAR(small[40], 2e5, 2e3);
  EXPECT_NEAR(large.back(), 1e6, 1e4);
  EXPECT_NEAR(small.back(), 5e5, 5e3);
  EXPECT_NEAR(played.values("genset", "large", "frequency").back(), 60.0, 0.02);
  const std::vector<double> Q = played.values("genset", "large", "Q"), q = played.values("genset", "small", "Q");
  EXPECT_NEAR(Q.back() + q.back(), 1.5e6 * std::tan(std::acos(0.9)), 1e3);
  expect_closed(played);
}

/// Start, closing on a dead bus, a second set that synchronises, and the end: the engine of the first stops.
TEST(Genset, StartsParallelsAndLeavesTheOtherAlone) {
  const Played played = play_text(
      network("duration: 90 s, record_interval: 0.1 s",
              "  load: {type: ac_load}\n" + sharing_sets("first", "P_rated: 1 MW", "second", "P_rated: 1 MW") +
                  "  feeder: {type: breaker, I_rated: 1600 A, closed: 0}\n",
              "  bus: [first.bus, second.bus, feeder.from]\n  fed: [feeder.to, load.supply]\n"
              "  room: [hall.air, load.room, feeder.room]\n",
              R"(sequences:
  first_set:
    type: modes
    at_once: true
    modes:
      waiting: {leave: [{to: closed, when: [{measure: first.ready, above: 0.99}]}]}
      closed: {write: {first.closed: 1}, leave: [{to: waiting, when: [{measure: first.ready, below: -1}]}]}
  second_set:
    type: modes
    at_once: true
    modes:
      waiting: {leave: [{to: closed, when: [{measure: second.ready, above: 0.99}], for: 4 s}]}
      closed: {write: {second.closed: 1}, leave: [{to: waiting, when: [{measure: second.ready, below: -1}]}]}
events:
  - {at: 1 s, set: load.power, to: 600 kW}
  - {at: 2 s, set: first.on, to: 1}
  - {at: 2 s, set: second.on, to: 1}
  - {at: 20 s, set: feeder.closed, to: 1}
  - {at: 60 s, fail: first}
)"));
  const std::vector<double> P = played.values("ac_load", "load", "P"), p1 = played.values("genset", "first", "P"),
                            p2 = played.values("genset", "second", "P"),
                            f = played.values("genset", "second", "frequency");
  EXPECT_NEAR(P[199], 0.0, 1e-3) << "a dead bus";
  EXPECT_NEAR(f[10], 0.0, 1e-6);
  for (std::size_t i = 205; i < P.size(); ++i) EXPECT_NEAR(P[i], 6e5, 1.0) << i;
  EXPECT_NEAR(p1[590], 3e5, 3e3);
  EXPECT_NEAR(p2[590], 3e5, 3e3);
  EXPECT_NEAR(p1.back(), 0.0, 1e-6);
  EXPECT_NEAR(p2.back(), 6e5, 1e2);
  EXPECT_NEAR(f.back(), 60.0, 0.03);
  expect_closed(played);
}

}  // namespace
}  // namespace wattloop
