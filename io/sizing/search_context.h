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
};

struct SearchContext {
  SearchContext(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins);

  const Request& request;
  const Objective& objective;
  const Catalogue& catalogue;
  const Loads& loads;
  const std::vector<WeatherBin>& bins;
  Liquid tcs, fws, chw;
  int units;    ///< blocks of the site
  double load;  ///< 1 and the margin

  long considered = 0;                  ///< combinations that were priced
  std::map<std::string, double> least;  ///< objective of each class, whatever the others

  void keep_least(const std::string& which, double value);
  /// Remembers the nearest miss of a limit.
  void miss(Shortfall shortfall);
  /// Something keeps these limits.
  void meet(const std::set<std::string>& constraints);
  /// A limit that something of its class meets is not the reason, unless none is.
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
