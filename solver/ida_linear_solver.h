#pragma once
// The System's condensation as a matrix and a direct linear solver of SUNDIALS.

#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include <sundials/sundials_linearsolver.h>

#include "solver/system.h"

namespace wattloop {

/// What calls from C share: an exception must not cross them, it waits in `error`.
struct IdaCalls {
  System& system;
  std::exception_ptr error;
  std::vector<double> correction;  ///< the last one of Newton
  std::int64_t residuals = 0, linearisations = 0, solves = 0;

  explicit IdaCalls(System& s) : system(s), correction(s.size()) {}

  /// The result of `f`, or -1 (SUNDIALS: give up) if it throws.
  template <class F>
  int guard(const F& f) noexcept {
    try {
      return f();
    } catch (...) {
      error = std::current_exception();
      return -1;
    }
  }
};

struct MatrixDeleter {
  void operator()(SUNMatrix a) const { SUNMatDestroy(a); }
};
using MatrixPtr = std::unique_ptr<_generic_SUNMatrix, MatrixDeleter>;
struct LinearSolverDeleter {
  void operator()(SUNLinearSolver s) const { SUNLinSolFree(s); }
};
using LinearSolverPtr = std::unique_ptr<_generic_SUNLinearSolver, LinearSolverDeleter>;

/// Both refer to `calls`, which must outlive them. The matrix has no entries: it stands for the System's linearisation
/// 0.
MatrixPtr make_matrix(IdaCalls& calls, SUNContext context);
LinearSolverPtr make_linear_solver(IdaCalls& calls, SUNContext context);

/// The Jacobian function for IDASetJacFn: makes linearisation 0 anew.
int linearise(double t, double cj, N_Vector y, N_Vector dy, N_Vector r, SUNMatrix a, void*, N_Vector, N_Vector,
              N_Vector);

}  // namespace wattloop
