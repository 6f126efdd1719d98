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

System::Meter System::meter_of(ComponentRef c) const {
  const auto [pack, lane] = groups_[c.group]->place_of(c.index);
  return lane_of(meters_[c.group][pack], lane);
}

void System::set_meter(ComponentRef c, const Meter& meter) {
  const auto [pack, lane] = groups_[c.group]->place_of(c.index);
  set_lane(meter, meters_[c.group][pack], lane);
}

void System::add_to_meter(ComponentRef c, const Meter& increment) {
  Meter sum = meter_of(c);
  sum.add(1.0, increment);
  set_meter(c, sum);
}

void System::add_exchange(Meters& meters, const Unit& unit, const double* y, double weight) {
  for_each_chunk(unit,
                 [&](const Chunk& c) { c.group->add_exchange(c.begin, c.end, y, weight, meters[c.number].data()); });
}

void System::commit_meters(const Unit& unit) {
  for_each_chunk(unit, [&](const Chunk& c) {
    for (int pack = c.begin; pack < c.end; ++pack) {
      meters_[c.number][pack].add(1.0, pending_[c.number][pack]);
      pending_[c.number][pack] = {};
    }
  });
}

void System::meter(const double* y, double weight) {
  for_each_unit([&](const Unit& unit) { meter(unit, y, weight); });
}

void System::discard_meters() {
  for (auto& list : pending_) std::fill(list.begin(), list.end(), ExchangeOf<Pack>{});
}

void System::reset_meters() {
  for (auto& list : meters_) std::fill(list.begin(), list.end(), ExchangeOf<Pack>{});
  discard_meters();
}

}  // namespace wattloop
