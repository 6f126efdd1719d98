// Errors of the electrical part of a case: voltages that do not meet, sources, batteries.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "io/twin.h"
#include "tests/io/electrical_case.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

TEST(BadElectricalCase, VoltagesThatDoNotMeet) {
  const std::string transformer =
      "{type: grid, V: 34.5 kV, X: 1 ohm}\n"
      "  unit: {type: transformer, S_n: 1 MVA, V_primary: PRIMARY, V_secondary: 415 V, uk: 6 %, P0: 2 kW, Pk: 9 kW}";
  const Changes joined = {{"{type: grid, V: 415 V, X: 1 mohm}", transformer},
                          {"bus: [grid.supply, ", "mv: [grid.supply, unit.primary]\n  bus: [unit.secondary, "},
                          {"[hall_air.air, ", "[hall_air.air, unit.room, "}};
  const auto with_primary = [&](const std::string& V) { return with({{"PRIMARY", V}}, with(joined)); };
  EXPECT_EQ(problems_of_case(with_primary("34.5 kV")), "");
  EXPECT_EQ(problems_of_case(with_primary("33 kV")), "");
  EXPECT_EQ(problems_of_case(with_primary("13.8 kV")),
            "case.yaml:49:7: nodes.mv: a bus of two voltages: grid is made for 34500 V, got 13800 V");
}

/// Also where a breaker stands between, and between the two sides of a UPS.
TEST(BadElectricalCase, VoltagesThatDoNotMeetAtABreakerOrAUps) {
  const std::string parts = "{type: grid, V: 480 V, X: 1 mohm}\n  switch: PART";
  const Changes joined = {{"{type: grid, V: 415 V, X: 1 mohm}", parts},
                          {"bus: [grid.supply, ", "mains: [grid.supply, IN]\n  bus: [OUT, set.bus, "},
                          {"  outdoor_air:\n", "  set: {type: genset, P_rated: 1 MW, V_set: SET}\n  outdoor_air:\n"},
                          {"[hall_air.air, ", "[hall_air.air, switch.room, "}};
  const auto problems = [&](const char* part, const char* in, const char* out, const char* V) {
    return problems_of_case(
        with({{"PART", part}, {"IN]", in + std::string("]")}, {"OUT, ", out + std::string(", ")}, {"SET", V}},
             with(joined)));
  };
  const char* breaker = "{type: breaker, I_rated: 4 kA}";
  EXPECT_EQ(problems(breaker, "switch.from", "switch.to", "415 V"), "");
  EXPECT_EQ(problems(breaker, "switch.from", "switch.to", "4.16 kV"),
            "case.yaml:51:8: nodes.bus: switch joins buses of two voltages: that of mains is 480 V, got 4160 V");
  const char* ups = "{type: ups, P_rated: 1 MW, V_out: 4.16 kV, V_minimum: 3.5 kV, V_cutoff: 2.9 kV}";
  EXPECT_EQ(problems(ups, "switch.inlet", "switch.outlet", "4.16 kV"),
            "case.yaml:51:8: nodes.bus: switch joins buses of two voltages: that of mains is 480 V, got 4160 V");
}

/// A motor without a drive is told no speed, and its parameters have limits.
TEST(BadElectricalCase, MotorsWithoutADrive) {
  const auto problems = [](const std::string& rest) {
    return problems_after(
        {{"type: dry_cooler", "type: dry_cooler_direct"}, {"    fan_speed: {signal: fan_control.u}\n", rest}});
  };
  EXPECT_EQ(problems(""), "");
  EXPECT_EQ(problems("    on: {signal: fan_control.u}\n    frequency: 0.98\n    H: 5 s\n"), "");
  EXPECT_TRUE(problems("    fan_speed: {signal: fan_control.u}\n")
                  .starts_with("case.yaml:39:5: parts.cooler.fan_speed: unknown key, got fan_speed"));
  EXPECT_EQ(problems("    H: 0 s\n"), "case.yaml:39:8: parts.cooler.H: out of range, got 0 s, allowed 0.02 s to 20 s");
}

