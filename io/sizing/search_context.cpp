#include "io/sizing/search_context.h"

#include <algorithm>
#include <cmath>

namespace wattloop::sizing {

WeatherPoint hottest_hour(const Request& request) {
  if (request.record)
    if (const WeatherPoint record = point_at_high(*request.record); record.T_db > request.design.T_db) return record;
  return request.design;
}

SearchContext::SearchContext(const Request& asked, const Loads& carried, const std::vector<WeatherBin>& weather)
    : request(asked),
      objective(asked.objective),
      catalogue(asked.catalogue),
      loads(carried),
      bins(weather),
      tcs(make_liquid(asked.liquids.at("tcs"))),
      fws(make_liquid(asked.liquids.at("fws"))),
      chw(make_liquid(asked.liquids.at("chw"))),
      units(carried.buildings * carried.blocks),
      load(1.0 + asked.load_growth),
      peak(hottest_hour(asked)) {}

void SearchContext::miss(Shortfall s) {
  const auto excess = [](const Shortfall& x) { return x.at_least ? x.limit - x.value : x.value - x.limit; };
  const auto at = nearest_.find(s.constraint);
  if (at == nearest_.end())
    nearest_.emplace(s.constraint, s);
  else if (excess(s) < excess(at->second))
    at->second = std::move(s);
}

void SearchContext::meet(const std::set<std::string>& constraints) {
  met_.insert(constraints.begin(), constraints.end());
}

std::vector<Shortfall> SearchContext::shortfalls() const {
  constexpr double noise = 1e-3;  // of a limit: what a designer would let pass
  std::vector<Shortfall> clear, reasons, all;
  for (const auto& [constraint, nearest] : nearest_) {
    all.push_back(nearest);
    if (met_.contains(constraint)) continue;
    reasons.push_back(nearest);
    if (std::abs(nearest.value - nearest.limit) > noise * std::abs(nearest.limit)) clear.push_back(nearest);
  }
  return !clear.empty() ? clear : !reasons.empty() ? reasons : all;
}

}  // namespace wattloop::sizing
