// Signals of copies, blocks between controllers, and sequences, in cases of signals alone and in small plants.

#include <cmath>
#include <numeric>

#include "io/units.h"
#include "tests/io/played_case.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

/// A level that a schedule drives and some units that can be switched; no plant.
std::string signals(const std::string& level, const std::string& rest) {
  return "wattloop: 1\nrun: {duration: 4 h, record_interval: 1 min, forcing_interval: 15 min}\nparts:\n"
         "  level: {type: lag, time_constant: 1 s, x: {schedule: " +
         level + "}}\n" + rest;
}

Played play_text(const std::string& text) {
  static const Directory directory;  // its results are read until the next case is played
  return play(directory.write("case.yaml", text), directory);
}

const std::string three_units =
    "  unit: {type: sum, count: 3}\nsequences:\n  units: {type: staging, unit: unit, enable: [a], ";

/// The readings at the end of a run.
double last(const Played& played, const std::string& group, const std::string& path, const std::string& variable) {
  return played.values(group, path, variable).back();
}

TEST(Signals, OfCopiesAreReducedToOne) {
  const Directory directory;
  const Played played = play(directory.write("case.yaml", signals("[[0 h, 1]]",
                                                                  R"(  part: {template: part, count: 7}
  most: {type: lag, time_constant: 1 s, x: {max: part.twice.y}}
  least: {type: lag, time_constant: 1 s, x: {min: part.twice.y}}
  mean: {type: lag, time_constant: 1 s, x: {mean: part.twice.y}}
  all: {type: lag, time_constant: 1 s, x: {sum: part.twice.y}}
  inside: {template: inside, in_parallel: 3}
  weighted: {type: lag, time_constant: 1 s, x: {sum: inside.one.y}}
templates:
  part:
    parts:
      twice: {type: sum, a: 2}
  inside:
    parts:
      one: {type: sum, count: 2, a: 1}
events:
  - {at: 1 h, set: part_3.twice.a, to: 9}
  - {at: 1 h, set: part_6.twice.a, to: -5}
)")),
                             directory);
  EXPECT_NEAR(played.values("lag", "most", "value").front(), 2.0, 2e-3) << "equal ones blend within the width";
  EXPECT_NEAR(played.values("lag", "all", "value").front(), 14.0, 1e-9);
  EXPECT_NEAR(last(played, "lag", "most", "value"), 9.0, 1e-3);
  EXPECT_NEAR(last(played, "lag", "least", "value"), -5.0, 1e-3);
  EXPECT_NEAR(last(played, "lag", "mean", "value"), 2.0, 1e-3);
  EXPECT_NEAR(last(played, "lag", "all", "value"), 14.0, 1e-3);
  EXPECT_NEAR(last(played, "lag", "weighted", "value"), 6.0, 1e-3) << "equal units count";
}

/// A signal through sensors and lags keeps its unit: a controller of it takes its set point in degC.
TEST(Signals, KeepTheirUnitThroughBlocks) {
  const std::string sensed = R"(    measurement: {signal: slow.y}
    set_point: 45 degC
    gain: 0.1 1/K
    T_i: 100 s
  sensor: {type: sensor, x: {signal: cold.T}}
  slow: {type: lag, time_constant: 3 s, x: {signal: sensor.y}})";
  const std::string direct = R"(    measurement: {signal: cold.T}
    set_point: 45 degC
    gain: 0.1 1/K
    T_i: 100 s)";
  EXPECT_EQ(problems_of_case(with({{direct, sensed}})), "");
  const std::string pressure = with({{direct, sensed}, {"x: {signal: cold.T}", "x: {signal: cold.p}"}});
  EXPECT_NE(problems_of_case(pressure).find("the measurement is in Pa"), std::string::npos);
  const std::string coldest = with({{"{signal: cold.T}", "{min: rack.p}"}});
  EXPECT_NE(problems_of_case(coldest).find("nothing readable has this path"), std::string::npos);
}