TEST(BadElectricalCase, TwoIdealSourcesOnOneBus) {
  const auto problems = [](const char* first, const char* second) {
    return problems_after(
        {{"{type: grid, V: 415 V, X: 1 mohm}",
          fmt::format("{{type: grid, V: 415 V{}}}\n  other: {{type: grid, V: 415 V{}}}", first, second)},
         {"bus: [grid.supply, ", "bus: [grid.supply, other.supply, "}});
  };
  EXPECT_EQ(problems(", X: 1 mohm", ", X: 1 mohm"), "");
  EXPECT_EQ(problems("", ", X: 1 mohm"), "");
  EXPECT_EQ(
      problems("", ""),
      "case.yaml:49:8: nodes.bus: two sources without impedance on a bus that grid feeds, got other, allowed one of "
      "them, an impedance (grid: X), or modules in parallel (ups: parallel: yes)");
}

TEST(BadElectricalCase, TwoUpsThatDoNotShareOnOneBus) {
  const auto problems = [](const char* more) {
    return problems_after(
        {{"  rack: {type: rack}",
          fmt::format("  one: {{type: ups, P_rated: 1 MW{0}}}\n  two: {{type: ups, P_rated: 1 MW{0}}}\n"
                      "  rack: {{type: rack}}",
                      more)},
         {"rack.feed_a, rack.feed_b]",
          "one.inlet, two.inlet]\n  out: [one.outlet, two.outlet, rack.feed_a, rack.feed_b]"},
         {"[hall_air.air, ", "[hall_air.air, one.room, two.room, "}});
  };
  EXPECT_EQ(problems(", parallel: yes"), "");
  EXPECT_EQ(problems(""),
            "case.yaml:51:8: nodes.out: two sources without impedance on a bus that one feeds, got two, allowed one of "
            "them, an "
            "impedance (grid: X), or modules in parallel (ups: parallel: yes)");
}

TEST(BadElectricalCase, ABatteryWithoutCapacity) {
  const std::string ups = "  ups: {type: ups, P_rated: 1 MW, battery: yes, battery_time: 0 s}\n  rack: {type: rack}";
  const std::string problems = problems_after({{"  rack: {type: rack}", ups},
                                               {"rack.feed_a, rack.feed_b]",
                                                "ups.inlet]\n  out: [ups.outlet, "
                                                "rack.feed_a, rack.feed_b]"},
                                               {"[hall_air.air, ", "[hall_air.air, ups.room, "}});
  EXPECT_EQ(problems, "case.yaml:25:63: parts.ups.battery_time: out of range, got 0 s, allowed more than 0 s");
}

/// Warnings of a case in which two loads of 1.5 MW hang on units of 2 MVA.
std::string warnings_of(const std::string& units, const std::string& nodes) {
  const std::string unit =
      "{type: transformer, S_n: 2 MVA, V_primary: 34.5 kV, V_secondary: 415 V, uk: 6 %, P0: 2 kW, Pk: 15 kW}\n";
  std::string parts = "  grid: {type: grid, V: 34.5 kV, X: 1 ohm}\n" + units;
  for (auto at = parts.find("UNIT"); at != std::string::npos; at = parts.find("UNIT")) parts.replace(at, 4, unit);
  const Directory directory;
  const Twin twin(read_case(directory.write("case.yaml", network("duration: 1 s, record_interval: 1 s",
                                                                 parts + "  one: {type: ac_load, power: 1.5 MW}\n"
                                                                         "  two: {type: ac_load, power: 1.5 MW}\n",
                                                                 nodes, "")),
                            {}),
                  1);
  std::string all;
  for (const std::string& warning : twin.warnings()) all += warning.substr(warning.find(": ") + 2) + "\n";
  return all;
}

/// Each load alone could be fed: together they ask for more than the transformer before them.
TEST(ElectricalWarnings, LoadsTogetherAboveATransformer) {
  EXPECT_EQ(warnings_of("  unit: UNIT",
                        "  mv: [grid.supply, unit.primary]\n  lv: [unit.secondary, one.supply, "
                        "two.supply]\n  room: [hall.air, unit.room, one.room, two.room]\n"),
            "unit: loads together ask for more than unit can carry, got 3000 kW, allowed at most 2000 kVA\n");
  EXPECT_EQ(warnings_of("  unit: UNIT  other: UNIT",
                        "  mv: [grid.supply, unit.primary, other.primary]\n  lv: [unit.secondary, one.supply]\n"
                        "  lv_2: [other.secondary, two.supply]\n"
                        "  room: [hall.air, unit.room, other.room, one.room, two.room]\n"),
            "");
}

