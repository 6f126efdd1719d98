#include "solver/flow_order.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace wattloop {

namespace {

struct Incidence {
  std::vector<int> first, link;

  Incidence(int nodes, const std::vector<FlowNetwork::Link>& links) : first(nodes + 1, 0), link(2 * links.size()) {
    for (const auto& [from, to] : links) {
      ++first[from + 1];
      ++first[to + 1];
    }
    for (int i = 0; i < nodes; ++i) first[i + 1] += first[i];
    std::vector<int> next(first.begin(), first.end() - 1);
    for (std::size_t k = 0; k < links.size(); ++k) {
      link[next[links[k].from]++] = static_cast<int>(k);
      link[next[links[k].to]++] = static_cast<int>(k);
    }
  }
};

struct Hanging {
  int node, link;
};

/// Free nodes that hang, leaves first.
std::vector<Hanging> strip_leaves(int free_nodes, int nodes, const std::vector<FlowNetwork::Link>& links,
                                  const std::vector<char>& may_hang) {
  const Incidence at(nodes, links);
  std::vector<int> degree(nodes);
  for (int i = 0; i < nodes; ++i) degree[i] = at.first[i + 1] - at.first[i];
  std::vector<char> gone(links.size(), 0);
  std::vector<Hanging> hanging;
  for (int i = 0; i < free_nodes; ++i) {
    int node = i;
    while (node < free_nodes && degree[node] == 1) {
      const auto begin = at.link.begin() + at.first[node];
      const auto end = at.link.begin() + at.first[node + 1];
      const int link = *std::find_if(begin, end, [&](int k) { return !gone[k]; });
      if (!may_hang[link]) break;
      gone[link] = 1;
      hanging.push_back({node, link});
      degree[node] = 0;
      node = links[link].from == node ? links[link].to : links[link].from;
      --degree[node];
    }
  }
  return hanging;
}

}  // namespace

FlowOrder order_flow_network(int free_nodes, int nodes, const std::vector<FlowNetwork::Link>& links,
                             const std::vector<char>& may_hang) {
  const std::vector<Hanging> hanging = strip_leaves(free_nodes, nodes, links, may_hang);
  FlowOrder order;
  order.hanging = static_cast<int>(hanging.size());
  order.place.assign(nodes, -1);
  order.row.assign(links.size(), -1);
  std::iota(order.place.begin() + free_nodes, order.place.end(), free_nodes);
  for (int h = 0; h < order.hanging; ++h) {  // what they hang on before them
    order.place[hanging[h].node] = free_nodes - 1 - h;
    order.row[hanging[h].link] = static_cast<int>(links.size()) - 1 - h;
  }
  std::vector<int> core;  // nodes of the core
  std::vector<int> index(free_nodes, -1);
  for (int i = 0; i < free_nodes; ++i) {
    if (order.place[i] >= 0) continue;
    index[i] = static_cast<int>(core.size());
    core.push_back(i);
  }
  std::vector<std::array<int, 2>> entries;
  std::vector<int> rest;
  for (std::size_t k = 0; k < links.size(); ++k) {
    if (order.row[k] >= 0) continue;
    rest.push_back(static_cast<int>(k));
    const auto [from, to] = links[k];
    if (from < free_nodes && to < free_nodes && from != to) entries.push_back({index[from], index[to]});
  }
  const std::vector<int> eliminated = SparseCholesky::order(static_cast<int>(core.size()), entries);
  for (std::size_t i = 0; i < core.size(); ++i) order.place[core[i]] = eliminated[i];
  const auto first = [&](int k) { return std::min(order.place[links[k].from], order.place[links[k].to]); };
  std::stable_sort(rest.begin(), rest.end(), [&](int a, int b) { return first(a) < first(b); });
  for (std::size_t i = 0; i < rest.size(); ++i) order.row[rest[i]] = static_cast<int>(i);
  return order;
}

}  // namespace wattloop
