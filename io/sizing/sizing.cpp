#include "io/sizing/sizing.h"

#include <algorithm>
#include <cmath>
#include <future>

#include <fmt/format.h>

#include "io/ensemble.h"
#include "io/sizing/cures.h"
#include "io/sizing/design_case.h"
#include "io/sizing/design_run.h"
#include "io/sizing/generator_load.h"
#include "io/sizing/one_side.h"
#include "io/sizing/search_context.h"
#include "io/units.h"
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

/// What coolers can hold depends on the flow, and that on the supply asked for: a cure has found both together.
void agree(std::vector<Shortfall>& shortfalls, const std::vector<Cure>& cures) {
  for (Shortfall& s : shortfalls)
    for (const Cure& cure : cures)
      if (s.constraint == "fws_temperature" && cure.input == "temperatures.fws" && cure.to > cure.from)
        s.limit = cure.to;
}

CduChoice cdus_of(const Design& d) {
  return {d.cdu.item.name, d.cdu.duty};
}

bool is_interrupted(const SizingOptions& options) {
  return options.interrupted && options.interrupted();
}

Annual annual_figures(const Request& r, const std::string& text, const std::vector<WeatherBin>& bins,
                      const SizingOptions& options) {
  const auto at = [&](const WeatherBin& bin) {
    Settings settings{{"weather", weather_text({bin.T_db, bin.T_dp, bin.p})}};
    if (r.pads) {
      const double limit = bin.pads ? bin.T_db - 0.1 : 400.0;  // K: where the pads of these hours are
      settings.emplace_back("templates.building.sequences.pads.on_above", fmt::format("{:.10g} K", limit));
      settings.emplace_back("templates.building.sequences.pads.off_below", fmt::format("{:.10g} K", limit - 1.0));
    }
    return steady(r, text, settings);
  };
  Annual a;
  double it = 0.0, hours = 0.0;
  const auto at_once = static_cast<std::size_t>(std::max(1, options.threads));
  for (std::size_t begin = 0; begin < bins.size() && !is_interrupted(options); begin += at_once) {
    std::vector<std::future<Summary>> states;
    for (std::size_t i = begin; i < std::min(bins.size(), begin + at_once); ++i)
      states.push_back(std::async(std::launch::async, at, bins[i]));
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Summary s = states[i].get();
      const double h = bins[begin + i].hours;
      a.energy += s.P_grid * h / 1e6, it += s.P_it * h / 1e6, hours += h;
      a.water += s.peak_make_up * h * 3.6;
    }
  }
  a.energy *= 8760.0 / hours, it *= 8760.0 / hours, a.water *= 8760.0 / hours;
  a.pue = a.energy / it;
  a.wue = a.water / it;  // m3/MWh = L/kWh
  a.overhead = a.energy - it;
  a.cost = a.overhead * r.objective.energy_price + a.water * r.objective.water_price;
  return a;
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

struct Rounds {
  SizingResult result;
  std::vector<CduChoice> contenders;  ///< of the last search
  bool is_of_one_kind = true;         ///< the CDUs were the same in all rounds
};

/// `only`: with these CDUs.
Rounds settle(const Request& r, const std::vector<WeatherBin>& bins, const SizingOptions& options,
              const std::optional<CduChoice>& only = {}) {
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
    rounds.contenders = found.contenders;
    if (!found.best) break;
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

/// Of the first design and those with the CDUs of its contenders the best that settles.
SizingResult best_of(const Request& r, const std::vector<WeatherBin>& bins, Rounds first,
                     const SizingOptions& options) {
  std::vector<CduChoice> others;
  if (options.tries_contenders) others = first.contenders;
  if (first.is_of_one_kind) std::erase(others, cdus_of(*first.result.design));
  std::vector<SizingResult> results(others.size());
  for_each_index(others.size(), options.threads,
                 [&](std::size_t i) { results[i] = settle(r, bins, options, others[i]).result; });
  results.insert(results.begin(), std::move(first.result));
  std::size_t best = 0;
  long considered = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    considered += results[i].considered;
    if (!results[i].settled) continue;
    if (!results[best].settled || results[i].design->objective < results[best].design->objective) best = i;
  }
  SizingResult result = results[best];
  result.considered = considered;
  for (const SizingResult& x : results)
    if (x.settled && cdus_of(*x.design) != cdus_of(*result.design))
      result.contenders.push_back({cdus_of(*x.design), x.design->objective});
  std::sort(result.contenders.begin(), result.contenders.end(),
            [](const Contender& a, const Contender& b) { return a.objective < b.objective; });
  return result;
}

}  // namespace

SizingResult size(const Request& r, const SizingOptions& options) {
  const auto tell = [&](const std::string& what, double done) {
    if (options.progress) options.progress(what, done);
  };
  const std::vector<WeatherBin> bins = weather_bins(*r.annual, r.pads, r.pads_on_above, r.pads_off_below);
  Rounds first = settle(r, bins, options);
  if (!first.result.design) {
    SizingResult result = std::move(first.result);
    tell("looking for cures", 0.2);
    result.cures = find_cures(r, result.loads, options.interrupted);
    if (result.cures.empty()) result.cure_pairs = find_cure_pairs(r, result.loads, options.interrupted);
    agree(result.shortfalls, result.cures);
    result.interrupted = is_interrupted(options);
    return result;
  }
  tell("contenders", 0.1);
  SizingResult result = best_of(r, bins, std::move(first), options);
  if ((result.interrupted = is_interrupted(options))) return result;
  // Sensitivities and the bound are of a search that has the choice of all CDUs.
  const SearchResult open = search(r, result.design->loads, bins);
  result.same_search = open.best->objective;
  result.design->lower_bound = open.best->lower_bound;
  tell("a year by weather bins", 0.15);
  constexpr double humidity_step = 3e-3;  // kg/kg: the pads' water depends on it
  const std::vector<WeatherBin> fine =
      weather_bins(*r.annual, r.pads, r.pads_on_above, r.pads_off_below, 2.0, humidity_step);
  result.annual = annual_figures(r, result.case_text, fine, options);
  if (options.has_sensitivities && !is_interrupted(options)) {
    tell("sensitivities", 0.3);
    result.sensitivities = find_sensitivities(r, result.design->loads, bins, options.threads, options.interrupted);
  }
  if (options.proves) {
    ProofOptions proof;
    proof.threads = options.threads;
    proof.interrupted = options.interrupted;
    proof.progress = [&](std::size_t done, std::size_t all, const std::string& event) {
      tell("proof: " + event, 0.4 + 0.6 * static_cast<double>(done) / static_cast<double>(all));
    };
    result.proof = prove(r, result.case_text, proof_tests(r, *result.design), proof);
  }
  result.interrupted = is_interrupted(options);
  return result;
}

}  // namespace wattloop::sizing