/// One controller, two actuators: the first half of its output opens one, the second half the other.
TEST(Signals, SplitRangeTakesTwoActuatorsInTurn) {
  const Played played =
      play_text(signals("[[0 h, 0], [4 h, 1]]",
                        R"(  first: {type: linear_map, x: {signal: level.y}, a: 0, b: 2, y_min: 0, y_max: 1}
  second: {type: linear_map, x: {signal: level.y}, x_0: 0.5, a: 0, b: 2, y_min: 0, y_max: 1}
  valve: {type: lag, time_constant: 1 s, x: {signal: first.y}}
  fan: {type: lag, time_constant: 1 s, x: {signal: second.y}}
)"));
  const std::vector<double> valve = played.values("lag", "valve", "value"), fan = played.values("lag", "fan", "value");
  ASSERT_EQ(valve.size(), 241u);
  EXPECT_NEAR(valve[60], 0.5, 1e-3);
  EXPECT_NEAR(fan[60], 0.0, 2e-3);
  EXPECT_NEAR(valve[180], 1.0, 2e-3);
  EXPECT_NEAR(fan[180], 0.5, 1e-3);
  for (std::size_t i = 0; i < valve.size(); ++i) EXPECT_TRUE(valve[i] > 0.99 || fan[i] < 0.01) << i;
}

/// The pressure set point follows the valve that is open most: no lower than one valve needs.
TEST(Signals, MostOpenValveResetsThePressure) {
  const Directory directory;
  const std::filesystem::path block = std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/block/case.yaml";
  const std::vector<std::pair<std::string, std::string>> reset = {
      {"run.resolution", "block"},
      {"run.duration", "2 h"},
      {"run.record_interval", "1 min"},
      {"workload.jobs", "{full: {kind: constant, activity: 1, racks: [1-80]}}"},
      {"parts.fws_supply_main.p", "{signal: fws_pressure.y}"},
      {"parts.fws_pressure", "{type: linear_map, x: {signal: dp_reset.u}, a: 2.5e5, b: 1, y_min: 2.5e5, y_max: 5.5e5}"},
      {"parts.dp_reset",
       "{type: pi_controller, action: direct, measurement: {max: block.cdu.temperature_control.u}, set_point: 90 %, "
       "gain: 1e5, T_i: 120 s, u_min: 3e4, u_max: 3e5}"}};
  const Played played = play(block, directory, reset);
  double most = 0.0;
  for (int cdu = 1; cdu <= 7; ++cdu)
    most =
        std::max(most, last(played, "pi_controller", fmt::format("block.cdu_{}.temperature_control", cdu), "output"));
  EXPECT_NEAR(most, 0.9, 2e-3);
  EXPECT_LT(last(played, "pi_controller", "dp_reset", "output"), 1.4e5) << "less than the fixed 150 kPa";
}

TEST(Staging, FollowsItsMeasurementAndKeepsItsTimes) {
  const Played played =
      play_text(signals("[[0 h, 0.2], [0.5 h, 0.2], [0.501 h, 1], [2 h, 1], [2.001 h, 0.2]]",
                        three_units + "duty: 3, minimum: 1, measure: level.y, delay: 2 min, min_run: 20 min}\n"));
  EXPECT_EQ(played.story(),
            "1935 unit 2 units wanted\n1935 unit_2 starts\n3135 unit 3 units wanted\n3135 unit_3 starts\n"
            "7335 unit 2 units wanted\n7335 unit_3 stops\n8535 unit 1 units wanted\n8535 unit_2 stops\n")
      << "at the start one unit is enough";
  const SwitchCount count = played.summary.switching.at("units");
  EXPECT_EQ(count.starts, 2);
  EXPECT_EQ(count.most_in_an_hour, 1);
  EXPECT_EQ(count.shortest, 4200.0);
}

TEST(Staging, RotatesTheUnitThatHasRestedLongest) {
  const Played played = play_text(signals("[[0 h, 0]]", three_units + "duty: 1, rotate: 1 h}\n"));
  EXPECT_EQ(played.story(),
            "3600 unit_2 starts\n3600 unit_1 stops\n7200 unit_3 starts\n7200 unit_2 stops\n"
            "10800 unit_1 starts\n10800 unit_3 stops\n14400 unit_2 starts\n14400 unit_1 stops\n");
}

/// A level that swings every ten minutes starts a unit no more often than it may.
TEST(Staging, CountsItsStarts) {
  std::string knots = "[[0 h, 0.2]";
  for (int i = 1; i < 24; ++i)
    knots += fmt::format(", [{} min, {}], [{} min, {}]", 10 * i, i % 2 ? 0.2 : 1.0, 10 * i + 0.1, i % 2 ? 1.0 : 0.2);
  knots += "]";
  const std::string two_units = three_units.substr(0, 27) + "2" + three_units.substr(28);
  const std::string quick = "duty: 2, minimum: 1, measure: level.y, delay: 0 s, min_run: 1 min";
  const SwitchCount free = play_text(signals(knots, two_units + quick + "}\n")).summary.switching.at("units");
  EXPECT_EQ(free.starts, 12);
  EXPECT_EQ(free.most_in_an_hour, 3);
  const SwitchCount bound =
      play_text(signals(knots, two_units + quick + ", starts_per_hour: 2}\n")).summary.switching.at("units");
  EXPECT_LE(bound.most_in_an_hour, 2);
  EXPECT_LT(bound.starts, 12);
  const Played rested = play_text(signals(knots, two_units + quick + ", min_stop: 25 min}\n"));
  double stopped = -1e9;
  for (const LogEntry& e : rested.log) {
    if (e.path != "unit_2") continue;
    if (e.what == "stops") stopped = e.time;
    if (e.what == "starts") {
      EXPECT_GE(e.time - stopped, 1500.0);
    }
  }
}

TEST(Staging, RunsOnlyWhileItsConditionsHold) {
  const Played played =
      play_text(signals("[[0 h, 1], [1 h, 1], [1.001 h, 0], [2 h, 0], [2.001 h, 1]]",
                        three_units + "duty: 2, min_run: 0 s, only_while: [{measure: level.y, above: 0.5}]}\n"));
  EXPECT_EQ(played.story(), "3615 unit_2 stops\n3615 unit_1 stops\n7215 unit_1 starts\n7215 unit_2 starts\n");
}

/// Released together they start one after another; so a generator or a transformer is not asked for all at once.
TEST(Staging, StaggersItsStarts) {
  const Played played = play_text(signals(
      "[[0 h, 1], [1 h, 1], [1.001 h, 0], [2 h, 0], [2.001 h, 1]]",
      three_units + "duty: 3, min_run: 0 s, stagger: 2 min, only_while: [{measure: level.y, above: 0.5}]}\nevents:\n"
                    "  - {at: 3 h, fail: unit_1}\n  - {at: 3.1 h, repair: unit_1}\n"));
  EXPECT_EQ(played.story(),
            "3615 unit_3 stops\n3615 unit_2 stops\n3615 unit_1 stops\n7215 unit_1 starts\n7335 unit_2 starts\n"
            "7455 unit_3 starts\n10800 unit_1 fails\n11160 unit_1 is repaired\n11160 unit_1 starts\n");
}

/// Pump, proof of flow, machine; a proof that does not come ends in an alarm. All of it in one kind of sequence.
const std::string start_up = R"(  pump: {type: lag, time_constant: 30 s}
  machine: {type: sum}
sequences:
  start_up:
    type: modes
    modes:
      off:
        write: {pump.x: 0, machine.a: 0}
        leave: [{to: pump_on, when: [{measure: level.y, above: 0.5}]}]
      pump_on:
        write: {pump.x: PUMP}
        leave:
          - {to: machine_on, when: [{measure: pump.y, above: 0.8}], for: 30 s}
          - {to: alarm, for: 3 min}
      machine_on:
        write: {machine.a: 1}
        hold: 20 min
        leave: [{to: off, when: [{measure: level.y, below: 0.5}]}]
      alarm:
        write: {pump.x: 0}
)";

