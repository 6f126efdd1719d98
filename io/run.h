#pragma once
// A run through time: steady start, hybrid simulation, records, summary.

#include <functional>
#include <string>

#include "io/summary.h"
#include "io/twin.h"

namespace wattloop {

struct RunOptions {
  std::string directory;     ///< gets run.h5, run.xmf, run_xdmf3.xmf, run_view.py, summary.json, summary.txt
  std::string command_line;  ///< for the provenance
  bool reference = false;    ///< integrate with IDA instead of SDIRK
  /// Called now and then with the simulated time; s.
  std::function<void(double t, double duration)> progress;
  /// Asked now and then; true ends the run with a valid file.
  std::function<bool()> interrupted;
};

struct RunOutcome {
  Summary summary;
  bool interrupted = false;
  std::string error;  ///< of the solver, if it failed: what was computed until then is kept
};

/// Runs a case. Throws InputError if the directory cannot be written, SolverError if there is no steady state to start
/// from; a failure during the run is in the outcome.
RunOutcome run_case(Twin& twin, const RunOptions& options);

}  // namespace wattloop
