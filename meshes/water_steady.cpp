#include "meshes/water_steady.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace wattloop {

namespace {

constexpr double foot = 0.3048;             // m
constexpr double least_range = 0.1 * foot;  // of pressure-driven demand [m]

/// Places of the nodes: junctions by a walk into the depth from tanks and reservoirs, these as they are.
std::vector<int> walk(const WaterNetwork& net) {
  std::vector<std::vector<int>> neighbours(net.nodes.size());
  for (const WaterLink& link : net.links) {
    neighbours[link.from].push_back(link.to);
    neighbours[link.to].push_back(link.from);
  }
  std::vector<int> place(net.nodes.size(), -1);
  std::vector<int> stack;
  int next = 0;
  for (std::size_t i = net.nodes.size(); i-- > 0;) {  // all, should a part have no source
    stack.push_back(static_cast<int>(i));
    while (!stack.empty()) {
      const int node = stack.back();
      stack.pop_back();
      if (place[node] >= 0) continue;
      place[node] = net.is_junction(node) ? next++ : node;
      for (const int neighbour : neighbours[node]) {
        if (place[neighbour] < 0) stack.push_back(neighbour);
      }
    }
  }
  return place;
}

/// Rows of the links in flow_network: by the places of their ends.
std::vector<int> rows_of(const WaterNetwork& net, const std::vector<int>& place) {
  std::vector<int> order(net.links.size());
  std::iota(order.begin(), order.end(), 0);
  const auto first = [&](int k) { return std::min(place[net.links[k].from], place[net.links[k].to]); };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return first(a) < first(b); });
  std::vector<int> row(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) row[order[i]] = static_cast<int>(i);
  return row;
}

/// Links of the network, then one from each emitter and each pressure-driven demand to a ground of its own.
FlowNetwork flow_network(const WaterNetwork& net, const std::vector<int>& place, const std::vector<int>& row,
                         const std::vector<int>& emitters, const std::vector<int>& driven) {
  std::vector<FlowNetwork::Link> links(net.links.size());
  for (std::size_t k = 0; k < net.links.size(); ++k) {
    links[row[k]] = {place[net.links[k].from], place[net.links[k].to]};
  }
  int ground = static_cast<int>(net.nodes.size());
  for (const std::vector<int>* outlets : {&emitters, &driven}) {
    for (const int junction : *outlets) links.push_back({place[junction], ground++});
  }
  return FlowNetwork(static_cast<int>(net.junctions.size()), ground, std::move(links));
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
    : demand(network.junctions.size(), 0.0),
      net_(network),
      place_(walk(network)),
      row_(rows_of(network, place_)),
      flows_(flow_network(network, place_, row_, emitters_of(network), pressure_driven_of(network))),
      emitters_(emitters_of(network)),
      driven_(pressure_driven_of(network)),
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
    flows_.flow[outlet++] = net_.options.cubic_foot;
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
  std::sort(pipes_.begin(), pipes_.end(), [](const Pipe& a, const Pipe& b) { return a.row < b.row; });
  power_.resize(pipes_.size());
}

void WaterSteady::sort_link(int k) {
  const WaterLink& link = net_.links[k];
  const bool pipe = link.type == LinkType::pipe || link.type == LinkType::check_valve;
  if (pipe && net_.options.friction != FrictionLaw::darcy_weisbach) {
    pipes_.push_back({row_[k], k, link.r, link.minor_loss});
  } else {
    others_.push_back(k);
  }
  const bool at_tank = !net_.is_junction(link.from) || !net_.is_junction(link.to);
  const bool follows = link.type == LinkType::check_valve || link.type == LinkType::pump;
  if (at_tank || follows || link.type == LinkType::flow_control) followers_.push_back(k);
}

void WaterSteady::reset_flow(int k) {
  const WaterLink& link = net_.links[k];
  if (is_closed(status[k])) {
    flows_.flow[row_[k]] = 1e-6 * net_.options.cubic_foot;
  } else if (link.type == LinkType::pump) {
    flows_.flow[row_[k]] = setting[k] * net_.pumps[link.pump].design_flow;
  } else {
    flows_.flow[row_[k]] = link.area * foot * net_.options.cubic_foot / (foot * foot * foot);
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
  const WaterOptions& options = net_.options;
  set_demands();
  for (const int k : pressure_valves_) place_regulator(k);
  evaluate();
  Result result;
  int next_check = options.check_frequency;
  double relaxation = 1.0;
  const int trials = std::max(options.trials, 200);
  while (result.iterations < trials) {
    const FlowNetwork::Step step = flows_.step(relaxation);
    if (step.singular_node >= 0) {
      if (free_bad_valve(step.singular_node)) {
        evaluate();
        ++result.iterations;
        continue;
      }
      const auto found = std::find(place_.begin(), place_.end(), step.singular_node);
      result.singular_node = static_cast<int>(found - place_.begin());
      break;
    }
    ++result.iterations;
    result.relative_change = step.flow_change / std::max(step.total_flow, 1e-30);
    relaxation = 1.0;
    bool changed = false;
    if (options.damp_limit <= 0.0 || result.relative_change <= options.damp_limit) {
      if (options.damp_limit > 0.0) relaxation = 0.6;
      changed = update_pressure_valves();
    }
    evaluate();
    if (has_converged(step)) {
      changed = update_links() || changed;
      changed = update_pressure_switches() || changed;
      if (!changed) {
        result.converged = true;
        break;
      }
      next_check = result.iterations + options.check_frequency;
      evaluate();
    } else if (result.iterations <= options.max_check && result.iterations == next_check) {
      if (update_links()) evaluate();
      next_check += options.check_frequency;
    }
  }
  account();
  return result;
}

void WaterSteady::set_demands() {
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) {
    const bool driven = net_.options.pressure_driven && demand[i] > 0.0;
    flows_.outflow[place_[i]] = driven ? 0.0 : demand[i];
  }
  // As in EPANET each moment begins with the full demand.
  const std::size_t first = net_.links.size() + emitters_.size();
  for (std::size_t i = 0; i < driven_.size(); ++i) flows_.flow[first + i] = std::max(demand[driven_[i]], 0.0);
}

void WaterSteady::account() {
  std::fill(taken_.begin(), taken_.end(), 0.0);
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) taken_[i] = fixed_outflow(static_cast<int>(i));
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    if (is_closed(status[k])) continue;
    const WaterLink& link = net_.links[k];
    if (!net_.is_junction(link.from)) taken_[link.from] -= flows_.flow[row_[k]];
    if (!net_.is_junction(link.to)) taken_[link.to] += flows_.flow[row_[k]];
  }
  std::size_t outlet = net_.links.size();
  for (const std::vector<int>* outlets : {&emitters_, &driven_}) {
    for (const int junction : *outlets) taken_[junction] += flows_.flow[outlet++];
  }
}

}  // namespace wattloop
