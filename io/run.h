#pragma once
// A run through time: steady start, hybrid simulation, records, checkpoints, summary.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/case_run.h"
#include "io/summary.h"
#include "io/twin.h"

namespace wattloop {

struct RunOptions {
  /// Gets run.h5, run.xmf, run_xdmf3.xmf, run_view.py, summary.json, summary.txt; checkpoint.bin until it is complete.
  std::string directory;
  std::string command_line;  ///< for the provenance
  bool reference = false;    ///< integrate with IDA instead of SDIRK

  bool resume = false;                    ///< go on from the checkpoint in `directory`
  std::optional<BranchPoint> from;        ///< begin there
  double checkpoint_interval = 600.0;     ///< s of the wall clock; 0: none but when interrupted
  double kept_checkpoint_interval = 0.0;  ///< s of the run; 0: none are kept

  /// Called now and then with the simulated time; s.
  std::function<void(double t, double duration)> progress;
  /// Asked now and then; true ends the run with a valid file and a checkpoint.
  std::function<bool()> interrupted;
  /// Told at once what goes wrong but does not end the run.
  std::function<void(const std::string& what)> warn;
};

struct RunOutcome {
  Summary summary;
  bool interrupted = false;
  std::string error;  ///< of the solver or the device, if it failed: what was computed until then is kept
};

/// Runs a case. Throws InputError if the directory cannot be written, a checkpoint cannot be used or the case does not
/// fit the branch, SolverError if there is no steady state to start from; a failure during the run is in the outcome.
RunOutcome run_case(Twin& twin, const RunOptions& options);

/// How a run was started, from its results.
struct RunOrigin {
  std::string case_path;  ///< absolute
  std::string case_file;  ///< as it was named
  std::vector<std::pair<std::string, std::string>> settings;
  bool reference = false;
  bool is_branch = false;
  bool is_complete = false;
  std::string fingerprint;

  /// The case as it was read. Throws InputError.
  Case read() const;
};

/// Throws InputError if the directory does not hold the results of a run.
RunOrigin origin_of(const std::string& directory);

/// The state of the run in a directory at `time`, s from its start: from its latest checkpoint until then, or from its
/// start, without records. `changed` must have the same structure as its case; else InputError. `stop` is asked on the
/// way; nothing if it says so.
std::optional<BranchPoint> branch_point(const std::string& directory, double time, const Twin& changed, Workers workers,
                                        const std::function<bool(double t, double duration)>& stop = {});

}  // namespace wattloop
