#pragma once
// How the regions of a plant are dealt to ranks.

#include <vector>

#include "solver/region.h"

namespace wattloop {

/// Regions that hold so much of the plant that ranks or caches may have them for themselves, by number of rank or
/// thread independent: for each region the smallest such one that it is in (itself, or one above it).
std::vector<int> parts(const std::vector<Region>& regions, const std::vector<double>& weights);

/// The rank of each region; -1 where all ranks compute the same. `weights` are the work of each region itself, without
/// those in it; `part` is what `parts` says. A region above one of all ranks is one of all ranks; those below one of a
/// rank are of the same rank.
///
/// Parts are dealt from the heaviest to the lightest, each to the rank that has least. While it makes the rank that has
/// most faster the heaviest part is opened: the parts in it are dealt, what else it holds all ranks compute.
std::vector<int> deal(const std::vector<Region>& regions, const std::vector<double>& weights,
                      const std::vector<int>& part, int ranks);

/// Pieces: runs of sibling regions, each with all that is in it, whose vectors and matrices fit into a cache together;
/// for each region the piece that it is in, counted from 0, or -1 for the trunk that joins them. Regions of two parts
/// are never in one piece. Where siblings are many a piece has a multiple of eight of them, so that lanes are full. A
/// small plant has two pieces where each has eight siblings, so that two threads can share it.
std::vector<int> pieces(const std::vector<Region>& regions, const std::vector<double>& weights,
                        const std::vector<int>& part);

}  // namespace wattloop
