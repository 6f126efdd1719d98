#include "io/sizing/knobs.h"

#include <algorithm>
#include <cmath>

namespace wattloop::sizing {

namespace {

/// The fraction of glycol in a liquid, to be raised: of water, that of propylene glycol by mass.
double& glycol(Request& r, const char* name) {
  LiquidSpec& liquid = r.liquids[name];
  if (liquid.kind == LiquidKind::water) liquid = {LiquidKind::propylene_glycol, 0.0, FractionBasis::mass};
  return liquid.fraction;
}

}  // namespace

std::vector<Knob> knobs(const Request& request) {
  std::vector<Knob> list{
      {"temperatures.fws", "degC", [](Request& r) -> double& { return r.T_fws; }, 1.0, 333.15, 1.0, 273.15},
      {"temperatures.fws", "degC", [](Request& r) -> double& { return r.T_fws; }, -1.0, 283.15, 1.0, 273.15},
      {"temperatures.tcs", "degC", [](Request& r) -> double& { return r.T_tcs; }, 1.0, 338.15, 1.0, 273.15},
      {"temperatures.chw", "degC", [](Request& r) -> double& { return r.T_chw; }, 1.0, 303.15, 1.0, 273.15},
      {"limits.cdu_loading", "%", [](Request& r) -> double& { return r.limits.cdu_loading; }, 0.05, 1.0, 100.0},
      {"limits.tcs_velocity", "m/s", [](Request& r) -> double& { return r.limits.tcs_velocity; }, 0.25, 10.0},
      {"limits.fws_velocity", "m/s", [](Request& r) -> double& { return r.limits.fws_velocity; }, 0.25, 10.0},
      {"limits.tcs_gradient", "Pa/m", [](Request& r) -> double& { return r.limits.tcs_gradient; }, 50.0, 3000.0},
      {"limits.fws_gradient", "Pa/m", [](Request& r) -> double& { return r.limits.fws_gradient; }, 50.0, 3000.0},
      {"limits.chw_velocity", "m/s", [](Request& r) -> double& { return r.limits.chw_velocity; }, 0.25, 10.0},
      {"limits.chw_gradient", "Pa/m", [](Request& r) -> double& { return r.limits.chw_gradient; }, 50.0, 3000.0},
      {"limits.valve_authority", "%", [](Request& r) -> double& { return r.limits.valve_authority; }, -0.05, 0.05,
       100.0},
      {"limits.npsh_margin", "m", [](Request& r) -> double& { return r.limits.npsh_margin; }, 1.0, 0.0},
      {"limits.pump_speed", "%", [](Request& r) -> double& { return r.limits.pump_speed; }, -0.05, 1.2, 100.0},
      {"limits.valve_opening", "%", [](Request& r) -> double& { return r.limits.valve_opening; }, -0.05, 1.0, 100.0},
      {"limits.freeze_margin", "K", [](Request& r) -> double& { return r.limits.freeze_margin; }, 0.0, 0.0},
      // No cure: it breaks no limit.
      {"limits.battery_time", "min", [](Request& r) -> double& { return r.battery_time; }, 300.0, request.battery_time,
       1.0 / 60.0},
      {"liquids.fws.fraction", "%", [](Request& r) -> double& { return glycol(r, "fws"); }, 0.05, 0.6, 100.0},
      {"liquids.fws.fraction", "%", [](Request& r) -> double& { return glycol(r, "fws"); }, 0.0, 0.0, 100.0},
      {"liquids.chw.fraction", "%", [](Request& r) -> double& { return glycol(r, "chw"); }, 0.0, 0.6, 100.0},
      {"layout.fws_main", "m", [](Request& r) -> double& { return r.fws_main; }, 50.0, 10.0},
      {"layout.fws_branch", "m", [](Request& r) -> double& { return r.fws_branch; }, 0.0, 10.0},
      {"layout.tcs_length", "m", [](Request& r) -> double& { return r.tcs_length; }, 0.0, 10.0},
      {"layout.fws_fittings", "1", [](Request& r) -> double& { return r.fws_K; }, 0.0, 0.0},
      {"layout.chw_main", "m", [](Request& r) -> double& { return r.chw_main; }, 50.0, 10.0},
      {"layout.chw_fittings", "1", [](Request& r) -> double& { return r.chw_K; }, 0.0, 0.0},
      {"layout.tcs_fittings", "1", [](Request& r) -> double& { return r.tcs_K; }, 0.0, 0.0},
      {"it.margin", "%", [](Request& r) -> double& { return r.load_growth; }, 0.05, 0.0, 100.0},
      {"weather.design.T_db", "degC", [](Request& r) -> double& { return r.design.T_db; }, 1.0, 293.15, 1.0, 273.15},
      {"objective.energy_price", "USD/MWh", [](Request& r) -> double& { return r.objective.energy_price; }, 10.0, 0.0},
      {"objective.water_price", "USD/m3", [](Request& r) -> double& { return r.objective.water_price; }, 1.0, 0.0},
      {"objective.life", "year", [](Request& r) -> double& { return r.objective.life; }, 5.0, 1.0},
      {"objective.rate", "%", [](Request& r) -> double& { return r.objective.rate; }, 0.01, 0.0, 100.0},
  };
  constexpr double L_per_min_kW = 6e7, kPa = 1e-3;
  for (std::size_t i = 0; i < request.racks.size(); ++i) {
    const std::string rack = "it.racks." + request.racks[i].name;
    const auto flow = [i](Request& r) -> double& { return r.racks[i].flow; };
    list.push_back({rack + ".flow", "L/min/kW", flow, 0.1 / L_per_min_kW, 2.5 / L_per_min_kW, L_per_min_kW});
    list.push_back({rack + ".flow", "L/min/kW", flow, -0.1 / L_per_min_kW, 0.7 / L_per_min_kW, L_per_min_kW});
    const auto dp = [i](Request& r) -> double& { return r.racks[i].dp; };
    list.push_back({rack + ".dp", "kPa", dp, -20.0 / kPa, 20.0 / kPa, kPa});
  }
  return list;
}

std::vector<Knob> sensitivity_knobs(const Request& request) {
  std::vector<Knob> list = knobs(request);
  std::erase_if(list, [](const Knob& knob) { return knob.step == 0.0; });
  constexpr double unused = 0.0;  // where a cure would end
  const auto share = [&](const char* input, double Limits::*limit) {
    list.push_back({input, "%", [=](Request& r) -> double& { return r.limits.*limit; }, -0.05, unused, 100.0});
  };
  share("limits.transformer_loading", &Limits::transformer_loading);
  share("limits.ups_loading", &Limits::ups_loading);
  share("limits.busway_loading", &Limits::busway_loading);
  const auto value = [&](const char* input, const char* unit, double Request::*x, double step) {
    list.push_back({input, unit, [=](Request& r) -> double& { return r.*x; }, step, unused});
  };
  value("layout.tcs_length", "m", &Request::tcs_length, 10.0);
  value("layout.fws_branch", "m", &Request::fws_branch, 10.0);
  value("layout.chw_branch", "m", &Request::chw_branch, 10.0);
  value("layout.tcs_fittings", "1", &Request::tcs_K, 1.0);
  value("layout.fws_fittings", "1", &Request::fws_K, 1.0);
  value("layout.chw_fittings", "1", &Request::chw_K, 1.0);
  list.push_back(
      {"limits.freeze_margin", "K", [](Request& r) -> double& { return r.limits.freeze_margin; }, 1.0, unused});
  for (const auto& [input, name] : {std::pair{"liquids.tcs.fraction", "tcs"}, {"liquids.chw.fraction", "chw"}})
    list.push_back({input, "%", [name = name](Request& r) -> double& { return glycol(r, name); }, 0.05, unused, 100.0});
  list.push_back(
      {"weather.design.T_dp", "degC", [](Request& r) -> double& { return r.design.T_dp; }, 1.0, unused, 1.0, 273.15});
  // Of all coolers; where the request has none, that of the first in the catalogue.
  const auto recirculation = [](Request& r) -> double& {
    if (!r.recirculation) r.recirculation = r.catalogue.coolers.front().dT_recirculation;
    return *r.recirculation;
  };
  list.push_back({"weather.recirculation", "K", recirculation, 1.0, unused, 1.0, 0.0, [](Request& r) {
                    for (CoolerItem& cooler : r.catalogue.coolers) cooler.dT_recirculation = *r.recirculation;
                  }});
  for (std::size_t i = 0; i < request.racks.size(); ++i)
    list.push_back({"it.racks." + request.racks[i].name + ".liquid", "%",
                    [i](Request& r) -> double& { return r.racks[i].liquid; }, 0.01, unused, 100.0});
  return list;
}

double shown(const Knob& knob, double si) {
  return si * knob.scale - knob.offset;
}

double rounded_away(const Knob& knob, double value, double from) {
  const double x = shown(knob, value);
  if (x == 0.0) return value;
  const double step = std::pow(10.0, std::floor(std::log10(std::abs(x))) - 3.0);
  const bool rises = value > from;
  const double digits = rises ? std::ceil(x / step - 1e-9) : std::floor(x / step + 1e-9);
  return (digits * step + knob.offset) / knob.scale;
}

const std::vector<std::string>& searched_classes() {
  static const std::vector<std::string> list{"cdu", "fws_pump", "cooler", "chiller", "chw_pump", "fan_wall"};
  return list;
}

const std::vector<Redundancy>& redundancy_levels() {
  static const std::vector<Redundancy> levels{{0, false}, {1, false}, {2, false}, {0, true}};
  return levels;
}

std::vector<std::size_t> other_levels(const Redundancy& asked) {
  const std::vector<Redundancy>& levels = redundancy_levels();
  const auto same = [&](const Redundancy& x) { return x.text() == asked.text(); };
  const auto place = std::find_if(levels.begin(), levels.end(), same) - levels.begin();
  const auto n = static_cast<long>(levels.size());
  std::vector<std::size_t> others;
  for (long distance = 1; distance < n; ++distance)
    for (const long at : {place + distance, place - distance})
      if (at >= 0 && at < n) others.push_back(static_cast<std::size_t>(at));
  return others;
}

Loads with_flow(Loads loads, const Request& before, const Request& now) {
  const Loads is = nameplate_loads(now), was = nameplate_loads(before);
  loads.m_tcs *= is.m_tcs / was.m_tcs;
  loads.Q_liquid *= is.Q_liquid / was.Q_liquid;
  loads.Q_hall *= is.Q_hall / was.Q_hall;
  return loads;
}

}  // namespace wattloop::sizing
