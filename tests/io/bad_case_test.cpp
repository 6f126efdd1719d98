#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/io/small_case.h"

namespace wattloop {
namespace {

const std::string vessel_text =
    "  vessel:\n    type: expansion_vessel\n    liquid: loop\n    V_vessel: 50 L\n    V_system: 500 L\n"
    "    m_flow_nominal: 0.1 kg/s\n";
const std::string weather_text = "{T_db: 30 degC, T_dp: 10 degC}";

TEST(BadCase, TheSmallCaseIsGood) {
  EXPECT_EQ(problems_of_case(small_case), "");
}

TEST(BadCase, Quantities) {
  EXPECT_EQ(problems_after({{"dp_nominal: 250 kPa", "dp_nominal: 250"}}),
            "case.yaml:29:17: parts.pump.dp_nominal: unit missing, got 250, allowed a quantity in Pa");
  EXPECT_EQ(problems_after({{"dp_nominal: 250 kPa", "dp_nominal: 250 kW"}}),
            "case.yaml:29:17: parts.pump.dp_nominal: wrong dimension, got 250 kW, allowed a quantity in Pa");
  EXPECT_EQ(problems_after({{"P_fan_nominal: 3 kW", "P_fan_nominal: -3 kW"}}),
            "case.yaml:38:20: parts.cooler.P_fan_nominal: out of range, got -3 kW, allowed more than 0 kW");
  for (const char* text : {".nan kW", "nan kW", ".inf", "-inf W", "1e999 kW"})
    EXPECT_EQ(problems_after({{"P_fan_nominal: 3 kW", fmt::format("P_fan_nominal: {}", text)}}),
              fmt::format("case.yaml:38:20: parts.cooler.P_fan_nominal: not a finite number, got {}, "
                          "allowed a quantity in W",
                          text));
}

TEST(BadCase, UnknownKeysNameTheNearest) {
  EXPECT_EQ(problems_after({{"dp_shutoff", "dp_shutof"}}),
            "case.yaml:30:5: parts.pump.dp_shutof: unknown key, got dp_shutof, allowed dp_shutoff");
  EXPECT_EQ(problems_after({{"duration: 1 h", "duratoin: 1 h"}}),
            "case.yaml:4:32: run.duratoin: unknown key, got duratoin, allowed duration");
  EXPECT_EQ(problems_after({{"activity: 80 %", "actvity: 80 %"}}),
            "case.yaml:10:39: workload.jobs.job.actvity: unknown key, got actvity, allowed activity");
  EXPECT_EQ(problems_after({{"    dp_shutoff: 350 kPa\n", ""}}),
            "case.yaml:27:5: parts.pump.dp_shutoff: required key is missing, allowed a quantity in Pa");
}

TEST(BadCase, UnknownNamesNameTheNearest) {
  EXPECT_EQ(problems_after({{"type: pump", "type: pum"}}),
            "case.yaml:27:11: parts.pump.type: there is no component type of this name, got pum, allowed pump");
  EXPECT_EQ(problems_after({{"liquid: loop", "liquid: lop"}}),
            "case.yaml:21:13: parts.vessel.liquid: there is none of this name in the case, got lop, allowed loop");
  EXPECT_EQ(problems_after({{"{type: rack}", "{template: block}"}}),
            "case.yaml:25:20: parts.rack.template: there is none of this name in the case, got block");
  EXPECT_EQ(problems_after({{"{signal: cold.T}", "{signal: cld.T}"}}),
            "case.yaml:43:18: parts.fan_control.measurement: nothing readable has this path, got cld.T, "
            "allowed cold.T");
  EXPECT_EQ(problems_after({{"kind: propylene_glycol", "kind: propylen_glycol"}}),
            "case.yaml:7:16: liquids.loop.kind: unknown choice, got propylen_glycol, "
            "allowed propylene_glycol, ethylene_glycol, water");
  EXPECT_EQ(problems_after({{"kind: constant", "kind: constnt"}}),
            "case.yaml:10:17: workload.jobs.job.kind: unknown kind of job, got constnt, allowed constant");
  EXPECT_EQ(problems_after({{"measure: weather.T_db", "measure: weather.T_dbx"}, {"[cooler.pads]", "[cooler.pds]"}}),
            "case.yaml:55:9: sequences.pads: nothing readable has this path, got weather.T_dbx, allowed weather.T_db\n"
            "case.yaml:55:9: sequences.pads: no input has this path, got cooler.pds, allowed cooler.pads");
}

TEST(BadCase, UnknownCatalogueEntry) {
  const Directory directory;
  directory.write("catalog/racks.yaml", "gb300_nvl72: {type: rack, source: data sheet, confidence: V}\n");
  EXPECT_EQ(problems_of_case(with({{"{type: rack}", "{use: gb300_nvl72}"}}), directory), "");
  EXPECT_EQ(problems_of_case(with({{"{type: rack}", "{use: gb301_nvl72}"}}), directory),
            "case.yaml:25:15: parts.rack: unknown catalogue entry, got gb301_nvl72, allowed gb300_nvl72");
}

TEST(BadCase, SignalsOfAnotherDimension) {
  EXPECT_EQ(problems_after({{"set_point: 45 degC", "set_point: 45 kPa"}}),
            "case.yaml:44:16: parts.fan_control.set_point: the measurement is in K, got a value in Pa, allowed K");
  EXPECT_EQ(problems_after({{"set_point: 45 degC", "set_point: 45"}}),
            "case.yaml:44:16: parts.fan_control.set_point: the measurement is in K, got a value in 1, allowed K");
  EXPECT_EQ(problems_after({{"gain: 0.1 1/K", "gain: 0.1"}}),
            "case.yaml:41:5: parts.fan_control: the measurement is in K, got a gain in 1, allowed 1/K");
  EXPECT_EQ(problems_after({{"{signal: cold.T}", "{signal: cold.p}"}}),
            "case.yaml:43:18: parts.fan_control.measurement: the measurement is in Pa, got a value in K, "
            "allowed a measurement in K");
  EXPECT_EQ(problems_after({{"T_db: {signal: weather.T_db}", "T_db: {signal: weather.p}"}}),
            "case.yaml:15:11: parts.outdoor_air.T_db: a signal of another dimension: it is in Pa, got weather.p, "
            "allowed a signal in K");
  EXPECT_EQ(problems_after({{"{signal: fan_control.u}", "{signal: cold.T}"}}),
            "case.yaml:39:16: parts.cooler.fan_speed: a signal of another dimension: it is in K, got cold.T, "
            "allowed a signal in 1, a share");
}

TEST(BadCase, DuplicateNames) {
  EXPECT_EQ(problems_after({{"  rack: {type: rack}\n", "  rack: {type: rack}\n  grid: {type: grid, V: 415 V}\n"}}),
            "case.yaml:26:3: duplicate key, got grid, allowed once (first in line 12)");
  EXPECT_EQ(problems_after({{"  hall_air: {", "  zone_1: {type: air_zone, volume: 1 m3}\n  zone: {count: 2, "},
                            {"hall: [hall_air.air,", "other: [zone.air]\n  hall: ["}}),
            "case.yaml:19:9: parts.zone: two parts have the same name, got zone_1");
}

TEST(BadCase, DanglingConnections) {
  EXPECT_EQ(problems_after({{", rack.feed_b]", "]"}}),
            "case.yaml:25:9: parts.rack: port rack.feed_b is not joined to any node, allowed nodes: {NAME: "
            "[rack.feed_b, ...]} with ports of kind ac");
  EXPECT_EQ(problems_after({{"rack.feed_b", "rack.fed_b"}}),
            "case.yaml:48:65: nodes.bus[4]: node bus joins a port that does not exist, got rack.fed_b, "
            "allowed rack.feed_b");
  EXPECT_EQ(problems_after({{"rack.feed_b", "rak.feed_b"}}),
            "case.yaml:48:65: nodes.bus[4]: node bus joins a part that does not exist, got rak, allowed rack");
  EXPECT_EQ(problems_after({{"rack.feed_b", "rack.air"}, {"pump.room, rack.air", "pump.room"}}),
            "case.yaml:48:65: nodes.bus[4]: node bus joins ports of different kinds, got rack.air (heat), allowed ac");
  EXPECT_EQ(problems_after({{"warm: [rack.outlet, cooler.inlet]", "warm: [rack.outlet]\n  lost: [cooler.inlet]"}}),
            "case.yaml:53:9: nodes.warm: a dead end: only one port is joined here, got warm\n"
            "case.yaml:54:9: nodes.lost: a dead end: only one port is joined here, got lost");
  EXPECT_EQ(problems_after({{"rack.feed_a, rack.feed_b]", "rack.feed_a]\n  island: [rack.feed_b]"}}),
            "case.yaml:49:11: nodes.island: a bus without a source, got island");
}

TEST(BadCase, References) {
  EXPECT_EQ(problems_after({{", vessel.port", ""}, {vessel_text, ""}}),
            "case.yaml:45:9: nodes.cold: a loop without a pressure reference (an expansion vessel, an open tower or a "
            "liquid source), "
            "got cold");
  EXPECT_EQ(
      problems_after({{"  rack: {type: rack}\n",
                       "  rack: {type: rack}\n  inflow: {type: liquid_source, liquid: loop, m_flow_nominal: 1 kg/s}\n"},
                      {"warm: [", "warm: [inflow.port, "}}),
      "case.yaml:26:11: parts.inflow: a circuit has two pressure references: vessel and inflow");
  EXPECT_EQ(problems_after(
                {{"outdoors: [outdoor_air.air, cooler.air]", "outdoors: [cooler.air]\n  nowhere: [outdoor_air.air]"}}),
            "case.yaml:49:13: nodes.outdoors: air without an ambient that holds it, got outdoors");
  EXPECT_EQ(
      problems_after({{"  rack: {type: rack}\n", "  rack: {type: rack}\n  other: {type: air_zone, volume: 1 m3}\n"},
                      {"hall: [", "hall: [other.air, "}}),
      "case.yaml:51:9: nodes.hall: two parts hold the temperature of one room, got hall");
}

TEST(BadCase, LiquidsBelowFreezing) {
  const std::string freezes =
      "propylene glycol 25 % by mass freezes at this temperature, got -15.0 degC, "
      "allowed above -9.8 degC";
  EXPECT_EQ(problems_after({{"set_point: 45 degC", "set_point: -15 degC"}}),
            "case.yaml:44:16: parts.fan_control.set_point: " + freezes);
  EXPECT_EQ(problems_after({{"set_point: 45 degC", "set_point: {schedule: [[0 s, 45 degC], [1 h, -15 degC]]}"}}),
            "case.yaml:44:16: parts.fan_control.set_point: " + freezes);
  EXPECT_EQ(
      problems_after({{"sequences:", "events: [{at: 1 min, set: fan_control.set_point, to: -15 degC}]\nsequences:"}}),
      "case.yaml:54:54: events[0].to: " + freezes);
  EXPECT_EQ(problems_after({{weather_text, "{T_db: -15 degC, T_dp: -20 degC}"}}),
            "case.yaml:5:10: weather: propylene glycol 25 % by mass in cooler freezes, got -15.0 degC at the coldest, "
            "allowed above -9.8 degC");
  const Directory directory;
  const CaseFindings close =
      load(directory.write("case.yaml", with({{weather_text, "{T_db: -8 degC, T_dp: -20 degC}"}})));
  ASSERT_EQ(close.warnings.size(), 1u);
  EXPECT_EQ(close.warnings[0].what, "propylene glycol 25 % by mass in cooler comes close to freezing");
}

TEST(BadCase, OpenTowers) {
  const auto tower = [](const std::string& liquid, const std::string& weather) {
    return "wattloop: 1\nname: tower\nrun: {duration: 1 h}\nweather: " + weather + "\nliquids: {loop: " + liquid + R"(}
parts:
  grid: {type: grid, V: 415 V}
  outdoor_air: {type: ambient, T_db: {signal: weather.T_db}, W: {signal: weather.W}, p: {signal: weather.p}}
  room: {type: air_zone, volume: 100 m3, UA: 1 kW/K}
  pump: {type: pump, m_flow_nominal: 90 kg/s, dp_nominal: 150 kPa, dp_shutoff: 200 kPa}
  load: {type: resistance, m_flow_nominal: 85 kg/s, dp_nominal: 60 kPa}
  tower:
    type: cooling_tower
    liquid: loop
    merkel_nominal: 1.1
    m_flow_nominal: 85 kg/s
    m_air_nominal: 71 kg/s
    P_fan_nominal: 28 kW
    V_basin: 6 m3
    make_up_maximum: 4 kg/s
nodes:
  bus: [grid.supply, pump.electric, tower.supply]
  hall: [room.air, pump.room]
  outdoors: [outdoor_air.air, tower.air]
  cold: [tower.outlet, pump.inlet]
  up: [pump.outlet, load.inlet]
  warm: [load.outlet, tower.inlet]
)";
  };
  const std::string summer = "{T_db: 30 degC, T_dp: 10 degC}";
  EXPECT_EQ(problems_of_case(tower("{kind: water}", summer)), "") << "it is the reference of its circuit, no other's";
  EXPECT_EQ(problems_of_case(tower("{kind: propylene_glycol, fraction: 25 %, basis: mass}", summer)),
            "case.yaml:5:10: liquids: an open tower runs on water alone: tower, got propylene glycol 25 % by mass, "
            "allowed water");
  const Directory directory;
  const CaseFindings frost =
      load(directory.write("case.yaml", tower("{kind: water}", "{T_db: -5 degC, T_dp: -10 degC}")));
  ASSERT_EQ(frost.warnings.size(), 1u);
  EXPECT_EQ(frost.warnings[0].what, "water in tower freezes");
  std::string dead = tower("{kind: water}", summer);
  dead.replace(dead.find("  bus: [grid.supply, "), 21, "  lone: [grid.supply]\n  bus: [");
  EXPECT_EQ(problems_of_case(dead), "case.yaml:23:8: nodes.bus: a bus without a source, got bus");
}

TEST(BadCase, JobsOnRacks) {
  EXPECT_EQ(problems_after({{"racks: [1]", "racks: [1-2]"}}),
            "case.yaml:10:34: workload.jobs.job.racks[0]: no such racks, got 1-2, allowed racks 1 to 1");
  EXPECT_EQ(problems_after({{"racks: [1]", "racks: [0]"}}),
            "case.yaml:10:35: workload.jobs.job.racks[0]: not a range of racks, got 0, "
            "allowed racks counted from 1, as in \"1-320\" or \"7\"");
  EXPECT_EQ(
      problems_after({{"activity: 80 %}", "activity: 80 %}\n    other: {kind: training, racks: [1], period: 0.1 ms}"}}),
      "case.yaml:11:49: workload.jobs.other.period: out of range, got 0.0001, allowed 0.01 to 3600 s\n"
      "case.yaml:11:36: workload.jobs.other.racks: two jobs at one time on one rack, got rack 1, also taken by "
      "jobs[0] 'job' from 0 s to inf s, allowed free racks or another time");
}

TEST(BadCase, TracesAndWeatherFiles) {
  const Directory directory;
  const auto with_file = [&](const Changes& changes) { return problems_of_case(with(changes), directory); };
  const Changes trace = {{"kind: constant", "kind: trace"}, {"activity: 80 %", "file: t.csv, clamp: true"}};
  directory.write("t.csv", "time_s,activity\n0,0.1\n10,0.2\n20,nan\n15,0.3\n60,0.4\n");
  EXPECT_EQ(with_file(trace),
            "t.csv:4:4: not a number, got \"nan\", allowed a finite number\n"
            "t.csv:5:1: time goes back, got -5 s after the row before, allowed increasing times\n"
            "t.csv:6:1: gap in the trace, got 45 s, allowed at most 15 s, or set max_gap");
  EXPECT_EQ(with_file({trace[0], {"activity: 80 %", "file: missing.csv"}}),
            "case.yaml:10:42: workload.jobs.job.file: no such file, got missing.csv");
  directory.write("t.csv", "time_s,activity\n0,0.1\n10,0.2\n20,0.3\n60,0.4\n");
  EXPECT_EQ(with_file({trace[0], {"activity: 80 %", "file: t.csv, max_gap: 1 min"}}), "");

  const Changes weather = {{weather_text, "w.csv"}};
  const std::string header = "time,T_db [degC],T_dp [degC]\n2026-07-14T23:00,30,10\n";
  directory.write("w.csv", header + "2026-07-15T03:00,30,10\n2026-07-15T02:00,30,10\n2026-07-15T04:00,inf,10\n");
  EXPECT_EQ(with_file(weather),
            "w.csv:3:1: gap of 4 h before this row, got \"2026-07-15T03:00\", allowed at most 3 h\n"
            "w.csv:4:1: time goes back, got \"2026-07-15T02:00\", allowed times in order\n"
            "w.csv:5:18: dry bulb is not a finite number, got \"inf\", allowed -70 to 60 degC");
  directory.write("w.csv", header + "2026-07-15T00:30,30,10\n");
  EXPECT_EQ(with_file(weather),
            "case.yaml:5:10: weather: the weather does not cover the run, "
            "got 2026-07-15T00:00:00-06:00 to 2026-07-15T01:00:00-06:00, "
            "allowed 2026-07-14T23:00:00-06:00 to 2026-07-15T00:30:00-06:00");
  EXPECT_EQ(problems_after({{weather_text, "desing_day"}}),
            "case.yaml:5:10: weather: no such weather and no such file, got desing_day, allowed design_day");
}

TEST(BadCase, StartsOfARun) {
  const std::string start = "start: 2026-07-15T00:00";
  EXPECT_EQ(problems_after({{start, "start: hottest_day"}}), "");
  EXPECT_EQ(
      problems_after({{start, "start: warmest_day"}}),
      "case.yaml:4:14: run.start: not a time, got warmest_day, allowed as in 2026-07-15T00:00, site standard time; "
      "hottest_day, coldest_day");
  EXPECT_EQ(problems_after({{start, "start: coldest_day"}, {"weather: " + weather_text + "\n", ""}}),
            "case.yaml:4:14: run.start: a case without weather has no such day, got coldest_day, allowed a time");
}

TEST(BadCase, AllErrorsOfAFileAtOnce) {
  EXPECT_EQ(
      problems_after({{"dp_nominal: 250 kPa", "dp_nominal: 250"},
                      {"activity: 80 %", "actvity: 80 %"},
                      {", rack.feed_b]", "]"},
                      {"{signal: cold.T}", "{signal: cld.T}"},
                      {"kind: propylene_glycol", "kind: propylen_glycol"}}),
      "case.yaml:7:16: liquids.loop.kind: unknown choice, got propylen_glycol, "
      "allowed propylene_glycol, ethylene_glycol, water\n"
      "case.yaml:10:39: workload.jobs.job.actvity: unknown key, got actvity, allowed activity\n"
      "case.yaml:25:9: parts.rack: port rack.feed_b is not joined to any node, allowed nodes: {NAME: [rack.feed_b, "
      "...]} with ports of kind ac\n"
      "case.yaml:29:17: parts.pump.dp_nominal: unit missing, got 250, allowed a quantity in Pa\n"
      "case.yaml:43:18: parts.fan_control.measurement: nothing readable has this path, got cld.T, allowed cold.T");
}

TEST(BadCase, AnotherVersion) {
  EXPECT_EQ(problems_after({{"wattloop: 1\n", "wattloop: 2\n"}, {"dp_nominal: 250 kPa", "dp_nominal: 250"}}),
            "case.yaml:1:11: wattloop: this program reads another version of the case format, got 2, "
            "allowed 1 (see CHANGELOG.md for what changed)");
  EXPECT_EQ(problems_after({{"wattloop: 1\n", ""}}),
            "case.yaml:1:1: a case begins with the version of its format, allowed wattloop: 1");
}

TEST(BadCase, Templates) {
  EXPECT_EQ(problems_after({{"sequences:",
                             "templates:\n  a: {parts: {b: {template: b}}}\n  b: {parts: {a: {template: a}}}\n"
                             "sequences:"},
                            {"  rack: {type: rack}\n", "  rack: {type: rack}\n  loop: {template: a}\n"}}),
            "case.yaml:56:6: templates.a: a template contains itself, got a");
  std::string nested = "templates:\n  t0: {parts: {room: {type: air_zone, volume: 1 m3}}, nodes: {n: [room.air]}}\n";
  for (int i = 1; i < 10; ++i)
    nested += fmt::format("  t{}: {{parts: {{p: {{template: t{}, count: 1000}}}}}}\n", i, i - 1);
  const std::string message =
      problems_after({{"sequences:", nested + "sequences:"},
                      {"  rack: {type: rack}\n", "  rack: {type: rack}\n  all: {template: t9}\n"}});
  EXPECT_NE(message.find("the case is too large, got more than 300000 parts, racks and templates"), message.npos);
}

TEST(BadCase, TextsThatAreNoCases) {
  EXPECT_EQ(problems_after({{"    type: pump\n", "\t type: pump\n"}}),
            "case.yaml:27:1: tab used as indentation, allowed spaces");
  constexpr std::size_t bomb = 3'000'000;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(problems_of_case(small_case + "bomb: " + std::string(bomb, '[')),
            "case.yaml:56:1031: nested too deeply, allowed 64 levels");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(problems_of_case("- a\n- b\n"),
            "case.yaml:1:1: a case is a mapping, got a list, allowed wattloop: 1, then its parts and nodes");
  const Directory directory;
  try {
    load(directory.path() / "missing.yaml");
    FAIL() << "a file that is not there was read";
  } catch (const InputError& error) {
    EXPECT_EQ(error.what(),
              (directory.path() / "missing.yaml").string() + ": cannot be read, got No such file or directory");
  }
}

TEST(BadCase, DirectoriesHoldACase) {
  const Directory directory;
  try {
    load(directory.path());
    FAIL() << "an empty directory was read";
  } catch (const InputError& error) {
    EXPECT_EQ(error.what(),
              directory.path().string() + ": a directory without a case.yaml, allowed a case file, or its directory");
  }
  directory.write("case.yaml", small_case);
  const Case description = read_case(directory.path());
  EXPECT_EQ(description.file, (directory.path() / "case.yaml").string());
  EXPECT_EQ(description.text, small_case);
}

TEST(BadCase, RandomBytesAreRefused) {
  const Directory directory;
  unsigned long long state = 1;
  const auto next = [&] { return state = state * 6364136223846793005ULL + 1442695040888963407ULL, state >> 33; };
  for (int i = 0; i < 200; ++i) {
    std::string blob;
    for (unsigned long long k = 1 + next() % 2000; k > 0; --k) blob += static_cast<char>(next() % 256);
    EXPECT_NE(problems_of_case(blob, directory), "") << "blob " << i;
  }
}

/// One byte of the good case changed: it is still good, or it is refused; nothing else happens.
TEST(BadCase, ChangedBytesDoNoMoreThanThrow) {
  const Directory directory;
  unsigned long long state = 2;
  const auto next = [&] { return state = state * 6364136223846793005ULL + 1442695040888963407ULL, state >> 33; };
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    std::string text = small_case;
    text[next() % text.size()] = static_cast<char>(' ' + next() % 95);
    refused += !problems_of_case(text, directory).empty();
  }
  EXPECT_GT(refused, 100);
}

TEST(BadCase, Overrides) {
  const auto set = [](const std::string& path, const std::string& value) {
    return problems_of_case(small_case, {}, {{path, value}});
  };
  EXPECT_EQ(set("run.resolution", "gpu"), "");
  EXPECT_EQ(set("parts.pump.dp_nominal", "200"),
            "--set: parts.pump.dp_nominal: unit missing, got 200, allowed a quantity in Pa");
  EXPECT_EQ(set("parts.pmp.dp_nominal", "200 kPa"), "--set: parts.pmp.dp_nominal: unknown path, got pmp, allowed pump");
  EXPECT_EQ(set("weather", "record_day"), "");
}

}  // namespace
}  // namespace wattloop
