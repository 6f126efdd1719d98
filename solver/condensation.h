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
/// independent: results do not depend on the number of threads.
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
    std::vector<int> to_parent;  ///< place of each border unknown in the parent's front
    int first_row = 0;           ///< into row_unknowns_, rhs_, pivots and scale
    std::size_t first_entry = 0, first_lower = 0, first_upper = 0;

    int size() const { return static_cast<int>(unknowns.size()); }
  };
  /// The factors of all fronts in the order in which the sweeps read them, without the zeros between.
  struct Factors {
    std::vector<double> lower;  ///< by columns, below the diagonal
    std::vector<double> upper;  ///< columns from the last to the first; own ones begin with the inverse of the pivot
    std::vector<int> pivots;
  };

  void assign_regions();
  void raise_unmatched();
  void build_fronts();
  void lay_out(int linearisations);
  void list_sweeps();
  void list_terms();
  void share(const Front& front);
  void assemble(const Front& front, std::span<const double> diagonal);
  void eliminate(const Front& front, int* pivots);
  void pack(const Front& front, Factors& factors) const;
  void factor(const Front& front, std::span<const double> diagonal);
  void forward(const Front& front, const double* r);
  void backward(const Front& front, double* delta);
  /// Regions by depth.
  using Levels = std::vector<std::vector<int>>;
  template <class F>
  void upwards(const Levels& levels, ThreadPool& pool, const F& f);
  template <class F>
  void downwards(const Levels& levels, ThreadPool& pool, const F& f);
  template <class F>
  void for_each_front(const std::vector<int>& regions, ThreadPool& pool, const F& f);
  template <class F>
  void for_each_border(const GroupBase& group, int index, const F& f) const;

  Structure s_;
  std::vector<int> region_of_;
  std::vector<Front> fronts_;
  Levels levels_;
  Levels own_levels_, common_levels_;     ///< of this rank's trunk and of that of all
  Levels own_sweeps_, common_sweeps_;     ///< those with unknowns of their own: the others have nothing to solve
  std::vector<std::vector<int>> pieces_;  ///< regions of each piece, the lowest first
  std::vector<std::vector<int>> piece_sweeps_;
  SharedValues shared_terms_, shared_matrices_;  ///< what regions of all ranks are given by those of one
  std::vector<int> maps_;
  std::vector<int> row_unknowns_;     ///< of the rows of all fronts
  std::vector<int> term_begin_;       ///< per row, into terms_
  std::vector<const double*> terms_;  ///< what components and children add to each row of a right-hand side
  std::vector<double> rhs_;           ///< of the rows of all fronts
  std::vector<double> matrices_;      ///< of all fronts while they are factored, each by columns
  std::vector<double> scale_;         ///< of their own rows, for the choice of pivots
  std::vector<Factors> factors_;      ///< by slot
  Factors* factors_now_ = nullptr;
};

}  // namespace wattloop
