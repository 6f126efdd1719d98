#include "solver/condensation.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "solver/errors.h"
#include "solver/matching.h"

namespace wattloop {

namespace {
/// Pivots below this share of their row's largest entry count as missing.
constexpr double smallest_pivot = 1e-13;
}  // namespace

Condensation::Condensation(Structure structure, int linearisations) : s_(std::move(structure)) {
  assign_regions();
  raise_unmatched();
  build_fronts();
  factors_.resize(linearisations);
  for (std::vector<Factors>& slot : factors_) {
    slot.resize(fronts_.size());
    for (std::size_t i = 0; i < fronts_.size(); ++i) {
      slot[i].matrix.resize(fronts_[i].unknowns.size() * fronts_[i].unknowns.size());
      slot[i].pivots.resize(fronts_[i].own);
      slot[i].scale.resize(fronts_[i].own);
    }
  }
}

/// Calls f(unknown) for each row and then each column of a component's border; -1 where there is none.
template <class F>
void Condensation::for_each_border(const GroupBase& group, int index, const F& f) const {
  const int first_kept = group.unknown(index, group.condensed());
  for (int k = 0; k < group.kept(); ++k) f(first_kept + k);
  for (int slot : group.through_slots(index)) f(slot);
  for (int k = 0; k < group.kept(); ++k) f(first_kept + k);
  for (int slot : group.across_slots(index)) f(slot);
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
      const int first_kept = group->unknown(i, group->condensed());
      const auto is_own_kept = [&](int u) { return u >= first_kept && u < first_kept + group->kept(); };
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
    front.rhs.resize(front.unknowns.size());
    for (int u : front.unknowns) place[u] = -1;
  }
}

void Condensation::assemble(const Front& front, const std::vector<Factors>& factors, std::span<const double> diagonal,
                            std::vector<double>& matrix) const {
  const std::size_t n = front.unknowns.size();
  std::fill(matrix.begin(), matrix.end(), 0.0);
  for (int i = 0; i < front.own; ++i) matrix[i * n + i] = diagonal[front.unknowns[i]];
  for (const Member& member : front.members) {
    const GroupBase& group = *s_.groups[member.group];
    const int rows = group.border_rows(), columns = group.border_columns();
    const int* row = maps_.data() + member.first_map;
    const int* column = row + rows;
    const double* schur = group.schur(member.index);
    for (int i = 0; i < rows; ++i) {
      if (row[i] < 0) continue;
      for (int j = 0; j < columns; ++j)
        if (column[j] >= 0) matrix[row[i] * n + column[j]] += schur[i * columns + j];
    }
  }
  for (int child : front.children) {
    const Front& below = fronts_[child];
    const std::size_t size = below.unknowns.size();
    const std::vector<double>& from = factors[child].matrix;
    for (std::size_t i = below.own; i < size; ++i)
      for (std::size_t j = below.own; j < size; ++j)
        matrix[below.to_parent[i - below.own] * n + below.to_parent[j - below.own]] += from[i * size + j];
  }
}

void Condensation::eliminate(const Front& front, Factors& factors) const {
  const int n = static_cast<int>(front.unknowns.size());
  double* a = factors.matrix.data();
  std::vector<double>& scale = factors.scale;
  for (int i = 0; i < front.own; ++i) {
    double largest = 0.0;
    for (int j = 0; j < n; ++j) largest = std::max(largest, std::abs(a[i * n + j]));
    scale[i] = largest > 0.0 ? 1.0 / largest : 0.0;
  }
  for (int k = 0; k < front.own; ++k) {
    int pivot = k;
    for (int i = k + 1; i < front.own; ++i)
      if (std::abs(a[i * n + k]) * scale[i] > std::abs(a[pivot * n + k]) * scale[pivot]) pivot = i;
    if (!(std::abs(a[pivot * n + k]) * scale[pivot] > smallest_pivot))
      throw SingularBlock(s_.regions[&front - fronts_.data()].path, s_.unknown_name(front.unknowns[k]));
    factors.pivots[k] = pivot;
    if (pivot != k) {
      std::swap_ranges(a + k * n, a + k * n + n, a + pivot * n);
      std::swap(scale[k], scale[pivot]);
    }
    const double inverse = 1.0 / a[k * n + k];
    for (int i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] * inverse;
      a[i * n + k] = factor;
      if (factor == 0.0) continue;
      for (int j = k + 1; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
    }
  }
}

