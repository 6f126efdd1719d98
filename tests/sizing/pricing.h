#pragma once
// Designs priced one by one from the laws of the equipment, without the bounds and prunings of the search.

#include <algorithm>
#include <cmath>

#include "io/sizing/design.h"
#include "io/sizing/laws.h"
#include "models/moist_air.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

/// What hangs together: CDUs, TCS pipes, FWS pipes, coolers, FWS pumps; the air side with its chilled water; and what
/// feeds both. A value below zero: not feasible. Powers are those of a building at the hotter of worst hour and record.
class Pricing {
 public:
  Pricing(const Request& request, const Loads& loads)
      : r(request),
        l(loads),
        bins(bins_of(request)),
        tcs(make_liquid(request.liquids.at("tcs"))),
        fws(make_liquid(request.liquids.at("fws"))),
        chw(make_liquid(request.liquids.at("chw"))),
        peak(point_at_high(*request.record)) {
    if (peak.T_db <= r.design.T_db) peak = r.design;
  }

  static constexpr double infeasible = -1.0;

  bool set_cdu(const CduItem& item, int n) {
    cdu = &item, duty = n;
    Q = l.Q_liquid / n, m_a = l.m_tcs / n;
    if (Q > r.limits.cdu_loading * item.rating * (1.0 + 1e-9) || m_a > 1.4 * item.m_flow_a) return false;
    T_hot = r.T_tcs + Q / (m_a * tcs.cp(r.T_tcs + 5.0));
    const auto flow = facility_flow(item, tcs, fws, m_a, T_hot, r.T_tcs, r.T_fws);
    if (!flow) return false;
    m_b = *flow;
    dp_open = item.valve_dp * std::pow(m_b / item.valve_m_flow, 2.0);
    dp_b = item.dp_b * std::pow(m_b / item.m_flow_b, 1.8);
    return dp_open / (dp_open + dp_b) >= r.limits.valve_authority;
  }

  double price_tcs(const PipeItem& pipe, int lanes) {
    const double m = m_a * duty / lanes;
    const PipePoint out = pipe_at(pipe.diameter, 1.5e-5, r.tcs_length, r.tcs_K, tcs, m, r.T_tcs);
    const PipePoint back = pipe_at(pipe.diameter, 1.5e-5, r.tcs_length, r.tcs_K, tcs, m, T_hot);
    if (back.velocity > r.limits.tcs_velocity || out.gradient > r.limits.tcs_gradient) return infeasible;
    const double dp = r.racks[0].dp + cdu->dp_a * std::pow(m_a / cdu->m_flow_a, 1.8) + out.dp + back.dp;
    const PumpPoint pump = pump_at(cdu->tcs_pump, tcs, m_a, dp);
    if (pump.speed > r.limits.pump_speed || pump.q > 1.3) return infeasible;
    if (Q + pump.P_liquid > r.limits.cdu_loading * cdu->rating) return infeasible;
    P_liquid = duty * pump.P_liquid, P_tcs = l.blocks * duty * pump.P;
    const int units = l.buildings * l.blocks, all = r.redundancy.at("cdu").installed(duty);
    Worth w;
    w.price = units * (all * cdu->price + 2.0 * lanes * r.tcs_length * pipe.price);
    w.area = units * all * cdu->area;
    w.energy = units * duty * pump.P * 8.76e-3;
    const double rise = 1.0 + P_liquid / l.Q_liquid;
    M = l.blocks * duty * m_b * rise;
    T_return = r.T_fws + l.blocks * (l.Q_liquid + P_liquid) / (M * fws.cp(r.T_fws + 6.0));
    const double opening = std::pow(50.0, r.limits.valve_opening - 1.0);
    dp_cdu = (dp_b + dp_open / (opening * opening)) * rise * rise;
    return w.objective(r.objective);
  }

  double price_pipes(const PipeItem& main, int mains, const PipeItem& branch, int branches) {
    const auto fits = [&](const PipeItem& pipe, double m, double length, double& dp) {
      const PipePoint cold = pipe_at(pipe.diameter, 4.5e-5, length, r.fws_K, fws, m, r.T_fws);
      const PipePoint hot = pipe_at(pipe.diameter, 4.5e-5, length, r.fws_K, fws, m, T_return);
      dp = 2.0 * cold.dp;
      return hot.velocity <= r.limits.fws_velocity && cold.gradient <= r.limits.fws_gradient;
    };
    double dp_main = 0.0, dp_branch = 0.0;
    if (!fits(main, M / mains, r.fws_main, dp_main) || !fits(branch, M / l.blocks / branches, r.fws_branch, dp_branch))
      return infeasible;
    dp_pipes = dp_main + dp_branch;
    Worth w;
    w.price = 2.0 * l.buildings * (mains * r.fws_main * main.price + l.blocks * branches * r.fws_branch * branch.price);
    return w.objective(r.objective);
  }

