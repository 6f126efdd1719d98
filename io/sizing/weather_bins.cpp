#include "io/sizing/weather_bins.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "models/moist_air.h"

namespace wattloop::sizing {

namespace {

/// Hours that a weather is looked at in, from the first one that it says something about.
struct Hours {
  double begin = 0.0;  // s
  int count = 0;
};

Hours hours_in(const Weather& weather) {
  if (!std::isfinite(weather.t_first()))  // the same every year
    return {*parse_time("2026-01-01T00:00", weather.utc_offset()), weather.is_one_day() ? 24 : 8760};
  const double span = (weather.t_last() - weather.t_first()) / seconds_per_hour;
  return {weather.t_first(), static_cast<int>(span + 1e-6) + 1};
}

WeatherPoint point_of(const WeatherSample& s) {
  return {s.T_db, s.T_dp, s.p};
}

template <class Better>
WeatherPoint extreme(const Weather& weather, const Better& better) {
  const Hours hours = hours_in(weather);
  WeatherSample best = weather.at(hours.begin);
  for (int hour = 1; hour < hours.count; ++hour) {
    const WeatherSample sample = weather.at(hours.begin + seconds_per_hour * hour);
    if (better(sample.T_db, best.T_db)) best = sample;
  }
  return point_of(best);
}

}  // namespace

int hours_covered(const Weather& weather) {
  return hours_in(weather).count;
}

std::vector<WeatherSample> hours_of(const Weather& weather) {
  const Hours hours = hours_in(weather);
  std::vector<WeatherSample> samples;
  for (int hour = 0; hour < hours.count; ++hour)
    samples.push_back(weather.at(hours.begin + seconds_per_hour * (hour + 0.5)));
  return samples;
}

std::vector<WeatherBin> weather_bins(const Weather& weather, bool has_pads, double on_above, double off_below,
                                     double width, double W_width) {
  std::map<std::tuple<bool, int, int>, WeatherBin> bins;
  bool pads = false;
  const std::vector<WeatherSample> samples = hours_of(weather);
  for (const WeatherSample& s : samples) {
    if (has_pads && s.T_db > on_above) pads = true;
    if (s.T_db < off_below) pads = false;
    const int humid = W_width > 0.0 ? static_cast<int>(std::floor(s.W / W_width)) : 0;
    WeatherBin& bin = bins[{pads, static_cast<int>(std::floor(s.T_db / width)), humid}];
    bin.pads = pads;
    bin.T_db += s.T_db, bin.W += s.W, bin.p += s.p, bin.hours += 1.0;
  }
  std::vector<WeatherBin> list;
  for (auto& [key, bin] : bins) {
    bin.T_db /= bin.hours, bin.W /= bin.hours, bin.p /= bin.hours;
    bin.T_dp = std::min(bin.T_db, dew_point(bin.W, bin.p));
    bin.hours *= 8760.0 / static_cast<double>(samples.size());  // a leap year or several are one
    list.push_back(bin);
  }
  return list;
}

WeatherPoint point_at_high(const Weather& weather) {
  return extreme(weather, [](double a, double b) { return a > b; });
}

WeatherPoint point_at_low(const Weather& weather) {
  return extreme(weather, [](double a, double b) { return a < b; });
}

WeatherPoint hour_exceeded(const Weather& weather, double share) {
  std::vector<WeatherSample> hours = hours_of(weather);
  std::sort(hours.begin(), hours.end(), [](const auto& a, const auto& b) { return a.T_db > b.T_db; });
  const auto rank = std::min(hours.size() - 1, static_cast<std::size_t>(share * static_cast<double>(hours.size())));
  constexpr double near = 0.5;  // K
  double W = 0.0, n = 0.0;
  for (const WeatherSample& s : hours)
    if (std::abs(s.T_db - hours[rank].T_db) <= near) W += s.W, n += 1.0;
  const WeatherSample& found = hours[rank];
  return {found.T_db, std::min(found.T_db, dew_point(W / n, found.p)), found.p};
}

}  // namespace wattloop::sizing
