#include "solver/nvector.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>

namespace wattloop {

namespace {

struct Content {
  System& system;
  std::vector<double> values;
};

Content& content(N_Vector v) {
  return *static_cast<Content*>(v->content);
}

/// z_i = f(x_i); x and z may be the same.
template <class F>
void map(N_Vector x, N_Vector z, const F& f) {
  const std::vector<double>& from = values(x);
  std::transform(from.begin(), from.end(), values(z).begin(), f);
}

/// z_i = f(x_i, y_i); any of them may be the same.
template <class F>
void map(N_Vector x, N_Vector y, N_Vector z, const F& f) {
  const std::vector<double>& from = values(x);
  std::transform(from.begin(), from.end(), values(y).begin(), values(z).begin(), f);
}

void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
  map(x, y, z, [a, b](double u, double v) { return a * u + b * v; });
}
void fill(double c, N_Vector z) {
  std::fill(values(z).begin(), values(z).end(), c);
}
void product(N_Vector x, N_Vector y, N_Vector z) {
  map(x, y, z, std::multiplies<>());
}
void quotient(N_Vector x, N_Vector y, N_Vector z) {
  map(x, y, z, std::divides<>());
}
void scale(double c, N_Vector x, N_Vector z) {
  map(x, z, [c](double u) { return c * u; });
}
void absolute(N_Vector x, N_Vector z) {
  map(x, z, [](double u) { return std::abs(u); });
}
void inverse(N_Vector x, N_Vector z) {
  map(x, z, [](double u) { return 1.0 / u; });
}
void add_constant(N_Vector x, double b, N_Vector z) {
  map(x, z, [b](double u) { return u + b; });
}

double dot(N_Vector x, N_Vector y) {
  return std::inner_product(values(x).begin(), values(x).end(), values(y).begin(), 0.0);
}
double largest(N_Vector x) {
  double norm = 0.0;
  for (double u : values(x)) norm = std::max(norm, std::abs(u));
  return norm;
}
double least(N_Vector x) {
  double value = std::numeric_limits<double>::max();
  for (double u : values(x)) value = std::min(value, u);
  return value;
}

double norm(N_Vector x, N_Vector w) {
  return content(x).system.norm(values(x).data(), values(w).data());
}
double differential_norm(N_Vector x, N_Vector w, N_Vector) {
  return content(x).system.norm(System::Norm::differential, values(x).data(), values(w).data());
}

void destroy(N_Vector v) {
  delete static_cast<Content*>(v->content);
  N_VFreeEmpty(v);
}

/// Null if there is no memory: this is called from C.
N_Vector clone(N_Vector w) noexcept {
  try {
    VectorPtr v = make_vector(content(w).system, w->sunctx);
    return v.release();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

VectorPtr make_vector(System& system, SUNContext context) {
  const auto n = static_cast<std::size_t>(system.size());
  auto own = std::make_unique<Content>(Content{system, std::vector<double>(n)});
  const N_Vector v = N_VNewEmpty(context);
  if (v == nullptr) throw std::bad_alloc();
  v->content = own.release();
  _generic_N_Vector_Ops& ops = *v->ops;
  ops.nvgetvectorid = [](N_Vector) { return SUNDIALS_NVEC_CUSTOM; };
  ops.nvclone = clone;
  ops.nvdestroy = destroy;
  ops.nvgetlength = [](N_Vector x) { return static_cast<sunindextype>(values(x).size()); };
  ops.nvgetarraypointer = [](N_Vector x) { return values(x).data(); };
  ops.nvlinearsum = linear_sum;
  ops.nvconst = fill;
  ops.nvprod = product;
  ops.nvdiv = quotient;
  ops.nvscale = scale;
  ops.nvabs = absolute;
  ops.nvinv = inverse;
  ops.nvaddconst = add_constant;
  ops.nvdotprod = dot;
  ops.nvmaxnorm = largest;
  ops.nvmin = least;
  ops.nvwrmsnorm = norm;
  ops.nvwrmsnormmask = differential_norm;
  return VectorPtr(v);
}

std::vector<double>& values(N_Vector v) {
  return content(v).values;
}

}  // namespace wattloop
