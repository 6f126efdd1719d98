// Whether intervals of 95 % hold the truth as often as they say.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "io/calibrate.h"
#include "tests/io/calibration_case.h"

namespace wattloop {
namespace {

using test::CalibrationFiles;
using test::exchanger_case;
using test::replaced;

/// A case to be fitted to tables that another one makes.
struct Trials {
  std::string table, case_file, plant_file;
  Settings plant_settings;
  std::vector<double> truth;  ///< by parameter, in its unit
};

/// What the fits of many synthetic tables say of the truth.
struct Coverage {
  std::vector<std::string> names;
  std::vector<int> covered;
  double held_out_squares = 0.0;  ///< of (measured - model) / noise
  double held_out_rows = 0.0;
};

Coverage cover(const Trials& trials, int count) {
  Coverage coverage;
  coverage.covered.resize(trials.truth.size());
  for (int trial = 0; trial < count; ++trial) {
    std::ofstream(trials.table) << synthetic_telemetry(trials.plant_file, trials.plant_settings, 1000 + trial);
    const Replay model(trials.case_file, {}, trials.table);
    CalibrateOptions options;
    options.threads = 2;
    const CalibrationResult result = calibrate(model, options);
    EXPECT_TRUE(result.fit.converged) << trial << ": " << result.fit.message;
    EXPECT_EQ(result.parameters.size(), trials.truth.size());
    for (std::size_t j = 0; j < trials.truth.size(); ++j) {
      coverage.covered[j] +=
          result.parameters[j].low <= trials.truth[j] && trials.truth[j] <= result.parameters[j].high;
      if (trial == 0) coverage.names.push_back(model.calibration().parameters[j].name);
    }
    for (std::size_t s = 0; s < result.held_out.size(); ++s) {
      const auto rows = static_cast<double>(result.held_out[s].rows);
      coverage.held_out_squares += rows * std::pow(result.held_out[s].rmse / model.noise()[s], 2);
      coverage.held_out_rows += rows;
    }
  }
  return coverage;
}

void expect_the_noise_alone_held_out(const Coverage& coverage) {
  EXPECT_NEAR(std::sqrt(coverage.held_out_squares / coverage.held_out_rows), 1.0, 0.1)
      << "held-out RMSE over the noise";
}

void expect_90_to_99_percent_of_200(const Trials& trials) {
  const Coverage coverage = cover(trials, 200);
  for (std::size_t j = 0; j < coverage.covered.size(); ++j) {
    testing::Test::RecordProperty("covered_" + std::to_string(j), coverage.covered[j]);
    std::printf("%s: %d of 200\n", coverage.names[j].c_str(), coverage.covered[j]);
    EXPECT_GE(coverage.covered[j], 180) << coverage.names[j];
    EXPECT_LE(coverage.covered[j], 198) << coverage.names[j];
  }
  expect_the_noise_alone_held_out(coverage);
}

/// Of 20 intervals that cover with 95 % fewer than 16 do in 0.3 % of all cases (binomial); all 20 do in 36 %.
TEST(Calibrate, IntervalsCoverTheTruthSlow) {
  const CalibrationFiles files;
  const Coverage coverage = cover(
      {files.path("data.csv"), files.path("case.yaml"), files.path("case.yaml"), {}, {488.0, 60.0, 20.0, 0.3}}, 20);
  for (std::size_t j = 0; j < coverage.covered.size(); ++j) EXPECT_GE(coverage.covered[j], 16) << coverage.names[j];
  expect_the_noise_alone_held_out(coverage);
}

/// Fouling in place of the UA, with which it is one number: a data sheet says what that was when clean.
TEST(Calibrate, IntervalsCoverTheTruthOfAFouledExchangerIn90To99PercentHeavy) {
  const std::string fouled = replaced(exchanger_case, "C_a: 20 MJ/K}", "C_a: 20 MJ/K, fouling: 0.15}");
  const CalibrationFiles files(
      replaced(fouled, "UA: {path: parts.exchanger.UA_nominal, min: 200 kW/K, max: 900 kW/K, start: 400 kW/K}",
               "fouling: {path: parts.exchanger.fouling, min: 0, max: 1, start: 0.3}"));
  expect_90_to_99_percent_of_200(
      {files.path("data.csv"), files.path("case.yaml"), files.path("case.yaml"), {}, {0.15, 60.0, 20.0, 0.3}});
}

/// The eight of the example: two hours with steps of all that drives it tell them apart, half a day takes six times as
/// long.
TEST(Calibrate, IntervalsCoverTheTruthIn90To99PercentHeavy) {
  const std::string example = std::string(WATTLOOP_SOURCE_DIR) + "/examples/calibrate_cdu/";
  const Settings two_hours{
      {"run.duration", "2 h"},
      {"run.record_interval", "1 min"},
      {"parts.gpu.power",
       "{schedule: [[0 min, 1050 W], [6 min, 1050 W], [12 min, 600 W], [36 min, 620 W], [42 min, 1300 W], "
       "[84 min, 1280 W], [90 min, 900 W], [120 min, 950 W]]}"},
      {"parts.pump.speed",
       "{schedule: [[0 min, 85 %], [18 min, 85 %], [24 min, 70 %], [48 min, 70 %], [54 min, 95 %], [120 min, 85 %]]}"},
      {"parts.valve.opening",
       "{schedule: [[0 min, 72 %], [28 min, 72 %], [34 min, 55 %], [62 min, 55 %], [68 min, 90 %], [120 min, 75 %]]}"},
      {"parts.fws_supply.T",
       "{schedule: [[0 min, 36 degC], [50 min, 38.5 degC], [84 min, 37 degC], [120 min, 40 degC]]}"}};
  const CalibrationFiles files;
  expect_90_to_99_percent_of_200({files.path("data.csv"),
                                  example + "case.yaml",
                                  example + "truth.yaml",
                                  two_hours,
                                  {410.0, 355.0, 58.0, 0.0172, 4.6, 6.5, 0.4, 0.6}});
}

}  // namespace
}  // namespace wattloop
