#include "io/rack_record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include <fmt/format.h>

#include "io/rack_gpus.h"

namespace wattloop {

std::string recorded_unit(std::string_view unit) {
  if (unit == "delta_K") return "K";
  return unit == "SI" ? "1" : std::string(unit);
}

const std::vector<Variable>& rack_variables() {
  static const std::vector<Variable> variables = {{"P_in", "W", "power at the PSU inputs"},
                                                  {"T_die_max", "K", "hottest GPU of the rack"},
                                                  {"T_die_mean", "K", "mean GPU temperature"},
                                                  {"T_supply", "K", "coolant in the supply manifold"},
                                                  {"T_return", "K", "coolant in the return manifold"},
                                                  {"m_flow", "kg/s", "coolant flow"},
                                                  {"throttle_max", "1", "largest share of a GPU's power that is cut"},
                                                  {"V_feed", "1", "voltage of the better feed over the nominal one"}};
  return variables;
}

double feed_voltage(const System& system, const RackInstance& rack, int feed, const std::vector<double>& y) {
  const GroupBase& shelves = system.group(rack.shelf.group);
  const int port = shelves.type().port_index(feed == 0 ? "feed_a" : "feed_b");
  const int V = shelves.type().across_offset(port);
  const auto value = [&](int part) { return y[shelves.across_slot(rack.shelf.index, V + part)]; };
  return std::hypot(value(0), value(1)) / rack.V_feed[feed];
}

std::array<double, 8> RackStatistics::recorded() const {
  std::array<double, 8> values{P_in, T_die_max, T_die_mean, T_supply, T_return, m_flow, throttle_max, V_feed};
  if (!is_on) std::fill(values.begin(), values.end() - 1, std::numeric_limits<double>::quiet_NaN());
  return values;
}

RackStatistics statistics_of(const System& system, const RackInstance& rack, const std::vector<double>& y,
                             std::vector<double>& out) {
  RackStatistics s{};
  out.resize(16);
  const GroupBase& shelves = system.group(rack.shelf.group);
  shelves.outputs(rack.shelf.index, y.data(), out.data());
  s.P_in = out[shelves.type().output_index("P_in")];
  const int on = shelves.type().across_offset(shelves.type().port_index("on"));
  s.is_on = shelves.held(rack.shelf.index, on) > 0.5;
  double sum = 0.0;
  int gpus = 0;
  for (const RackDevice& device : rack.devices) {
    if (device.kind != RackDevice::Kind::gpu) continue;
    const GroupBase& plates = system.group(device.component.group);
    const double T_die = y[plates.unknown(device.component.index, 0)];
    const int count = device.last_gpu - device.first_gpu;
    gpus += count;
    sum += count * T_die;
    if (T_die <= s.T_die_max) continue;
    s.T_die_max = T_die;
    s.hottest = device.component;
  }
  s.T_die_mean = sum / gpus;
  // The hottest is throttled most: a rack's GPUs have one limit.
  if (s.hottest.group >= 0) s.throttle_max = std::max(0.0, throttle_of(system, s.hottest, y));
  const GroupBase& manifolds = system.group(rack.supply.group);
  const ComponentType& manifold = manifolds.type();
  const auto state = [&](ComponentRef c, std::string_view name) {
    return y[manifolds.unknown(c.index, manifold.state_index(name))];
  };
  s.T_supply = state(rack.supply, "T");
  s.T_return = state(rack.back, "T");
  s.m_flow = state(rack.supply, "m_flow");
  s.V_feed = std::max(feed_voltage(system, rack, 0, y), feed_voltage(system, rack, 1, y));
  return s;
}

RecordedFields::RecordedFields(const ComponentType& type) {
  const auto add = [&](const auto& field, std::vector<int>& list, std::size_t index) {
    for (const Variable& v : variables)
      if (v.name == field.name) return;
    variables.push_back({std::string(field.name), recorded_unit(field.unit), std::string(field.meaning)});
    list.push_back(static_cast<int>(index));
  };
  for (std::size_t i = 0; i < type.outputs.size(); ++i) add(type.outputs[i], outputs, i);
  for (std::size_t i = 0; i < type.states.size(); ++i) add(type.states[i], states, i);
}

void RecordedFields::write(const GroupBase& group, int component, const std::vector<double>& y,
                           const std::vector<double>& out, std::size_t column, std::size_t columns,
                           std::vector<double>& values) const {
  std::size_t v = 0;
  for (int output : outputs) values[v++ * columns + column] = out[output];
  for (int state : states) values[v++ * columns + column] = y[group.unknown(component, state)];
}

DetailRecorder::DetailRecorder(const Twin& twin, const RecordRule& rule, int series)
    : twin_(twin),
      racks_(chosen_racks(rule, twin.network())),
      shows_statistics_(rule.detail == RecordRule::Detail::rack) {
  if (shows_statistics_) {
    RecordGroup group{fmt::format("detail/{}/racks", rule.name), "rack", {}, rack_variables(), "racks", series};
    for (const int i : racks_) group.elements.push_back(twin.network().racks()[i].path);
    groups_.push_back(std::move(group));
  } else {
    add_components(rule, series);
  }
  for (const RecordGroup& group : groups_) values_.emplace_back(group.size() * group.variables.size());
}

/// What has a path that goes on from that of a chosen rack.
void DetailRecorder::add_components(const RecordRule& rule, int series) {
  std::unordered_set<std::string_view> chosen;
  for (const int i : racks_) chosen.insert(twin_.network().racks()[i].path);
  const auto is_chosen = [&](std::string_view path) {
    for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos; dot = path.rfind('.')) {
      path = path.substr(0, dot);
      if (chosen.count(path)) return true;
    }
    return false;
  };
  const System& system = twin_.network().system();
  for (int g = 0; g < system.groups(); ++g) {
    const GroupBase& group = system.group(g);
    ComponentGroup recorded{g, {}, RecordedFields(group.type())};
    if (recorded.fields.variables.empty()) continue;
    const std::string type(group.type().name);
    RecordGroup record{fmt::format("detail/{}/{}", rule.name, type), type, {}, recorded.fields.variables, type, series};
    for (int i = 0; i < group.size(); ++i) {
      if (!is_chosen(group.path(i))) continue;
      recorded.components.push_back(i);
      record.elements.push_back(group.path(i));
    }
    if (recorded.components.empty()) continue;
    groups_.push_back(std::move(record));
    component_groups_.push_back(std::move(recorded));
  }
}

const std::vector<std::vector<double>>& DetailRecorder::record(const std::vector<double>& y) {
  const System& system = twin_.network().system();
  if (shows_statistics_) {
    for (std::size_t i = 0; i < racks_.size(); ++i) {
      const auto row = statistics_of(system, twin_.network().racks()[racks_[i]], y, out_).recorded();
      for (std::size_t v = 0; v < row.size(); ++v) values_[0][v * racks_.size() + i] = row[v];
    }
    return values_;
  }
  for (std::size_t g = 0; g < component_groups_.size(); ++g) {
    const ComponentGroup& recorded = component_groups_[g];
    const GroupBase& group = system.group(recorded.group);
    out_.resize(group.type().outputs.size() + 1);
    for (std::size_t i = 0; i < recorded.components.size(); ++i) {
      group.outputs(recorded.components[i], y.data(), out_.data());
      recorded.fields.write(group, recorded.components[i], y, out_, i, recorded.components.size(), values_[g]);
    }
  }
  return values_;
}

}  // namespace wattloop
