// How large vectors of a System are: the largest over its regions.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "solver/lanes.h"
#include "solver/system.h"

namespace wattloop {

void System::assign_norm_regions() {
  std::vector<int> depth(regions_.size(), 0);
  for (std::size_t i = 1; i < regions_.size(); ++i) depth[i] = depth[regions_[i].parent] + 1;
  std::vector<int> of_node(nodes_.size(), -1);
  for (const Connection& c : connections_) {
    int a = of_node[c.node], b = component_region(c.component);
    while (a >= 0 && a != b) {
      if (depth[a] < depth[b]) std::swap(a, b);
      a = regions_[a].parent;
    }
    of_node[c.node] = b;
  }
  norm_regions_.assign(size_, 0);
  for (int g = 0; g < groups(); ++g)
    for (int i = 0; i < groups_[g]->size(); ++i)
      for (int k = 0; k < groups_[g]->states(); ++k)
        norm_regions_[groups_[g]->unknown(i, k)] = component_regions_[g][i];
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    const int end = node + 1 < nodes_.size() ? nodes_[node + 1].first_unknown : size_;
    for (int u = nodes_[node].first_unknown; u < end; ++u) norm_regions_[u] = std::max(of_node[node], 0);
  }
  NormLists lists;
  lists.begin.assign(regions_.size() + 1, 0);
  for (int region : norm_regions_) ++lists.begin[region + 1];
  std::partial_sum(lists.begin.begin(), lists.begin.end(), lists.begin.begin());
  std::vector<int> next(lists.begin.begin(), lists.begin.end() - 1);
  lists.unknowns.resize(size_);
  for (int u = 0; u < size_; ++u) lists.unknowns[next[norm_regions_[u]]++] = u;
  set_norm_lists(std::move(lists));
}

void System::set_norm_lists(NormLists lists) {
  norms_.assign(lists.begin.size() - 1, 0.0);
  norm_lists(Norm::all) = std::move(lists);
  norm_lists(Norm::all).sizes = of_norms([](int) { return true; }).sizes;
  norm_lists(Norm::differential) = of_norms([this](int u) { return differential_[u] != 0; });
  squares_.assign(size_, 0.0);
  list_norms_of_units();
}

/// Those of all unknowns without those that do not count.
template <class Counts>
System::NormLists System::of_norms(const Counts& counts) const {
  const NormLists& all = norm_lists_[static_cast<int>(Norm::all)];
  NormLists some;
  for (std::size_t list = 0; list < norms_.size(); ++list) {
    some.begin.push_back(static_cast<int>(some.unknowns.size()));
    some.sizes.push_back(0.0);
    for (int k = all.begin[list]; k < all.begin[list + 1]; ++k) {
      if (!counts(all.unknowns[k])) continue;
      const double copies = all.copies.empty() ? 1.0 : all.copies[k];
      some.unknowns.push_back(all.unknowns[k]);
      if (!all.copies.empty()) some.copies.push_back(copies);
      some.sizes[list] += copies;
    }
  }
  some.begin.push_back(static_cast<int>(some.unknowns.size()));
  return some;
}

/// On every rank those of all. What is awake is few among many that rest, and has to be as exact as if it stood alone.
void System::list_norms_of_parts() {
  constexpr char first = 2;  // of a component: there is the sum over its states, see Settling
  std::vector<char> rests(size_, 0);
  for (const auto& group : groups_)
    for (int pack = 0; pack < group->packs(); ++pack)
      if (group->may_rest(pack))
        for (int k = 0; k < group->states(); ++k)
          std::fill_n(rests.begin() + group->unknown(group->member(pack, 0), k), group->width(pack),
                      k == 0 ? first : 1);
  norm_lists(Norm::awake) = of_norms([&](int u) { return rests[u] == 0; });
  norm_lists(Norm::resting) = of_norms([&](int u) { return rests[u] == first; });
  norm_lists(Norm::resting).sizes = norm_lists(Norm::all).sizes;
}

/// A list belongs to the unit that computes all of it, else to the trunk. Where one has unknowns of several ranks, each
/// rank takes all norms.
void System::list_norms_of_units() {
  for (Unit& piece : pieces_) piece.norms.clear();
  trunk_.norms.clear();
  norms_cross_ = false;
  list_norms_of_parts();
  const NormLists& lists = norm_lists(Norm::all);
  const auto region_of = [&](int u) { return condensation_ ? condensation_->region_of(u) : 0; };
  for (int list = 0; list < std::ssize(norms_); ++list) {
    const std::span unknowns(lists.unknowns.begin() + lists.begin[list],
                             lists.unknowns.begin() + lists.begin[list + 1]);
    if (unknowns.empty()) continue;
    int rank = -1, piece = region_pieces_[region_of(unknowns.front())];
    for (const int u : unknowns) {
      const int region = region_of(u), other = region_ranks_[region];
      norms_cross_ = norms_cross_ || (rank >= 0 && other >= 0 && other != rank);
      rank = std::max(rank, other);
      if (region_pieces_[region] != piece) piece = -1;
    }
    if (!is_here(rank)) continue;
    (piece >= 0 ? pieces_[units_[piece]] : trunk_).norms.push_back(list);
  }
  if (!norms_cross_) return;
  for (Unit& piece : pieces_) piece.norms.clear();
  trunk_.norms.resize(norms_.size());
  std::iota(trunk_.norms.begin(), trunk_.norms.end(), 0);
}

/// In four sums, so that additions need not wait for each other.
void System::take_norms_of_lists(Norm kind, const Unit& unit) {
  const NormLists& lists = norm_lists(kind);
  const auto take = [&](const auto& term) {
    for (const int list : unit.norms) {
      double sum[4] = {};
      const int last = lists.begin[list + 1];
      int k = lists.begin[list];
      for (; k + 4 <= last; k += 4)
        for (int i = 0; i < 4; ++i) sum[i] += term(k + i);
      for (; k < last; ++k) sum[0] += term(k);
      const double total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
      norms_[list] = lists.sizes[list] > 0.0 ? std::sqrt(total / lists.sizes[list]) : 0.0;
    }
  };
  const double *squares = squares_.data(), *copies = lists.copies.data();
  const int* unknowns = lists.unknowns.data();
  if (lists.copies.empty())
    take([=](int k) { return squares[unknowns[k]]; });
  else
    take([=](int k) { return copies[k] * squares[unknowns[k]]; });
}

/// Lists of the trunk may have unknowns of pieces: they come last.
void System::take_norms(Norm kind, const Unit& unit) {
  if (!unit.is_trunk) take_norms_of_lists(kind, unit);
}

double System::largest_norm(Norm kind) {
  if (norms_cross_) complete(squares_);
  take_norms_of_lists(kind, trunk_);
  double largest = 0.0;
  const auto add = [&](const Unit& unit) {
    for (const int list : unit.norms)
      largest = std::max(largest, std::isfinite(norms_[list]) ? norms_[list] : std::numeric_limits<double>::infinity());
  };
  for (const Unit& piece : pieces_) add(piece);
  add(trunk_);
  return ranks_->max(largest);
}

double System::norm(Norm kind, const double* v, const double* inverse_weight) {
  double* __restrict squares = squares_.data();
  for_each_unit([&](const Unit& unit) {
    in_lanes([&] {
      for (const auto& [begin, end] : unit.unknowns)
        for (int u = begin; u < end; ++u) squares[u] = (v[u] * inverse_weight[u]) * (v[u] * inverse_weight[u]);
    });
    take_norms(kind, unit);
  });
  return largest_norm(kind);
}

}  // namespace wattloop
