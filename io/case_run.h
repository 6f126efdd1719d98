#pragma once
// A case on its way through time: what is applied, sampled and gathered when. It knows no files.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/consequences.h"
#include "io/frequency_monitor.h"
#include "io/recorder.h"
#include "io/ride_through_monitor.h"
#include "io/summary.h"
#include "io/twin.h"
#include "solver/simulation.h"

namespace wattloop {

/// The state of a run at a moment, for another run of the same structure that goes on from there.
struct BranchPoint {
  double time = 0.0;              ///< s from the start of the run
  std::string state;              ///< as CaseRun::archive writes it
  std::vector<double> held;       ///< inputs of its case before the run
  std::vector<CaseEvent> events;  ///< of its case
  bool has_changes = false;       ///< the other case is not the same
  std::string origin;             ///< the directory of the run
};

/// Begins in one of three ways: `start`, reading with `archive`, or `branch`.
class CaseRun {
 public:
  /// With IDA the run begins anew every ten minutes of its time (or every forcing interval, if that is longer): these
  /// are the moments at which it can be resumed.
  CaseRun(Twin& twin, bool reference);
  /// With an integrator of one's own.
  CaseRun(Twin& twin, std::unique_ptr<Integrator> integrator);

  /// From the steady state, which it finds.
  void start();
  /// All that has state.
  void archive(Archive& archive);
  /// From where another run was, with the parameters, inputs, weather, workload and events of this case. Events before
  /// the moment must be those of the other case; those at the moment that are new happen. Throws InputError if the
  /// state does not fit.
  void branch(const BranchPoint& point);

  /// What to do at each record of a series: 0 that of the run, 1, 2, ... those of the rules of the case.
  using Values = std::vector<std::vector<double>>;
  void on_record(std::function<void(int series, double t, const Values& values)> write) { write_ = std::move(write); }
  /// Asked at each instant, when all is done there; true ends the run.
  void stop_if(std::function<bool(double t)> stop) { simulation_.stop_if(std::move(stop)); }
  /// Runs to `t_end`; returns false if it was stopped before.
  bool run(double t_end);

  /// To be taken step by step instead of `run`.
  Simulation& simulation() { return simulation_; }

  const std::vector<double>& state() const { return integrator_->state(); }
  double time() const { return integrator_->time(); }
  /// Where it began, s: 0 but for a branch.
  double begin() const { return begin_; }
  bool is_resumable() const { return integrator_->is_resumable(); }
  const Recorder& recorder() const { return recorder_; }
  /// Of the rules, in their order.
  const std::vector<DetailRecorder>& details() const { return details_; }
  Summary finish();

 private:
  void plan(bool reference);
  void record(double t, const std::vector<double>& y);
  void apply_changes(const BranchPoint& point);

  Twin& twin_;
  std::unique_ptr<Integrator> integrator_;
  Simulation simulation_;
  Recorder recorder_;
  std::vector<DetailRecorder> details_;
  ConsequenceMonitor monitor_;
  RideThroughMonitor ride_through_;
  FrequencyMonitor frequency_;
  std::optional<Summariser> summariser_;
  std::function<void(int, double, const Values&)> write_;
  double begin_ = 0.0;
  Statistics statistics_before_;  ///< of the run that this one is a branch of
  bool shows_begin_ = false;      ///< the first record is still to be made
};

}  // namespace wattloop
