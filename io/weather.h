#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "io/civil_time.h"

namespace wattloop {

/// The outdoor air at one moment.
struct WeatherSample {
  double T_db;  ///< dry bulb [K]
  double T_dp;  ///< dew point, at most T_db [K]
  double p;     ///< pressure [Pa]
  double W;     ///< humidity ratio [kg water per kg dry air]
};

/// What a weather source states at one moment; the humidity ratio follows from it.
struct WeatherPoint {
  double T_db;  ///< dry bulb [K]
  double T_dp;  ///< dew point, at most T_db [K]
  double p;     ///< pressure [Pa]
};

/// The same day for ever: a sine of the dry bulb with a period of 24 h, dew point and pressure constant. With
/// T_high = T_low the weather is constant.
struct DailySine {
  double T_high;               ///< highest dry bulb [K]
  double T_low;                ///< lowest dry bulb, 12 h away from the highest [K]
  double T_dp;                 ///< dew point [K]
  double p;                    ///< pressure [Pa]
  double hour_of_high = 16.0;  ///< by the clock of the site's standard time [h]
};

/// A year that repeats itself: the point at hour i after 1 January, 00:00, site standard time, for i = 0..8759. A date
/// takes the point of its month, day and hour whatever its year; 29 February takes that of 28 February.
struct TypicalYear {
  std::vector<WeatherPoint> hours;
};

/// Points at given times [s], in order; the first and the last hold outside them.
struct WeatherSeries {
  std::vector<double> t;
  std::vector<WeatherPoint> points;
};

/// Dry bulb, dew point and pressure as continuous functions of time, linear between the points of a source.
class Weather {
 public:
  using Source = std::variant<DailySine, TypicalYear, WeatherSeries>;

  /// `utc_offset` [s] is that of the site's standard time. Throws std::runtime_error for a source without the points it
  /// needs. `description` says for people what the source is and what was assumed.
  Weather(Source source, double utc_offset, std::string description);

  /// The air at `t` [s, UTC].
  WeatherSample at(double t) const;

  /// The first time after `t` at which a slope may change, infinity if there is none. Between knots `at` is smooth.
  double next_knot(double t) const;
  /// All knots between `t0` and `t1`, these two left out.
  std::vector<double> knots(double t0, double t1) const;

  /// The times [s] within which the source says something: infinite unless it is a series.
  double t_first() const;
  double t_last() const;
  /// Throws InputError unless the source says something from `t0` to `t1` [s].
  void require(double t0, double t1) const;

  /// Start [s] of the civil day (00:00 to 24:00, site standard time) with the highest dry bulb in `year`, the first of
  /// equal ones: what a plant is sized for is an hour, not a mean. For a series the year does not matter: the day is
  /// sought among those it covers wholly; throws std::runtime_error if there is none.
  double hottest_day(int year) const;
  /// The same with the lowest dry bulb: what freezes a pipe.
  double coldest_day(int year) const;

  /// Whether every day is like the next.
  bool is_one_day() const { return std::holds_alternative<DailySine>(source_); }
  double utc_offset() const { return utc_offset_; }
  const std::string& description() const { return description_; }

 private:
  WeatherPoint point_at(double t) const;
  std::vector<double> days(int year) const;
  double extreme_dry_bulb(double day, double sign) const;
  double extreme_day(int year, double sign) const;

  Source source_;
  double utc_offset_;
  std::string description_;
};

/// Where the weather is. The defaults are Childress, Texas.
struct WeatherSite {
  double utc_offset = -6.0 * seconds_per_hour;  ///< of standard time [s]
  double altitude = 595.0;                      ///< above sea level [m]
  std::optional<double> pressure;  ///< [Pa] where a source states none; without it that of the standard atmosphere
};

/// The pressure of a site [Pa] where the source states none.
double site_pressure(const WeatherSite& site);

/// Constant weather; T_db and T_dp [K]. Throws std::runtime_error if the dew point is above the dry bulb.
Weather constant_weather(double T_db, double T_dp, const WeatherSite& site);

/// The day for ever. Throws std::runtime_error if low is above high or the dew point above low.
Weather daily_sine_weather(const DailySine& day, const WeatherSite& site, std::string description);

/// Design day: 37.2 degC with a coincident wet bulb of 22.0 degC, exceeded in 0.4 % of the hours (percentiles of TMY3
/// station 723604); a daily range of 11 K is assumed.
Weather design_day(const WeatherSite& site);

/// Record day: 47.2 degC, 26 June 2011, low that night 29.4 degC (National Weather Service); a dew point of 7.5 degC is
/// assumed from a range of 5 to 10 degC.
Weather record_day(const WeatherSite& site);

/// A year that never was: annual and daily sines and seeded noise, mapped so that the distribution of the dry bulb is
/// that of Childress at its percentiles. See docs/theory/weather.md.
Weather synthetic_year(const WeatherSite& site, std::uint64_t seed);

/// Reads TMY3, EPW or the project's own CSV, told apart by their first lines. `clock` is what the time stamps of a CSV
/// file without a UTC offset mean; TMY3 and EPW are in standard time by definition. Throws InputError with
/// everything wrong with the file.
Weather read_weather_file(const std::string& path, const WeatherSite& site, Clock clock = Clock::standard);

/// "design_day", "record_day", "synthetic_year" or else the path of a file.
Weather make_weather(const std::string& source, const WeatherSite& site, Clock clock = Clock::standard,
                     std::uint64_t seed = 1);

}  // namespace wattloop
