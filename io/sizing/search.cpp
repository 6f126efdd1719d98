#include "io/sizing/search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "io/sizing/margins.h"
#include "io/sizing/pricing.h"
#include "io/sizing/separate_parts.h"

namespace wattloop::sizing {

namespace {

class Search {
 public:
  Search(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins) : s_(request, loads, bins) {}

  SearchResult run() {
    Design base;
    base.loads = s_.loads;
    const bool is_liquid = stays_liquid();
    const bool has_air_side = choose_air_side(s_, base) && is_liquid;
    choose_electrical(s_, base);
    for (const CduItem& cdu : has_air_side ? s_.catalogue.cdus : std::vector<CduItem>{}) {
      const int least = std::max(
          1, static_cast<int>(
                 std::ceil(s_.loads.Q_liquid * s_.load / (s_.request.limits.cdu_loading * cdu.rating) - 1e-9)));
      for (int duty = least; duty <= least + 2; ++duty) try_cdu(base, cdu, duty);
    }
    if (result_.best) {
      Design& d = *result_.best;
      d.lower_bound = base.worth.objective(s_.objective) + s_.least["cdu"] + s_.least["cooler"] + s_.least["pipes"] +
                      s_.least["fws_pump"];
      choose_feeds(s_, d);
      add_margins(s_, d);
    } else {
      result_.shortfalls = s_.shortfalls();
    }
    result_.considered = s_.considered;
    return std::move(result_);
  }

 private:
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

  void try_cdu(const Design& base, const CduItem& cdu, int duty) {
    const double m_a = s_.loads.m_tcs * s_.load / duty;
    const double cp = s_.tcs.cp(s_.request.T_tcs + 5.0);
    const double Q = s_.loads.Q_liquid * s_.load / duty;
    const double T_in = s_.request.T_tcs + Q / (m_a * cp);
    if (m_a > most_cdu_flow * cdu.m_flow_a) {
      s_.miss({"cdu_flow", cdu.name, m_a, most_cdu_flow * cdu.m_flow_a, "kg/s"});
      return;
    }
    const auto m_b = facility_flow(cdu, s_.tcs, s_.fws, m_a, T_in, s_.request.T_tcs, s_.request.T_fws);
    if (!m_b) {
      const double least = least_approach(cdu, s_.tcs, s_.fws, m_a, T_in, s_.request.T_tcs);
      s_.miss({"cdu_approach", cdu.name, s_.request.T_tcs - s_.request.T_fws, least, "K", true});
      return;
    }
    s_.meet({"cdu_flow", "cdu_approach"});
    Design d = base;
    d.cdu = {cdu, duty, s_.request.redundancy.at("cdu").installed(duty)};
    d.dp_tcs = 0.0;
    for (const RackItem& rack : s_.request.racks) d.dp_tcs = std::max(d.dp_tcs, rack.dp);
    const auto tcs = choose_tcs(d, m_a, T_in);
    if (!tcs) return;
    d.tcs_pipe = tcs->what;
    s_.keep_least("cdu", tcs->objective);
    d.worth += tcs->worth;
    const ValvePoint valve = valve_of(cdu, *m_b);
    if (valve.authority < s_.request.limits.valve_authority) {
      s_.miss({"valve_authority", cdu.valve, valve.authority, s_.request.limits.valve_authority, "1", true});
      return;
    }
    s_.meet({"valve_authority"});
    constexpr double rangeability = 50.0;
    const double share = std::pow(rangeability, s_.request.limits.valve_opening - 1.0);
    choose_facility_water(d, *m_b, valve.dp_b + valve.dp_open / (share * share));
  }

