#pragma once
// IDA as its manual tells to use it: all unknowns, one sparse analytic Jacobian, KLU.

#include <functional>
#include <memory>
#include <vector>

#include "solver/integrator.h"
#include "solver/system.h"

namespace wattloop::bench {

/// Variable-order BDF on F(t, y, y') = 0 with SUNDIALS' own KLU interface: one ordering for all times, refactorisation
/// where the matrix has changed, Newton's tolerance that of IDA, algebraic unknowns out of the error test, consistent
/// values (IDACalcIC) after each jump. Without meters.
class PlainIda final : public Integrator {
 public:
  PlainIda(System& system, Tolerances tolerances, double max_step);
  ~PlainIda() override;

  void restart(double t, std::vector<double> y) override;
  void jumped() override { stale_ = true; }
  Stop advance(double t_end) override;
  void set_root(std::function<double(const std::vector<double>& y)> root) override;
  void on_step(LookAtStep) override {}  ///< no bench looks
  double time() const override { return t_; }
  const std::vector<double>& state() const override;
  const Statistics& statistics() const override { return statistics_; }
  bool is_resumable() const override { return false; }
  void archive(Archive&) override {}

 private:
  struct Memory;
  void make(const std::vector<double>& y);
  void begin(double t_end);
  void euler_step(double h);
  void check(int flag, const char* what) const;

  System& system_;
  Tolerances tolerances_;
  double max_step_;
  std::function<double(const std::vector<double>&)> root_;
  std::unique_ptr<Memory> memory_;
  double t_ = 0.0;
  bool stale_ = true;
  Statistics statistics_;
};

}  // namespace wattloop::bench
