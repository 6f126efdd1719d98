#pragma once
// An electrical window: what the workload does at milliseconds, seen at the point of connection.

#include <cmath>
#include <string>
#include <vector>

#include "io/connection.h"
#include "io/twin.h"

namespace wattloop {

/// Which part of the run is looked at.
struct GridWindowSpan {
  double begin = 0.0;       ///< s from the start of the run
  double duration = 600.0;  // s
  double step = 5e-3;       // s
  std::size_t steps() const { return static_cast<std::size_t>(std::lround(duration / step)); }
};

/// The course of one way to even out the power of racks; values are means over each step.
struct GridCourse {
  std::string name;
  std::vector<double> P_it;        ///< W, drawn from the racks' supplies, behind them
  std::vector<double> P, Q;        ///< W and var at the point of connection
  double burned = 0.0;             ///< J, GPU power above the demand
  double held_back = 0.0;          ///< J, GPU power below the demand
  double storage_loss = 0.0;       ///< J, drawn by racks but neither used nor stored
  std::vector<double> rack_power;  ///< W, mean of each rack behind its supplies
};

/// The network of the case at levels of rack power, its heat and its cooling held: P and Q at the point of connection.
class GridResponse {
 public:
  struct Level {
    double P_it, P, Q;  // W, W, var
  };
  explicit GridResponse(std::vector<Level> levels);
  /// The polynomial through the levels (Newton's divided differences), linear beyond them.
  Level at(double P_it) const;
  const std::vector<Level>& levels() const { return levels_; }

 private:
  std::vector<Level> levels_;
  std::vector<double> P_, Q_;  ///< divided differences
};

/// The network with the transformers at the grid's voltage at another tap.
struct TapSetting {
  double tap;                                 ///< ratio over the rated one
  double V_least, V_most;                     ///< pu at their secondaries, over the levels
  std::vector<GridResponse::Level> levels{};  ///< least, middle and greatest power of the racks
};

/// A moment at which the network was solved for itself, against what its levels give.
struct GridCheck {
  double time;                      // s from the start of the run
  double P_solved, P_interpolated;  // W
};

struct GridWindow {
  GridWindowSpan span;
  double V_nominal = 0.0, R = 0.0, X = 0.0;  ///< V and ohm of the case's own grid
  std::vector<std::string> rack_paths;       ///< by number
  std::vector<GridCourse> courses;           ///< the first as the workload asks for it
  std::vector<GridResponse::Level> levels;
  std::vector<GridCheck> checks;
  std::vector<TapSetting> taps;
  double P_it_mean = 0.0;          ///< W, of the racks by the exact integrals of the workload: that of the first course
  double P_steady = 0.0;           ///< W at the point of connection, with the mean workload
  std::vector<std::string> notes;  ///< what was left out
};

/// Computes the window: the steady state of the case with the mean workload of the window, the network at levels of
/// rack power around it, and the course of every rack in steps. The values do not depend on the number of threads.
GridWindow grid_window(Twin& twin, const GridWindowSpan& span, const std::vector<SmoothingVariant>& variants,
                       const std::vector<double>& taps = {});

}  // namespace wattloop
