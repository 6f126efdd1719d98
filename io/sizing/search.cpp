#include "io/sizing/search.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "io/sizing/laws.h"
#include "models/moist_air.h"

namespace wattloop::sizing {

namespace {

constexpr double hours_per_year = 8760.0;
constexpr double rightmost_q = 1.3;                   // flow of a pump over that of its best point
constexpr double steel = 4.5e-5, stainless = 1.5e-5;  // m, roughness
constexpr double gravity = 9.80665;                   // m/s2
constexpr double p_suction = 2.5e5;                   // Pa held by the vessels
constexpr double stretch = 1.6;                       // coolers looked at, over those that are needed

/// A choice with its worth and what it asks of others.
template <class T>
struct Priced {
  T what;
  Worth worth;
  double objective = 0.0, dp = 0.0;  // dp in Pa
};

/// Of choices, those that no other beats in both objective and pressure loss.
template <class T>
std::vector<Priced<T>> undominated(std::vector<Priced<T>> all) {
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.objective < b.objective || (a.objective == b.objective && a.dp < b.dp);
  });
  std::vector<Priced<T>> kept;
  for (auto& x : all)
    if (kept.empty() || x.dp < kept.back().dp) kept.push_back(std::move(x));
  return kept;
}

struct Piping {
  Chosen<PipeItem> main, branch;
  PipePoint main_point, branch_point;
};

class Search {
 public:
  Search(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins)
      : r_(request),
        o_(request.objective),
        c_(request.catalogue),
        loads_(loads),
        bins_(bins),
        tcs_(make_liquid(request.liquids.at("tcs"))),
        fws_(make_liquid(request.liquids.at("fws"))),
        chw_(make_liquid(request.liquids.at("chw"))),
        units_(loads.buildings * loads.blocks),
        load_(1.0 + request.load_growth) {}

  SearchResult run() {
    Design base;
    base.loads = loads_;
    choose_air_side(base);
    choose_electrical(base);
    for (const CduItem& cdu : has_air_side_ ? c_.cdus : std::vector<CduItem>{}) {
      const int least = std::max(
          1, static_cast<int>(std::ceil(loads_.Q_liquid * load_ / (r_.limits.cdu_loading * cdu.rating) - 1e-9)));
      for (int duty = least; duty <= least + 2; ++duty) try_cdu(base, cdu, duty, duty == least);
    }
    if (result_.best) {
      Design& d = *result_.best;
      d.lower_bound =
          base.worth.objective(o_) + least_["cdu"] + least_["cooler"] + least_["pipes"] + least_["fws_pump"];
      finish(d);
      result_.shortfalls.clear();
    } else {
      // A limit that something of its class meets is not the reason, unless none is.
      for (const auto& [constraint, nearest] : nearest_)
        if (!met_.contains(constraint)) result_.shortfalls.push_back(nearest);
      if (result_.shortfalls.empty())
        for (const auto& [constraint, nearest] : nearest_) result_.shortfalls.push_back(nearest);
    }
    return std::move(result_);
  }

 private:
  void keep_least(const std::string& which, double objective) {
    const auto [at, is_new] = least_.emplace(which, objective);
    if (!is_new) at->second = std::min(at->second, objective);
  }

  /// Remembers the nearest miss of a limit.
  void miss(Shortfall s) {
    const auto excess = [](const Shortfall& x) { return x.at_least ? x.limit - x.value : x.value - x.limit; };
    const auto [at, is_new] = nearest_.emplace(s.constraint, s);
    if (!is_new && excess(s) < excess(at->second)) at->second = s;
  }

  double energy(double P) const { return P * hours_per_year / 1e6; }  // W all the year, MWh

