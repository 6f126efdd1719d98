#include "io/weather.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "io/errors.h"
#include "io/waves.h"
#include "models/moist_air.h"

namespace wattloop {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t hours_per_year = 8760;
constexpr int leap_day = 60;  // day of the year of 29 February

WeatherPoint interpolated(const WeatherPoint& a, const WeatherPoint& b, double weight) {
  const auto between = [weight](double x, double y) { return (1.0 - weight) * x + weight * y; };
  return {between(a.T_db, b.T_db), between(a.T_dp, b.T_dp), between(a.p, b.p)};
}

/// The index in a typical year of an hour counted from 1970-01-01T00:00 by the clock of the site.
std::size_t typical_hour(std::int64_t hour) {
  const std::int64_t days = hour / 24 - (hour % 24 < 0 ? 1 : 0);
  const CivilDate date = civil_from_days(days);
  const int day = day_of_year(date);
  const int typical_day = is_leap_year(date.year) && day >= leap_day ? day - 1 : day;
  return static_cast<std::size_t>(24 * (typical_day - 1) + (hour - 24 * days));
}

/// `local` is the time [s] by the clock of the site's standard time.
WeatherPoint point_of(const DailySine& day, double /*t*/, double local) {
  const double turns = (local - day.hour_of_high * seconds_per_hour) / seconds_per_day;
  const double T_db = 0.5 * (day.T_high + day.T_low) + 0.5 * (day.T_high - day.T_low) * cosine_of_turns(turns);
  return {T_db, day.T_dp, day.p};
}

WeatherPoint point_of(const TypicalYear& year, double /*t*/, double local) {
  const double hours = local / seconds_per_hour;
  const double hour = std::floor(hours);
  const auto index = static_cast<std::int64_t>(hour);
  return interpolated(year.hours[typical_hour(index)], year.hours[typical_hour(index + 1)], hours - hour);
}

WeatherPoint point_of(const WeatherSeries& series, double t, double /*local*/) {
  const auto after = std::upper_bound(series.t.begin(), series.t.end(), t);
  if (after == series.t.begin()) return series.points.front();
  if (after == series.t.end()) return series.points.back();
  const auto i = static_cast<std::size_t>(after - series.t.begin());
  return interpolated(series.points[i - 1], series.points[i], (t - series.t[i - 1]) / (series.t[i] - series.t[i - 1]));
}

double knot_after(const DailySine&, double, double) {
  return infinity;
}

double knot_after(const TypicalYear&, double t, double utc_offset) {
  return (std::floor((t + utc_offset) / seconds_per_hour) + 1.0) * seconds_per_hour - utc_offset;
}

double knot_after(const WeatherSeries& series, double t, double) {
  const auto after = std::upper_bound(series.t.begin(), series.t.end(), t);
  return after == series.t.end() ? infinity : *after;
}

void check(const DailySine&) {}

void check(const TypicalYear& year) {
  if (year.hours.size() != hours_per_year) throw std::runtime_error("a typical year needs 8760 hours");
}

void check(const WeatherSeries& series) {
  if (series.t.empty() || series.t.size() != series.points.size() ||
      std::adjacent_find(series.t.begin(), series.t.end(), std::greater_equal<>()) != series.t.end()) {
    throw std::runtime_error("a weather series needs one point at each of its times, and these in order");
  }
}

}  // namespace

Weather::Weather(Source source, double utc_offset, std::string description)
    : source_(std::move(source)), utc_offset_(utc_offset), description_(std::move(description)) {
  std::visit([](const auto& s) { check(s); }, source_);
}

WeatherPoint Weather::point_at(double t) const {
  return std::visit([&](const auto& source) { return point_of(source, t, t + utc_offset_); }, source_);
}

WeatherSample Weather::at(double t) const {
  const WeatherPoint point = point_at(t);
  return {point.T_db, point.T_dp, point.p, humidity_ratio_from_dew_point(point.T_dp, point.p)};
}

double Weather::next_knot(double t) const {
  return std::visit([&](const auto& source) { return knot_after(source, t, utc_offset_); }, source_);
}

std::vector<double> Weather::knots(double t0, double t1) const {
  std::vector<double> times;
  for (double t = next_knot(t0); t < t1; t = next_knot(t)) times.push_back(t);
  return times;
}

double Weather::t_first() const {
  const auto* series = std::get_if<WeatherSeries>(&source_);
  return series ? series->t.front() : -infinity;
}

double Weather::t_last() const {
  const auto* series = std::get_if<WeatherSeries>(&source_);
  return series ? series->t.back() : infinity;
}

void Weather::require(double t0, double t1) const {
  if (t0 >= t_first() && t1 <= t_last()) return;
  const auto range = [this](double a, double b) {
    return format_time(a, utc_offset_) + " to " + format_time(b, utc_offset_);
  };
  throw InputError({{"", 0, 0, "", "the weather does not cover the run", range(t0, t1), range(t_first(), t_last())}});
}

/// Starts [s] of the civil days of the year, or of those a series covers wholly.
std::vector<double> Weather::days(int year) const {
  double day = start_of_day({year, 1, 1}, utc_offset_);
  double end = start_of_day({year + 1, 1, 1}, utc_offset_);
  if (std::holds_alternative<WeatherSeries>(source_)) {
    day = std::ceil((t_first() + utc_offset_) / seconds_per_day) * seconds_per_day - utc_offset_;
    end = t_last();
  }
  std::vector<double> starts;
  for (; day + seconds_per_day <= end; day += seconds_per_day) starts.push_back(day);
  return starts;
}

/// The highest dry bulb of the day for sign = 1, minus the lowest for sign = -1 [K]: at its start or at one of its
/// knots.
double Weather::extreme_dry_bulb(double day, double sign) const {
  double extreme = -infinity;
  for (double t = day; t < day + seconds_per_day; t = next_knot(t)) {
    extreme = std::max(extreme, sign * point_at(t).T_db);
  }
  return extreme;
}

double Weather::extreme_day(int year, double sign) const {
  const std::vector<double> starts = days(year);
  if (starts.empty()) throw std::runtime_error("the weather does not cover a whole day: " + description_);
  const auto lower = [&](double a, double b) { return extreme_dry_bulb(a, sign) < extreme_dry_bulb(b, sign); };
  return *std::max_element(starts.begin(), starts.end(), lower);
}

double Weather::hottest_day(int year) const {
  return extreme_day(year, 1.0);
}

double Weather::coldest_day(int year) const {
  return extreme_day(year, -1.0);
}

namespace {

/// The synthetic year that was made last: the members of a sweep ask for the same one thousands of times.
Weather synthetic_year_once(const WeatherSite& site, std::uint64_t seed) {
  static std::mutex mutex;
  static std::optional<std::pair<std::tuple<double, double, double, std::uint64_t>, Weather>> last;
  const std::tuple key{site.utc_offset, site.altitude, site_pressure(site), seed};
  const std::lock_guard lock(mutex);
  if (!last || last->first != key) last.emplace(key, synthetic_year(site, seed));
  return last->second;
}

}  // namespace

Weather make_weather(const std::string& source, const WeatherSite& site, Clock clock, std::uint64_t seed) {
  if (source == "design_day") return design_day(site);
  if (source == "record_day") return record_day(site);
  if (source == "synthetic_year") return synthetic_year_once(site, seed);
  std::error_code error;
  if (!std::filesystem::exists(source, error)) {
    throw InputError({{source, 0, 0, "", "no such weather file", "",
                       "a TMY3, EPW or CSV file, design_day, record_day or synthetic_year"}});
  }
  return read_weather_file(source, site, clock);
}

}  // namespace wattloop
