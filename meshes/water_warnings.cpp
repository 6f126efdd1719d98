// What a steady state of a water network should not have: warnings.

#include <algorithm>

#include "meshes/extended_period.h"

namespace wattloop {

void WaterPeriod::find_cut_off() {
  std::vector<std::vector<int>> neighbours(net_.nodes.size());
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    if (is_closed(state_.status[k])) continue;
    neighbours[net_.links[k].from].push_back(net_.links[k].to);
    neighbours[net_.links[k].to].push_back(net_.links[k].from);
  }
  std::vector<char> reached(net_.nodes.size(), 0);
  std::vector<int> stack;
  for (std::size_t i = net_.junctions.size(); i < net_.nodes.size(); ++i) {
    reached[i] = 1;
    stack.push_back(static_cast<int>(i));
  }
  while (!stack.empty()) {
    const int node = stack.back();
    stack.pop_back();
    for (const int next : neighbours[node]) {
      if (reached[next]) continue;
      reached[next] = 1;
      stack.push_back(next);
    }
  }
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) cut_off_[i] = !reached[i];
  // A part that is cut off has heads only if nothing is taken from it: those that the leak of closed links leaves.
  std::fill(undetermined_.begin(), undetermined_.end(), 0);
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) {
    if (!cut_off_[i] || undetermined_[i] || state_.flows().outflow[i] == 0.0) continue;
    undetermined_[i] = 1;
    stack.push_back(static_cast<int>(i));
    while (!stack.empty()) {
      const int node = stack.back();
      stack.pop_back();
      for (const int next : neighbours[node]) {
        if (undetermined_[next]) continue;
        undetermined_[next] = 1;
        stack.push_back(next);
      }
    }
  }
}

void WaterPeriod::collect_warnings() {
  using Kind = WaterWarning::Kind;
  warnings_.clear();
  const auto about_link = [&](Kind kind, std::size_t link) {
    warnings_.push_back({kind, time_, -1, static_cast<int>(link), 1});
  };
  if (result_.singular_node >= 0) warnings_.push_back({Kind::singular, time_, result_.singular_node, -1, 1});
  if (!result_.converged) warnings_.push_back({Kind::unbalanced, time_, -1, -1, 1});
  find_cut_off();
  WaterWarning cut_off{Kind::cut_off, time_, -1, -1, 0};
  WaterWarning negative{Kind::negative_pressure, time_, -1, -1, 0};
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) {
    const bool takes = state_.demand[i] > 0.0;
    WaterWarning* warning = nullptr;
    if (cut_off_[i]) {
      warning = &cut_off;
    } else if (takes && state_.head(static_cast<int>(i)) < net_.nodes[i].elevation) {
      warning = &negative;
    }
    if (warning != nullptr && warning->count++ == 0) warning->node = static_cast<int>(i);
  }
  for (const WaterWarning& warning : {cut_off, negative}) {
    if (warning.count > 0) warnings_.push_back(warning);
  }
  for (const int link : fights_) about_link(Kind::controls_fight, link);
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    const LinkStatus status = state_.status[k];
    if (status == LinkStatus::cannot_deliver_head) about_link(Kind::pump_beyond_head, k);
    if (status == LinkStatus::cannot_deliver_flow) about_link(Kind::valve_beyond_flow, k);
    if (status == LinkStatus::cannot_supply_pressure) about_link(Kind::valve_beyond_pressure, k);
    const int pump = net_.links[k].pump;
    if (pump < 0 || is_closed(status) || net_.pumps[pump].kind == PumpCurve::constant_power) continue;
    if (state_.flow(static_cast<int>(k)) > net_.pumps[pump].max_flow * state_.setting[k]) {
      about_link(Kind::pump_beyond_flow, k);
    }
  }
  for (std::size_t i = 0; i < net_.tanks.size(); ++i) {
    const WaterTank& tank = net_.tanks[i];
    const auto node = static_cast<int>(net_.junctions.size() + i);
    if (tank.is_reservoir()) continue;
    const double tolerance = net_.options.head_tolerance;
    if (state_.head(node) <= tank.min_head + tolerance) warnings_.push_back({Kind::tank_empty, time_, node, -1, 1});
    if (state_.head(node) >= tank.max_head - tolerance) warnings_.push_back({Kind::tank_full, time_, node, -1, 1});
  }
}

}  // namespace wattloop
