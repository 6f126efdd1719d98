#include "solver/block_lu.h"

#include <algorithm>

namespace wattloop {

namespace {

/// a -= b c
inline void subtract_product(Block& a, const Block& b, const Block& c) {
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) a[i][j] -= b[i][0] * c[0][j] + b[i][1] * c[1][j];
}

inline Block product(const Block& b, const Block& c) {
  Block a;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) a[i][j] = b[i][0] * c[0][j] + b[i][1] * c[1][j];
  return a;
}

/// Columns above the diagonal of each row of the factor, in increasing order.
std::vector<std::vector<int>> filled_rows(int size, const std::vector<std::array<int, 2>>& pairs) {
  std::vector<std::vector<int>> rows(size);
  for (const auto& [i, j] : pairs) rows[std::min(i, j)].push_back(std::max(i, j));
  for (std::vector<int>& row : rows) {
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
    if (row.size() < 2) continue;
    // What a row is left with goes into that of its first column: the elimination tree.
    std::vector<int>& parent = rows[row.front()];
    parent.insert(parent.end(), row.begin() + 1, row.end());
  }
  return rows;
}

}  // namespace

BlockPattern::BlockPattern(int size, const std::vector<std::array<int, 2>>& pairs) {
  const std::vector<std::vector<int>> rows = filled_rows(size, pairs);
  first_.push_back(0);
  for (const std::vector<int>& row : rows) {
    column_.insert(column_.end(), row.begin(), row.end());
    first_.push_back(static_cast<int>(column_.size()));
  }
  for (int i = 0; i < size; ++i) {
    for (int a = first_[i]; a < first_[i + 1]; ++a)
      for (int b = a + 1; b < first_[i + 1]; ++b) target_.push_back(entry(column_[a], column_[b]));
  }
}

int BlockPattern::entry(int i, int j) const {
  const auto begin = column_.begin() + first_[std::min(i, j)], end = column_.begin() + first_[std::min(i, j) + 1];
  return static_cast<int>(std::lower_bound(begin, end, std::max(i, j)) - column_.begin());
}

BlockLu::BlockLu(std::shared_ptr<const BlockPattern> pattern)
    : diagonal(pattern->size()), pairs(pattern->entries()), pattern_(std::move(pattern)) {}

/// A pivot far below what stands beside it is moved off zero.
bool BlockLu::strengthen(int i) {
  constexpr double weak = 1e-8;
  double beside = 0.0;
  for (int e = pattern_->first_[i]; e < pattern_->first_[i + 1]; ++e)
    for (const auto& row : pairs[e].upper) beside = std::max({beside, std::abs(row[0]), std::abs(row[1])});
  Block& d = diagonal[i];
  const double p = d[0][0] * d[1][1], q = d[0][1] * d[1][0], move = weak * beside;
  if (std::abs(p - q) > std::max(move * move, 1e-15 * (std::abs(p) + std::abs(q)))) return true;
  d[0][0] += move;
  d[1][1] += move;
  return beside > 0.0;
}

int BlockLu::factorise() {
  const int* first = pattern_->first_.data();
  const int* target = pattern_->target_.data();
  const int* column = pattern_->column_.data();
  positive_ = true;
  for (int i = 0, n = pattern_->size(); i < n; ++i) {
    if (!strengthen(i)) return i;
    Block& d = diagonal[i];
    const double determinant = d[0][0] * d[1][1] - d[0][1] * d[1][0];
    positive_ = positive_ == (determinant > 0.0);
    const double inverse = 1.0 / determinant;
    d = {{{d[1][1] * inverse, -d[0][1] * inverse}, {-d[1][0] * inverse, d[0][0] * inverse}}};
    for (int a = first[i]; a < first[i + 1]; ++a) pairs[a].lower = product(pairs[a].lower, d);
    for (int a = first[i]; a < first[i + 1]; ++a) {
      const Pair& pair = pairs[a];
      subtract_product(diagonal[column[a]], pair.lower, pair.upper);
      for (int b = a + 1; b < first[i + 1]; ++b) {
        Pair& changed = pairs[*target++];
        subtract_product(changed.upper, pair.lower, pairs[b].upper);
        subtract_product(changed.lower, pairs[b].lower, pair.upper);
      }
    }
  }
  return -1;
}

}  // namespace wattloop
