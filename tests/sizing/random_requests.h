#pragma once
// Requests at random: power, climate, temperatures, redundancy.

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "io/sizing/request.h"
#include "io/sizing/weather_bins.h"

namespace wattloop::sizing {

inline Request childress(const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  return read_request(std::string(WATTLOOP_SOURCE_DIR) + "/examples/size_childress", settings);
}

inline std::vector<WeatherBin> bins_of(const Request& r) {
  return weather_bins(*r.annual, r.pads, r.pads_on_above, r.pads_off_below);
}

/// Another climate than that of Childress: its synthetic year stretched between another highest and lowest dry bulb,
/// with the dew point moved. All of them are assumed, in the order of what such places have; the highest of the dry one
/// is the record of Childress.
struct Climate {
  const char* name;
  double T_highest, T_lowest;         // degC
  double dew_point_moved, T_dp_most;  // K, degC
  double record_above;                ///< K of a record day above the highest of the year
  double glycol;                      ///< of FWS and CHW
};

inline const std::vector<Climate>& climates() {
  static const std::vector<Climate> list{{"Childress", 40.0, -15.0, 0.0, 24.0, 7.2, 0.40},
                                         {"hot and dry", 47.2, 2.0, -4.0, 14.0, 1.5, 0.25},
                                         {"hot and humid", 36.0, 14.0, 9.0, 28.0, 3.0, 0.25},
                                         {"temperate", 33.0, -8.0, 1.0, 21.0, 5.0, 0.40},
                                         {"cold", 30.0, -28.0, -1.0, 19.0, 5.0, 0.52}};
  return list;
}

inline void move_to(Request& r, const Climate& climate) {
  const double T_0 = 273.15, highest = 40.0, lowest = -15.0;  // of the synthetic year of Childress, degC
  const Weather year = synthetic_year(r.site, 1);
  const double begin = *parse_time("2026-01-01T00:00", r.site.utc_offset);
  TypicalYear moved;
  for (int hour = 0; hour < 8760; ++hour) {
    const WeatherSample s = year.at(begin + 3600.0 * hour);
    const double share = (s.T_db - T_0 - lowest) / (highest - lowest);
    const double T_db = T_0 + climate.T_lowest + share * (climate.T_highest - climate.T_lowest);
    const double T_dp = std::min({T_db, s.T_dp + climate.dew_point_moved, T_0 + climate.T_dp_most});
    moved.hours.push_back({T_db, T_dp, s.p});
  }
  r.annual = Weather(std::move(moved), r.site.utc_offset, climate.name);
  r.annual_name = climate.name;
  r.design = hour_exceeded(*r.annual, 0.004);
  r.T_coldest = point_at_low(*r.annual).T_db;
  const double T_record = T_0 + climate.T_highest + climate.record_above;
  r.record = constant_weather(T_record, std::min(r.design.T_dp, T_record), r.site);
  for (const char* liquid : {"fws", "chw"})
    r.liquids[liquid] = {LiquidKind::propylene_glycol, climate.glycol, FractionBasis::mass};
}

inline double between(std::mt19937& random, double a, double b) {
  return a + (b - a) * static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
}

inline Request random_request(std::mt19937& random) {
  Request r = childress();
  move_to(r, climates()[random() % climates().size()]);
  r.it_power = between(random, 20e6, 400e6);
  r.T_fws = 273.15 + between(random, 20.0, 42.0);
  r.pads = random() % 4 != 0;
  const Redundancy choices[] = {{0, false}, {1, false}, {2, false}, {0, true}};
  for (const char* name :
       {"cdu", "cooler", "fws_pump", "chiller", "chw_pump", "fan_wall", "mech_transformer", "genset"})
    r.redundancy[name] = choices[random() % 4];
  return r;
}

}  // namespace wattloop::sizing
