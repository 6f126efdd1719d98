// Which rank computes what of a System, and what ranks tell each other.

#include <cstring>

#include "solver/deal.h"
#include "solver/system.h"

namespace wattloop {

namespace {

std::vector<double> weights_of(const System& system) {
  std::vector<double> weights(system.regions().size(), 0.0);
  for (int g = 0; g < system.groups(); ++g)
    for (int i = 0; i < system.group(g).size(); ++i)
      weights[system.component_region({g, i})] += system.group(g).states() + 1;
  return weights;
}

}  // namespace

/// They do not depend on the number of ranks, so packs and the numbers of unknowns do not either.
void System::set_parts() {
  const std::vector<int> part = parts(regions_, weights_of(*this));
  for (int g = 0; g < groups(); ++g)
    for (int i = 0; i < groups_[g]->size(); ++i) groups_[g]->set_part(i, part[component_regions_[g][i]]);
  region_ranks_.assign(regions_.size(), -1);
}

void System::deal_regions() {
  const std::vector<double> weights = weights_of(*this);
  region_ranks_ = deal(regions_, weights, parts(regions_, weights), ranks_->size());
  list_chunks();
}

int System::dealt_regions() const {
  int n = 0;
  for (std::size_t r = 1; r < regions_.size(); ++r) n += region_ranks_[r] >= 0 && region_ranks_[regions_[r].parent] < 0;
  return n;
}

void System::list_chunks() {
  chunks_.clear();
  std::vector<GroupBase*> groups;
  for (auto& group : groups_) groups.push_back(group.get());
  for (const Chunk& all : cut_into_chunks(groups, pool_->size()))
    for (int pack = all.begin; pack < all.end; ++pack) {
      if (!is_here({all.number, all.group->member(pack, 0)})) continue;
      if (pack > all.begin && !chunks_.empty() && chunks_.back().group == all.group && chunks_.back().end == pack)
        ++chunks_.back().end;
      else
        chunks_.push_back({all.group, all.number, pack, pack + 1});
    }
}

void System::list_here() {
  here_.clear(), rows_here_.clear();
  of_rank_.assign(ranks_->size(), {});
  const auto append = [](std::vector<std::pair<int, int>>& ranges, int u) {
    if (ranges.empty() || ranges.back().second != u) ranges.emplace_back(u, u);
    ++ranges.back().second;
  };
  for (int u = 0; u < size_; ++u) {
    const int rank = condensation_ ? rank_of_unknown(u) : -1;
    if (rank >= 0) append(of_rank_[rank], u);
    if (!is_here(rank)) continue;
    append(here_, u);
    if (u >= first_node_unknown_) rows_here_.push_back(u);
  }
  list_norms_here();
}

void System::list_shared() {
  if (ranks_->size() == 1) return;
  for (int g = 0; g < groups(); ++g) {
    const GroupBase& group = *groups_[g];
    for (int i = 0; i < group.size(); ++i) {
      const int rank = region_ranks_[component_regions_[g][i]];
      if (rank < 0) continue;
      for (int t = 0; t < group.through(); ++t)
        if (const int row = group.through_slot(i, t); row >= 0 && rank_of_unknown(row) < 0)
          shared_rows_.add(rank, group.through_value(i, t));
      for (int k = group.condensed(); k < group.states(); ++k)
        if (rank_of_unknown(group.unknown(i, k)) < 0) shared_rows_.add_entry(rank, group.unknown(i, k));
    }
  }
  for (std::size_t r = 1; r < regions_.size(); ++r) {
    if (region_ranks_[r] < 0 || region_ranks_[regions_[r].parent] >= 0) continue;
    for (const double* value : {&lacks_[r].power, &lacks_[r].power_through, &lacks_[r].mass, &lacks_[r].mass_through})
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
  constexpr int size = sizeof(Meter) / sizeof(double);
  std::vector<std::vector<Meter*>> of(ranks_->size());
  for (int g = 0; g < groups(); ++g)
    for (int i = 0; i < groups_[g]->size(); ++i)
      if (const int rank = region_ranks_[component_regions_[g][i]]; rank >= 0) of[rank].push_back(&meters_[g][i]);
  std::vector<double> all;
  std::vector<int> counts;
  for (const auto& meters : of) {
    counts.push_back(static_cast<int>(meters.size()) * size);
    for (const Meter* meter : meters) {
      const auto* values = reinterpret_cast<const double*>(meter);
      all.insert(all.end(), values, values + size);
    }
  }
  ranks_->gather(all, counts);
  const double* from = all.data();
  for (const auto& meters : of)
    for (Meter* meter : meters) {
      std::memcpy(static_cast<void*>(meter), from, sizeof(Meter));
      from += size;
    }
}

}  // namespace wattloop
