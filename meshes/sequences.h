#pragma once
// Sampled controllers that switch equipment: staging, thresholds with hysteresis, modes and ordered steps; seeded
// noise.

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "solver/system.h"

namespace wattloop {

class Network;
struct Origin;

/// What becomes of the values of all copies that a path names; `one`: the path names one value.
enum class Over { one, max, min, mean, sum };

/// Something to be read: "cold.T", or the largest of "cdu.temperature_control.u".
struct SignalPath {
  std::string path;
  Over over = Over::one;
};

/// A measurement between two limits, both left out of the interval.
struct Condition {
  SignalPath measure;
  SignalPath minus;  ///< taken off it; without a path: nothing
  double above = -std::numeric_limits<double>::infinity();
  double below = std::numeric_limits<double>::infinity();
  std::string unit;  ///< SI unit of the limits
};

/// Keeps `duty` of the units of a part running, the others standing by. A unit has failed when one of its `enable`
/// inputs has; it is replaced at the next sample after `changeover`. While `measure` is above `up_above` for `delay`
/// another unit starts, below `down_below` one stops, between `minimum` and `duty`; each change waits `between` after
/// the one before (not so a replacement). None runs while a condition of `only_while` does not hold.
///
/// Without `rotate` the first unit leads: units start in their order and stop in the opposite one. With it the unit
/// that has rested longest starts and the one that has run longest stops, and every `rotate` these two change places.
/// No unit stops within `min_run` of its start, starts within `min_stop` of its stop or more often than
/// `starts_per_hour`; one starts at least `stagger` after another. At the start of a run units start together, and stop
/// without delay until the measurement is content.
struct StagingSpec {
  std::string unit;                 ///< name of the part whose copies are staged
  std::vector<std::string> enable;  ///< inputs within a copy that are 1 when it runs and 0 when not: "pump.on"
  int duty = 1, minimum = 1;
  SignalPath measure;  ///< without a path: always `duty` units
  double up_above = 0.9, down_below = 0.4;
  std::string limit_unit = "1";
  double delay = 60.0;       // s
  double between = 600.0;    // s
  double min_run = 600.0;    // s
  double min_stop = 0.0;     // s
  double stagger = 0.0;      // s
  double changeover = 0.25;  // s
  double rotate = 0.0;       // s, 0: never
  int starts_per_hour = 1000;
  std::vector<Condition> only_while{};
};

/// Writes `on_value` to inputs when `measure` has been above `on_above`, `off_value` when it has been below
/// `off_below`, each held at least `min_hold`. With off_below > on_above it acts the other way round.
struct ThresholdSpec {
  SignalPath measure;
  std::vector<std::string> write;  ///< inputs: "cooler.pads" means those of all copies
  double on_above = 1.0, off_below = 0.0;
  double on_value = 1.0, off_value = 0.0;
  double min_hold = 300.0;  // s
};

/// What a mode writes to an input.
struct WrittenValue {
  std::string input;
  double value;
  std::string unit;  ///< SI unit
};

/// Where a mode leads when all of `when` have held for `lasting`; without conditions: that long after it began. With
/// `entered` only from the time that its mode began for that many times within `within`: a lock after too many returns.
struct ModeChange {
  std::string to;
  std::vector<Condition> when;
  double lasting = 0.0;  // s
  int entered = 1;
  double within = 0.0;  // s
};

struct Mode {
  std::string name;
  std::vector<WrittenValue> write;
  std::vector<ModeChange> leave;  ///< the first that is due is taken
  double hold = 0.0;              // s, it lasts at least
};

/// A machine of named modes: change-over of free cooling, steps of a start-up with their proofs and time limits. It
/// begins in the first mode; at the start of a run changes whose conditions hold are taken at once, none back to a mode
/// left before. What a mode does not write stays as it is.
///
/// It looks at its conditions at every sample; `at_once` where they come true or cease to hold, to the millisecond, and
/// where a time runs out: relays, transfer schemes, trips.
struct ModesSpec {
  std::vector<Mode> modes;
  bool at_once = false;
};

/// Writes amplitude times a standard normal number to each input, a new one every `interval`.
struct NoiseSpec {
  std::vector<std::string> write;
  double amplitude = 0.0;
  std::string unit;
  double interval = 15.0;  // s
};

using SequenceSpec = std::variant<StagingSpec, ThresholdSpec, ModesSpec, NoiseSpec>;

/// A change that a sequence or an event made, for the log of the run.
struct LogEntry {
  double time;  // s
  std::string path, what;
  void archive(Archive& archive) { archive(time, path, what); }
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

/// How often a sequence has switched since the start of the run: starts of units, changes of mode.
struct SwitchCount {
  int starts = 0;
  int most_in_an_hour = 0;                                    ///< of one unit in any hour
  double shortest = std::numeric_limits<double>::infinity();  ///< run of a unit or stay in a mode that has ended, s
};

/// One sequence bound to a network.
class Sequence {
 public:
  virtual ~Sequence() = default;
  /// Looks at y and writes inputs, those that have failed left out; returns whether any changed.
  virtual bool sample(double t, const double* y, std::vector<LogEntry>& log) = 0;
  /// Rises through zero where it has something to do before its next sample; below zero until then.
  virtual double indicator(const double*) const { return -std::numeric_limits<double>::infinity(); }
  /// When it has something to do by the clock alone, s.
  virtual double next_due() const { return std::numeric_limits<double>::infinity(); }
  /// Whether it has one or the other.
  virtual bool acts_at_once() const { return false; }
  /// The inputs that a failure takes from this sequence.
  virtual void set_failed(const InputSet& failed) = 0;
  /// The inputs that switch the units of this sequence on and off.
  virtual std::vector<InputRef> switches() const { return {}; }
  /// What it has switched: "on", "off", "3 running".
  virtual std::string state() const = 0;
  /// Of those that count: staging and modes.
  virtual std::optional<SwitchCount> switch_count() const { return std::nullopt; }
  /// What it remembers; not what has failed, which `set_failed` tells it.
  virtual void archive(Archive& archive) = 0;

  std::string label;       ///< "building_1.pads"
  std::uint64_t seed = 1;  ///< of random numbers
};

/// Binds to the copies around `scope` and enters what it writes among `owners`. Throws NetworkError if a path does not
/// exist, a unit does not fit or an input has an owner.
std::unique_ptr<Sequence> bind(const SequenceSpec& spec, const std::string& name, Network& network, int scope,
                               const Origin& origin, InputOwners& owners);

}  // namespace wattloop
