// What a steady state of a water network should not have: warnings.

#include <algorithm>

#include "meshes/extended_period.h"

namespace wattloop {

// Only when a link has opened or closed since the last time.
void WaterPeriod::find_cut_off() {
  bool same = !closed_.empty();
  closed_.resize(net_.links.size());
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    const char closed = is_closed(state_.status[k]);
    same = same && closed == closed_[k];
    closed_[k] = closed;
  }
  if (at_.empty()) list_links();
  if (!same) {
    std::vector<int> sources;
    for (std::size_t i = net_.junctions.size(); i < net_.nodes.size(); ++i) sources.push_back(static_cast<int>(i));
    const std::vector<char> reached = reach(sources);
    for (std::size_t i = 0; i < net_.junctions.size(); ++i) cut_off_[i] = !reached[i];
  }
  // A part that is cut off has heads only if nothing is taken from it: those that the leak of closed links leaves.
  std::vector<int> taking;
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) {
    if (cut_off_[i] && state_.fixed_outflow(static_cast<int>(i)) != 0.0) taking.push_back(static_cast<int>(i));
  }
  std::fill(undetermined_.begin(), undetermined_.end(), 0);
  if (taking.empty()) return;
  const std::vector<char> reached = reach(taking);
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) undetermined_[i] = reached[i];
}

void WaterPeriod::list_links() {
  first_at_.assign(net_.nodes.size() + 1, 0);
  for (const WaterLink& link : net_.links) {
    ++first_at_[link.from + 1];
    ++first_at_[link.to + 1];
  }
  for (std::size_t i = 1; i < first_at_.size(); ++i) first_at_[i] += first_at_[i - 1];
  std::vector<int> next(first_at_.begin(), first_at_.end() - 1);
  at_.resize(2 * net_.links.size());
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    at_[next[net_.links[k].from]++] = static_cast<int>(k);
    at_[next[net_.links[k].to]++] = static_cast<int>(k);
  }
}

// Nodes that open links join to any of these.
std::vector<char> WaterPeriod::reach(std::vector<int> nodes) const {
  std::vector<char> reached(net_.nodes.size(), 0);
  for (const int node : nodes) reached[node] = 1;
  while (!nodes.empty()) {
    const int node = nodes.back();
    nodes.pop_back();
    for (int i = first_at_[node]; i < first_at_[node + 1]; ++i) {
      const int k = at_[i];
      if (closed_[k]) continue;
      const int next = net_.links[k].from == node ? net_.links[k].to : net_.links[k].from;
      if (reached[next]) continue;
      reached[next] = 1;
      nodes.push_back(next);
    }
  }
  return reached;
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
  if (result_.fighting_link >= 0) fights_.insert(result_.fighting_link);
  for (const int link : fights_) about_link(Kind::controls_fight, link);
  fights_.clear();
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
