#pragma once
// A design: what stands where and at which point it works in the worst hour.

#include <limits>
#include <string>
#include <vector>

#include "io/sizing/request.h"
#include "io/sizing/weather_bins.h"

namespace wattloop::sizing {

/// How the site is divided, and what each part has to carry at full load. A first guess follows from nameplates; the
/// steady state of the case that is made of a design corrects it.
struct Loads {
  int buildings = 0, blocks = 0;         ///< blocks of a building
  std::vector<int> racks;                ///< of a block, by rack type
  double network = 0.0;                  ///< W of a block's air-cooled racks
  double Q_liquid = 0.0;                 ///< W of a block's racks to the liquid
  double m_tcs = 0.0;                    ///< kg/s of a block
  double Q_hall = 0.0, Q_gallery = 0.0;  ///< W of a block to its fan walls
  double P_ups = 0.0;                    ///< W out of a block's UPS, both sides together
  double P_losses = 0.0;                 ///< W of the site from the grid to the PSU inputs
  // As cases find it; 0: not known yet.
  double P_building = 0.0;  ///< W from the grid, the larger of worst hour and record day
  double P_plant = 0.0;     ///< W of a building's plant by the laws, of the design that these were found with
  /// The most that side A carries after side B is lost in the hotter of worst hour and record day.
  double S_hv = 0.0, S_mech = 0.0;         ///< VA at nominal voltage, of the site and of a building's plant
  double S_transformer = 0.0;              ///< VA at nominal voltage of a block's transformers
  double P_one_ups = 0.0, S_busway = 0.0;  ///< W out of a block's UPS, VA at nominal voltage of its busways
};
Loads nameplate_loads(const Request& request);

/// Set points of the air that fan walls draw in [K]: 38 and 36 degC, assumed.
constexpr double T_hall = 311.15, T_gallery = 309.15;

/// Units of a class: duty of them are needed.
template <class T>
struct Chosen {
  T item;
  int duty = 0, installed = 0;
};

/// Capital, energy, water and ground of a part of a design, over the whole site.
struct Worth {
  double price = 0.0;   // USD
  double energy = 0.0;  // MWh/a
  double water = 0.0;   // m3/a
  double area = 0.0;    // m2
  Worth& operator+=(const Worth& b) {
    price += b.price, energy += b.energy, water += b.water, area += b.area;
    return *this;
  }
  double objective(const Objective& o) const {
    return o.cost * (price + o.annuity() * (energy * o.energy_price + water * o.water_price)) + o.energy * energy +
           o.water * water + o.footprint * area;
  }
};

/// How far a limit is from being reached. It binds where the next smaller step of the catalogue would break it.
struct Margin {
  std::string constraint, element;
  double value = 0.0, limit = 0.0;
  bool at_least = false;  ///< the limit is a lower one
  bool binds = false;
  double percent() const { return 100.0 * (at_least ? value - limit : limit - value) / (limit != 0.0 ? limit : 1.0); }
};

/// Why there is no design: which limit, by how much.
struct Shortfall {
  std::string constraint, element;
  double value = 0.0, limit = 0.0;
  std::string unit;
  bool at_least = false;
};

/// Chilled water with what it serves and what cools it.
struct AirSide {
  Chosen<FanWallItem> hall_fans, gallery_fans;  ///< of a block
  Chosen<PipeItem> chw_main, chw_branch;        ///< of a building, of a block
  Chosen<PumpItem> chw_pump;                    ///< of a building
  Chosen<ChillerItem> chiller;                  ///< of a building
  double m_chw = 0.0, T_chw_return = 0.0;       ///< kg/s of a building, K
  double dp_walls = 0.0, dp_chw = 0.0;          ///< Pa across fan walls; held across a block, its branches included
  double chw_head = 0.0;                        // Pa of the pumps
};

/// What carries plant and site.
struct Feeds {
  Chosen<Item> mech_transformer, genset;  ///< of a building
  Chosen<Item> hv_transformer;            ///< of one side of the site
};

/// A UPS carries its rating for the autonomy that is asked for.
struct Battery {
  BatteryItem item;
  double energy = 0.0;  // kWh at the output
};

struct Design : AirSide, Feeds {
  Loads loads;
  // Counts of a block.
  Chosen<CduItem> cdu;
  Chosen<PipeItem> tcs_pipe, fws_branch;  ///< installed: in parallel
  Chosen<Item> transformer, ups, busway;  ///< of one side
  Battery battery;                        ///< of one UPS
  // Counts of a building.
  Chosen<PipeItem> fws_main;
  Chosen<CoolerItem> cooler;
  Chosen<PumpItem> fws_pump;

  double m_fws = 0.0, T_fws_return = 0.0;  ///< kg/s of a building, K
  double dp_fws = 0.0, dp_tcs = 0.0;       ///< Pa held across a block, racks
  double fws_head = 0.0;                   // Pa of the pumps
  double P_plant = 0.0;  ///< W of a building's plant in the hotter of worst hour and record day, by the laws
  Worth worth;
  double objective = std::numeric_limits<double>::infinity(), lower_bound = 0.0;
  std::vector<Margin> margins;
};

}  // namespace wattloop::sizing
