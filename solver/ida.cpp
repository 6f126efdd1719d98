#include "solver/ida.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <ida/ida.h>
#include <sundials/sundials_context.hpp>

#include "solver/bdf_meters.h"
#include "solver/errors.h"
#include "solver/ida_linear_solver.h"
#include "solver/nvector.h"
#include "solver/temperature_limit.h"
#include "solver/voltage_limit.h"

namespace wattloop {

namespace {

constexpr double newton_tolerance = 1e-3;  // of the step's tolerance: what Newton may leave; IDA's own is 0.33
constexpr int max_newton = 8;
constexpr double shortest_euler = 1e-4, longest_euler = 0.1;  // s
constexpr double euler_growth = 4.0;
constexpr int max_newton_euler = 50;

struct IdaDeleter {
  void operator()(void* ida) const { IDAFree(&ida); }
};

}  // namespace

/// What IDA owns and is given, in the order in which it may be made.
struct Ida::Memory {
  IdaCalls calls;
  Tolerances tolerances;
  std::function<double(const std::vector<double>&)> root;
  BdfMeters meters;
  sundials::Context context;
  TemperatureLimit temperature_limit;
  VoltageLimit voltage_limit;
  VectorPtr y, dy, id, end_y, end_dy, r;
  MatrixPtr matrix;
  LinearSolverPtr linear_solver;
  std::unique_ptr<void, IdaDeleter> ida;
  std::string message;  ///< the last of IDA

  Memory(System& system, Tolerances tolerance)
      : calls(system),
        tolerances(tolerance),
        meters(system),
        temperature_limit(system),
        voltage_limit(system),
        y(make_vector(system, context)),
        dy(make_vector(system, context)),
        id(make_vector(system, context)),
        end_y(make_vector(system, context)),
        end_dy(make_vector(system, context)),
        r(make_vector(system, context)),
        matrix(make_matrix(calls, context)),
        linear_solver(make_linear_solver(calls, context)),
        ida(IDACreate(context)) {
    for (int i = 0; i < system.size(); ++i) values(id.get())[i] = system.is_differential(i) ? 1.0 : 0.0;
  }

  static Memory& of(void* data) { return *static_cast<Memory*>(data); }

