#include "meshes/water_steady.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace wattloop {

namespace {

constexpr double foot = 0.3048;  // m

/// Links of the network, then one from each emitter and each pressure-driven demand to a ground of its own.
std::vector<FlowNetwork::Link> flow_links(const WaterNetwork& net, const std::vector<int>& emitters,
                                          const std::vector<int>& driven) {
  std::vector<FlowNetwork::Link> links;
  for (const WaterLink& link : net.links) links.push_back({link.from, link.to});
  int ground = static_cast<int>(net.nodes.size());
  for (const std::vector<int>* outlets : {&emitters, &driven}) {
    for (const int junction : *outlets) links.push_back({junction, ground++});
  }
  return links;
}

bool at_tank(const WaterNetwork& net, const WaterLink& link) {
  return !net.is_junction(link.from) || !net.is_junction(link.to);
}

FlowOrder flow_order(const WaterNetwork& net, const std::vector<FlowNetwork::Link>& links) {
  const std::size_t outlets = links.size() - net.links.size();
  std::vector<char> may_hang(links.size(), 0);
  for (std::size_t k = 0; k < net.links.size(); ++k) {
    may_hang[k] = net.links[k].type == LinkType::pipe && !at_tank(net, net.links[k]);
  }
  const std::size_t nodes = net.nodes.size() + outlets;
  return order_flow_network(static_cast<int>(net.junctions.size()), static_cast<int>(nodes), links, may_hang);
}

FlowNetwork flow_network(const WaterNetwork& net, const FlowOrder& order, const std::vector<FlowNetwork::Link>& links) {
  std::vector<FlowNetwork::Link> placed(links.size());
  for (std::size_t k = 0; k < links.size(); ++k) {
    placed[order.row[k]] = {order.place[links[k].from], order.place[links[k].to]};
  }
  const int nodes = static_cast<int>(order.place.size());
  return FlowNetwork(static_cast<int>(net.junctions.size()), nodes, std::move(placed), order.hanging, true);
}

std::vector<int> emitters_of(const WaterNetwork& net) {
  std::vector<int> found;
  for (std::size_t i = 0; i < net.junctions.size(); ++i) {
    if (net.junctions[i].emitter > 0.0) found.push_back(static_cast<int>(i));
  }
  return found;
}

std::vector<int> pressure_driven_of(const WaterNetwork& net) {
  std::vector<int> found;
  if (!net.options.pressure_driven) return found;
  for (std::size_t i = 0; i < net.junctions.size(); ++i) found.push_back(static_cast<int>(i));
  return found;
}

}  // namespace

WaterSteady::WaterSteady(const WaterNetwork& network)
    : WaterSteady(network, emitters_of(network), pressure_driven_of(network)) {}

WaterSteady::WaterSteady(const WaterNetwork& network, const std::vector<int>& emitters, const std::vector<int>& driven)
    : WaterSteady(network, emitters, driven, flow_links(network, emitters, driven)) {}

WaterSteady::WaterSteady(const WaterNetwork& network, const std::vector<int>& emitters, const std::vector<int>& driven,
                         const std::vector<FlowNetwork::Link>& links)
    : demand(network.junctions.size(), 0.0),
      net_(network),
      order_(flow_order(network, links)),
      flows_(flow_network(network, order_, links)),
      friction_(links.size(), 0.0),
      minor_loss_(links.size(), 0.0),
      power_(links.size(), 0.0),
      emitters_(emitters),
      driven_(driven),
      switches_(network.links.size(), 0),
      taken_(network.nodes.size(), 0.0) {
  const double feet_per_cubic_foot = foot / net_.options.cubic_foot;
  high_slope_ = 1e8 * feet_per_cubic_foot;  // 1e8 ft per ft3/s
  low_slope_ = 1e-6 * feet_per_cubic_foot;
  if (!net_.tanks.empty()) datum_ = net_.tanks.front().initial_head;
  for (std::size_t i = 0; i < net_.tanks.size(); ++i) {
    set_fixed_head(static_cast<int>(net_.junctions.size() + i), net_.tanks[i].initial_head);
  }
  int outlet = static_cast<int>(net_.links.size());
  int ground = static_cast<int>(net_.nodes.size());
  for (const int junction : emitters_) {
    flows_.head[ground++] = net_.nodes[junction].elevation - datum_;
    flows_.flow[order_.row[outlet++]] = net_.options.cubic_foot;
  }
  for (const int junction : driven_) {
    flows_.head[ground++] = net_.nodes[junction].elevation + net_.options.min_pressure - datum_;
  }
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    const WaterLink& link = net_.links[k];
    const bool controls = is_regulator(link.type) && link.setting != no_setting;
    status.push_back(controls ? LinkStatus::active : link.status);
    setting.push_back(link.setting);
    if (link.type == LinkType::pressure_reducing || link.type == LinkType::pressure_sustaining) {
      pressure_valves_.push_back(static_cast<int>(k));
    }
    reset_flow(static_cast<int>(k));
    sort_link(static_cast<int>(k));
  }
  const auto hangs = [this](int k) { return order_.row[k] >= flows_.core_links(); };
  const auto first_hanging = std::stable_partition(others_.begin(), others_.end(), std::not_fn(hangs));
  hanging_others_.assign(first_hanging, others_.end());
  others_.erase(first_hanging, others_.end());
}

