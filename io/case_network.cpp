#include "io/case_network.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/case_sections.h"
#include "io/nearest.h"
#include "io/recorded_input.h"
#include "io/units.h"
#include "models/component_types.h"

namespace wattloop {

namespace {

Origin origin_of(const Reader& reader) {
  const InputProblem here = reader.problem("");
  return {here.file, here.line, here.column, here.path};
}

Connector read_connector(Reader& reader, const std::string& key) {
  const std::string name = reader.choice(key, {"liquid", "air", "ac", "dc", "heat"});
  for (Connector c : {Connector::liquid, Connector::air, Connector::ac, Connector::dc, Connector::heat})
    if (to_string(c) == name) return c;
  return Connector::liquid;
}

/// What parts may refer to.
struct Names {
  std::vector<std::string> templates, liquids;
};

/// The parameters of a component type among the keys of a mapping.
ParameterValues read_parameters(Reader& reader, const ComponentType& type, bool all_required) {
  ParameterValues values;
  for (std::size_t i = 0; i < type.parameters.size(); ++i) {
    const ParameterInfo& p = type.parameters[i];
    if (!reader.has(p.name) && (!std::isnan(p.default_value) || !all_required)) continue;
    double value = 0.0;
    if (p.choices.empty()) {
      value = reader.quantity(p.name, p.unit, p.range);
    } else {
      const std::vector<std::string> names(p.choices.begin(), p.choices.end());
      const std::string chosen = reader.choice(p.name, names);
      value = static_cast<double>(std::find(names.begin(), names.end(), chosen) - names.begin());
    }
    values.emplace_back(static_cast<int>(i), value);
  }
  return values;
}

std::vector<std::pair<double, double>> read_schedule(Reader& reader, const Port& port) {
  std::vector<std::pair<double, double>> knots;
  for (Reader& row : reader.items("schedule")) {
    auto cells = row.items();
    if (cells.size() != 2) {
      row.report("a knot of a schedule is [time, value]");
      continue;
    }
    const double time = cells[0].as_quantity("s", not_negative);
    knots.emplace_back(time, cells[1].as_quantity(port.unit, port.range));
    if (knots.size() > 1 && knots[knots.size() - 2].first >= time) row.report("times of a schedule must increase");
  }
  if (knots.empty()) reader.report("a schedule needs a knot", "", "[[time, value], ...]", "schedule");
  return knots;
}

std::vector<InputBinding> read_inputs(Reader& reader, const ComponentType& type) {
  std::vector<InputBinding> inputs;
  for (std::size_t i = 0; i < type.ports.size(); ++i) {
    const Port& port = type.ports[i];
    if (port.connector != Connector::input || !reader.has(port.name)) continue;
    InputBinding binding;
    binding.port = static_cast<int>(i);
    Reader value = reader.child(port.name);
    binding.origin = origin_of(value);
    if (value.is_mapping() && value.has("signal")) {
      binding.signal = {value.text("signal"), Over::one};
      value.finish();
    } else if (std::optional<SignalPath> reduced = value.is_mapping() ? read_reduction(value) : std::nullopt) {
      binding.signal = std::move(*reduced);
      value.finish();
    } else if (value.is_mapping() && value.has("schedule")) {
      binding.schedule = read_schedule(value, port);
      value.finish();
    } else if (value.is_mapping() && value.has("csv")) {
      binding.schedule = read_recorded(value, port);
      value.finish();
    } else if (value.is_mapping() && !value.has("value")) {
      value.report(
          "neither a value nor {signal: path}, {max: path} and the like, nor {schedule: [[time, value], ...]}, nor "
          "{csv: file}",
          "a mapping", describe_unit(port.unit));
      continue;
    } else {
      binding.held = reader.quantity(port.name, port.unit, port.range);
      binding.unit = std::isnan(binding.held) ? "" : chosen_unit(reader, port.name, port.unit);
    }
    inputs.push_back(std::move(binding));
  }
  return inputs;
}

/// Sets powers of a device: `idle` and `cap`, beside its cold plate's parameters.
void read_device(Reader& rack, const char* key, const ComponentType& type, double& idle, double& cap,
                 ParameterValues& values) {
  if (!rack.has(key)) return;
  Reader device = rack.child(key);
  idle = device.quantity("idle_power", "W", not_negative, idle);
  cap = device.quantity("full_power", "W", not_negative, cap);
  if (idle > cap) device.report("the idle power is above the power at full load");
  values = read_parameters(device, type, false);
  device.finish();
}

std::shared_ptr<const RackSpec> read_rack(Reader& reader) {
  auto rack = std::make_shared<RackSpec>();
  DevicePower& power = rack->power;
  power.compute_trays = static_cast<int>(reader.integer("compute_trays", 1, 1000, power.compute_trays));
  power.gpus = power.compute_trays * static_cast<int>(reader.integer("gpus_per_tray", 1, 64, 4));
  power.cpus = power.compute_trays * static_cast<int>(reader.integer("cpus_per_tray", 1, 64, 2));
  power.switch_trays = static_cast<int>(reader.integer("switch_trays", 1, 100, power.switch_trays));
  constexpr double density = 1010.0;  // kg/m3, PG25 at 40 degC: flow is given by volume, as in the field
  rack->flow_per_power =
      density * reader.quantity("flow_per_power", "m3/(s W)", positive, rack->flow_per_power / density);
  rack->dp_nominal = reader.quantity("dp_nominal", "Pa", positive, rack->dp_nominal);
  rack->manifold_share = reader.quantity("manifold_share", "1", {0.01, 0.99}, rack->manifold_share);
  const ComponentType& plate = type_named("cold_plate");
  read_device(reader, "gpu", plate, power.gpu_idle, power.gpu_cap, rack->gpu);
  read_device(reader, "cpu", plate, power.cpu_idle, power.cpu_cap, rack->cpu);
  read_device(reader, "switch", plate, power.switch_tray_idle, power.switch_tray_cap, rack->switch_tray);
  read_device(reader, "tray_rest", type_named("dc_load"), power.tray_rest_idle, power.tray_rest_cap, rack->tray_rest);
  const auto read_part = [&](const char* key, const ComponentType& type, ParameterValues& values) {
    if (!reader.has(key)) return;
    Reader part = reader.child(key);
    values = read_parameters(part, type, false);
    part.finish();
  };
  read_part("manifold", type_named("manifold"), rack->manifold);
  read_part("shelf", type_named("power_shelf"), rack->shelf);
  return rack;
}

/// One of the names that the case declares, or a problem and an incomplete part.
std::string read_reference(Reader& reader, const char* key, const std::vector<std::string>& known, Part& part) {
  std::string name = reader.text(key);
  if (std::find(known.begin(), known.end(), name) != known.end()) return name;
  part.incomplete = true;
  if (!name.empty()) reader.report("there is none of this name in the case", name, suggestion(name, known), key);
  return "";
}

void read_component(Reader& reader, const ComponentType& type, const Names& names, Part& part) {
  part.type = &type;
  part.parameters = read_parameters(reader, type, true);
  part.inputs = read_inputs(reader, type);
  for (const ParameterInfo& p : type.parameters)
    if (p.unit == "1/SI") part.gain_unit = chosen_unit(reader, p.name, p.unit);
  const bool has_liquid =
      std::any_of(type.ports.begin(), type.ports.end(), [](const Port& p) { return p.connector == Connector::liquid; });
  if (type.is_reference && has_liquid) part.liquid = read_reference(reader, "liquid", names.liquids, part);
}

Part read_part(const std::string& name, Reader& reader, const Names& names) {
  Part part;
  part.name = name;
  part.origin = origin_of(reader);
  part.count = static_cast<int>(reader.integer("count", 1, 1000000, 1));
  part.in_parallel = static_cast<double>(reader.integer("in_parallel", 1, 1000000, 1));
  if (reader.has("template")) {
    part.template_name = read_reference(reader, "template", names.templates, part);
  } else {
    const std::string type = reader.text("type");
    if (type == "rack") {
      part.rack = read_rack(reader);
    } else if (const ComponentType* found = find_component_type(type)) {
      read_component(reader, *found, names, part);
    } else {
      std::vector<std::string> known{"rack"};
      for (const ComponentType* t : component_types()) known.emplace_back(t->name);
      if (!type.empty())
        reader.report("there is no component type of this name", type, suggestion(type, known), "type");
      part.incomplete = true;
      return part;
    }
  }
  reader.text("note", "");
  reader.text("source", "");
  reader.text("confidence", "");
  reader.finish();
  return part;
}

void check_name(Reader& reader, const std::string& name) {
  if (name.empty() || name.find_first_of(".[] ") != std::string::npos)
    reader.report("a name holds no dots, brackets or blanks", name);
}

void read_body(Reader& reader, const Names& names, Template& body) {
  Reader parts = reader.child("parts");
  for (auto& [name, part] : parts.entries()) {
    check_name(part, name);
    body.parts.push_back(read_part(name, part, names));
  }
  if (reader.has("nodes")) {
    Reader nodes = reader.child("nodes");
    for (auto& [name, node] : nodes.entries()) {
      check_name(node, name);
      Junction junction{name, origin_of(node), {}};
      for (Reader& end : node.items()) {
        junction.endpoints.push_back(end.as_text());
        junction.endpoint_origins.push_back(origin_of(end));
      }
      if (node.is_list() && junction.endpoints.empty()) node.report("a node is a list of the ports it joins");
      body.nodes.push_back(std::move(junction));
    }
  }
  body.sequences = read_sequences(reader);
}

}  // namespace

LiquidSpec read_liquid(Reader& reader) {
  LiquidSpec spec;
  const std::string kind = reader.choice("kind", {"propylene_glycol", "ethylene_glycol", "water"});
  spec.kind = kind == "propylene_glycol"  ? LiquidKind::propylene_glycol
              : kind == "ethylene_glycol" ? LiquidKind::ethylene_glycol
                                          : LiquidKind::water;
  if (spec.kind != LiquidKind::water) {
    spec.fraction = reader.quantity("fraction", "1", {0.0, 0.6});
    spec.basis = reader.choice("basis", {"mass", "volume"}) == "volume" ? FractionBasis::volume : FractionBasis::mass;
  }
  reader.finish();
  if (std::isnan(spec.fraction)) return {};
  try {
    make_liquid(spec);
  } catch (const std::runtime_error& error) {
    reader.report(error.what());
    return {};
  }
  return spec;
}

std::string chosen_unit(Reader& reader, std::string_view key, std::string_view unit) {
  if (!is_any(unit) || !reader.has(key)) return "";
  Reader value = reader.child(key);
  const bool noted = value.is_mapping() && value.has("value");
  return std::string(si_unit(noted ? value.text("value") : value.as_text(), unit));
}

void read_network(Reader& document, NetworkDefinition& definition) {
  if (document.has("liquids")) {
    Reader liquids = document.child("liquids");
    for (auto& [name, liquid] : liquids.entries()) definition.liquids[name] = read_liquid(liquid);
  }
  Names names;
  for (const auto& [name, unused] : definition.liquids) names.liquids.push_back(name);
  definition.site.name = "the site";
  definition.site.origin = origin_of(document);
  if (document.has("templates")) {
    Reader templates = document.child("templates");
    auto entries = templates.entries();
    for (const auto& [name, unused] : entries) names.templates.push_back(name);
    for (auto& [name, reader] : entries) {
      check_name(reader, name);
      Template& body = definition.templates[name];
      body.name = name;
      body.origin = origin_of(reader);
      if (reader.has("ports")) {
        Reader ports = reader.child("ports");
        for (auto& [port, unused] : ports.entries()) body.ports.emplace_back(port, read_connector(ports, port));
      }
      read_body(reader, names, body);
      reader.finish();
    }
  }
  read_body(document, names, definition.site);
}

}  // namespace wattloop
