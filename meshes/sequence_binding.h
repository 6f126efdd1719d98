#pragma once
// What sequences need to bind themselves to a network, and to look and write while it runs.

#include <string>
#include <vector>

#include "meshes/network.h"
#include "meshes/sequences.h"

namespace wattloop {

/// A measurement of a bound sequence.
struct BoundSignal {
  std::vector<Reading> readings;
  Over over = Over::one;

  bool empty() const { return readings.empty(); }
  double value(const System& system, const double* y) const;
};

struct BoundCondition {
  BoundSignal measure, minus;
  double above, below;

  bool holds(const System& system, const double* y) const { return margin(system, y) > 0.0; }
  /// How far inside its limits the measurement is; negative: outside.
  double margin(const System& system, const double* y) const;
};

bool all_hold(const std::vector<BoundCondition>& conditions, const System& system, const double* y);

/// Finds the paths of a sequence; what is not there is collected.
class PathFinder {
 public:
  PathFinder(const Network& network, std::string sequence, const Origin& origin, InputOwners& owners)
      : network_(network), sequence_(std::move(sequence)), origin_(origin), owners_(owners) {}

  /// Empty for a signal without a path.
  BoundSignal measure(int scope, const SignalPath& signal);
  /// `unit`: of what it is compared with.
  BoundSignal measure(int scope, const SignalPath& signal, const std::string& unit);
  std::vector<BoundCondition> conditions(int scope, const std::vector<Condition>& conditions);
  /// Those of all copies; they are the sequence's own from now on.
  void inputs(int scope, const std::string& path, std::vector<InputRef>& found);
  /// A value that is written to inputs must be in their unit and range.
  void check_value(const std::vector<InputRef>& inputs, const std::string& path, double value, const std::string& unit);
  void add(std::string what, std::string got, std::vector<std::string> known);
  void throw_if_any() const;

 private:
  const Network& network_;
  std::string sequence_;
  const Origin& origin_;
  InputOwners& owners_;
  std::vector<NetworkProblem> problems_;
};

/// Writes to inputs, those that have failed left out; returns whether any changed.
bool write(System& system, const std::vector<InputRef>& inputs, double value, const InputSet& failed);

/// Changes at given times: how many, and the most of them in any hour.
class ChangeTimes {
 public:
  void add(double t) { times_.push_back(t); }
  int count() const { return static_cast<int>(times_.size()); }
  int in_last_hour(double t) const { return within(t, hour); }
  /// Of those in the last `time` up to t [s].
  int within(double t, double time) const;
  int most_in_an_hour() const;
  void archive(Archive& archive) { archive(times_); }

 private:
  static constexpr double hour = 3600.0;  // s
  std::vector<double> times_;
};

std::unique_ptr<Sequence> bind_staging(const StagingSpec& spec, Network& network, int scope, PathFinder& find);
std::unique_ptr<Sequence> bind_modes(const ModesSpec& spec, Network& network, int scope, PathFinder& find);

}  // namespace wattloop
