#include "solver/symmetry.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "solver/hash.h"

namespace wattloop {

namespace {

/// Colours of components and nodes while they are refined.
class Colours {
 public:
  Colours(const System& system, std::span<const double> y) : system_(system), node_(system.nodes()) {
    owner_.resize(system.size());
    for (int g = 0; g < system.groups(); ++g) {
      const GroupBase& group = system.group(g);
      first_.push_back(static_cast<int>(part_.size()));
      for (int i = 0; i < group.size(); ++i) {
        for (int k = 0; k < group.states(); ++k)
          owner_[group.unknown(i, k)] = {system.nodes() + static_cast<int>(part_.size()), k};
        part_.push_back(start(g, i, y));
      }
    }
    for (int node = 0; node < system.nodes(); ++node) {
      const int first = system.node_unknown(node),
                end = node + 1 < system.nodes() ? system.node_unknown(node + 1) : system.size();
      std::uint64_t colour = mix_hash(static_cast<std::uint64_t>(system.node_connector(node)));
      for (int u = first; u < end; ++u) {
        owner_[u] = {node, u - first};
        colour = mix_hash(colour, y[u]);
      }
      node_[node] = colour;
    }
    for (std::size_t s = 0; s < system.sources().size(); ++s) {
      const System::Source& source = system.sources()[s];
      node_[source.node] = mix_hash(node_[source.node], source.key != 0 ? source.key : ~std::uint64_t{s});
    }
  }

  /// Until the number of colours no longer grows, or nearly everything is told apart.
  void refine() {
    for (std::size_t before = 0, now = count(); now > before; now = count()) {
      before = now;
      step();
    }
  }

  Symmetry classes() const {
    Symmetry symmetry;
    symmetry.node = first_of_colour(node_, 0, node_.size());
    for (int g = 0; g < system_.groups(); ++g)
      symmetry.component.push_back(first_of_colour(part_, first_[g], system_.group(g).size()));
    return symmetry;
  }

 private:
  struct Owner {
    int thing;  ///< a node, or nodes() + a component
    int value;
  };

  std::uint64_t start(int g, int i, std::span<const double> y) const {
    const GroupBase& group = system_.group(g);
    std::uint64_t colour = mix_hash(mix_hash(static_cast<std::uint64_t>(g)), group.fingerprint(i));
    colour = mix_hash(colour, group.multiplicity(i));
    for (int a = 0; a < group.across(); ++a)
      if (group.across_slot(i, a) < 0) colour = mix_hash(colour, group.held(i, a));
    for (int k = 0; k < group.states(); ++k) colour = mix_hash(colour, y[group.unknown(i, k)]);
    return colour;
  }

  std::uint64_t seen(int unknown) const {
    if (unknown < 0) return 0;
    const auto [thing, value] = owner_[unknown];
    const std::uint64_t colour = thing < system_.nodes() ? node_[thing] : part_[thing - system_.nodes()];
    return mix_hash(colour, static_cast<std::uint64_t>(value));
  }

  void step() {
    std::vector<std::uint64_t> parts = part_, sums(node_.size(), 0);
    for (int g = 0; g < system_.groups(); ++g) {
      const GroupBase& group = system_.group(g);
      for (int i = 0; i < group.size(); ++i) {
        const std::uint64_t before = part_[first_[g] + i];
        std::uint64_t& colour = parts[first_[g] + i];
        for (int a = 0; a < group.across(); ++a) colour = mix_hash(colour, seen(group.across_slot(i, a)));
        for (int t = 0; t < group.through(); ++t) {
          const int row = group.through_slot(i, t);
          colour = mix_hash(colour, seen(row));
          if (row < 0) continue;
          const auto [node, value] = owner_[row];
          sums[node] += mix_hash(before, static_cast<std::uint64_t>(64 * t + value));  // in any order
        }
      }
    }
    part_ = std::move(parts);
    for (std::size_t n = 0; n < node_.size(); ++n) node_[n] = mix_hash(node_[n], sums[n]);
  }

  std::size_t count() const {
    std::vector<std::uint64_t> all = part_;
    all.insert(all.end(), node_.begin(), node_.end());
    std::sort(all.begin(), all.end());
    return static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin());
  }

  static std::vector<int> first_of_colour(const std::vector<std::uint64_t>& colours, std::size_t begin,
                                          std::size_t count) {
    std::vector<int> order(count), first(count);
    std::iota(order.begin(), order.end(), 0);
    const auto colour = [&](int i) { return colours[begin + i]; };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return colour(a) < colour(b); });
    for (std::size_t k = 0; k < count; ++k) {
      const bool same = k > 0 && colour(order[k]) == colour(order[k - 1]);
      first[order[k]] = same ? first[order[k - 1]] : order[k];
    }
    return first;
  }

  const System& system_;
  std::vector<std::uint64_t> node_, part_;
  std::vector<int> first_;  ///< of each group's components in part_
  std::vector<Owner> owner_;
};

std::size_t count_firsts(const std::vector<int>& first) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < first.size(); ++i) n += first[i] == static_cast<int>(i);
  return n;
}

