#pragma once
// The weather of a year in few points.

#include <vector>

#include "io/weather.h"

namespace wattloop::sizing {

/// Hours of a year that are alike.
struct WeatherBin {
  double T_db = 0.0, T_dp = 0.0, W = 0.0, p = 0.0;  // K, K, kg/kg, Pa: means
  double hours = 0.0;                               ///< of 8,760
  bool pads = false;                                ///< they are wetted
};

/// Hours that a weather says something about: 8,760 of one that is the same every year, 24 of a day for ever.
int hours_covered(const Weather& weather);

/// The air in the middle of each of them.
std::vector<WeatherSample> hours_of(const Weather& weather);

/// The hours of a year by dry bulb, in steps of `width` K, those with wetted pads apart: these go on above `on_above`
/// and off below `off_below`, and if `W_width` is above zero those of other humidity, in steps of that. Of a series
/// that covers more than 8,760 h they are the mean year.
std::vector<WeatherBin> weather_bins(const Weather& weather, bool has_pads, double on_above, double off_below,
                                     double width = 2.0, double W_width = 0.0);

/// The air in the hour of a day's high that never changes, or of the hottest hour of a year.
WeatherPoint point_at_high(const Weather& weather);
/// The air of the coldest hour.
WeatherPoint point_at_low(const Weather& weather);
/// Dry bulb exceeded in this share of the hours of a year, with the mean dew point of the hours near it.
WeatherPoint hour_exceeded(const Weather& weather, double share);

}  // namespace wattloop::sizing
