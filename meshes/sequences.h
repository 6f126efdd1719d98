#pragma once
// Sampled controllers that switch equipment: staging with a standby, and thresholds with hysteresis.

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "solver/system.h"

namespace wattloop {

class Network;
struct Origin;

/// Keeps `duty` of the units of a part running, the others standing by. A unit has failed when one of its `enable`
/// inputs has; it is replaced at the next sample after `changeover`. While `measure` is above `up_above` for `delay`
/// another unit starts, below `down_below` one stops, between `minimum` and `duty`; each change waits `min_run` after
/// the one before (not so a replacement).
struct StagingSpec {
  std::string unit;                 ///< name of the part whose copies are staged
  std::vector<std::string> enable;  ///< inputs within a copy that are 1 when it runs and 0 when not: "pump.on"
  int duty = 1, minimum = 1;
  std::string measure;  ///< readable path; empty: always `duty` units
  double up_above = 0.9, down_below = 0.4;
  double delay = 60.0;       // s
  double min_run = 600.0;    // s
  double changeover = 0.25;  // s
};

/// Writes `on_value` to inputs when `measure` has been above `on_above`, `off_value` when it has been below
/// `off_below`, each held at least `min_hold`. With off_below > on_above it acts the other way round.
struct ThresholdSpec {
  std::string measure;
  std::vector<std::string> write;  ///< inputs: "cooler.pads" means those of all copies
  double on_above = 1.0, off_below = 0.0;
  double on_value = 1.0, off_value = 0.0;
  double min_hold = 300.0;  // s
};

/// A change that a sequence or an event made, for the log of the run.
struct LogEntry {
  double time;  // s
  std::string path, what;
};

/// An input of a component, by its place among the across-values.
struct InputRef {
  ComponentRef component;
  int across = -1;
  int port = -1;

  /// Group, component and across-value: orders inputs.
  std::array<int, 3> key() const { return {component.group, component.index, across}; }
};
using InputSet = std::set<std::array<int, 3>>;

/// What drives or writes inputs: "the signal cold.T", "a schedule", "the sequence pads".
using InputOwners = std::map<std::array<int, 3>, std::string>;

/// One sequence bound to a network.
class Sequence {
 public:
  virtual ~Sequence() = default;
  /// Looks at y and writes inputs, those that have failed left out; returns whether any changed.
  virtual bool sample(double t, const double* y, std::vector<LogEntry>& log) = 0;
  /// The inputs that a failure takes from this sequence.
  virtual void set_failed(const InputSet& failed) = 0;
  /// The inputs that switch the units of this sequence on and off.
  virtual std::vector<InputRef> switches() const { return {}; }
  /// What it has switched: "on", "off", "3 running".
  virtual std::string state() const = 0;

  std::string label;  ///< "building_1.pads"
};

/// Bind to the copies around `scope` and enter what they write among `owners`. Throw NetworkError if a path does not
/// exist or an input has an owner.
std::unique_ptr<Sequence> bind(const StagingSpec& spec, const std::string& name, Network& network, int scope,
                               const Origin& origin, InputOwners& owners);
std::unique_ptr<Sequence> bind(const ThresholdSpec& spec, const std::string& name, Network& network, int scope,
                               const Origin& origin, InputOwners& owners);

}  // namespace wattloop
