// The site in measured weather under a logged load: the hottest and the coldest hour of a typical year.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "io/case.h"
#include "io/civil_time.h"
#include "io/run.h"
#include "io/run_file.h"
#include "tests/io/document_support.h"
#include "tests/support/data.h"

namespace wattloop {
namespace {

const std::string weather_file = WATTLOOP_DATA_DIR "/childress_tx.tmy3";
const std::string log_file = WATTLOOP_DATA_DIR "/azure_llm_inference_2023_conv.csv";

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) all.push_back(cell);
  return all;
}

/// Dry bulbs of the 24 hours of a day "06/03", degC: those that end 01:00 to 24:00.
std::vector<double> dry_bulbs(const std::string& day) {
  std::ifstream file(weather_file);
  std::string line;
  std::getline(file, line);
  std::getline(file, line);
  const std::vector<std::string> names = cells(line);
  const auto column = std::find(names.begin(), names.end(), "Dry-bulb (C)") - names.begin();
  std::vector<double> hours;
  while (std::getline(file, line))
    if (line.starts_with(day)) hours.push_back(std::stod(cells(line)[column]));
  return hours;
}

/// Share of the log's time that one unit spends in prefills of 10,000 tokens a second.
double prefill_share() {
  std::ifstream file(log_file);
  std::string line, first, last;
  std::getline(file, line);
  double tokens = 0.0;
  while (std::getline(file, line)) {
    const std::vector<std::string> row = cells(line);
    if (row.size() < 3) continue;
    if (first.empty()) first = row[0];
    last = row[0];
    tokens += std::stod(row[1]);
  }
  const auto seconds = [](const std::string& stamp) {  // "2023-11-16 18:15:46.6805900"
    return 3600 * std::stod(stamp.substr(11, 2)) + 60 * std::stod(stamp.substr(14, 2)) + std::stod(stamp.substr(17));
  };
  return tokens / 10000.0 / (seconds(last) - seconds(first));
}

Case example(const std::vector<std::pair<std::string, std::string>>& overrides) {
  std::vector<std::pair<std::string, std::string>> all{{"weather", weather_file},
                                                       {"workload.jobs.requests.log", log_file}};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/childress_real_input/case.yaml", all);
}

/// Half an hour of the example around the most extreme hour of a day, which ends at `hour`.
struct HalfHour {
  Directory directory;
  Summary summary;
  std::unique_ptr<RunFile> file;
  double first_hour;                         ///< h of the day at the first record
  double power_low = 0.0, power_high = 0.0;  // W at the inputs of an inference rack, from the mean activity

  HalfHour(const std::string& day, int hour) : first_hour(hour - 0.25) {
    const std::string time = fmt::format("2026-{}T{:02}:45", day, hour - 1);
    Twin twin(example({{"run.start", time}, {"run.duration", "30 min"}, {"run.resolution", "block"}}), 1);
    const Workload& workload = *twin.workload();
    double activity = 0.0;
    for (std::size_t rack = 960; rack < 1280; ++rack) activity += workload.mean_rack(rack, 900.0, 1800.0) / 320.0;
    constexpr double best = 0.976, worst = 0.964;  // of the power supplies
    power_low = workload.power().rack(activity) / best;
    power_high = workload.power().rack(activity) / worst;
    RunOptions options;
    options.directory = directory.path().string();
    const RunOutcome outcome = run_case(twin, options);
    EXPECT_EQ(outcome.error, "");
    summary = outcome.summary;
    file = std::make_unique<RunFile>(options.directory + "/run.h5");
  }

  std::size_t records() const { return file->times().size(); }

  /// Mean over the last quarter of an hour and the elements of a group whose names begin so.
  double mean(const std::string& group, const std::string& variable, const std::string& begin = "") const {
    double sum = 0.0;
    int count = 0;
    for (const RecordGroup& g : file->groups()) {
      if (g.name != group) continue;
      for (std::size_t record = records() - 15; record < records(); ++record) {
        const std::vector<double> values = file->values(group, variable, record);
        for (std::size_t i = 0; i < values.size(); ++i)
          if (g.elements.empty() || g.elements[i].starts_with(begin)) sum += values[i], ++count;
      }
    }
    return sum / count;
  }

