#include "io/weather_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "io/units.h"
#include "models/moist_air.h"

namespace wattloop {
namespace {

constexpr double dew_point_rounding = 0.5;  // K

}  // namespace

WeatherColumn::WeatherColumn(std::size_t index, const Quantity& quantity, const std::string& unit,
                             std::optional<double> missing)
    : index_(index), quantity_(&quantity), missing_(missing) {
  constexpr double span = 1024.0;
  offset_ = convert(0.0, unit, quantity.unit);
  scale_ = (convert(span, unit, quantity.unit) - offset_) / span;
}

double WeatherColumn::read(const std::vector<TextField>& fields, int line, FileProblems& problems) const {
  const TextField& field = fields[index_];
  const auto complain = [&](const std::string& what) {
    problems.add(line, field.column, what, shown(field.text), quantity_->allowed);
    return std::numeric_limits<double>::quiet_NaN();
  };
  const std::optional<double> number = parse_number(field.text);
  if (field.text.empty() || (number && number == missing_)) return complain(fmt::format("missing {}", quantity_->name));
  if (!number) return complain(fmt::format("{} is not a finite number", quantity_->name));
  const double value = offset_ + scale_ * *number;
  if (value < quantity_->min || value > quantity_->max)
    return complain(fmt::format("{} out of range", quantity_->name));
  return value;
}

void limit_dew_point(WeatherPoint& point, int line, int column, FileProblems& problems) {
  if (point.T_dp > point.T_db + dew_point_rounding) {
    problems.add(line, column, "dew point above dry bulb", fmt::format("{:.2f} degC", point.T_dp - air::T_zero),
                 fmt::format("at most {:.2f} degC", point.T_db - air::T_zero));
  }
  point.T_dp = std::min(point.T_dp, point.T_db);
}

std::string zone_text(double utc_offset) {
  const auto minutes = static_cast<int>(std::abs(utc_offset) / 60.0);
  return fmt::format("UTC{}{:02}:{:02}", utc_offset < 0.0 ? '-' : '+', minutes / 60, minutes % 60);
}

Weather read_weather_file(const std::string& path, const WeatherSite& site, Clock clock) {
  std::vector<std::string> lines = read_lines(path);
  while (!lines.empty() && lines.back().find_first_not_of(" \t") == std::string::npos) lines.pop_back();
  if (lines.empty()) throw InputError({{path, 0, 0, "", "file is empty", "", "a TMY3, EPW or CSV file"}});
  if (lines[0].starts_with("LOCATION")) return parse_epw(lines, path, site);
  if (lines.size() > 1 && lines[1].starts_with("Date (MM/DD/YYYY)")) return parse_tmy3(lines, path, site);
  return parse_weather_csv(lines, path, site, clock);
}

}  // namespace wattloop
