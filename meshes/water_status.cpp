// Statuses of a water network that follow heads and flows, by the rules of EPANET 2.2.

#include <algorithm>
#include <cmath>

#include "meshes/water_steady.h"

namespace wattloop {

void WaterSteady::place_regulator(int k) {
  const WaterLink& link = net_.links[k];
  if (link.type != LinkType::pressure_reducing && link.type != LinkType::pressure_sustaining) return;
  const int node = link.type == LinkType::pressure_reducing ? link.to : link.from;
  if (status[k] == LinkStatus::active && setting[k] != no_setting) {
    flows_.regulate(order_.row[k], order_.place[node], net_.nodes[node].elevation + setting[k] - datum_);
  } else {
    flows_.release(order_.row[k]);
  }
}

bool WaterSteady::update_pressure_valves() {
  bool changed = false;
  for (const int k : pressure_valves_) {
    if (setting[k] == no_setting) continue;
    const LinkStatus next =
        net_.links[k].type == LinkType::pressure_reducing ? pressure_reducing_status(k) : pressure_sustaining_status(k);
    if (next == status[k]) continue;
    status[k] = next;
    place_regulator(k);
    changed = true;
  }
  return changed;
}

LinkStatus WaterSteady::pressure_reducing_status(int k) const {
  const WaterLink& link = net_.links[k];
  const double q = flows_.flow[order_.row[k]];
  const double held = net_.nodes[link.to].elevation + setting[k];
  const double h1 = head(link.from);
  const double h2 = head(link.to);
  const double tolerance = net_.options.head_tolerance;
  const bool reverse = q < -net_.options.flow_tolerance;
  switch (status[k]) {
    case LinkStatus::active:
      if (reverse) return LinkStatus::closed;
      return h1 - link.minor_loss * q * q < held - tolerance ? LinkStatus::open : LinkStatus::active;
    case LinkStatus::open:
      if (reverse) return LinkStatus::closed;
      return h2 >= held + tolerance ? LinkStatus::active : LinkStatus::open;
    case LinkStatus::closed:
      if (h1 >= held + tolerance && h2 < held - tolerance) return LinkStatus::active;
      return h1 < held - tolerance && h1 > h2 + tolerance ? LinkStatus::open : LinkStatus::closed;
    default:
      return reverse ? LinkStatus::closed : status[k];
  }
}

LinkStatus WaterSteady::pressure_sustaining_status(int k) const {
  const WaterLink& link = net_.links[k];
  const double q = flows_.flow[order_.row[k]];
  const double held = net_.nodes[link.from].elevation + setting[k];
  const double h1 = head(link.from);
  const double h2 = head(link.to);
  const double tolerance = net_.options.head_tolerance;
  const bool reverse = q < -net_.options.flow_tolerance;
  switch (status[k]) {
    case LinkStatus::active:
      if (reverse) return LinkStatus::closed;
      return h2 + link.minor_loss * q * q > held + tolerance ? LinkStatus::open : LinkStatus::active;
    case LinkStatus::open:
      if (reverse) return LinkStatus::closed;
      return h1 < held - tolerance ? LinkStatus::active : LinkStatus::open;
    case LinkStatus::closed:
      if (h1 <= h2 + tolerance) return LinkStatus::closed;
      if (h2 > held + tolerance) return LinkStatus::open;
      return h1 >= held + tolerance ? LinkStatus::active : LinkStatus::closed;
    default:
      return reverse ? LinkStatus::closed : status[k];
  }
}

LinkStatus WaterSteady::flow_control_status(int k, LinkStatus now) const {
  const WaterLink& link = net_.links[k];
  if (head(link.from) - head(link.to) < -net_.options.head_tolerance) return LinkStatus::cannot_deliver_flow;
  if (flows_.flow[order_.row[k]] < -net_.options.flow_tolerance) return LinkStatus::cannot_deliver_flow;
  if (now == LinkStatus::cannot_deliver_flow && flows_.flow[order_.row[k]] >= setting[k]) return LinkStatus::active;
  return now;
}

LinkStatus WaterSteady::check_valve_status(LinkStatus now, double head_difference, double q) const {
  const bool reverse = q < -net_.options.flow_tolerance;
  if (std::abs(head_difference) > net_.options.head_tolerance) {
    return head_difference < 0.0 || reverse ? LinkStatus::closed : LinkStatus::open;
  }
  return reverse ? LinkStatus::closed : now;
}

void WaterSteady::apply_tank_limits(int k, int tank_node, int other) {
  const WaterTank& tank = net_.tank(tank_node);
  if (is_closed(status[k]) || tank.is_reservoir()) return;
  const WaterLink& link = net_.links[k];
  const double q = link.from == tank_node ? flows_.flow[order_.row[k]] : -flows_.flow[order_.row[k]];
  const double level = head(tank_node);
  const double difference = level - head(other);
  const double tolerance = net_.options.head_tolerance;
  const bool pump = link.type == LinkType::pump;
  if (level >= tank.max_head - tolerance && !tank.can_overflow) {
    const bool fills =
        pump ? link.to == tank_node : check_valve_status(LinkStatus::open, difference, q) == LinkStatus::closed;
    if (fills) status[k] = LinkStatus::temporarily_closed;
  }
  if (level <= tank.min_head + tolerance) {
    const bool drains =
        pump ? link.from == tank_node : check_valve_status(LinkStatus::closed, difference, q) == LinkStatus::open;
    if (drains) status[k] = LinkStatus::temporarily_closed;
  }
}

bool WaterSteady::update_links() {
  bool changed = false;
  for (const int k : followers_) {
    const WaterLink& link = net_.links[k];
    const LinkStatus before = status[k];
    if (before == LinkStatus::cannot_deliver_head || before == LinkStatus::temporarily_closed) {
      status[k] = LinkStatus::open;
    }
    const double difference = head(link.from) - head(link.to);
    if (link.type == LinkType::check_valve) {
      status[k] = check_valve_status(status[k], difference, flows_.flow[order_.row[k]]);
    } else if (link.type == LinkType::pump && !is_closed(status[k]) && setting[k] > 0.0) {
      const WaterPump& pump = net_.pumps[link.pump];
      const bool limited = pump.kind == PumpCurve::power_function || pump.kind == PumpCurve::points;
      const double most = setting[k] * setting[k] * pump.max_head + net_.options.head_tolerance;
      status[k] = limited && -difference > most ? LinkStatus::cannot_deliver_head : LinkStatus::open;
    } else if (link.type == LinkType::flow_control && setting[k] != no_setting) {
      status[k] = flow_control_status(k, before);
    }
    if (!net_.is_junction(link.from)) {
      apply_tank_limits(k, link.from, link.to);
    } else if (!net_.is_junction(link.to)) {
      apply_tank_limits(k, link.to, link.from);
    }
    changed = changed || status[k] != before;
  }
  return changed;
}

bool WaterSteady::update_pressure_switches() {
  bool changed = false;
  const double tolerance = net_.options.head_tolerance;
  for (const WaterControl& control : net_.controls) {
    if (control.node < 0 || !net_.is_junction(control.node)) continue;
    const bool holds = control.kind == WaterControl::Kind::below ? head(control.node) <= control.head + tolerance
                                                                 : head(control.node) >= control.head - tolerance;
    if (!holds) continue;
    const int k = control.link;
    const LinkType type = net_.links[k].type;
    bool differs = false;
    if (type == LinkType::pipe) {
      differs = status[k] != control.status;
    } else {
      differs = setting[k] != control.setting ||
                (type != LinkType::pump && setting[k] == no_setting && status[k] != control.status);
    }
    if (!differs) continue;
    status[k] = control.status;
    if (type != LinkType::pipe) setting[k] = control.setting;
    place_regulator(k);
    ++switches_[k];
    changed = true;
  }
  return changed;
}

// What is looked at when heads and flows stand still.
bool WaterSteady::update_settled() {
  hang_heads();
  const bool changed = update_links();
  return update_pressure_switches() || changed;
}

int WaterSteady::link_switched_to_and_fro() const {
  constexpr int to_and_fro = 4;
  const auto most = std::max_element(switches_.begin(), switches_.end());
  return most != switches_.end() && *most >= to_and_fro ? static_cast<int>(most - switches_.begin()) : -1;
}

bool WaterSteady::free_bad_valve(int node) {
  for (std::size_t i = 0; i < net_.links.size(); ++i) {
    const int k = static_cast<int>(i);
    const WaterLink& link = net_.links[k];
    if (!is_regulator(link.type) || status[k] != LinkStatus::active) continue;
    if (order_.place[link.from] != node && order_.place[link.to] != node) continue;
    status[k] =
        link.type == LinkType::flow_control ? LinkStatus::cannot_deliver_flow : LinkStatus::cannot_supply_pressure;
    place_regulator(k);
    return true;
  }
  return false;
}

}  // namespace wattloop
