#include "solver/condensation.h"

#include <algorithm>
#include <cmath>

#include "solver/errors.h"

namespace wattloop {

namespace {
/// Pivots below this share of their row's largest entry count as missing.
constexpr double smallest_pivot = 1e-13;

/// to_i -= factor column_i.
inline void subtract(double factor, const double* __restrict column, int n, double* __restrict to) {
  for (int i = 0; i < n; ++i) to[i] -= factor * column[i];
}
}  // namespace

void Condensation::assemble(const Front& front, std::span<const double> diagonal) {
  const std::size_t n = front.unknowns.size();
  double* matrix = matrices_.data() + front.first_entry;
  std::fill(matrix, matrix + n * n, 0.0);
  for (int i = 0; i < front.own; ++i) matrix[i * n + i] = diagonal[front.unknowns[i]];
  for (const Member& member : front.members) {
    const GroupBase& group = *s_.groups[member.group];
    const int rows = group.border_rows(), columns = group.border_columns();
    const int* row = maps_.data() + member.first_map;
    const int* column = row + rows;
    for (int i = 0; i < rows; ++i) {
      if (row[i] < 0) continue;
      for (int j = 0; j < columns; ++j)
        if (column[j] >= 0) matrix[column[j] * n + row[i]] += group.schur(member.index, i, j);
    }
  }
  for (int child : front.children) {
    const Front& below = fronts_[child];
    const std::size_t size = below.unknowns.size();
    for (std::size_t j = below.own; j < size; ++j) {
      const double* from = matrices_.data() + below.first_entry + j * size;
      double* to = matrix + below.to_parent[j - below.own] * n;
      for (std::size_t i = below.own; i < size; ++i) to[below.to_parent[i - below.own]] += from[i];
    }
  }
}

void Condensation::eliminate(const Front& front, int* pivots) {
  const int n = front.size(), own = front.own;
  double* a = matrices_.data() + front.first_entry;
  double* scale = scale_.data() + front.first_row;
  std::fill(scale, scale + own, 0.0);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < own; ++i) scale[i] = std::max(scale[i], std::abs(a[j * n + i]));
  for (int i = 0; i < own; ++i) scale[i] = scale[i] > 0.0 ? 1.0 / scale[i] : 0.0;
  for (int k = 0; k < own; ++k) {
    double* column = a + k * n;
    int pivot = k;
    for (int i = k + 1; i < own; ++i)
      if (std::abs(column[i]) * scale[i] > std::abs(column[pivot]) * scale[pivot]) pivot = i;
    if (!(std::abs(column[pivot]) * scale[pivot] > smallest_pivot))
      throw SingularBlock(s_.regions[&front - fronts_.data()].path, s_.unknown_name(front.unknowns[k]));
    pivots[k] = pivot;
    if (pivot != k) {
      for (int j = 0; j < n; ++j) std::swap(a[j * n + k], a[j * n + pivot]);
      std::swap(scale[k], scale[pivot]);
    }
    const double inverse = 1.0 / column[k];
    for (int i = k + 1; i < n; ++i) column[i] *= inverse;
    for (int j = k + 1; j < n; ++j)
      if (const double factor = a[j * n + k]; factor != 0.0)
        subtract(factor, column + k + 1, n - k - 1, a + j * n + k + 1);
  }
}

void Condensation::pack(const Front& front, Factors& factors) const {
  const int n = front.size(), own = front.own;
  const double* a = matrices_.data() + front.first_entry;
  double* lower = factors.lower.data() + front.first_lower;
  for (int k = 0; k < own; ++k) lower = std::copy(a + k * n + k + 1, a + k * n + n, lower);
  double* upper = factors.upper.data() + front.first_upper;
  for (int j = n - 1; j >= own; --j) upper = std::copy(a + j * n, a + j * n + own, upper);
  for (int j = own - 1; j >= 0; --j) {
    *upper++ = 1.0 / a[j * n + j];
    upper = std::copy(a + j * n, a + j * n + j, upper);
  }
}