  void try_cdu(const Design& base, const CduItem& cdu, int duty, bool least) {
    const double m_a = loads_.m_tcs * load_ / duty;
    const double cp = tcs_.cp(r_.T_tcs + 5.0);
    const double Q = loads_.Q_liquid * load_ / duty;
    const double T_in = r_.T_tcs + Q / (m_a * cp);
    if (m_a > 1.4 * cdu.m_flow_a) {
      miss({"cdu_flow", cdu.name, m_a, 1.4 * cdu.m_flow_a, "kg/s"});
      return;
    }
    const auto m_b = facility_flow(cdu, tcs_, fws_, m_a, T_in, r_.T_tcs, r_.T_fws);
    if (!m_b) {
      miss({"cdu_approach", cdu.name, r_.T_tcs - r_.T_fws, least_approach(cdu, m_a, T_in), "K", true});
      return;
    }
    met_.insert({"cdu_flow", "cdu_approach"});
    Design d = base;
    d.cdu = {cdu, duty, r_.redundancy.at("cdu").installed(duty)};
    d.dp_tcs = 0.0;
    for (const RackItem& rack : r_.racks) d.dp_tcs = std::max(d.dp_tcs, rack.dp);
    const auto tcs = choose_tcs(d, m_a, T_in);
    if (!tcs) return;
    d.tcs_pipe = tcs->what;
    d.margins.push_back({"cdu_loading", cdu.name, Q / cdu.rating, r_.limits.cdu_loading, false, least});
    keep_least("cdu", tcs->objective);
    d.worth += tcs->worth;
    const double dp_open = cdu.valve_dp * std::pow(*m_b / cdu.valve_m_flow, 2.0);
    const double dp_b = cdu.dp_b * std::pow(*m_b / cdu.m_flow_b, 1.8);
    const double authority = dp_open / (dp_open + dp_b);
    if (authority < r_.limits.valve_authority) {
      miss({"valve_authority", cdu.valve, authority, r_.limits.valve_authority, "1", true});
      return;
    }
    met_.insert("valve_authority");
    d.margins.push_back({"valve_authority", cdu.valve, authority, r_.limits.valve_authority, true, false});
    constexpr double rangeability = 50.0;
    const double share = std::pow(rangeability, r_.limits.valve_opening - 1.0);
    choose_facility_water(d, *m_b, dp_b + dp_open / (share * share));
  }

