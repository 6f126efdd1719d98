#pragma once
// Fan walls, chilled water and chillers: a part of a design that does not hang together with the circuits of the CDUs.

#include <vector>

#include "io/sizing/search_context.h"

namespace wattloop::sizing {

/// Those of the catalogue, unbeaten in objective and power of the plant; none if nothing does.
std::vector<Priced<AirSide>> air_sides(SearchContext& s);

}  // namespace wattloop::sizing
