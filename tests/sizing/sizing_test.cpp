// The search against designs priced one by one, without its bounds and prunings.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "io/sizing/laws.h"
#include "io/sizing/search.h"
#include "io/sizing/sizing.h"
#include "models/moist_air.h"

namespace wattloop::sizing {

namespace {

Request childress(const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  return read_request(std::string(WATTLOOP_SOURCE_DIR) + "/examples/size_childress", settings);
}

std::vector<WeatherBin> bins_of(const Request& r) {
  return weather_bins(*r.annual, r.pads, r.pads_on_above, r.pads_off_below);
}

/// What hangs together: CDUs, TCS pipes, FWS pipes, coolers, FWS pumps. A value below zero: not feasible.
class Pricing {
 public:
  Pricing(const Request& request, const Loads& loads)
      : r(request),
        l(loads),
        bins(bins_of(request)),
        tcs(make_liquid(request.liquids.at("tcs"))),
        fws(make_liquid(request.liquids.at("fws"))) {}

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
    P_liquid = duty * pump.P_liquid;
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
    const double W = humidity_ratio_from_dew_point(r.design.T_dp, r.design.p);
    const int passing = std::min(1, n - needed);  // of the spares out of order the last, not yet isolated
    const double T_out = r.T_fws - (T_return - r.T_fws) * passing / needed;
    const bool wet = r.pads && r.design.T_db > r.pads_on_above;
    if (!cooler_at(cooler, fws, M / (needed + passing), T_return, T_out, r.design, W, wet)) return infeasible;
    Worth w;
    w.price = l.buildings * n * cooler.price, w.area = l.buildings * n * cooler.area;
    for (const WeatherBin& bin : bins) {
      const auto point = cooler_at(cooler, fws, M / n, T_return, r.T_fws, {bin.T_db, bin.T_dp, bin.p}, bin.W, bin.pads);
      w.energy += l.buildings * n * (point ? point->P_fan : cooler.P_fan) * bin.hours / 1e6;
      w.water += l.buildings * n * (point ? point->make_up : 0.0) * bin.hours * 3.6;
    }
    dp_cooler = cooler.dp * std::pow(M / (needed + passing) / cooler.m_flow, 1.8);
    return w.objective(r.objective);
  }

  double price_pumps(const PumpItem& pump, int n) const {
    const PumpPoint point = pump_at(pump, fws, M / n, dp_cdu + dp_pipes + dp_cooler);
    const double NPSH = (2.5e5 - fws.vapour_pressure(T_return)) / (fws.rho_ref * 9.80665);
    if (point.speed > r.limits.pump_speed || point.q > 1.3) return infeasible;
    if (NPSH - point.NPSH_required < r.limits.npsh_margin) return infeasible;
    const int all = r.redundancy.at("fws_pump").installed(n);
    Worth w{l.buildings * all * pump.price, l.buildings * n * point.P * 8.76e-3, 0.0, l.buildings * all * pump.area};
    return w.objective(r.objective);
  }

  /// The same of a design that the search found.
  double price(const Design& d) {
    if (!set_cdu(d.cdu.item, d.cdu.duty)) return infeasible;
    const double parts[] = {
        price_tcs(d.tcs_pipe.item, d.tcs_pipe.installed),
        price_pipes(d.fws_main.item, d.fws_main.installed, d.fws_branch.item, d.fws_branch.installed),
        price_coolers(d.cooler.item, d.cooler.duty), price_pumps(d.fws_pump.item, d.fws_pump.duty)};
    double sum = 0.0;
    for (const double part : parts) {
      if (part < 0.0) return infeasible;
      sum += part;
    }
    return sum;
  }

  const Request& r;
  const Loads& l;
  std::vector<WeatherBin> bins;
  Liquid tcs, fws;
  const CduItem* cdu = nullptr;
  int duty = 0;
  double Q = 0.0, m_a = 0.0, m_b = 0.0, T_hot = 0.0, dp_open = 0.0, dp_b = 0.0, dp_cdu = 0.0, P_liquid = 0.0;
  double M = 0.0, T_return = 0.0, dp_pipes = 0.0, dp_cooler = 0.0;
};

constexpr int most_coolers = 250;  // of a building

/// The least price over everything, without any bound but these counts; below zero if nothing is feasible.
double exhaustive(const Request& r, const Loads& loads) {
  Pricing p(r, loads);
  double best = Pricing::infeasible;
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
                          if (d < 0.0) continue;
                          if (best < 0.0 || a + b + c + d < best) best = a + b + c + d;
                        }
                    }
            }
        }
    }
  return best;
}

