#pragma once
// Rounds of search and runs until loads and design agree.

#include <optional>
#include <vector>

#include "io/sizing/sizing.h"

namespace wattloop::sizing {

CduChoice cdus_of(const Design& design);

bool is_interrupted(const SizingOptions& options);

struct Rounds {
  SizingResult result;                ///< design, case and worst hour, or the shortfalls of the last search
  std::vector<CduChoice> contenders;  ///< of the last search that found a design
  bool is_of_one_kind = true;         ///< the CDUs were the same in all rounds, and there was a design
};

/// From nameplates on; `only`: with no other CDUs.
Rounds settle(const Request& request, const std::vector<WeatherBin>& bins, const SizingOptions& options,
              const std::optional<CduChoice>& only = {});

}  // namespace wattloop::sizing
