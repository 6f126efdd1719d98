#include "io/sizing/search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "io/sizing/air_side.h"
#include "io/sizing/feeds.h"
#include "io/sizing/margins.h"
#include "io/sizing/pricing.h"

namespace wattloop::sizing {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr int more_cdus = 2;   // looked at, beyond those that are needed
constexpr int most_lanes = 4;  // TCS pipes in parallel
constexpr int most_pumps = 12;
constexpr double contending = 5e-3;  // of the objective: own loads have moved that of a design by up to 0.3 %

/// CDUs of a block at their point, before pipes are chosen.
struct CduPoint {
  const CduItem* item = nullptr;
  int duty = 0;
  double m_a = 0.0, m_b = 0.0;  // kg/s of one
  double T_return = 0.0;        // K, TCS
  double dp_b = 0.0;            // Pa of exchanger and valve on the facility side
};

/// The least of each class with one number of CDUs of a type, whatever the others: what no design with them is below.
struct Least {
  double tcs = infinite, P_tcs = infinite, pipes = infinite, pump = infinite, P_pump = infinite;
  std::vector<Priced<Chosen<CoolerItem>>> coolers;
};

class Search {
 public:
  Search(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins) : s_(request, loads, bins) {}

  void ask_for_any() { s_.any_will_do = true; }
  void ask_for(const CduChoice& only) { only_ = only; }

  SearchResult run() {
    const bool is_liquid = stays_liquid();
    air_ = air_sides(s_);
    base_.loads = s_.loads;
    base_.worth.energy = energy(s_.loads.P_losses);
    choose_electrical(s_, base_);
    base_objective_ = base_.worth.objective(s_.objective);
    if (is_liquid && !air_.empty()) {
      for (const Priced<AirSide>& air : air_) least_air_ = std::min(least_air_, air.objective);
      for (const Priced<AirSide>& air : air_) least_P_air_ = std::min(least_P_air_, air.P);
      for (const CduItem& cdu : s_.catalogue.cdus) {
        const double needed = s_.loads.Q_liquid * s_.load / (s_.request.limits.cdu_loading * cdu.rating);
        const int least = std::max(1, static_cast<int>(std::ceil(needed - 1e-9)));
        for (int duty = least; duty <= least + more_cdus && !is_enough(); ++duty)
          if (!only_ || *only_ == CduChoice{cdu.name, duty}) try_cdu(cdu, duty);
      }
    }
    if (result_.best) {
      Design& d = *result_.best;
      d.lower_bound = base_objective_ + lower_bound_;
      keep_contenders();
      choose_feeds(s_, d);
      d.objective = d.worth.objective(s_.objective);
      add_margins(s_, d);
    } else {
      result_.shortfalls = s_.shortfalls();
    }
    result_.considered = s_.considered;
    return std::move(result_);
  }

 private:
  bool is_enough() const { return s_.any_will_do && result_.best; }

  /// Facility and chilled water stand outdoors in the coldest hour.
  bool stays_liquid() {
    bool all = true;
    for (const auto& [name, liquid] : {std::pair{"fws", &s_.fws}, std::pair{"chw", &s_.chw}}) {
      const double margin = s_.request.T_coldest - liquid->T_freeze, limit = s_.request.limits.freeze_margin;
      if (margin >= limit) continue;
      s_.miss({std::string(name) + "_freezing", liquid->name, margin, limit, "K", true});
      all = false;
    }
    return all;
  }

  void try_cdu(const CduItem& cdu, int duty) {
    CduPoint x{&cdu, duty, s_.loads.m_tcs * s_.load / duty};
    const Request& r = s_.request;
    x.T_return = r.T_tcs + s_.loads.Q_liquid * s_.load / duty / (x.m_a * s_.tcs.cp(r.T_tcs + 5.0));
    if (x.m_a > most_cdu_flow * cdu.m_flow_a) {
      s_.miss({"cdu_flow", cdu.name, x.m_a, most_cdu_flow * cdu.m_flow_a, "kg/s"});
      return;
    }
    const auto m_b = facility_flow(cdu, s_.tcs, s_.fws, x.m_a, x.T_return, r.T_tcs, r.T_fws);
    if (!m_b) {
      const double least = least_approach(cdu, s_.tcs, s_.fws, x.m_a, x.T_return, r.T_tcs);
      s_.miss({"cdu_approach", cdu.name, r.T_tcs - r.T_fws, least, "K", true});
      return;
    }
    s_.meet({"cdu_flow", "cdu_approach"});
    x.m_b = *m_b;
    const ValvePoint valve = valve_of(cdu, x.m_b);
    if (valve.authority < r.limits.valve_authority) {
      s_.miss({"valve_authority", cdu.valve, valve.authority, r.limits.valve_authority, "1", true});
      return;
    }
    s_.meet({"valve_authority"});
    constexpr double rangeability = 50.0;
    const double share = std::pow(rangeability, r.limits.valve_opening - 1.0);
    x.dp_b = valve.dp_b + valve.dp_open / (share * share);
    Least least;
    best_here_ = infinite;
    for (const auto& tcs : price_tcs(x, least))
      if (!is_enough()) choose_facility_water(x, tcs, least);
    if (best_here_ < infinite) found_.emplace_back(best_here_, CduChoice{cdu.name, duty});
    keep_bound(least);
  }

