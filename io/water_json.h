#pragma once
// Results of a water network as JSON.

#include <string>
#include <vector>

#include "meshes/extended_period.h"

namespace wattloop {

/// Collects moments of an extended period and writes them as one JSON text: SI units, null for what is not known.
class WaterResults {
 public:
  explicit WaterResults(const WaterNetwork& network);
  void add(const WaterPeriod& period);

  bool converged() const { return converged_; }
  int iterations() const { return iterations_; }
  const std::vector<long>& times() const { return times_; }
  /// A line for each warning, however many times it holds at.
  std::vector<std::string> warning_summary() const;
  std::string json() const;

  /// Largest and smallest pressure of the junctions [m], with the junction's index and time.
  struct Extreme {
    double pressure = 0.0;
    int node = -1;
    long time = 0;
  };
  const Extreme& lowest() const { return lowest_; }
  const Extreme& highest() const { return highest_; }
  /// Largest imbalance of flow at a junction [m3/s] and of head along a link [m].
  double flow_error() const { return flow_error_; }
  double head_error() const { return head_error_; }

 private:
  /// A warning about the same object: when it was first, last, and at how many times.
  struct Spell {
    WaterWarning first;
    long last;
    int times;
  };
  void note(const WaterWarning& warning);

  const WaterNetwork& net_;
  std::vector<long> times_;
  std::vector<double> head_, pressure_, demand_, flow_;  // a row a time
  std::vector<LinkStatus> status_;
  std::vector<int> iterations_per_time_;
  std::vector<std::string> warnings_;
  std::vector<Spell> spells_;
  bool converged_ = true;
  int iterations_ = 0;
  Extreme lowest_, highest_;
  double flow_error_ = 0.0, head_error_ = 0.0;
};

/// What a warning says, without its time.
std::string to_string(const WaterWarning& warning, const WaterNetwork& network);

}  // namespace wattloop
