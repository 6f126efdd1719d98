#pragma once
// Loops over the unknowns of a part of a System.

#include "solver/lanes.h"
#include "solver/system.h"

namespace wattloop {

/// Calls f(i) for the unknowns of a unit or a part of one, several at a time: what f writes for one no other may read.
template <class F>
void for_each_of(const System::Part& part, const F& f) {
  in_lanes([&part, &f] {
    const F here = f;  // out of memory, which what it writes might change for all that the compiler knows
    for (const auto& [begin, end] : part.unknowns) {
#if !defined(__clang__)
#pragma GCC ivdep
#endif
      for (int i = begin; i < end; ++i) here(i);
    }
  });
}

}  // namespace wattloop
