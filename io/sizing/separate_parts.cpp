#include "io/sizing/separate_parts.h"

#include <cmath>
#include <limits>
#include <optional>

#include "io/sizing/pricing.h"
#include "models/moist_air.h"

namespace wattloop::sizing {

bool choose_air_side(SearchContext& s, Design& d) {
  const FanWallItem& wall = s.catalogue.fan_walls.front();
  const auto walls = [&](double Q) {
    const int duty = std::max(1, static_cast<int>(std::ceil(Q * s.load / wall.rating)));
    return Chosen<FanWallItem>{wall, duty, s.request.redundancy.at("fan_wall").installed(duty)};
  };
  d.hall_fans = walls(s.loads.Q_hall), d.gallery_fans = walls(s.loads.Q_gallery);
  const int all_walls = d.hall_fans.installed + d.gallery_fans.installed;
  d.worth.price += s.units * all_walls * wall.price, d.worth.area += s.units * all_walls * wall.area;
  const double m = s.loads.blocks * all_walls * wall.m_flow * std::pow(d.dp_chw / wall.dp, 1.0 / 1.8);
  const double Q = s.loads.blocks * (s.loads.Q_hall + s.loads.Q_gallery) * s.load;
  double best = std::numeric_limits<double>::infinity();
  Worth worth;
  for (const ChillerItem& chiller : s.catalogue.chillers) {
    const double capacity = chiller_capacity(chiller, s.request.T_chw, s.request.design.T_db, s.request.design.p);
    if (capacity <= 0.0) {
      s.miss({"chiller_ambient", chiller.name, s.request.design.T_db - 273.15, chiller.T_air_maximum - 273.15, "degC"});
      continue;
    }
    const int least = std::max(1, static_cast<int>(std::ceil(Q / capacity)));
    for (int duty = least; duty <= least + 4; ++duty) {
      const int n = s.request.redundancy.at("chiller").installed(duty);
      Worth x{s.loads.buildings * n * chiller.price, 0.0, 0.0, s.loads.buildings * n * chiller.area};
      for (const WeatherBin& bin : s.bins)
        x.energy +=
            s.loads.buildings * n * chiller_power(chiller, Q / n, s.request.T_chw, bin.T_db, bin.p) * bin.hours / 1e6;
      const double head = d.dp_chw + chiller.dp * std::pow(m / n / chiller.m_flow, 1.8);
      for (const PumpItem& pump : s.catalogue.chw_pumps)
        for (int pumps = 1; pumps <= 12; ++pumps) {
          const auto priced = price_pump(s, "chw", pump, pumps, s.chw, m, head, s.request.T_chw + 8.0);
          if (!priced) continue;
          Worth sum = x;
          sum += priced->worth;
          if (sum.objective(s.objective) >= best) continue;
          best = sum.objective(s.objective), worth = sum;
          d.chiller = {chiller, duty, n}, d.chw_pump = priced->what;
        }
    }
  }
  d.worth += worth;
  if (d.chiller.item.name.empty()) return false;
  s.meet({"chiller_ambient"});
  d.P_mechanical = d.chiller.installed * chiller_power(d.chiller.item, Q / d.chiller.installed, s.request.T_chw,
                                                       s.request.design.T_db, s.request.design.p);
  const double capacity = chiller_capacity(d.chiller.item, s.request.T_chw, s.request.design.T_db, s.request.design.p);
  d.margins.push_back({"chiller_loading", d.chiller.item.name, Q / (d.chiller.duty * capacity), 1.0, false, true});
  d.margins.push_back(
      {"fan_wall_loading", wall.name, s.loads.Q_hall * s.load / (d.hall_fans.duty * wall.rating), 1.0, false, true});
  return true;
}

void choose_electrical(SearchContext& s, Design& d) {
  const double P = s.loads.P_ups * s.load;
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
    d.margins.push_back({constraint, best->item.name, S / (best->installed * best->item.rating), limit, false, true});
    return *best;
  };
  d.ups = side(s.catalogue.ups, P, s.request.limits.ups_loading, "ups_loading", 2, s.units);
  d.transformer = side(s.catalogue.transformers, P / ups_efficiency / pf_ups, s.request.limits.transformer_loading,
                       "transformer_loading", 2, s.units);
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
  d.P_mechanical += s.loads.P_fan_walls / s.loads.buildings;
  const Worth before = d.worth;
  const auto choose = [&](const std::vector<Item>& items, double S, const Redundancy& redundancy, int copies) {
    std::optional<Chosen<Item>> best;
    for (const Item& item : items) {
      const int duty = std::max(1, static_cast<int>(std::ceil(S / item.rating - 1e-9)));
      Chosen<Item> x{item, duty, redundancy.installed(duty)};
      if (!best || x.installed * item.price < best->installed * best->item.price) best = x;
    }
    d.worth.price += copies * best->installed * best->item.price;
    d.worth.area += copies * best->installed * best->item.area;
    return *best;
  };
  constexpr double losses = 1.07;  // grid over IT and plant
  const double P_building = losses * s.loads.P_ups * s.loads.blocks * s.load + d.P_mechanical;
  d.mech_transformer = choose(s.catalogue.transformers, d.P_mechanical / pf,
                              s.request.redundancy.at("mech_transformer"), s.loads.buildings);
  d.genset = choose(s.catalogue.gensets, P_building, s.request.redundancy.at("genset"), s.loads.buildings);
  d.hv_transformer = choose(s.catalogue.hv_transformers, P_building * s.loads.buildings / pf, {0, false}, 2);
  d.worth.energy += energy(s.loads.P_losses + s.loads.P_fan_walls);
  d.lower_bound += d.worth.objective(s.objective) - before.objective(s.objective);
  d.objective = d.worth.objective(s.objective);
  const auto gradient = [&](const Chosen<PipeItem>& pipe, double m, double length, const char* element) {
    const PipePoint p =
        pipe_at(pipe.item.diameter, steel, length, s.request.fws_K, s.fws, m / pipe.installed, s.request.T_fws);
    d.margins.push_back({"fws_velocity", element, p.velocity, s.request.limits.fws_velocity, false, false});
    d.margins.push_back({"fws_gradient", element, p.gradient, s.request.limits.fws_gradient, false, false});
  };
  gradient(d.fws_main, d.m_fws, s.request.fws_main, "fws_main");
  gradient(d.fws_branch, d.m_fws / s.loads.blocks, s.request.fws_branch, "fws_branch");
  const PumpPoint pump = pump_at(d.fws_pump.item, s.fws, d.m_fws / d.fws_pump.duty, d.fws_head);
  d.margins.push_back({"fws_pump_speed", d.fws_pump.item.name, pump.speed, s.request.limits.pump_speed, false, false});
}

}  // namespace wattloop::sizing
