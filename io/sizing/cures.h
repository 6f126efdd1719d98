#pragma once
// What changes of a request do to its design.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/sizing/search.h"

namespace wattloop::sizing {

/// What would make an infeasible request feasible, one change at a time.
struct Cure {
  std::string input;            ///< "temperatures.fws"
  double from = 0.0, to = 0.0;  ///< in `unit`
  std::string unit;
  std::string from_level = {}, to_level = {};  ///< of a redundancy, in place of numbers: "2N", "N+1"
};

/// The least change of each input alone that makes the request feasible, where there is one. `interrupted` is asked on
/// the way; true ends it with what was found.
std::vector<Cure> find_cures(const Request& request, const Loads& loads, const std::function<bool()>& interrupted = {});

/// Two changes that make it feasible together.
struct CurePair {
  Cure first, second;
};

/// For a request that no change of one input cures. Each of the few inputs that alone make good the most of what is
/// missed is moved to where it does so, and all others are tried beside it. What cures is moved back, both by the same
/// share of their ways, then each as far as the other allows. Not all pairs are looked at: nothing found does not mean
/// that there is none. `interrupted` is asked on the way; true ends it with what was found.
std::vector<CurePair> find_cure_pairs(const Request& request, const Loads& loads,
                                      const std::function<bool()>& interrupted = {});

/// The names of the inputs that are tried, for people.
std::string curable_inputs(const Request& request);

/// A change of one input and the objective with everything sized anew.
struct Sensitivity {
  std::string input;
  double from = 0.0, to = 0.0;
  std::string unit;
  std::optional<double> objective;             ///< nothing where it is infeasible
  std::string from_level = {}, to_level = {};  ///< of a redundancy, in place of numbers
};

/// Rows in the order of the inputs, whatever the number of threads. `interrupted` is asked by any of them before each
/// search; true leaves the objectives of the others out.
std::vector<Sensitivity> find_sensitivities(const Request& request, const Loads& loads,
                                            const std::vector<WeatherBin>& bins, int threads = 1,
                                            const std::function<bool()>& interrupted = {});

}  // namespace wattloop::sizing
