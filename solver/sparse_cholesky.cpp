#include "solver/sparse_cholesky.h"

#include <algorithm>
#include <cstring>

#include "solver/dense_kernels.h"

namespace wattloop {

int SparseCholesky::factorise(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal) {
  constexpr double rounding = 2e-15;
  for (int i = 0; i < size_; ++i) {
    value_[i] = diagonal[original_[i]];
    least_[i] = rounding * value_[i];
  }
  std::fill(value_.begin() + size_, value_.end(), 0.0);
  for (std::size_t k = 0; k < off_diagonal.size(); ++k) value_[entry_value_[k]] = off_diagonal[k];
  int failed = eliminate_light();
  for (std::size_t f = 0; f < fronts_.size() && failed < 0; ++f) failed = factorise_front(fronts_[f]);
  return failed < 0 ? -1 : original_[failed];
}

// value_ of a light row becomes the inverse of its pivot, its entries those of L in L D L^T.
int SparseCholesky::eliminate_light() {
  double* entry = value_.data() + size_;
  const int* target = target_.data();
  for (std::size_t j = 0; j < light_.size(); ++j) {
    if (!(value_[j] > least_[j])) return static_cast<int>(j);
    const double inverse = 1.0 / value_[j];
    value_[j] = inverse;
    const int count = light_[j];
    for (int a = 0; a < count; ++a) {
      const double factor = entry[a] * inverse;
      for (int b = a; b < count; ++b) value_[*target++] -= factor * entry[b];
      entry[a] = factor;
    }
    entry += count;
  }
  return -1;
}

int SparseCholesky::factorise_front(const Front& front) {
  double* panel = panel_.data() + front.panel;
  const int below = front.rows - front.columns;
  double* update = stack_.data() + front.update;
  const std::size_t update_size = static_cast<std::size_t>(below) * below;
  std::fill(panel, panel + static_cast<std::size_t>(front.rows) * front.columns, 0.0);
  std::fill(update, update + update_size, 0.0);
  for (int i = front.first_entry; i < front.first_entry + front.entries; ++i) {
    panel_[core_entry_[i].place] = value_[core_entry_[i].value];
  }
  take_children(front);
  const int failed = factorise_panel(panel, front.rows, front.columns, least_.data() + front.first);
  if (failed >= 0) return front.first + failed;
  subtract_square(update, panel, front.rows, front.columns);
  if (front.passed != front.update) std::memmove(stack_.data() + front.passed, update, update_size * sizeof(double));
  return -1;
}

void SparseCholesky::take_children(const Front& front) {
  double* panel = panel_.data() + front.panel;
  double* update = stack_.data() + front.update;
  const int below = front.rows - front.columns;
  for (int c = front.first_child; c < front.first_child + front.children; ++c) {
    const Front& child = fronts_[child_[c]];
    const int n = child.rows - child.columns;
    const int* place = relative_.data() + child.relative;
    const double* from = stack_.data() + child.passed;
    for (int j = 0; j < n; ++j, from += n) {
      const int to = place[j];
      double* column = to < front.columns
                           ? panel + static_cast<std::size_t>(to) * front.rows
                           : update + static_cast<std::size_t>(to - front.columns) * below - front.columns;
      for (int i = j; i < n; ++i) column[place[i]] += from[i];
    }
  }
}

void SparseCholesky::solve(std::vector<double>& b) const {
  double* x = work_.data();
  for (int i = 0; i < size_; ++i) x[i] = b[original_[i]];
  const int* row = light_row_.data();
  const double* entry = value_.data() + size_;
  for (std::size_t j = 0; j < light_.size(); ++j) {
    for (int a = 0; a < light_[j]; ++a) x[*row++] -= *entry++ * x[j];
  }
  for (const Front& front : fronts_) {
    const double* panel = panel_.data() + front.panel;
    const int* rows = front_row_.data() + front.row;
    const int below = front.rows - front.columns;
    std::fill(update_.begin(), update_.begin() + below, 0.0);
    double* y = x + front.first;
    for (int j = 0; j < front.columns; ++j, panel += front.rows) {
      const double value = y[j] /= panel[j];
      for (int i = j + 1; i < front.columns; ++i) y[i] -= panel[i] * value;
      for (int i = 0; i < below; ++i) update_[i] += panel[front.columns + i] * value;
    }
    for (int i = 0; i < below; ++i) x[rows[front.columns + i]] -= update_[i];
  }
  for (auto front = fronts_.rbegin(); front != fronts_.rend(); ++front) {
    const int* rows = front_row_.data() + front->row;
    const int below = front->rows - front->columns;
    for (int i = 0; i < below; ++i) update_[i] = x[rows[front->columns + i]];
    double* y = x + front->first;
    const double* panel = panel_.data() + front->panel + static_cast<std::size_t>(front->columns) * front->rows;
    for (int j = front->columns - 1; j >= 0; --j) {
      panel -= front->rows;
      double sum = y[j];
      for (int i = j + 1; i < front->columns; ++i) sum -= panel[i] * y[i];
      for (int i = 0; i < below; ++i) sum -= panel[front->columns + i] * update_[i];
      y[j] = sum / panel[j];
    }
  }
  for (std::size_t j = light_.size(); j-- > 0;) {
    double sum = x[j] * value_[j];
    for (int a = 0; a < light_[j]; ++a) sum -= *--entry * x[*--row];
    x[j] = sum;
  }
  for (int i = 0; i < size_; ++i) b[original_[i]] = x[i];
}

}  // namespace wattloop
