// The graph pass: paths, liquids of circuits, missing and double references, dead ends.

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "meshes/network_builder.h"
#include "solver/group_base.h"

namespace wattloop {

namespace {

/// Inputs that are 1 in a part that has failed without a switch: a valve that sticks, a sensor that freezes.
constexpr const char* fault_inputs[] = {"stuck", "frozen"};

/// Sets of nodes that belong together.
class DisjointSets {
 public:
  explicit DisjointSets(int n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }
  int find(int i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void unite(int a, int b) { parent_[find(a)] = find(b); }

 private:
  std::vector<int> parent_;
};

/// Joins the nodes that components connect: liquid ports of one circuit of a component.
DisjointSets liquid_circuits(const System& system) {
  DisjointSets sets(system.nodes());
  std::map<std::tuple<int, int, int>, int> first;  // group, component, circuit -> node
  for (const System::Connection& c : system.connections()) {
    const Port& port = system.group(c.component.group).type().ports[c.port];
    if (port.connector != Connector::liquid) continue;
    const auto [it, is_new] = first.try_emplace({c.component.group, c.component.index, port.circuit}, c.node);
    if (!is_new) sets.unite(it->second, c.node);
  }
  return sets;
}

}  // namespace

NetworkError::NetworkError(std::vector<NetworkProblem> problems)
    : std::runtime_error(problems.empty() ? "network error" : problems.front().what), problems_(std::move(problems)) {}

Network::Network(const NetworkDefinition& definition, Workers workers) : Network() {
  std::vector<NetworkProblem> problems = NetworkBuilder(definition, *this).assemble();
  if (!problems.empty()) throw NetworkError(std::move(problems));
  system_->finish(workers, 0);
}

std::vector<NetworkProblem> Network::problems_of(const NetworkDefinition& definition) {
  Network network;
  return NetworkBuilder(definition, network).assemble();
}

int Network::find(std::string_view path) const {
  int at = 0;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const auto child = instances_[at].children.find(path.substr(0, dot));
    if (child == instances_[at].children.end()) return -1;
    at = child->second;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

std::vector<int> Network::find_all(std::string_view path) const {
  std::vector<int> found = {0};
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    std::vector<int> below;
    for (int at : found) {
      const std::vector<int> copies = copies_in(at, path.substr(0, dot));
      below.insert(below.end(), copies.begin(), copies.end());
    }
    found = std::move(below);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return found;
}

void Network::collect(int at, std::string_view path, bool copies, std::vector<Reading>& found) const {
  const std::size_t dot = path.find('.');
  const std::string_view head = path.substr(0, dot);
  const std::string_view tail = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  const Instance& instance = instances_[at];
  if (!tail.empty()) {
    const std::size_t before = found.size();
    if (const auto child = instance.children.find(head); child != instance.children.end())
      collect(child->second, tail, copies, found);
    else if (copies)
      for (int copy : copies_in(at, head)) collect(copy, tail, copies, found);
    if (found.size() > before) return;
  }
  if (const auto node = instance.nodes.find(head); node != instance.nodes.end()) {
    const int value = system_->node_value_index(node->second, tail);
    if (value >= 0) return found.push_back({{node->second, {}, value}, instance.multiplicity});
  }
  if (instance.component.group >= 0 && tail.empty()) {
    const GroupBase& group = system_->group(instance.component.group);
    const int state = group.type().state_index(head);
    if (state >= group.condensed()) found.push_back({{-1, instance.component, state}, instance.multiplicity});
  }
}

std::optional<System::Unknown> Network::find_unknown(int scope, std::string_view path) const {
  std::vector<Reading> found;
  for (; scope >= 0 && found.empty(); scope = instances_[scope].parent) collect(scope, path, false, found);
  return found.empty() ? std::nullopt : std::optional(found.front().unknown);
}

std::vector<Reading> Network::find_unknowns(int scope, std::string_view path) const {
  std::vector<Reading> found;
  const double readers = instances_[scope].multiplicity;
  for (; scope >= 0 && found.empty(); scope = instances_[scope].parent) collect(scope, path, true, found);
  for (Reading& reading : found) reading.units /= readers;
  return found;
}

std::vector<int> Network::find_copies(int scope, std::string_view name) const {
  for (; scope >= 0; scope = instances_[scope].parent)
    if (std::vector<int> copies = copies_in(scope, name); !copies.empty()) return copies;
  return {};
}

std::vector<int> Network::copies_in(int instance, std::string_view name) const {
  const auto& children = instances_[instance].children;
  if (const auto child = children.find(name); child != children.end()) return {child->second};
  std::vector<int> copies;
  for (int i = 1;; ++i) {
    const auto child = children.find(fmt::format("{}_{}", name, i));
    if (child == children.end()) return copies;
    copies.push_back(child->second);
  }
}

std::vector<InputRef> Network::find_inputs(int scope, std::string_view path) const {
  std::vector<InputRef> inputs;
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) {
    const ComponentRef component = switched_component(scope);
    if (component.group < 0) return {};
    const ComponentType& type = system_->group(component.group).type();
    const int port = type.port_index(path);
    if (port >= 0 && type.ports[port].connector == Connector::input)
      inputs.push_back({component, type.across_offset(port), port});
    return inputs;
  }
  for (int copy : find_copies(scope, path.substr(0, dot))) {
    const std::vector<InputRef> below = find_inputs(copy, path.substr(dot + 1));
    inputs.insert(inputs.end(), below.begin(), below.end());
  }
  return inputs;
}

ComponentRef Network::switched_component(int instance) const {
  const Instance& at = instances_[instance];
  if (at.kind != "rack") return at.component;
  return std::find_if(racks_.begin(), racks_.end(), [&](const RackInstance& rack) { return rack.instance == instance; })
      ->shelf;
}

std::vector<ComponentRef> Network::switched_components(int instance) const {
  std::vector<ComponentRef> found;
  const Instance& at = instances_[instance];
  if (const ComponentRef own = switched_component(instance); own.group >= 0) found.push_back(own);
  for (const auto& [name, child] : at.children) {
    const std::vector<ComponentRef> below = switched_components(child);
    found.insert(found.end(), below.begin(), below.end());
  }
  return found;
}

std::vector<InputRef> Network::switches(int instance) const {
  std::vector<InputRef> found, faults;
  std::set<std::pair<int, int>> inside;
  const auto add = [&](const ComponentRef component, const char* name, std::vector<InputRef>& list) {
    const GroupBase& group = system_->group(component.group);
    const int port = group.type().port_index(name);
    if (port < 0) return;
    const InputRef input{component, group.type().across_offset(port), port};
    if (group.across_slot(component.index, input.across) < 0) list.push_back(input);
  };
  for (const ComponentRef component : switched_components(instance)) {
    inside.emplace(component.group, component.index);
    for (const char* name : {"on", "enabled"}) add(component, name, found);
    for (const char* name : fault_inputs) add(component, name, faults);
  }
  for (const auto& sequence : sequences_)
    for (const InputRef& input : sequence->switches())
      if (inside.count({input.component.group, input.component.index})) found.push_back(input);
  return found.empty() ? faults : found;
}

double Network::value_when_failed(const InputRef& input) const {
  const Port& port = system_->group(input.component.group).type().ports[input.port];
  const bool is_fault =
      std::find(std::begin(fault_inputs), std::end(fault_inputs), port.name) != std::end(fault_inputs);
  return is_fault ? 1.0 : 0.0;
}

std::string Network::owner_of(const InputRef& input) const {
  const auto owner = owners_.find(input.key());
  return owner == owners_.end() ? "" : owner->second;
}

int Network::weather_node(std::string_view name) const {
  return instances_[1].nodes.find(name)->second;
}

std::pair<int, int> NetworkBuilder::place(int node) const {
  return {node_origins_[node].line, node_origins_[node].column};
}

/// Every circuit takes the liquid of its one pressure reference.
void NetworkBuilder::assign_liquids() {
  DisjointSets circuits = liquid_circuits(system_);
  std::map<int, const Reference*> reference_of;
  for (const Reference& reference : references_)
    for (const System::Connection& c : system_.connections()) {
      if (c.component.group != reference.component.group || c.component.index != reference.component.index) continue;
      if (system_.group(c.component.group).type().ports[c.port].connector != Connector::liquid) continue;
      const auto [it, is_new] = reference_of.try_emplace(circuits.find(c.node), &reference);
      if (is_new) continue;
      const Part &first = *it->second->part, &other = *reference.part;
      if (!(first.type->allows_others && other.type->allows_others))
        problem(other.origin, fmt::format("a circuit has two pressure references: {} and {}", first.name, other.name));
      else if (first.liquid != other.liquid)
        problem(other.origin, fmt::format("{} and {} bring two liquids into one circuit", first.name, other.name),
                other.liquid, {first.liquid});
    }
  std::map<int, const Liquid*> liquid_of;
  for (const auto& [circuit, reference] : reference_of) {
    const auto spec = definition_.liquids.find(reference->part->liquid);
    if (spec == definition_.liquids.end()) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : definition_.liquids) known.push_back(name);
      problem(reference->part->origin, "a pressure reference names the liquid of its circuit", reference->part->liquid,
              known);
      continue;
    }
    auto& liquid = network_.liquids_[spec->first];  // one for all circuits: they are then equal
    if (!liquid) liquid = definition_.pool->get(spec->first, spec->second);
    liquid_of[circuit] = liquid.get();
  }
  network_.liquid_of_node_.assign(system_.nodes(), nullptr);
  std::vector<char> reported(system_.nodes(), 0);
  std::set<std::pair<int, int>> reported_at;  // places: equal copies of a loop are one problem
  for (int node = 0; node < system_.nodes(); ++node) {
    if (system_.node_connector(node) != Connector::liquid) continue;
    const int circuit = circuits.find(node);
    if (const auto liquid = liquid_of.find(circuit); liquid != liquid_of.end())
      network_.liquid_of_node_[node] = liquid->second;
    else if (!reference_of.count(circuit) && !reported[circuit] && reported_at.insert(place(node)).second) {
      reported[circuit] = 1;
      problem(node_origins_[node],
              "a loop without a pressure reference (an expansion vessel, an open tower or a liquid source)",
              system_.node_path(node));
    }
  }
  for (const System::Connection& c : system_.connections()) {
    GroupBase& group = system_.group(c.component.group);
    if (group.type().ports[c.port].connector == Connector::liquid && network_.liquid_of_node_[c.node])
      group.set_liquid(c.component.index, c.port, network_.liquid_of_node_[c.node]);
  }
}

/// What else the nodes need: a liquid goes somewhere, air has one ambient, a room has at most one temperature of its
/// own.
void NetworkBuilder::check_boundaries() {
  std::vector<int> joined(system_.nodes(), 0), references(system_.nodes(), 0);
  for (const System::Connection& c : system_.connections()) {
    ++joined[c.node];
    references[c.node] += fixes(system_.group(c.component.group).type(), c.port);
  }
  std::set<std::pair<int, int>> reported_at;  // places: equal copies of a node are one problem
  for (int node = 0; node < system_.nodes(); ++node) {
    const Connector connector = system_.node_connector(node);
    const char* what = nullptr;
    if (connector == Connector::liquid && joined[node] < 2) what = "a dead end: only one port is joined here";
    if (connector == Connector::air && references[node] == 0) what = "air without an ambient that holds it";
    if (connector == Connector::air && references[node] > 1) what = "two ambients hold the same air";
    if (connector == Connector::heat && references[node] > 1) what = "two parts hold the temperature of one room";
    if (what != nullptr && reported_at.insert(place(node)).second)
      problem(node_origins_[node], what, system_.node_path(node));
  }
}

}  // namespace wattloop
