#include "io/recorder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace wattloop {

namespace {

/// UDUNITS reads "delta_K" as K; controllers' own unit stands for whatever they control.
std::string recorded_unit(std::string_view unit) {
  if (unit == "delta_K") return "K";
  return unit == "SI" ? "1" : std::string(unit);
}

const std::vector<Variable> site_variables = {
    {"P_it", "W", "IT power at the PSU inputs"},
    {"P_grid", "W", "power delivered by the grid"},
    {"pue", "1", "power usage effectiveness: grid power over IT power at the PSU inputs"},
    {"m_make_up", "kg/s", "make-up water"},
    {"T_db", "K", "outdoor dry bulb"},
    {"T_die_max", "K", "hottest GPU"},
    {"throttle_max", "1", "largest share of a GPU's power that is cut"}};

const std::vector<Variable> rack_variables = {{"P_in", "W", "power at the PSU inputs"},
                                              {"T_die_max", "K", "hottest GPU of the rack"},
                                              {"T_die_mean", "K", "mean GPU temperature"},
                                              {"T_supply", "K", "coolant in the supply manifold"},
                                              {"T_return", "K", "coolant in the return manifold"},
                                              {"m_flow", "kg/s", "coolant flow"},
                                              {"throttle_max", "1", "largest share of a GPU's power that is cut"}};

int output_index(const GroupBase& group, std::string_view name) {
  return group.type().output_index(name);
}

}  // namespace

Recorder::Recorder(Twin& twin) : twin_(twin) {
  groups_.push_back({"site", "", {}, site_variables, "site"});
  const auto& racks = twin.network().racks();
  if (!racks.empty()) {
    RecordGroup group{"racks", "rack", {}, rack_variables, "racks"};
    for (const RackInstance& rack : racks) group.elements.push_back(rack.path);
    groups_.push_back(std::move(group));
  }
  add_component_groups();
  const System& system = twin.system();
  RecordGroup nodes{"liquid_nodes", "node", {}, {{"p", "Pa", "absolute pressure"}, {"T", "K", "temperature"}}, ""};
  std::set<std::string> rack_paths;
  for (const RackInstance& rack : racks) rack_paths.insert(rack.path);
  for (int node = 0; node < system.nodes(); ++node) {
    const std::string& path = system.node_path(node);
    const std::size_t dot = path.rfind('.');
    if (system.node_connector(node) != Connector::liquid) continue;
    if (dot != std::string::npos && rack_paths.count(path.substr(0, dot))) continue;
    nodes.elements.push_back(path);
    nodes_.push_back(system.node_unknown(node));
  }
  if (!nodes_.empty()) groups_.push_back(std::move(nodes));
  for (const RecordGroup& group : groups_) values_.emplace_back(group.size() * group.variables.size());
}

/// Components that are instances of the network: those inside racks are not.
void Recorder::add_component_groups() {
  const System& system = twin_.system();
  std::vector<std::vector<int>> components(system.groups());
  for (const Instance& instance : twin_.network().instances())
    if (instance.component.group >= 0) components[instance.component.group].push_back(instance.component.index);
  for (int g = 0; g < system.groups(); ++g) {
    if (components[g].empty()) continue;
    const GroupBase& group = system.group(g);
    const ComponentType& type = group.type();
    ComponentGroup recorded{g, components[g], {}, {}, {}};
    for (std::size_t i = 0; i < type.outputs.size(); ++i)
      if (type.outputs[i].is_alarm) recorded.alarms.push_back(static_cast<int>(i));
    const std::string name(type.name);
    RecordGroup record{name, name, {}, {}, ""};
    for (int i : components[g]) record.elements.push_back(group.path(i));
    const auto add = [&](const auto& field, std::vector<int>& list, std::size_t index) {
      for (const Variable& v : record.variables)
        if (v.name == field.name) return;
      record.variables.push_back({std::string(field.name), recorded_unit(field.unit), std::string(field.meaning)});
      list.push_back(static_cast<int>(index));
    };
    for (std::size_t i = 0; i < type.outputs.size(); ++i) add(type.outputs[i], recorded.outputs, i);
    for (std::size_t i = 0; i < type.states.size(); ++i) add(type.states[i], recorded.states, i);
    if (record.variables.empty()) continue;
    groups_.push_back(std::move(record));
    component_groups_.push_back(std::move(recorded));
  }
}

const std::vector<std::vector<double>>& Recorder::record(const std::vector<double>& y) {
  std::size_t at = 1;
  totals_ = {};
  if (!twin_.network().racks().empty()) record_racks(y, values_[at++]);
  for (const ComponentGroup& group : component_groups_) record_components(group, y, values_[at++]);
  if (!nodes_.empty()) {
    std::vector<double>& values = values_[at];
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      values[i] = y[nodes_[i]];
      values[nodes_.size() + i] = y[nodes_[i] + 1];
    }
  }
  record_site(y, values_[0]);
  return values_;
}

