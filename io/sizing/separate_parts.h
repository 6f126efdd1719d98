#pragma once
// Parts of a design that do not hang together with the circuits of the CDUs: the best of each class.

#include "io/sizing/search_context.h"

namespace wattloop::sizing {

/// Fan walls, chillers and their pumps; false if nothing of the catalogue does.
bool choose_air_side(SearchContext& s, Design& d);
/// UPS, transformers and busways of each block, by their loading.
void choose_electrical(SearchContext& s, Design& d);
/// What follows from the rest: feeds of the plant, main transformers, generators, margins of the facility water.
void choose_feeds(SearchContext& s, Design& d);

}  // namespace wattloop::sizing
