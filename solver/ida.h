#pragma once
// The reference integrator: IDA of SUNDIALS on F(t, y, y') = 0.

#include <functional>
#include <memory>
#include <vector>

#include "solver/integrator.h"
#include "solver/system.h"

namespace wattloop {

/// Variable-order BDF (Hindmarsh et al., ACM TOMS 31 (2005) 363) with the System's own linear solver and norm.
/// Algebraic unknowns do not enter the error test. At the start and after a jump consistent algebraic values and rates
/// are looked for with IDACalcIC; where that finds none, one very short step of implicit Euler leads there. Such a step
/// also leads past what IDA does not converge at, as a check valve that closes: longer ones if it stops again nearby.
///
/// The meters follow the formula of the steps (bdf_meters.h).
class Ida final : public Integrator {
 public:
  Ida(System& system, Tolerances tolerances, double max_step);
  ~Ida() override;

  void restart(double t, std::vector<double> y) override;
  Stop advance(double t_end) override;
  void set_root(std::function<double(const std::vector<double>& y)> root) override;
  void on_step(LookAtStep look) override { look_ = std::move(look); }
  void jumped() override;

  double time() const override { return t_; }
  const std::vector<double>& state() const override;
  const Statistics& statistics() const override { return statistics_; }

  /// Where it starts anew: the history of its steps stays with IDA.
  bool is_resumable() const override { return stale_; }
  void archive(Archive& archive) override;

  /// How many linearisations the System must keep for this integrator.
  static constexpr int linearisations = 1;

 private:
  struct Memory;

  void begin(double t_end);
  void start_anew();
  void step_past(double t_end);
  bool euler_step(double h);
  void account(double t);
  void check(int flag);
  [[noreturn]] void fail(int flag);

  System& system_;
  Tolerances tolerances_;
  std::unique_ptr<Memory> memory_;
  LookAtStep look_;
  double t_ = 0.0;
  bool stale_ = true;                                ///< starts anew before the next step
  double bridge_ = 0.0, bridge_end_ = 0.0;           ///< length and end of the last step past what IDA stopped at, s
  std::int64_t steps_seen_ = 0, rejected_seen_ = 0;  ///< by IDA since it started anew
  Statistics statistics_;
};

}  // namespace wattloop
