#include "io/calibrate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/io/calibration_case.h"

namespace wattloop {
namespace {

using test::CalibrationFiles;
using test::exchanger_case;
using test::replaced;

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
TEST(Calibrate, NamesWhatCannotBeToldApartSlow) {
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