template <class F>
void Condensation::for_each_front(int depth, ThreadPool& pool, const F& f) {
  const std::vector<int>& regions = levels_[depth];
  pool.parallel_for(static_cast<int>(regions.size()), 32, [&](int begin, int end) {
    for (int i = begin; i < end; ++i) f(regions[i]);
  });
}

void Condensation::factor(int slot, std::span<const double> diagonal, ThreadPool& pool) {
  std::vector<Factors>& factors = factors_[slot];
  for (int depth = static_cast<int>(levels_.size()) - 1; depth >= 0; --depth)
    for_each_front(depth, pool, [&](int region) {
      assemble(fronts_[region], factors, diagonal, factors[region].matrix);
      eliminate(fronts_[region], factors[region]);
    });
}

void Condensation::forward(Front& front, const Factors& factors, const double* r) {
  const int n = static_cast<int>(front.unknowns.size());
  double* f = front.rhs.data();
  for (int i = 0; i < n; ++i) f[i] = i < front.own ? r[front.unknowns[i]] : 0.0;
  for (const Member& member : front.members) {
    const GroupBase& group = *s_.groups[member.group];
    const int* row = maps_.data() + member.first_map;
    const double* condensed = group.condensed_rhs(member.index);
    for (int i = 0; i < group.border_rows(); ++i)
      if (row[i] >= 0) f[row[i]] += condensed[i];
  }
  for (int child : front.children) {
    const Front& below = fronts_[child];
    for (std::size_t i = 0; i < below.to_parent.size(); ++i) f[below.to_parent[i]] += below.rhs[below.own + i];
  }
  const double* a = factors.matrix.data();
  for (int k = 0; k < front.own; ++k) std::swap(f[k], f[factors.pivots[k]]);
  for (int i = 1; i < n; ++i) {
    double sum = f[i];
    const int end = std::min(i, front.own);
    for (int k = 0; k < end; ++k) sum -= a[i * n + k] * f[k];
    f[i] = sum;
  }
}

void Condensation::backward(Front& front, const Factors& factors, double* delta) {
  const int n = static_cast<int>(front.unknowns.size());
  const double* a = factors.matrix.data();
  double* f = front.rhs.data();
  for (int j = front.own; j < n; ++j) f[j] = delta[front.unknowns[j]];
  for (int i = front.own - 1; i >= 0; --i) {
    double sum = f[i];
    for (int j = i + 1; j < n; ++j) sum -= a[i * n + j] * f[j];
    f[i] = sum / a[i * n + i];
    delta[front.unknowns[i]] = f[i];
  }
}

void Condensation::solve(int slot, const double* r, double* delta, ThreadPool& pool) {
  constexpr int grain = 2;
  const int n = static_cast<int>(s_.chunks.size());
  for (GroupBase* group : s_.groups) group->select_linearisation(slot);
  pool.parallel_for(n, grain, [&](int begin, int end) {
    for (int i = begin; i < end; ++i) s_.chunks[i].group->condense(s_.chunks[i].begin, s_.chunks[i].end, r);
  });
  const std::vector<Factors>& factors = factors_[slot];
  const int depths = static_cast<int>(levels_.size());
  for (int depth = depths - 1; depth >= 0; --depth)
    for_each_front(depth, pool, [&](int region) { forward(fronts_[region], factors[region], r); });
  for (int depth = 0; depth < depths; ++depth)
    for_each_front(depth, pool, [&](int region) { backward(fronts_[region], factors[region], delta); });
  pool.parallel_for(n, grain, [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
      s_.chunks[i].group->back_substitute(s_.chunks[i].begin, s_.chunks[i].end, r, delta);
  });
}

int Condensation::largest_front() const {
  std::size_t largest = 0;
  for (const Front& front : fronts_) largest = std::max(largest, front.unknowns.size());
  return static_cast<int>(largest);
}

}  // namespace wattloop
