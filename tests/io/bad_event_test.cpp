// What is wrong with the events and sequences of a case is said where it stands.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/io/small_case.h"

namespace wattloop {
namespace {

TEST(BadEvent, Events) {
  const auto event = [](const std::string& text) {
    return problems_after({{"sequences:", fmt::format("events:\n  - {{at: 1 min, {}}}\nsequences:", text)}});
  };
  EXPECT_EQ(event("set: cooler.on, to: 0"), "");
  EXPECT_EQ(event("set: cooler.on, to: 2"), "case.yaml:55:37: events[0].to: out of range, got 2, allowed 0 to 1");
  EXPECT_EQ(event("set: cooler.on, to: 1 kW"),
            "case.yaml:55:37: events[0].to: wrong dimension, got 1 kW, allowed a number without a unit or in %");
  EXPECT_EQ(event("set: coler.on, to: 0"),
            "case.yaml:55:22: events[0].set: no input has this path, got coler.on, allowed cooler.on");
  EXPECT_EQ(event("set: cooler.fan_speed, to: 1"),
            "case.yaml:55:22: events[0].set: the signal fan_control.u drives this input: an event cannot set it, "
            "got cooler.fan_speed, allowed an input that nothing drives");
  EXPECT_EQ(
      event("set: cooler.pads, to: 1"),
      "case.yaml:55:22: events[0].set: the sequence pads drives this input: an event cannot set it, got cooler.pads, "
      "allowed an input that nothing drives");
}

TEST(BadEvent, Dips) {
  const auto event = [](const std::string& text) {
    return problems_after({{"sequences:", fmt::format("events:\n  - {{at: 1 min, {}}}\nsequences:", text)}});
  };
  EXPECT_EQ(event("dip: grid.V, to: 40 %, phases: 2, for: 0.2 s"), "");
  EXPECT_EQ(event("dip: grid.V, to: 3"), "case.yaml:55:34: events[0].to: out of range, got 3, allowed 0 to 2");
  EXPECT_EQ(event("dip: grid.V, to: 0.4, phases: 4"),
            "case.yaml:55:47: events[0].phases: unknown choice, got 4, allowed 3, 2, 1");
  EXPECT_EQ(event("dip: grid.V, to: 172 V"),
            "case.yaml:55:34: events[0].to: wrong dimension, got 172 V, allowed a number without a unit or in %");
  EXPECT_EQ(event("dip: cooler.on, to: 0.5"),
            "case.yaml:55:22: events[0].dip: only a voltage dips, got an input in 1, allowed an input in V, or set");
  EXPECT_EQ(
      event("dip: grid.V, set: grid.V, to: 0.5"),
      "case.yaml:55:5: events[0]: an event sets, dips, fails or repairs one thing, allowed set or dip (and to), fail "
      "or repair");
}

/// What an event with `for` ends in is the value of the case: another one that it would end too is refused.
TEST(BadEvent, EventsThatLast) {
  const auto events = [](const std::string& first, const std::string& second) {
    return problems_after({{"sequences:", fmt::format("events:\n  - {{{}}}\n  - {{{}}}\nsequences:", first, second)}});
  };
  const char *dip = "at: 5 s, set: grid.V, to: 172 V, for: 10 s", *rise = "at: 15 s, set: grid.V, to: 450 V, for: 1 s";
  EXPECT_EQ(events(dip, rise), "");
  EXPECT_EQ(events(rise, "at: 8 s, set: cooler.on, to: 0, for: 1 s"), "");
  EXPECT_EQ(
      events(dip, "at: 8 s, set: grid.V, to: 310 V, for: 1 s"),
      "case.yaml:56:20: events[1].set: set while another event with `for` lasts, got at 8 s, allowed from 15 s on, "
      "when that of line 55 has ended");
  EXPECT_EQ(
      events("at: 8 s, set: grid.V, to: 310 V", dip),
      "case.yaml:55:20: events[0].set: set while another event with `for` lasts, got at 8 s, allowed from 15 s on, "
      "when that of line 56 has ended");
  EXPECT_EQ(events(rise, dip),
            "case.yaml:55:21: events[0].set: set while another event with `for` lasts, got at 15 s, allowed from 15 s "
            "on, when that of line 56 has ended")
      << "at one time they act as they are listed";
  EXPECT_EQ(events("at: 5 s, set: grid.V, to: 172 V, for: 0 s", "at: 9 s, fail: pump"),
            "case.yaml:55:44: events[0].for: out of range, got 0 s, allowed more than 0 s");
}

TEST(BadEvent, Failures) {
  const auto event = [](const std::string& text, const Changes& changes = {}) {
    Changes all = {{"sequences:", fmt::format("events:\n  - {{at: 1 min, {}}}\nsequences:", text)}};
    all.insert(all.end(), changes.begin(), changes.end());
    return problems_after(all);
  };
  for (const char* part : {"pump", "rack", "cooler", "fan_control"}) {
    EXPECT_EQ(event(fmt::format("fail: {}", part)), "");
    EXPECT_EQ(event(fmt::format("repair: {}", part)), "");
  }
  EXPECT_EQ(event("fail: pmp"), "case.yaml:55:23: events[0].fail: nothing has this path, got pmp, allowed pump");
  EXPECT_EQ(
      event("fail: something_else"),
      "case.yaml:55:23: events[0].fail: nothing has this path, got something_else, allowed one of grid, outdoor_air, "
      "hall_air, vessel, rack, pump, cooler, fan_control");
  for (const char* text : {"fail: pump, repair: pump", "to: 1", "fail: pump, set: pump.on, to: 1"})
    EXPECT_EQ(
        event(text),
        "case.yaml:55:5: events[0]: an event sets, dips, fails or repairs one thing, allowed set or dip (and to), fail "
        "or repair");
  for (const auto& [what, column] : {std::pair{"fail", 23}, {"repair", 25}})
    EXPECT_EQ(
        event(fmt::format("{}: vessel", what)),
        fmt::format("case.yaml:55:{}: events[0].{}: no switch in a part of type expansion_vessel that could fail, "
                    "got vessel, allowed one of cooler, fan_control, pump, rack",
                    column, what));
  EXPECT_EQ(
      event("fail: cooler", {{"    fan_speed: {signal", "    on: {schedule: [[0 s, 1]]}\n    fan_speed: {signal"}}),
      "case.yaml:56:23: events[0].fail: no switch in a part of type dry_cooler that could fail, got cooler, "
      "allowed one of fan_control, pump, rack")
      << "a signal drives the only one";
}

TEST(BadEvent, InputsWithTwoOwners) {
  EXPECT_EQ(problems_after({{"[cooler.pads]", "[cooler.fan_speed]"}}),
            "case.yaml:55:9: sequences.pads: the signal fan_control.u drives this input already, "
            "got cooler.fan_speed, allowed an input that nothing drives");
  EXPECT_EQ(problems_after({{"    fan_speed: {signal", "    pads: {schedule: [[0 s, 1]]}\n    fan_speed: {signal"}}),
            "case.yaml:56:9: sequences.pads: a schedule drives this input already, got cooler.pads, "
            "allowed an input that nothing drives");
  EXPECT_EQ(problems_after(
                {{"sequences:", "sequences:\n  staging: {type: staging, unit: cooler, duty: 1, enable: [on, pads]}"}}),
            "case.yaml:56:9: sequences.pads: the sequence staging drives this input already, got cooler.pads, "
            "allowed an input that nothing drives");
  EXPECT_EQ(problems_after(
                {{"sequences:", "sequences:\n  speed: {type: staging, unit: cooler, duty: 1, enable: [fan_speed]}"}}),
            "case.yaml:55:10: sequences.speed: the signal fan_control.u drives this input already, got fan_speed, "
            "allowed an input that nothing drives");
}

}  // namespace
}  // namespace wattloop
