#include "io/sizing/rounds.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/sizing/design_case.h"
#include "io/sizing/design_run.h"
#include "io/sizing/generator_load.h"
#include "io/sizing/one_side.h"
#include "io/sizing/search_context.h"
#include "models/moist_air.h"

namespace wattloop::sizing {

namespace {

/// Loads as the steady state of a case finds them.
Loads corrected(const Request& r, Loads loads, const Design& d, const Summary& s) {
  const Liquid tcs = make_liquid(r.liquids.at("tcs"));
  loads.Q_liquid = loads.m_tcs = 0.0;
  for (std::size_t i = 0; i < loads.racks.size(); ++i) {
    const std::string rack = loads.racks.size() > 1 ? fmt::format("rack_type_{}", i + 1) : "rack";
    const double m = value_of(s, rack, "m_flow_kg_per_s");
    const double T_out = value_of(s, rack, "T_return_degC") + air::T_zero,
                 T_in = value_of(s, rack, "T_supply_degC") + air::T_zero;
    loads.m_tcs += loads.racks[i] * m;
    // Friction in the rack warms its liquid too: that is power of the pumps, which the search adds.
    const double friction = d.dp_tcs / tcs.density(T_in);  // J/kg
    loads.Q_liquid += loads.racks[i] * m * (tcs.enthalpy(T_out) - tcs.enthalpy(T_in) - friction);
  }
  loads.Q_hall = d.hall_fans.installed * value_of(s, "hall_fans", "Q_flow_w");
  loads.Q_gallery = d.gallery_fans.installed * value_of(s, "gallery_fans", "Q_flow_w");
  loads.P_ups = d.ups.installed * (value_of(s, "ups_a", "P_out_w") + value_of(s, "ups_b", "P_out_w"));
  loads.P_losses = loads.P_building = 0.0;
  for (const auto& [type, loss] : s.losses)
    if (type != "power_shelf") loads.P_losses += loss;
  return loads;
}

/// Generators carry the largest load that the proof rests in, and what comes back after a blackout.
void add_building(Loads& loads, double P) {
  loads.P_building = std::max(loads.P_building, P);
}

/// Two designs of nearly the same objective may take turns, each the better one by the loads of the other: from some
/// round on feeds carry no less beside the plant's power than in the round before.
void keep_feeds(Loads& now, const Loads& before) {
  const double less = now.P_plant - before.P_plant;
  now.S_mech = std::max(now.S_mech, before.S_mech + less);
  now.P_building = std::max(now.P_building, before.P_building + less);
  now.S_hv = std::max(now.S_hv, before.S_hv + less * now.buildings);
  now.S_transformer = std::max(now.S_transformer, before.S_transformer);
  now.P_one_ups = std::max(now.P_one_ups, before.P_one_ups);
  now.S_busway = std::max(now.S_busway, before.S_busway);
}

bool is_near(const Loads& a, const Loads& b) {
  constexpr double share = 5e-4;
  const auto near = [](double x, double y) { return std::abs(x - y) <= share * std::abs(y); };
  return near(a.Q_liquid, b.Q_liquid) && near(a.m_tcs, b.m_tcs) && near(a.Q_hall, b.Q_hall) &&
         near(a.Q_gallery, b.Q_gallery) && near(a.P_ups, b.P_ups) && near(a.S_hv, b.S_hv) && near(a.S_mech, b.S_mech) &&
         near(a.P_building, b.P_building) && near(a.S_transformer, b.S_transformer) && near(a.P_one_ups, b.P_one_ups) &&
         near(a.S_busway, b.S_busway);
}

/// Loads as the runs of a design find them, where all of it is at full load or catches up.
Loads run_loads(const Request& r, const Loads& loads, const SizingResult& found) {
  const Design& d = *found.design;
  Loads now = corrected(r, loads, d, *found.worst_hour);
  add_building(now, found.worst_hour->P_grid / now.buildings);
  const Settings hottest{{"weather", weather_text(hottest_hour(r))}};
  add_building(now, steady(r, found.case_text, hottest).P_grid / now.buildings);
  add_building(now, generator_load(r, d, found.case_text));
  carry_one_side(now, r, d, found.case_text);
  now.P_plant = d.P_plant;
  return now;
}

}  // namespace

CduChoice cdus_of(const Design& d) {
  return {d.cdu.item.name, d.cdu.duty};
}

bool is_interrupted(const SizingOptions& options) {
  return options.interrupted && options.interrupted();
}

Rounds settle(const Request& r, const std::vector<WeatherBin>& bins, const SizingOptions& options,
              const std::optional<CduChoice>& only) {
  Rounds rounds;
  SizingResult& result = rounds.result;
  Loads loads = nameplate_loads(r);
  for (int round = 1; round <= options.most_rounds && !is_interrupted(options); ++round) {
    if (options.progress && !only) options.progress("searching", 0.02 * round);
    const SearchResult found = search(r, loads, bins, only);
    const std::optional<CduChoice> last = result.design ? std::optional(cdus_of(*result.design)) : std::nullopt;
    result.considered += found.considered;
    result.rounds = round;
    result.loads = loads;
    result.design = found.best;
    result.shortfalls = found.shortfalls;
    if (!found.best) {
      rounds.is_of_one_kind = false;
      break;
    }
    rounds.contenders = found.contenders;
    if (last && *last != cdus_of(*found.best)) rounds.is_of_one_kind = false;
    result.case_text = case_text(r, *result.design);
    result.worst_hour = steady(r, result.case_text, {});
    Loads now = run_loads(r, loads, result);
    constexpr int free_rounds = 3;
    if (round > free_rounds) keep_feeds(now, loads);
    // Nearly the same loads may still be just above a rating.
    result.settled = is_near(now, loads) && carries_one_side(r, *result.design, now);
    loads = now;
    if (result.settled) break;
  }
  return rounds;
}

}  // namespace wattloop::sizing
