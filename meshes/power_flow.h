#pragma once

#include <vector>

#include "meshes/power_sweep.h"

namespace wattloop {

/// The voltages of a power network at one moment.
///
/// Newton's method on the balances of PowerEquations: one analysis of the pattern, factors that are kept while they
/// serve. A network that does not settle from a flat start is followed from no load up to its load (continuation);
/// where that ends before, there is no solution that a grid could come to, and `reached` tells how far it goes.
class PowerFlow {
 public:
  struct Result {
    bool converged = false;
    int iterations = 0;      ///< Newton steps, all in all
    double mismatch = 0.0;   ///< largest, per unit
    double reached = 1.0;    ///< share of the load and generation up to which there is a solution
    bool continued = false;  ///< from no load
    int limit_rounds = 0;    ///< solutions after which generators were put to a limit
    int tap_rounds = 0;      ///< and taps were moved
    bool taps_settled = true;
  };
  /// What holds a generator bus at other than its voltage.
  enum class Limit : char { none, lowest, highest };

  explicit PowerFlow(const PowerNetwork& network);

  /// From a flat start; with limits of reactive power as MATPOWER enforces them (all generators beyond theirs are put
  /// to it, and stay there), then with steps of controlled taps.
  Result solve();
  /// The same with other branches on; from voltages that are near, if there are any.
  Result solve(const std::vector<char>& branch_on, const std::vector<AcPort<double>>* near = nullptr);
  const PowerNetwork& network() const { return equations_.network(); }
  PowerEquations& equations() { return equations_; }
  const PowerEquations& equations() const { return equations_; }
  const std::vector<AcPort<double>>& voltages() const { return V_; }  ///< by place
  AcPort<double> voltage(int bus) const { return V_[equations_.place()[bus]]; }
  Limit limit(int bus) const { return limit_[bus]; }
  const std::vector<double>& taps() const { return tap_; }
  const BlockLu& factors() const { return jacobian_; }
  /// The factors of the Jacobian at the voltages that are there.
  void refactorise();

  /// What the generators of a bus deliver: all that leaves it into branches, shunts and loads.
  Phasor<double> generation(int bus) const;
  BranchFlow<double> flow(int branch) const;
  /// The larger apparent power over the rating; 0 without one.
  double loading(int branch) const;
  double loss() const;

  /// Limits of a bus's generators together.
  struct ReactiveRange {
    double lowest = 0.0, highest = 0.0;
  };
  const ReactiveRange& reactive_range(int bus) const { return range_[bus]; }

 private:
  bool newton(double load);
  double take_step();
  void polish(double load);
  void start_near(const std::vector<AcPort<double>>& near);
  double evaluate(double load);
  bool solve_balances();
  bool continue_from_no_load();
  bool put_to_limits();
  bool move_taps();
  void solve_within_limits();

  PowerEquations equations_;
  PowerSweep sweep_;
  BlockLu jacobian_;
  std::vector<AcPort<double>> V_;
  std::vector<AcFlow<double>> I_;
  std::vector<double> r_, tap_;
  std::vector<ReactiveRange> range_;
  std::vector<Limit> limit_;
  Result result_;
  bool begins_positive_ = true;  // the determinant of the first factors of the last Newton
};

}  // namespace wattloop
