#include "solver/dense_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "solver/vector_clones.h"

namespace wattloop {

namespace {

constexpr int width = 4;  // columns that are subtracted in one pass over memory

/// Target columns from..to of a matrix lose the products of `columns` columns of a source: for column j and rows i >=
/// j, target(i, j) -= sum over k of source(i, k) source(j, k). Row numbers count alike in both.
WATTLOOP_VECTOR_CLONES
void subtract_products(double* target, int target_stride, const double* source, int source_stride, int columns,
                       int from, int to, int rows) {
  const std::size_t step = static_cast<std::size_t>(source_stride);
  for (int j = from; j < to; ++j) {
    double* y = target + static_cast<std::size_t>(j) * target_stride;
    int k = 0;
    for (; k + width <= columns; k += width) {
      const double* a = source + k * step;
      const double* b = a + step;
      const double* c = b + step;
      const double* d = c + step;
      const double fa = a[j];
      const double fb = b[j];
      const double fc = c[j];
      const double fd = d[j];
      for (int i = j; i < rows; ++i) y[i] -= (fa * a[i] + fb * b[i]) + (fc * c[i] + fd * d[i]);
    }
    for (; k < columns; ++k) {
      const double* a = source + k * step;
      const double fa = a[j];
      for (int i = j; i < rows; ++i) y[i] -= fa * a[i];
    }
  }
}

}  // namespace

int factorise_panel(double* panel, int rows, int columns, const double* least) {
  const std::size_t step = static_cast<std::size_t>(rows);
  for (int block = 0; block < columns; block += width) {
    const int end = std::min(block + width, columns);
    for (int j = block; j < end; ++j) {
      double* column = panel + j * step;
      if (!(column[j] > least[j])) return j;
      const double scale = 1.0 / std::sqrt(column[j]);
      for (int i = j; i < rows; ++i) column[i] *= scale;
      for (int k = j + 1; k < end; ++k) {
        double* other = panel + k * step;
        const double factor = column[k];
        for (int i = k; i < rows; ++i) other[i] -= factor * column[i];
      }
    }
    if (end < columns) subtract_products(panel, rows, panel + block * step, rows, end - block, end, columns, rows);
  }
  return -1;
}

void subtract_square(double* update, const double* panel, int rows, int columns) {
  const int n = rows - columns;
  subtract_products(update, n, panel + columns, rows, columns, 0, n, n);
}

}  // namespace wattloop
