#pragma once
// The processes that mpirun or srun has started.

#include <memory>
#include <string>

#include "solver/ranks.h"

namespace wattloop {

/// The ranks of a program that was started as one of many.
class StartedRanks : public Ranks {
 public:
  /// The last call: what the program returns, the largest code of all ranks. Where this rank has failed with `error`
  /// others may not have: if they do not come within seconds it says so and ends them.
  virtual int leave(int code, const std::string& error) = 0;
};

/// Null where the program was started by itself. Throws std::runtime_error if it was started as one of many but was
/// built without MPI.
std::unique_ptr<StartedRanks> start_ranks();

}  // namespace wattloop
