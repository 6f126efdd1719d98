// What the ranks that compute a System tell each other.

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "solver/system.h"

namespace wattloop {

void System::list_shared() {
  if (ranks_->size() == 1) return;
  for (int g = 0; g < groups(); ++g) {
    const GroupBase& group = *groups_[g];
    for (int i = 0; i < group.size(); ++i) {
      const int rank = region_ranks_[component_regions_[g][i]];
      if (rank < 0) continue;
      for (int t = 0; t < group.through(); ++t)
        if (const int row = group.through_slot(i, t); row >= 0 && rank_of_unknown(row) < 0)
          if (const double* term = group.through_term(i, t)) shared_rows_.add(rank, *term);
      for (int k = group.condensed(); k < group.states(); ++k)
        if (rank_of_unknown(group.unknown(i, k)) < 0) shared_rows_.add_entry(rank, group.unknown(i, k));
    }
  }
  for (std::size_t r = 1; r < regions_.size(); ++r) {
    if (region_ranks_[r] < 0 || region_ranks_[regions_[r].parent] >= 0) continue;
    for (const double* value : {&sums_[r].power, &sums_[r].power_through, &sums_[r].mass, &sums_[r].mass_through})
      shared_lacks_.add(region_ranks_[r], *value);
  }
}

void System::complete(std::vector<double>& values) const {
  if (ranks_->size() == 1) return;
  std::vector<double> all;
  std::vector<int> counts;
  for (const auto& ranges : of_rank_) {
    const std::size_t before = all.size();
    for (const auto& [begin, end] : ranges) all.insert(all.end(), values.begin() + begin, values.begin() + end);
    counts.push_back(static_cast<int>(all.size() - before));
  }
  ranks_->gather(all, counts);
  auto from = all.begin();
  for (const auto& ranges : of_rank_)
    for (const auto& [begin, end] : ranges) {
      std::copy(from, from + (end - begin), values.begin() + begin);
      from += end - begin;
    }
}

void System::complete_meters() {
  if (ranks_->size() == 1) return;
  std::vector<std::vector<ComponentRef>> of(ranks_->size());
  for (int g = 0; g < groups(); ++g)
    for (int i = 0; i < groups_[g]->size(); ++i)
      if (const int rank = region_ranks_[component_regions_[g][i]]; rank >= 0) of[rank].push_back({g, i});
  constexpr int size = sizeof(Meter) / sizeof(double);
  std::vector<double> all;
  std::vector<int> counts;
  for (const auto& components : of) {
    counts.push_back(static_cast<int>(components.size()) * size);
    for (const ComponentRef c : components) {
      const auto values = std::bit_cast<std::array<double, size>>(meter_of(c));
      all.insert(all.end(), values.begin(), values.end());
    }
  }
  ranks_->gather(all, counts);
  const double* from = all.data();
  for (const auto& components : of)
    for (const ComponentRef c : components) {
      std::array<double, size> values;
      std::copy_n(std::exchange(from, from + size), size, values.begin());
      set_meter(c, std::bit_cast<Meter>(values));
    }
}

}  // namespace wattloop
