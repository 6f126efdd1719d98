#include <stdexcept>
#include <utility>

#include "io/weather.h"
#include "models/moist_air.h"

namespace wattloop {
namespace {

double celsius(double T) {
  return T + air::T_zero;
}

}  // namespace

double site_pressure(const WeatherSite& site) {
  return site.pressure.value_or(standard_pressure(site.altitude));
}

Weather constant_weather(double T_db, double T_dp, const WeatherSite& site) {
  return daily_sine_weather({T_db, T_db, T_dp, site_pressure(site)}, site, "constant weather");
}

Weather daily_sine_weather(const DailySine& day, const WeatherSite& site, std::string description) {
  if (!(day.T_low <= day.T_high) || !(day.T_dp <= day.T_low)) {
    throw std::runtime_error("a day needs dew point <= low <= high: " + description);
  }
  return {day, site.utc_offset, std::move(description)};
}

Weather design_day(const WeatherSite& site) {
  const double T_high = celsius(37.2);
  const double T_wb = celsius(22.0);  // coincident with the high
  const double daily_range = 11.0;    // K, assumed
  const double p = site_pressure(site);
  const double T_dp = dew_point(humidity_ratio_from_wet_bulb(T_high, T_wb, p), p);
  return daily_sine_weather(
      {T_high, T_high - daily_range, T_dp, p}, site,
      "design day: 37.2 degC at 16:00 with a wet bulb of 22.0 degC, range 11 K (assumed), every day");
}

Weather record_day(const WeatherSite& site) {
  return daily_sine_weather({celsius(47.2), celsius(29.4), celsius(7.5), site_pressure(site)}, site,
                            "record day: 47.2 degC at 16:00, low 29.4 degC, dew point 7.5 degC (assumed), every day");
}

}  // namespace wattloop
