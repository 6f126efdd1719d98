#pragma once
// Everything that a catalogue allows, priced one by one.

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/sizing/pricing.h"

namespace wattloop::sizing {

constexpr int most_coolers = 250, most_chillers = 60;  // of a building

/// An air side's objective and power of the plant.
struct AirPoint {
  double objective = 0.0, P = 0.0;
};

/// Every air side of the catalogue, but those that another beats in both.
inline std::vector<AirPoint> all_air_sides(const Request& r, Pricing& p) {
  std::vector<AirPoint> list;
  const auto add = [&](const AirPoint& x) {
    const auto beats = [](const AirPoint& a, const AirPoint& b) { return a.objective <= b.objective && a.P <= b.P; };
    if (std::any_of(list.begin(), list.end(), [&](const AirPoint& a) { return beats(a, x); })) return;
    std::erase_if(list, [&](const AirPoint& a) { return beats(x, a); });
    list.push_back(x);
  };
  for (const FanWallItem& wall : r.catalogue.fan_walls)
    for (int step = 0; step <= 15; ++step) {
      if (!p.set_walls(wall, 15e3 + 5e3 * step)) continue;
      for (const ChillerItem& chiller : r.catalogue.chillers)
        for (int n = 1; n <= most_chillers; ++n) {
          if (!p.set_chillers(chiller, n)) continue;
          for (const PipeItem& main : r.catalogue.chw_pipes)
            for (const PipeItem& branch : r.catalogue.chw_pipes)
              for (int mains = 1; mains <= 3; ++mains)
                for (int branches = 1; branches <= 2; ++branches)
                  for (const PumpItem& pump : r.catalogue.chw_pumps)
                    for (int pumps = 1; pumps <= 12; ++pumps) {
                      const double objective = p.price_air(main, mains, branch, branches, pump, pumps);
                      if (objective >= 0.0) add({objective, p.P_air});
                    }
        }
    }
  return list;
}

/// The least price over everything, without any bound but these counts; below zero if nothing is feasible.
inline double exhaustive(const Request& r, const Loads& loads) {
  Pricing p(r, loads);
  const std::vector<AirPoint> air = all_air_sides(r, p);
  if (air.empty()) return Pricing::infeasible;
  double best = INFINITY, least_air = INFINITY;
  for (const AirPoint& a : air) least_air = std::min(least_air, a.objective);
  const auto whole = [&](double circuits) {
    if (circuits + least_air >= best) return;
    for (const AirPoint& a : air) best = std::min(best, circuits + a.objective + p.price_feeds(p.P_circuits + a.P));
  };
  for (const CduItem& cdu : r.catalogue.cdus)
    for (int duty = 1; duty <= 12; ++duty) {
      if (!p.set_cdu(cdu, duty)) continue;
      for (const PipeItem& tcs : r.catalogue.tcs_pipes)
        for (int lanes = 1; lanes <= 4; ++lanes) {
          const double a = p.price_tcs(tcs, lanes);
          if (a < 0.0) continue;
          // Of what follows only the heat of the pumps depends on the TCS pipes.
          for (const CoolerItem& cooler : r.catalogue.coolers)
            for (int n = 1; n <= most_coolers; ++n) {
              const double b = p.price_coolers(cooler, n);
              if (b < 0.0) continue;
              for (const PipeItem& main : r.catalogue.fws_pipes)
                for (const PipeItem& branch : r.catalogue.fws_pipes)
                  for (int mains = 1; mains <= 3; ++mains)
                    for (int branches = 1; branches <= 2; ++branches) {
                      const double c = p.price_pipes(main, mains, branch, branches);
                      if (c < 0.0) continue;
                      for (const PumpItem& pump : r.catalogue.fws_pumps)
                        for (int pumps = 1; pumps <= 12; ++pumps) {
                          const double d = p.price_pumps(pump, pumps);
                          if (d >= 0.0) whole(a + b + c + d);
                        }
                    }
            }
        }
    }
  return std::isfinite(best) ? best : Pricing::infeasible;
}

/// Few sizes of what carries water.
inline void reduce_pipes_and_pumps(Catalogue& c) {
  c.fws_pumps.erase(c.fws_pumps.begin());
  c.tcs_pipes.erase(c.tcs_pipes.begin(), c.tcs_pipes.end() - 2);
  std::erase_if(c.fws_pipes, [](const PipeItem& p) { return p.name != "DN400" && p.name != "DN700"; });
  std::erase_if(c.chw_pipes, [](const PipeItem& p) { return p.name != "DN250" && p.name != "DN500"; });
}

/// Few sizes of each class.
inline void reduce(Catalogue& c) {
  c.cdus.resize(2);
  c.coolers.erase(c.coolers.begin());
  reduce_pipes_and_pumps(c);
}

inline bool stays_liquid(const Request& r) {
  for (const char* name : {"fws", "chw"})
    if (r.T_coldest - make_liquid(r.liquids.at(name)).T_freeze < r.limits.freeze_margin) return false;
  return true;
}

}  // namespace wattloop::sizing