TEST(Modes, StepThroughAStartUp) {
  const auto with_pump = [](const char* reaches) {
    std::string text = signals("[[0 h, 0], [1 h, 0], [1.001 h, 1], [1.2 h, 1], [1.201 h, 0]]", start_up);
    return text.replace(text.find("PUMP"), 4, reaches);
  };
  // 0.8 is reached after 30 s ln 5 = 48 s, seen at 60 s, proved at 90 s; then at least 20 min.
  const Played good = play_text(with_pump("1"));
  EXPECT_EQ(good.story(),
            "3615 start_up goes to pump_on\n3705 start_up goes to machine_on\n4905 start_up goes to off\n");
  EXPECT_EQ(good.summary.switching.at("start_up").starts, 3);
  EXPECT_EQ(play_text(with_pump("0.5")).story(), "3615 start_up goes to pump_on\n3795 start_up goes to alarm\n");
}

/// The machine first, its pump five minutes later; a call for cooling on the way takes the pump along.
TEST(Modes, StepThroughAShutDown) {
  const std::string text = R"(  pump: {type: lag, time_constant: 5 s}
  machine: {type: sum}
sequences:
  plant:
    type: modes
    modes:
      off: {write: {pump.x: 0, machine.a: 0}, leave: [{to: on, when: [{measure: level.y, above: 0.5}]}]}
      on: {write: {pump.x: 1, machine.a: 1}, hold: 20 min, leave: [{to: overrun, when: [{measure: level.y, below: 0.5}]}]}
      overrun:
        write: {machine.a: 0}
        leave: [{to: on, when: [{measure: level.y, above: 0.5}]}, {to: off, for: 5 min}]
)";
  const char* level = "[[0 h, 1], [1 h, 1], [1.001 h, 0], [1.05 h, 0], [1.051 h, 1], [2 h, 1], [2.001 h, 0]]";
  const Played played = play_text(signals(level, text));
  EXPECT_EQ(played.story(),
            "3615 plant goes to overrun\n3795 plant goes to on\n7215 plant goes to overrun\n7515 plant goes to off\n");
  const std::vector<double> pump = played.values("lag", "pump", "value");
  EXPECT_NEAR(pump[62], 1.0, 1e-3) << "it runs on";
  EXPECT_NEAR(pump[124], 1.0, 1e-3);
  EXPECT_NEAR(pump[128], 0.0, 1e-3);
}