  double dp_racks() const {
    double dp = 0.0;
    for (const RackItem& rack : s_.request.racks) dp = std::max(dp, rack.dp);
    return dp;
  }

  /// CDUs with their TCS pipes, unbeaten: P is that of a block's pumps.
  std::vector<Priced<Chosen<PipeItem>>> price_tcs(const CduPoint& x, Least& least) {
    const CduItem& cdu = *x.item;
    const Request& r = s_.request;
    const int installed = r.redundancy.at("cdu").installed(x.duty);
    const double dp_a = cdu.dp_a * std::pow(x.m_a / cdu.m_flow_a, 1.8);
    std::vector<Priced<Chosen<PipeItem>>> unbeaten;
    for (const PipeItem& pipe : s_.catalogue.tcs_pipes)
      for (int lanes = 1; lanes <= most_lanes; ++lanes) {
        const auto point = [&](double T) {
          return pipe_at(pipe.diameter, stainless, r.tcs_length, r.tcs_K, s_.tcs, x.m_a * x.duty / lanes, T);
        };
        const PipePoint there = point(r.T_tcs), back = point(x.T_return);
        const bool slow = back.velocity <= r.limits.tcs_velocity, smooth = there.gradient <= r.limits.tcs_gradient;
        if (!slow) s_.miss({"tcs_velocity", pipe.name, back.velocity, r.limits.tcs_velocity, "m/s"});
        if (!smooth) s_.miss({"tcs_gradient", pipe.name, there.gradient, r.limits.tcs_gradient, "Pa/m"});
        if (!slow || !smooth) continue;
        ++s_.considered;
        const PumpPoint pump = pump_at(cdu.tcs_pump, s_.tcs, x.m_a, dp_racks() + dp_a + there.dp + back.dp);
        if (!fits(cdu, pump, x.duty)) continue;
        Priced<Chosen<PipeItem>> choice{{pipe, lanes, lanes}, {}, 0.0, 0.0, x.duty * pump.P};
        choice.worth.price = s_.units * (installed * cdu.price + 2.0 * lanes * r.tcs_length * pipe.price);
        choice.worth.area = s_.units * installed * cdu.area;
        choice.worth.energy = s_.units * energy(choice.P);
        choice.objective = choice.worth.objective(s_.objective);
        least.tcs = std::min(least.tcs, choice.objective);
        least.P_tcs = std::min(least.P_tcs, choice.P);
        keep(unbeaten, std::move(choice));
      }
    if (!unbeaten.empty()) s_.meet({"tcs_velocity", "tcs_gradient", "tcs_pump_speed", "tcs_pump_flow", "cdu_loading"});
    return unbeaten;
  }

  bool fits(const CduItem& cdu, const PumpPoint& pump, int duty) {
    const Limits& limits = s_.request.limits;
    // The heat of its own pump passes the exchanger too.
    const double loading = (s_.loads.Q_liquid * s_.load / duty + pump.P_liquid) / cdu.rating;
    if (pump.speed > limits.pump_speed)
      s_.miss({"tcs_pump_speed", cdu.pump, pump.speed, limits.pump_speed, "1"});
    else if (pump.q > rightmost_q)
      s_.miss({"tcs_pump_flow", cdu.pump, pump.q, rightmost_q, "1"});
    else if (loading > limits.cdu_loading)
      s_.miss({"cdu_loading", cdu.name, loading, limits.cdu_loading, "1"});
    else
      return true;
    return false;
  }

