#include "io/water_json.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace wattloop {

namespace {

constexpr double foot = 0.3048;  // m

const char* name_of(LinkStatus status, const WaterLink& link) {
  if (is_closed(status)) return "closed";
  const bool active = status == LinkStatus::active && is_valve(link.type);
  return active ? "active" : "open";
}

}  // namespace

WaterResults::WaterResults(const WaterNetwork& network) : net_(network) {}

void WaterResults::add(const WaterPeriod& period) {
  const WaterSteady& state = period.state();
  times_.push_back(period.time());
  converged_ = converged_ && period.result().converged;
  iterations_ += period.result().iterations;
  iterations_per_time_.push_back(period.result().iterations);
  for (const WaterWarning& warning : period.warnings()) note(warning);
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < net_.nodes.size(); ++i) {
    const int node = static_cast<int>(i);
    const bool known = !net_.is_junction(node) || !period.undetermined()[i];
    const double pressure = (state.head(node) - net_.nodes[i].elevation) * net_.options.pressure_per_head;
    head_.push_back(known ? state.head(node) : unknown);
    pressure_.push_back(known ? pressure : unknown);
    demand_.push_back(state.taken(node));
    if (!net_.is_junction(node) || !known) continue;
    if (lowest_.node < 0 || pressure < lowest_.pressure) lowest_ = {pressure, node, period.time()};
    if (highest_.node < 0 || pressure > highest_.pressure) highest_ = {pressure, node, period.time()};
  }
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    flow_.push_back(state.flow(static_cast<int>(k)));
    status_.push_back(state.status[k]);
  }
  head_error_ = std::max(head_error_, state.flows().head_error());
  flow_error_ = std::max(flow_error_, state.flows().largest_imbalance());
}

void WaterResults::note(const WaterWarning& warning) {
  warnings_.push_back(fmt::format("at {} s: {}", warning.time, to_string(warning, net_)));
  const auto same = [&](const Spell& spell) {
    return spell.first.kind == warning.kind && spell.first.node == warning.node && spell.first.link == warning.link;
  };
  const auto found = std::find_if(spells_.begin(), spells_.end(), same);
  if (found == spells_.end()) {
    spells_.push_back({warning, warning.time, 1});
  } else {
    found->last = warning.time;
    ++found->times;
  }
}

std::vector<std::string> WaterResults::warning_summary() const {
  std::vector<std::string> lines;
  for (const auto& [first, last, times] : spells_) {
    const std::string when = times > 1 ? fmt::format("{} times from {} to {} s", times, first.time, last)
                                       : fmt::format("at {} s", first.time);
    lines.push_back(fmt::format("{}: {}", when, to_string(first, net_)));
  }
  return lines;
}

std::string WaterResults::json() const {
  using nlohmann::ordered_json;
  ordered_json nodes = ordered_json::object();
  ordered_json links = ordered_json::object();
  const auto number = [](double x) { return std::isfinite(x) ? ordered_json(x) : ordered_json(nullptr); };
  const auto series = [&](std::size_t size, std::size_t index, const auto& value) {
    ordered_json list = ordered_json::array();
    for (std::size_t t = 0; t < times_.size(); ++t) list.push_back(value(t * size + index));
    return list;
  };
  for (std::size_t i = 0; i < net_.nodes.size(); ++i) {
    const auto of = [&](const std::vector<double>& values) {
      return series(net_.nodes.size(), i, [&](std::size_t place) { return number(values[place]); });
    };
    nodes[net_.nodes[i].id] = {{"head_m", of(head_)}, {"pressure_m", of(pressure_)}, {"demand_m3s", of(demand_)}};
  }
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    const WaterLink& link = net_.links[k];
    const auto loss = [&](std::size_t place) {
      if (is_closed(status_[place])) return ordered_json(0.0);
      const std::size_t row = place / net_.links.size() * net_.nodes.size();
      const double h = head_[row + link.from] - head_[row + link.to];
      return number(link.type == LinkType::pump ? h : std::abs(h));
    };
    const auto velocity = [&](std::size_t place) {
      const double speed = std::abs(flow_[place]) / net_.options.cubic_foot * foot * foot * foot / link.area;
      return number(link.type == LinkType::pump ? 0.0 : speed);
    };
    const auto of = [&](const auto& value) { return series(net_.links.size(), k, value); };
    links[link.id] = {{"flow_m3s", of([&](std::size_t place) { return number(flow_[place]); })},
                      {"velocity_ms", of(velocity)},
                      {"headloss_m", of(loss)},
                      {"status", of([&](std::size_t place) { return ordered_json(name_of(status_[place], link)); })}};
  }
  ordered_json all = {
      {"schema_version", 1},     {"title", net_.title},       {"times_s", times_},
      {"converged", converged_}, {"iterations", iterations_}, {"iterations_per_time", iterations_per_time_},
      {"warnings", warnings_},   {"nodes", std::move(nodes)}, {"links", std::move(links)}};
  return all.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string to_string(const WaterWarning& warning, const WaterNetwork& net) {
  using Kind = WaterWarning::Kind;
  const std::string node = warning.node >= 0 ? net.nodes[warning.node].id : "";
  const std::string link = warning.link >= 0 ? net.links[warning.link].id : "";
  const std::string others = warning.count > 1 ? fmt::format(" and {} more", warning.count - 1) : "";
  switch (warning.kind) {
    case Kind::unbalanced:
      return "no balance was found: flows and heads of this time are not a solution";
    case Kind::singular:
      return fmt::format("nothing determines the head of node {}", node);
    case Kind::cut_off:
      return fmt::format("node {}{} cut off from every tank and reservoir by closed links", node, others);
    case Kind::pump_beyond_head:
      return fmt::format("pump {} closed: it cannot deliver the head", link);
    case Kind::pump_beyond_flow:
      return fmt::format("pump {} delivers more than its curve reaches", link);
    case Kind::valve_beyond_flow:
      return fmt::format("valve {} open: it cannot deliver its flow", link);
    case Kind::valve_beyond_pressure:
      return fmt::format("valve {} open: it cannot supply its pressure", link);
    case Kind::negative_pressure:
      return fmt::format("negative pressure at node {}{}", node, others);
    case Kind::tank_empty:
      return fmt::format("tank {} is drained to its lowest level", node);
    case Kind::tank_full:
      return fmt::format("tank {} is full", node);
    case Kind::controls_fight:
      return fmt::format("controls of link {} fight", link);
  }
  return "";
}

}  // namespace wattloop
