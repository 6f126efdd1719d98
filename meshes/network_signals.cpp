// Bindings by path: which value each input and each sequence reads, and whether its unit fits.

#include <algorithm>

#include <fmt/format.h>

#include "meshes/network_builder.h"
#include "solver/group.h"

namespace wattloop {

namespace {

/// A component that only works on signals, whose values are of any kind.
bool is_signal_block(const ComponentType& type) {
  return std::all_of(type.ports.begin(), type.ports.end(),
                     [](const Port& p) { return p.connector == Connector::input || p.connector == Connector::output; });
}

/// A pure number: it may stand for anything, as what a signal block puts out does.
bool is_number(std::string_view unit) {
  return unit.empty() || unit == "1";
}

/// "1/K" for "K".
std::string reciprocal(std::string_view unit) {
  if (unit == "1") return "1";
  if (unit == "kg/s") return "s/kg";
  if (unit == "m3/s") return "s/m3";
  if (unit == "Hz") return "s";
  return fmt::format("1/{}", unit);
}

}  // namespace

std::vector<std::string> Network::readable_names(int scope) const {
  std::vector<std::string> names;
  const auto add_nodes = [&](const Instance& instance, const std::string& prefix) {
    for (const auto& [name, node] : instance.nodes)
      for (const std::string& value : system_->node_value_names(node))
        names.push_back(prefix + (value == "value" ? name : name + "." + value));
  };
  for (; scope >= 0; scope = instances_[scope].parent) {
    add_nodes(instances_[scope], "");
    for (const auto& [name, child] : instances_[scope].children) add_nodes(instances_[child], name + ".");
  }
  return names;
}

std::vector<std::string> Network::input_names(int scope) const {
  std::vector<std::string> names;
  const auto add_inputs = [&](const Instance& instance, const std::string& prefix) {
    if (instance.component.group < 0) return;
    for (const Port& port : system_->group(instance.component.group).type().ports)
      if (port.connector == Connector::input) names.push_back(prefix + std::string(port.name));
  };
  add_inputs(instances_[scope], "");
  for (const auto& [name, child] : instances_[scope].children) {
    add_inputs(instances_[child], name + ".");
    for (const auto& [inner_name, inner] : instances_[child].children)
      add_inputs(instances_[inner], name + "." + inner_name + ".");
  }
  return names;
}

/// Is the first name of a path that of a part or node anywhere in the case? Then what hinders it is reported already.
bool NetworkBuilder::is_declared(std::string_view path) const {
  const std::string_view head = path.substr(0, path.find('.'));
  const auto declares = [&](const Template& body) {
    return std::any_of(body.nodes.begin(), body.nodes.end(), [&](const Junction& j) { return j.name == head; }) ||
           std::any_of(body.parts.begin(), body.parts.end(),
                       [&](const Part& part) { return part.name == head || head.starts_with(part.name + "_"); });
  };
  return declares(definition_.site) || std::any_of(definition_.templates.begin(), definition_.templates.end(),
                                                   [&](const auto& named) { return declares(named.second); });
}

std::string NetworkBuilder::unit_of(const System::Unknown& unknown) const {
  if (unknown.node < 0) return std::string(system_.group(unknown.component.group).type().states[unknown.index].unit);
  const std::string value = system_.node_value_names(unknown.node)[unknown.index];
  if (value == "p") return "Pa";
  if (value == "T") return "K";
  if (value == "W") return "kg/kg";
  return value == "value" ? signal_units_[unknown.node] : "V";
}

/// A signal whose unit does not fit its input. Signal blocks take and give pure numbers for anything.
void NetworkBuilder::check_unit(const PendingInput& input, const std::string& unit) {
  const Port& port = input.part->type->ports[input.binding->port];
  if (port.unit == "SI") {
    if (port.name == "measurement") check_controlled(input, unit);
    return;
  }
  if (is_number(unit) || unit == port.unit || is_signal_block(*input.part->type)) return;
  problem(input.binding->origin, fmt::format("a signal of another dimension: it is in {}", unit), input.binding->signal,
          {fmt::format("a signal in {}", port.unit == "1" ? "1, a share" : port.unit)});
}

/// What a controller compares with its measurement, and its gain, are in the unit of the measurement.
void NetworkBuilder::check_controlled(const PendingInput& input, const std::string& unit) {
  const std::string controlled = is_number(unit) || unit == "kg/kg" ? "1" : unit;
  const std::string gain = reciprocal(controlled);
  const bool gain_fits = input.part->gain_unit.empty() || input.part->gain_unit == gain;
  for (const InputBinding& binding : input.part->inputs) {
    if (binding.unit.empty() || binding.unit == controlled) continue;
    const Origin& origin = gain_fits ? binding.origin : input.binding->origin;
    problem(origin, fmt::format("the measurement is in {}", controlled), fmt::format("a value in {}", binding.unit),
            {gain_fits ? controlled : fmt::format("a measurement in {}", binding.unit)});
    if (!gain_fits) return;  // neither value nor gain fits: it is the measurement
  }
  if (!gain_fits)
    problem(input.part->origin, fmt::format("the measurement is in {}", controlled),
            fmt::format("a gain in {}", input.part->gain_unit), {gain});
}

/// `sound`: nothing is missing that a path may lead to.
void NetworkBuilder::bind_inputs(bool sound) {
  for (const PendingInput& input : inputs_) {
    const std::string& path = input.binding->signal;
    if (const auto unknown = network_.find_unknown(input.scope, path)) {
      system_.read(input.component, input.binding->port, *unknown);
      check_unit(input, unit_of(*unknown));
    } else if (sound || !is_declared(path)) {
      problem(input.binding->origin, "nothing readable has this path", path, network_.readable_names(input.scope));
    }
  }
}

void NetworkBuilder::bind_sequences() {
  InputOwners& owners = network_.owners_;
  for (const PendingInput& input : inputs_) {
    const int across = input.part->type->across_offset(input.binding->port);
    owners.emplace(InputRef{input.component, across, input.binding->port}.key(), "the signal " + input.binding->signal);
  }
  for (const ScheduledSignal& schedule : network_.schedules_) owners.emplace(schedule.driven.input.key(), "a schedule");
  for (const auto& [scope, line] : sequences_) {
    try {
      const auto bind_here = [&, at = scope, &from = *line](const auto& spec) {
        return bind(spec, from.name, network_, at, from.origin, owners);
      };
      network_.sequences_.push_back(std::visit(bind_here, line->spec));
      network_.sequences_.back()->label = child_path(network_.instances_[scope].path, line->name);
    } catch (const NetworkError& error) {
      for (const NetworkProblem& p : error.problems()) problem(p.origin, p.what, p.got, p.known);
    }
  }
}

}  // namespace wattloop
