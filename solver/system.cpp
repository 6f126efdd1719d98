#include "solver/system.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "solver/errors.h"
#include "solver/lanes.h"

namespace wattloop {

namespace {

/// Names and units of a node's values.
struct ValueName {
  const char *name, *unit;
};
ValueName node_value(Connector connector, int k) {
  static constexpr ValueName names[][3] = {{{"p", "Pa"}, {"T", "K"}, {}},
                                           {{"p", "Pa"}, {"T", "K"}, {"W", "kg/kg"}},
                                           {{"V_re", "V"}, {"V_im", "V"}, {}},
                                           {{"V", "V"}, {}, {}},
                                           {{"T", "K"}, {}, {}},
                                           {},
                                           {{"value", "1"}, {}, {}}};
  return names[static_cast<int>(connector)][k];
}

int node_size(Connector connector) {
  return connector == Connector::output ? 1 : across_size(connector);
}

/// Absolute tolerance per kelvin of temperature tolerance, and relative tolerance, by unit. Those of the electrical
/// side are so tight that the balance of power of a run of minutes closes to 1e-9: nothing is stored there. Heat flows
/// are unknowns only where they keep a temperature, which has the tighter tolerance.
struct UnitTolerance {
  std::string_view unit;
  double absolute, relative;
};
constexpr UnitTolerance unit_tolerances[] = {
    {"K", 1.0, 0.0},    {"Pa", 2000.0, 1e-3}, {"kg/s", 5e-3, 2e-3}, {"V", 0.01, 2e-6},  {"A", 0.01, 2e-6},
    {"W", 400.0, 1e-2}, {"kg/kg", 1e-4, 0.0}, {"kg", 0.01, 1e-5},   {"SI", 0.02, 1e-4}, {"1", 0.02, 0.0},
};
UnitTolerance tolerance_of(std::string_view unit) {
  for (const UnitTolerance& t : unit_tolerances)
    if (t.unit == unit) return t;
  return unit_tolerances[std::size(unit_tolerances) - 1];
}

}  // namespace

System::System() : regions_{{"", -1}} {}

int System::add_region(std::string path, int parent) {
  regions_.push_back({std::move(path), parent});
  return static_cast<int>(regions_.size()) - 1;
}

ComponentRef System::add_component(const ComponentType& type, std::string path, int region, double multiplicity) {
  auto [it, is_new] = group_of_type_.try_emplace(std::string(type.name), groups());
  if (is_new) {
    groups_.push_back(type.make_group());
    component_regions_.emplace_back();
  }
  const int g = it->second;
  component_regions_[g].push_back(region);
  return {g, groups_[g]->add(std::move(path), multiplicity)};
}

int System::add_node(Connector connector, std::string path, std::span<const double> start) {
  if (connector == Connector::input) throw std::logic_error("a signal node is made with Connector::output");
  nodes_.push_back({connector, std::move(path), {start.begin(), start.end()}, -1});
  nodes_.back().start.resize(node_size(connector));
  return nodes() - 1;
}

void System::set_start(int node, std::span<const double> start) {
  std::copy(start.begin(), start.end(), nodes_[node].start.begin());
}

void System::connect(ComponentRef component, int port, int node) {
  connections_.push_back({component, port, node});
}
void System::read(ComponentRef component, int port, Unknown unknown) {
  readings_.push_back({component, port, unknown});
}
void System::drive(int node, std::function<double(double)> value, std::uint64_t key) {
  sources_.push_back({node, std::move(value), key});
  source_values_.push_back(0.0);
  list_source(static_cast<int>(sources_.size()) - 1);
}

void System::finish(Workers workers, int linearisations) {
  pool_ = std::make_unique<ThreadPool>(workers.threads);
  ranks_ = workers.ranks;
  set_parts();
  size_ = 0;
  for (auto& group : groups_) {
    group->finish_setup(size_);
    size_ += group->size() * group->states();
  }
  number_unknowns();
  wire();
  list_balances();
  assign_norm_regions();
  list_units();
  for (const auto& group : groups_) meters_.emplace_back(group->packs());
  pending_ = meters_;
  if (linearisations > 0) prepare_to_solve(linearisations);
}

void System::prepare_to_solve(int linearisations) {
  if (condensation_) return;
  deal_regions();
  Condensation::Structure structure;
  for (auto& group : groups_) {
    group->prepare_to_solve(linearisations);
    structure.groups.push_back(group.get());
  }
  structure.pieces = region_pieces_;
  structure.ranks = region_ranks_;
  structure.all_ranks = ranks_;
  structure.regions = regions_;
  structure.component_regions = component_regions_;
  structure.unknowns = size_;
  structure.diagonal = diagonal_;
  structure.unknown_name = [this](int u) { return unknown_name(u); };
  condensation_ = std::make_unique<Condensation>(std::move(structure), linearisations);
  list_lacks();
  list_units();
  list_shared();
}

void System::number_unknowns() {
  first_node_unknown_ = size_;
  for (Node& node : nodes_) {
    node.first_unknown = size_;
    size_ += node_size(node.connector);
  }
  differential_.assign(size_, 0);
  for (const auto& group : groups_)
    for (int i = 0; i < group->size(); ++i)
      for (int k = 0; k < group->states(); ++k)
        differential_[group->unknown(i, k)] = group->type().states[k].role == Role::differential;
  has_rate_.assign(differential_.begin(), differential_.end());
  balances_ = has_rate_;
  std::fill(balances_.begin() + first_node_unknown_, balances_.end(), 1.0F);
  strict_balances_.assign(size_, 0.0);
  for (const Node& node : nodes_) {
    const int rows = node.connector == Connector::ac                                          ? 2
                     : node.connector == Connector::dc || node.connector == Connector::liquid ? 1
                                                                                              : 0;
    std::fill_n(strict_balances_.begin() + node.first_unknown, rows, 1.0);
  }
  row_units_.clear();
  for (const Node& node : nodes_)
    for (int k = 0; k < node_size(node.connector); ++k) row_units_.emplace_back(node_value(node.connector, k).unit);
  diagonal_.assign(size_, 0.0);
  for (const Node& node : nodes_)
    if (node.connector == Connector::output) diagonal_[node.first_unknown] = -1.0;
}

int System::unknown(const Unknown& u) const {
  if (u.node >= 0) return nodes_[u.node].first_unknown + u.index;
  return groups_[u.component.group]->unknown(u.component.index, u.index);
}

void System::wire() {
  for (const Connection& c : connections_) {
    GroupBase& group = *groups_[c.component.group];
    const ComponentType& type = group.type();
    const Connector connector = type.ports[c.port].connector;
    const int first = nodes_[c.node].first_unknown;
    for (int k = 0; k < across_size(connector); ++k)
      group.wire_across(c.component.index, type.across_offset(c.port) + k, first + k);
    for (int k = 0; k < through_size(connector); ++k)
      group.wire_through(c.component.index, type.through_offset(c.port) + k, first + k);
  }
  for (const Reading& r : readings_) {
    GroupBase& group = *groups_[r.component.group];
    if (r.unknown.node < 0 && r.unknown.index < groups_[r.unknown.component.group]->condensed())
      throw std::logic_error(group.path(r.component.index) + ": reads a condensed state");
    group.wire_across(r.component.index, group.type().across_offset(r.port), unknown(r.unknown));
  }
  for (auto& group : groups_) group->finish_wiring();
}

/// Which through-values enter each node's balance, in a fixed order.
void System::list_balances() {
  std::vector<std::vector<const double*>> terms(size_ - first_node_unknown_);
  for (const auto& group : groups_)
    for (int i = 0; i < group->size(); ++i)
      for (int t = 0; t < group->through(); ++t)
        if (const int row = group->through_slot(i, t); row >= 0)
          if (const double* term = group->through_term(i, t)) terms[row - first_node_unknown_].push_back(term);
  balance_begin_.assign(1, 0);
  for (const auto& list : terms) {
    balance_terms_.insert(balance_terms_.end(), list.begin(), list.end());
    balance_begin_.push_back(static_cast<int>(balance_terms_.size()));
  }
  gross_.assign(terms.size(), 0.0);
}

void System::list_lacks() {
  lacks_.resize(regions_.size());
  sums_ = lacks_;
  for (const Node& node : nodes_) {
    int highest = condensation_->region_of(node.first_unknown);  // regions are listed parents first
    for (int k = 1; k < node_size(node.connector); ++k)
      highest = std::min(highest, condensation_->region_of(node.first_unknown + k));
    node_regions_.push_back(highest);
  }
}

System::Owner System::owner(int unknown) const {
  for (int g = 0; g < groups(); ++g) {
    const GroupBase& group = *groups_[g];
    const int offset = unknown - group.first_unknown();
    if (offset < 0 || offset >= group.size() * group.states()) continue;
    const auto [component, state] = group.owner(unknown);
    return {{g, component}, nullptr, state};
  }
  const auto after = std::upper_bound(nodes_.begin(), nodes_.end(), unknown,
                                      [](int u, const Node& node) { return u < node.first_unknown; });
  const Node& node = *(after - 1);
  return {{}, &node, unknown - node.first_unknown};
}

std::string System::unknown_name(int unknown) const {
  const auto [component, node, value] = owner(unknown);
  if (node) return fmt::format("{}.{}", node->path, node_value(node->connector, value).name);
  const GroupBase& group = *groups_[component.group];
  return fmt::format("{}.{}", group.path(component.index), group.type().states[value].name);
}

std::string_view System::unknown_unit(int unknown) const {
  const auto [component, node, value] = owner(unknown);
  return node ? node_value(node->connector, value).unit : groups_[component.group]->type().states[value].unit;
}

std::vector<double> System::start() const {
  std::vector<double> y(size_);
  for (const auto& group : groups_)
    for (int i = 0; i < group->size(); ++i)
      for (int k = 0; k < group->states(); ++k) y[group->unknown(i, k)] = group->start_value(i, k);
  for (const Node& node : nodes_) std::copy(node.start.begin(), node.start.end(), y.begin() + node.first_unknown);
  return y;
}

std::vector<std::string> System::node_value_names(int node) const {
  std::vector<std::string> names;
  for (int k = 0; k < node_size(nodes_[node].connector); ++k)
    names.emplace_back(node_value(nodes_[node].connector, k).name);
  return names;
}

int System::node_value_index(int node, std::string_view name) const {
  if (nodes_[node].connector == Connector::output && name.empty()) return 0;
  const std::vector<std::string> names = node_value_names(node);
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

double System::source_value(int node, double t) const {
  for (const Source& source : sources_)
    if (source.node == node) return source.value(t);
  throw std::logic_error(nodes_[node].path + ": nothing drives this signal");
}

/// Calls f(begin, end, tolerance) for runs of unknowns.
template <class F>
void System::for_each_tolerance(const Unit& unit, const F& f) const {
  for (const Chunk& c : unit.chunks)
    for (int pack = c.begin; pack < c.end; ++pack)
      for (int k = 0; k < c.group->states(); ++k) {
        const int first = c.group->unknown(c.group->member(pack, 0), k);
        f(first, first + c.group->width(pack), tolerance_of(c.group->type().states[k].unit));
      }
  for (const int row : unit.rows) f(row, row + 1, tolerance_of(row_units_[row - first_node_unknown_]));
}

void System::list_scaled(Unit& unit) {
  for_each_tolerance(unit, [&](int begin, int end, const UnitTolerance& t) {
    if (t.relative > 0.0) unit.scaled.push_back({begin, end, t.absolute, t.relative});
  });
}

void System::inverse_weights(const double* y, const Tolerances& tolerances, double* inverse) {
  for_each_unit([&](const Unit& unit) {
    for_each_tolerance(unit, [&](int begin, int end, const UnitTolerance& t) {
      std::fill(inverse + begin, inverse + end, 1.0 / (tolerances.temperature * t.absolute));
    });
    update_inverse_weights(unit, y, tolerances, inverse);
  });
}

void System::update_inverse_weights(const Unit& unit, const double* y, const Tolerances& tolerances, double* inverse) {
  in_lanes([&unit, y, of_K = tolerances.temperature, inverse] {
    for (const auto& [begin, end, absolute, relative] : unit.scaled)
      for (int u = begin; u < end; ++u) inverse[u] = 1.0 / (of_K * absolute + relative * std::abs(y[u]));
  });
}

double System::stored_energy(const double* y) const {
  double sum = 0.0;
  for (const auto& group : groups_)
    for (int i = 0; i < group->size(); ++i) sum += group->multiplicity(i) * group->stored_energy(i, y);
  return sum;
}

}  // namespace wattloop