  double price_coolers(const CoolerItem& cooler, int needed) {
    const Redundancy& redundancy = r.redundancy.at("cooler");
    const int n = redundancy.installed(needed);
    const int passing = std::min(1, n - needed);  // of the spares out of order the last, not yet isolated
    const double T_out = r.T_fws - (T_return - r.T_fws) * passing / needed;
    if (!cooler_in(cooler, M / (needed + passing), T_out, r.design)) return infeasible;
    if (!cooler_in(cooler, M / n, r.T_fws, r.design)) return infeasible;  // all running, with less water in each
    Worth w;
    w.price = l.buildings * n * cooler.price, w.area = l.buildings * n * cooler.area;
    for (const WeatherBin& bin : bins) {
      const auto point = cooler_at(cooler, fws, M / n, T_return, r.T_fws, {bin.T_db, bin.T_dp, bin.p}, bin.W, bin.pads);
      w.energy += l.buildings * n * (point ? point->P_fan : cooler.P_fan) * bin.hours / 1e6;
      w.water += l.buildings * n * (point ? point->make_up : 0.0) * bin.hours * 3.6;
    }
    dp_cooler = cooler.dp * std::pow(M / (needed + passing) / cooler.m_flow, 1.8);
    const auto hottest = cooler_in(cooler, M / n, r.T_fws, peak);
    P_coolers = n * (hottest ? hottest->P_fan : cooler.P_fan);
    return w.objective(r.objective);
  }

  double price_pumps(const PumpItem& pump, int n) {
    const double objective = price_pump(pump, n, "fws_pump", fws, M, dp_cdu + dp_pipes + dp_cooler, T_return);
    P_circuits = P_tcs + P_coolers + P_pump;
    return objective;
  }

  /// Air side, of a building: fan walls at a pressure held across them, `needed` chillers, pipes, pumps.
  bool set_walls(const FanWallItem& wall, double dp) {
    dp_walls = dp, P_walls = 0.0, walls = Worth{};
    m_wall = wall.m_flow * std::pow(dp / wall.dp, 1.0 / 1.8);
    int all = 0;
    for (const auto& [Q_room, T_room] : {std::pair{l.Q_hall, T_hall}, std::pair{l.Q_gallery, T_gallery}}) {
      const double p = r.design.p, full = fan_wall_at(wall, chw, m_wall, r.T_chw, T_room, p, 1.0).Q;
      if (full <= 0.0) return false;
      const int n =
          r.redundancy.at("fan_wall").installed(std::max(1, int(std::ceil(Q_room / std::min(wall.rating, full)))));
      P_walls += l.blocks * n * fan_wall_power(wall, chw, m_wall, r.T_chw, T_room, p, Q_room / n);
      walls +=
          {double(l.buildings * l.blocks * n) * wall.price, 0.0, 0.0, double(l.buildings * l.blocks * n) * wall.area};
      all += n;
    }
    walls.energy = l.buildings * P_walls * 8.76e-3;
    m_chw = l.blocks * all * m_wall;
    Q_air = l.blocks * (l.Q_hall + l.Q_gallery);
    T_chw_return = r.T_chw + Q_air / (m_chw * chw.cp(r.T_chw + 4.0));
    return true;
  }

  bool set_chillers(const ChillerItem& chiller, int needed) {
    const double capacity = chiller_capacity(chiller, r.T_chw, r.design.T_db, r.design.p);
    const int n = r.redundancy.at("chiller").installed(needed);
    if (capacity * needed < Q_air * (1.0 - 1e-9) ||
        chiller_capacity(chiller, r.T_chw, peak.T_db, peak.p) * n < Q_air * (1.0 - 1e-9) ||
        m_chw / needed > chiller.flow_maximum * chiller.m_flow * (1.0 + 1e-9) ||
        m_chw / n < chiller.flow_minimum * chiller.m_flow)
      return false;
    chillers = {double(l.buildings * n) * chiller.price, 0.0, 0.0, double(l.buildings * n) * chiller.area};
    for (const WeatherBin& bin : bins)
      chillers.energy +=
          l.buildings * n * chiller_power(chiller, Q_air / n, r.T_chw, bin.T_db, bin.p) * bin.hours / 1e6;
    P_chillers = n * chiller_power(chiller, Q_air / n, r.T_chw, peak.T_db, peak.p);
    dp_chillers = chiller.dp * std::pow(m_chw / n / chiller.m_flow, 1.8);
    return true;
  }

  double price_air(const PipeItem& main, int mains, const PipeItem& branch, int branches, const PumpItem& pump, int n) {
    double dp = dp_walls + dp_chillers;
    for (const auto& [pipe, m, length] : {std::tuple{&main, m_chw / mains, r.chw_main},
                                          std::tuple{&branch, m_chw / l.blocks / branches, r.chw_branch}}) {
      const PipePoint cold = pipe_at(pipe->diameter, 4.5e-5, length, r.chw_K, chw, m, r.T_chw);
      const PipePoint warm = pipe_at(pipe->diameter, 4.5e-5, length, r.chw_K, chw, m, T_chw_return);
      if (warm.velocity > r.limits.chw_velocity || cold.gradient > r.limits.chw_gradient) return infeasible;
      dp += 2.0 * cold.dp;
    }
    const double pumps = price_pump(pump, n, "chw_pump", chw, m_chw, dp, T_chw_return);
    if (pumps < 0.0) return infeasible;
    P_air = P_walls + P_chillers + P_pump;
    Worth w = walls;
    w += chillers;
    w.price +=
        2.0 * l.buildings * (mains * r.chw_main * main.price + l.blocks * branches * r.chw_branch * branch.price);
    return w.objective(r.objective) + pumps;
  }

