#include "io/sizing/sizing.h"

#include <algorithm>
#include <future>

#include <fmt/format.h>

#include "io/ensemble.h"
#include "io/sizing/cures.h"
#include "io/sizing/design_case.h"
#include "io/sizing/design_run.h"
#include "io/sizing/rounds.h"
#include "io/units.h"
#include "solver/errors.h"

namespace wattloop::sizing {

namespace {

/// What coolers can hold depends on the flow, and that on the supply asked for: a cure has found both together.
void agree(std::vector<Shortfall>& shortfalls, const std::vector<Cure>& cures) {
  for (Shortfall& s : shortfalls)
    for (const Cure& cure : cures)
      if (s.constraint == "fws_temperature" && cure.input == "temperatures.fws" && cure.to > cure.from)
        s.limit = cure.to;
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

/// Of the first design and those with the CDUs of its contenders the best that settles.
SizingResult best_of(const Request& r, const std::vector<WeatherBin>& bins, Rounds first,
                     const SizingOptions& options) {
  std::vector<CduChoice> others;
  if (options.tries_contenders) others = first.contenders;
  const CduChoice first_cdus = first.result.design ? cdus_of(*first.result.design) : CduChoice{};
  if (first.is_of_one_kind) std::erase(others, first_cdus);
  std::vector<SizingResult> results(others.size());
  for_each_index(others.size(), options.threads, [&](std::size_t i) {
    try {
      results[i] = settle(r, bins, options, others[i]).result;
    } catch (const SolverError&) {
      // A design without a steady state is none.
    }
  });
  // Where its rounds went by way of other CDUs, those with its own alone count.
  const auto again = std::find(others.begin(), others.end(), first_cdus);
  const bool is_replaced = again != others.end() && results[static_cast<std::size_t>(again - others.begin())].settled;
  if (!is_replaced) results.insert(results.begin(), std::move(first.result));
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
  tell("contenders", 0.17);
  SizingResult result = best_of(r, bins, std::move(first), options);
  if (!result.design) {
    tell("looking for cures", 0.2);
    result.cures = find_cures(r, result.loads, options.interrupted);
    if (result.cures.empty()) result.cure_pairs = find_cure_pairs(r, result.loads, options.interrupted);
    agree(result.shortfalls, result.cures);
    result.interrupted = is_interrupted(options);
    return result;
  }
  if ((result.interrupted = is_interrupted(options))) return result;
  // Sensitivities and the bound are of a search that has the choice of all CDUs.
  const SearchResult open = search(r, result.design->loads, bins);
  result.same_search = open.best->objective;
  result.design->lower_bound = open.best->lower_bound;
  tell("a year by weather bins", 0.22);
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
