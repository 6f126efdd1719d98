// Factorisation, front by front.

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

void Condensation::eliminate(const Front& front) {
  const int n = front.size(), own = front.own, lanes = sweeps_[front.sweep].lanes;
  double* a = matrices_.data() + front.first_entry;
  int* pivots = factors_now_->pivots.data() + row_of(front, 0);
  double* scale = a + n * n;
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
    pivots[k * lanes] = pivot * lanes + front.lane;
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

void Condensation::pack(const Front& front) const {
  const int n = front.size(), own = front.own;
  const Sweep& sweep = sweeps_[front.sweep];
  const double* a = matrices_.data() + front.first_entry;
  const auto put = [lanes = sweep.lanes](double* to, const double* from, const double* end) {
    for (; from != end; ++from, to += lanes) *to = *from;
    return to;
  };
  double* lower = factors_now_->lower.data() + sweep.first_lower + front.lane;
  for (int k = 0; k < own; ++k) lower = put(lower, a + k * n + k + 1, a + k * n + n);
  double* upper = factors_now_->upper.data() + sweep.first_upper + front.lane;
  for (int j = n - 1; j >= own; --j) upper = put(upper, a + j * n, a + j * n + own);
  for (int j = own - 1; j >= 0; --j) {
    const double inverse = 1.0 / a[j * n + j];
    upper = put(upper, &inverse, &inverse + 1);
    upper = put(upper, a + j * n, a + j * n + j);
  }
}

void Condensation::factor(std::span<const int> regions, std::span<const double> diagonal) {
  for (const int region : regions) {
    const Front& front = fronts_[region];
    assemble(front, diagonal);
    eliminate(front);
    pack(front);
  }
}

void Condensation::factor_piece(int piece, std::span<const double> diagonal) {
  factor(pieces_[piece], diagonal);
}

void Condensation::factor_trunk_of_rank(std::span<const double> diagonal, ThreadPool& pool) {
  upwards(own_levels_, pool, [&](std::span<const int> regions) { factor(regions, diagonal); });
}

void Condensation::factor_trunk_of_all(std::span<const double> diagonal, ThreadPool& pool) {
  shared_matrices_.update(*s_.all_ranks);
  upwards(common_levels_, pool, [&](std::span<const int> regions) { factor(regions, diagonal); });
}

}  // namespace wattloop