  void choose_facility_water(const CduPoint& x, const Priced<Chosen<PipeItem>>& tcs, Least& least) {
    const Request& r = s_.request;
    // Heat of the TCS pumps goes through the exchangers too: a little more flow than for the racks alone.
    const double Q_racks = s_.loads.Q_liquid * s_.load, Q = Q_racks + tcs.P * x.item->tcs_pump.eta_drive;
    const double rise = Q / Q_racks;
    Design d = base_;
    d.cdu = {*x.item, x.duty, r.redundancy.at("cdu").installed(x.duty)};
    d.tcs_pipe = tcs.what;
    d.dp_tcs = dp_racks();
    d.m_fws = s_.loads.blocks * x.duty * x.m_b * rise;
    d.T_fws_return = r.T_fws + s_.loads.blocks * Q / (d.m_fws * s_.fws.cp(r.T_fws + 6.0));
    const double dp_hot = x.dp_b * rise * rise;
    const auto piping = price_piping(s_, fws_circuit(s_, d.T_fws_return), d.m_fws);
    const auto coolers = price_coolers(s_, d.m_fws, d.T_fws_return);
    for (const auto& pipes : piping) least.pipes = std::min(least.pipes, pipes.objective);
    for (const auto& cooler : coolers) keep(least.coolers, {cooler.what, {}, cooler.objective, 0.0, cooler.P});
    for (const auto& pipes : piping)
      for (const auto& cooler : coolers) {
        d.dp_fws = dp_hot + 2.0 * pipes.what.branch_point.dp;
        d.fws_head = d.dp_fws + 2.0 * pipes.what.main_point.dp + cooler.dp;
        for (const PumpItem& pump : s_.catalogue.fws_pumps)
          for (int duty = 1; duty <= most_pumps; ++duty) {
            const auto pumps = price_pump(s_, "fws", pump, duty, s_.fws, d.m_fws, d.fws_head, d.T_fws_return);
            if (!pumps) continue;
            least.pump = std::min(least.pump, pumps->objective);
            least.P_pump = std::min(least.P_pump, pumps->P);
            const double objective = tcs.objective + pipes.objective + cooler.objective + pumps->objective;
            const double P = s_.loads.blocks * tcs.P + cooler.P + pumps->P;
            if (!is_better(objective, P)) continue;
            d.fws_main = pipes.what.main, d.fws_branch = pipes.what.branch;
            d.cooler = cooler.what, d.fws_pump = pumps->what;
            Worth worth = base_.worth;
            for (const Worth& part : {tcs.worth, pipes.worth, cooler.worth, pumps->worth}) worth += part;
            take_best_air(d, worth, objective, P);
          }
      }
  }

  double feeds(double P) const { return price_feeds(s_, P).objective; }

  double most_of_contenders() const { return best_ + contending * std::abs(base_objective_ + best_); }
  /// What a design has to be below: a contender, and better than others with these CDUs.
  double most() const { return std::min(best_here_, most_of_contenders()); }

  /// Whether circuits of this objective and power may be part of a better design than the one found so far.
  bool is_better(double objective, double P) const {
    return objective + least_air_ < most() && objective + least_air_ + feeds(P + least_P_air_) < most();
  }

  /// The feeds carry both the circuits and the air side: which of its choices is the best depends on their steps.
  void take_best_air(const Design& circuits, const Worth& worth, double objective, double P) {
    for (const Priced<AirSide>& air : air_) {
      const double whole = objective + air.objective + feeds(P + air.P);
      if (whole >= most()) continue;
      best_here_ = whole;
      if (whole >= best_) continue;
      best_ = whole;
      Design found = circuits;
      static_cast<AirSide&>(found) = air.what;
      found.worth = worth;
      found.worth += air.worth;
      found.P_plant = P + air.P;
      result_.best = std::move(found);
    }
  }

  void keep_contenders() {
    std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [objective, cdus] : found_)
      if (objective < most_of_contenders()) result_.contenders.push_back(cdus);
  }

  void keep_bound(const Least& x) {
    double least = infinite;
    const double P = s_.loads.blocks * x.P_tcs + x.P_pump;
    for (const auto& cooler : x.coolers)
      for (const Priced<AirSide>& air : air_)
        least = std::min(least, cooler.objective + air.objective + feeds(P + cooler.P + air.P));
    lower_bound_ = std::min(lower_bound_, x.tcs + x.pipes + x.pump + least);
  }

  SearchContext s_;
  Design base_;  ///< what does not depend on the search
  std::vector<Priced<AirSide>> air_;
  double least_air_ = infinite, least_P_air_ = infinite;
  double base_objective_ = 0.0;
  // Objectives without that of the base; here: with the CDUs that are looked at.
  double best_ = infinite, best_here_ = infinite, lower_bound_ = infinite;
  std::vector<std::pair<double, CduChoice>> found_;  ///< the best with each
  std::optional<CduChoice> only_;
  SearchResult result_;
};

}  // namespace

SearchResult search(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins,
                    const std::optional<CduChoice>& only) {
  Search search(request, loads, bins);
  if (only) search.ask_for(*only);
  return search.run();
}

SearchResult any_design(const Request& request, const Loads& loads) {
  const std::vector<WeatherBin> none;  // energy and water decide nothing
  Search search(request, loads, none);
  search.ask_for_any();
  return search.run();
}

bool is_feasible(const Request& request, const Loads& loads) {
  return any_design(request, loads).best.has_value();
}

}  // namespace wattloop::sizing
