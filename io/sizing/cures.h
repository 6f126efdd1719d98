#pragma once
// What changes of a request do to its design.

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

/// The least change of each input alone that makes the request feasible, where there is one.
std::vector<Cure> find_cures(const Request& request, const Loads& loads);

/// Their names, for people.
std::string curable_inputs(const Request& request);

/// A change of one input and the objective with everything sized anew.
struct Sensitivity {
  std::string input;
  double from = 0.0, to = 0.0;
  std::string unit;
  std::optional<double> objective;  ///< nothing where it is infeasible
};

std::vector<Sensitivity> find_sensitivities(const Request& request, const Loads& loads,
                                            const std::vector<WeatherBin>& bins);

}  // namespace wattloop::sizing