void Recorder::record_racks(const std::vector<double>& y, std::vector<double>& values) {
  System& system = twin_.system();
  const auto& racks = twin_.network().racks();
  const std::size_t n = racks.size();
  std::vector<double> out(16);
  for (std::size_t i = 0; i < n; ++i) {
    const RackInstance& rack = racks[i];
    const GroupBase& shelves = system.group(rack.shelf.group);
    shelves.outputs(rack.shelf.index, y.data(), out.data());
    const double P_in = out[output_index(shelves, "P_in")];
    totals_.P_it += shelves.multiplicity(rack.shelf.index) * P_in;
    double hottest = 0.0, sum = 0.0, throttle = 0.0;
    int gpus = 0;
    for (const RackDevice& device : rack.devices) {
      if (device.kind != RackDevice::Kind::gpu) continue;
      const GroupBase& plates = system.group(device.component.group);
      const double T_die = y[plates.unknown(device.component.index, 0)];
      const int count = device.last_gpu - device.first_gpu;
      gpus += count;
      sum += count * T_die;
      if (T_die > hottest) {
        hottest = T_die;
        plates.outputs(device.component.index, y.data(), out.data());
        throttle = std::max(throttle, out[output_index(plates, "throttle")]);
        if (T_die > totals_.T_die_max) {
          totals_.T_die_max = T_die;
          totals_.hottest = plates.path(device.component.index);
        }
      }
    }
    totals_.throttle_max = std::max(totals_.throttle_max, throttle);
    const GroupBase& manifolds = system.group(rack.supply.group);
    const ComponentType& manifold = manifolds.type();
    const auto state = [&](ComponentRef c, std::string_view name) {
      return y[manifolds.unknown(c.index, manifold.state_index(name))];
    };
    const int on = shelves.type().across_offset(shelves.type().port_index("on"));
    const bool is_on = shelves.held(rack.shelf.index, on) > 0.5;
    const double row[] = {
        P_in,    hottest, sum / gpus, state(rack.supply, "T"), state(rack.back, "T"), state(rack.supply, "m_flow"),
        throttle};
    for (std::size_t v = 0; v < std::size(row); ++v)
      values[v * n + i] = is_on ? row[v] : std::numeric_limits<double>::quiet_NaN();
  }
}

void Recorder::record_components(const ComponentGroup& recorded, const std::vector<double>& y,
                                 std::vector<double>& values) {
  const GroupBase& group = twin_.system().group(recorded.group);
  const std::size_t n = recorded.components.size();
  std::vector<double> out(group.type().outputs.size() + 1);
  for (std::size_t i = 0; i < n; ++i) {
    const int c = recorded.components[i];
    group.outputs(c, y.data(), out.data());
    std::size_t v = 0;
    for (int output : recorded.outputs) values[v++ * n + i] = out[output];
    for (int state : recorded.states) values[v++ * n + i] = y[group.unknown(c, state)];
    const auto total = [&](std::string_view type, std::string_view name, double& sum) {
      if (group.type().name == type) sum += group.multiplicity(c) * out[output_index(group, name)];
    };
    total("ac_load", "P_it", totals_.P_it);
    total("grid", "P", totals_.P_grid);
    for (const char* cooler : {"dry_cooler", "cooling_tower", "closed_tower"})
      total(cooler, "m_make_up", totals_.m_make_up);
  }
}

const std::vector<RaisedAlarm>& Recorder::alarms(const std::vector<double>& y) {
  raised_.clear();
  for (const ComponentGroup& watched : component_groups_) {
    if (watched.alarms.empty()) continue;
    const GroupBase& group = twin_.system().group(watched.group);
    outputs_.resize(group.type().outputs.size());
    for (const int c : watched.components) {
      group.outputs(c, y.data(), outputs_.data());
      for (const int alarm : watched.alarms)
        if (outputs_[alarm] > 0.5) raised_.push_back({{watched.group, c}, alarm});
    }
  }
  return raised_;
}

void Recorder::record_site(const std::vector<double>& y, std::vector<double>& values) {
  totals_.T_db = y[twin_.system().node_unknown(twin_.network().weather_node("T_db"))];
  const double nan = std::numeric_limits<double>::quiet_NaN();
  totals_.pue = totals_.P_it > least_it_power && totals_.P_grid > 0.0 ? totals_.P_grid / totals_.P_it : nan;
  values = {totals_.P_it,        totals_.P_grid, totals_.pue,
            totals_.m_make_up,   totals_.T_db,   totals_.T_die_max > 0.0 ? totals_.T_die_max : nan,
            totals_.throttle_max};
}

}  // namespace wattloop
