#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "io/weather_columns.h"
#include "models/moist_air.h"

namespace wattloop {
namespace {

using Lines = std::vector<std::string>;
using Fields = std::vector<TextField>;

constexpr double longest_step = 3.0 * seconds_per_hour;  // s between two rows

/// The columns a CSV file has, by its header.
struct CsvColumns {
  std::optional<std::size_t> time;
  std::optional<WeatherColumn> T_db, T_dp, RH, p;
};

/// Reads one name of the header, `time` or "T_db [degC]".
void read_csv_name(const TextField& field, std::size_t index, int line, CsvColumns& columns, FileProblems& problems) {
  const std::size_t bracket = field.text.find('[');
  const std::string_view name = split_fields(field.text.substr(0, bracket)).front().text;
  const std::string_view rest = bracket == std::string_view::npos ? "" : field.text.substr(bracket + 1);
  const std::string unit(rest.substr(0, rest.find(']')));
  const auto set = [&](std::optional<WeatherColumn>& column, const Quantity& quantity) {
    if (column) problems.add(line, field.column, "duplicate column", shown(field.text));
    try {
      column.emplace(index, quantity, unit);
    } catch (const InputError&) {
      problems.add(line, field.column, fmt::format("no unit of {} in the header", quantity.name), shown(field.text),
                   fmt::format("{} [unit], a unit of {}", name, quantity.unit));
    }
  };
  if (name == "time" && bracket == std::string_view::npos) {
    if (columns.time) problems.add(line, field.column, "duplicate column", shown(field.text));
    columns.time = index;
  } else if (name == "T_db") {
    set(columns.T_db, dry_bulb_column);
  } else if (name == "T_dp") {
    set(columns.T_dp, dew_point_column);
  } else if (name == "RH") {
    set(columns.RH, relative_humidity_column);
  } else if (name == "p") {
    set(columns.p, pressure_column);
  } else {
    problems.add(line, field.column, "unknown column", shown(field.text), "time, T_db [], T_dp [] or RH [], p []");
  }
}

CsvColumns read_csv_header(const Fields& names, int line, FileProblems& problems) {
  CsvColumns columns;
  for (std::size_t i = 0; i < names.size(); ++i) read_csv_name(names[i], i, line, columns, problems);
  problems.throw_if_any();
  if (!columns.time || !columns.T_db || columns.T_dp.has_value() == columns.RH.has_value()) {
    problems.add(line, 1, "not the header of a weather file", "",
                 "the columns time, T_db [degC], one of T_dp [degC] and RH [%], and p [Pa] or none; or TMY3; or EPW");
  }
  problems.throw_if_any();
  return columns;
}

WeatherPoint read_csv_point(const Fields& fields, int line, const CsvColumns& columns, double p_site,
                            FileProblems& problems) {
  WeatherPoint point;
  point.T_db = columns.T_db->read(fields, line, problems);
  point.p = columns.p ? columns.p->read(fields, line, problems) : p_site;
  if (columns.T_dp) {
    point.T_dp = columns.T_dp->read(fields, line, problems);
    limit_dew_point(point, line, columns.T_dp->place(fields), problems);
  } else {
    const double RH = columns.RH->read(fields, line, problems);
    point.T_dp = std::isnan(RH + point.T_db + point.p)
                     ? point.T_db
                     : dew_point(humidity_ratio_from_relative_humidity(point.T_db, RH, point.p), point.p);
  }
  return point;
}

/// Sees that a row follows the one before it.
void check_step(double step, const TextField& field, int line, FileProblems& problems) {
  if (step == 0.0) {
    problems.add(line, field.column, "duplicate time", shown(field.text), "each time once");
  } else if (step < 0.0) {
    problems.add(line, field.column, "time goes back", shown(field.text), "times in order");
  } else if (step > longest_step) {
    problems.add(line, field.column, fmt::format("gap of {:.3g} h before this row", step / seconds_per_hour),
                 shown(field.text), fmt::format("at most {:.3g} h", longest_step / seconds_per_hour));
  }
}

}  // namespace

/// The project's own format: lines that begin with '#' are comments, then a header that names columns and units.
Weather parse_weather_csv(const Lines& lines, const std::string& path, const WeatherSite& site, Clock clock) {
  FileProblems problems(path);
  std::size_t first = 0;
  while (first + 1 < lines.size() && lines[first].starts_with('#')) ++first;
  problems.require_commas(static_cast<int>(first) + 1, lines[first]);
  const Fields names = split_fields(lines[first]);
  const CsvColumns columns = read_csv_header(names, static_cast<int>(first) + 1, problems);
  const double p_site = site_pressure(site);
  const double utc_offset = clock_offset(site.utc_offset, clock);

  WeatherSeries series;
  for (std::size_t i = first + 1; i < lines.size(); ++i) {
    const int line = static_cast<int>(i) + 1;
    const Fields fields = split_fields(lines[i]);
    if (fields.size() != names.size()) {
      problems.add(line, 1, "row of another length", fmt::format("{} fields", fields.size()),
                   fmt::format("{} fields", names.size()));
      continue;
    }
    const WeatherPoint point = read_csv_point(fields, line, columns, p_site, problems);
    const TextField& stamp = fields[*columns.time];
    const std::optional<double> t = parse_time(stamp.text, utc_offset);
    if (!t) {
      problems.add(line, stamp.column, "not a time", shown(stamp.text), "ISO 8601, like 2026-07-15T06:00");
      continue;
    }
    if (!series.t.empty()) check_step(*t - series.t.back(), stamp, line, problems);
    series.t.push_back(*t);
    series.points.push_back(point);
  }
  if (series.t.empty() && problems.empty()) problems.add(static_cast<int>(first) + 1, 1, "no rows below the header");
  problems.throw_if_any();
  std::string text = fmt::format("CSV {}, {} to {}, stamps without offset read as {}", path,
                                 format_time(series.t.front(), site.utc_offset),
                                 format_time(series.t.back(), site.utc_offset), zone_text(utc_offset));
  if (!columns.p) text += fmt::format(", pressure {:.0f} Pa from the site", p_site);
  return {std::move(series), site.utc_offset, std::move(text)};
}

}  // namespace wattloop