  static int residual(double t, N_Vector y, N_Vector dy, N_Vector r, void* data) {
    return of(data).calls.guard([&] {
      of(data).residual(t, y, dy, r);
      return 0;
    });
  }
  void residual(double t, N_Vector at, N_Vector rate, N_Vector out) {
    calls.system.residual(t, values(at).data(), values(rate).data(), values(out).data());
    ++calls.residuals;
  }
  static int weights(N_Vector y, N_Vector w, void* data) {
    return of(data).calls.guard([&] {
      of(data).calls.system.inverse_weights(values(y).data(), of(data).tolerances, values(w).data());
      return 0;
    });
  }
  static int root_function(double, N_Vector y, N_Vector, double* g, void* data) {
    return of(data).calls.guard([&] {
      *g = of(data).root(values(y));
      return 0;
    });
  }
  double root_value() const { return root ? root(values(y.get())) : 0.0; }
  /// Where IDA has not looked itself: values jump at the start, and in steps past what it stops at.
  bool root_rises_from(double before) const { return before <= 0.0 && root_value() > 0.0; }
  static void note(int, const char*, const char*, char* text, void* data) { of(data).message = text; }
};

Ida::Ida(System& system, Tolerances tolerances, double max_step)
    : system_(system), tolerances_(tolerances), memory_(std::make_unique<Memory>(system, tolerances)) {
  Memory& m = *memory_;
  void* ida = m.ida.get();
  check(IDASetErrHandlerFn(ida, Memory::note, &m));
  check(IDAInit(ida, Memory::residual, 0.0, m.y.get(), m.dy.get()));
  check(IDASetUserData(ida, &m));
  check(IDAWFtolerances(ida, Memory::weights));
  check(IDASetId(ida, m.id.get()));
  check(IDASetSuppressAlg(ida, SUNTRUE));
  check(IDASetLinearSolver(ida, m.linear_solver.get(), m.matrix.get()));
  check(IDASetJacFn(ida, linearise));
  check(IDASetMaxStep(ida, max_step));
  check(IDASetNonlinConvCoef(ida, newton_tolerance));
  check(IDASetMaxNonlinIters(ida, max_newton));
}

Ida::~Ida() = default;

const std::vector<double>& Ida::state() const {
  return values(memory_->y.get());
}

void Ida::restart(double t, std::vector<double> y) {
  t_ = t;
  values(memory_->y.get()) = std::move(y);
  std::fill(values(memory_->dy.get()).begin(), values(memory_->dy.get()).end(), 0.0);
  jumped();
}

void Ida::jumped() {
  stale_ = true;
}

void Ida::set_root(std::function<double(const std::vector<double>& y)> root) {
  void* ida = memory_->ida.get();
  memory_->root = std::move(root);
  check(IDARootInit(ida, memory_->root ? 1 : 0, Memory::root_function));
  int rising = 1;
  if (memory_->root) {
    check(IDASetRootDirection(ida, &rising));
    check(IDASetNoInactiveRootWarn(ida));
  }
}

Integrator::Stop Ida::advance(double t_end) {
  if (t_ >= t_end) return Stop::end;
  Memory& m = *memory_;
  double from = t_;
  double before = m.root_value();
  if (stale_) {
    begin(t_end);
    if (m.root_rises_from(before)) return Stop::root;
  }
  check(IDASetStopTime(m.ida.get(), t_end));
  while (t_ < t_end) {
    double t = t_;
    const int flag = IDASolve(m.ida.get(), t_end, &t, m.y.get(), m.dy.get(), IDA_ONE_STEP);
    bool is_past_root = false;
    if (flag == IDA_CONV_FAIL || flag == IDA_ERR_FAIL) {
      before = m.root_value();
      step_past(t_end);
      is_past_root = m.root_rises_from(before);
      start_anew();
      check(IDASetStopTime(m.ida.get(), t_end));
    } else {
      check(flag);
      account(t);
      t_ = flag == IDA_TSTOP_RETURN ? t_end : t;
    }
    if (look_) look_(std::exchange(from, t_), t_, state());
    if (flag == IDA_ROOT_RETURN || is_past_root) return Stop::root;
  }
  return Stop::end;
}

/// Starts IDA anew from the present state with consistent algebraic values and rates.
void Ida::begin(double t_end) {
  Memory& m = *memory_;
  void* ida = m.ida.get();
  for (int i = 0; i < system_.size(); ++i)
    if (!system_.is_differential(i)) values(m.dy.get())[i] = 0.0;
  check(IDAReInit(ida, t_, m.y.get(), m.dy.get()));
  if (IDACalcIC(ida, IDA_YA_YDP_INIT, t_end) == IDA_SUCCESS)
    check(IDAGetConsistentIC(ida, m.y.get(), m.dy.get()));
  else
    step_past(t_end);
  start_anew();
}

/// From the present state and rates.
void Ida::start_anew() {
  Memory& m = *memory_;
  check(IDAReInit(m.ida.get(), t_, m.y.get(), m.dy.get()));
  m.residual(t_, m.y.get(), m.dy.get(), m.r.get());
  m.meters.start(values(m.y.get()).data());
  stale_ = false;
  steps_seen_ = rejected_seen_ = 0;
  ++statistics_.restarts;
}

/// The shortest step of implicit Euler that converges, and a longer one than the last if that was just now.
void Ida::step_past(double t_end) {
  memory_->calls.error = nullptr;
  const bool again = bridge_ > 0.0 && t_ - bridge_end_ < bridge_;
  double h = std::min(again ? euler_growth * bridge_ : shortest_euler, 0.01 * (t_end - t_));
  while (!euler_step(h)) {
    h *= euler_growth;
    if (h > std::min(longest_euler, t_end - t_)) check(IDA_CONV_FAIL);
  }
  memory_->calls.error = nullptr;
  bridge_ = h, bridge_end_ = t_;
}

/// One step of implicit Euler, with a new matrix in each iteration, bounded temperatures and voltages. If it does not
/// converge all is as before, and false is returned.
bool Ida::euler_step(double h) {
  Memory& m = *memory_;
  std::vector<double>&y = values(m.y.get()), &dy = values(m.dy.get()), &r = values(m.r.get());
  std::vector<double>& correction = m.calls.correction;
  const std::vector<double> before = y;
  std::vector<double> inverse_weight(y.size());
  system_.inverse_weights(before.data(), tolerances_, inverse_weight.data());
  double norm = std::numeric_limits<double>::infinity();
  for (int iteration = 0;; ++iteration) {
    for (int i = 0; i < system_.size(); ++i) dy[i] = system_.is_differential(i) ? (y[i] - before[i]) / h : 0.0;
    m.residual(t_ + h, m.y.get(), m.dy.get(), m.r.get());
    if (norm < newton_tolerance) break;
    try {
      system_.linearise(t_ + h, y.data(), dy.data(), 1.0 / h, 0);
      ++m.calls.linearisations;
      system_.solve(0, r.data(), correction.data());
      ++m.calls.solves;
      norm = system_.norm(correction.data(), inverse_weight.data());
    } catch (const SingularBlock&) {
      m.calls.error = std::current_exception();
      norm = std::numeric_limits<double>::quiet_NaN();
    }
    if (iteration == max_newton_euler || !std::isfinite(norm)) {
      y = before;
      return false;
    }
    const bool is_hot = m.temperature_limit.apply(correction), is_high = m.voltage_limit.apply(y, correction);
    if (is_hot || is_high) norm = std::numeric_limits<double>::infinity();
    for (int i = 0; i < system_.size(); ++i) y[i] -= correction[i];
  }
  system_.meter(y.data(), h);
  t_ += h;
  return true;
}

/// After IDA has returned at t: meters and statistics.
void Ida::account(double t) {
  Memory& m = *memory_;
  void* ida = m.ida.get();
  long int steps = 0, rejected = 0, unsolved = 0;
  double end = 0.0, h = 0.0;
  check(IDAGetNumSteps(ida, &steps));
  check(IDAGetCurrentTime(ida, &end));
  if (steps > steps_seen_) {
    int order = 0;
    check(IDAGetLastStep(ida, &h));
    check(IDAGetLastOrder(ida, &order));
    check(IDAGetDky(ida, end, 0, m.end_y.get()));
    check(IDAGetDky(ida, end, 1, m.end_dy.get()));
    m.residual(end, m.end_y.get(), m.end_dy.get(), m.r.get());
    m.meters.step(h, order, values(m.end_y.get()).data());
  }
  m.meters.advance_to(t - end);
  check(IDAGetNumErrTestFails(ida, &rejected));
  check(IDAGetNumStepSolveFails(ida, &unsolved));
  statistics_.steps += steps - steps_seen_;
  statistics_.rejected += rejected + unsolved - rejected_seen_;
  steps_seen_ = steps;
  rejected_seen_ = rejected + unsolved;
  statistics_.newton = m.calls.solves;
  statistics_.residuals = m.calls.residuals;
  statistics_.linearisations = m.calls.linearisations;
}

void Ida::archive(Archive& archive) {
  Memory& m = *memory_;
  archive.expect("IDA");
  archive(t_, bridge_, bridge_end_, statistics_, m.calls.residuals, m.calls.linearisations, m.calls.solves);
  archive.fixed(values(m.y.get()));
  archive.fixed(values(m.dy.get()));
  if (archive.reads()) stale_ = true;
}

/// The one place where codes of SUNDIALS become exceptions.
void Ida::check(int flag) {
  if (flag >= 0) return;
  if (memory_->calls.error) std::rethrow_exception(std::exchange(memory_->calls.error, nullptr));
  fail(flag);
}

void Ida::fail(int flag) {
  Memory& m = *memory_;
  const std::vector<double>&correction = m.calls.correction, &y = state();
  std::vector<double> inverse_weight(y.size());
  system_.inverse_weights(y.data(), tolerances_, inverse_weight.data());
  int worst = 0;
  double largest = -1.0;
  for (int i = 0; i < system_.size() && std::isfinite(largest); ++i) {
    const double ratio = std::abs(correction[i] * inverse_weight[i]);
    if (!(ratio <= largest))
      largest = std::isfinite(ratio) ? ratio : std::numeric_limits<double>::infinity(), worst = i;
  }
  const std::unique_ptr<char, decltype(&std::free)> name(IDAGetReturnFlagName(flag), &std::free);
  throw SolverError(
      fmt::format("IDA finds no solution at t = {:.3f} s ({}{}): {} (last correction {:.3g} {}, value {:.6g}) does not "
                  "settle; a likely cause is a part without flow, without supply or beyond its range",
                  t_, name.get(), m.message.empty() ? "" : ": " + m.message, system_.unknown_name(worst),
                  correction[worst], system_.unknown_unit(worst), y[worst]));
}

}  // namespace wattloop
