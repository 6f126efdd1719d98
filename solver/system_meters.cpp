// What flows through a System and what its balances lack.

#include <algorithm>
#include <cmath>

#include "solver/system.h"

namespace wattloop {

/// Summed region by region, each with those in it: the order does not depend on who computes them.
double System::imbalance(const double* y, const double* r) const {
  const auto through = [&](int unknown) {
    double sum = 0.0;
    const int i = unknown - first_node_unknown_;
    for (int k = balance_begin_[i]; k < balance_begin_[i + 1]; ++k) sum += std::abs(*balance_terms_[k]);
    return 0.5 * sum;
  };
  std::fill(lacks_.begin(), lacks_.end(), Lack{});
  for (int n = 0; n < nodes(); ++n) {
    if (!is_here(region_ranks_[node_regions_[n]])) continue;
    Lack& lack = lacks_[node_regions_[n]];
    const int u = nodes_[n].first_unknown;
    if (nodes_[n].connector == Connector::liquid)
      lack.add({0.0, 0.0, std::abs(r[u]), through(u)});
    else if (nodes_[n].connector == Connector::ac)
      lack.add({std::abs(y[u] * r[u] + y[u + 1] * r[u + 1]),
                std::abs(y[u]) * through(u) + std::abs(y[u + 1]) * through(u + 1), 0.0, 0.0});
    else if (nodes_[n].connector == Connector::dc)
      lack.add({std::abs(y[u] * r[u]), std::abs(y[u]) * through(u), 0.0, 0.0});
  }
  const int last = static_cast<int>(regions_.size()) - 1;
  for (int region = last; region > 0; --region)
    if (region_ranks_[regions_[region].parent] == ranks_->rank()) lacks_[regions_[region].parent].add(lacks_[region]);
  shared_lacks_.update(*ranks_);
  for (int region = last; region > 0; --region)
    if (region_ranks_[regions_[region].parent] < 0) lacks_[regions_[region].parent].add(lacks_[region]);
  const Lack& all = lacks_[0];
  return std::max(all.power / std::max(all.power_through, 1.0), all.mass / std::max(all.mass_through, 1e-3));
}

template <class F>
void System::for_each_here(const F& f) {
  for_each_chunk([&](const Chunk& c) {
    for (int pack = c.begin; pack < c.end; ++pack)
      for (int lane = 0; lane < pack_size; ++lane)
        if (const int i = c.group->member(pack, lane); i >= 0) f(c.number, i);
  });
}

void System::meter(const double* y, double weight) {
  for_each_here([&](int g, int i) { pending_[g][i].add(weight, groups_[g]->exchange(i, y)); });
}

void System::commit_meters() {
  for_each_here([&](int g, int i) {
    meters_[g][i].add(1.0, pending_[g][i]);
    pending_[g][i] = {};
  });
}

void System::discard_meters() {
  for (auto& list : pending_) std::fill(list.begin(), list.end(), Meter{});
}

void System::reset_meters() {
  for (auto& list : meters_) std::fill(list.begin(), list.end(), Meter{});
  discard_meters();
}

}  // namespace wattloop
