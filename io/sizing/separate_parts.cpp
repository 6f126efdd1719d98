#include "io/sizing/separate_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "io/sizing/margins.h"
#include "io/sizing/pricing.h"
#include "models/moist_air.h"

namespace wattloop::sizing {

namespace {

/// Fan walls of a building and the water that they pass at the pressure that is held across them.
struct AirSide {
  Chosen<FanWallItem> hall, gallery;
  double m_water = 0.0;  // kg/s of a building
  double P_fans = 0.0;   // W of a building
  Worth worth;
};

/// Nothing if the water is too warm for a type.
std::optional<AirSide> fan_walls_of(SearchContext& s, const FanWallItem& wall, double dp) {
  const double m = wall.m_flow * std::pow(dp / wall.dp, 1.0 / 1.8), p = s.request.design.p;
  AirSide side;
  const auto choose = [&](double Q, double T_room) {
    const double capacity = fan_wall_capacity(s, wall, dp, T_room);
    if (capacity <= 0.0) {
      s.miss({"chw_temperature", wall.name, s.request.T_chw - 273.15, T_room - 273.15, "degC"});
      return Chosen<FanWallItem>{};
    }
    const int duty = std::max(1, static_cast<int>(std::ceil(Q / capacity)));
    const int n = s.request.redundancy.at("fan_wall").installed(duty);
    side.m_water += s.loads.blocks * n * m;
    side.P_fans += s.loads.blocks * n * fan_wall_power(wall, s.chw, m, s.request.T_chw, T_room, p, Q / n);
    side.worth += {s.units * n * wall.price, 0.0, 0.0, s.units * n * wall.area};
    return Chosen<FanWallItem>{wall, duty, n};
  };
  side.hall = choose(s.loads.Q_hall * s.load, T_hall);
  side.gallery = choose(s.loads.Q_gallery * s.load, T_gallery);
  if (side.hall.installed == 0 || side.gallery.installed == 0) return std::nullopt;
  side.worth.energy = s.loads.buildings * energy(side.P_fans);
  s.meet({"chw_temperature"});
  return side;
}

}  // namespace

bool choose_air_side(SearchContext& s, Design& d) {
  const double Q = s.loads.blocks * (s.loads.Q_hall + s.loads.Q_gallery) * s.load;
  double best = std::numeric_limits<double>::infinity(), P_moving = 0.0;  // W of fans and pumps of a building
  Worth worth;
  for (const FanWallItem& wall : s.catalogue.fan_walls) {
    const auto walls = fan_walls_of(s, wall, d.dp_chw);
    if (!walls) continue;
    for (const ChillerItem& chiller : s.catalogue.chillers) {
      const double capacity = chiller_capacity(chiller, s.request.T_chw, s.request.design.T_db, s.request.design.p);
      if (capacity <= 0.0) {
        s.miss(
            {"chiller_ambient", chiller.name, s.request.design.T_db - 273.15, chiller.T_air_maximum - 273.15, "degC"});
        continue;
      }
      const int least = std::max(1, static_cast<int>(std::ceil(Q / capacity)));
      for (int duty = least; duty <= least + 4; ++duty) {
        const int n = s.request.redundancy.at("chiller").installed(duty);
        Worth x = walls->worth;
        x += {s.loads.buildings * n * chiller.price, 0.0, 0.0, s.loads.buildings * n * chiller.area};
        for (const WeatherBin& bin : s.bins)
          x.energy +=
              s.loads.buildings * n * chiller_power(chiller, Q / n, s.request.T_chw, bin.T_db, bin.p) * bin.hours / 1e6;
        const double m = walls->m_water, head = d.dp_chw + chiller.dp * std::pow(m / n / chiller.m_flow, 1.8);
        for (const PumpItem& pump : s.catalogue.chw_pumps)
          for (int pumps = 1; pumps <= 12; ++pumps) {
            const auto priced = price_pump(s, "chw", pump, pumps, s.chw, m, head, s.request.T_chw + 8.0);
            if (!priced) continue;
            Worth sum = x;
            sum += priced->worth;
            if (sum.objective(s.objective) >= best) continue;
            best = sum.objective(s.objective), worth = sum;
            P_moving = walls->P_fans + pumps * pump_at(pump, s.chw, m / pumps, head).P;
            d.hall_fans = walls->hall, d.gallery_fans = walls->gallery;
            d.chiller = {chiller, duty, n}, d.chw_pump = priced->what;
            d.m_chw = m, d.chw_head = head;
          }
      }
    }
  }
  if (d.chiller.item.name.empty()) return false;
  d.worth += worth;
  s.meet({"chiller_ambient"});
  d.P_mechanical =
      P_moving + d.chiller.installed * chiller_power(d.chiller.item, Q / d.chiller.installed, s.request.T_chw,
                                                     s.request.design.T_db, s.request.design.p);
  return true;
}

/// Voltage behind a transformer that carries its rating, over the nominal one (assumed): its own impedance of 6 % and
/// those of the grid's and of cables at a power factor of 0.95 to 0.99. Loads of constant power draw more current by as
/// much.
constexpr double sagged = 0.965;

/// Busways lose with the square of the current: those of one side that carries all lose twice what both lose together.
constexpr double busways_of_one_side = 1.005;

/// W that the racks of a block draw more with one feed lost.
double more_on_one_side(const SearchContext& s) {
  double more = 0.0;
  for (std::size_t i = 0; i < s.request.racks.size(); ++i)
    more += s.loads.racks[i] * s.request.racks[i].power * (s.request.racks[i].one_feed - 1.0);
  return more;
}

void choose_electrical(SearchContext& s, Design& d) {
  const double P = (busways_of_one_side * s.loads.P_ups + more_on_one_side(s)) * s.load;
  constexpr double ups_efficiency = 0.964, pf_ups = 0.99, pf_racks = 0.98;
  const auto side = [&](const std::vector<Item>& items, double S, double limit, const char* constraint, int sides,
                        int copies) {
    std::optional<Chosen<Item>> best;
    for (const Item& item : items) {
      const int n = std::max(1, static_cast<int>(std::ceil(S / (limit * item.rating) - 1e-9)));
      if (!best || n * item.price < best->installed * best->item.price) best = Chosen<Item>{item, n, n};
    }
    d.worth.price += sides * copies * best->installed * best->item.price;
    d.worth.area += sides * copies * best->installed * best->item.area;
    d.margins.push_back(loading_margin(constraint, *best, items, S, limit));
    return *best;
  };
  d.ups = side(s.catalogue.ups, P, s.request.limits.ups_loading, "ups_loading", 2, s.units);
  d.transformer = side(s.catalogue.transformers, P / ups_efficiency / pf_ups / sagged,
                       s.request.limits.transformer_loading, "transformer_loading", 2, s.units);
  d.busway = side(s.catalogue.busways, P / pf_racks, s.request.limits.busway_loading, "busway_loading", 2, s.units);
}

void choose_feeds(SearchContext& s, Design& d) {
  const double W = humidity_ratio_from_dew_point(s.request.design.T_dp, s.request.design.p);
  const bool wet = s.request.pads && s.request.design.T_db > s.request.pads_on_above;
  const int n = d.cooler.installed;
  const auto point =
      cooler_at(d.cooler.item, s.fws, d.m_fws / n, d.T_fws_return, s.request.T_fws, s.request.design, W, wet);
  d.P_mechanical += n * (point ? point->P_fan : d.cooler.item.P_fan);
  constexpr double pf = 0.95;
  const Worth before = d.worth;
  const auto choose = [&](const char* constraint, const std::vector<Item>& items, double S,
                          const Redundancy& redundancy, int copies) {
    std::optional<Chosen<Item>> best;
    for (const Item& item : items) {
      const int duty = std::max(1, static_cast<int>(std::ceil(S / item.rating - 1e-9)));
      Chosen<Item> x{item, duty, redundancy.installed(duty)};
      if (!best || x.installed * item.price < best->installed * best->item.price) best = x;
    }
    d.worth.price += copies * best->installed * best->item.price;
    d.worth.area += copies * best->installed * best->item.area;
    d.margins.push_back(loading_margin(constraint, *best, items, S, 1.0));
    return *best;
  };
  // Until a case has been run: what it may come to.
  constexpr double losses = 1.07;  // grid over IT and plant
  const Loads& l = s.loads;
  const bool is_known = l.S_hv > 0.0;
  const double guess = losses * l.P_ups * l.blocks * s.load + d.P_mechanical;
  const double P_building = std::max(guess, l.P_building * s.load);
  const double S_mech = is_known ? l.S_mech * s.load : d.P_mechanical / pf / sagged;
  const double S_hv = is_known ? l.S_hv * s.load : guess * l.buildings / pf;
  // Voltage falls further behind fewer transformers, and the current of constant power rises: assumed, seen by the
  // proof.
  constexpr double fewer_plant = 1.02, one_side = 1.05;
  d.mech_transformer = choose("mech_transformer_loading", s.catalogue.transformers, fewer_plant * S_mech,
                              s.request.redundancy.at("mech_transformer"), l.buildings);
  d.genset = choose("genset_loading", s.catalogue.gensets, P_building, s.request.redundancy.at("genset"), l.buildings);
  d.hv_transformer = choose("hv_transformer_loading", s.catalogue.hv_transformers,
                            one_side * S_hv + more_on_one_side(s) * s.load * s.units / pf, {0, false}, 2);
  d.worth.energy += energy(s.loads.P_losses);
  d.lower_bound += d.worth.objective(s.objective) - before.objective(s.objective);
  d.objective = d.worth.objective(s.objective);
}

}  // namespace wattloop::sizing
