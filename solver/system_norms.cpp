// How large vectors of a System are: the largest over its regions.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "solver/lanes.h"
#include "solver/system.h"
#include "solver/vector_math.h"

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
  lists.copies.assign(size_, 1.0);
  set_norm_lists(std::move(lists));
}

void System::set_norm_lists(NormLists lists) {
  norm_lists_ = std::move(lists);
  norms_.assign(norm_lists_.begin.size() - 1, 0.0);
  list_norm_runs();
  list_norms_of_units();
}

void System::list_norm_runs() {
  const auto& [first, unknowns, copies] = norm_lists_;
  for (const Norm kind : {Norm::all, Norm::differential}) {
    NormRuns& all = norm_runs_[static_cast<int>(kind)];
    all = {};
    for (std::size_t list = 0; list < norms_.size(); ++list) {
      all.begin.push_back(static_cast<int>(all.runs.size()));
      double count = 0.0;
      for (int k = first[list]; k < first[list + 1]; ++k) {
        const int u = unknowns[k];
        if (kind == Norm::differential && !differential_[u]) continue;
        count += copies[k];
        const bool goes_on = static_cast<int>(all.runs.size()) > all.begin.back() && all.runs.back().end == u &&
                             all.runs.back().copies == copies[k];
        if (goes_on)
          ++all.runs.back().end;
        else
          all.runs.push_back({u, u + 1, copies[k]});
      }
      all.count.push_back(count);
    }
    all.begin.push_back(static_cast<int>(all.runs.size()));
  }
}

/// A list belongs to the unit that computes all of it, else to the trunk. Where one has unknowns of several ranks, each
/// rank takes all norms.
void System::list_norms_of_units() {
  for (Unit& piece : pieces_) piece.norms.clear();
  trunk_.norms.clear();
  norms_cross_ = false;
  const auto& [first, unknowns, copies] = norm_lists_;
  const auto region_of = [&](int u) { return condensation_ ? condensation_->region_of(u) : 0; };
  for (int list = 0; list < std::ssize(norms_); ++list) {
    if (first[list] == first[list + 1]) continue;
    int rank = -1, piece = region_pieces_[region_of(unknowns[first[list]])];
    for (int k = first[list]; k < first[list + 1]; ++k) {
      const int region = region_of(unknowns[k]), other = region_ranks_[region];
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
  relative_.resize(size_);
}

namespace {

/// In four sums side by side.
double sum_of_squares(const double* v, const double* weight, int n) {
  Double4 sums{};
  int i = 0;
  for (; i + 4 <= n; i += 4) {
    Double4 value, scale;
    std::memcpy(&value, v + i, sizeof value);
    std::memcpy(&scale, weight + i, sizeof scale);
    const Double4 ratio = value / scale;
    sums += ratio * ratio;
  }
  for (int k = 0; i < n; ++i, ++k) {
    const double ratio = v[i] / weight[i];
    sums[k] += ratio * ratio;
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

double System::norm_of_list(Norm kind, int list, const double* v, const double* weight) const {
  const NormRuns& all = norm_runs_[static_cast<int>(kind)];
  double sum = 0.0;
  for (int k = all.begin[list]; k < all.begin[list + 1]; ++k) {
    const NormRun& run = all.runs[k];
    sum += run.copies * sum_of_squares(v + run.begin, weight + run.begin, run.end - run.begin);
  }
  return all.count[list] > 0.0 ? std::sqrt(sum / all.count[list]) : 0.0;
}

void System::take_norms(Norm kind, const Unit& unit, const double* v, const double* weight) {
  in_lanes([&, this] {
    for (const int list : unit.norms) norms_[list] = norm_of_list(kind, list, v, weight);
  });
}

double System::largest_norm(Norm kind, const double* v, const double* weight) {
  if (norms_cross_) {
    for_each_unit([&](const Unit& unit) {
      for (const auto& [begin, end] : unit.unknowns)
        for (int u = begin; u < end; ++u) relative_[u] = v[u] / weight[u];
    });
    complete(relative_);
    std::vector<double> ones(size_, 1.0);
    take_norms(kind, trunk_, relative_.data(), ones.data());
  } else {
    take_norms(kind, trunk_, v, weight);
  }
  double largest = 0.0;
  const auto add = [&](const Unit& unit) {
    for (const int list : unit.norms)
      largest = std::max(largest, std::isfinite(norms_[list]) ? norms_[list] : std::numeric_limits<double>::infinity());
  };
  for (const Unit& piece : pieces_) add(piece);
  add(trunk_);
  return ranks_->max(largest);
}

double System::norm(const double* v, const double* weight) {
  for_each_piece([&](const Unit& piece) { take_norms(Norm::all, piece, v, weight); });
  return largest_norm(Norm::all, v, weight);
}
double System::differential_norm(const double* v, const double* weight) {
  for_each_piece([&](const Unit& piece) { take_norms(Norm::differential, piece, v, weight); });
  return largest_norm(Norm::differential, v, weight);
}

}  // namespace wattloop
