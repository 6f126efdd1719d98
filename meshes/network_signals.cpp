// Bindings by path: which value each input and each sequence reads, and whether its unit fits.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "meshes/ac_buses.h"
#include "meshes/network_builder.h"
#include "models/component_types.h"

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

std::string Network::unit_of(const System::Unknown& unknown) const {
  if (unknown.node < 0) return std::string(system_->group(unknown.component.group).type().states[unknown.index].unit);
  const std::string value = system_->node_value_names(unknown.node)[unknown.index];
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
  problem(input.binding->origin, fmt::format("a signal of another dimension: it is in {}", unit),
          input.binding->signal.path, {fmt::format("a signal in {}", port.unit == "1" ? "1, a share" : port.unit)});
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

/// What an input reads; of copies through blocks that reduce them to one value.
std::optional<System::Unknown> NetworkBuilder::source_of(const PendingInput& input) {
  const SignalPath& signal = input.binding->signal;
  if (signal.over == Over::one) return network_.find_unknown(input.scope, signal.path);
  std::vector<Reading> readings = network_.find_unknowns(input.scope, signal.path);
  if (readings.empty()) return std::nullopt;
  return reduce(input, std::move(readings));
}

/// Four values at a time through sums, two through selections, until one is left.
System::Unknown NetworkBuilder::reduce(const PendingInput& input, std::vector<Reading> readings) {
  const Over over = input.binding->signal.over;
  if (over == Over::mean) {
    double units = 0.0;
    for (const Reading& reading : readings) units += reading.units;
    for (Reading& reading : readings) reading.units /= units;
  }
  const bool adds = over == Over::mean || over == Over::sum;
  const std::size_t width = adds ? 4 : 2;
  int number = 0;
  do {
    std::vector<Reading> next;
    for (std::size_t i = 0; i < readings.size(); i += width) {
      const std::size_t count = std::min(width, readings.size() - i);
      const bool is_as_it_is = count == 1 && (!adds || readings[i].units == 1.0);
      next.push_back({is_as_it_is ? readings[i].unknown : reduce_some(input, &readings[i], count, ++number), 1.0});
    }
    readings = std::move(next);
  } while (readings.size() > 1);
  return readings.front().unknown;
}

System::Unknown NetworkBuilder::reduce_some(const PendingInput& input, const Reading* readings, std::size_t count,
                                            int number) {
  constexpr const char* names[] = {"", "max", "min", "mean", "sum"};
  const Over over = input.binding->signal.over;
  const bool adds = over == Over::mean || over == Over::sum;
  const std::string unit = network_.unit_of(readings[0].unknown);
  const Instance& scope = network_.instances_[input.scope];
  const ComponentType& type = adds ? type_named("sum") : type_named("min_max_select");
  const GroupBase& reader = system_.group(input.component.group);
  const std::string path =
      fmt::format("{}_{}_{}_{}", reader.path(input.component.index), input.part->type->ports[input.binding->port].name,
                  names[static_cast<int>(over)], number);
  const ComponentRef block = system_.add_component(type, path, scope.region, scope.multiplicity);
  GroupBase& group = system_.group(block.group);
  for (std::size_t i = 0; i < count; ++i) {
    system_.read(block, static_cast<int>(i), readings[i].unknown);
    if (adds) group.set_parameter(block.index, type.parameter_index("k_a") + static_cast<int>(i), readings[i].units);
  }
  if (!adds) {
    constexpr double width_Pa = 10.0;
    group.set_parameter(block.index, type.parameter_index("select"), over == Over::max ? 1.0 : 0.0);
    if (unit == "Pa") group.set_parameter(block.index, type.parameter_index("width"), width_Pa);
  }
  const int node = add_node(Connector::output, path, input.binding->origin, unit);
  system_.connect(block, type.port_index("y"), node);
  passed_on_.emplace_back(node, block);
  first_read_.emplace(std::pair{block.group, block.index}, readings[0].unknown);
  return {node, {}, 0};
}

/// Blocks that pass a signal on give it the unit of what they read.
void NetworkBuilder::pass_units_on() {
  bool changed = true;
  for (std::size_t round = 0; changed && round <= passed_on_.size(); ++round) {
    changed = false;
    for (const auto& [node, block] : passed_on_) {
      const auto read = first_read_.find({block.group, block.index});
      std::string unit = read == first_read_.end() ? "1" : network_.unit_of(read->second);
      changed = changed || unit != network_.signal_units_[node];
      network_.signal_units_[node] = std::move(unit);
    }
  }
  for (const auto& [node, block] : passed_on_)
    if (network_.signal_units_[node] == "SI") network_.signal_units_[node] = "1";
}

/// `sound`: nothing is missing that a path may lead to.
void NetworkBuilder::bind_inputs(bool sound) {
  std::vector<std::pair<const PendingInput*, System::Unknown>> bound;
  for (const PendingInput& input : inputs_) {
    const std::string& path = input.binding->signal.path;
    if (const auto unknown = source_of(input)) {
      system_.read(input.component, input.binding->port, *unknown);
      const int across = input.part->type->across_offset(input.binding->port);
      network_.driven_inputs_.push_back({{input.component, across, input.binding->port}, input.binding->origin});
      if (input.part->type->ports[input.binding->port].unit == "SI")
        first_read_.emplace(std::pair{input.component.group, input.component.index}, *unknown);
      bound.emplace_back(&input, *unknown);
    } else if (sound || !is_declared(path)) {
      problem(input.binding->origin, "nothing readable has this path", path, network_.readable_names(input.scope));
    }
  }
  pass_units_on();
  for (const auto& [input, unknown] : bound) check_unit(*input, network_.unit_of(unknown));
}

/// The frame of all angles turns with the grids that have a voltage (0 V is earth).
void NetworkBuilder::check_frequencies() {
  const auto at_start = [&](const Reference& r, std::string_view input) {
    return input_of(system_.group(r.component.group), r.component.index, input, NAN);
  };
  const Reference* grid = nullptr;
  for (const Reference& reference : references_) {
    if (reference.part->type->name != "grid" || at_start(reference, "V") == 0.0) continue;
    if (grid == nullptr) grid = &reference;
    const double first = at_start(*grid, "frequency"), here = at_start(reference, "frequency");
    if (std::abs(here - first) > 0.0)
      problem(reference.part->origin, "grids of two frequencies: angles between them would turn for ever",
              fmt::format("{:g} Hz", here), {fmt::format("{:g} Hz", first)});
  }
}

void NetworkBuilder::bind_sequences() {
  InputOwners& owners = network_.owners_;
  for (const PendingInput& input : inputs_) {
    const int across = input.part->type->across_offset(input.binding->port);
    owners.emplace(InputRef{input.component, across, input.binding->port}.key(),
                   "the signal " + input.binding->signal.path);
  }
  for (const ScheduledSignal& schedule : network_.schedules_) owners.emplace(schedule.driven.input.key(), "a schedule");
  for (const auto& [scope, line] : sequences_) {
    try {
      network_.sequences_.push_back(bind(line->spec, line->name, network_, scope, line->origin, owners));
      network_.sequences_.back()->seed = definition_.seed;
      network_.sequences_.back()->label = child_path(network_.instances_[scope].path, line->name);
    } catch (const NetworkError& error) {
      for (const NetworkProblem& p : error.problems()) problem(p.origin, p.what, p.got, p.known);
    }
  }
}

}  // namespace wattloop
