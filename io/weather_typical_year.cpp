#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "io/weather_columns.h"

namespace wattloop {
namespace {

using Lines = std::vector<std::string>;
using Fields = std::vector<TextField>;

/// "..., read as UTC-06:00" and, where the file states another zone, which.
std::string typical_year_text(std::string_view name, std::string_view zone_field, const WeatherSite& site) {
  std::string text =
      fmt::format("{}, a typical year repeated every year, hours read as {}", name, zone_text(site.utc_offset));
  const std::optional<double> zone = parse_number(zone_field);
  if (zone && std::abs(*zone) <= 24.0 && *zone * seconds_per_hour != site.utc_offset) {
    text += fmt::format(" (the file states {})", zone_text(*zone * seconds_per_hour));
  }
  return text;
}

/// Time stamp of a row of a typical year: the hour 1..24 that ends there.
struct HourEnding {
  int month, day, hour;
};

/// Takes the rows of a typical year one by one and sees that each hour comes once and in order.
class TypicalYearRows {
 public:
  explicit TypicalYearRows(FileProblems& problems) : problems_(problems) { year_.hours.resize(hours_per_year); }

  /// A row whose time cannot be read counts as the next hour.
  void skip() { ++last_; }

  void add(int line, int column, const HourEnding& stamp, const WeatherPoint& point) {
    const int hour = 24 * (day_of_year({some_common_year, stamp.month, stamp.day}) - 1) + stamp.hour;
    const std::string got = fmt::format("{:02}/{:02} {:02}:00", stamp.month, stamp.day, stamp.hour);
    if (hour == last_) {
      problems_.add(line, column, "duplicate time", got, "each hour of the year once");
    } else if (hour < last_) {
      problems_.add(line, column, "time goes back", got, "hours in order");
    } else if (hour > last_ + 1) {
      problems_.add(line, column, fmt::format("gap of {} hours before this row", hour - last_ - 1), got,
                    "each hour of the year once");
    }
    last_ = hour;
    // 31 December, 24:00 is 1 January, 00:00.
    year_.hours[static_cast<std::size_t>(hour % hours_per_year)] = point;
  }

  TypicalYear finish(int last_line) {
    if (last_ < hours_per_year) {
      problems_.add(last_line, 0, "the year ends early", fmt::format("{} hours", last_), "8760 hours");
    }
    problems_.throw_if_any();
    return std::move(year_);
  }

  static constexpr int some_common_year = 2001;

 private:
  static constexpr int hours_per_year = 8760;

  FileProblems& problems_;
  TypicalYear year_;
  int last_ = 0;  // hour of the year of the last row, 1..8760
};

/// The three columns of a typical year.
struct TypicalYearColumns {
  WeatherColumn T_db, T_dp, p;