  /// Transformers of the plant, gensets, main transformers, before a case has been run; P of a building's plant.
  double price_feeds(double P) const {
    const double P_building = 1.07 * l.P_ups * l.blocks + P;
    double more = 0.0;  // with one feed lost
    for (std::size_t i = 0; i < r.racks.size(); ++i)
      more += l.racks[i] * r.racks[i].power * (r.racks[i].one_feed - 1.0);
    const double S_hv = (1.05 * P_building + more * l.blocks) * l.buildings / 0.95;
    const auto least = [&](const std::vector<Item>& items, double load, const Redundancy& redundancy, int copies) {
      double best = INFINITY;
      for (const Item& item : items) {
        const int n = copies * redundancy.installed(static_cast<int>(std::ceil(load / item.rating - 1e-9)));
        best = std::min(best, Worth{n * item.price, 0.0, 0.0, n * item.area}.objective(r.objective));
      }
      return best;
    };
    const double S_plant = 1.05 * (P / 0.95 / 0.95 + l.blocks * (more + 0.015 * l.P_ups) / 2.5 / 0.95);
    return least(r.catalogue.transformers, S_plant, r.redundancy.at("mech_transformer"), l.buildings) +
           least(r.catalogue.gensets, P_building, r.redundancy.at("genset"), l.buildings) +
           least(r.catalogue.hv_transformers, S_hv, {0, false}, 2);
  }

  /// The same of a design that the search found.
  double price(const Design& d) {
    if (!set_cdu(d.cdu.item, d.cdu.duty) || !set_walls(d.hall_fans.item, d.dp_walls) ||
        !set_chillers(d.chiller.item, d.chiller.duty))
      return infeasible;
    const double parts[] = {
        price_tcs(d.tcs_pipe.item, d.tcs_pipe.installed),
        price_pipes(d.fws_main.item, d.fws_main.installed, d.fws_branch.item, d.fws_branch.installed),
        price_coolers(d.cooler.item, d.cooler.duty), price_pumps(d.fws_pump.item, d.fws_pump.duty),
        price_air(d.chw_main.item, d.chw_main.installed, d.chw_branch.item, d.chw_branch.installed, d.chw_pump.item,
                  d.chw_pump.duty)};
    double sum = price_feeds(P_circuits + P_air);
    for (const double part : parts) {
      if (part < 0.0) return infeasible;
      sum += part;
    }
    return sum;
  }

  const Request& r;
  const Loads& l;
  std::vector<WeatherBin> bins;
  Liquid tcs, fws, chw;
  WeatherPoint peak;
  const CduItem* cdu = nullptr;
  int duty = 0;
  double Q = 0.0, m_a = 0.0, m_b = 0.0, T_hot = 0.0, dp_open = 0.0, dp_b = 0.0, dp_cdu = 0.0, P_liquid = 0.0;
  double M = 0.0, T_return = 0.0, dp_pipes = 0.0, dp_cooler = 0.0;
  double m_wall = 0.0, m_chw = 0.0, Q_air = 0.0, T_chw_return = 0.0, dp_walls = 0.0, dp_chillers = 0.0;
  Worth walls, chillers;
  double P_tcs = 0.0, P_coolers = 0.0, P_pump = 0.0, P_circuits = 0.0, P_walls = 0.0, P_chillers = 0.0, P_air = 0.0;

 private:
  std::optional<CoolerPoint> cooler_in(const CoolerItem& cooler, double m, double T_out,
                                       const WeatherPoint& air) const {
    const double W = humidity_ratio_from_dew_point(air.T_dp, air.p);
    return cooler_at(cooler, fws, m, T_return, T_out, air, W, r.pads && air.T_db > r.pads_on_above);
  }

  double price_pump(const PumpItem& pump, int n, const char* redundancy, const Liquid& liquid, double m, double head,
                    double T_suction) {
    const PumpPoint point = pump_at(pump, liquid, m / n, head);
    const double NPSH = (2.5e5 - liquid.vapour_pressure(T_suction)) / (liquid.rho_ref * 9.80665);
    if (point.speed > r.limits.pump_speed || point.q > 1.3) return infeasible;
    if (NPSH - point.NPSH_required < r.limits.npsh_margin) return infeasible;
    P_pump = n * point.P;
    const int all = l.buildings * r.redundancy.at(redundancy).installed(n);
    return Worth{all * pump.price, l.buildings * P_pump * 8.76e-3, 0.0, all * pump.area}.objective(r.objective);
  }
};

}  // namespace wattloop::sizing
