#pragma once
// A case brought to life: its network, weather and workload, steady or through time.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/case.h"
#include "io/rack_gpus.h"
#include "io/run_smoothing.h"
#include "meshes/network.h"
#include "models/workload.h"
#include "solver/sdirk.h"
#include "solver/steady_state.h"

namespace wattloop {

/// Time in a run counts in seconds from its start.
class Twin {
 public:
  /// Builds the network. Throws InputError with everything that is wrong.
  Twin(Case description, Workers workers);
  Twin(const Twin&) = delete;  // the signals of the weather refer to it
  Twin& operator=(const Twin&) = delete;

  const Case& description() const { return case_; }
  Network& network() { return *network_; }
  const Network& network() const { return *network_; }
  System& system() { return network_->system(); }
  const Workload* workload() const { return workload_ ? &*workload_ : nullptr; }
  /// Null where the case asks for none in a run.
  const RunSmoothing* smoothing() const { return smoothing_ ? &*smoothing_ : nullptr; }
  /// What is worth knowing before a run.
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// GPUs that all racks of the case hold.
  int gpus() const;
  /// Those of a rack, by its place among the racks of the network.
  const RackGpus& gpus(std::size_t rack) const { return rack_gpus_[rack]; }

  /// Sets every rack's devices to their mean power over [t0, t1], smoothed where the case asks for that; returns
  /// whether any changed.
  bool apply_workload(double t0, double t1);
  /// Sets a rack's devices to their power at an activity, which may be beyond 0 and 1; returns whether any changed.
  bool apply_activity(const RackInstance& rack, double activity);
  /// Sample times of the controllers that have one, s, each once.
  std::vector<double> sample_times() const;
  /// Controllers of this sample time take a sample of their law and hold it; returns whether an input changed.
  bool sample_controllers(double sample_time, const std::vector<double>& y);
  /// Controllers that are not sampled hold no sample: after the state of a run in which they were.
  void release_controllers();
  /// Samples the sequences; returns whether an input changed.
  bool sample_sequences(double t, const std::vector<double>& y);
  /// Rises through zero where a rack trips or a sequence has something to do at once. It gives all ranks the same.
  double indicator(const std::vector<double>& y) const;
  /// When a sequence has something to do by the clock alone, s.
  double next_due() const;
  /// Applies an event, of the case or another; returns whether an input changed.
  bool apply_event(const CaseEvent& event, double t);

  /// Whether the rack's busbar is switched on.
  bool is_on(const RackInstance& rack) const;
  /// The processes that compute this plant together.
  Ranks& ranks() const { return *workers_.ranks; }
  /// Regions of what is integrated that one rank has for itself; known once the integrator has begun.
  int dealt_regions() const { return dealt_regions_; }
  /// Largest excess of a GPU over its trip temperature, K; racks that are off do not count. It looks only at what this
  /// rank computes and gives all ranks the same.
  double hottest_above_trip(const std::vector<double>& y) const;
  /// Switches racks off in which a GPU has reached its trip temperature; returns whether any was.
  bool trip_racks(double t, const std::vector<double>& y);

  /// The steady state at a moment (the start of the run), with the mean workload of a span from it on (the forcing
  /// interval), sequences included: they are sampled until they are content, or until what they switch has no steady
  /// state (a warning; the state is then the last that there was). `near` is a state to begin from, such as the steady
  /// state of a plant of the same structure; where it is of no use the search goes all the way.
  SteadyStateResult steady_state(double t = 0.0, double span = 0.0, std::vector<double> near = {});
  /// The integrator of a run, IDA where the reference is asked for.
  std::unique_ptr<Integrator> integrator(bool reference);

  std::vector<LogEntry>& log() { return log_; }
  /// What was solved once, and what has told copies apart since.
  const std::vector<LogEntry>& groupings() const { return groupings_; }

  /// What changes along a run, after the state of the System itself: what has failed, sequences, the log, warnings.
  void archive(Archive& archive);

 private:
  struct BoundEvent {
    const CaseEvent* event;
    std::vector<InputRef> inputs;                                        ///< of `set` and `restore`
    std::vector<double> values;                                          ///< that they take
    std::vector<std::pair<std::string, std::vector<InputRef>>> parts{};  ///< of `fail` and `repair`: paths, switches
  };
  /// The steady state for the inputs as they are.
  SteadyStateResult settle(std::vector<double> y, double first_step, bool merges);
  SteadyStateResult settle_with_sequences(std::vector<double> y, double first_step, bool merges);
  bool come_near(std::vector<double>& y);
  void level_workload(double t0, double t1);
  double mean_activity(const RackInstance& rack, double t0, double t1) const;
  double smoothed(const RackInstance& rack, double t0, double t1);
  bool write_power(const RackInstance& rack, const RackDevice& device, double activity, double more_by_gpu = 0.0);
  void bind_weather();
  void bind_schedules();
  void bind_workload();
  void bind_controllers();
  BoundEvent bind_event(const CaseEvent& event) const;
  /// Tells the sequences which inputs are out of order and returns those.
  InputSet announce_failures();
  /// The held input that switches a rack.
  double& rack_switch(const RackInstance& rack);
  double above_trip(std::size_t rack, const std::vector<double>& y, bool only_here = false) const;

  Case case_;
  Workers workers_;
  std::unique_ptr<Network> network_;
  std::optional<Workload> workload_;
  std::optional<RunSmoothing> smoothing_;
  std::vector<BoundEvent> events_;
  std::map<double, std::vector<ComponentRef>> sampled_;  ///< controllers by their sample time, s
  std::map<std::string, std::vector<InputRef>> failed_;  ///< parts that have failed and their switches
  std::vector<LogEntry> log_, groupings_;
  std::vector<std::string> warnings_;
  struct {
    double time = 0.0, span = 0.0;  // s
  } start_;                         ///< of the steady state that is sought
  int dealt_regions_ = 0;
  int switch_across_ = -1;
  std::vector<RackGpus> rack_gpus_;  ///< by rack
};

}  // namespace wattloop
