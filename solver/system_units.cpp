// Units of a System: pieces that stay in a cache, and the trunk that joins them.

#include <algorithm>

#include "solver/deal.h"
#include "solver/hash.h"
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

void append(std::vector<std::pair<int, int>>& ranges, int u) {
  if (ranges.empty() || ranges.back().second != u) ranges.emplace_back(u, u);
  ++ranges.back().second;
}

}  // namespace

/// Neither pieces nor packs, and so the numbers of unknowns, depend on the number of ranks or threads.
void System::set_parts() {
  const std::vector<double> weights = weights_of(*this);
  const std::vector<int> part = parts(regions_, weights);
  region_pieces_ = pieces(regions_, weights, part);
  const int count = 1 + *std::max_element(region_pieces_.begin(), region_pieces_.end());
  for (int g = 0; g < groups(); ++g)
    for (int i = 0; i < groups_[g]->size(); ++i) {
      const int region = component_regions_[g][i], piece = region_pieces_[region];
      groups_[g]->set_part(i, piece >= 0 ? piece : count + part[region]);
    }
  region_ranks_.assign(regions_.size(), -1);
  std::vector<std::vector<std::uint64_t>> places;
  for (const auto& group : groups_) places.emplace_back(group->size(), 0);
  const auto add = [&](ComponentRef c, auto... what) {
    std::uint64_t& place = places[c.group][c.index];
    ((place = mix_hash(place, static_cast<std::uint64_t>(what))), ...);
  };
  for (const Connection& c : connections_) add(c.component, c.port, c.node);
  for (const auto& [component, port, unknown] : readings_)
    add(component, port, unknown.node, unknown.component.group, unknown.component.index, unknown.index);
  for (int g = 0; g < groups(); ++g)
    for (int i = 0; i < groups_[g]->size(); ++i)
      if (region_pieces_[component_regions_[g][i]] >= 0) groups_[g]->set_place(i, places[g][i]);
}

void System::deal_regions() {
  const std::vector<double> weights = weights_of(*this);
  region_ranks_ = deal(regions_, weights, parts(regions_, weights), ranks_->size());
}

int System::dealt_regions() const {
  int n = 0;
  for (std::size_t r = 1; r < regions_.size(); ++r) n += region_ranks_[r] >= 0 && region_ranks_[regions_[r].parent] < 0;
  return n;
}

System::Unit* System::unit_of(int region) {
  if (!is_here(region_ranks_[region])) return nullptr;
  return region_pieces_[region] < 0 ? &trunk_ : &pieces_[units_[region_pieces_[region]]];
}

/// Until it can be solved all node values of a System belong to the trunk.
void System::list_units() {
  trunk_ = {};
  trunk_.is_trunk = true;
  pieces_.clear();
  units_.assign(1 + *std::max_element(region_pieces_.begin(), region_pieces_.end()), -1);
  for (std::size_t region = 0; region < regions_.size(); ++region)
    if (const int piece = region_pieces_[region]; piece >= 0 && units_[piece] < 0 && is_here(region_ranks_[region])) {
      units_[piece] = static_cast<int>(pieces_.size());
      pieces_.emplace_back().piece = piece;
    }
  list_chunks();
  for (int g = 0; g < groups(); ++g)
    for (int pack = 0; pack < groups_[g]->packs(); ++pack)
      for (int k = 0; k < groups_[g]->states(); ++k)
        for (int lane = 0; lane < pack_size && groups_[g]->member(pack, lane) >= 0; ++lane) {
          const int u = groups_[g]->unknown(groups_[g]->member(pack, lane), k);
          const int region =
              condensation_ ? condensation_->region_of(u) : component_regions_[g][groups_[g]->member(pack, lane)];
          if (Unit* unit = unit_of(region)) append(unit->unknowns, u);
        }
  for (int u = first_node_unknown_; u < size_; ++u)
    if (Unit* unit = unit_of(condensation_ ? condensation_->region_of(u) : 0)) {
      append(unit->unknowns, u);
      unit->rows.push_back(u);
    }
  trunk_.awake = trunk_;
  for (Unit& piece : pieces_) list_what_rests(piece);
  for (int n = 0; n < nodes(); ++n)
    if (Unit* unit = unit_of(condensation_ ? node_regions_[n] : 0)) unit->nodes.push_back(n);
  for (std::size_t s = 0; s < sources_.size(); ++s) list_source(static_cast<int>(s));
  for (Unit& piece : pieces_) list_scaled(piece);
  list_scaled(trunk_);
  list_of_ranks();
  list_norms_of_units();
}

/// Not before nodes have numbers.
void System::list_source(int source) {
  const int u = node_unknown(sources_[source].node);
  if (u < 0) return;
  if (Unit* unit = unit_of(condensation_ ? condensation_->region_of(u) : 0)) unit->sources.push_back(source);
}

/// Runs of packs of one group, a few packs long in the trunk: threads share those.
void System::list_chunks() {
  constexpr int longest_in_trunk = 4;
  for (int g = 0; g < groups(); ++g)
    for (int pack = 0; pack < groups_[g]->packs(); ++pack) {
      Unit* unit = unit_of(component_regions_[g][groups_[g]->member(pack, 0)]);
      if (!unit) continue;
      std::vector<Chunk>& chunks = unit->chunks;
      const bool goes_on = !chunks.empty() && chunks.back().number == g && chunks.back().end == pack &&
                           !(unit->is_trunk && pack - chunks.back().begin == longest_in_trunk);
      if (goes_on)
        ++chunks.back().end;
      else
        chunks.push_back({groups_[g].get(), g, pack, pack + 1});
    }
}

/// In the order in which unknowns and chunks stand in the piece.
void System::list_what_rests(Unit& piece) {
  std::vector<std::pair<int, int>> resting;
  for (const Chunk& chunk : piece.chunks)
    for (int pack = chunk.begin; pack < chunk.end; ++pack) {
      const GroupBase& group = *chunk.group;
      const bool rests = condensation_ && group.may_rest(pack);
      std::vector<Chunk>& chunks = rests ? piece.resting.chunks : piece.awake.chunks;
      if (!chunks.empty() && chunks.back().number == chunk.number && chunks.back().end == pack)
        ++chunks.back().end;
      else
        chunks.push_back({chunk.group, chunk.number, pack, pack + 1});
      const int first = group.unknown(group.member(pack, 0), 0);
      if (rests) resting.emplace_back(first, first + group.width(pack) * group.states());
    }
  std::sort(resting.begin(), resting.end());
  auto next = resting.begin();
  for (const auto& [begin, end] : piece.unknowns)
    for (int u = begin; u < end; ++u) {
      while (next != resting.end() && next->second <= u) ++next;
      append(next != resting.end() && next->first <= u ? piece.resting.unknowns : piece.awake.unknowns, u);
    }
}

double System::resting_share() const {
  long unknowns = 0;
  for (const auto& group : groups_)
    for (int pack = 0; pack < group->packs(); ++pack)
      if (group->may_rest(pack)) unknowns += group->width(pack) * group->states();
  return static_cast<double>(unknowns) / std::max(size_, 1);
}

void System::list_of_ranks() {
  of_rank_.assign(ranks_->size(), {});
  if (!condensation_) return;
  for (int u = 0; u < size_; ++u)
    if (const int rank = rank_of_unknown(u); rank >= 0) append(of_rank_[rank], u);
}

}  // namespace wattloop
