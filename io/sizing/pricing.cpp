#include "io/sizing/pricing.h"

#include <algorithm>
#include <cmath>

#include "models/moist_air.h"

namespace wattloop::sizing {

namespace {

constexpr double p_suction = 2.5e5;               // Pa held by the vessels
constexpr double gravity = 9.80665;               // m/s2
constexpr double stretch = 1.6;                   // coolers looked at, over those that are needed
constexpr int most_mains = 3, most_branches = 2;  // pipes in parallel

/// Coolers that pass water uncooled: of those out of order the last one, which is not yet isolated.
int passing(const Chosen<CoolerItem>& coolers) {
  return std::min(1, coolers.installed - coolers.duty);
}

/// The coldest supply that many coolers of a type manage in the worst hour, K.
double coldest_supply(const SearchContext& s, const CoolerItem& cooler, double M, double T_return, double W, bool wet) {
  double low = s.request.T_fws, high = T_return - 0.01;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    const bool fits = cooler_at(cooler, s.fws, M / 1024.0, T_return, middle, s.request.design, W, wet).has_value();
    (fits ? high : low) = middle;
  }
  return high;
}

void price_cooler(const SearchContext& s, Priced<Chosen<CoolerItem>>& x, double M, double T_return) {
  const int n = x.what.installed;
  const CoolerItem& cooler = x.what.item;
  x.worth.price = s.loads.buildings * n * cooler.price;
  x.worth.area = s.loads.buildings * n * cooler.area;
  for (const WeatherBin& bin : s.bins) {
    const auto point =
        cooler_at(cooler, s.fws, M / n, T_return, s.request.T_fws, {bin.T_db, bin.T_dp, bin.p}, bin.W, bin.pads);
    // Hours hotter than the design hour: full speed, the supply a little warmer.
    const double P = point ? point->P_fan : cooler.P_fan, make_up = point ? point->make_up : 0.0;
    x.worth.energy += s.loads.buildings * n * P * bin.hours / 1e6;
    x.worth.water += s.loads.buildings * n * make_up * bin.hours * 3.6;
  }
  const bool wet = s.request.pads && s.peak.T_db > s.request.pads_on_above;
  const double W = humidity_ratio_from_dew_point(s.peak.T_dp, s.peak.p);
  const auto point = cooler_at(cooler, s.fws, M / n, T_return, s.request.T_fws, s.peak, W, wet);
  x.P = n * (point ? point->P_fan : cooler.P_fan);
  x.objective = x.worth.objective(s.objective);
  x.dp = cooler.dp * std::pow(M / (x.what.duty + passing(x.what)) / cooler.m_flow, 1.8);
}

}  // namespace

std::optional<CoolerPoint> coolers_left(const SearchContext& s, const Chosen<CoolerItem>& coolers, double M,
                                        double T_return) {
  const Request& r = s.request;
  const int out = passing(coolers);
  const double W = humidity_ratio_from_dew_point(r.design.T_dp, r.design.p);
  const double T_out = r.T_fws - (T_return - r.T_fws) * out / coolers.duty;
  return cooler_at(coolers.item, s.fws, M / (coolers.duty + out), T_return, T_out, r.design, W,
                   r.pads && r.design.T_db > r.pads_on_above);
}

double fan_wall_capacity(const SearchContext& s, const FanWallItem& wall, double dp, double T_room) {
  const double m = wall.m_flow * std::pow(dp / wall.dp, 1.0 / 1.8);
  return std::min(wall.rating, fan_wall_at(wall, s.chw, m, s.request.T_chw, T_room, s.request.design.p, 1.0).Q);
}

double NPSH_available(const Liquid& liquid, double T) {
  return (p_suction - liquid.vapour_pressure(T)) / (liquid.rho_ref * gravity);
}

Circuit fws_circuit(const SearchContext& s, double T_return) {
  const Request& r = s.request;
  return {"fws",        &s.fws,  &s.catalogue.fws_pipes, r.fws_main,
          r.fws_branch, r.fws_K, r.limits.fws_velocity,  r.limits.fws_gradient,
          r.T_fws,      T_return};
}

Circuit chw_circuit(const SearchContext& s, double T_return) {
  const Request& r = s.request;
  return {"chw",        &s.chw,  &s.catalogue.chw_pipes, r.chw_main,
          r.chw_branch, r.chw_K, r.limits.chw_velocity,  r.limits.chw_gradient,
          r.T_chw,      T_return};
}

