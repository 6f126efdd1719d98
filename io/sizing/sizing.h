#pragma once
// From a request to a design that has been run.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/sizing/cures.h"
#include "io/sizing/proof.h"
#include "io/sizing/search.h"
#include "io/summary.h"

namespace wattloop::sizing {

/// Means over the year at full load.
struct Annual {
  double pue = 0.0, wue = 0.0;       ///< 1, L/kWh of IT
  double energy = 0.0, water = 0.0;  ///< MWh/a from the grid, m3/a
  double overhead = 0.0;             ///< MWh/a, of it all but IT
  double cost = 0.0;                 ///< USD/a of overhead and water
};

/// A design with other CDUs that was run as well.
struct Contender {
  CduChoice cdu;
  double objective = 0.0;
};

struct SizingResult {
  std::optional<Design> design;
  Loads loads;  ///< that the last search was for
  std::vector<Shortfall> shortfalls;
  std::vector<Cure> cures;
  std::vector<CurePair> cure_pairs;  ///< where no change of one input is a cure
  std::string case_text;
  std::optional<Summary> worst_hour;  ///< of the case in the worst hour
  Annual annual;
  std::vector<ProofEvent> proof;
  std::vector<Contender> contenders;  ///< of the design, best first: what settled with other CDUs
  std::vector<Sensitivity> sensitivities;
  double same_search = 0.0;  ///< objective that the search of the sensitivities finds with nothing moved
  long considered = 0;
  int rounds = 0;            ///< of search and runs, to the design
  bool settled = false;      ///< the loads of the search are those of the case
  bool interrupted = false;  ///< what is here is not complete
};

struct SizingOptions {
  int threads = 1, most_rounds = 8;
  bool proves = true, has_sensitivities = true, tries_contenders = true;
  std::function<void(const std::string& what, double done)> progress;  ///< done: share
  std::function<bool()> interrupted;
};

/// Rounds of search and runs until loads and design agree; then the same with each contender's CDUs alone, since loads
/// depend on them a little, and of those that settle the best is taken: a wider request ends no dearer than a narrower
/// one whose CDUs are among its contenders, as these give the same design.
SizingResult size(const Request& request, const SizingOptions& options);

/// Text for people.
std::string to_text(const Request& request, const SizingResult& result);
/// JSON for programs.
std::string to_json(const Request& request, const SizingResult& result);

}  // namespace wattloop::sizing
