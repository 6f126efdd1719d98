#pragma once
// The frequency of what feeds the site, at each step of a run.

#include <limits>
#include <vector>

#include "io/twin.h"
#include "models/rocof.h"

namespace wattloop {

/// Of grids, gensets and batteries that form a grid, while they feed.
class FrequencyMonitor {
 public:
  /// Infinite and 0 where nothing of the site's own fed.
  struct Extremes {
    double least = std::numeric_limits<double>::infinity(), most = -least;  ///< Hz, of gensets and batteries
    double rocof = 0.0;                                                     ///< Hz/s, over Rocof::window, of all
  };

  explicit FrequencyMonitor(const Twin& twin);

  bool watches() const { return !sources_.empty(); }
  /// At the start and at the end of each step.
  void look(double t, const std::vector<double>& y);
  Extremes extremes() const;
  /// What has been seen so far.
  void archive(Archive& archive);

 private:
  struct Source {
    ComponentRef component;
    Rocof rocof;
  };
  const Twin& twin_;
  std::vector<Source> sources_;
  double least_ = std::numeric_limits<double>::infinity(), most_ = -least_;  // Hz
  std::vector<double> outputs_;                                              ///< of one component
};

}  // namespace wattloop