  /// The least T_tcs - T_fws that an exchanger manages, K.
  double least_approach(const CduItem& cdu, double m_a, double T_in) const {
    double low = 0.0, high = 60.0;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + high);
      const bool fits = facility_flow(cdu, tcs_, fws_, m_a, T_in, r_.T_tcs, r_.T_tcs - middle).has_value();
      (fits ? high : low) = middle;
    }
    return high;
  }

  std::optional<Priced<Chosen<PipeItem>>> choose_tcs(Design& d, double m_a, double T_return) {
    const CduItem& cdu = d.cdu.item;
    const double dp_a = cdu.dp_a * std::pow(m_a / cdu.m_flow_a, 1.8);
    std::optional<Priced<Chosen<PipeItem>>> best;
    Margin speed, velocity, gradient;
    for (const PipeItem& pipe : c_.tcs_pipes)
      for (int lanes = 1; lanes <= 4; ++lanes) {
        const PipePoint there =
            pipe_at(pipe.diameter, stainless, r_.tcs_length, r_.tcs_K, tcs_, m_a * d.cdu.duty / lanes, r_.T_tcs);
        const PipePoint back =
            pipe_at(pipe.diameter, stainless, r_.tcs_length, r_.tcs_K, tcs_, m_a * d.cdu.duty / lanes, T_return);
        const double v = back.velocity, g = there.gradient;
        const PumpPoint pump = pump_at(cdu.tcs_pump, tcs_, m_a, d.dp_tcs + dp_a + there.dp + back.dp);
        const bool slow = v <= r_.limits.tcs_velocity, smooth = g <= r_.limits.tcs_gradient;
        if (!slow) miss({"tcs_velocity", pipe.name, v, r_.limits.tcs_velocity, "m/s"});
        if (!smooth) miss({"tcs_gradient", pipe.name, g, r_.limits.tcs_gradient, "Pa/m"});
        if (!slow || !smooth) continue;
        ++result_.considered;
        if (pump.speed > r_.limits.pump_speed) {
          miss({"tcs_pump_speed", cdu.pump, pump.speed, r_.limits.pump_speed, "1"});
          continue;
        }
        if (pump.q > rightmost_q) {
          miss({"tcs_pump_flow", cdu.pump, pump.q, rightmost_q, "1"});
          continue;
        }
        Priced<Chosen<PipeItem>> x{{pipe, lanes, lanes}, {}, 0.0, there.dp + back.dp};
        x.worth.price = units_ * (d.cdu.installed * cdu.price + 2.0 * lanes * r_.tcs_length * pipe.price);
        x.worth.area = units_ * d.cdu.installed * cdu.area;
        x.worth.energy = units_ * energy(d.cdu.duty * pump.P);
        x.objective = x.worth.objective(o_);
        if (best && x.objective >= best->objective) continue;
        best = x;
        P_tcs_ = d.cdu.duty * pump.P;
        Q_tcs_ = d.cdu.duty * pump.P_liquid;
        speed = {"tcs_pump_speed", cdu.pump, pump.speed, r_.limits.pump_speed, false, false};
        velocity = {"tcs_velocity", pipe.name, v, r_.limits.tcs_velocity, false, false};
        gradient = {"tcs_gradient", pipe.name, g, r_.limits.tcs_gradient, false, false};
      }
    if (!best) return best;
    met_.insert({"tcs_velocity", "tcs_gradient", "tcs_pump_speed", "tcs_pump_flow"});
    d.margins.insert(d.margins.end(), {speed, velocity, gradient});
    return best;
  }

  void choose_facility_water(const Design& d, double m_b, double dp_cdu) {
    // Heat of the TCS pumps goes through the exchangers too: a little more flow than for the racks alone.
    const double rise = 1.0 + Q_tcs_ / (loads_.Q_liquid * load_);
    const double M = loads_.blocks * d.cdu.duty * m_b * rise;
    const double Q = loads_.blocks * (loads_.Q_liquid * load_ + Q_tcs_);
    const double T_return = r_.T_fws + Q / (M * fws_.cp(r_.T_fws + 6.0));
    const auto piping = price_piping(M, T_return);
    const double dp_hot = dp_cdu * std::pow(rise, 2.0);
    const auto coolers = price_coolers(M, T_return);
    for (const auto& pipes : piping)
      for (const auto& cooler : coolers) {
        const double dp_block = dp_hot + 2.0 * pipes.what.branch_point.dp;
        const double head = dp_block + 2.0 * pipes.what.main_point.dp + cooler.dp;
        for (const PumpItem& pump : c_.fws_pumps)
          for (int duty = 1; duty <= 12; ++duty) {
            const auto priced = price_pump("fws", pump, duty, r_.redundancy.at("fws_pump"), fws_, M, head, T_return);
            if (!priced) continue;
            Worth worth = d.worth;
            worth += pipes.worth;
            worth += cooler.worth;
            worth += priced->worth;
            const double objective = worth.objective(o_);
            if (result_.best && objective >= result_.best->objective) continue;
            Design found = d;
            found.worth = worth, found.objective = objective;
            found.fws_main = pipes.what.main, found.fws_branch = pipes.what.branch;
            found.cooler = cooler.what, found.fws_pump = priced->what;
            found.m_fws = M, found.T_fws_return = T_return, found.dp_fws = dp_block, found.fws_head = head;
            found.P_mechanical += loads_.blocks * P_tcs_ + pump_at(pump, fws_, M / duty, head).P * duty;
            result_.best = found;
          }
      }
  }

  std::vector<Priced<Piping>> price_piping(double M, double T_return) {
    const auto fitting = [&](double m, double length, int most) {
      std::vector<std::pair<Chosen<PipeItem>, PipePoint>> fits;
      for (const PipeItem& pipe : c_.fws_pipes)
        for (int lanes = 1; lanes <= most; ++lanes) {
          const PipePoint point = pipe_at(pipe.diameter, steel, length, r_.fws_K, fws_, m / lanes, r_.T_fws);
          const PipePoint back = pipe_at(pipe.diameter, steel, length, r_.fws_K, fws_, m / lanes, T_return);
          if (back.velocity > r_.limits.fws_velocity)
            miss({"fws_velocity", pipe.name, back.velocity, r_.limits.fws_velocity, "m/s"});
          else if (point.gradient > r_.limits.fws_gradient)
            miss({"fws_gradient", pipe.name, point.gradient, r_.limits.fws_gradient, "Pa/m"});
          else
            fits.push_back({{pipe, lanes, lanes}, point});
        }
      return fits;
    };
    const auto mains = fitting(M, r_.fws_main, 3), branches = fitting(M / loads_.blocks, r_.fws_branch, 2);
    if (!mains.empty() && !branches.empty()) met_.insert({"fws_velocity", "fws_gradient"});
    std::vector<Priced<Piping>> all;
    for (const auto& [main, main_point] : mains)
      for (const auto& [branch, branch_point] : branches) {
        Priced<Piping> x{{main, branch, main_point, branch_point}, {}, 0.0, 2.0 * (main_point.dp + branch_point.dp)};
        x.worth.price = 2.0 * loads_.buildings *
                        (main.installed * r_.fws_main * main.item.price +
                         loads_.blocks * branch.installed * r_.fws_branch * branch.item.price);
        x.objective = x.worth.objective(o_);
        keep_least("pipes", x.objective);
        all.push_back(std::move(x));
      }
    result_.considered += static_cast<long>(all.size());
    return undominated(std::move(all));
  }

  std::vector<Priced<Chosen<CoolerItem>>> price_coolers(double M, double T_return) {
    std::vector<Priced<Chosen<CoolerItem>>> all;
    const Redundancy& redundancy = r_.redundancy.at("cooler");
    const double W = humidity_ratio_from_dew_point(r_.design.T_dp, r_.design.p);
    const bool wet = r_.pads && r_.design.T_db > r_.pads_on_above;
    for (const CoolerItem& cooler : c_.coolers) {
      // Out of order a cooler still passes its share of the flow: the others make up for it.
      const auto holds = [&](int duty) {
        const int all_units = redundancy.installed(duty), out = all_units - duty;
        const double T_out = r_.T_fws - (T_return - r_.T_fws) * out / duty;
        return cooler_at(cooler, fws_, M / all_units, T_return, T_out, r_.design, W, wet).has_value();
      };
      // One by one: with little water in each the coils lose their film, so that more do not always do more.
      constexpr int most = 1024;
      int least = 1;
      while (least <= most && !holds(least)) ++least;
      if (least > most) {
        miss({"fws_temperature", cooler.name, r_.T_fws - 273.15, coldest_supply(cooler, M, T_return, W, wet) - 273.15,
              "degC", true});
        continue;
      }
      for (int duty = least; duty <= static_cast<int>(std::ceil(stretch * least)); ++duty) {
        if (!holds(duty)) continue;
        Priced<Chosen<CoolerItem>> x{{cooler, duty, redundancy.installed(duty)}, {}, 0.0, 0.0};
        if (!price_cooler(x, M, T_return)) continue;
        met_.insert("fws_temperature");
        keep_least("cooler", x.objective);
        all.push_back(std::move(x));
      }
    }
    result_.considered += static_cast<long>(all.size());
    return undominated(std::move(all));
  }

  bool price_cooler(Priced<Chosen<CoolerItem>>& x, double M, double T_return) const {
    const int n = x.what.installed;
    const CoolerItem& cooler = x.what.item;
    x.worth.price = loads_.buildings * n * cooler.price;
    x.worth.area = loads_.buildings * n * cooler.area;
    for (const WeatherBin& bin : bins_) {
      const auto point =
          cooler_at(cooler, fws_, M / n, T_return, r_.T_fws, {bin.T_db, bin.T_dp, bin.p}, bin.W, bin.pads);
      // Hours hotter than the design hour: full speed, the supply a little warmer.
      const double P = point ? point->P_fan : cooler.P_fan, make_up = point ? point->make_up : 0.0;
      x.worth.energy += loads_.buildings * n * P * bin.hours / 1e6;
      x.worth.water += loads_.buildings * n * make_up * bin.hours * 3.6;
    }
    x.objective = x.worth.objective(o_);
    x.dp = cooler.dp * std::pow(M / n / cooler.m_flow, 1.8);
    return true;
  }

  /// The coldest supply that many coolers of a type manage in the worst hour, K.
  double coldest_supply(const CoolerItem& cooler, double M, double T_return, double W, bool wet) const {
    double low = r_.T_fws, high = T_return - 0.01;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + high);
      const bool fits = cooler_at(cooler, fws_, M / 1024.0, T_return, middle, r_.design, W, wet).has_value();
      (fits ? high : low) = middle;
    }
    return high;
  }

  std::optional<Priced<Chosen<PumpItem>>> price_pump(const std::string& circuit, const PumpItem& pump, int duty,
                                                     const Redundancy& redundancy, const Liquid& liquid, double M,
                                                     double head, double T_suction) {
    const PumpPoint point = pump_at(pump, liquid, M / duty, head);
    ++result_.considered;
    if (point.q > rightmost_q) {
      miss({circuit + "_pump_flow", pump.name, point.q, rightmost_q, "1"});
      return std::nullopt;
    }
    if (point.speed > r_.limits.pump_speed) {
      miss({circuit + "_pump_speed", pump.name, point.speed, r_.limits.pump_speed, "1"});
      return std::nullopt;
    }
    const double NPSH = (p_suction - liquid.vapour_pressure(T_suction)) / (liquid.rho_ref * gravity);
    if (NPSH - point.NPSH_required < r_.limits.npsh_margin) {
      miss({circuit + "_npsh", pump.name, NPSH - point.NPSH_required, r_.limits.npsh_margin, "m", true});
      return std::nullopt;
    }
    Priced<Chosen<PumpItem>> x{{pump, duty, redundancy.installed(duty)}, {}, 0.0, 0.0};
    x.worth.price = loads_.buildings * x.what.installed * pump.price;
    x.worth.area = loads_.buildings * x.what.installed * pump.area;
    x.worth.energy = loads_.buildings * duty * energy(point.P);
    x.objective = x.worth.objective(o_);
    met_.insert({circuit + "_pump_flow", circuit + "_pump_speed", circuit + "_npsh"});
    keep_least(circuit + "_pump", x.objective);
    return x;
  }

  /// Chilled water does not hang together with the rest: the best of each class.
  void choose_air_side(Design& d) {
    const FanWallItem& wall = c_.fan_walls.front();
    const auto walls = [&](double Q) {
      const int duty = std::max(1, static_cast<int>(std::ceil(Q * load_ / wall.rating)));
      return Chosen<FanWallItem>{wall, duty, r_.redundancy.at("fan_wall").installed(duty)};
    };
    d.hall_fans = walls(loads_.Q_hall), d.gallery_fans = walls(loads_.Q_gallery);
    const int all_walls = d.hall_fans.installed + d.gallery_fans.installed;
    d.worth.price += units_ * all_walls * wall.price, d.worth.area += units_ * all_walls * wall.area;
    const double m = loads_.blocks * all_walls * wall.m_flow * std::pow(d.dp_chw / wall.dp, 1.0 / 1.8);
    const double Q = loads_.blocks * (loads_.Q_hall + loads_.Q_gallery) * load_;
    double best = std::numeric_limits<double>::infinity();
    Worth worth;
    for (const ChillerItem& chiller : c_.chillers) {
      const double capacity = chiller_capacity(chiller, r_.T_chw, r_.design.T_db, r_.design.p);
      if (capacity <= 0.0) {
        miss({"chiller_ambient", chiller.name, r_.design.T_db - 273.15, chiller.T_air_maximum - 273.15, "degC"});
        continue;
      }
      const int least = std::max(1, static_cast<int>(std::ceil(Q / capacity)));
      for (int duty = least; duty <= least + 4; ++duty) {
        const int n = r_.redundancy.at("chiller").installed(duty);
        Worth x{loads_.buildings * n * chiller.price, 0.0, 0.0, loads_.buildings * n * chiller.area};
        for (const WeatherBin& bin : bins_)
          x.energy += loads_.buildings * n * chiller_power(chiller, Q / n, r_.T_chw, bin.T_db, bin.p) * bin.hours / 1e6;
        const double head = d.dp_chw + chiller.dp * std::pow(m / n / chiller.m_flow, 1.8);
        for (const PumpItem& pump : c_.chw_pumps)
          for (int pumps = 1; pumps <= 12; ++pumps) {
            const auto priced =
                price_pump("chw", pump, pumps, r_.redundancy.at("chw_pump"), chw_, m, head, r_.T_chw + 8.0);
            if (!priced) continue;
            Worth sum = x;
            sum += priced->worth;
            if (sum.objective(o_) >= best) continue;
            best = sum.objective(o_), worth = sum;
            d.chiller = {chiller, duty, n}, d.chw_pump = priced->what;
          }
      }
    }
    d.worth += worth;
    if (!d.chiller.item.name.empty()) met_.insert("chiller_ambient");
    has_air_side_ = best < std::numeric_limits<double>::infinity();
    if (!has_air_side_) return;
    d.P_mechanical = d.chiller.installed *
                     chiller_power(d.chiller.item, Q / d.chiller.installed, r_.T_chw, r_.design.T_db, r_.design.p);
    const double capacity = chiller_capacity(d.chiller.item, r_.T_chw, r_.design.T_db, r_.design.p);
    d.margins.push_back({"chiller_loading", d.chiller.item.name, Q / (d.chiller.duty * capacity), 1.0, false, true});
    d.margins.push_back(
        {"fan_wall_loading", wall.name, loads_.Q_hall * load_ / (d.hall_fans.duty * wall.rating), 1.0, false, true});
  }

  void choose_electrical(Design& d) {
    const double P = loads_.P_ups * load_;
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
    d.ups = side(c_.ups, P, r_.limits.ups_loading, "ups_loading", 2, units_);
    d.transformer = side(c_.transformers, P / ups_efficiency / pf_ups, r_.limits.transformer_loading,
                         "transformer_loading", 2, units_);
    d.busway = side(c_.busways, P / pf_racks, r_.limits.busway_loading, "busway_loading", 2, units_);
  }

  /// What follows from the rest: feeds of the plant, main transformers, generators, limits that bind.
  void finish(Design& d);

  const Request& r_;
  const Objective& o_;
  const Catalogue& c_;
  const Loads& loads_;
  const std::vector<WeatherBin>& bins_;
  Liquid tcs_, fws_, chw_;
  int units_;                         ///< blocks of the site
  double load_;                       ///< 1 and the margin
  double P_tcs_ = 0.0, Q_tcs_ = 0.0;  ///< W of a block's TCS pumps
  bool has_air_side_ = true;
  SearchResult result_;
  std::map<std::string, double> least_;
  std::map<std::string, Shortfall> nearest_;  ///< misses, by constraint
  std::set<std::string> met_;                 ///< constraints that something meets
};