  std::optional<Priced<Chosen<PipeItem>>> choose_tcs(Design& d, double m_a, double T_return) {
    const CduItem& cdu = d.cdu.item;
    const double dp_a = cdu.dp_a * std::pow(m_a / cdu.m_flow_a, 1.8);
    std::optional<Priced<Chosen<PipeItem>>> best;
    for (const PipeItem& pipe : s_.catalogue.tcs_pipes)
      for (int lanes = 1; lanes <= 4; ++lanes) {
        const PipePoint there = pipe_at(pipe.diameter, stainless, s_.request.tcs_length, s_.request.tcs_K, s_.tcs,
                                        m_a * d.cdu.duty / lanes, s_.request.T_tcs);
        const PipePoint back = pipe_at(pipe.diameter, stainless, s_.request.tcs_length, s_.request.tcs_K, s_.tcs,
                                       m_a * d.cdu.duty / lanes, T_return);
        const double v = back.velocity, g = there.gradient;
        const PumpPoint pump = pump_at(cdu.tcs_pump, s_.tcs, m_a, d.dp_tcs + dp_a + there.dp + back.dp);
        const bool slow = v <= s_.request.limits.tcs_velocity, smooth = g <= s_.request.limits.tcs_gradient;
        if (!slow) s_.miss({"tcs_velocity", pipe.name, v, s_.request.limits.tcs_velocity, "m/s"});
        if (!smooth) s_.miss({"tcs_gradient", pipe.name, g, s_.request.limits.tcs_gradient, "Pa/m"});
        if (!slow || !smooth) continue;
        ++s_.considered;
        if (pump.speed > s_.request.limits.pump_speed) {
          s_.miss({"tcs_pump_speed", cdu.pump, pump.speed, s_.request.limits.pump_speed, "1"});
          continue;
        }
        if (pump.q > rightmost_q) {
          s_.miss({"tcs_pump_flow", cdu.pump, pump.q, rightmost_q, "1"});
          continue;
        }
        // The heat of its own pump passes the exchanger too.
        const double loading = (s_.loads.Q_liquid * s_.load / d.cdu.duty + pump.P_liquid) / cdu.rating;
        if (loading > s_.request.limits.cdu_loading) {
          s_.miss({"cdu_loading", cdu.name, loading, s_.request.limits.cdu_loading, "1"});
          continue;
        }
        Priced<Chosen<PipeItem>> x{{pipe, lanes, lanes}, {}, 0.0, there.dp + back.dp};
        x.worth.price = s_.units * (d.cdu.installed * cdu.price + 2.0 * lanes * s_.request.tcs_length * pipe.price);
        x.worth.area = s_.units * d.cdu.installed * cdu.area;
        x.worth.energy = s_.units * energy(d.cdu.duty * pump.P);
        x.objective = x.worth.objective(s_.objective);
        if (best && x.objective >= best->objective) continue;
        best = x;
        P_tcs_ = d.cdu.duty * pump.P;
        Q_tcs_ = d.cdu.duty * pump.P_liquid;
      }
    if (!best) return best;
    s_.meet({"tcs_velocity", "tcs_gradient", "tcs_pump_speed", "tcs_pump_flow", "cdu_loading"});
    return best;
  }

  void choose_facility_water(const Design& d, double m_b, double dp_cdu) {
    // Heat of the TCS pumps goes through the exchangers too: a little more flow than for the racks alone.
    const double rise = 1.0 + Q_tcs_ / (s_.loads.Q_liquid * s_.load);
    const double M = s_.loads.blocks * d.cdu.duty * m_b * rise;
    const double Q = s_.loads.blocks * (s_.loads.Q_liquid * s_.load + Q_tcs_);
    const double T_return = s_.request.T_fws + Q / (M * s_.fws.cp(s_.request.T_fws + 6.0));
    const auto piping = price_piping(s_, M, T_return);
    const double dp_hot = dp_cdu * std::pow(rise, 2.0);
    const auto coolers = price_coolers(s_, M, T_return);
    for (const auto& pipes : piping)
      for (const auto& cooler : coolers) {
        const double dp_block = dp_hot + 2.0 * pipes.what.branch_point.dp;
        const double head = dp_block + 2.0 * pipes.what.main_point.dp + cooler.dp;
        for (const PumpItem& pump : s_.catalogue.fws_pumps)
          for (int duty = 1; duty <= 12; ++duty) {
            const auto priced = price_pump(s_, "fws", pump, duty, s_.fws, M, head, T_return);
            if (!priced) continue;
            Worth worth = d.worth;
            worth += pipes.worth;
            worth += cooler.worth;
            worth += priced->worth;
            const double objective = worth.objective(s_.objective);
            if (result_.best && objective >= result_.best->objective) continue;
            Design found = d;
            found.worth = worth, found.objective = objective;
            found.fws_main = pipes.what.main, found.fws_branch = pipes.what.branch;
            found.cooler = cooler.what, found.fws_pump = priced->what;
            found.m_fws = M, found.T_fws_return = T_return, found.dp_fws = dp_block, found.fws_head = head;
            found.P_mechanical += s_.loads.blocks * P_tcs_ + pump_at(pump, s_.fws, M / duty, head).P * duty;
            result_.best = found;
          }
      }
  }

  SearchContext s_;
  double P_tcs_ = 0.0, Q_tcs_ = 0.0;  ///< W of a block's TCS pumps
  SearchResult result_;
};

}  // namespace

SearchResult search(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins) {
  return Search(request, loads, bins).run();
}

}  // namespace wattloop::sizing