/// Few sizes of each class.
void reduce(Catalogue& c) {
  c.cdus.resize(2);
  c.coolers.erase(c.coolers.begin());
  c.fws_pumps.erase(c.fws_pumps.begin());
  c.tcs_pipes.erase(c.tcs_pipes.begin(), c.tcs_pipes.end() - 2);
  std::erase_if(c.fws_pipes, [](const PipeItem& p) { return p.name != "DN400" && p.name != "DN700"; });
}

Request random_request(std::mt19937& random) {
  const auto between = [&](double a, double b) {
    return a + (b - a) * static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
  };
  Request r = childress();
  r.it_power = between(20e6, 400e6);
  r.T_fws = 273.15 + between(20.0, 42.0);
  r.design.T_db = 273.15 + between(25.0, 46.0);
  r.design.T_dp = std::min(r.design.T_db, 273.15 + between(5.0, 20.0));
  for (const char* name : {"cdu", "cooler", "fws_pump", "chiller", "chw_pump"})
    r.redundancy[name] = Redundancy{static_cast<int>(random() % 3), false};
  return r;
}

void compare_with_exhaustive(int requests) {
  std::mt19937 random(7);
  int feasible = 0;
  for (int i = 0; i < requests; ++i) {
    Request r = random_request(random);
    reduce(r.catalogue);
    const Loads loads = nameplate_loads(r);
    const SearchResult found = search(r, loads, bins_of(r));
    const double least = exhaustive(r, loads);
    ASSERT_EQ(found.best.has_value(), least >= 0.0) << i << ": " << r.it_power << " W, FWS " << r.T_fws << " K";
    if (!found.best) {
      EXPECT_FALSE(found.shortfalls.empty());
      continue;
    }
    ++feasible;
    Pricing p(r, loads);
    EXPECT_NEAR(p.price(*found.best), least, 1e-9 * least) << i;
  }
  EXPECT_GT(feasible, 0);
  EXPECT_LT(feasible, requests);
}

}  // namespace

TEST(Sizing, NoRandomDesignIsBetter) {
  const Request r = childress();
  const Loads loads = nameplate_loads(r);
  const SearchResult found = search(r, loads, bins_of(r));
  ASSERT_TRUE(found.best);
  Pricing p(r, loads);
  const double best = p.price(*found.best);
  ASSERT_GT(best, 0.0);
  EXPECT_LE(found.best->lower_bound, found.best->objective);
  EXPECT_GE(found.best->lower_bound, 0.98 * found.best->objective);
  std::mt19937 random(11);
  const auto one_of = [&](const auto& items) -> const auto& {
    return items[random() % items.size()];
  };
  int feasible = 0;
  long tries = 0;
  for (; feasible < 2000 && tries < 4'000'000; ++tries) {
    if (!p.set_cdu(one_of(r.catalogue.cdus), 4 + static_cast<int>(random() % 8))) continue;
    const double a = p.price_tcs(one_of(r.catalogue.tcs_pipes), 1 + static_cast<int>(random() % 4));
    if (a < 0.0) continue;
    const PipeItem &main = one_of(r.catalogue.fws_pipes), &branch = one_of(r.catalogue.fws_pipes);
    const double b =
        p.price_pipes(main, 1 + static_cast<int>(random() % 3), branch, 1 + static_cast<int>(random() % 2));
    if (b < 0.0) continue;
    const double c = p.price_coolers(one_of(r.catalogue.coolers), 18 + static_cast<int>(random() % 50));
    if (c < 0.0) continue;
    const double d = p.price_pumps(one_of(r.catalogue.fws_pumps), 1 + static_cast<int>(random() % 8));
    if (d < 0.0) continue;
    ++feasible;
    ASSERT_GE(a + b + c + d, best * (1.0 - 1e-12));
  }
  EXPECT_EQ(feasible, 2000) << tries;
}

TEST(Sizing, AgreesWithExhaustiveSearch) {
  compare_with_exhaustive(5);
}

TEST(Sizing, AgreesWithExhaustiveSearchHeavy) {
  compare_with_exhaustive(60);
}

