#include "models/fast_power.h"

#include <cstddef>

#include "solver/vector_clones.h"
#include "solver/vector_math.h"

namespace wattloop {

namespace {

WATTLOOP_VECTOR_CLONES
void raise(double* x, std::size_t size, double p) {
  for (std::size_t i = 0; i < size; ++i) x[i] = vector_exp(p * vector_log(x[i]));
}

}  // namespace

void raise_to_power(std::span<double> x, double p) {
  raise(x.data(), x.size(), p);
}

}  // namespace wattloop
