#include "tests/bench/plain_ida.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <ida/ida.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <sundials/sundials_context.hpp>

#include "solver/ida_linear_solver.h"
#include "solver/nvector.h"
#include "tests/bench/sparse_jacobian.h"

namespace wattloop::bench {

namespace {

constexpr double euler_step_size = 1e-4;  // s

struct IdaDeleter {
  void operator()(void* ida) const { IDAFree(&ida); }
};

}  // namespace

struct PlainIda::Memory {
  System& system;
  Tolerances tolerances;
  std::function<double(const std::vector<double>&)>& root;
  SparseJacobian jacobian;
  sundials::Context context;
  VectorPtr y, dy, id, correction;
  MatrixPtr matrix;
  LinearSolverPtr linear_solver;
  std::unique_ptr<void, IdaDeleter> ida;
  std::int64_t linearisations = 0, residuals = 0;

  Memory(System& s, Tolerances tolerance, std::function<double(const std::vector<double>&)>& r,
         const std::vector<double>& start)
      : system(s),
        tolerances(tolerance),
        root(r),
        jacobian(s, start),
        y(make_vector(s, context)),
        dy(make_vector(s, context)),
        id(make_vector(s, context)),
        correction(make_vector(s, context)),
        matrix(
            SUNSparseMatrix(s.size(), s.size(), static_cast<sunindextype>(jacobian.rows().size()), CSC_MAT, context)),
        ida(IDACreate(context)) {
    // KLU's interface asks for a vector of a kind that it knows; it uses its array only.
    y->ops->nvgetvectorid = [](N_Vector) { return SUNDIALS_NVEC_SERIAL; };
    linear_solver.reset(SUNLinSol_KLU(y.get(), matrix.get(), context));
    if (!linear_solver) throw std::runtime_error("no KLU");
    // On these matrices AMD fills in less than the default, COLAMD.
    SUNLinSol_KLUSetOrdering(linear_solver.get(), 0);
    for (int i = 0; i < s.size(); ++i) values(id.get())[static_cast<std::size_t>(i)] = s.is_differential(i) ? 1.0 : 0.0;
  }

  static Memory& of(void* data) { return *static_cast<Memory*>(data); }

