#include "solver/ida_linear_solver.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "solver/nvector.h"

namespace wattloop {

namespace {

IdaCalls& calls_of(SUNMatrix a) {
  return *static_cast<IdaCalls*>(a->content);
}
IdaCalls& calls_of(SUNLinearSolver s) {
  return *static_cast<IdaCalls*>(s->content);
}

/// A correction that is not finite asks for a shorter step.
int solve(SUNLinearSolver s, SUNMatrix, N_Vector x, N_Vector b, double) {
  IdaCalls& calls = calls_of(s);
  return calls.guard([&] {
    calls.system.solve(0, values(b).data(), values(x).data());
    ++calls.solves;
    calls.correction = values(x);
    const bool finite = std::all_of(values(x).begin(), values(x).end(), [](double u) { return std::isfinite(u); });
    return finite ? SUNLS_SUCCESS : SUNLS_PACKAGE_FAIL_REC;
  });
}

}  // namespace

MatrixPtr make_matrix(IdaCalls& calls, SUNContext context) {
  const SUNMatrix a = SUNMatNewEmpty(context);
  if (a == nullptr) throw std::bad_alloc();
  a->content = &calls;
  a->ops->getid = [](SUNMatrix) { return SUNMATRIX_CUSTOM; };
  a->ops->zero = [](SUNMatrix) { return SUNMAT_SUCCESS; };
  a->ops->destroy = SUNMatFreeEmpty;
  return MatrixPtr(a);
}

LinearSolverPtr make_linear_solver(IdaCalls& calls, SUNContext context) {
  const SUNLinearSolver s = SUNLinSolNewEmpty(context);
  if (s == nullptr) throw std::bad_alloc();
  s->content = &calls;
  s->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  s->ops->getid = [](SUNLinearSolver) { return SUNLINEARSOLVER_CUSTOM; };
  s->ops->setup = [](SUNLinearSolver, SUNMatrix) { return SUNLS_SUCCESS; };
  s->ops->solve = solve;
  s->ops->free = [](SUNLinearSolver solver) {
    SUNLinSolFreeEmpty(solver);
    return SUNLS_SUCCESS;
  };
  return LinearSolverPtr(s);
}

int linearise(double t, double cj, N_Vector y, N_Vector dy, N_Vector, SUNMatrix a, void*, N_Vector, N_Vector,
              N_Vector) {
  IdaCalls& calls = calls_of(a);
  return calls.guard([&] {
    calls.system.linearise(t, values(y).data(), values(dy).data(), cj, 0);
    ++calls.linearisations;
    return 0;
  });
}

}  // namespace wattloop
