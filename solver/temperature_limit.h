#pragma once
// A bound on what a Newton iteration may change.

#include <algorithm>
#include <cmath>
#include <vector>

#include "solver/system.h"

namespace wattloop {

/// No temperature moves by more than 50 K at once: where a guess of the flows does not balance at a node, its
/// temperature means nothing until they do.
class TemperatureLimit {
 public:
  explicit TemperatureLimit(const System& system) : system_(system) {
    for (int i = 0; i < system.size(); ++i)
      if (system.unknown_unit(i) == "K") temperatures_.push_back(i);
  }

  /// Bounds a correction; returns whether it had to, on any rank.
  bool apply(std::vector<double>& delta) const {
    constexpr double largest = 50.0;  // K
    bool limited = false;
    for (int i : temperatures_) {
      limited = limited || std::abs(delta[i]) > largest;
      delta[i] = std::clamp(delta[i], -largest, largest);
    }
    return system_.ranks().any(limited);
  }

  /// The unknowns that are temperatures.
  const std::vector<int>& temperatures() const { return temperatures_; }

 private:
  const System& system_;
  std::vector<int> temperatures_;
};

}  // namespace wattloop