void WaterSteady::sort_link(int k) {
  const WaterLink& link = net_.links[k];
  const bool pipe = link.type == LinkType::pipe || link.type == LinkType::check_valve;
  if (pipe && net_.options.friction != FrictionLaw::darcy_weisbach) {
    pipes_.push_back({order_.row[k], k, link.r});
    minor_loss_[order_.row[k]] = link.minor_loss;
  } else {
    others_.push_back(k);
  }
  const auto is_tank = [this](int node) { return !net_.is_junction(node) && !net_.tank(node).is_reservoir(); };
  const bool follows = link.type == LinkType::check_valve || link.type == LinkType::pump;
  if (at_tank(net_, link)) fixed_.push_back(k);
  if (at_tank(net_, link) || follows || link.type == LinkType::flow_control) followers_.push_back(k);
  if (follows || is_regulator(link.type) || is_tank(link.from) || is_tank(link.to)) has_statuses_ = true;
}

void WaterSteady::reset_flow(int k) {
  const WaterLink& link = net_.links[k];
  if (is_closed(status[k])) {
    flows_.flow[order_.row[k]] = 1e-6 * net_.options.cubic_foot;
  } else if (link.type == LinkType::pump) {
    flows_.flow[order_.row[k]] = setting[k] * net_.pumps[link.pump].design_flow;
  } else {
    flows_.flow[order_.row[k]] = link.area * foot * net_.options.cubic_foot / (foot * foot * foot);
  }
}

bool WaterSteady::has_converged(const FlowNetwork::Step& step) const {
  const WaterOptions& options = net_.options;
  constexpr double loosest_accuracy = 1e-6;
  constexpr double loosest_head_error = 1e-6;  // m
  const double scale = step.total_flow > options.accuracy ? step.total_flow : 1.0;
  if (step.flow_change > std::min(options.accuracy, loosest_accuracy) * scale) return false;
  if (options.flow_change > 0.0 && step.largest_change > options.flow_change) return false;
  return flows_.head_error() <= loosest_head_error;
}

WaterSteady::Result WaterSteady::solve() {
  if (!has_statuses_) scale_flows();
  set_demands();
  for (const int k : pressure_valves_) place_regulator(k);
  evaluate_anew();
  std::fill(switches_.begin(), switches_.end(), 0);
  const Result result = iterate();
  if (!result.converged) hang_heads();
  account();
  return result;
}

// Kept steps are cheap, and good where slopes have hardly moved; those of flows that tend to zero move most, so what
// counts after the first is how the changes fall.
bool WaterSteady::may_keep_matrix(const Pace& pace) const {
  constexpr double still = 1e-5, still_after_kept = 1e-3;  // drift of the slopes
  if (has_statuses_ || pace.is_slow()) return false;
  return flows_.drift() < (pace.kept ? still_after_kept : still);
}

