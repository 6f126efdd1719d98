#include "io/recorder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace wattloop {

namespace {

const std::vector<Variable> site_variables = {
    {"P_it", "W", "IT power at the PSU inputs"},
    {"P_grid", "W", "power delivered by the grid"},
    {"P_generators", "W", "power delivered by the site's generators"},
    {"P_batteries", "W", "power that batteries give, negative: that charges them"},
    {"pue", "1",
     "power usage effectiveness: power from grid, generators and batteries over IT power at the PSU inputs"},
    {"m_make_up", "kg/s", "make-up water"},
    {"T_db", "K", "outdoor dry bulb"},
    {"T_die_max", "K", "hottest GPU"},
    {"throttle_max", "1", "largest share of a GPU's power that is cut"}};

int output_index(const GroupBase& group, std::string_view name) {
  return group.type().output_index(name);
}

}  // namespace

void PowerExtremes::include(const PowerExtremes& other) {
  P_generators_max = std::max(P_generators_max, other.P_generators_max);
  charge_min = std::min(charge_min, other.charge_min);
}

Recorder::Recorder(Twin& twin) : twin_(twin) {
  groups_.push_back({"site", "", {}, site_variables, "site"});
  const auto& racks = twin.network().racks();
  if (!racks.empty()) {
    RecordGroup group{"racks", "rack", {}, rack_variables(), "racks"};
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
    nodes_.push_back(node);
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
    ComponentGroup recorded{g, components[g], RecordedFields(type), {}};
    for (std::size_t i = 0; i < type.outputs.size(); ++i)
      if (type.outputs[i].is_alarm) recorded.alarms.push_back(static_cast<int>(i));
    if (recorded.fields.variables.empty()) continue;
    const std::string name(type.name);
    RecordGroup record{name, name, {}, recorded.fields.variables, ""};
    for (int i : components[g]) record.elements.push_back(group.path(i));
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
      const int unknown = twin_.system().node_unknown(nodes_[i]);
      values[i] = y[unknown];
      values[nodes_.size() + i] = y[unknown + 1];
    }
  }
  record_site(y, values_[0]);
  return values_;
}

void Recorder::record_racks(const std::vector<double>& y, std::vector<double>& values) {
  const System& system = twin_.system();
  const auto& racks = twin_.network().racks();
  rack_statistics_.resize(racks.size());
  twin_.system().pool().parallel_for(static_cast<int>(racks.size()), 32, [&](int begin, int end) {
    std::vector<double> outputs;
    for (int i = begin; i < end; ++i) rack_statistics_[i] = statistics_of(system, racks[i], y, outputs);
  });
  for (std::size_t i = 0; i < racks.size(); ++i) {
    const RackStatistics& rack = rack_statistics_[i];
    const ComponentRef shelf = racks[i].shelf;
    totals_.P_it += system.group(shelf.group).multiplicity(shelf.index) * rack.P_in;
    totals_.throttle_max = std::max(totals_.throttle_max, rack.throttle_max);
    if (rack.T_die_max > totals_.T_die_max) {
      totals_.T_die_max = rack.T_die_max;
      totals_.hottest = system.group(rack.hottest.group).path(rack.hottest.index);
    }
    const auto row = rack.recorded();
    for (std::size_t v = 0; v < row.size(); ++v) values[v * racks.size() + i] = row[v];
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
    recorded.fields.write(group, c, y, out, i, n, values);
    const auto total = [&](std::string_view type, std::string_view name, double& sum) {
      if (group.type().name == type) sum += group.multiplicity(c) * out[output_index(group, name)];
    };
    total("ac_load", "P_it", totals_.P_it);
    total("grid", "P", totals_.P_grid);
    total("genset", "P", totals_.P_generators);
    if (group.type().stores_electricity) total(group.type().name, "P_battery", totals_.P_batteries);
    add_power(group, out);
    for (const char* cooler : {"dry_cooler", "cooling_tower", "closed_tower"})
      total(cooler, "m_make_up", totals_.m_make_up);
  }
}

void Recorder::add_power(const GroupBase& group, const std::vector<double>& out) {
  const ComponentType& type = group.type();
  PowerExtremes& power = totals_.power;
  if (type.stores_electricity) {
    const double charge = out[output_index(group, "soc")];
    const bool is_there = charge < 0.5 || out[output_index(group, "autonomy")] > 0.0;
    if (is_there) power.charge_min = std::min(power.charge_min, charge);
  }
  if (type.name == "genset") power.P_generators_max = totals_.P_generators;
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
        if (outputs_[alarm] > 0.5) {
          const OutputField& field = group.type().outputs[alarm];
          raised_.push_back({&group.path(c), field.name, field.meaning});
        }
    }
  }
  add_node_alarms(y);
  return raised_;
}

/// Properties are those of a liquid between its freezing point and 100 degC.
void Recorder::add_node_alarms(const std::vector<double>& y) {
  for (const int node : nodes_) {
    const double T = y[twin_.system().node_unknown(node) + 1];
    const Liquid* liquid = twin_.network().liquid_of(node);
    if (!liquid || (T >= liquid->T_min && T <= liquid->T_max)) continue;
    raised_.push_back({&twin_.system().node_path(node), "liquid_out_of_range",
                       "the liquid is colder or hotter than the range of its properties"});
  }
}

void Recorder::record_site(const std::vector<double>& y, std::vector<double>& values) {
  totals_.T_db = y[twin_.system().node_unknown(twin_.network().weather_node("T_db"))];
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double P_site = totals_.P_grid + totals_.P_generators + totals_.P_batteries;
  totals_.pue = totals_.P_it > least_it_power && P_site > 0.0 ? P_site / totals_.P_it : nan;
  values = {
      totals_.P_it,        totals_.P_grid,    totals_.P_generators, totals_.P_batteries,
      totals_.pue,         totals_.m_make_up, totals_.T_db,         totals_.T_die_max > 0.0 ? totals_.T_die_max : nan,
      totals_.throttle_max};
}

}  // namespace wattloop
