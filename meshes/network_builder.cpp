#include "meshes/network_builder.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "solver/group_base.h"

namespace wattloop {

namespace {

/// Where the search for a steady state begins at a node, before voltages are known.
std::vector<double> node_start(Connector connector) {
  switch (connector) {
    case Connector::liquid:
      return {3.0e5, 310.0};  // Pa, K
    case Connector::air:
      return {94.5e3, 300.0, 0.008};  // Pa, K, kg/kg
    case Connector::ac:
      return {400.0, 0.0};  // V
    case Connector::dc:
      return {50.0};  // V
    case Connector::heat:
      return {300.0};  // K
    case Connector::input:
    case Connector::output:
      break;
  }
  return {0.0};
}

const std::vector<std::pair<std::string, Connector>> rack_ports = {{"inlet", Connector::liquid},
                                                                   {"outlet", Connector::liquid},
                                                                   {"feed_a", Connector::ac},
                                                                   {"feed_b", Connector::ac},
                                                                   {"air", Connector::heat}};

}  // namespace

std::string child_path(const std::string& parent, std::string_view name) {
  return parent.empty() ? std::string(name) : fmt::format("{}.{}", parent, name);
}

NetworkBuilder::NetworkBuilder(const NetworkDefinition& definition, Network& network)
    : definition_(definition), network_(network), system_(network.system()) {}

/// A line of a template has its problem once, however often the template is used.
void NetworkBuilder::problem(const Origin& origin, std::string what, std::string got, std::vector<std::string> known) {
  const auto same = [&](const NetworkProblem& p) {
    return p.origin.line == origin.line && p.origin.column == origin.column && p.origin.path == origin.path &&
           p.what == what && p.got == got;
  };
  if (std::none_of(problems_.begin(), problems_.end(), same))
    problems_.push_back({origin, std::move(what), std::move(got), std::move(known)});
}

std::vector<NetworkProblem> NetworkBuilder::assemble() {
  network_.instances_.push_back({"", "site", -1, 0, 1.0, {}, {}, {}});
  add_weather();
  find_told_apart();
  expand(definition_.site, 0, {});
  const auto is_incomplete = [](const Template& body) {
    return std::any_of(body.parts.begin(), body.parts.end(), [](const Part& part) { return part.incomplete; });
  };
  const bool sound = problems_.empty() && !is_incomplete(definition_.site) &&
                     std::none_of(definition_.templates.begin(), definition_.templates.end(),
                                  [&](const auto& named) { return is_incomplete(named.second); });
  bind_inputs(sound);
  if (sound) {
    check_frequencies();
    assign_liquids();
    assign_voltages();
    check_boundaries();
    bind_sequences();
  }
  return std::move(problems_);
}

void NetworkBuilder::add_weather() {
  auto& instances = network_.instances_;
  instances.push_back({"weather", "weather", 0, 0, 1.0, {}, {}, {}});
  instances[0].children["weather"] = 1;
  struct Signal {
    const char *name, *unit;
    double start;
  };
  for (const auto& [name, unit, start] : {Signal{"T_db", "K", 298.15}, Signal{"T_wb", "K", 291.15},
                                          Signal{"W", "kg/kg", 0.008}, Signal{"p", "Pa", 101325.0}}) {
    const int node = add_node(Connector::output, fmt::format("weather.{}", name), {}, unit);
    system_.set_start(node, std::vector<double>{start});
    instances[1].nodes[name] = node;
  }
}

std::vector<std::pair<std::string, Connector>> NetworkBuilder::ports_of(const Part& part) const {
  if (part.rack) return rack_ports;
  if (!part.type) {
    const auto body = definition_.templates.find(part.template_name);
    return body == definition_.templates.end() ? std::vector<std::pair<std::string, Connector>>{} : body->second.ports;
  }
  std::vector<std::pair<std::string, Connector>> ports;
  for (const Port& p : part.type->ports)
    if (p.connector != Connector::input && p.connector != Connector::output)
      ports.emplace_back(std::string(p.name), p.connector);
  return ports;
}

int NetworkBuilder::add_node(Connector connector, const std::string& path, const Origin& origin,
                             std::string_view unit) {
  node_origins_.push_back(origin);
  network_.signal_units_.emplace_back(unit);
  return system_.add_node(connector, path, node_start(connector));
}

/// The ports a junction names; what cannot be found is a problem.
std::vector<NetworkBuilder::Endpoint> NetworkBuilder::endpoints(const Template& body, const Junction& junction) {
  std::vector<Endpoint> found;
  for (std::size_t e = 0; e < junction.endpoints.size(); ++e) {
    const std::string& text = junction.endpoints[e];
    const Origin& origin = e < junction.endpoint_origins.size() ? junction.endpoint_origins[e] : junction.origin;
    const std::size_t dot = text.find('.');
    const std::string name = text.substr(0, dot);
    const std::string port = dot == std::string::npos ? "" : text.substr(dot + 1);
    const Part* part = nullptr;
    std::vector<std::string> copies, known;
    for (const Part& candidate : body.parts) {
      known.push_back(candidate.name);
      for (int i = 0; i < candidate.count; ++i)
        if (const std::string copy = copy_name(candidate, i); copy == name || candidate.name == name) {
          part = &candidate;
          copies.push_back(copy);
        }
    }
    if (!part) {
      lose(origin, fmt::format("node {} joins a part that does not exist", junction.name), name, known, text);
      continue;
    }
    if (part->incomplete) continue;
    known.clear();
    const std::size_t before = found.size();
    for (const auto& [port_name, connector] : ports_of(*part)) {
      known.push_back(name + "." + port_name);
      if (port_name == port)
        for (const std::string& copy : copies) found.push_back({part, copy, port, connector, &origin});
    }
    if (found.size() == before)
      lose(origin, fmt::format("node {} joins a port that does not exist", junction.name), text, known, text);
  }
  return found;
}

std::map<std::string, NetworkBuilder::PortNodes> NetworkBuilder::join(const Template& body, int instance,
                                                                      const PortNodes& outer) {
  std::map<std::string, PortNodes> joined;
  auto& names = network_.instances_[instance].nodes;
  for (const Junction& junction : body.nodes) {
    const std::vector<Endpoint> ends = endpoints(body, junction);
    const auto port =
        std::find_if(body.ports.begin(), body.ports.end(), [&](const auto& p) { return p.first == junction.name; });
    if (ends.empty()) continue;
    const Connector connector = port != body.ports.end() ? port->second : ends.front().connector;
    int node = -1;
    if (const auto given = outer.find(junction.name); given != outer.end()) node = given->second;
    if (node < 0)
      node = add_node(connector, child_path(network_.instances_[instance].path, junction.name), junction.origin);
    names[junction.name] = node;
    for (const Endpoint& end : ends) {
      if (end.connector != connector)
        lose(*end.origin, fmt::format("node {} joins ports of different kinds", junction.name),
             fmt::format("{}.{} ({})", end.copy, end.port, to_string(end.connector)),
             {std::string(to_string(connector))}, end.part->name);
      else if (!joined[end.copy].emplace(end.port, node).second)
        problem(*end.origin, "a port is joined twice", end.copy + "." + end.port);
    }
  }
  return joined;
}

std::string NetworkBuilder::copy_name(const Part& part, int copy) {
  return part.count == 1 ? part.name : fmt::format("{}_{}", part.name, copy + 1);
}

void NetworkBuilder::expand(const Template& body, int instance, const PortNodes& outer) {
  if (std::find(open_templates_.begin(), open_templates_.end(), body.name) != open_templates_.end()) {
    problem(body.origin, "a template contains itself", body.name);
    return;
  }
  open_templates_.push_back(body.name);
  for (const auto& port : body.ports)
    if (std::none_of(body.nodes.begin(), body.nodes.end(), [&](const Junction& j) { return j.name == port.first; }))
      problem(body.origin, fmt::format("nothing inside {} is joined to its port", body.name), port.first);
  for (const SequenceLine& line : body.sequences) sequences_.emplace_back(instance, &line);
  lost_.clear();
  const auto joined = join(body, instance, outer);
  for (const Part& part : body.parts) report_unjoined(part, joined, is_merged(part, joined) ? 1 : part.count);
  for (const Part& part : body.parts) {
    const bool merged = is_merged(part, joined) && has_like_racks(part);
    for (int i = 0; i < (merged ? 1 : part.count); ++i) {
      const std::string name = merged ? part.name : copy_name(part, i);
      const auto nodes = joined.find(copy_name(part, i));
      static const PortNodes none;
      const PortNodes& port_nodes = nodes == joined.end() ? none : nodes->second;
      if (network_.instances_.size() >= most_instances) {
        problem(definition_.site.origin, "the case is too large",
                fmt::format("more than {} parts, racks and templates", most_instances));
        return;
      }
      add_copy(part, name, instance, port_nodes, merged ? part.count : 1);
    }
  }
  open_templates_.pop_back();
}

/// A problem by which an endpoint "part.port" of a node joins nothing.
void NetworkBuilder::lose(const Origin& origin, std::string what, std::string got, std::vector<std::string> known,
                          std::string_view endpoint) {
  const std::size_t dot = endpoint.find('.');
  lost_.emplace_back(endpoint.substr(0, dot), dot == std::string_view::npos ? "" : endpoint.substr(dot + 1));
  problem(origin, std::move(what), std::move(got), std::move(known));
}

/// Every port of a part is joined; what is missing at many copies is one problem. Where an endpoint that names the part
/// or the port was lost, that is the problem.
void NetworkBuilder::report_unjoined(const Part& part, const std::map<std::string, PortNodes>& joined, int copies) {
  if (part.incomplete) return;
  for (const auto& [port, connector] : ports_of(part)) {
    std::vector<std::string> missing;
    for (int i = 0; i < copies; ++i) {
      const auto nodes = joined.find(copy_name(part, i));
      if (nodes == joined.end() || !nodes->second.count(port)) missing.push_back(copy_name(part, i));
    }
    const bool is_lost = std::any_of(lost_.begin(), lost_.end(), [&, &p = port](const auto& end) {
      return end.second == p || end.first == part.name || end.first.starts_with(part.name + "_");
    });
    if (missing.empty() || is_lost) continue;
    const bool all = static_cast<int>(missing.size()) == copies;
    const std::string end = fmt::format("{}.{}", all ? part.name : missing.front(), port);
    problem(part.origin, fmt::format("port {} is not joined to any node", end),
            all || missing.size() == 1 ? "" : fmt::format("{} of {} copies unjoined", missing.size(), copies),
            {fmt::format("nodes: {{NAME: [{}, ...]}} with ports of kind {}", end, to_string(connector))});
  }
}

/// One instance that stands for `copies` equal ones.
void NetworkBuilder::add_copy(const Part& part, const std::string& name, int parent, const PortNodes& nodes,
                              int copies) {
  auto& instances = network_.instances_;
  const int index = static_cast<int>(instances.size());
  const std::string path = child_path(instances[parent].path, name);
  if (!instances[parent].children.emplace(name, index).second) {
    problem(part.origin, "two parts have the same name", name);
    return;
  }
  const int region = system_.add_region(path, instances[parent].region);
  const std::string kind = part.rack ? "rack" : part.type ? std::string(part.type->name) : part.template_name;
  instances.push_back(
      {path, kind, parent, region, part.in_parallel * copies * instances[parent].multiplicity, {}, {}, {}});
  if (part.incomplete) return;
  for (const auto& [port, connector] : ports_of(part))
    if (!nodes.count(port)) return;  // reported already
  const std::size_t racks_before = network_.racks_.size();
  const int first_rack = racks_;
  if (part.rack)
    add_rack(part, index, nodes);
  else if (part.type)
    add_component(part, index, nodes);
  else if (const auto body = definition_.templates.find(part.template_name); body != definition_.templates.end())
    expand(body->second, index, nodes);
  // The racks of the other copies are numbered as if these stood there.
  const int racks_of_copy = racks_ - first_rack;
  for (std::size_t r = racks_before; r < network_.racks_.size(); ++r) {
    std::vector<int>& numbers = network_.racks_[r].numbers;
    const std::size_t of_first = numbers.size();
    for (int copy = 1; copy < copies; ++copy)
      for (std::size_t i = 0; i < of_first; ++i) numbers.push_back(numbers[i] + copy * racks_of_copy);
  }
  racks_ += (copies - 1) * racks_of_copy;
}

void NetworkBuilder::add_component(const Part& part, int index, const PortNodes& nodes) {
  Instance& instance = network_.instances_[index];
  const ComponentRef c = system_.add_component(*part.type, instance.path, instance.region, instance.multiplicity);
  instance.component = c;
  GroupBase& group = system_.group(c.group);
  bool complete = true;
  for (const auto& [parameter, value] : part.parameters) {
    group.set_parameter(c.index, parameter, value);
    complete = complete && !std::isnan(value);
  }
  if (const std::string inconsistent = complete ? group.check(c.index) : ""; !inconsistent.empty())
    problem(part.origin, inconsistent);
  for (std::size_t p = 0; p < part.type->ports.size(); ++p) {
    const Port& port = part.type->ports[p];
    const int number = static_cast<int>(p);
    if (port.connector == Connector::input) continue;
    if (port.connector == Connector::output) {
      const int node = add_node(Connector::output, child_path(instance.path, port.name), part.origin, port.unit);
      instance.nodes[std::string(port.name)] = node;
      system_.connect(c, number, node);
      if (port.unit == "SI") passed_on_.emplace_back(node, c);
      continue;
    }
    const int node = nodes.find(port.name)->second;
    system_.connect(c, number, node);
  }
  for (const InputBinding& binding : part.inputs) {
    if (!binding.schedule.empty()) {
      const int node = add_node(
          Connector::output, fmt::format("{}.{}_schedule", instance.path, part.type->ports[binding.port].name),
          binding.origin, binding.unit.empty() ? part.type->ports[binding.port].unit : std::string_view(binding.unit));
      system_.set_start(node, std::vector<double>{binding.schedule.front().second});
      system_.read(c, binding.port, {node, {}, 0});
      network_.schedules_.push_back(
          {node, binding.schedule, {{c, part.type->across_offset(binding.port), binding.port}, binding.origin}});
    } else if (binding.signal.path.empty()) {
      const int across = part.type->across_offset(binding.port);
      group.held(c.index, across) = binding.held;
      network_.held_inputs_.push_back({{c, across, binding.port}, binding.origin});
    } else {
      inputs_.push_back({instance.parent, c, &part, &binding});
    }
  }
  if (part.type->is_reference) references_.push_back({c, &part});
}

void NetworkBuilder::add_rack(const Part& part, int index, const PortNodes& nodes) {
  constexpr double T_start = 318.0, p_start = 3.5e5;  // K, Pa
  const Instance& instance = network_.instances_[index];
  const RackNodes at{nodes.find("inlet")->second, nodes.find("outlet")->second, nodes.find("feed_a")->second,
                     nodes.find("feed_b")->second, nodes.find("air")->second};
  const int first_node = system_.nodes();
  RackInstance rack = build_rack(system_, *part.rack, definition_.resolution, instance.path, instance.region,
                                 instance.multiplicity, at, T_start, p_start);
  rack.instance = index;
  rack.numbers = {racks_++};
  for (int node = first_node; node < system_.nodes(); ++node) {
    node_origins_.push_back(part.origin);
    network_.signal_units_.emplace_back();
    const std::string& path = system_.node_path(node);
    network_.instances_[index].nodes[path.substr(path.rfind('.') + 1)] = node;
  }
  network_.racks_.push_back(std::move(rack));
}

}  // namespace wattloop