template <class F>
void Condensation::for_each_front(const std::vector<int>& regions, ThreadPool& pool, const F& f) {
  pool.parallel_for(static_cast<int>(regions.size()), 32, [&](int begin, int end) {
    for (int i = begin; i < end; ++i) f(fronts_[regions[i]]);
  });
}

template <class F>
void Condensation::upwards(const Levels& levels, ThreadPool& pool, const F& f) {
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) for_each_front(*level, pool, f);
}

template <class F>
void Condensation::downwards(const Levels& levels, ThreadPool& pool, const F& f) {
  for (const auto& level : levels) for_each_front(level, pool, f);
}

void Condensation::factor(const Front& front, std::span<const double> diagonal) {
  assemble(front, diagonal);
  eliminate(front, factors_now_->pivots.data() + front.first_row);
  pack(front, *factors_now_);
}

void Condensation::factor_piece(int piece, std::span<const double> diagonal) {
  for (const int region : pieces_[piece]) factor(fronts_[region], diagonal);
}

void Condensation::factor_trunk_of_rank(std::span<const double> diagonal, ThreadPool& pool) {
  upwards(own_levels_, pool, [&](const Front& front) { factor(front, diagonal); });
}

void Condensation::factor_trunk_of_all(std::span<const double> diagonal, ThreadPool& pool) {
  shared_matrices_.update(*s_.all_ranks);
  upwards(common_levels_, pool, [&](const Front& front) { factor(front, diagonal); });
}

void Condensation::forward(const Front& front, const double* r) {
  const Factors& factors = *factors_now_;
  const int n = front.size(), own = front.own;
  double* f = rhs_.data() + front.first_row;
  const int* unknowns = row_unknowns_.data() + front.first_row;
  const int* begin = term_begin_.data() + front.first_row;
  for (int i = 0; i < n; ++i) {
    double sum = i < own ? r[unknowns[i]] : 0.0;
    for (int k = begin[i]; k < begin[i + 1]; ++k) sum += *terms_[k];
    f[i] = sum;
  }
  const int* pivots = factors.pivots.data() + front.first_row;
  for (int k = 0; k < own; ++k) std::swap(f[k], f[pivots[k]]);
  const double* lower = factors.lower.data() + front.first_lower;
  for (int k = 0; k < own; lower += n - k - 1, ++k) subtract(f[k], lower, n - k - 1, f + k + 1);
}

void Condensation::backward(const Front& front, double* delta) {
  const Factors& factors = *factors_now_;
  const int n = front.size(), own = front.own;
  double* f = rhs_.data() + front.first_row;
  const int* unknowns = row_unknowns_.data() + front.first_row;
  const double* upper = factors.upper.data() + front.first_upper;
  for (int j = n - 1; j >= own; --j, upper += own) subtract(delta[unknowns[j]], upper, own, f);
  for (int j = own - 1; j >= 0; --j) {
    f[j] *= *upper++;
    delta[unknowns[j]] = f[j];
    subtract(f[j], upper, j, f);
    upper += j;
  }
}

void Condensation::forward_piece(int piece, const double* r) {
  for (const int region : piece_sweeps_[piece]) forward(fronts_[region], r);
}

void Condensation::forward_trunk(const double* r, ThreadPool& pool) {
  const auto up = [&](const Front& front) { forward(front, r); };
  upwards(own_sweeps_, pool, up);
  shared_terms_.update(*s_.all_ranks);
  upwards(common_sweeps_, pool, up);
}

void Condensation::backward_trunk(double* delta, ThreadPool& pool) {
  const auto down = [&](const Front& front) { backward(front, delta); };
  downwards(common_sweeps_, pool, down);
  downwards(own_sweeps_, pool, down);
}

void Condensation::backward_piece(int piece, double* delta) {
  const std::vector<int>& regions = piece_sweeps_[piece];
  for (auto region = regions.rbegin(); region != regions.rend(); ++region) backward(fronts_[*region], delta);
}

}  // namespace wattloop
