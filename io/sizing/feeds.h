#pragma once
// What a design is fed by.

#include "io/sizing/search_context.h"

namespace wattloop::sizing {

/// UPS, transformers and busways of each block, by their loading.
void choose_electrical(const SearchContext& s, Design& d);

/// What the feeds of plant and site have to carry with a plant that draws P in each building at the peak. As the case
/// of the last round found it, with the difference of the plant's power; until there is one what it may come to.
struct FeedLoads {
  double S_mech = 0.0, P_building = 0.0;  ///< VA of a building's plant, W of a building
  double S_hv = 0.0;                      ///< VA of one side of the site that carries all
};
FeedLoads feed_loads(const SearchContext& s, double P);
/// The least objective of transformers of the plant, generators and main transformers for it: never less for more P.
Priced<Feeds> price_feeds(const SearchContext& s, double P);
/// Takes them into a design, with their margins.
void choose_feeds(const SearchContext& s, Design& d);

}  // namespace wattloop::sizing
