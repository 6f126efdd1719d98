#include "solver/flow_network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace wattloop {

namespace {

constexpr double steep = 1e6;  // s/m2: the link is closed, or at a limit of its flow

double larger(double a, double b) {
  return a > b ? a : b;
}

/// Sum or largest of value(0) to value(size - 1), in four parts that do not wait for each other.
template <class Combine, class Value>
double in_lanes(std::size_t size, double start, Combine combine, Value value) {
  constexpr std::size_t lanes = 4;
  double part[lanes] = {start, start, start, start};
  const std::size_t whole = size / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t j = 0; j < lanes; ++j) part[j] = combine(part[j], value(i + j));
  }
  for (std::size_t i = whole; i < size; ++i) part[0] = combine(part[0], value(i));
  return combine(combine(part[0], part[1]), combine(part[2], part[3]));
}

}  // namespace

FlowNetwork::FlowNetwork(int free_nodes, int nodes, std::vector<Link> links, int hanging, bool in_order)
    : head(nodes, 0.0),
      flow(links.size(), 0.0),
      loss(links.size(), 0.0),
      slope(links.size(), 1.0),
      outflow(free_nodes, 0.0),
      free_(free_nodes),
      core_(free_nodes - hanging),
      hanging_(hanging),
      links_(std::move(links)),
      entry_(links_.size(), -1),
      diagonal_(core_),
      rhs_(nodes, 0.0),
      conductance_(links_.size()),
      target_(links_.size()),
      held_(free_nodes, 0),
      first_at_(nodes + 1, 0),
      load_(free_nodes, 0.0) {
  std::vector<std::array<int, 2>> entries;
  std::vector<std::pair<std::array<int, 2>, std::size_t>> ends;
  for (std::size_t k = 0; k < links_.size() - hanging; ++k) {
    const auto [low, high] = std::minmax(links_[k].from, links_[k].to);
    if (high < core_ && low != high) ends.push_back({{low, high}, k});
  }
  std::sort(ends.begin(), ends.end());
  for (const auto& [pair, k] : ends) {  // parallel links share an entry
    if (entries.empty() || entries.back() != pair) entries.push_back(pair);
    entry_[k] = static_cast<int>(entries.size()) - 1;
  }
  for (const Link& link : links_) {
    for (const int end : {link.from, link.to}) ++first_at_[end + 1];
  }
  for (std::size_t i = 1; i < first_at_.size(); ++i) first_at_[i] += first_at_[i - 1];
  std::vector<int> next(first_at_.begin(), first_at_.end() - 1);
  at_.resize(2 * links_.size());
  for (std::size_t k = 0; k < links_.size(); ++k) {
    for (const int end : {links_[k].from, links_[k].to}) at_[next[end]++] = static_cast<int>(k);
  }
  off_diagonal_.resize(entries.size());
  matrix_.analyse(core_, entries, in_order);
}

void FlowNetwork::regulate(int link, int node, double held_head) {
  release(link);
  regulators_.push_back({link, node, held_head});
  held_[node] = 1;
}

void FlowNetwork::release(int link) {
  const auto same = [link](const Regulator& regulator) { return regulator.link == link; };
  const auto found = std::find_if(regulators_.begin(), regulators_.end(), same);
  if (found == regulators_.end()) return;
  held_[found->node] = 0;
  regulators_.erase(found);
  for (const Regulator& regulator : regulators_) held_[regulator.node] = 1;
}

void FlowNetwork::apply_outflow() {
  std::copy(outflow.begin(), outflow.end(), load_.begin());
  for (int node = free_ - 1, k = static_cast<int>(links_.size()) - 1; node >= core_; --node, --k) {
    const bool leads_to = links_[k].to == node;
    const int other = leads_to ? links_[k].from : links_[k].to;
    flow[k] = leads_to ? load_[node] : -load_[node];
    if (other < free_) load_[other] += load_[node];
  }
}

void FlowNetwork::hang_heads() {
  for (int node = core_, k = core_links(); node < free_; ++node, ++k) {
    const bool leads_to = links_[k].to == node;
    head[node] = leads_to ? head[links_[k].from] - loss[k] : head[links_[k].to] + loss[k];
  }
}

FlowNetwork::Step FlowNetwork::step(double relaxation) {
  take_slopes();
  assemble_matrix();
  Step result;
  matrix_scale_ = 1.0;
  result.singular_node = matrix_.factorise(diagonal_, off_diagonal_);
  if (result.singular_node >= 0) {
    std::fill(conductance_.begin(), conductance_.end(), 0.0);
    return result;
  }
  solve_heads();
  return update(relaxation);
}

FlowNetwork::Step FlowNetwork::step_again() {
  solve_heads();
  return update(1.0);
}

void FlowNetwork::scale(double flows, double slopes) {
  for (double& q : flow) q *= flows;
  for (double& g : conductance_) g /= slopes;
  matrix_scale_ *= slopes;
}

double FlowNetwork::drift() const {
  constexpr double most = 1e30;  // s/m2: of a slope that may be infinite
  const auto size = static_cast<std::size_t>(core_links());
  const double moved = in_lanes(size, 0.0, std::plus<>(), [this](std::size_t k) {
    return std::abs(flow[k] * (1.0 - conductance_[k] * (slope[k] < most ? slope[k] : most)));
  });
  const double all = in_lanes(size, 0.0, std::plus<>(), [this](std::size_t k) { return std::abs(flow[k]); });
  return moved / std::max(all, 1e-30);
}

