// What is eliminated where: found once, from the regions and from which component touches which unknown.

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "solver/condensation.h"
#include "solver/matching.h"

namespace wattloop {

Condensation::Condensation(Structure structure, int linearisations) : s_(std::move(structure)) {
  assign_regions();
  raise_unmatched();
  build_fronts();
  list_levels();
  lay_out();
  list_terms();
  std::vector<int> places(row_unknowns_.size());
  for (const Sweep& sweep : sweeps_)
    std::iota(places.begin() + sweep.first_row, places.begin() + sweep.first_row + sweep.size * sweep.lanes, 0);
  factors_.assign(linearisations, {std::vector<double>(lower_), std::vector<double>(upper_), places});
}

/// Calls f(unknown) for each row and then each column of a component's border; -1 where there is none.
template <class F>
void Condensation::for_each_border(const GroupBase& group, int index, const F& f) const {
  const auto kept = [&] {
    for (int k = group.condensed(); k < group.states(); ++k) f(group.unknown(index, k));
  };
  kept();
  for (int t = 0; t < group.through(); ++t) f(group.through_slot(index, t));
  kept();
  for (int a = 0; a < group.across(); ++a) f(group.across_slot(index, a));
}

/// Each unknown goes to the lowest common ancestor of the regions that touch it.
void Condensation::assign_regions() {
  std::vector<int> depth(s_.regions.size(), 0);
  for (std::size_t i = 1; i < s_.regions.size(); ++i) depth[i] = depth[s_.regions[i].parent] + 1;
  const auto common = [&](int a, int b) {
    while (a != b) {
      if (depth[a] < depth[b]) std::swap(a, b);
      a = s_.regions[a].parent;
    }
    return a;
  };
  std::vector<int> members(s_.regions.size(), 0);
  for (const auto& regions : s_.component_regions)
    for (int region : regions) ++members[region];
  for (std::size_t i = 1; i < s_.regions.size(); ++i) ++members[s_.regions[i].parent];
  region_of_.assign(s_.unknowns, -1);
  for (std::size_t g = 0; g < s_.groups.size(); ++g) {
    const GroupBase& group = *s_.groups[g];
    for (int i = 0; i < group.size(); ++i) {
      const int region = s_.component_regions[g][i];
      for (int k = 0; k < group.condensed(); ++k) region_of_[group.unknown(i, k)] = region;
      // A component alone in its region has nobody there to exchange pivots with.
      const int level = members[region] == 1 && region > 0 ? s_.regions[region].parent : region;
      for_each_border(group, i, [&](int unknown) {
        if (unknown < 0) return;
        int& at = region_of_[unknown];
        at = at < 0 ? level : common(at, level);
      });
    }
  }
  for (int& region : region_of_)
    if (region < 0) region = 0;

  levels_.resize(1 + *std::max_element(depth.begin(), depth.end()));
  for (std::size_t i = 0; i < s_.regions.size(); ++i) levels_[depth[i]].push_back(static_cast<int>(i));
}

/// Unknowns that have no pivot in their region go to its parent: an ideal source to the node it holds. The own pivot of
/// a kept state does not count, since it can vanish.
void Condensation::raise_unmatched() {
  std::vector<std::vector<int>> columns_of(s_.unknowns), own(s_.regions.size());
  std::vector<int> rows, place(s_.unknowns, -1);
  std::vector<char> condensed(s_.unknowns, 0);
  for (const GroupBase* group : s_.groups)
    for (int i = 0; i < group->size(); ++i) {
      for (int k = 0; k < group->condensed(); ++k) condensed[group->unknown(i, k)] = 1;
      const auto is_own_kept = [&](int u) {
        for (int k = group->condensed(); k < group->states(); ++k)
          if (u == group->unknown(i, k)) return true;
        return false;
      };
      rows.clear();
      for_each_border(*group, i, [&](int u) { rows.push_back(u); });
      for (int row = 0; row < group->border_rows(); ++row)
        for (std::size_t column = group->border_rows(); column < rows.size(); ++column)
          if (rows[row] >= 0 && rows[column] >= 0 && !(rows[row] == rows[column] && is_own_kept(rows[row])))
            columns_of[rows[row]].push_back(rows[column]);
    }
  for (int u = 0; u < s_.unknowns; ++u) {
    if (s_.diagonal[u] != 0.0) columns_of[u].push_back(u);
    if (!condensed[u]) own[region_of_[u]].push_back(u);
  }
  for (int region = static_cast<int>(own.size()) - 1; region > 0; --region)
    for (std::vector<int> raised{-1}; !raised.empty();) {
      std::vector<int>& here = own[region];
      for (std::size_t i = 0; i < here.size(); ++i) place[here[i]] = static_cast<int>(i);
      std::vector<std::vector<int>> matrix(here.size());
      for (std::size_t i = 0; i < here.size(); ++i)
        for (int column : columns_of[here[i]])
          if (place[column] >= 0) matrix[i].push_back(place[column]);
      for (int u : here) place[u] = -1;
      raised = unmatched_rows(matrix, static_cast<int>(here.size()));
      for (int i : raised) {
        region_of_[here[i]] = s_.regions[region].parent;
        own[s_.regions[region].parent].push_back(here[i]);
      }
      std::erase_if(here, [&](int u) { return region_of_[u] != region; });
    }
}

void Condensation::build_fronts() {
  fronts_.resize(s_.regions.size());
  std::vector<char> condensed(s_.unknowns, 0);
  for (std::size_t g = 0; g < s_.groups.size(); ++g) {
    const GroupBase& group = *s_.groups[g];
    for (int i = 0; i < group.size(); ++i) {
      fronts_[s_.component_regions[g][i]].members.push_back({static_cast<int>(g), i, 0});
      for (int k = 0; k < group.condensed(); ++k) condensed[group.unknown(i, k)] = 1;
    }
  }
  for (int u = 0; u < s_.unknowns; ++u)
    if (!condensed[u]) fronts_[region_of_[u]].unknowns.push_back(u);

  std::vector<int> place(s_.unknowns, -1);  // of an unknown in the front at hand
  for (int region = static_cast<int>(fronts_.size()) - 1; region >= 0; --region) {
    Front& front = fronts_[region];
    front.own = static_cast<int>(front.unknowns.size());
    for (int i = 0; i < front.own; ++i) place[front.unknowns[i]] = i;
    const auto locate = [&](int unknown) {
      if (unknown < 0) return -1;
      if (place[unknown] < 0) {
        place[unknown] = static_cast<int>(front.unknowns.size());
        front.unknowns.push_back(unknown);
      }
      return place[unknown];
    };
    for (Member& member : front.members) {
      member.first_map = static_cast<int>(maps_.size());
      for_each_border(*s_.groups[member.group], member.index, [&](int u) { maps_.push_back(locate(u)); });
    }
    for (int child : front.children) {
      Front& below = fronts_[child];
      for (std::size_t i = below.own; i < below.unknowns.size(); ++i)
        below.to_parent.push_back(locate(below.unknowns[i]));
    }
    if (region > 0) fronts_[s_.regions[region].parent].children.push_back(region);
    for (int u : front.unknowns) place[u] = -1;
  }
}

void Condensation::list_levels() {
  const auto those = [&](const auto& wanted) {
    Levels chosen = levels_;
    for (auto& level : chosen) std::erase_if(level, [&](int region) { return !wanted(region); });
    return chosen;
  };
  own_levels_ = those([&](int region) { return s_.pieces[region] < 0 && s_.ranks[region] == s_.all_ranks->rank(); });
  common_levels_ = those([&](int region) { return s_.pieces[region] < 0 && s_.ranks[region] < 0; });
  pieces_.resize(1 + *std::max_element(s_.pieces.begin(), s_.pieces.end()));
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
    for (const int region : *level)
      if (s_.pieces[region] >= 0) pieces_[s_.pieces[region]].push_back(region);
}

/// Puts the fronts one behind the other in the order in which they are eliminated, piece by piece and then the trunk:
/// memory is then read as a stream.
void Condensation::lay_out() {
  std::vector<int> depth(fronts_.size());
  for (std::size_t level = 0; level < levels_.size(); ++level)
    for (const int region : levels_[level]) depth[region] = static_cast<int>(level);
  for (const std::vector<int>& piece : pieces_) {
    std::vector<int>& sweeps = piece_sweeps_.emplace_back();
    for (auto begin = piece.begin(), end = begin; begin != piece.end(); begin = end) {
      end = std::find_if(begin, piece.end(), [&](int region) { return depth[region] != depth[*begin]; });
      const std::vector<int> placed = place({begin, end});
      sweeps.insert(sweeps.end(), placed.begin(), placed.end());
    }
  }
  own_sweeps_.resize(levels_.size()), common_sweeps_.resize(levels_.size());
  for (std::size_t level = levels_.size(); level-- > 0;) {
    own_sweeps_[level] = place(own_levels_[level]);
    common_sweeps_[level] = place(common_levels_[level]);
  }
  std::vector<int> of_others;
  for (std::size_t region = 0; region < fronts_.size(); ++region)
    if (fronts_[region].sweep < 0) of_others.push_back(static_cast<int>(region));
  place(of_others);
  rhs_.resize(row_unknowns_.size());
}

/// Regions of one depth, those of one size side by side; returns the sweeps that have something to solve.
std::vector<int> Condensation::place(const std::vector<int>& regions) {
  constexpr int least_side_by_side = 3;  // a pack is two operations instead of one
  std::map<std::pair<int, int>, std::vector<int>> by_size;
  for (const int region : regions) by_size[{fronts_[region].own, fronts_[region].size()}].push_back(region);
  std::vector<int> to_solve;
  for (const auto& [size, alike] : by_size)
    for (std::span<const int> left = alike; !left.empty();) {
      const bool is_alone = size.first == 0 || left.size() < least_side_by_side;
      const std::size_t count = is_alone ? 1 : std::min<std::size_t>(left.size(), pack_size);
      if (size.first > 0) to_solve.push_back(static_cast<int>(sweeps_.size()));
      add_sweep(left.first(count), is_alone ? 1 : pack_size);
      left = left.subspan(count);
    }
  return to_solve;
}

void Condensation::add_sweep(std::span<const int> regions, int lanes) {
  const Front& first = fronts_[regions.front()];
  const std::size_t n = first.size(), own = first.own;
  Sweep& sweep = sweeps_.emplace_back();
  sweep.own = first.own, sweep.size = first.size(), sweep.lanes = lanes,
  sweep.fronts = static_cast<int>(regions.size());
  sweep.first_row = static_cast<int>(row_unknowns_.size());
  sweep.first_lower = lower_, sweep.first_upper = upper_;
  lower_ += (own * (n - own) + own * (own - 1) / 2) * lanes;
  upper_ += (own * (n - own) + own * (own + 1) / 2) * lanes;
  for (std::size_t i = 0; i < n; ++i)
    for (int lane = 0; lane < lanes; ++lane)
      row_unknowns_.push_back(fronts_[regions[lane < sweep.fronts ? lane : 0]].unknowns[i]);
  for (int lane = 0; lane < sweep.fronts; ++lane) {
    Front& front = fronts_[regions[lane]];
    front.sweep = static_cast<int>(sweeps_.size()) - 1;
    front.lane = lane;
    front.first_entry = matrices_.size();
    matrices_.resize(matrices_.size() + n * n + own);
  }
}

/// What a front of one rank hands to its parent, a front of all.
void Condensation::share(const Front& front) {
  const int rank = s_.ranks[&front - fronts_.data()];
  const std::size_t n = front.unknowns.size();
  for (std::size_t j = front.own; j < n; ++j)
    for (std::size_t i = front.own; i < n; ++i) shared_matrices_.add(rank, matrices_[front.first_entry + j * n + i]);
}

/// Children without unknowns of their own hand on what they are given.
void Condensation::list_terms() {
  std::vector<std::vector<const double*>> terms(row_unknowns_.size());
  for (auto front = fronts_.rbegin(); front != fronts_.rend(); ++front) {
    for (const Member& member : front->members) {
      const GroupBase& group = *s_.groups[member.group];
      const int* row = maps_.data() + member.first_map;
      for (int i = 0; i < group.border_rows(); ++i) {
        if (row[i] < 0) continue;
        const int through = i - group.kept();
        const double* term =
            through < 0 ? &group.condensed_rhs(member.index, i) : group.condensed_term(member.index, through);
        if (term) terms[row_of(*front, row[i])].push_back(term);
      }
    }
    const bool is_common = s_.ranks[&*front - fronts_.data()] < 0;
    for (int child : front->children) {
      const Front& below = fronts_[child];
      const bool is_shared = is_common && s_.ranks[child] >= 0;
      for (std::size_t i = 0; i < below.to_parent.size(); ++i) {
        const int from = row_of(below, below.own + static_cast<int>(i));
        const std::vector<const double*> given = below.own > 0 ? std::vector<const double*>{&rhs_[from]} : terms[from];
        auto& to = terms[row_of(*front, below.to_parent[i])];
        to.insert(to.end(), given.begin(), given.end());
        if (!is_shared) continue;
        for (const double* term : given) shared_terms_.add(s_.ranks[child], *term);
      }
      if (is_shared) share(below);
    }
  }
  term_begin_.assign(1, 0);
  for (const auto& list : terms) {
    terms_.insert(terms_.end(), list.begin(), list.end());
    term_begin_.push_back(static_cast<int>(terms_.size()));
  }
}

int Condensation::largest_front() const {
  std::size_t largest = 0;
  for (const Front& front : fronts_) largest = std::max(largest, front.unknowns.size());
  return static_cast<int>(largest);
}

}  // namespace wattloop
