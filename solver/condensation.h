#pragma once
// Recursive condensation: component -> region -> ... -> root. The tree is data, of any depth.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "solver/group_base.h"
#include "solver/region.h"
#include "solver/shared_values.h"
#include "solver/thread_pool.h"

namespace wattloop {

/// A component by its group and its place in it.
struct ComponentRef {
  int group = -1;
  int index = -1;
};

/// The linear solver of J delta = r, J = dF/dy + c_j dF/dy'.
///
/// Every group eliminates the condensed states of its components. What is left (kept states and node values) is
/// eliminated in the lowest region that holds everything touching it and a pivot for it, in a dense front with
/// row-scaled partial pivoting; the Schur complement on the region's border goes to its parent (a multifrontal
/// factorisation after Duff & Reid 1983, with the case's own nesting as the elimination tree). Regions of one depth are
/// independent: results do not depend on the number of threads. Those of one size are solved with side by side in
/// lanes, each by its own operations in their order: results do not depend on which these are.
///
/// With more than one rank, each eliminates the regions that are its own; what these hand to the regions of all ranks,
/// Schur complements and the terms of right-hand sides, is exchanged value by value, so results do not depend on the
/// number of ranks either.
class Condensation {
 public:
  struct Structure {
    std::vector<GroupBase*> groups;
    std::vector<Region> regions;
    std::vector<std::vector<int>> component_regions;  ///< [group][component]
    std::vector<int> pieces;                          ///< of the regions; -1: the trunk
    std::vector<int> ranks;                           ///< of the regions; -1: all
    Ranks* all_ranks = nullptr;
    int unknowns = 0;
    std::vector<double> diagonal;  ///< what stands on the diagonal beside the components: signals
    std::function<std::string(int)> unknown_name;
  };

  Condensation(Structure structure, int linearisations);

  /// All that follows works on this one of the linearisations kept.
  void select(int slot) { factors_now_ = &factors_[slot]; }

  /// Factors what the groups have linearised; `diagonal` is added to the rows of unknowns (signal nodes). Pieces come
  /// first, in any order, then what else is this rank's, then what all ranks have.
  void factor_piece(int piece, std::span<const double> diagonal);
  void factor_trunk_of_rank(std::span<const double> diagonal, ThreadPool& pool);
  void factor_trunk_of_all(std::span<const double> diagonal, ThreadPool& pool);
  /// delta = J^-1 r: pieces and then the trunk forward, then the trunk and the pieces backward; before it groups
  /// condense, behind it they substitute.
  void forward_piece(int piece, const double* r);
  void forward_trunk(const double* r, ThreadPool& pool);
  void backward_trunk(double* delta, ThreadPool& pool);
  void backward_piece(int piece, double* delta);

  /// The region in which an unknown is eliminated; condensed states count to their component's region.
  int region_of(int unknown) const { return region_of_[unknown]; }
  int largest_front() const;

 private:
  struct Member {
    int group, index;
    int first_map;  ///< into maps_: rows, then columns
  };
  struct Front {
    std::vector<int> unknowns;  ///< own first, then border
    int own = 0;
    std::vector<Member> members;
    std::vector<int> children;
    std::vector<int> to_parent;   ///< place of each border unknown in the parent's front
    std::size_t first_entry = 0;  ///< into matrices_, behind which the scales of own rows stand
    int sweep = -1, lane = 0;

    int size() const { return static_cast<int>(unknowns.size()); }
  };
  /// What is substituted in one go: a front, or eight of one size in the lanes of packs, of which the last may be none.
  struct Sweep {
    int own, size;
    int lanes;          ///< one or eight
    int fronts;         ///< in the first of them
    int first_row = 0;  ///< into row_unknowns_, rhs_ and pivots, where rows stand by lanes
    std::size_t first_lower = 0, first_upper = 0;
  };
  /// The factors of all fronts in the order in which the sweeps read them, lanes side by side, without the zeros
  /// between.
  struct Factors {
    std::vector<double> lower;  ///< by columns, below the diagonal
    std::vector<double> upper;  ///< columns from the last to the first; own ones begin with the inverse of the pivot
    std::vector<int> pivots;    ///< of each own row, as a place among the rows of the sweep
  };

  /// Regions or sweeps by depth.
  using Levels = std::vector<std::vector<int>>;

  void assign_regions();
  void raise_unmatched();
  void build_fronts();
  void list_levels();
  void lay_out();
  std::vector<int> place(const std::vector<int>& regions);
  void add_sweep(std::span<const int> regions, int lanes);
  void list_terms();
  void share(const Front& front);
  int row_of(const Front& front, int i) const {
    const Sweep& sweep = sweeps_[front.sweep];
    return sweep.first_row + i * sweep.lanes + front.lane;
  }
  void assemble(const Front& front, std::span<const double> diagonal);
  void eliminate(const Front& front);
  void pack(const Front& front) const;
  void factor(std::span<const int> regions, std::span<const double> diagonal);
  void forward(std::span<const int> sweeps, const double* r);
  void backward(std::span<const int> sweeps, double* delta);
  /// Calls f(part) for parts of each level, by several threads.
  template <class F>
  static void upwards(const Levels& levels, ThreadPool& pool, const F& f) {
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) in_parts(*level, pool, f);
  }
  template <class F>
  static void downwards(const Levels& levels, ThreadPool& pool, const F& f) {
    for (const auto& level : levels) in_parts(level, pool, f);
  }
  template <class F>
  static void in_parts(std::span<const int> level, ThreadPool& pool, const F& f) {
    constexpr int grain = 16;
    pool.parallel_for(static_cast<int>(level.size()), grain,
                      [&](int begin, int end) { f(level.subspan(begin, end - begin)); });
  }
  template <class F>
  void for_each_border(const GroupBase& group, int index, const F& f) const;

  Structure s_;
  std::vector<int> region_of_;
  std::vector<Front> fronts_;
  std::vector<Sweep> sweeps_;
  Levels levels_;
  Levels own_levels_, common_levels_;  ///< of this rank's trunk and of that of all
  Levels own_sweeps_, common_sweeps_;  ///< those with unknowns of their own: the others have nothing to solve
  Levels pieces_;                      ///< regions of each piece, the lowest first
  Levels piece_sweeps_;
  SharedValues shared_terms_, shared_matrices_;  ///< what regions of all ranks are given by those of one
  std::vector<int> maps_;
  std::vector<int> row_unknowns_;     ///< of the rows of all sweeps; lanes without a front repeat the first
  std::vector<int> term_begin_;       ///< per row, into terms_
  std::vector<const double*> terms_;  ///< what components and children add to each row of a right-hand side
  std::vector<double> rhs_;           ///< of the rows of all sweeps
  std::vector<double> matrices_;      ///< of all fronts while they are factored, each by columns
  std::vector<Factors> factors_;      ///< by slot
  Factors* factors_now_ = nullptr;
  std::size_t lower_ = 0, upper_ = 0;  ///< entries of factors
};

}  // namespace wattloop
