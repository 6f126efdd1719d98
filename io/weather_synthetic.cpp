#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "io/waves.h"
#include "io/weather.h"
#include "models/moist_air.h"
#include "models/random.h"

namespace wattloop {
namespace {

constexpr int hours_per_year = 8760;

double celsius(double T) {
  return T + air::T_zero;
}

/// Dry bulb [degC] of the hour that `rank` hours of the year are hotter than, at Childress: highest, 0.4, 1 and 2 %,
/// the 444 hours below 0 degC, 99.6 %, lowest (TMY3 station 723604).
struct Anchor {
  double rank, T;
};
constexpr std::array<Anchor, 7> dry_bulb_anchors = {{{0.0, 40.0},
                                                     {0.004 * hours_per_year, 37.2},
                                                     {0.01 * hours_per_year, 36.1},
                                                     {0.02 * hours_per_year, 35.0},
                                                     {hours_per_year - 444.5, 0.0},
                                                     {0.996 * hours_per_year, -7.8},
                                                     {hours_per_year - 1.0, -15.0}}};

double slope_between(std::size_t i) {
  const Anchor& a = dry_bulb_anchors[i];
  const Anchor& b = dry_bulb_anchors[i + 1];
  return (b.T - a.T) / (b.rank - a.rank);
}

/// Slope at an anchor that keeps the cubic monotone (Fritsch & Butland 1984): the harmonic mean of its neighbours'.
double slope_at(std::size_t i) {
  if (i == 0) return slope_between(0);
  if (i + 1 == dry_bulb_anchors.size()) return slope_between(i - 1);
  const double left = slope_between(i - 1);
  const double right = slope_between(i);
  return 2.0 * left * right / (left + right);
}

/// The monotone cubic through the anchors.
double dry_bulb_of_rank(double rank) {
  std::size_t i = 0;
  while (i + 2 < dry_bulb_anchors.size() && rank >= dry_bulb_anchors[i + 1].rank) ++i;
  const Anchor& a = dry_bulb_anchors[i];
  const Anchor& b = dry_bulb_anchors[i + 1];
  const double width = b.rank - a.rank;
  const double s = (rank - a.rank) / width;
  const double value = (1.0 + 2.0 * s) * a.T + s * width * slope_at(i);
  const double end = (1.0 + 2.0 * (1.0 - s)) * b.T - (1.0 - s) * width * slope_at(i + 1);
  return (1.0 - s) * (1.0 - s) * value + s * s * end;
}

/// Noise over the year, smooth and periodic, standard deviation about 1: normal numbers every `spacing` hours, a
/// divisor of 8760, and the cubic of Catmull & Rom (1974) between them.
class SmoothNoise {
 public:
  SmoothNoise(std::uint64_t seed, std::uint64_t stream, int spacing)
      : random_(seed, stream), spacing_(spacing), count_(hours_per_year / spacing) {}

  double at(int hour) const {
    const int cell = hour / spacing_;
    const double s = static_cast<double>(hour % spacing_) / spacing_;
    const double a = node(cell - 1);
    const double b = node(cell);
    const double c = node(cell + 1);
    const double d = node(cell + 2);
    return b + 0.5 * s * (c - a + s * (2.0 * a - 5.0 * b + 4.0 * c - d + s * (3.0 * (b - c) + d - a)));
  }

 private:
  double node(int i) const { return random_.normal(static_cast<std::uint64_t>((i + count_) % count_)); }

