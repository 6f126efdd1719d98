#pragma once
// The integrator of forced runs: singly diagonally implicit Runge-Kutta of order 3 on F(t, y, y') = 0.

#include <array>
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "solver/integrator.h"
#include "solver/system.h"
#include "solver/temperature_limit.h"
#include "solver/voltage_limit.h"

namespace wattloop {

/// Three stages, L-stable, stiffly accurate (R. Alexander, SIAM J. Numer. Anal. 14 (1977) 1006), with an embedded
/// solution of order 2 for the step size; its difference is filtered through the matrix, so that what has already
/// decayed does not shorten the step (Hairer & Wanner II, 1996, IV.8).
///
/// Where nothing happens in a step but what happened in the last, backward Euler takes it, a third of the work: what
/// the unknowns depart from staying, and from going on as they did, bounds its error.
///
/// It needs no consistent rates and no consistent algebraic values: after a jump it simply goes on, where Newton does
/// not settle with shorter steps, a matrix for every iteration and many of them. The first correction of a step tells
/// how far a jump will move the unknowns, and so how short a step has to be. Steps are max_step / 2^k, so that the
/// few matrices they need are kept side by side. Meters of the System are advanced with the weights of the method
/// itself, each stage after its last residual. What Newton leaves in a balance is not lost: it is owed to it and paid
/// back over the next steps, so that it does not add up along a run.
class Sdirk final : public Integrator {
 public:
  enum class Order { by_need, third };
  /// Unknowns from which a plant is large: what is alike in it shares matrices, as those of smaller ones stay in the
  /// caches, and what hangs on a few nodes rests while these are corrected if that is most of it.
  static constexpr int large = 200000;
  Sdirk(System& system, Tolerances tolerances, double max_step, Order order = Order::by_need, int large_from = large);

  void restart(double t, std::vector<double> y) override;
  Stop advance(double t_end) override;
  /// With more than one rank the function sees values that are up to date only where this rank computes them, and must
  /// give all ranks the same.
  void set_root(std::function<double(const std::vector<double>& y)> root) override { root_ = std::move(root); }
  void on_step(LookAtStep look) override { look_ = std::move(look); }
  void take_over(const Integrator& before, const Translation& translate) override;
  void jumped() override;

  double time() const override { return t_; }
  const std::vector<double>& state() const override { return y_; }
  /// Rates at the end of the last step; algebraic entries mean nothing.
  const std::vector<double>& rate() const { return stages_[2]; }
  const Statistics& statistics() const override { return statistics_; }

  void settle_meters() override { system_.complete_meters(); }

  bool is_resumable() const override { return true; }
  void archive(Archive& archive) override;

  /// How many linearisations the System must keep for this integrator.
  static constexpr int linearisations = 8;

 private:
  enum class Outcome { accepted, root_inside, error_too_large, too_long_for_jump, not_quiet, no_convergence };
  /// Stages of one diagonal; the last ends the step.
  struct Method {
    int stages;
    double gamma;
    double c[3], a[3][3];
    int first;  ///< place of its first stage among those that Newton's history is kept of

    bool ends_with(int stage) const { return stage == stages - 1; }
    double weight(int stage) const { return a[stages - 1][stage]; }
  };
  static const Method third_order, first_order;

  Stop advance_here(double t_end);
  Outcome step(double h);
  Outcome solve_stage(int stage, double h);
  bool judges_start(double h) const {
    return !patient_ && (!smooth_ || h >= 0.5 * max_step_ || method_ == &first_order);
  }
  Outcome judge_start(double h);
  void note_departure(const System::Unit& unit, double span);
  bool may_be_first(double h) const;
  double step_for_jump() const;
  double least_for_jump() const { return 16.0 * min_step_; }
  using Unit = System::Unit;
  using Part = System::Part;
  enum class Extent { all, awake };  ///< of a pass
  static const Part& part_of(const Unit& unit, Extent extent);
  template <class Move>
  void pass(Extent extent, const Move& move);
  double correct_and_pass(double cj);
  void begin_to_rest();
  double correct_awake(double cj);
  void settle(const Unit& unit, double cj, bool evaluates);
  double settle(double cj);
  double settle_and_pass(double cj, bool is_to_be_judged);
  bool damp(double norm);
  double step_towards(double remaining, double limit) const;
  double next_step(double remaining) const;
  double growth_after(double h, bool after_jump);
  void call_in(const Unit& unit, int stage, double h);
  void predict(const Unit& unit, int stage, double h, double cj);
  void correct(const Part& part, double cj);
  void evaluate(const Unit& unit, const Part& part);
  void close_stage(const Unit& unit, int stage, double h);
  void commit(const Unit& unit);
  void close_and_commit(const Unit& unit, double h);
  int linearisation_for(double cj);
  int oldest_slot() const;
  bool refresh(int slot, double cj, double t, bool shares);
  void judge_matrix();
  void remake_matrices();
  double error_norm(double h);
  bool root_inside(double h);
  void reject();
  [[noreturn]] void fail(double h);

