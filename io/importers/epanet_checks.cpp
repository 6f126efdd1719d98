// What must hold of a whole network.

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "io/importers/epanet_reader.h"

namespace wattloop {

void EpanetReader::check_controls_agree() {
  for (std::size_t i = 0; i < net_.controls.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const WaterControl& a = net_.controls[i];
      const WaterControl& b = net_.controls[j];
      if (a.link != b.link || a.kind != b.kind || a.node != b.node) continue;
      if (a.head != b.head || a.time != b.time) continue;
      if (a.status == b.status && a.setting == b.setting) continue;
      problems_.push_back(
          {file_.name, control_lines_[i], 0, "[CONTROLS] " + net_.links[a.link].id,
           fmt::format("fights with the control in line {}: the same condition, another action", control_lines_[j]), "",
           ""});
    }
  }
}

// Pairs of regulating valves whose targets contradict each other have no solution.
void EpanetReader::check_valves() {
  std::vector<std::size_t> regulators;
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    if (!is_regulator(net_.links[k].type)) continue;
    if (net_.links[k].from < 0 || net_.links[k].to < 0) continue;
    regulators.push_back(k);
  }
  const auto report = [&](std::size_t k, const std::string& what) {
    problems_.push_back({file_.name, link_lines_[k], 0, "[VALVES] " + net_.links[k].id, what, "", ""});
  };
  using enum LinkType;
  for (const std::size_t i : regulators) {
    const WaterLink& a = net_.links[i];
    if (!net_.is_junction(a.from) || !net_.is_junction(a.to)) {
      report(i, "a PRV, PSV or FCV cannot join a tank or reservoir: put a pipe between");
    }
    for (const std::size_t j : regulators) {
      const WaterLink& b = net_.links[j];
      if (i == j) continue;
      const bool first = i < j;
      const bool both_reduce = a.type == pressure_reducing && b.type == pressure_reducing;
      const bool both_sustain = a.type == pressure_sustaining && b.type == pressure_sustaining;
      const bool reduce_into_sustain = a.type == pressure_reducing && b.type == pressure_sustaining && a.to == b.from;
      const bool sustain_then_flow = a.type == pressure_sustaining && b.type == flow_control && b.from == a.to;
      const bool flow_then_sustain = a.type == flow_control && b.type == pressure_sustaining && a.to == b.from;
      if ((first && both_reduce && (a.to == b.to || a.to == b.from || a.from == b.to)) ||
          (first && both_sustain && (a.from == b.from || a.from == b.to || a.to == b.from)) || reduce_into_sustain ||
          sustain_then_flow || flow_then_sustain) {
        report(i, fmt::format("cannot stand beside valve {} (line {}): both want to set the same node", b.id,
                              link_lines_[j]));
      }
    }
  }
}

// Every node needs a way to a tank or reservoir, through links open or closed.
void EpanetReader::check_reach() {
  if (net_.nodes.empty() || net_.tanks.empty()) {
    problems_.push_back({file_.name, 0, 0, "", net_.nodes.empty() ? "no nodes" : "no tank or reservoir", "",
                         "lines in [JUNCTIONS], and at least one in [RESERVOIRS] or [TANKS]"});
    return;
  }
  std::vector<int> root(net_.nodes.size());
  std::iota(root.begin(), root.end(), 0);
  const auto find_root = [&root](int i) {
    while (root[i] != i) i = root[i] = root[root[i]];
    return i;
  };
  for (const WaterLink& link : net_.links) {
    if (link.from >= 0 && link.to >= 0) root[find_root(link.from)] = find_root(link.to);
  }
  std::vector<char> has_source(net_.nodes.size(), 0);
  for (std::size_t i = net_.junctions.size(); i < net_.nodes.size(); ++i)
    has_source[find_root(static_cast<int>(i))] = 1;
  for (std::size_t i = 0; i < net_.junctions.size(); ++i) {
    if (has_source[find_root(static_cast<int>(i))]) continue;
    problems_.push_back({file_.name, node_lines_[i], 0, "[JUNCTIONS] " + net_.nodes[i].id,
                         "no link leads from here to a tank or reservoir", "", ""});
  }
}

}  // namespace wattloop
