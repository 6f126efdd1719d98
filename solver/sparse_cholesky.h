#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace wattloop {

/// A x = b for a sparse symmetric positive definite matrix whose pattern stays while its values change.
///
/// The rows are put in an order of little fill (approximate minimum degree: Amestoy, Davis & Duff, SIAM J. Matrix Anal.
/// Appl. 17 (1996) 886). What hangs on the rest by few entries, such as the trees and chains of a pipe network, is
/// eliminated by a list of operations made once: a handful of multiplications a row. The core is left to a multifrontal
/// method (Duff & Reid, ACM Trans. Math. Softw. 9 (1983) 302) on supernodes, in dense fronts. Nothing is allocated
/// after `analyse`, and the order of operations is fixed.
class SparseCholesky {
 public:
  /// A good place for each row of a matrix with these off-diagonal entries (i, j), i != j.
  static std::vector<int> order(int size, const std::vector<std::array<int, 2>>& entries);
  /// Analyses a pattern of off-diagonal entries, each named once as (i, j) or (j, i). Rows that are `in_order` already
  /// have the places that `order` gives.
  void analyse(int size, const std::vector<std::array<int, 2>>& entries, bool in_order = false);
  /// Returns a row without a positive pivot, or -1 if there is none. Off-diagonal values in the order of `analyse`.
  int factorise(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal);
  /// b becomes x.
  void solve(std::vector<double>& b) const;

  /// Entries of the factor below the diagonal, and rows that are left to dense fronts.
  std::size_t factor_entries() const { return light_row_.size() + panel_.size(); }
  int core_rows() const { return size_ - static_cast<int>(light_.size()); }

 private:
  /// Consecutive rows of the core with one dense front: `columns` pivots, then the rows they act on.
  struct Front {
    int first = 0, columns = 0;
    int rows = 0;              ///< of the front, pivots included
    std::size_t row = 0;       ///< its row numbers in front_row_
    std::size_t panel = 0;     ///< its factor in panel_, rows x columns by column
    std::size_t update = 0;    ///< while it is made, what it passes to its parent in stack_, rows - columns square
    std::size_t passed = 0;    ///< where that lies until the parent takes it
    std::size_t relative = 0;  ///< rows of the parent's front that its update rows are, in relative_
    int first_child = 0, children = 0;  ///< in child_
    int first_entry = 0, entries = 0;   ///< of the matrix, in core_entry_
  };
  struct CoreEntry {
    int value;          ///< in value_
    std::size_t place;  ///< in panel_
  };
  /// The number of entries of a row that is eliminated one by one; its values, rows and targets follow one another.
  using Light = int;

  void make_fronts(const std::vector<std::vector<int>>& pattern);
  void place_fronts(const std::vector<std::vector<int>>& core_entries, std::size_t first_value);
  int eliminate_light();
  int factorise_front(const Front& front);
  void take_children(const Front& front);

  int size_ = 0;
  std::vector<int> original_;     // row at a place of the order
  std::vector<double> value_;     // diagonal by place, entries of light rows, entries of the core
  std::vector<double> least_;     // pivot that counts as positive, by place
  std::vector<int> entry_value_;  // of each entry given, its place in value_
  std::vector<Light> light_;
  std::vector<int> light_row_;  // row of value_[size_ + i]
  std::vector<int> target_;     // where products of light rows go, in value_
  std::vector<Front> fronts_;
  std::vector<int> front_row_, relative_, child_;
  std::vector<CoreEntry> core_entry_;
  std::vector<double> panel_, stack_;
  mutable std::vector<double> work_, update_;
};

}  // namespace wattloop
