#pragma once
// The rate of change of frequency as a relay measures it.

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "solver/archive.h"

namespace wattloop {

/// The largest rate of change of a frequency, |f(t) - f(t - T)| / T over a window T that slides along its course.
///
/// T = 0.5 s as in ENTSO-E, "Rate of Change of Frequency (RoCoF) withstand capability" (2018), for the measurement at a
/// connection. Between its points the course is a straight line; before the first there is none.
class Rocof {
 public:
  static constexpr double window = 0.5;  // s

  void add(double t, double f) {
    if (!points_.empty() && t <= points_.back().first) points_.pop_back();
    points_.emplace_back(t, f);
    const double begin = t - window;
    while (points_.size() > 2 && points_[1].first <= begin) points_.pop_front();
    const auto [t0, f0] = points_.front();
    if (t0 > begin || points_.size() < 2) return;
    const auto [t1, f1] = points_[1];
    const double before = f0 + (f1 - f0) * (begin - t0) / (t1 - t0);
    largest_ = std::max(largest_, std::abs(f - before) / window);
  }
  /// What follows does not go on from what was.
  void interrupt() { points_.clear(); }
  double largest() const { return largest_; }  ///< Hz/s

  void archive(Archive& archive) {
    std::vector<std::pair<double, double>> points(points_.begin(), points_.end());
    archive(points, largest_);
    points_.assign(points.begin(), points.end());
  }

 private:
  std::deque<std::pair<double, double>> points_;  // s, Hz
  double largest_ = 0.0;
};

}  // namespace wattloop
