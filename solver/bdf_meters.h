#pragma once
// Meters of the System that are integrated by the formula of IDA's own steps.

#include <array>
#include <vector>

#include "solver/system.h"

namespace wattloop {

/// Quadratures q' = exchange(y) with the variable-step BDF of IDA, in its fixed-leading-coefficient form (Brenan,
/// Campbell & Petzold 1996, 5.2): the predictor of order k is the polynomial through the last k + 1 values, and
///     q_n = predictor(t_n) + (q'_n - predictor'(t_n)) h / (1 + 1/2 + ... + 1/k).
/// The store of a component with constant heat capacity obeys the same linear recursion, so that store and meters agree
/// to what Newton leaves, whatever the steps.
class BdfMeters {
 public:
  explicit BdfMeters(System& system);

  /// Starts anew from (t, y), consistent; through-values are those of the last residual, which must belong to it.
  void start(const double* y);
  /// A step of size h, s, and this order has ended at y; through-values as above.
  void step(double h, int order, const double* y);
  /// Advances the meters of the System to `offset`, s (zero or negative), from the end of the last step.
  void advance_to(double offset);

 private:
  static constexpr int most = 7;  // values: of order 5 at the start and the end of a step
  using Values = std::vector<System::Meter>;

  void read_exchange(const double* y);
  void combine(const std::array<double, most>& weights, int count, Values& sum) const;

  System& system_;
  std::array<Values, most> values_;   ///< since the start, the newest first
  std::array<double, most> times_{};  ///< of the values, from the end of the last step, s
  int order_ = 0;
  bool first_ = true;  ///< values_[0] is alone, rates_ are its rates
  Values rates_, handed_over_, sum_;
};

}  // namespace wattloop
