#pragma once
// Vectors of SUNDIALS over a System: contiguous values, sums in a fixed order, the regional norm.

#include <memory>
#include <vector>

#include <sundials/sundials_nvector.h>

#include "solver/system.h"

namespace wattloop {

struct VectorDeleter {
  void operator()(N_Vector v) const { N_VDestroy(v); }
};
using VectorPtr = std::unique_ptr<_generic_N_Vector, VectorDeleter>;

/// A vector of zeros with an entry for each unknown of the System, which must outlive it and its clones. It has the
/// operations that IDA asks for. N_VWrmsNorm is System::norm; N_VWrmsNormMask is that of differential unknowns,
/// whatever the mask: IDA's only mask is that of the differential unknowns.
VectorPtr make_vector(System& system, SUNContext context);

std::vector<double>& values(N_Vector v);

}  // namespace wattloop