// A head difference is known to the rounding of the heads; divided by the slope it is to be below 1e-9 of the flows.
double FlowNetwork::least_slope() const {
  const auto size = static_cast<std::size_t>(core_links());
  const double total_flow = in_lanes(size, 0.0, std::plus<>(), [this](std::size_t k) { return std::abs(flow[k]); });
  const auto loss_at = [this](std::size_t k) { return slope[k] < steep ? std::abs(loss[k]) : 0.0; };
  const double largest_loss = in_lanes(size, 0.0, larger, loss_at);
  const double high = in_lanes(head.size(), -INFINITY, larger, [this](std::size_t i) { return head[i]; });
  const double low = -in_lanes(head.size(), -INFINITY, larger, [this](std::size_t i) { return -head[i]; });
  const double scale = std::max(high - low, largest_loss);  // of heads and losses
  constexpr double most = 1e4;                              // m: parts that are cut off may have any head
  constexpr double least = 1e-12;                           // s/m2
  const double rounding = 2.2e-16 * std::min(scale, most);
  return std::max(rounding / (1e-9 * std::max(total_flow, 1e-9)), least);
}

void FlowNetwork::take_slopes() {
  const double floor = least_slope();
  for (int k = 0; k < core_links(); ++k) conductance_[k] = 1.0 / std::max(slope[k], floor);
}

void FlowNetwork::assemble_matrix() {
  std::fill(diagonal_.begin(), diagonal_.end(), 0.0);
  std::fill(off_diagonal_.begin(), off_diagonal_.end(), 0.0);
  for (int k = 0; k < core_links(); ++k) {
    const auto [from, to] = links_[k];
    if (from < core_) diagonal_[from] += conductance_[k];
    if (to < core_) diagonal_[to] += conductance_[k];
    if (entry_[k] >= 0 && !held_[from] && !held_[to]) off_diagonal_[entry_[k]] -= conductance_[k];
  }
  for (const Regulator& regulator : regulators_) diagonal_[regulator.node] = 1.0;
}

void FlowNetwork::solve_heads() {
  for (const Regulator& regulator : regulators_) head[regulator.node] = regulator.head;
  for (int i = 0; i < core_; ++i) rhs_[i] = -load_[i];
  for (int k = 0; k < core_links(); ++k) {
    const auto [from, to] = links_[k];
    const double q = flow[k] - conductance_[k] * loss[k] + conductance_[k] * (head[from] - head[to]);
    target_[k] = q;  // at these heads
    if (from < core_) rhs_[from] -= q;
    if (to < core_) rhs_[to] += q;
  }
  for (const Regulator& regulator : regulators_) rhs_[regulator.node] = 0.0;
  matrix_.solve(rhs_);
  for (int i = 0; i < core_; ++i) {
    rhs_[i] *= matrix_scale_;
    head[i] += rhs_[i];
  }
}

// Flows follow from the corrections of the heads: what the heads lose by rounding is not lost to the balances.
FlowNetwork::Step FlowNetwork::update(double relaxation) {
  Step result;
  before_.resize(one_way.size());
  for (std::size_t i = 0; i < one_way.size(); ++i) before_[i] = flow[one_way[i]];
  for (int k = 0; k < core_links(); ++k) {
    const auto [from, to] = links_[k];
    const double wanted = target_[k] + conductance_[k] * (rhs_[from] - rhs_[to]);
    const double change = relaxation * (wanted - flow[k]);
    flow[k] += change;
    result.total_flow += std::abs(flow[k]);
    // What is no more than the rounding of the heads at both ends is no change.
    const double rounding = 1e-15 * (std::abs(head[from]) + std::abs(head[to])) * conductance_[k];
    if (std::abs(change) <= rounding) continue;
    result.flow_change += std::abs(change);
    result.largest_change = std::max(result.largest_change, std::abs(change));
  }
  for (std::size_t i = 0; i < one_way.size(); ++i) {
    if (flow[one_way[i]] < 0.0) flow[one_way[i]] = 0.5 * before_[i];
  }
  for (const Regulator& regulator : regulators_) {
    double& q = flow[regulator.link];
    const double old = q;
    const double missing = imbalance(regulator.node);
    q += links_[regulator.link].to == regulator.node ? -missing : missing;
    result.flow_change += std::abs(q - old);
    result.total_flow += std::abs(q) - std::abs(old);
    result.largest_change = std::max(result.largest_change, std::abs(q - old));
  }
  return result;
}

double FlowNetwork::imbalance(int node) const {
  double sum = -outflow[node];
  for (int i = first_at_[node]; i < first_at_[node + 1]; ++i) {
    sum += links_[at_[i]].to == node ? flow[at_[i]] : -flow[at_[i]];
  }
  return sum;
}

double FlowNetwork::largest_imbalance() const {
  std::vector<double> sum(head.size(), 0.0);
  for (std::size_t k = 0; k < links_.size(); ++k) {
    sum[links_[k].from] -= flow[k];
    sum[links_[k].to] += flow[k];
  }
  double largest = 0.0;
  for (int i = 0; i < free_; ++i) largest = std::max(largest, std::abs(sum[i] - outflow[i]));
  return largest;
}

double FlowNetwork::head_error() const {
  double largest = 0.0;
  for (int k = 0; k < core_links(); ++k) {
    if (!(slope[k] < steep)) continue;
    const double h1 = head[links_[k].from];
    const double h2 = head[links_[k].to];
    const double rounding = 1e-15 * (std::abs(h1) + std::abs(h2));
    largest = std::max(largest, std::abs(loss[k] - (h1 - h2)) - rounding);
  }
  return largest;
}

}  // namespace wattloop
