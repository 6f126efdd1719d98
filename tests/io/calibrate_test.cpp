#include "io/calibrate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/io/calibration_case.h"

namespace wattloop {
namespace {

using test::CalibrationFiles;
using test::exchanger_case;
using test::replaced;

/// By name, in the units of the case.
constexpr double truth[] = {488.0, 60.0, 20.0, 0.3};

/// What the fits of many synthetic tables say of the truth.
struct Coverage {
  int trials = 0;
  std::vector<int> covered = std::vector<int>(std::size(truth), 0);
  double held_out_squares = 0.0;  ///< of (measured - model) / noise
  double held_out_rows = 0.0;
};

Coverage cover(int trials) {
  const CalibrationFiles files;
  Coverage coverage;
  coverage.trials = trials;
  for (int trial = 0; trial < trials; ++trial) {
    files.write("data.csv", synthetic_telemetry(files.path("case.yaml"), {}, 1000 + trial));
    const Replay model(files.path("case.yaml"), {}, files.path("data.csv"));
    CalibrateOptions options;
    options.threads = 2;
    const CalibrationResult result = calibrate(model, options);
    EXPECT_TRUE(result.fit.converged) << trial << ": " << result.fit.message;
    for (std::size_t j = 0; j < std::size(truth); ++j)
      coverage.covered[j] += result.parameters[j].low <= truth[j] && truth[j] <= result.parameters[j].high;
    for (std::size_t s = 0; s < result.held_out.size(); ++s) {
      const auto rows = static_cast<double>(result.held_out[s].rows);
      coverage.held_out_squares += rows * std::pow(result.held_out[s].rmse / model.noise()[s], 2);
      coverage.held_out_rows += rows;
    }
  }
  return coverage;
}

/// Of 20 intervals that cover with 95 % fewer than 16 do in 0.3 % of all cases (binomial); all 20 do in 36 %.
TEST(Calibrate, IntervalsCoverTheTruth) {
  const Coverage coverage = cover(20);
  for (std::size_t j = 0; j < std::size(truth); ++j) EXPECT_GE(coverage.covered[j], 16) << j;
  const double ratio = std::sqrt(coverage.held_out_squares / coverage.held_out_rows);
  EXPECT_NEAR(ratio, 1.0, 0.1) << "held-out RMSE over the noise";
}

TEST(Calibrate, IntervalsCoverTheTruthIn90To99PercentHeavy) {
  const Coverage coverage = cover(200);
  for (std::size_t j = 0; j < std::size(truth); ++j) {
    RecordProperty("covered_" + std::to_string(j), coverage.covered[j]);
    EXPECT_GE(coverage.covered[j], 180) << j;
    EXPECT_LE(coverage.covered[j], 198) << j;
  }
  EXPECT_NEAR(std::sqrt(coverage.held_out_squares / coverage.held_out_rows), 1.0, 0.1);
}

/// Calibrates the case to a table that it has made itself.
CalibrationResult calibrated(const std::string& case_text, std::string* yaml = nullptr) {
  const CalibrationFiles files(case_text);
  files.write("data.csv", synthetic_telemetry(files.path("case.yaml"), {}, 5));
  const Replay model(files.path("case.yaml"), {}, files.path("data.csv"));
  CalibrateOptions options;
  options.threads = 2;
  CalibrationResult result = calibrate(model, options);
  if (yaml != nullptr) {
    *yaml = calibrated_case(model, result, files.path("."));
    files.write("calibrated.yaml", *yaml);
    const Replay again(files.path("calibrated.yaml"), {}, files.path("data.csv"));
    EXPECT_EQ(again.predict({}), result.after) << "the written case is not the fitted one";
  }
  return result;
}

TEST(Calibrate, TheWrittenCaseIsTheFittedOne) {
  std::string yaml;
  const CalibrationResult result = calibrated(exchanger_case, &yaml);
  EXPECT_NE(yaml.find("extends: case.yaml\n"), std::string::npos) << yaml;
  for (std::size_t s = 0; s < result.fitted.size(); ++s)
    EXPECT_LT(result.fitted[s].rmse, result.as_found[s].rmse + 0.05);
}

/// UA and fouling are one number: UA / (1 + fouling).
TEST(Calibrate, NamesWhatCannotBeToldApart) {
  const CalibrationResult result = calibrated(replaced(
      exchanger_case,
      "    capacity:", "    fouling: {path: parts.exchanger.fouling, min: 0, max: 1, start: 0.2}\n    capacity:"));
  ASSERT_EQ(result.directions.size(), 5u);
  EXPECT_TRUE(result.directions.back().is_open());
  EXPECT_FALSE(result.directions[3].is_open());
  EXPECT_FALSE(result.parameters[0].is_identified);
  EXPECT_FALSE(result.parameters[1].is_identified);
  EXPECT_TRUE(result.parameters[2].is_identified);
  // dUA / UA = dfouling / (1 + fouling) along it.
  const std::vector<double>& v = result.directions.back().components;
  const double UA_step = v[0] * 700.0 / std::sqrt(12.0) / result.fit.x[0];
  const double fouling_step = v[1] * 1.0 / std::sqrt(12.0) / (1.0 + result.fit.x[1]);
  EXPECT_NEAR(UA_step, fouling_step, 0.02 * std::abs(UA_step));
}

/// A prior on one of them tells them apart.
TEST(Calibrate, APriorClosesTheDirection) {
  const CalibrationResult result = calibrated(
      replaced(exchanger_case, "    capacity:",
               "    fouling: {path: parts.exchanger.fouling, min: 0, max: 1, prior: {mean: 0.1, deviation: 0.02}}\n"
               "    capacity:"));
  EXPECT_NEAR(result.parameters[1].value, 0.1, 0.01);
  EXPECT_NEAR(result.parameters[1].deviation, 0.02, 0.002);
  EXPECT_NEAR(result.parameters[0].value, 488.0 * 1.1, 30.0);
  EXPECT_FALSE(result.parameters[1].is_identified) << "by the data alone";
}

TEST(Calibrate, ThreadsDoNotMatter) {
  const CalibrationFiles files;
  files.write("data.csv", synthetic_telemetry(files.path("case.yaml"), {}, 5));
  const Replay model(files.path("case.yaml"), {}, files.path("data.csv"));
  CalibrateOptions one, three;
  three.threads = 3;
  EXPECT_EQ(calibrate(model, one).fit.x, calibrate(model, three).fit.x);
}

TEST(Calibrate, StopsWhenAsked) {
  const CalibrationFiles files;
  files.write("data.csv", synthetic_telemetry(files.path("case.yaml"), {}, 5));
  const Replay model(files.path("case.yaml"), {}, files.path("data.csv"));
  CalibrateOptions options;
  int asked = 0;
  options.interrupted = [&] { return ++asked > 500; };
  EXPECT_TRUE(calibrate(model, options).interrupted);
}

}  // namespace
}  // namespace wattloop