  RandomStream random_;
  int spacing_, count_;
};

/// Fronts pass every few days and showers every day or two.
constexpr int front_spacing = 120;  // h
constexpr int shower_spacing = 30;  // h

double season(int hour, double hottest_day) {
  return cosine_of_turns(hour / (1.0 * hours_per_year) - hottest_day / 365.0);
}

/// The dry bulb before its distribution is set right [K around its mean]; amplitudes of the order of a continental site
/// at 34 degrees north, assumed.
std::vector<double> raw_dry_bulb(std::uint64_t seed) {
  const SmoothNoise fronts(seed, 1, front_spacing);
  const SmoothNoise showers(seed, 2, shower_spacing);
  std::vector<double> T(hours_per_year);
  for (int hour = 0; hour < hours_per_year; ++hour) {
    T[static_cast<std::size_t>(hour)] = 11.5 * season(hour, 197.0) + 5.6 * cosine_of_turns((hour - 16) / 24.0) +
                                        3.5 * fronts.at(hour) + 2.0 * showers.at(hour);
  }
  return T;
}

/// Every hour's dry bulb [degC]: the hour keeps its rank, the rank gives the temperature.
std::vector<double> synthetic_dry_bulb(std::uint64_t seed) {
  const std::vector<double> raw = raw_dry_bulb(seed);
  std::vector<std::size_t> order(raw.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return raw[a] > raw[b]; });
  std::vector<double> T(raw.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) T[order[rank]] = dry_bulb_of_rank(static_cast<double>(rank));
  return T;
}

/// The dew point [degC] before the distribution of the wet bulb is set right, below the dry bulb; a mean and amplitudes
/// as above.
double raw_dew_point(int hour, double T_db, const SmoothNoise& fronts, const SmoothNoise& showers) {
  const double moisture = 7.5 + 10.0 * season(hour, 210.0) + 3.5 * fronts.at(hour) + 2.0 * showers.at(hour);
  return std::min(moisture, T_db - 0.5);
}

/// Maps wet bulbs [K] so that 2, 1 and 0.4 % of the hours are above 23.0, 23.5 and 24.0 degC (Childress, TMY3 station
/// 723604): linear between these and the median, which stays, as everything below it does; a shift above them.
class WetBulbMap {
 public:
  explicit WetBulbMap(std::vector<double> raw) {
    std::sort(raw.begin(), raw.end(), std::greater<>());
    const auto exceeded = [&](double fraction) { return raw[static_cast<std::size_t>(fraction * hours_per_year)]; };
    from_ = {exceeded(0.5), exceeded(0.02), exceeded(0.01), exceeded(0.004)};
    to_ = {from_[0], celsius(23.0), celsius(23.5), celsius(24.0)};
  }

  double operator()(double T) const {
    if (T <= from_.front()) return T;
    if (T >= from_.back()) return to_.back() + (T - from_.back());
    const auto above = std::upper_bound(from_.begin(), from_.end(), T);
    const auto i = static_cast<std::size_t>(above - from_.begin());
    return to_[i - 1] + (to_[i] - to_[i - 1]) * (T - from_[i - 1]) / (from_[i] - from_[i - 1]);
  }

 private:
  std::array<double, 4> from_{}, to_{};
};

/// Sets the dew points of a year so that its wet bulbs have their percentiles.
void map_wet_bulbs(TypicalYear& year) {
  std::vector<double> raw;
  for (const WeatherPoint& point : year.hours) {
    raw.push_back(wet_bulb(point.T_db, humidity_ratio_from_dew_point(point.T_dp, point.p), point.p));
  }
  const WetBulbMap map(raw);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    WeatherPoint& point = year.hours[i];
    const double T_wb = std::min(map(raw[i]), point.T_db);
    if (T_wb == raw[i]) continue;
    point.T_dp = std::min(dew_point(humidity_ratio_from_wet_bulb(point.T_db, T_wb, point.p), point.p), point.T_db);
  }
}

}  // namespace

Weather synthetic_year(const WeatherSite& site, std::uint64_t seed) {
  const std::vector<double> T_db = synthetic_dry_bulb(seed);
  const SmoothNoise fronts(seed, 3, front_spacing);
  const SmoothNoise showers(seed, 4, shower_spacing);
  const double p = site_pressure(site);
  TypicalYear year;
  for (int hour = 0; hour < hours_per_year; ++hour) {
    const double T = T_db[static_cast<std::size_t>(hour)];
    year.hours.push_back({celsius(T), celsius(raw_dew_point(hour, T, fronts, showers)), p});
  }
  map_wet_bulbs(year);
  return {std::move(year), site.utc_offset,
          fmt::format("synthetic year of Childress's percentiles, seed {}, repeated every year, pressure {:.0f} Pa",
                      seed, p)};
}

}  // namespace wattloop
