#pragma once
// What a search for a design works with, and what it comes upon.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/sizing/design.h"
#include "models/fluids.h"

namespace wattloop::sizing {

/// A choice with its worth and what it asks of others.
template <class T>
struct Priced {
  T what;
  Worth worth;
  double objective = 0.0, dp = 0.0;  // dp in Pa
  double P = 0.0;                    ///< W of a building at the peak
};

/// The hotter of worst hour and record day.
WeatherPoint hottest_hour(const Request& request);

struct SearchContext {
  SearchContext(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins);

  const Request& request;
  const Objective& objective;
  const Catalogue& catalogue;
  const Loads& loads;
  const std::vector<WeatherBin>& bins;
  Liquid tcs, fws, chw;
  int units;          ///< blocks of the site
  double load;        ///< 1 and the margin
  WeatherPoint peak;  ///< the hotter of worst hour and record day: what feeds of the plant have to carry

  long considered = 0;       ///< combinations that were priced
  bool any_will_do = false;  ///< whether there is a design is all that is asked

  /// Remembers the nearest miss of a limit.
  void miss(Shortfall shortfall);
  /// Something keeps these limits.
  void meet(const std::set<std::string>& constraints);
  bool has_met(const std::string& constraint) const { return met_.contains(constraint); }
  /// A limit that something of its class meets is not the reason, nor one that is missed by next to nothing, unless
  /// nothing else is.
  std::vector<Shortfall> shortfalls() const;

 private:
  std::map<std::string, Shortfall> nearest_;  ///< misses, by constraint
  std::set<std::string> met_;
};

/// W all the year, MWh.
constexpr double energy(double P) {
  return P * 8760.0 / 1e6;
}

}  // namespace wattloop::sizing
