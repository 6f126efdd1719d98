#pragma once

#include <vector>

#include "meshes/power_equations.h"

namespace wattloop {

/// Voltages of a network without loops by sweeps: backward, the currents of the loads at the voltages that are there
/// are summed towards the slack bus; forward, voltages fall along the branches (Shirmohammadi et al., IEEE Trans. Power
/// Syst. 3 (1988) 753). With taps, shifters and shunts it is the elimination of the tree's admittances:
///
///   backward   J_parent -= (y_parent,i / y_i) J_i,   y_parent -= y_parent,i y_i,parent / y_i
///   forward    V_i = -(J_i + y_i,parent V_parent) / y_i
///
/// A sweep costs a fifth of a Newton step. It comes nearer by a factor that grows with the load; Newton finishes.
class PowerSweep {
 public:
  explicit PowerSweep(const PowerEquations& equations);

  /// Whether there are no loops and no buses that hold a voltage.
  bool fits(const PowerEquations& equations) const;
  /// Improves the voltages while that goes fast; leaves them as they were if it does not.
  void run(const PowerEquations& equations, std::vector<AcPort<double>>& V);

 private:
  double sweep(const PowerEquations& equations, std::vector<AcPort<double>>& V);
  void eliminate(const PowerEquations& equations);

  struct Step {
    int place, parent, up, down;  ///< up: y_i,parent among the neighbours of i, down: y_parent,i among the parent's
  };
  bool is_tree_ = false;
  std::vector<Step> steps_;  // from the leaves to the slack bus
  std::vector<Phasor<double>> self_, share_, current_;
};

}  // namespace wattloop
