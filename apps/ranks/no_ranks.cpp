// A program built without MPI.

#include <cstdlib>
#include <stdexcept>

#include "apps/start_ranks.h"

namespace wattloop {

std::unique_ptr<StartedRanks> start_ranks() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}) {
    const char* size = std::getenv(name);
    if (size && std::atoi(size) > 1)
      throw std::runtime_error("started as one of several ranks, but built without MPI: each would do the same run");
  }
  return nullptr;
}

}  // namespace wattloop