  double lowest(const std::string& group, const std::string& variable) const {
    double lowest = std::numeric_limits<double>::infinity();
    for (std::size_t record = 0; record < records(); ++record)
      for (double value : file->values(group, variable, record)) lowest = std::min(lowest, value);
    return lowest;
  }

  void expect_weather_of(const std::vector<double>& dry_bulbs) const {
    for (std::size_t record = 0; record < records(); ++record) {
      const double hour = first_hour + file->times()[record] / 3600.0;
      const int before = static_cast<int>(std::floor(hour + 1e-9));
      const double share = hour - before;
      const double expected = dry_bulbs[before - 1] + share * (dry_bulbs[before] - dry_bulbs[before - 1]);
      EXPECT_NEAR(file->values("site", "T_db", record).front() - 273.15, expected, 1e-6) << hour;
    }
  }

  void expect_load_of_the_log() const {
    const double share = prefill_share();
    EXPECT_NEAR(share, 0.639, 0.001);
    const DevicePower power;
    const double rack = mean("racks", "P_in", "building_4");
    EXPECT_GT(rack, power.rack(share));                                 // prefills alone, supplies without loss
    EXPECT_LT(rack, power.rack(share + 0.65 * (1.0 - share)) / 0.964);  // full batches all the rest of the time
    EXPECT_GT(rack, power_low);
    EXPECT_LT(rack, power_high);
    const std::string& job = summary.workload.back();
    EXPECT_NE(job.find("repeated 24.67 times"), std::string::npos) << job;
    EXPECT_NE(job.find("multiplied on 23040 serving units"), std::string::npos) << job;
  }

  void expect_a_sound_run() const {
    EXPECT_LE(summary.closure.energy, 1e-6);
    EXPECT_LE(summary.closure.mass, 1e-9);
    EXPECT_LE(summary.closure.electrical, 1e-9);
    EXPECT_EQ(summary.throttle_max, 0.0);
    EXPECT_LT(summary.T_die_max - 273.15, 87.0);
    EXPECT_NEAR(mean("liquid_nodes", "T", "building_1.block_1.rack_supply") - 273.15, 45.0, 0.5);
    EXPECT_NE(summary.weather.find("CHILDRESS MUNICIPAL AP, TX (723604)"), std::string::npos) << summary.weather;
    for (const AlarmSummary& alarm : summary.alarms) ADD_FAILURE() << alarm.name << " of " << alarm.first;
  }
};

TEST(RealInput, RunsTheMostExtremeDays) {
  REQUIRE_DATA(weather_file);
  REQUIRE_DATA(log_file);
  const Case hottest = example({}), coldest = example({{"run.start", "coldest_day"}});
  EXPECT_EQ(format_time(hottest.run.start, hottest.site.utc_offset), "2026-06-03T00:00:00-06:00");
  EXPECT_EQ(format_time(coldest.run.start, coldest.site.utc_offset), "2026-01-09T00:00:00-06:00");
  EXPECT_EQ(hottest.run.duration, 86400.0);
}

TEST(RealInput, HottestHourOfTheYear) {
  REQUIRE_DATA(weather_file);
  REQUIRE_DATA(log_file);
  const HalfHour run("06-03", 14);
  run.expect_weather_of(dry_bulbs("06/03"));
  run.expect_load_of_the_log();
  run.expect_a_sound_run();
  // The pads hold the FWS at 40 degC in air of 40 degC; by hand 214 m3/h of evaporation at 37.2 degC and full load.
  EXPECT_NEAR(run.mean("liquid_nodes", "T", "building_1.fws_supply") - 273.15, 40.0, 0.5);
  EXPECT_GT(run.mean("site", "m_make_up") * 3.6, 170.0);
  EXPECT_LT(run.mean("site", "m_make_up") * 3.6, 300.0);
}

TEST(RealInput, ColdestHourOfTheYear) {
  REQUIRE_DATA(weather_file);
  REQUIRE_DATA(log_file);
  const HalfHour run("01-09", 8);
  run.expect_weather_of(dry_bulbs("01/09"));
  run.expect_load_of_the_log();
  run.expect_a_sound_run();
  EXPECT_EQ(run.mean("site", "m_make_up"), 0.0);
  constexpr double freezing = 273.15 - 20.6, margin = 3.0;  // PG40; K
  EXPECT_GT(run.lowest("liquid_nodes", "T"), freezing + margin);
}

}  // namespace
}  // namespace wattloop