std::vector<Priced<Piping>> price_piping(SearchContext& s, const Circuit& c, double M) {
  const auto fitting = [&](double m, double length, int most) {
    std::vector<std::pair<Chosen<PipeItem>, PipePoint>> fits;
    for (const PipeItem& pipe : *c.types)
      for (int lanes = 1; lanes <= most; ++lanes) {
        const PipePoint point = pipe_at(pipe.diameter, steel, length, c.K, *c.liquid, m / lanes, c.T_supply);
        const PipePoint back = pipe_at(pipe.diameter, steel, length, c.K, *c.liquid, m / lanes, c.T_return);
        if (back.velocity > c.velocity)
          s.miss({c.name + "_velocity", pipe.name, back.velocity, c.velocity, "m/s"});
        else if (point.gradient > c.gradient)
          s.miss({c.name + "_gradient", pipe.name, point.gradient, c.gradient, "Pa/m"});
        else
          fits.push_back({{pipe, lanes, lanes}, point});
      }
    return fits;
  };
  const auto mains = fitting(M, c.main, most_mains), branches = fitting(M / s.loads.blocks, c.branch, most_branches);
  if (!mains.empty() && !branches.empty()) s.meet({c.name + "_velocity", c.name + "_gradient"});
  std::vector<Priced<Piping>> unbeaten;
  for (const auto& [main, main_point] : mains)
    for (const auto& [branch, branch_point] : branches) {
      Priced<Piping> x{{main, branch, main_point, branch_point}, {}, 0.0, 2.0 * (main_point.dp + branch_point.dp)};
      x.worth.price = 2.0 * s.loads.buildings *
                      (main.installed * c.main * main.item.price +
                       s.loads.blocks * branch.installed * c.branch * branch.item.price);
      x.objective = x.worth.objective(s.objective);
      ++s.considered;
      keep(unbeaten, std::move(x));
    }
  return unbeaten;
}

std::vector<Priced<Chosen<CoolerItem>>> price_coolers(SearchContext& s, double M, double T_return) {
  std::vector<Priced<Chosen<CoolerItem>>> unbeaten;
  const Redundancy& redundancy = s.request.redundancy.at("cooler");
  const double W = humidity_ratio_from_dew_point(s.request.design.T_dp, s.request.design.p);
  const bool wet = s.request.pads && s.request.design.T_db > s.request.pads_on_above;
  for (const CoolerItem& cooler : s.catalogue.coolers) {
    // With spares out of order, and with all of them running: each has less water then, and a poorer film.
    const auto holds = [&](int duty) {
      const int n = redundancy.installed(duty);
      return coolers_left(s, {cooler, duty, n}, M, T_return) &&
             cooler_at(cooler, s.fws, M / n, T_return, s.request.T_fws, s.request.design, W, wet);
    };
    // One by one: with little water in each the coils lose their film, so that more do not always do more.
    constexpr int most = 1024;
    int least = air_behind_pads(cooler, s.request.design, W, wet) < s.request.T_fws ? 1 : most + 1;
    while (least <= most && !holds(least)) ++least;
    if (least > most) {
      s.miss({"fws_temperature", cooler.name, s.request.T_fws - 273.15,
              coldest_supply(s, cooler, M, T_return, W, wet) - 273.15, "degC", true});
      continue;
    }
    for (int duty = least; duty <= static_cast<int>(std::ceil(stretch * least)); ++duty) {
      if (!holds(duty)) continue;
      Priced<Chosen<CoolerItem>> x{{cooler, duty, redundancy.installed(duty)}, {}, 0.0, 0.0};
      price_cooler(s, x, M, T_return);
      s.meet({"fws_temperature"});
      ++s.considered;
      keep(unbeaten, std::move(x));
    }
  }
  return unbeaten;
}

std::optional<Priced<Chosen<PumpItem>>> price_pump(SearchContext& s, const std::string& circuit, const PumpItem& pump,
                                                   int duty, const Liquid& liquid, double M, double head,
                                                   double T_suction) {
  const PumpPoint point = pump_at(pump, liquid, M / duty, head);
  ++s.considered;
  if (point.q > rightmost_q) {
    s.miss({circuit + "_pump_flow", pump.name, point.q, rightmost_q, "1"});
    return std::nullopt;
  }
  if (point.speed > s.request.limits.pump_speed) {
    s.miss({circuit + "_pump_speed", pump.name, point.speed, s.request.limits.pump_speed, "1"});
    return std::nullopt;
  }
  const double NPSH = NPSH_available(liquid, T_suction);
  if (NPSH - point.NPSH_required < s.request.limits.npsh_margin) {
    s.miss({circuit + "_npsh", pump.name, NPSH - point.NPSH_required, s.request.limits.npsh_margin, "m", true});
    return std::nullopt;
  }
  Priced<Chosen<PumpItem>> x{{pump, duty, s.request.redundancy.at(circuit + "_pump").installed(duty)}, {}, 0.0, 0.0};
  x.worth.price = s.loads.buildings * x.what.installed * pump.price;
  x.worth.area = s.loads.buildings * x.what.installed * pump.area;
  x.P = duty * point.P;
  x.worth.energy = s.loads.buildings * energy(x.P);
  x.objective = x.worth.objective(s.objective);
  if (!s.has_met(circuit + "_npsh")) s.meet({circuit + "_pump_flow", circuit + "_pump_speed", circuit + "_npsh"});
  return x;
}

}  // namespace wattloop::sizing
