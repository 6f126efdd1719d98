#include "io/sizing/air_side.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "io/sizing/pricing.h"

namespace wattloop::sizing {

namespace {

/// Pressures that may be held across the fan walls [Pa]: the steps of the set point that are looked at.
constexpr double dp_least = 15e3, dp_most = 90e3, dp_step = 5e3;
constexpr int more_chillers = 4;  ///< looked at, beyond those that are needed
constexpr int most_pumps = 12;

class AirSides {
 public:
  explicit AirSides(SearchContext& s) : s_(s), Q_(s.loads.blocks * (s.loads.Q_hall + s.loads.Q_gallery) * s.load) {}

  std::vector<Priced<AirSide>> all() {
    for (const FanWallItem& wall : s_.catalogue.fan_walls)
      for (double dp = dp_least; dp <= dp_most && !is_enough(); dp += dp_step) try_walls(wall, dp);
    return std::move(found_);
  }

 private:
  bool is_enough() const { return s_.any_will_do && !found_.empty(); }

  void try_walls(const FanWallItem& wall, double dp) {
    Priced<AirSide> x;
    x.what.dp_walls = dp;
    double P_fans = 0.0;  // W of a block, whatever the weather
    const double m = wall.m_flow * std::pow(dp / wall.dp, 1.0 / 1.8);
    const auto choose = [&](double Q, double T_room) {
      const double capacity = fan_wall_capacity(s_, wall, dp, T_room);
      if (capacity <= 0.0) {
        s_.miss({"chw_temperature", wall.name, s_.request.T_chw - 273.15, T_room - 273.15, "degC"});
        return Chosen<FanWallItem>{};
      }
      const int duty = std::max(1, static_cast<int>(std::ceil(Q * s_.load / capacity)));
      const int n = s_.request.redundancy.at("fan_wall").installed(duty);
      P_fans += n * fan_wall_power(wall, s_.chw, m, s_.request.T_chw, T_room, s_.request.design.p, Q * s_.load / n);
      x.worth += {s_.units * n * wall.price, 0.0, 0.0, s_.units * n * wall.area};
      return Chosen<FanWallItem>{wall, duty, n};
    };
    x.what.hall_fans = choose(s_.loads.Q_hall, T_hall);
    x.what.gallery_fans = choose(s_.loads.Q_gallery, T_gallery);
    const int walls = x.what.hall_fans.installed + x.what.gallery_fans.installed;
    if (x.what.hall_fans.installed == 0 || x.what.gallery_fans.installed == 0) return;
    s_.meet({"chw_temperature"});
    x.worth.energy += s_.units * energy(P_fans);
    x.P = s_.loads.blocks * P_fans;
    x.what.m_chw = s_.loads.blocks * walls * m;
    x.what.T_chw_return = s_.request.T_chw + Q_ / (x.what.m_chw * s_.chw.cp(s_.request.T_chw + 4.0));
    const auto piping = price_piping(s_, chw_circuit(s_, x.what.T_chw_return), x.what.m_chw);
    if (piping.empty()) return;
    for (const ChillerItem& chiller : s_.catalogue.chillers)
      if (!is_enough()) try_chillers(x, chiller, piping);
  }

  /// Enough for the heat and for the flow with all spares out of order and isolated; with all of them running each has
  /// flow enough, and they carry the hottest hour: halls whose chillers carry less warm up without an end.
  void try_chillers(const Priced<AirSide>& walls, const ChillerItem& chiller,
                    const std::vector<Priced<Piping>>& piping) {
    const Request& r = s_.request;
    const double capacity = chiller_capacity(chiller, r.T_chw, r.design.T_db, r.design.p);
    const double at_peak = chiller_capacity(chiller, r.T_chw, s_.peak.T_db, s_.peak.p);
    if (at_peak <= 0.0) {
      s_.miss({"chiller_ambient", chiller.name, s_.peak.T_db - 273.15, chiller.T_air_maximum - 273.15, "degC"});
      return;
    }
    s_.meet({"chiller_ambient"});
    const double m = walls.what.m_chw, least_flow = chiller.flow_minimum * chiller.m_flow;
    const double needed = std::max(Q_ / capacity, m / (chiller.flow_maximum * chiller.m_flow));
    int least = std::max(1, static_cast<int>(std::ceil(needed - 1e-9)));
    const Redundancy& redundancy = r.redundancy.at("chiller");
    while (redundancy.installed(least) * at_peak < Q_ * (1.0 - 1e-9)) ++least;
    for (int duty = least; duty <= least + more_chillers; ++duty) {
      const int n = redundancy.installed(duty);
      if (m / n < least_flow) {
        s_.miss({"chiller_flow_least", chiller.name, m / n, least_flow, "kg/s", true});
        break;  // more of them have less
      }
      s_.meet({"chiller_flow_least"});
      Priced<AirSide> x = walls;
      x.what.chiller = {chiller, duty, n};
      x.worth += {s_.loads.buildings * n * chiller.price, 0.0, 0.0, s_.loads.buildings * n * chiller.area};
      for (const WeatherBin& bin : s_.bins)
        x.worth.energy +=
            s_.loads.buildings * n * chiller_power(chiller, Q_ / n, r.T_chw, bin.T_db, bin.p) * bin.hours / 1e6;
      x.P += n * chiller_power(chiller, Q_ / n, r.T_chw, s_.peak.T_db, s_.peak.p);
      for (const Priced<Piping>& pipes : piping) try_pumps(x, pipes);
    }
  }

  void try_pumps(Priced<AirSide> x, const Priced<Piping>& pipes) {
    AirSide& a = x.what;
    a.chw_main = pipes.what.main, a.chw_branch = pipes.what.branch;
    a.dp_chw = a.dp_walls + 2.0 * pipes.what.branch_point.dp;
    a.chw_head = a.dp_chw + 2.0 * pipes.what.main_point.dp +
                 a.chiller.item.dp * std::pow(a.m_chw / a.chiller.installed / a.chiller.item.m_flow, 1.8);
    x.worth += pipes.worth;
    for (const PumpItem& pump : s_.catalogue.chw_pumps)
      for (int duty = 1; duty <= most_pumps; ++duty) {
        const auto priced = price_pump(s_, "chw", pump, duty, s_.chw, a.m_chw, a.chw_head, a.T_chw_return);
        if (!priced) continue;
        Worth worth = x.worth;
        worth += priced->worth;
        const double objective = worth.objective(s_.objective), P = x.P + priced->P;
        if (is_beaten(found_, objective, 0.0, P)) continue;
        Priced<AirSide> whole{x.what, worth, objective, 0.0, P};
        whole.what.chw_pump = priced->what;
        keep(found_, std::move(whole));
      }
  }

  SearchContext& s_;
  const double Q_;  ///< W of a building to its chilled water
  std::vector<Priced<AirSide>> found_;
};

}  // namespace

std::vector<Priced<AirSide>> air_sides(SearchContext& s) {
  return AirSides(s).all();
}

}  // namespace wattloop::sizing
