#pragma once
// Expands a NetworkDefinition: templates into instances, names into nodes, circuits into liquids.

#include <set>
#include <string>
#include <vector>

#include "meshes/network.h"

namespace wattloop {

/// "parent.name", or the name alone at the top.
std::string child_path(const std::string& parent, std::string_view name);

/// Whether a part fixes the potential at one of its ports: a reference does where its first port's kind is joined, and
/// a cooling tower, which fixes the pressure of its circuit, draws its air and its power from others.
inline bool fixes(const ComponentType& type, int port) {
  return type.is_reference && type.ports[port].connector == type.ports[0].connector;
}

/// One use; problems are collected and thrown at the end.
class NetworkBuilder {
 public:
  NetworkBuilder(const NetworkDefinition& definition, Network& network);
  /// Expands and binds everything; returns what is wrong.
  std::vector<NetworkProblem> assemble();

 private:
  /// The node that each port of a copy is joined to.
  using PortNodes = std::map<std::string, int, std::less<>>;
  struct Endpoint {
    const Part* part;
    std::string copy, port;
    Connector connector;
    const Origin* origin;
  };
  struct PendingInput {
    int scope;
    ComponentRef component;
    const Part* part;
    const InputBinding* binding;
  };
  struct Reference {
    ComponentRef component;
    const Part* part;
  };

  void expand(const Template& body, int instance, const PortNodes& outer);
  std::map<std::string, PortNodes> join(const Template& body, int instance, const PortNodes& outer);
  std::vector<Endpoint> endpoints(const Template& body, const Junction& junction);
  std::vector<std::pair<std::string, Connector>> ports_of(const Part& part) const;
  int add_node(Connector connector, const std::string& path, const Origin& origin, std::string_view unit = {});
  /// "cdu_3"; a part without copies has its own name.
  static std::string copy_name(const Part& part, int copy);
  void find_told_apart();
  bool is_merged(const Part& part, const std::map<std::string, PortNodes>& joined) const;
  bool has_like_racks(const Part& part) const;
  int racks_in(const Part& part, int depth = 0) const;
  void report_unjoined(const Part& part, const std::map<std::string, PortNodes>& joined, int copies);
  void lose(const Origin& origin, std::string what, std::string got, std::vector<std::string> known,
            std::string_view endpoint);
  void add_copy(const Part& part, const std::string& name, int parent, const PortNodes& nodes, int copies);
  void add_component(const Part& part, int instance, const PortNodes& nodes);
  void add_rack(const Part& part, int instance, const PortNodes& nodes);
  void add_weather();
  void bind_inputs(bool sound);
  void check_frequencies();
  void check_unit(const PendingInput& input, const std::string& unit);
  void check_controlled(const PendingInput& input, const std::string& unit);
  std::optional<System::Unknown> source_of(const PendingInput& input);
  System::Unknown reduce(const PendingInput& input, std::vector<Reading> readings);
  System::Unknown reduce_some(const PendingInput& input, const Reading* readings, std::size_t count, int number);
  void pass_units_on();
  bool is_declared(std::string_view path) const;
  void bind_sequences();
  void check_boundaries();
  std::pair<int, int> place(int node) const;  ///< line and column where a node is written
  void assign_liquids();
  void assign_voltages();
  std::vector<char> live_at_the_start() const;
  void note_feeds(const std::vector<double>& voltage);
  void check_voltages(const std::vector<double>& voltage);
  bool passes_voltage(ComponentRef c) const;
  double stated_voltage(const System::Connection& c) const;
  bool holds_alone(const System::Connection& c) const;
  void problem(const Origin& origin, std::string what, std::string got = {}, std::vector<std::string> known = {});

  const NetworkDefinition& definition_;
  Network& network_;
  System& system_;
  std::vector<NetworkProblem> problems_;
  std::vector<PendingInput> inputs_;
  std::vector<Reference> references_;
  std::vector<std::pair<int, const SequenceLine*>> sequences_;
  std::vector<Origin> node_origins_;
  std::vector<std::string> open_templates_;
  std::vector<std::pair<std::string, std::string>> lost_;  ///< part and port of endpoints that joined nothing
  std::set<std::string, std::less<>> told_apart_;          ///< names in paths
  std::set<std::string, std::less<>> staged_;              ///< parts whose copies are switched one by one
  /// Signals in the unit of what their block reads first, and that.
  std::vector<std::pair<int, ComponentRef>> passed_on_;
  std::map<std::pair<int, int>, System::Unknown> first_read_;
  int racks_ = 0;
};

}  // namespace wattloop