void Search::finish(Design& d) {
  const double W = humidity_ratio_from_dew_point(r_.design.T_dp, r_.design.p);
  const bool wet = r_.pads && r_.design.T_db > r_.pads_on_above;
  const int n = d.cooler.installed;
  const auto point = cooler_at(d.cooler.item, fws_, d.m_fws / n, d.T_fws_return, r_.T_fws, r_.design, W, wet);
  d.P_mechanical += n * (point ? point->P_fan : d.cooler.item.P_fan);
  constexpr double pf = 0.95;
  d.P_mechanical += loads_.P_fan_walls / loads_.buildings;
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
  const double P_building = losses * loads_.P_ups * loads_.blocks * load_ + d.P_mechanical;
  d.mech_transformer =
      choose(c_.transformers, d.P_mechanical / pf, r_.redundancy.at("mech_transformer"), loads_.buildings);
  d.genset = choose(c_.gensets, P_building, r_.redundancy.at("genset"), loads_.buildings);
  d.hv_transformer = choose(c_.hv_transformers, P_building * loads_.buildings / pf, {0, false}, 2);
  d.worth.energy += energy(loads_.P_losses + loads_.P_fan_walls);
  d.lower_bound += d.worth.objective(o_) - before.objective(o_);
  d.objective = d.worth.objective(o_);
  const auto gradient = [&](const Chosen<PipeItem>& pipe, double m, double length, const char* element) {
    const PipePoint p = pipe_at(pipe.item.diameter, steel, length, r_.fws_K, fws_, m / pipe.installed, r_.T_fws);
    d.margins.push_back({"fws_velocity", element, p.velocity, r_.limits.fws_velocity, false, false});
    d.margins.push_back({"fws_gradient", element, p.gradient, r_.limits.fws_gradient, false, false});
  };
  gradient(d.fws_main, d.m_fws, r_.fws_main, "fws_main");
  gradient(d.fws_branch, d.m_fws / loads_.blocks, r_.fws_branch, "fws_branch");
  const PumpPoint pump = pump_at(d.fws_pump.item, fws_, d.m_fws / d.fws_pump.duty, d.fws_head);
  d.margins.push_back({"fws_pump_speed", d.fws_pump.item.name, pump.speed, r_.limits.pump_speed, false, false});
}

}  // namespace

SearchResult search(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins) {
  return Search(request, loads, bins).run();
}

}  // namespace wattloop::sizing