TEST(Sizing, RandomRequestsPassTheirProofHeavy) {
  std::mt19937 random(19);
  SizingOptions options;
  options.has_sensitivities = false;
  for (int i = 0; i < 60; ++i) {
    const Request r = random_request(random);
    const SizingResult result = size(r, options);
    if (!result.design) continue;
    for (const ProofEvent& e : result.proof) {
      const bool has_no_standby = (e.event == "a CDU fails" && r.redundancy.at("cdu").spare == 0) ||
                                  (e.event == "an FWS pump fails" && r.redundancy.at("fws_pump").spare == 0) ||
                                  (e.event == "a dry cooler fails" && r.redundancy.at("cooler").spare == 0) ||
                                  (e.event == "a chiller fails" && r.redundancy.at("chiller").spare == 0) ||
                                  (e.event == "a CHW pump fails" && r.redundancy.at("chw_pump").spare == 0);
      EXPECT_TRUE(e.holds() || has_no_standby) << i << ": " << e.event << ": " << e.verdict;
    }
  }
}

TEST(Sizing, EveryFanWallIsLookedAt) {
  Request r = childress();
  const Loads loads = nameplate_loads(r);
  const SearchResult alone = search(r, loads, bins_of(r));
  ASSERT_TRUE(alone.best);
  // The same wall at half the price, and one that costs nothing but whose fans draw a hundred times as much.
  FanWallItem cheap = r.catalogue.fan_walls.front(), hungry = cheap;
  cheap.name = "cheap", cheap.price *= 0.5;
  hungry.name = "hungry", hungry.price = 0.0, hungry.P_fan *= 100.0;
  r.catalogue.fan_walls.insert(r.catalogue.fan_walls.end(), {hungry, cheap});
  const SearchResult found = search(r, loads, bins_of(r));
  ASSERT_TRUE(found.best);
  EXPECT_EQ(found.best->hall_fans.item.name, "cheap");
  const int walls =
      loads.buildings * loads.blocks * (alone.best->hall_fans.installed + alone.best->gallery_fans.installed);
  EXPECT_NEAR(alone.best->objective - found.best->objective, walls * cheap.price * r.objective.cost,
              1e-6 * found.best->objective);
}

TEST(Sizing, WaterAsWarmAsTheRoomIsNamed) {
  Request r = childress();
  r.T_chw = T_gallery + 1.0;
  const SearchResult found = search(r, nameplate_loads(r), bins_of(r));
  EXPECT_FALSE(found.best);
  ASSERT_FALSE(found.shortfalls.empty());
  EXPECT_EQ(found.shortfalls.front().constraint, "chw_temperature");
}

TEST(Sizing, FanWallsTakeWhatTheyAreRatedFor) {
  // The entry of the catalogue: 38 -> 26 degC air on 24 -> 32 degC water, 36 kg/s of dry air of 1.2 kg/m3.
  const Request r = childress();
  const FanWallItem& wall = r.catalogue.fan_walls.front();
  const Liquid water = make_liquid({LiquidKind::water});
  const FanWallPoint full = fan_wall_at(wall, water, wall.m_flow, 297.15, 311.15, 101325.0, 1.0);
  EXPECT_NEAR(full.Q, 400e3, 0.1 * 400e3);
  const double half = fan_wall_power(wall, water, wall.m_flow, 297.15, 311.15, 101325.0, 0.5 * full.Q);
  EXPECT_LT(half, 0.25 * full.P_fan);
  EXPECT_GT(half, 0.0);
}

TEST(Sizing, LawsOfPumpsRiseWithTheHead) {
  const Request r = childress();
  const Liquid fws = make_liquid(r.liquids.at("fws"));
  for (const PumpItem& pump : r.catalogue.fws_pumps)
    for (double share = 0.4; share < 1.4; share += 0.1) {
      double last = 0.0;
      for (double dp = 50e3; dp < 400e3; dp += 5e3) {
        const PumpPoint point = pump_at(pump, fws, share * pump.m_flow, dp);
        if (point.q > 1.3) continue;
        EXPECT_GT(point.P, last);
        last = point.P;
      }
    }
}

TEST(Sizing, BinsHoldTheYear) {
  const Request r = childress();
  double hours = 0.0, mean = 0.0;
  for (const WeatherBin& bin : bins_of(r)) hours += bin.hours, mean += bin.hours * bin.T_db;
  EXPECT_EQ(hours, 8760.0);
  double exact = 0.0;
  const double begin = *parse_time("2026-01-01T00:00", r.annual->utc_offset());
  for (int hour = 0; hour < 8760; ++hour) exact += r.annual->at(begin + 3600.0 * (hour + 0.5)).T_db;
  EXPECT_NEAR(mean / 8760.0, exact / 8760.0, 1e-9);
}

}  // namespace wattloop::sizing
