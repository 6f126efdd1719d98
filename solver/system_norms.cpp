// How large vectors of a System are: the largest over its regions.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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
  lists.copies.assign(size_, 1.0);
  set_norm_lists(std::move(lists));
}

void System::set_norm_lists(NormLists lists) {
  norm_lists_ = std::move(lists);
  norms_.resize(norm_lists_.begin.size() - 1);
  list_norms_here();
}

/// A list belongs to the rank that computes all of it. Where one has unknowns of several ranks, each rank takes all
/// norms.
void System::list_norms_here() {
  norms_here_.clear();
  norms_cross_ = false;
  const auto& [first, unknowns, copies] = norm_lists_;
  for (int list = 0; list < std::ssize(norms_); ++list) {
    int rank = -1;
    for (int k = first[list]; k < first[list + 1]; ++k) {
      const int other = condensation_ ? rank_of_unknown(unknowns[k]) : -1;
      norms_cross_ = norms_cross_ || (rank >= 0 && other >= 0 && other != rank);
      rank = std::max(rank, other);
    }
    if (is_here(rank)) norms_here_.push_back(list);
  }
  if (!norms_cross_) return;
  norms_here_.resize(norms_.size());
  std::iota(norms_here_.begin(), norms_here_.end(), 0);
  relative_.resize(size_);
}

template <class Include>
double System::regional_norm(const double* v, const double* weight, const Include& include) const {
  if (norms_cross_) {
    for_each_unknown([&](int u) { relative_[u] = v[u] / weight[u]; });
    complete(relative_);
  }
  const NormLists& lists = norm_lists_;
  pool_->parallel_for(static_cast<int>(norms_here_.size()), 16, [&](int begin, int end) {
    for (int i = begin; i < end; ++i) {
      const int list = norms_here_[i];
      double sum = 0.0, n = 0.0;
      for (int k = lists.begin[list]; k < lists.begin[list + 1]; ++k) {
        const int u = lists.unknowns[k];
        if (!include(u)) continue;
        const double ratio = norms_cross_ ? relative_[u] : v[u] / weight[u];
        sum += lists.copies[k] * ratio * ratio;
        n += lists.copies[k];
      }
      norms_[list] = n > 0.0 ? std::sqrt(sum / n) : 0.0;
    }
  });
  double largest = 0.0;
  for (int list : norms_here_) {
    const double norm = norms_[list];
    largest = std::isfinite(norm) ? std::max(largest, norm) : std::numeric_limits<double>::infinity();
  }
  return ranks_->max(largest);
}

double System::norm(const double* v, const double* weight) const {
  return regional_norm(v, weight, [](int) { return true; });
}
double System::differential_norm(const double* v, const double* weight) const {
  return regional_norm(v, weight, [&](int u) { return differential_[u] != 0; });
}

}  // namespace wattloop