  System& system_;
  Tolerances tolerances_;
  double max_step_, min_step_;
  Order order_;
  bool is_large_, rests_;
  const Method* method_ = nullptr;  ///< of the step at hand
  double t_ = 0.0, h_ = 0.0;
  bool was_first_order_ = false;    ///< the last step
  double quiet_step_ = 0.0;         ///< as long as first order may go on from the last step, s; 0: not at all
  double jump_scale_;               ///< s, in tolerances: departure times length of a step that resolves a jump
  std::atomic<double> departed_{};  ///< of the step at hand
  std::atomic<double> sloped_{};    ///< all that it moved, by shares
  double departure_ = 0.0;          ///< at the last jump, of the longest step that was tried
  bool is_short_for_jump_ = false;  ///< the step at hand follows from that
  bool smooth_ = false;             ///< the last rates are a good guess for the next
  double error_before_ = 1.0, error_step_ = 0.0;  ///< of the last accepted step, and its length, s
  bool patient_ = false;     ///< a step has not converged: a matrix for every iteration until one has
  bool calm_ = false;        ///< Newton contracts fast: what drifts may be extrapolated
  bool eliminates_ = false;  ///< what a pass leaves of the equations, for a correction to follow
  /// Of each stage, and of that of first order; they change no result.
  int usual_iterations_[4] = {0, 0, 0, 0}, usual_rounds_[4] = {0, 0, 0, 0};
  bool was_limited_ = false;  ///< the last correction
  bool damps_ = false;        ///< every second time that it has not: it may take a share of its corrections
  double damping_ = 1.0;      ///< that share
  double damped_norm_ = 0.0;  ///< of the last correction, all of it
  /// How fast an iteration has contracted in each of these stages; rounds by the first of either method.
  struct History {
    static constexpr double unknown = 0.2;
    std::array<double, 4> contraction{unknown, unknown, unknown, unknown};  ///< where it was seen last
    std::array<int, 4> unseen{};                                            ///< steps since
    void grow_old(int place);
    double see(int place, double ratio, double least = 1e-3);
  };
  History newton_, rounds_;  ///< of corrections, and of what rests in between
  TemperatureLimit limit_;
  VoltageLimit voltage_limit_;
  std::vector<double> slope_weight_, error_weight_;  ///< of each unknown, where it goes on steadily and as it errs
  std::string obstacle_;                             ///< why the last matrix could not be made
  std::vector<double> rested_at_;                    ///< what is awake where the rest was settled last
  std::vector<double> y_, inverse_weight_, stage_y_, base_, delta_, error_, error_rate_;
  std::vector<double> residual_;             ///< with what is paid back
  std::vector<double> owed_, pending_;       ///< integral of what Newton has left in each balance, and of this step
  std::vector<double> payment_;              ///< what the equations of a stage make good of it
  std::vector<std::vector<double>> stages_;  ///< rates k_1 .. k_3
  double* rate_ = nullptr;                   ///< of the stage at hand
  const double* start_ = nullptr;            ///< from where its rate goes: y_ or base_
  std::vector<double> previous_rate_;
  std::vector<double> drift_;  ///< of algebraic unknowns from one stage to the next
  double drift_h_ = 1.0;       ///< of the step in which they drifted
  /// A kept matrix and where it was made, so that it can be made again with the same bits.
  struct Slot {
    double cj = 0.0;
    std::int64_t used = 0;
    bool shares = false;
    double t = 0.0;
    std::vector<double> y{}, dy{}, held{};
    double debt = 0.0;  ///< effort that a new matrix would have spared
    void give_up() { cj = 0.0, used = 0, debt = 0.0; }
    void archive(Archive& archive) { archive(cj, used, shares, t, y, dy, held, debt); }
  };
  std::vector<Slot> slots_;
  std::int64_t clock_ = 0;
  double effort_ = 0.0;       ///< of the step at hand, in corrections of all
  double price_;              ///< of a matrix
  double effort_then_ = 0.0;  ///< of the step for which the last matrix was given up; 0: that is settled
  double last_error_ = 0.0;
  std::function<double(const std::vector<double>&)> root_;
  LookAtStep look_;
  double root_before_ = -1.0, root_after_ = -1.0;
  double root_step_ = 0.0;  ///< step that ends at the root
  Statistics statistics_;
};

}  // namespace wattloop