FlowNetwork::Step WaterSteady::advance(double relative_change, double relaxation) {
  constexpr double settled = 1e-6;
  if (has_statuses_) return flows_.step(relaxation);
  if (is_fresh_) {
    take_linear_laws();
  } else if (relative_change > settled) {
    move_tangents();
  }
  is_fresh_ = false;
  return flows_.step();
}

WaterSteady::Result WaterSteady::iterate() {
  const WaterOptions& options = net_.options;
  Result result;
  int next_check = options.check_frequency;
  double relaxation = 1.0;
  Pace pace;
  const int least = is_fresh_ && !has_statuses_ ? 3 : 1;  // the first step is that of other laws
  const int trials = std::max(options.trials, 200);
  while (result.iterations < trials) {
    pace.kept = may_keep_matrix(pace);
    const FlowNetwork::Step step = pace.kept ? flows_.step_again() : advance(result.relative_change, relaxation);
    ++result.iterations;
    if (step.singular_node >= 0) {
      if (!free_bad_valve(step.singular_node)) {
        const auto found = std::find(order_.place.begin(), order_.place.end(), step.singular_node);
        result.singular_node = static_cast<int>(found - order_.place.begin());
        break;
      }
      evaluate();
      continue;
    }
    const double change = step.flow_change / std::max(step.total_flow, 1e-30);
    pace.contraction = result.iterations > 1 ? change / std::max(result.relative_change, 1e-30) : 0.0;
    result.relative_change = change;
    relaxation = 1.0;
    bool changed = false;
    if (options.damp_limit <= 0.0 || result.relative_change <= options.damp_limit) {
      if (options.damp_limit > 0.0) relaxation = 0.6;
      changed = update_pressure_valves();
    }
    evaluate();
    if (result.iterations >= least && has_converged(step) && !pace.is_slow()) {
      changed = update_settled() || changed;
      result.converged = !changed;
      if (result.converged) break;
      next_check = result.iterations + options.check_frequency;
      evaluate_anew();
    } else if (result.iterations <= options.max_check && result.iterations == next_check) {
      if (update_links()) evaluate_anew();
      next_check += options.check_frequency;
    }
  }
  if (!result.converged) result.fighting_link = link_switched_to_and_fro();
  return result;
}

// From one head a network of power laws keeps its balance if all flows change alike: they follow the sum of demands.
void WaterSteady::scale_flows() {
  constexpr double most = 2.0;
  double total = 0.0;
  for (const double q : demand) total += q;
  const double factor = total / total_demand_;
  total_demand_ = total;
  const auto first_source = net_.junctions.size();
  for (std::size_t i = first_source; i < net_.nodes.size(); ++i) {
    if (head(static_cast<int>(i)) != head(static_cast<int>(first_source))) return;
  }
  if (!(factor > 1.0 / most && factor < most)) return;  // or there was no moment before
  flows_.scale(factor, std::pow(factor, net_.options.friction_exponent - 1.0));
}

void WaterSteady::set_demands() {
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) {
    const bool driven = net_.options.pressure_driven && demand[i] > 0.0;
    flows_.outflow[order_.place[i]] = driven ? 0.0 : demand[i];
  }
  // As in EPANET each moment begins with the full demand.
  const std::size_t first = net_.links.size() + emitters_.size();
  for (std::size_t i = 0; i < driven_.size(); ++i) {
    flows_.flow[order_.row[first + i]] = std::max(demand[driven_[i]], 0.0);
  }
  flows_.apply_outflow();
}

void WaterSteady::account() {
  std::fill(taken_.begin(), taken_.end(), 0.0);
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) taken_[i] = fixed_outflow(static_cast<int>(i));
  for (const int k : fixed_) {
    if (is_closed(status[k])) continue;
    const WaterLink& link = net_.links[k];
    if (!net_.is_junction(link.from)) taken_[link.from] -= flows_.flow[order_.row[k]];
    if (!net_.is_junction(link.to)) taken_[link.to] += flows_.flow[order_.row[k]];
  }
  std::size_t outlet = net_.links.size();
  for (const std::vector<int>* outlets : {&emitters_, &driven_}) {
    for (const int junction : *outlets) taken_[junction] += flows_.flow[order_.row[outlet++]];
  }
}

}  // namespace wattloop
