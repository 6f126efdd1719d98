#pragma once
// Sampled controllers that switch equipment: staging with a standby, and thresholds with hysteresis.

#include <memory>
#include <string>
#include <vector>

#include "solver/system.h"

namespace wattloop {

class Network;
struct Origin;

/// Keeps `duty` of the units of a part running, the others standing by. A unit that has failed is replaced at the next
/// sample after `changeover`; while `measure` is above `up_above` for `delay` another unit starts, below `down_below`
/// one stops, between `minimum` and `duty`; each change waits `min_run` after the one before (not so a replacement).
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

/// One sequence bound to a network.
class Sequence {
 public:
  virtual ~Sequence() = default;
  /// Looks at y and writes inputs; returns whether any changed.
  virtual bool sample(double t, const double* y, std::vector<LogEntry>& log) = 0;
  /// Marks the unit at this path as failed or repaired; false if it is not one of this sequence's.
  virtual bool set_failed(const std::string& path, bool failed) = 0;
  /// What it has switched: "on", "off", "3 running".
  virtual std::string state() const = 0;

  std::string name;  ///< "building_1.pads"
};

/// Bind to the copies around `scope`. Throw NetworkError if a path does not exist.
std::unique_ptr<Sequence> bind(const StagingSpec& spec, Network& network, int scope, const Origin& origin);
std::unique_ptr<Sequence> bind(const ThresholdSpec& spec, Network& network, int scope, const Origin& origin);

}  // namespace wattloop
