#include "io/year_report.h"

#include <gtest/gtest.h>

#include <cmath>

#include "io/run.h"
#include "tests/io/document_support.h"

namespace wattloop {
namespace {

const std::string site_case = std::string(WATTLOOP_SOURCE_DIR) + "/examples/childress_200mw/case.yaml";

TEST(YearReport, DurationsAndWorstHoursOfAKnownCourse) {
  YearReport report;
  for (int i = 0; i <= 100; ++i) report.hours.push_back({3600.0 * i, 1.0, (i * 37) % 101 + 1.0, 300.0, 350.0, 0.0});
  EXPECT_EQ(report.exceeded(&HourRecord::P_grid, 0.0), 101.0);
  EXPECT_EQ(report.exceeded(&HourRecord::P_grid, 0.05), 96.0);
  EXPECT_EQ(report.exceeded(&HourRecord::P_grid, 1.0), 1.0);
  const auto worst = report.worst(&HourRecord::P_grid, 3);
  ASSERT_EQ(worst.size(), 3u);
  EXPECT_EQ(worst[0].P_grid, 101.0);
  EXPECT_EQ(worst[2].P_grid, 99.0);
}

TEST(YearSettings, TakeTheYearOfTheCaseAndKeepItsWeatherFile) {
  const Case day = read_case(site_case, {{"run.start", "2028-07-15T00:00"}});
  std::map<std::string, std::string> settings;
  for (const auto& [path, value] : year_settings(day)) settings[path] = value;
  EXPECT_EQ(settings["run.start"], "2028-01-01T00:00");
  EXPECT_EQ(settings["run.duration"], "366 d");
  EXPECT_EQ(settings["weather"], "synthetic_year") << "a design day is no year";
  const Case year = read_case(site_case, {{"weather", "synthetic_year"}});
  for (const auto& [path, value] : year_settings(year)) EXPECT_NE(path, "weather");
}

TEST(YearSettings, UnitsTakeNoTurns) {
  const std::string towers = std::string(WATTLOOP_SOURCE_DIR) + "/examples/tower_plant/case.yaml";
  const auto turns = [](const Case& c) {
    int n = 0;
    for (const SequenceLine& line : c.network.site.sequences)
      if (const auto* staging = std::get_if<StagingSpec>(&line.spec)) n += staging->rotate > 0.0;
    return n;
  };
  const Case day = read_case(towers);
  EXPECT_EQ(turns(day), 3);
  EXPECT_EQ(turns(read_case(towers, year_settings(day))), 0);
}

/// Five weeks over the end of a month: sums of the months, modes and meters agree.
TEST(YearReport, OfARunAddsUp) {
  const Directory directory;
  auto settings = year_settings(read_case(site_case));
  settings.insert(settings.end(), {{"run.start", "2026-06-10T00:00"},
                                   {"run.duration", "35 d"},
                                   {"tariff", "{energy: 45 1/MWh, demand: 6 1/kW, water: 1.5 1/m3}"}});
  Twin twin(read_case(site_case, settings), 1);
  RunOptions options;
  options.directory = directory.path().string();
  const RunOutcome outcome = run_case(twin, options);
  ASSERT_EQ(outcome.error, "");
  const Summary& s = outcome.summary;
  const YearReport& year = s.year;
  ASSERT_EQ(year.months.size(), 2u);
  EXPECT_EQ(year.months[0].name, "2026-06");
  EXPECT_NEAR(year.months[0].hours, 21.0 * 24.0, 1e-6);
  EXPECT_NEAR(year.whole.hours, 35.0 * 24.0, 1e-6);
  EXPECT_NEAR(year.months[0].grid + year.months[1].grid, year.whole.grid, 1e-9 * year.whole.grid);
  EXPECT_NEAR(year.whole.grid / (35.0 * 86400.0), s.P_grid, 1e-4 * s.P_grid) << "trapezoids between records and meters";
  EXPECT_GT(year.whole.water, 0.0) << "pads are wet in June";
  for (const auto& [sequence, states] : year.mode_hours) {
    double hours = 0.0;
    for (const auto& [state, h] : states) hours += h;
    EXPECT_NEAR(hours, 35.0 * 24.0, 1e-6) << sequence;
  }
  // By their own meters: partial PUEs and IT make the grid's power but for what the racks' feeds store.
  double sum = 0.0;
  for (const auto& [name, power] : s.power_by_class) sum += power;
  EXPECT_NEAR(sum, s.outside.at("grid"), 1e-6 * sum);
  EXPECT_LE(s.closure.energy, 1e-6);
  EXPECT_NE(to_text(s).find("2026-07"), std::string::npos);
  EXPECT_NE(to_text(s).find(" USD:"), std::string::npos);
}

}  // namespace
}  // namespace wattloop
