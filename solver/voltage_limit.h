#pragma once
// A bound on the voltages that a Newton iteration may reach.

#include <cmath>
#include <span>
#include <vector>

#include "solver/system.h"

namespace wattloop {

/// A bus that runs away is taken for dead. Where nothing feeds a bus any more the current of its loads, P / |V|, gets
/// smaller as the voltage gets larger, so Newton doubles the voltage from iteration to iteration. Loads are impedances
/// at low voltage: from zero it finds what is there, a dead bus or one that something feeds.
class VoltageLimit {
 public:
  explicit VoltageLimit(const System& system) : system_(system) {
    for (int node = 0; node < system.nodes(); ++node) {
      if (system.node_connector(node) != Connector::ac) continue;
      const std::span<const double> start = system.node_start(node);
      const double nominal = std::hypot(start[0], start[1]);
      if (nominal > 0.0) buses_.push_back({system.node_unknown(node), highest * nominal});
    }
  }

  /// Bounds a correction, which is subtracted from y; returns whether it had to, on any rank.
  bool apply(const std::vector<double>& y, std::vector<double>& delta) const {
    bool limited = false;
    for (const auto& [re, most] : buses_) {
      const int im = re + 1;
      if (std::hypot(y[re] - delta[re], y[im] - delta[im]) <= most) continue;
      delta[re] = y[re], delta[im] = y[im];
      limited = true;
    }
    return system_.ranks().any(limited);
  }

 private:
  static constexpr double highest = 2.0;  // of the nominal value
  struct Bus {
    int re;       ///< unknown of the real part; the imaginary one is next
    double most;  ///< V
  };
  const System& system_;
  std::vector<Bus> buses_;
};

}  // namespace wattloop