/// At the start of a run the plant is in the mode that fits; change-over has a hysteresis.
TEST(Modes, ChangeOverWithHysteresis) {
  const Played played = play_text(signals("[[0 h, 2], [4 h, 10]]", R"(  valve: {type: sum}
sequences:
  cooling:
    type: modes
    modes:
      mechanical: {write: {valve.a: 0}, leave: [{to: integrated, when: [{measure: level.y, below: 6}], for: 10 min}]}
      integrated:
        write: {valve.a: 0.5}
        leave:
          - {to: mechanical, when: [{measure: level.y, above: 8}], for: 10 min}
          - {to: free, when: [{measure: level.y, below: 3}], for: 10 min}
      free: {write: {valve.a: 1}, leave: [{to: integrated, when: [{measure: level.y, above: 4}], for: 10 min}]}
)"));
  // 4 at 1 h and 8 at 3 h, ten minutes each; a sample late by the lag.
  EXPECT_EQ(played.story(), "4215 cooling goes to integrated\n11415 cooling goes to mechanical\n");
  EXPECT_EQ(played.states, std::vector<std::string>{"mechanical"});
}

TEST(Noise, IsSeededAndHasItsAmplitude) {
  const std::string text = signals("[[0 h, 0]]",
                                   R"(  sensor: {type: sensor, count: 2, time_constant: 0.1 s, x: {signal: level.y}}
sequences:
  noise: {type: noise, write: [sensor.noise], amplitude: 0.2, interval: 30 s}
)");
  const std::vector<double> first = play_text(text).values("sensor", "sensor_1", "value");
  EXPECT_EQ(first, play_text(text).values("sensor", "sensor_1", "value")) << "the same seed, the same run";
  EXPECT_NE(first, play_text(text).values("sensor", "sensor_2", "value"));
  std::string other = text;
  other.replace(other.find("run: {"), 6, "run: {seed: 2, ");
  EXPECT_NE(first, play_text(other).values("sensor", "sensor_1", "value"));
  double square = 0.0;
  for (double value : first) square += value * value;
  EXPECT_NEAR(std::sqrt(square / static_cast<double>(first.size())), 0.2, 0.04);
}

/// Too few machines for the load have no steady state: the run begins with the last one that there was, and says so.
TEST(Staging, MayStartARunWithTooFewUnits) {
  const Directory directory;
  const std::filesystem::path plant = std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/chilled_water_plant";
  const Played played = play(plant, directory,
                             {{"sequences.cooling.modes.mechanical.leave", "[]"},
                              {"sequences.machines.down_below", "-6 kg/s"},
                              {"sequences.primary_pumps.down_below", "-6 kg/s"},
                              {"run.duration", "20 min"}});
  ASSERT_EQ(played.summary.warnings.size(), 1u);
  EXPECT_NE(played.summary.warnings[0].find("a steady state that its sequences leave"), std::string::npos);
}

/// What fails without a switch sticks or freezes, until it is repaired.
TEST(Faults, ValvesStickAndSensorsFreeze) {
  const Directory directory;
  const std::filesystem::path loop = std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/cdu_loop/case.yaml";
  const Played played = play(
      loop, directory,
      {{"run.duration", "40 min"},
       {"run.record_interval", "1 min"},
       {"workload.jobs", "{job: {kind: schedule, racks: [1-16], knots: [[0 h, 0.3], [10 min, 0.3], [11 min, 1]]}}"},
       {"parts.sensor", "{type: sensor, x: {signal: tcs_supply.T}}"},
       {"events",
        "[{at: 5 min, fail: cdu.valve}, {at: 5 min, fail: sensor}, {at: 20 min, repair: cdu.valve}, "
        "{at: 20 min, repair: sensor}, {at: 30 min, set: sensor.offset, to: 3 K}]"}});
  const std::vector<double> position = played.values("control_valve", "cdu.valve", "position");
  const std::vector<double> reading = played.values("sensor", "sensor", "value");
  const std::vector<double> error = played.values("pi_controller", "cdu.temperature_control", "error");
  EXPECT_NEAR(position[20], position[5], 1e-5) << "it sticks";
  EXPECT_LT(error[20], -1.0) << "and the supply runs warm";
  EXPECT_NEAR(reading[20], reading[5], 1e-3) << "which the frozen sensor does not tell";
  EXPECT_GT(position[29], position[5] + 0.05) << "repaired it follows";
  EXPECT_NEAR(error[29], 0.0, 0.05);
  EXPECT_NEAR(reading[29], 318.15, 0.3);
  EXPECT_NEAR(reading[39], reading[29] + 3.0, 0.3) << "an offset in kelvin";
}

/// The set point of a controller is set in the unit that it is written in.
TEST(Faults, EventsSetWhatTakesAnyUnit) {
  const Directory directory;
  std::string text = small_case + "events: [{at: 1 min, set: fan_control.set_point, to: 40 degC}]\n";
  Twin twin(read_case(directory.write("case.yaml", text)), 1);
  const CaseEvent event = twin.description().events.at(0);
  EXPECT_TRUE(twin.apply_event(event, event.time));
  const InputRef input = twin.network().find_inputs(0, "fan_control.set_point").at(0);
  EXPECT_NEAR(twin.system().group(input.component.group).held(input.component.index, input.across), 313.15, 1e-9);
}

TEST(BadSequences, AreNamedWithTheirLine) {
  const auto problems = [](const std::string& sequence) {
    return problems_of_case(with({{"sequences:\n", "sequences:\n" + sequence}}));
  };
  const auto modes = [&](const std::string& body) {
    return problems("  m: {type: modes, modes: {one: {leave: [" + body + "]}, two: {}}}\n");
  };
  EXPECT_EQ(modes("{to: two, when: [{measure: cold.T, above: 40 degC}]}"), "");
  const std::pair<std::string, const char*> wrong[] = {
      {modes("{to: tow, for: 1 min}"), "there is no mode of this name"},
      {modes("{to: two}"), "a mode is left when something holds or after some time"},
      {modes("{to: two, when: [{measure: cold.T, above: 40 kPa}]}"), "cold.T is in K"},
      {modes("{to: two, when: [{measure: cold.T, above: 40 degC, below: 30 degC}]}"), "never holds"},
      {modes("{to: two, when: [{measure: cold.T}]}"), "a condition has a limit"},
      {modes("{to: two, when: [{measure: {most: cold.T}, above: 40 degC}]}"), "a reduction of the values"},
      {modes("{to: two, when: [{measure: clod.T, above: 40 degC}]}"), "nothing readable has this path"},
      {problems("  m: {type: modes, modes: {one: {write: {cooler.fan_speed: 1}}}}\n"), "drives this input already"},
      {problems("  m: {type: modes, modes: {one: {write: {pump.speed: 30 kPa}}}}\n"), "takes a value in"},
      {problems("  m: {type: modes, modes: {one: {write: {pump.speed: 3}}}}\n"), "out of the range of pump.speed"},
      {problems("  m: {type: modes, modes: {one: {write: {pump.sped: 1}}}}\n"), "no input has this path"},
      {problems("  n: {type: noise, write: [pump.speed]}\n"), "how strong the noise is is missing"},
      {problems("  s: {type: sequel}\n"), "there is no sequence of this type"},
  };
  for (const auto& [found, expected] : wrong) {
    EXPECT_NE(found.find(expected), std::string::npos) << expected << ": " << found;
    EXPECT_EQ(found.rfind("case.yaml:", 0), 0u) << found;
  }
}

}  // namespace
}  // namespace wattloop
