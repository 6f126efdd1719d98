#pragma once
// Dense matrices of compile-time size, row-major, for the blocks inside a component: one, or one in each lane.

#include <array>
#include <cmath>
#include <utility>

#include "solver/pack.h"

namespace wattloop {

template <int rows, int columns, class S = double>
using SmallMatrix = std::array<std::array<S, columns>, rows>;

namespace detail {
inline double abs(double x) {
  return std::abs(x);
}
inline double select(bool condition, double a, double b) {
  return condition ? a : b;
}
inline bool any(bool condition) {
  return condition;
}
inline bool any(const PackMask& mask) {
  return mask.any();
}
/// Exchanges a and b where the condition holds.
template <class Mask, class S>
void swap_where(const Mask& condition, S& a, S& b) {
  const S kept = select(condition, b, a);
  b = select(condition, a, b);
  a = kept;
}
}  // namespace detail

/// Replaces a by its inverse (Gauss-Jordan, partial pivoting on rows scaled by their largest entry), in every lane.
/// `pivots` gets each column's pivot as a share of its row's largest entry: below `smallest_small_pivot` there is no
/// inverse, and what stands in a means nothing.
inline constexpr double smallest_small_pivot = 1e-14;
template <int n, class S>
void invert(SmallMatrix<n, n, S>& a, std::array<S, n>& pivots) {
  using detail::abs;
  using detail::select;
  using Mask = decltype(S{} > S{});
  std::array<S, n> scale;
  for (int i = 0; i < n; ++i) {
    S largest(0.0);
    for (int j = 0; j < n; ++j) largest = select(abs(a[i][j]) > largest, abs(a[i][j]), largest);
    scale[i] = select(largest > S(0.0), S(1.0) / largest, S(0.0));
  }
  std::array<std::array<Mask, n>, n> swapped{};
  for (int k = 0; k < n; ++k) {
    for (int i = k + 1; i < n; ++i) {
      swapped[k][i] = abs(a[i][k]) * scale[i] > abs(a[k][k]) * scale[k];
      if (!detail::any(swapped[k][i])) continue;
      for (int j = 0; j < n; ++j) detail::swap_where(swapped[k][i], a[k][j], a[i][j]);
      detail::swap_where(swapped[k][i], scale[k], scale[i]);
    }
    pivots[k] = abs(a[k][k]) * scale[k];
    const S inverse = S(1.0) / a[k][k];
    a[k][k] = S(1.0);
    for (int j = 0; j < n; ++j) a[k][j] *= inverse;
    for (int i = 0; i < n; ++i) {
      if (i == k) continue;
      const S factor = a[i][k];
      a[i][k] = S(0.0);
      for (int j = 0; j < n; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  for (int k = n - 1; k >= 0; --k)
    for (int i = n - 1; i > k; --i)
      if (detail::any(swapped[k][i]))
        for (int row = 0; row < n; ++row) detail::swap_where(swapped[k][i], a[row][k], a[row][i]);
}

/// The same for one matrix; returns the column without a pivot, or -1.
template <int n>
int invert(SmallMatrix<n, n>& a) {
  std::array<double, n> pivots;
  invert<n>(a, pivots);
  for (int k = 0; k < n; ++k)
    if (!(pivots[k] > smallest_small_pivot)) return k;
  return -1;
}

}  // namespace wattloop