  WeatherPoint read(const Fields& fields, int line, FileProblems& problems) const {
    WeatherPoint point = {T_db.read(fields, line, problems), T_dp.read(fields, line, problems),
                          p.read(fields, line, problems)};
    limit_dew_point(point, line, T_dp.place(fields), problems);
    return point;
  }
};

bool exists(const HourEnding& stamp) {
  return is_valid({TypicalYearRows::some_common_year, stamp.month, stamp.day}) && stamp.hour >= 1 && stamp.hour <= 24;
}

/// "MM/DD/YYYY" and "HH:MM", 01:00 to 24:00.
std::optional<HourEnding> tmy3_stamp(std::string_view date, std::string_view time) {
  if (date.size() != 10 || date[2] != '/' || date[5] != '/' || time.size() != 5 || !time.ends_with(":00")) return {};
  const auto month = parse_number(date.substr(0, 2));
  const auto day = parse_number(date.substr(3, 2));
  const auto hour = parse_number(time.substr(0, 2));
  if (!month || !day || !hour) return {};
  const HourEnding stamp = {static_cast<int>(*month), static_cast<int>(*day), static_cast<int>(*hour)};
  return exists(stamp) ? std::optional(stamp) : std::nullopt;
}

/// Month, day and hour of an EPW row; its year is that of the month's origin and means nothing here.
std::optional<HourEnding> epw_stamp(const Fields& fields) {
  const auto month = parse_number(fields[1].text);
  const auto day = parse_number(fields[2].text);
  const auto hour = parse_number(fields[3].text);
  const auto small = [](const std::optional<double>& x) {
    return x && *x >= 1.0 && *x <= 31.0 && *x == std::floor(*x);
  };
  if (!small(month) || !small(day) || !small(hour)) return {};
  const HourEnding stamp = {static_cast<int>(*month), static_cast<int>(*day), static_cast<int>(*hour)};
  return exists(stamp) ? std::optional(stamp) : std::nullopt;
}

}  // namespace

/// TMY3 (Wilcox & Marion 2008, NREL/TP-581-43156): station, column names, hours in local standard time.
Weather parse_tmy3(const Lines& lines, const std::string& path, const WeatherSite& site) {
  FileProblems problems(path);
  const Fields names = split_fields(lines[1]);
  const auto column = [&](std::string_view name) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const TextField& f) { return f.text == name; });
    if (found == names.end()) problems.add(2, 1, fmt::format("no column \"{}\"", name));
    return static_cast<std::size_t>(found - names.begin());
  };
  constexpr double missing = -9900.0;
  const TypicalYearColumns columns = {{column("Dry-bulb (C)"), dry_bulb_column, "degC", missing},
                                      {column("Dew-point (C)"), dew_point_column, "degC", missing},
                                      {column("Pressure (mbar)"), pressure_column, "mbar", missing}};
  problems.throw_if_any();

  TypicalYearRows rows(problems);
  for (std::size_t i = 2; i < lines.size(); ++i) {
    const int line = static_cast<int>(i) + 1;
    const Fields fields = split_fields(lines[i]);
    const auto stamp = fields.size() == names.size() ? tmy3_stamp(fields[0].text, fields[1].text) : std::nullopt;
    if (fields.size() != names.size()) {
      problems.add(line, 1, "row of another length", fmt::format("{} fields", fields.size()),
                   fmt::format("{} fields", names.size()));
    } else if (!stamp) {
      problems.add(line, 1, "not a time of a typical year", shown(lines[i].substr(0, 16)),
                   "MM/DD/YYYY,HH:00 with hours 01 to 24 and without 29 February");
    }
    stamp ? rows.add(line, 1, *stamp, columns.read(fields, line, problems)) : rows.skip();
  }
  const Fields station = split_fields(lines[0]);
  const auto text = [&](std::size_t i) { return i < station.size() ? station[i].text : std::string_view(); };
  const std::string name = fmt::format("TMY3 of {}, {} ({})", text(1), text(2), text(0));
  return {rows.finish(static_cast<int>(lines.size())), site.utc_offset, typical_year_text(name, text(3), site)};
}

/// EPW (EnergyPlus 9.6 documentation 2021, Auxiliary Programs, "EnergyPlus Weather File Data Dictionary"): eight header
/// lines, the last "DATA PERIODS,number,records per hour,...", then hours in local standard time.
Weather parse_epw(const Lines& lines, const std::string& path, const WeatherSite& site) {
  FileProblems problems(path);
  const auto header_end = std::find_if(lines.begin(), lines.end(),
                                       [](const std::string& line) { return line.starts_with("DATA PERIODS"); });
  const auto header_lines = static_cast<std::size_t>(header_end - lines.begin()) + 1;
  if (header_end == lines.end()) {
    problems.add(1, 1, "no line \"DATA PERIODS\"", "", "eight header lines");
  } else if (const Fields periods = split_fields(*header_end);
             periods.size() < 3 || parse_number(periods[1].text) != 1.0 || parse_number(periods[2].text) != 1.0) {
    problems.add(static_cast<int>(header_lines), 1, "not one period of hourly data", shown(*header_end),
                 "DATA PERIODS,1,1,...");
  }
  problems.throw_if_any();

  constexpr std::size_t fewest_fields = 10;  // up to the pressure; the rest is not read
  const TypicalYearColumns columns = {
      {6, dry_bulb_column, "degC", 99.9}, {7, dew_point_column, "degC", 99.9}, {9, pressure_column, "Pa", 999999.0}};
  TypicalYearRows rows(problems);
  for (std::size_t i = header_lines; i < lines.size(); ++i) {
    const int line = static_cast<int>(i) + 1;
    const Fields fields = split_fields(lines[i]);
    const auto stamp = fields.size() >= fewest_fields ? epw_stamp(fields) : std::nullopt;
    if (fields.size() < fewest_fields) {
      problems.add(line, 1, "row cut short", fmt::format("{} fields", fields.size()), "35 fields");
    } else if (!stamp) {
      problems.add(line, fields[1].column, "not a time of a typical year",
                   fmt::format("month, day, hour {},{},{}", fields[1].text, fields[2].text, fields[3].text),
                   "hours 1 to 24 of a year without 29 February");
    }
    stamp ? rows.add(line, fields[1].column, *stamp, columns.read(fields, line, problems)) : rows.skip();
  }
  const Fields location = split_fields(lines[0]);
  const auto text = [&](std::size_t i) { return i < location.size() ? location[i].text : std::string_view(); };
  const std::string name = fmt::format("EPW of {}, {} ({})", text(1), text(2), text(5));
  return {rows.finish(static_cast<int>(lines.size())), site.utc_offset, typical_year_text(name, text(8), site)};
}

}  // namespace wattloop