std::vector<double> class_sizes(const std::vector<int>& first) {
  std::vector<double> size(first.size(), 0.0);
  for (int i : first) size[i] += 1.0;
  return size;
}

}  // namespace

Symmetry Symmetry::of(const System& system, std::span<const double> y) {
  Colours colours(system, y);
  colours.refine();
  return colours.classes();
}

std::size_t Symmetry::distinct() const {
  std::size_t n = 0;
  for (const auto& group : component) n += count_firsts(group);
  return n;
}
std::size_t Symmetry::all() const {
  std::size_t n = 0;
  for (const auto& group : component) n += group.size();
  return n;
}

bool Symmetry::fits(const System& system) const {
  const auto is_of = [](const std::vector<int>& first, int size) {
    return std::ssize(first) == size &&
           std::all_of(first.begin(), first.end(), [=](int i) { return i >= 0 && i < size; });
  };
  if (std::ssize(component) != system.groups() || !is_of(node, system.nodes())) return false;
  for (int g = 0; g < system.groups(); ++g)
    if (!is_of(component[g], system.group(g).size())) return false;
  return true;
}

Quotient::Quotient(System& full, Symmetry symmetry, Workers workers, int linearisations)
    : full_(full), symmetry_(std::move(symmetry)) {
  region_.assign(full.regions().size(), -1);
  region_[0] = 0;
  add_nodes();
  add_components();
  reduced_.finish(workers, linearisations);
  map_unknowns();
  list_inputs();
  list_norms();
}

void Quotient::add_nodes() {
  node_.assign(full_.nodes(), -1);
  for (int node = 0; node < full_.nodes(); ++node)
    node_[node] = symmetry_.node[node] == node
                      ? reduced_.add_node(full_.node_connector(node), full_.node_path(node), full_.node_start(node))
                      : node_[symmetry_.node[node]];
  for (const System::Source& source : full_.sources())
    if (symmetry_.node[source.node] == source.node) reduced_.drive(node_[source.node], source.value, source.key);
}

/// The region of the reduced System for one of the full System, with those above it.
int Quotient::region(int of_full) {
  int& known = region_[of_full];
  if (known < 0) {
    const Region& r = full_.regions()[of_full];
    known = reduced_.add_region(r.path, region(r.parent));
  }
  return known;
}

void Quotient::add_components() {
  part_.resize(full_.groups());
  for (int g = 0; g < full_.groups(); ++g) {
    const GroupBase& group = full_.group(g);
    const std::vector<int>& first = symmetry_.component[g];
    const std::vector<double> sizes = class_sizes(first);
    part_[g].resize(group.size());
    for (int i = 0; i < group.size(); ++i) {
      if (first[i] == i) {
        part_[g][i] = reduced_.add_component(group.type(), group.path(i), region(full_.component_region({g, i})),
                                             sizes[i] * group.multiplicity(i));
        reduced_.group(part_[g][i].group).copy(part_[g][i].index, group, i);
      } else {
        part_[g][i] = part_[g][first[i]];
      }
    }
  }
  const auto is_first = [&](ComponentRef c) { return symmetry_.component[c.group][c.index] == c.index; };
  const auto part = [&](ComponentRef c) { return part_[c.group][c.index]; };
  for (const System::Connection& c : full_.connections())
    if (is_first(c.component)) reduced_.connect(part(c.component), c.port, node_[c.node]);
  for (const System::Reading& r : full_.readings()) {
    if (!is_first(r.component)) continue;
    System::Unknown unknown = r.unknown;
    if (unknown.node >= 0)
      unknown.node = node_[unknown.node];
    else
      unknown.component = part(unknown.component);
    reduced_.read(part(r.component), r.port, unknown);
  }
}

void Quotient::map_unknowns() {
  unknown_.assign(full_.size(), -1);
  for (int g = 0, at = 0, first = 0; g < full_.groups(); ++g) {
    const GroupBase& group = full_.group(g);
    for (int i = 0; i < group.size(); ++i) {
      const auto [to, index] = part_[g][i];
      for (int k = 0; k < group.states(); ++k) unknown_[group.unknown(i, k)] = reduced_.group(to).unknown(index, k);
      const bool is_first = symmetry_.component[g][i] == i;
      for (int a = 0; a < group.across(); ++a, ++at) {
        input_.push_back(first + index * group.across() + a);
        if (is_first) first_input_.push_back(at);
      }
    }
    first += reduced_.group(g).size() * group.across();
  }
  for (int node = 0; node < full_.nodes(); ++node) {
    const int end = node + 1 < full_.nodes() ? full_.node_unknown(node + 1) : full_.size();
    for (int u = full_.node_unknown(node); u < end; ++u)
      unknown_[u] = reduced_.node_unknown(node_[node]) + u - full_.node_unknown(node);
  }
  row_copies_.assign(reduced_.size(), 1.0);
  for (int node = 0; node < full_.nodes(); ++node) {
    if (full_.node_connector(node) == Connector::output || symmetry_.node[node] == node)
      continue;  // a signal sums nothing
    const int end = node + 1 < full_.nodes() ? full_.node_unknown(node + 1) : full_.size();
    for (int u = full_.node_unknown(node); u < end; ++u) row_copies_[unknown_[u]] += 1.0;
  }
  first_unknown_.assign(reduced_.size(), -1);
  for (int u = full_.size() - 1; u >= 0; --u) first_unknown_[unknown_[u]] = u;
}

