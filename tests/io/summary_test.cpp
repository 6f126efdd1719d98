// What a summary says does not depend on when records were made, and has no numbers where there are none.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

std::string example(const std::string& name) {
  return std::string(WATTLOOP_SOURCE_DIR) + "/examples/" + name + "/case.yaml";
}

TEST(Summary, SeesThrottlingBetweenRecords) {
  const Directory directory;
  const Summary s = play(example("pump_trip"), directory, {{"run.record_interval", "10 min"}}).summary;
  ASSERT_FALSE(s.consequences.racks.empty());
  EXPECT_GT(s.throttle_max, 0.0);
  EXPECT_GT(s.T_die_max, s.T_throttle);
}

TEST(Summary, SeesAlarmsBetweenRecords) {
  const Directory often, seldom;
  const Summary by_record = play(example("leak"), often).summary;
  const Summary between = play(example("leak"), seldom, {{"run.record_interval", "1 h"}}).summary;
  ASSERT_EQ(between.alarms.size(), by_record.alarms.size());
  ASSERT_FALSE(between.alarms.empty());
  for (std::size_t i = 0; i < between.alarms.size(); ++i) {
    EXPECT_EQ(between.alarms[i].name, by_record.alarms[i].name);
    EXPECT_NEAR(between.alarms[i].duration, by_record.alarms[i].duration, 16.0);  // s, a forcing interval
  }
}

/// Properties hold up to 100 degC.
TEST(Summary, NamesLiquidOutsideTheRangeOfItsProperties) {
  const Directory directory;
  const Summary s =
      play(example("cold_plate"), directory, {{"parts.supply.T", "97 degC"}, {"run.duration", "2 min"}}).summary;
  const auto named = std::find_if(s.alarms.begin(), s.alarms.end(),
                                  [](const AlarmSummary& alarm) { return alarm.name == "liquid_out_of_range"; });
  ASSERT_NE(named, s.alarms.end());
  EXPECT_EQ(named->first, "outlet");
  EXPECT_EQ(named->components, 1);
  EXPECT_GT(named->since, 59.0);  // when the GPU takes its power
  EXPECT_GT(named->duration, 30.0);
}

TEST(Summary, TellsOfTheEndAndNotOfTheLastRecord) {
  const Directory directory;
  const std::vector<std::pair<std::string, std::string>> short_run = {{"run.duration", "70 s"}};
  auto seldom = short_run;
  seldom.emplace_back("run.record_interval", "60 s");
  auto often = short_run;
  often.emplace_back("run.record_interval", "1 s");
  const Summary late = play(example("cold_plate"), directory, seldom).summary;
  const Summary at_end = play(example("cold_plate"), directory, often).summary;
  ASSERT_TRUE(late.components.count("gpu"));
  EXPECT_NEAR(late.components.at("gpu").at("T_die_degC"), at_end.components.at("gpu").at("T_die_degC"), 0.05);
}

/// Categories with their parts sum to the PUE, as the summary says it and as the meters do.
void expect_parts_to_sum(const Summary& s) {
  const auto json = nlohmann::json::parse(to_json(s));
  double sum = 0.0;
  for (const auto& [category, parts] : json.at("pue_by_category").items())
    for (const auto& [part, share] : parts.items()) sum += share.get<double>();
  EXPECT_NEAR(sum, s.pue, 1e-6);
  for (const char* category : {"IT", "cooling", "distribution"})
    EXPECT_TRUE(json["pue_by_category"].contains(category));
  double losses = 0.0;  // on the way to the racks: of their shelves too
  for (const auto& [type, power] : json.at("losses_mw").items()) losses += power.get<double>();
  const double distribution = 1e6 * json["power_by_class_mw"]["distribution"].get<double>();
  EXPECT_NEAR(1e6 * (losses - json["losses_mw"]["power_shelf"].get<double>()), distribution, 1e-6 * distribution);
}

TEST(Summary, PartsOfThePueSumToIt) {
  const Directory directory;
  expect_parts_to_sum(play(example("block"), directory, {{"run.duration", "2 min"}}).summary);
}

/// Neither what batteries give nor what charges them is taken for a loss.
TEST(Summary, PartsOfThePueSumToItWithBatteries) {
  const Directory directory;
  for (const char* duration : {"90 s", "5 min"}) {  // on the battery, and charging again
    const Summary s = play(example("six_dips"), directory, {{"run.duration", duration}}).summary;
    expect_parts_to_sum(s);
    EXPECT_NEAR(s.losses.at("ups") / s.P_site(), 0.026, 0.004) << "97 % efficient, on mains and on the battery";
  }
}

TEST(Summary, HasNoRatiosWithoutItPower) {
  const Directory directory;
  const Summary s =
      play(example("cdu_loop"), directory, {{"run.duration", "10 min"}, {"events", "[{at: 0 s, fail: rack}]"}}).summary;
  EXPECT_EQ(s.P_it, 0.0);
  EXPECT_TRUE(std::isnan(s.pue));
  const std::string text = to_text(s);
  EXPECT_EQ(text.find("nan"), std::string::npos) << text;
  EXPECT_EQ(text.find("PUE"), std::string::npos) << text;
}

TEST(YearReport, HasNoRatiosInMonthsWithoutItPower) {
  YearReport year;
  year.months.push_back({});
  year.months[0].name = "2026-01";
  year.months[0].hours = 744.0;
  year.months[0].it = 1e-20;
  year.months[0].grid = 1e9;
  EXPECT_TRUE(std::isnan(year.months[0].pue()));
  EXPECT_TRUE(std::isnan(year.months[0].wue()));
}

TEST(Run, ALongForcingIntervalDoesNotLengthenTheStepsAfterAJump) {
  const Directory directory;
  const Played played = play(example("pump_trip"), directory, {{"run.forcing_interval", "1 h"}});
  EXPECT_FALSE(played.summary.consequences.racks.empty());
}

}  // namespace
}  // namespace wattloop
