#pragma once
// Dense matrices of compile-time size, row-major, for the blocks inside a component.

#include <array>
#include <cmath>
#include <utility>

namespace wattloop {

template <int rows, int columns>
using SmallMatrix = std::array<std::array<double, columns>, rows>;

/// Replaces a by its inverse (Gauss-Jordan, partial pivoting on rows scaled by their largest entry).
/// Returns the column without a pivot, or -1.
template <int n>
int invert(SmallMatrix<n, n>& a) {
  constexpr double tiny = 1e-14;
  std::array<double, n> scale{};
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) scale[i] = std::max(scale[i], std::abs(a[i][j]));
    scale[i] = scale[i] > 0.0 ? 1.0 / scale[i] : 0.0;
  }
  std::array<int, n> swapped{};
  for (int k = 0; k < n; ++k) {
    int pivot = k;
    for (int i = k + 1; i < n; ++i)
      if (std::abs(a[i][k]) * scale[i] > std::abs(a[pivot][k]) * scale[pivot]) pivot = i;
    if (!(std::abs(a[pivot][k]) * scale[pivot] > tiny)) return k;
    swapped[k] = pivot;
    std::swap(a[k], a[pivot]);
    std::swap(scale[k], scale[pivot]);
    const double inverse = 1.0 / a[k][k];
    a[k][k] = 1.0;
    for (int j = 0; j < n; ++j) a[k][j] *= inverse;
    for (int i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k];
      a[i][k] = 0.0;
      for (int j = 0; j < n; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  for (int k = n - 1; k >= 0; --k)
    for (int i = 0; i < n; ++i) std::swap(a[i][k], a[i][swapped[k]]);
  return -1;
}

}  // namespace wattloop
