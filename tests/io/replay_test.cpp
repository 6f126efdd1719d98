#include "io/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "io/errors.h"
#include "tests/io/calibration_case.h"

namespace wattloop {
namespace {

using test::CalibrationFiles;
using test::exchanger_case;
using test::replaced;

/// What is said of a case and a table; empty if nothing is wrong.
std::string complaint(const std::string& case_text, const std::function<std::string(std::string)>& change) {
  const CalibrationFiles files;
  const std::string table = synthetic_telemetry(files.path("case.yaml"), {}, 3);
  files.write("case.yaml", case_text);
  files.write("data.csv", change(table));
  try {
    Replay(files.path("case.yaml"), {}, files.path("data.csv"));
  } catch (const InputError& error) {
    return replaced("@" + std::string(error.what()), "@", "");
  }
  return "";
}

/// The table with its row `number` (from 1, below the header) changed.
std::function<std::string(std::string)> row_changed(int number, const std::function<std::string(std::string)>& change) {
  return [=](const std::string& table) {
    std::istringstream lines(table);
    std::string result;
    int at = -1;  // a comment and the header come first
    for (std::string line; std::getline(lines, line); ++at)
      if (const std::string changed = at == number ? change(line) : line; !changed.empty()) result += changed + '\n';
    return result;
  };
}

std::string field_changed(const std::string& row, int field, const std::string& to) {
  std::istringstream fields(row);
  std::string result;
  int at = 0;
  for (std::string text; std::getline(fields, text, ','); ++at)
    result += (at > 0 ? "," : "") + (at == field ? to : text);
  return result;
}

/// Each value of a column replaced.
std::function<std::string(std::string)> column_changed(int field, const std::string& to) {
  return [=](const std::string& table) {
    std::istringstream lines(table);
    std::string result;
    int at = -1;
    for (std::string line; std::getline(lines, line); ++at)
      result += (at > 0 ? field_changed(line, field, to) : line) + '\n';
    return result;
  };
}

std::string same(std::string table) {
  return table;
}

void expect_said(const std::string& said, const std::string& expected) {
  EXPECT_NE(said.find(expected), std::string::npos) << "said: " << said;
}

TEST(Replay, TakesTheTableThatItsCaseMade) {
  EXPECT_EQ(complaint(exchanger_case, same), "");
}

TEST(Replay, NamesGaps) {
  const std::string said = complaint(exchanger_case, [](const std::string& table) {
    const std::string less = row_changed(20, [](const std::string&) { return ""; })(table);
    return row_changed(
        20, [](const std::string&) { return ""; })(row_changed(20, [](const std::string&) { return ""; })(less));
  });
  expect_said(said, "data.csv:22:1: gap before this row, got 240 s, allowed at most 180 s: `longest_gap`");
  expect_said(
      complaint(exchanger_case, row_changed(5, [](const std::string& row) { return field_changed(row, 3, ""); })),
      "gap: no value of T_cooled");
  expect_said(
      complaint(exchanger_case, row_changed(5, [](const std::string& row) { return field_changed(row, 3, "nan"); })),
      "not a number: T_cooled, got \"nan\"");
}

TEST(Replay, NamesClocksOutOfOrder) {
  const auto clock = [](const char* time) {
    return row_changed(10, [=](const std::string& row) { return field_changed(row, 0, time); });
  };
  expect_said(complaint(exchanger_case, clock("2026-07-15T00:01:00")), "data.csv:12:1: time goes back");
  expect_said(complaint(exchanger_case, clock("2026-07-15T00:08:00")), "duplicate time");
  expect_said(complaint(exchanger_case, clock("half past two")), "not a time, got \"half past two\"");
}

TEST(Replay, NamesWrongUnits) {
  const auto with_unit = [](const std::string& from, const std::string& to) {
    return replaced(exchanger_case, from, to);
  };
  const auto without = [](const std::string& table) { return replaced(table, "T_cooled [degC]", "T_cooled"); };
  expect_said(complaint(with_unit("path: out_a.T, unit: degC", "path: out_a.T, unit: kW"), without),
              "case.yaml:27:22: calibration.sensors.T_cooled.path: wrong dimension, got kW, allowed a temperature in "
              "degC or K");
  expect_said(complaint(with_unit("path: out_a.T, unit: degC", "path: out_a.T, unit: degF"), same),
              "data.csv:2:31: another unit than the calibration has for this column, got \"degC\", allowed degF");
  expect_said(complaint(with_unit("path: out_a.T, unit: degC", "path: out_a.T"), without), "no unit of this column");
  expect_said(complaint(with_unit("parts.hot.T, unit: degC", "parts.hot.T, unit: kPa"),
                        [](const std::string& table) { return replaced(table, "T_hot [degC]", "T_hot"); }),
              "T_hot: wrong dimension, got kPa");
  // Kelvin under the heading of degrees.
  expect_said(
      complaint(exchanger_case, row_changed(7, [](const std::string& row) { return field_changed(row, 1, "329.15"); })),
      "T_hot: value 7 is not plausible: another unit?, got 329.15 degC");
  expect_said(complaint(with_unit("noise: 0.5 kg/s", "noise: 0.5 K"), same),
              "noise of the sensor: wrong dimension, got 0.5 K");
}

/// Boundaries and sensors alike: the column, what it is in, and what it should be in.
TEST(Replay, NamesUnitsOfAnotherDimension) {
  const auto headed = [](const std::string& unit) {
    return complaint(replaced(exchanger_case, "parts.hot.T, unit: degC", "parts.hot.T"),
                     [&](const std::string& table) { return replaced(table, "T_hot [degC]", "T_hot" + unit); });
  };
  expect_said(headed(" [kW]"), "data.csv:2:6: T_hot: wrong dimension, got kW, allowed a temperature in degC or K");
  expect_said(headed(" (kW)"), "data.csv:2:6: T_hot: wrong dimension, got kW, allowed a temperature in degC or K");
  expect_said(headed(" [C]"), "data.csv:2:6: T_hot: C is the coulomb, got C, allowed a temperature in degC or K");
  expect_said(headed(" (inlet)"), "data.csv:2:6: T_hot: unknown unit, got inlet, allowed a temperature in degC or K");
  EXPECT_EQ(headed(" [°C]"), "");
  EXPECT_EQ(headed(" (°C)"), "");
  EXPECT_EQ(headed("(degC)"), "");
}

TEST(Replay, TakesTheSameUnitWrittenInAnotherWay) {
  const auto headed = [](const std::string& heading, const std::string& unit) {
    return complaint(replaced(exchanger_case, "out_a.T, unit: degC", "out_a.T, unit: \"" + unit + "\""),
                     [&](const std::string& table) { return replaced(table, "T_cooled [degC]", heading); });
  };
  EXPECT_EQ(headed("T_cooled [°C]", "degC"), "");
  EXPECT_EQ(headed("T_cooled (°C)", "degC"), "");
  EXPECT_EQ(headed("T_cooled [degC]", "°C"), "");
  expect_said(headed("T_cooled (°F)", "degC"),
              "another unit than the calibration has for this column, got \"°F\", allowed degC");
  expect_said(headed("T_cooled [C]", "degC"),
              "another unit than the calibration has for this column, got \"C\", allowed degC");
  expect_said(complaint(replaced(exchanger_case, "out_a.T, unit: degC", "out_a.T, unit: C"),
                        [](const std::string& table) { return replaced(table, "T_cooled [degC]", "T_cooled"); }),
              "calibration.sensors.T_cooled.path: C is the coulomb, got C, allowed a temperature in degC or K");
}

/// Names in parentheses are names where the calibration has them so.
TEST(Replay, ParenthesesMayBePartOfAName) {
  const auto named = [](const std::string& column) {
    return complaint(replaced(exchanger_case, "path: out_a.T,", "column: " + column + ", path: out_a.T,"),
                     [](const std::string& table) { return replaced(table, "T_cooled [degC]", "T (A),T (B)"); });
  };
  const std::string rows = named("T (A)");
  expect_said(rows, "row of another length");
  EXPECT_EQ(rows.find("duplicate"), std::string::npos) << rows;
  expect_said(named("T"), "data.csv:2:37: duplicate column, got \"T\"");
}

TEST(Replay, NamesOtherSeparators) {
  for (const auto& [separator, name] : {std::pair{';', "\";\""}, std::pair{'\t', "a tab"}}) {
    const std::string said = complaint(exchanger_case, [to = separator](std::string table) {
      std::replace(table.begin(), table.end(), ',', to);
      return table;
    });
    expect_said(said, std::string("data.csv:2:5: another separator of columns, got ") + name +
                          ", allowed \",\", and a point in decimal numbers");
    EXPECT_EQ(said.find("no column of time"), std::string::npos) << said;
  }
}

TEST(Replay, NamesUnitsOfTime) {
  const auto headed = [](const std::string& heading) {
    return complaint(exchanger_case, [&](const std::string& table) { return replaced(table, "\ntime,", heading); });
  };
  EXPECT_EQ(headed("\ntime [s],"), "");
  expect_said(headed("\ntime [min],"), "data.csv:2:1: a unit of the column of time, got \"min\", allowed s, or none");
}

TEST(Replay, NamesConstantColumns) {
  expect_said(complaint(exchanger_case, column_changed(3, "45.0")),
              "data.csv:2:31: a column that never changes, got 45 degC in all rows");
  expect_said(complaint(exchanger_case, column_changed(2, "70")), "a column that never changes, got 70 % in all rows");
  EXPECT_EQ(complaint(replaced(exchanger_case, "parts.valve.opening, unit: \"%\"",
                               "parts.valve.opening, unit: \"%\", may_be_constant: true"),
                      column_changed(2, "70")),
            "");
}

TEST(Replay, NamesColumnsAndPathsThatAreNotThere) {
  expect_said(complaint(replaced(exchanger_case, "T_cooled: {path: out_a.T", "T_coold: {path: out_a.T"), same),
              "calibration.sensors.T_coold.path: no such column in");
  expect_said(complaint(replaced(exchanger_case, "path: out_a.T", "path: out_c.T"), same),
              "calibration.sensors.T_cooled.path: the case has no such reading, or several, got out_c.T");
  expect_said(complaint(replaced(exchanger_case, "path: parts.hot.T", "path: parts.hott.T"), same),
              "calibration.boundaries.T_hot.path: the case has no such input, got parts.hott.T");
  expect_said(
      complaint(exchanger_case, [](const std::string& table) { return replaced(table, "\ntime,", "\nclock,"); }),
      "no column of time");
}

TEST(Replay, NamesEverythingAtOnce) {
  const std::string said = complaint(exchanger_case, [](const std::string& table) {
    return row_changed(4, [](const std::string& row) { return field_changed(row, 1, "warm"); })(
        row_changed(8, [](const std::string& row) { return field_changed(row, 0, "noon"); })(table));
  });
  expect_said(said, "not a number: T_hot, got \"warm\"");
  expect_said(said, "not a time, got \"noon\"");
}

/// Errors 1, -1, 3, 1 about measured 10: n = 4, sum 4, squares 12.
TEST(Replay, StatisticsAreThoseOfGuideline14) {
  const ResidualStatistics s = residual_statistics({10.0, 10.0, 10.0, 10.0}, {9.0, 11.0, 7.0, 9.0}, 0, 4);
  EXPECT_DOUBLE_EQ(s.mean, 1.0);
  EXPECT_DOUBLE_EQ(s.rmse, std::sqrt(12.0 / 4.0));
  EXPECT_DOUBLE_EQ(s.cv_rmse, std::sqrt(12.0 / 3.0) / 10.0);
  EXPECT_DOUBLE_EQ(s.nmbe, 4.0 / 3.0 / 10.0);
  EXPECT_DOUBLE_EQ(s.worst, 3.0);
  EXPECT_EQ(s.worst_row, 2u);
  EXPECT_DOUBLE_EQ(s.autocorrelation, (-1.0 - 3.0 + 3.0) / 12.0);
}

/// The model against its own table: nothing but the noise is left, and it is white.
TEST(Replay, LeavesTheNoiseAlone) {
  const CalibrationFiles files;
  files.write("data.csv", synthetic_telemetry(files.path("case.yaml"), {}, 3));
  const Replay model(files.path("case.yaml"), {}, files.path("data.csv"));
  const ReplayReport report = replay(model);
  const double n = static_cast<double>(model.data().time.size());
  for (std::size_t s = 0; s < report.sensors.size(); ++s) {
    EXPECT_NEAR(report.sensors[s].rmse / model.noise()[s], 1.0, 3.0 / std::sqrt(2.0 * n)) << s;
    EXPECT_NEAR(report.sensors[s].mean / model.noise()[s], 0.0, 3.0 / std::sqrt(n)) << s;
    EXPECT_NEAR(report.sensors[s].autocorrelation, 0.0, 3.0 / std::sqrt(n)) << s;
  }
}

TEST(Replay, SyntheticDataFollowTheirSeed) {
  const CalibrationFiles files;
  const auto table = [&](std::uint64_t seed) { return synthetic_telemetry(files.path("case.yaml"), {}, seed); };
  EXPECT_EQ(table(3), table(3));
  EXPECT_NE(table(3), table(4));
  EXPECT_TRUE(table(3).starts_with("# Synthetic: no plant was measured."));
}

/// A wetter or warmer day than that of the case.
TEST(Replay, WeatherIsABoundary) {
  const std::string text =
      replaced(exchanger_case, "  sensors:\n", "    T_out: {path: weather.T_db, unit: degC}\n  sensors:\n");
  const CalibrationFiles files;
  std::istringstream table(synthetic_telemetry(files.path("case.yaml"), {}, 3));
  files.write("case.yaml", text);
  std::string with_weather;
  int row = -2;
  for (std::string line; std::getline(table, line); ++row)
    with_weather += line + (row == -2 ? "" : row == -1 ? ",T_out [degC]" : "," + std::to_string(20 + row % 7)) + '\n';
  files.write("data.csv", with_weather);
  const Case driven = Replay(files.path("case.yaml"), {}, files.path("data.csv")).read({});
  EXPECT_NEAR(driven.weather->at(driven.run.start + 60.0).T_db, 273.15 + 21.0, 1e-9);
}

}  // namespace
}  // namespace wattloop
