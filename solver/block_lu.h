#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "solver/small_matrix.h"

namespace wattloop {

using Block = SmallMatrix<2, 2>;

/// Where the entries of a matrix of 2 x 2 blocks and of its factors are. The pattern is symmetric, the values need not
/// be. Rows are eliminated in their order: give them the places of SparseCholesky::order.
class BlockPattern {
 public:
  /// Off-diagonal blocks (i, j), i != j, each named at least once as (i, j) or (j, i).
  BlockPattern(int size, const std::vector<std::array<int, 2>>& pairs);

  int size() const { return static_cast<int>(first_.size()) - 1; }
  int entries() const { return static_cast<int>(column_.size()); }
  /// The entry that holds the blocks (i, j) and (j, i), i != j.
  int entry(int i, int j) const;
  /// Products of blocks that a factorisation takes; a substitution takes two products with a vector an entry.
  std::size_t factor_products() const { return 2 * target_.size() + 2 * column_.size(); }

 private:
  friend class BlockLu;
  std::vector<int> first_;   // entries of row i: first_[i] to first_[i + 1]
  std::vector<int> column_;  // of an entry, above its row
  // For row i, each pair a < b of its entries: the entry that their products change.
  std::vector<int> target_;
};

/// A x = b by LU with 2 x 2 blocks: the unknowns of a bus go together, and pivots stay on the diagonal. That is right
/// for network matrices, whose diagonal blocks are sums of what stands beside them. Where such a sum vanishes (a series
/// capacitor that cancels a line) the pivot is moved off zero, and the solution is one for an iteration that sees its
/// error (static pivoting: Li & Demmel, ACM Trans. Math. Softw. 29 (2003) 110).
class BlockLu {
 public:
  /// Blocks at (i, j) and (j, i), i < j.
  struct Pair {
    Block upper, lower;
  };

  explicit BlockLu(std::shared_ptr<const BlockPattern> pattern);

  const BlockPattern& pattern() const { return *pattern_; }
  /// The matrix before `factorise`, its factors after.
  std::vector<Block> diagonal;
  std::vector<Pair> pairs;

  /// Returns the row whose pivot block has no inverse, or -1.
  int factorise();
  /// Whether the determinant is positive.
  bool is_positive() const { return positive_; }
  /// b, two values a row, becomes x. T: double, or a Pack of right-hand sides.
  template <class T>
  void solve(T* b) const;

 private:
  bool strengthen(int i);

  std::shared_ptr<const BlockPattern> pattern_;
  bool positive_ = true;
};

template <class T>
void BlockLu::solve(T* b) const {
  const int* first = pattern_->first_.data();
  const int* column = pattern_->column_.data();
  const int n = pattern_->size();
  for (int i = 0; i < n; ++i) {
    const T x = b[2 * i], y = b[2 * i + 1];
    for (int e = first[i]; e < first[i + 1]; ++e) {
      const Block& l = pairs[e].lower;
      T* target = b + 2 * column[e];
      target[0] -= l[0][0] * x + l[0][1] * y;
      target[1] -= l[1][0] * x + l[1][1] * y;
    }
  }
  for (int i = n - 1; i >= 0; --i) {
    T x = b[2 * i], y = b[2 * i + 1];
    for (int e = first[i]; e < first[i + 1]; ++e) {
      const Block& u = pairs[e].upper;
      const T* source = b + 2 * column[e];
      x -= u[0][0] * source[0] + u[0][1] * source[1];
      y -= u[1][0] * source[0] + u[1][1] * source[1];
    }
    const Block& d = diagonal[i];  // its inverse
    b[2 * i] = d[0][0] * x + d[0][1] * y;
    b[2 * i + 1] = d[1][0] * x + d[1][1] * y;
  }
}

}  // namespace wattloop
