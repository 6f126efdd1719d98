#include "io/unit_doubts.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/units.h"

namespace wattloop {

namespace {

constexpr double far_before = 20.0, far_fitted = 3.0, nearer = 10.0;
/// What telemetry comes in.
constexpr const char* usual_units[] = {"degC", "degF",  "K",   "W",   "kW",   "MW",   "1",  "%",    "Pa",
                                       "kPa",  "bar",   "psi", "g/s", "kg/s", "kg/h", "Hz", "m3/s", "m3/h",
                                       "l/s",  "L/min", "gpm", "A",   "kA",   "V",    "kV", "W/K",  "kW/K"};

/// Water's, for a flow by volume in a column by mass: a hint has to be ten times nearer, glycol is a few per cent off.
constexpr double rho = 1000.0;  // kg/m3

/// One value of a column, were it in another unit. Throws InputError where that is of another kind.
double read_as(double value, const char* unit, const std::string& column_unit) {
  try {
    return convert(value, unit, column_unit);
  } catch (const InputError&) {
    return convert(rho * convert(value, unit, "m3/s"), "kg/s", column_unit);
  }
}

/// What was measured, if the column were in another unit; empty if that is of another kind.
std::vector<double> read_as(const Telemetry::Column& column, const char* unit) {
  std::vector<double> values;
  try {
    for (const double value : column.values) values.push_back(read_as(value, unit, column.unit));
  } catch (const InputError&) {
    return {};
  }
  return values;
}

std::string likely_unit(const Telemetry::Column& column, const std::vector<double>& model, std::size_t begin,
                        const ResidualStatistics& found) {
  double least = found.rmse / nearer;
  std::string hint;
  for (const char* unit : usual_units) {
    const std::vector<double> values = read_as(column, unit);
    if (values.empty()) continue;
    const double rmse = residual_statistics(values, model, begin, begin + found.rows).rmse;
    if (!(rmse < least)) continue;
    least = rmse;
    hint = fmt::format("; were the column in {}, it would be {:.3g} {}", unit, rmse, column.unit);
  }
  return hint;
}

}  // namespace

std::vector<std::string> unit_doubts(const Replay& model, const Readings& as_found,
                                     const std::vector<ResidualStatistics>& before,
                                     const std::vector<ResidualStatistics>& fitted) {
  std::vector<std::string> doubts;
  for (std::size_t s = 0; s < before.size(); ++s) {
    const double noise = model.noise()[s];
    if (!(before[s].rmse > far_before * noise && fitted[s].rmse > far_fitted * noise)) continue;
    const Telemetry::Column& column = model.data().sensors[s];
    const std::string hint = likely_unit(column, as_found[s], model.first_row(), before[s]);
    doubts.push_back(fmt::format("{}: RMSE of {:.3g} {}, {:.0f} times its noise{}{}", column.name, before[s].rmse,
                                 column.unit, before[s].rmse / noise, hint,
                                 hint.empty() ? ": a unit, a clock or a column mixed up, here or in a boundary?" : ""));
  }
  return doubts;
}

std::string first_boundaries(const Telemetry& data) {
  std::string text;
  for (const Telemetry::Column& column : data.boundaries) {
    const double greatest = *std::max_element(column.values.begin(), column.values.end());
    text += fmt::format("{}{} {:.6g} {}", text.empty() ? "" : ", ", column.name, column.values.front(), column.unit);
    if (column.unit == "%" && greatest <= 1.0)
      text += fmt::format(" (at most {:.3g} % in any row: a share of 1?)", greatest);
  }
  return text;
}

}  // namespace wattloop