  static int residual(double t, N_Vector at, N_Vector rate, N_Vector out, void* data) {
    of(data).system.residual(t, values(at).data(), values(rate).data(), values(out).data());
    ++of(data).residuals;
    return 0;
  }
  static int linearise(double, double cj, N_Vector at, N_Vector rate, N_Vector, SUNMatrix a, void* data, N_Vector,
                       N_Vector, N_Vector) {
    Memory& m = of(data);
    std::copy(m.jacobian.column_begin().begin(), m.jacobian.column_begin().end(), SUNSparseMatrix_IndexPointers(a));
    std::copy(m.jacobian.rows().begin(), m.jacobian.rows().end(), SUNSparseMatrix_IndexValues(a));
    m.jacobian.evaluate(values(at).data(), values(rate).data(), cj, SUNSparseMatrix_Data(a));
    ++m.linearisations;
    return 0;
  }
  static int weights(N_Vector at, N_Vector w, void* data) {
    of(data).system.inverse_weights(values(at).data(), of(data).tolerances, values(w).data());
    return 0;
  }
  static int root_function(double, N_Vector at, N_Vector, double* g, void* data) {
    *g = of(data).root(values(at));
    return 0;
  }
};

PlainIda::PlainIda(System& system, Tolerances tolerances, double max_step)
    : system_(system), tolerances_(tolerances), max_step_(max_step) {}

PlainIda::~PlainIda() = default;

const std::vector<double>& PlainIda::state() const {
  return values(memory_->y.get());
}

/// The pattern of the Jacobian is looked for where the run begins.
void PlainIda::make(const std::vector<double>& y) {
  memory_ = std::make_unique<Memory>(system_, tolerances_, root_, y);
  Memory& m = *memory_;
  void* ida = m.ida.get();
  check(IDASetErrHandlerFn(
            ida, [](int, const char*, const char*, char*, void*) {}, nullptr),
        "error handler");
  check(IDAInit(ida, Memory::residual, 0.0, m.y.get(), m.dy.get()), "IDAInit");
  check(IDASetUserData(ida, &m), "user data");
  check(IDAWFtolerances(ida, Memory::weights), "tolerances");
  check(IDASetId(ida, m.id.get()), "id");
  check(IDASetSuppressAlg(ida, SUNTRUE), "algebraic unknowns");
  check(IDASetLinearSolver(ida, m.linear_solver.get(), m.matrix.get()), "linear solver");
  check(IDASetJacFn(ida, Memory::linearise), "Jacobian");
  check(IDASetMaxStep(ida, max_step_), "max step");
  check(IDASetMaxNumSteps(ida, 1000000), "steps");
  if (root_) {
    int rising = 1;
    check(IDARootInit(ida, 1, Memory::root_function), "root");
    check(IDASetRootDirection(ida, &rising), "root");
    check(IDASetNoInactiveRootWarn(ida), "root");
  }
}

void PlainIda::restart(double t, std::vector<double> y) {
  if (!memory_) make(y);
  t_ = t;
  values(memory_->y.get()) = std::move(y);
  std::fill(values(memory_->dy.get()).begin(), values(memory_->dy.get()).end(), 0.0);
  stale_ = true;
}

void PlainIda::set_root(std::function<double(const std::vector<double>& y)> root) {
  root_ = std::move(root);
}

Integrator::Stop PlainIda::advance(double t_end) {
  if (t_ >= t_end) return Stop::end;
  if (stale_) begin(t_end);
  Memory& m = *memory_;
  check(IDASetStopTime(m.ida.get(), t_end), "stop time");
  long before = 0, after = 0;
  check(IDAGetNumSteps(m.ida.get(), &before), "statistics");
  double t = t_;
  const int flag = IDASolve(m.ida.get(), t_end, &t, m.y.get(), m.dy.get(), IDA_NORMAL);
  check(flag, "IDASolve");
  check(IDAGetNumSteps(m.ida.get(), &after), "statistics");
  statistics_.steps += after - before;
  statistics_.linearisations = m.linearisations;
  statistics_.residuals = m.residuals;
  t_ = flag == IDA_TSTOP_RETURN ? t_end : t;
  return flag == IDA_ROOT_RETURN ? Stop::root : Stop::end;
}

void PlainIda::begin(double t_end) {
  Memory& m = *memory_;
  void* ida = m.ida.get();
  for (int i = 0; i < system_.size(); ++i)
    if (!system_.is_differential(i)) values(m.dy.get())[static_cast<std::size_t>(i)] = 0.0;
  check(IDAReInit(ida, t_, m.y.get(), m.dy.get()), "IDAReInit");
  if (IDACalcIC(ida, IDA_YA_YDP_INIT, t_end) == IDA_SUCCESS) {
    check(IDAGetConsistentIC(ida, m.y.get(), m.dy.get()), "IDAGetConsistentIC");
  } else {
    euler_step(std::min(euler_step_size, 0.01 * (t_end - t_)));
    check(IDAReInit(ida, t_, m.y.get(), m.dy.get()), "IDAReInit");
  }
  stale_ = false;
  ++statistics_.restarts;
}

/// Where consistent values are not found: one step of implicit Euler with a new matrix in each iteration.
void PlainIda::euler_step(double h) {
  Memory& m = *memory_;
  std::vector<double>&y = values(m.y.get()), &dy = values(m.dy.get());
  const std::vector<double> before = y;
  std::vector<double> inverse_weight(y.size()), r(y.size());
  system_.inverse_weights(before.data(), tolerances_, inverse_weight.data());
  N_Vector b = m.id.get();  // a vector that is not needed meanwhile
  const std::vector<double> id = values(b);
  double norm = INFINITY;
  for (int iteration = 0; norm > 1e-3; ++iteration) {
    if (iteration == 20) throw std::runtime_error("no consistent values after a jump");
    for (std::size_t i = 0; i < y.size(); ++i) dy[i] = id[i] > 0.5 ? (y[i] - before[i]) / h : 0.0;
    system_.residual(t_ + h, y.data(), dy.data(), r.data());
    values(b) = r;
    Memory::linearise(t_ + h, 1.0 / h, m.y.get(), m.dy.get(), nullptr, m.matrix.get(), &m, nullptr, nullptr, nullptr);
    check(-std::abs(SUNLinSolSetup(m.linear_solver.get(), m.matrix.get())), "KLU");
    check(-std::abs(SUNLinSolSolve(m.linear_solver.get(), m.matrix.get(), m.correction.get(), b, 0.0)), "KLU");
    norm = system_.norm(values(m.correction.get()).data(), inverse_weight.data());
    for (std::size_t i = 0; i < y.size(); ++i) y[i] -= values(m.correction.get())[i];
  }
  values(b) = id;
  t_ += h;
}

void PlainIda::check(int flag, const char* what) const {
  if (flag < 0) throw std::runtime_error(fmt::format("plain path: {} fails at {:.3f} s with {}", what, t_, flag));
}

}  // namespace wattloop::bench