/// Norms are those of the full System: the largest over its regions. Regions with the same unknowns count once.
void Quotient::list_norms() {
  std::vector<std::map<int, double>> of_region(full_.regions().size());
  for (int u = 0; u < full_.size(); ++u) of_region[full_.norm_regions()[u]][unknown_[u]] += 1.0;
  const std::set<std::map<int, double>> distinct(of_region.begin(), of_region.end());
  System::NormLists lists;
  for (const auto& region : distinct) {
    lists.begin.push_back(static_cast<int>(lists.unknowns.size()));
    for (const auto& [unknown, copies] : region) {
      lists.unknowns.push_back(unknown);
      lists.copies.push_back(copies);
    }
  }
  lists.begin.push_back(static_cast<int>(lists.unknowns.size()));
  reduced_.set_norm_lists(std::move(lists));
}

void Quotient::list_inputs() {
  for (int g = 0; g < full_.groups(); ++g) {
    GroupBase& group = full_.group(g);
    for (int i = 0; i < group.size(); ++i) {
      const int first = symmetry_.component[g][i];
      const auto [to, index] = part_[g][i];
      for (int a = 0; a < group.across(); ++a) {
        if (group.across_slot(i, a) >= 0) continue;
        if (first == i)
          inputs_down_.push_back({&group.held(i, a), &reduced_.group(to).held(index, a)});
        else
          equal_inputs_.push_back({&group.held(i, a), &group.held(first, a), {g, i}});
      }
    }
  }
}

bool Quotient::take_inputs() {
  for (const EqualInput& input : equal_inputs_)
    if (*input.value != *input.of_first) {
      told_apart_ = input.component;
      return false;
    }
  for (const InputDown& input : inputs_down_) *input.to = *input.from;
  return true;
}

bool Quotient::has_equal_copies() {
  std::vector<std::uint64_t> source(full_.nodes(), 0);
  for (std::size_t s = 0; s < full_.sources().size(); ++s) {
    const System::Source& of = full_.sources()[s];
    source[of.node] = of.key != 0 ? of.key : ~std::uint64_t{s};
  }
  for (int node = 0; node < full_.nodes(); ++node)
    if (source[node] != source[symmetry_.node[node]]) return false;
  for (int g = 0; g < full_.groups(); ++g) {
    const GroupBase& group = full_.group(g);
    const std::vector<int>& first = symmetry_.component[g];
    for (int i = 0; i < group.size(); ++i)
      if (group.fingerprint(i) != group.fingerprint(first[i]) ||
          group.multiplicity(i) != group.multiplicity(first[i])) {
        told_apart_ = {g, i};
        return false;
      }
  }
  return true;
}

void Quotient::give_meters() {
  reduced_.complete_meters();
  for (int g = 0; g < full_.groups(); ++g)
    for (int i = 0; i < full_.group(g).size(); ++i) full_.add_to_meter({g, i}, reduced_.meter_of(part_[g][i]));
  reduced_.reset_meters();
}

void Quotient::expand(std::span<const double> reduced, std::vector<double>& full) const {
  full.resize(unknown_.size());
  for (std::size_t u = 0; u < unknown_.size(); ++u) full[u] = reduced[unknown_[u]];
}

std::vector<double> Quotient::reduce(std::span<const double> full) const {
  std::vector<double> reduced(first_unknown_.size());
  for (std::size_t u = 0; u < reduced.size(); ++u) reduced[u] = full[first_unknown_[u]];
  return reduced;
}

std::vector<double> Quotient::expand_rows(std::span<const double> reduced) const {
  std::vector<double> full(unknown_.size());
  for (std::size_t u = 0; u < full.size(); ++u) full[u] = reduced[unknown_[u]] / row_copies_[unknown_[u]];
  return full;
}

std::vector<double> Quotient::reduce_rows(std::span<const double> full) const {
  std::vector<double> reduced = reduce(full);
  for (std::size_t u = 0; u < reduced.size(); ++u) reduced[u] *= row_copies_[u];
  return reduced;
}

std::vector<double> Quotient::expand_inputs(std::span<const double> reduced) const {
  std::vector<double> full(input_.size());
  for (std::size_t i = 0; i < full.size(); ++i) full[i] = reduced[input_[i]];
  return full;
}

std::vector<double> Quotient::reduce_inputs(std::span<const double> full) const {
  std::vector<double> reduced(first_input_.size());
  for (std::size_t i = 0; i < reduced.size(); ++i) reduced[i] = full[first_input_[i]];
  return reduced;
}

}  // namespace wattloop
