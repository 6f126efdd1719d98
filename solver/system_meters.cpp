// What flows through a System and what its balances lack.

#include <algorithm>
#include <cmath>

#include "solver/system.h"

namespace wattloop {

void System::note_lacks(const Unit& unit, const double* y, const double* r) {
  for (const int n : unit.nodes) lacks_[node_regions_[n]] = {};
  for (const int n : unit.nodes) {
    Lack& lack = lacks_[node_regions_[n]];
    const int u = nodes_[n].first_unknown;
    const double* through = gross_.data() + u - first_node_unknown_;
    if (nodes_[n].connector == Connector::liquid)
      lack.add({0.0, 0.0, std::abs(r[u]), through[0]});
    else if (nodes_[n].connector == Connector::ac)
      lack.add({std::abs(y[u] * r[u] + y[u + 1] * r[u + 1]),
                std::abs(y[u]) * through[0] + std::abs(y[u + 1]) * through[1], 0.0, 0.0});
    else if (nodes_[n].connector == Connector::dc)
      lack.add({std::abs(y[u] * r[u]), std::abs(y[u]) * through[0], 0.0, 0.0});
  }
}

/// Summed region by region, each with those in it: the order does not depend on who computes them.
double System::imbalance(const double* y, const double* r) {
  for_each_unit([&](const Unit& unit) { note_lacks(unit, y, r); });
  sums_ = lacks_;
  const int last = static_cast<int>(regions_.size()) - 1;
  for (int region = last; region > 0; --region)
    if (region_ranks_[regions_[region].parent] == ranks_->rank()) sums_[regions_[region].parent].add(sums_[region]);
  shared_lacks_.update(*ranks_);
  for (int region = last; region > 0; --region)
    if (region_ranks_[regions_[region].parent] < 0) sums_[regions_[region].parent].add(sums_[region]);
  const Lack& all = sums_[0];
  return std::max(all.power / std::max(all.power_through, 1.0), all.mass / std::max(all.mass_through, 1e-3));
}

void System::meter(const Unit& unit, const double* y, double weight) {
  for_each_chunk(unit, [&](const Chunk& c) {
    for (int pack = c.begin; pack < c.end; ++pack)
      pending_[c.number][pack].add(weight, c.group->exchange_of_pack(pack, y));
  });
}

void System::commit_meters(const Unit& unit) {
  for_each_chunk(unit, [&](const Chunk& c) {
    for (int pack = c.begin; pack < c.end; ++pack) {
      ExchangeOf<Pack>& pending = pending_[c.number][pack];
      for (int lane = 0; lane < c.group->width(pack); ++lane)
        meters_[c.number][c.group->member(pack, lane)].add(1.0, lane_of(pending, lane));
      pending = {};
    }
  });
}

void System::meter(const double* y, double weight) {
  for_each_unit([&](const Unit& unit) { meter(unit, y, weight); });
}

void System::commit_meters() {
  for_each_unit([&](const Unit& unit) { commit_meters(unit); });
}

void System::discard_meters() {
  for (auto& list : pending_) std::fill(list.begin(), list.end(), ExchangeOf<Pack>{});
}

void System::reset_meters() {
  for (auto& list : meters_) std::fill(list.begin(), list.end(), Meter{});
  discard_meters();
}

}  // namespace wattloop
