#pragma once
// What `wattloop size` is asked for: the request as read, with the catalogue it may choose from.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/catalog.h"
#include "io/document.h"
#include "io/weather.h"
#include "models/device_power.h"
#include "models/fluids.h"

namespace wattloop::sizing {

/// What every piece of equipment has: its name in the catalogue, price and ground that it takes.
struct Item {
  std::string name;
  std::string component;  ///< entry of the catalogue that stands in the case
  double price = 0.0;     // USD, installed
  double area = 0.0;      // m2, with its share of access
  double rating = 0.0;    ///< W or VA that it is sold for
};

/// A pump's curve, as the component of the catalogue has it.
struct PumpItem : Item {
  double m_flow = 0.0, dp = 0.0, dp_shutoff = 0.0, eta = 0.8, eta_drive = 0.9, NPSH = 3.0;  // kg/s, Pa, m
};

/// W that it draws at its nominal point.
inline double rated_power(const PumpItem& pump) {
  return pump.m_flow * pump.dp / (1000.0 * pump.eta * pump.eta_drive);
}

struct CduItem : Item {
  std::string exchanger, pump, valve;  ///< entries of the catalogue
  double UA = 0.0, wall_share = 0.2, m_flow_a = 0.0, m_flow_b = 0.0, dp_a = 0.0, dp_b = 0.0;
  PumpItem tcs_pump;
  double valve_m_flow = 0.0, valve_dp = 0.0;  // kg/s, Pa of the open valve
};

struct CoolerItem : Item {
  double UA = 0.0, liquid_share = 0.25, m_flow = 0.0, dp = 0.0, m_air = 0.0, P_fan = 0.0, pad_effectiveness = 0.7,
         dT_recirculation = 1.5, cycles = 3.0;
};

struct ChillerItem : Item {
  double COP = 4.8, m_flow = 0.0, dp = 0.0, T_air_maximum = 323.15;
  /// Flow through the evaporator over the nominal one. Assumed: tubes of 0.9 to 3 m/s, 2.3 m/s at nominal flow; less is
  /// poor in film and near to freezing, more erodes.
  double flow_minimum = 0.4, flow_maximum = 1.3;
};

struct FanWallItem : Item {
  double UA = 0.0, liquid_share = 0.25, m_flow = 0.0, dp = 0.0, m_air = 0.0, P_fan = 0.0, rho_nominal = 1.2,
         natural_draught = 0.02, W_room = 0.008;
};

struct PipeItem : Item {
  double diameter = 0.0;  // m, inner; `price` is per metre, laid
};

struct RackItem : Item {
  double power = 0.0;                 // W at the PSU inputs at full load
  double liquid = 0.88;               ///< share of it that the liquid takes
  double flow = 1.3e-3 / 60.0 / 1e3;  // m3/s for each W of liquid heat
  double dp = 150e3;                  // Pa at that flow
  double one_feed = 1.0;              ///< power with one feed lost over that with both: its shelves are fuller
  double share = 0.0;                 ///< of the IT power, by the request
  DevicePower devices;                ///< with which it draws that power
};

/// Batteries of UPS by their energy at the UPS output at rated power: price and ground are of a kWh.
struct BatteryItem : Item {};

struct Catalogue {
  std::vector<CduItem> cdus;
  std::vector<PumpItem> fws_pumps, chw_pumps;
  std::vector<CoolerItem> coolers;
  std::vector<ChillerItem> chillers;
  std::vector<PipeItem> tcs_pipes, fws_pipes, chw_pipes;
  std::vector<FanWallItem> fan_walls;
  std::vector<Item> transformers, ups, hv_transformers, gensets, busways;
  std::vector<BatteryItem> batteries;
};

/// How many stand beside those that are needed: N + spare, or all of them twice.
struct Redundancy {
  int spare = 1;
  bool twice = false;
  int installed(int duty) const { return twice ? 2 * (duty + spare) : duty + spare; }
  bool has_standby() const { return twice || spare > 0; }
  /// Of what stands on two sides: that of each.
  Redundancy of_a_side() const { return {spare, false}; }
  std::string text() const;
};

struct Limits {
  double tcs_velocity = 2.5, fws_velocity = 2.5, chw_velocity = 2.5;          // m/s
  double tcs_gradient = 300.0, fws_gradient = 300.0, chw_gradient = 300.0;    // Pa/m
  double cdu_loading = 0.8;                                                   ///< at N, of the rating
  double pump_speed = 1.0;                                                    ///< at N
  double npsh_margin = 1.0;                                                   // m above what the pump needs
  double valve_opening = 0.9;                                                 ///< of the CDU's valve at full load
  double valve_authority = 0.3;                                               ///< least
  double transformer_loading = 1.0, ups_loading = 1.0, busway_loading = 0.8;  ///< one side carrying all
  double freeze_margin = 3.0;                                                 // K
};

/// Weights of what is minimised. `cost` counts what is bought and, over the life, energy and water.
struct Objective {
  double cost = 1.0;                              ///< per USD
  double energy = 0.0;                            ///< per MWh a year of all but IT
  double water = 0.0;                             ///< per m3 a year
  double footprint = 0.0;                         ///< per m2
  double life = 10.0, rate = 0.06;                // a, 1/a
  double energy_price = 60.0, water_price = 1.5;  // USD/MWh, USD/m3
  /// Present worth of one USD a year over the life.
  double annuity() const;
};

struct Request {
  std::string name, file, text;
  std::vector<std::pair<std::string, std::string>> settings;
  WeatherSite site;
  double latitude = 0.0, longitude = 0.0;  // degree
  double it_power = 0.0;                   // W at the PSU inputs
  double load_growth = 0.0;                ///< margin on all heat and power
  std::vector<RackItem> racks;
  double building = 50e6, block = 12.5e6;  // W of IT, at most
  double tcs_length = 60.0, fws_main = 150.0, fws_branch = 60.0, chw_main = 150.0, chw_branch = 60.0;  // m, one way
  double tcs_K = 3.0, fws_K = 5.0, chw_K = 5.0;           ///< fittings of each run
  double T_tcs = 318.15, T_fws = 313.15, T_chw = 297.15;  // K, supply
  std::map<std::string, LiquidSpec> liquids;              ///< tcs, fws, chw
  std::optional<Weather> annual, record;
  std::string annual_name = "synthetic_year";
  WeatherPoint design{};      ///< the worst hour
  double T_coldest = 288.15;  // K, least dry bulb of `annual`
  std::string design_text;
  bool pads = true;
  std::optional<double> recirculation;                     ///< K, of all coolers instead of the catalogue's
  double pads_on_above = 298.15, pads_off_below = 295.15;  // K
  std::map<std::string, Redundancy> redundancy;            ///< by class
  double battery_time = 300.0;                             // s at full load
  double generator_time = 15.0;                            // s from the loss of the grid to generators on the bus
  Limits limits;
  Objective objective;
  Catalogue catalogue;

  std::shared_ptr<const Catalog> entries;  ///< what the request sees, and the case of its design
  std::string inputs;  ///< all that was read: text, what it builds on, settings, weather, entries of the catalogue
  /// 16 digits of that.
  std::string id() const;
};

/// The classes whose redundancy a request may name.
const std::vector<std::string>& redundancy_classes();
/// Stands on both sides of the feeds: 2N or, with a spare on each, 2(N+1).
bool is_of_two_sides(const std::string& name);

/// Reads a request, a file or a directory that holds a case.yaml. Throws InputError with everything that is wrong.
Request read_request(const std::filesystem::path& path,
                     const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace wattloop::sizing