/// A tie of 500 A (359 kVA) between two buses: what one transformer lacks can come over it only in part.
TEST(ElectricalWarnings, TheSmallestCutIsNamed) {
  const char* nodes =
      "  mv: [grid.supply, unit.primary, other.primary]\n  lv: [unit.secondary, one.supply, two.supply, tie.from]\n"
      "  lv_2: [other.secondary, tie.to]\n  room: [hall.air, unit.room, other.room, tie.room, one.room, two.room]\n";
  EXPECT_EQ(warnings_of("  unit: UNIT  other: UNIT  tie: {type: breaker, I_rated: 500 A}\n", nodes),
            "unit: loads together ask for more than unit, tie can carry, got 3000 kW, allowed at most 2359.4 kVA\n");
  EXPECT_EQ(warnings_of("  unit: UNIT  other: UNIT  tie: {type: breaker, I_rated: 2 kA}\n", nodes), "");
}

/// Within a quarter they are no mistake, but from 5 % on they are told: a grid of another voltage than the unit's, a
/// UPS for 415 V behind a unit for 480 V, with a breaker between.
TEST(ElectricalWarnings, VoltagesThatAreApart) {
  const auto warnings = [](const std::string& V_grid, const std::string& V_secondary) {
    const std::string parts = "  grid: {type: grid, V: " + V_grid +
                              ", X: 1 ohm}\n  unit: {type: transformer, S_n: 2 MVA, V_primary: 345 kV, " +
                              "V_secondary: " + V_secondary +
                              ", uk: 6 %, P0: 2 kW, Pk: 15 kW}\n  breaker: {type: breaker, I_rated: 4 kA}\n" +
                              "  ups: {type: ups, P_rated: 1 MW}\n  load: {type: ac_load, power: 500 kW}\n";
    const std::string nodes =
        "  hv: [grid.supply, unit.primary]\n  lv: [unit.secondary, breaker.from]\n  in: [breaker.to, ups.inlet]\n"
        "  out: [ups.outlet, load.supply]\n  room: [hall.air, unit.room, breaker.room, ups.room, load.room]\n";
    const Directory directory;
    const Twin twin(
        read_case(directory.write("case.yaml", network("duration: 1 s, record_interval: 1 s", parts, nodes, "")), {}),
        1);
    std::string all;
    for (const std::string& warning : twin.warnings()) all += warning.substr(warning.find(": ") + 2) + "\n";
    return all;
  };
  EXPECT_EQ(warnings("345 kV", "415 V"), "");
  EXPECT_EQ(warnings("352 kV", "400 V"), "") << "what taps make up for";
  EXPECT_EQ(warnings("400 kV", "480 V"),
            "grid: made for 400000 V and joined with unit for 345000 V, got 15.9 % more, allowed at most 5 %\n"
            "unit: made for 480 V and joined with ups for 415 V, got 15.7 % more, allowed at most 5 %\n");
}

/// A line whose resistance is negative or which has no impedance is no line.
TEST(BadElectricalCase, LinesWithoutImpedance) {
  const auto problems = [](const std::string& R, const std::string& X) {
    return problems_after(
        {{"  outdoor_air:\n", fmt::format("  cable: {{type: line, length: 10 m, I_rated: 2 kA, R_per_metre: {}, "
                                          "X_per_metre: {}}}\n  outdoor_air:\n",
                                          R, X)},
         {"bus: [grid.supply, ", "mains: [grid.supply, cable.from]\n  bus: [cable.to, "},
         {"[hall_air.air, ", "[hall_air.air, cable.room, "}});
  };
  EXPECT_EQ(problems("20 uohm/m", "80 uohm/m"), "");
  EXPECT_NE(problems("-20 uohm/m", "80 uohm/m").find("parts.cable.R_per_metre: out of range, got -20 uohm/m"),
            std::string::npos);
  EXPECT_NE(problems("20 uohm/m", "-80 uohm/m").find("parts.cable.X_per_metre: out of range, got -80 uohm/m"),
            std::string::npos);
  EXPECT_NE(problems("0 ohm/m", "0 ohm/m").find("connect the two ends to one node instead"), std::string::npos);
}

}  // namespace
}  // namespace wattloop
