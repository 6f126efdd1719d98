#pragma once
// Loops over the unknowns of a part of a System.

#include "solver/lanes.h"
#include "solver/system.h"

namespace wattloop {

/// Calls f(i) for the unknowns of a unit or a part of one, several at a time.
template <class F>
void for_each_of(const System::Part& part, const F& f) {
  in_lanes([&] {
    for (const auto& [begin, end] : part.unknowns)
      for (int i = begin; i < end; ++i) f(i);
  });
}

}  // namespace wattloop
