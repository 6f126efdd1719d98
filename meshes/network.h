#pragma once
// A case as a graph: parts, templates of parts, nodes, bindings by path; expanded into a System.

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meshes/liquid_pool.h"
#include "meshes/rack.h"
#include "meshes/sequences.h"
#include "models/fluids.h"
#include "solver/system.h"

namespace wattloop {

/// Where something stands in the input, for error messages.
struct Origin {
  std::string file;
  int line = 0, column = 0;
  std::string path;
};

/// One thing wrong with a network.
struct NetworkProblem {
  Origin origin;
  std::string what, got;
  std::vector<std::string> known;  ///< what could have been meant
};

/// Everything wrong with a network at once.
class NetworkError : public std::runtime_error {
 public:
  explicit NetworkError(std::vector<NetworkProblem> problems);
  const std::vector<NetworkProblem>& problems() const { return problems_; }

 private:
  std::vector<NetworkProblem> problems_;
};

/// What an input of a component holds, or the path of the signal that drives it.
struct InputBinding {
  int port = -1;
  double held = 0.0;
  SignalPath signal{};
  std::vector<std::pair<double, double>> schedule;  ///< knots: s from the start of the run, value
  Origin origin;
  std::string unit{};  ///< SI unit of what is held where the port takes any
};

/// A line of a template: a component, a rack or another template, once or several times.
struct Part {
  std::string name;
  Origin origin;
  const ComponentType* type = nullptr;   ///< a component ...
  std::shared_ptr<const RackSpec> rack;  ///< ... or a rack ...
  std::string template_name;             ///< ... or a template
  int count = 1;                         ///< copies, named name_1 ... name_count if there are several
  double in_parallel = 1.0;              ///< equal units that each copy stands for
  ParameterValues parameters;
  std::vector<InputBinding> inputs;
  std::string liquid;       ///< of a pressure reference: the liquid of its circuit
  std::string gain_unit{};  ///< SI unit of a parameter in "1/SI"
  bool incomplete = false;  ///< something is wrong with it and reported: what follows from that is not
};

/// A node and the ports joined at it: "pump.inlet" (of all copies), "rack_3.inlet" or a port's own name.
struct Junction {
  std::string name;
  Origin origin;
  std::vector<std::string> endpoints;
  std::vector<Origin> endpoint_origins{};  ///< of each, or empty
};

/// A sampled controller among the parts of a template.
struct SequenceLine {
  std::string name;
  Origin origin;
  SequenceSpec spec;
};

/// A network that can be used as a part. Its ports are those of its nodes which the outside may join.
struct Template {
  std::string name;
  Origin origin;
  std::vector<std::pair<std::string, Connector>> ports;
  std::vector<Part> parts;
  std::vector<Junction> nodes;
  std::vector<SequenceLine> sequences;
};

struct NetworkDefinition {
  std::map<std::string, Template, std::less<>> templates;
  Template site;
  std::map<std::string, LiquidSpec, std::less<>> liquids;
  std::shared_ptr<LiquidPool> pool = std::make_shared<LiquidPool>();  ///< where they are made
  Resolution resolution = Resolution::rack;
  std::uint64_t seed = 1;                ///< of random numbers
  std::vector<std::string> event_paths;  ///< copies that they name stay apart
  /// Copies that nothing tells apart are one that stands for all, at every resolution down to racks.
  bool merges_copies = false;
  std::vector<int> rack_kinds{};  ///< of each rack: those with the same workload; behind the last they idle
};

/// A copy of a part in the expanded network.
struct Instance {
  std::string path;  ///< "building_1.block_2.cdu_3", empty for the site
  std::string kind;  ///< component type, "rack" or the template's name
  int parent = -1;
  int region = 0;
  double multiplicity = 1.0;
  ComponentRef component;                            ///< of a component
  std::map<std::string, int, std::less<>> children;  ///< instances by local name
  std::map<std::string, int, std::less<>> nodes;     ///< nodes by local name
};

/// An input that the case binds.
struct HeldInput {
  InputRef input;
  Origin origin;
};

/// Knots of a schedule no further apart than this are a jump: the integrator stops before and after it.
inline constexpr double longest_jump = 1e-3;  // s

/// An input driven by a schedule.
struct ScheduledSignal {
  int node;
  std::vector<std::pair<double, double>> knots;
  HeldInput driven;
};

/// One of the values that a path with copies names.
struct Reading {
  System::Unknown unknown;
  double units;  ///< equal ones that it stands for, seen from the reader
};

/// More parts than this are taken for a mistake.
inline constexpr std::size_t most_instances = 300'000;

/// The expanded network: a System that is finished, and the names to find things in it.
class Network {
 public:
  /// Throws NetworkError with everything that is wrong. The System can be evaluated, and solved once it is prepared to.
  Network(const NetworkDefinition& definition, Workers workers);
  /// What the constructor would throw, as far as it can be told of a definition with incomplete parts.
  static std::vector<NetworkProblem> problems_of(const NetworkDefinition& definition);

  System& system() { return *system_; }
  const System& system() const { return *system_; }
  const std::vector<Instance>& instances() const { return instances_; }
  const std::vector<RackInstance>& racks() const { return racks_; }
  /// The instance at a path from the site, or -1.
  int find(std::string_view path) const;
  /// The instances at a path from the site; a name with copies means all of them.
  std::vector<int> find_all(std::string_view path) const;
  /// The unknown at a path such as "building_1.block_1.tcs_supply.T", seen from an instance outwards; what can be read
  /// are nodes' values, kept states and signal outputs.
  std::optional<System::Unknown> find_unknown(int scope, std::string_view path) const;
  /// The same of all copies that the path names.
  std::vector<Reading> find_unknowns(int scope, std::string_view path) const;
  /// SI unit of something readable.
  std::string unit_of(const System::Unknown& unknown) const;
  /// The copies of a part seen from an instance outwards: "cdu" finds cdu or cdu_1, cdu_2, ...; "cdu_3" only that.
  std::vector<int> find_copies(int scope, std::string_view name) const;
  /// The inputs at a path such as "cdu.pump.on", of all copies.
  std::vector<InputRef> find_inputs(int scope, std::string_view path) const;
  /// What a failure of an instance turns off: the inputs `on` and `enabled` of it and of all that is in it, racks
  /// included, and what sequences switch there; where there are none, the inputs `stuck` and `frozen`, which it turns
  /// on
  /// (`value_when_failed`). Inputs that a signal drives are left out.
  std::vector<InputRef> switches(int instance) const;
  /// 0 of a switch, 1 of `stuck` and `frozen`.
  double value_when_failed(const InputRef& input) const;
  /// What drives or writes an input while the plant runs, or empty.
  std::string owner_of(const InputRef& input) const;
  /// What paths for reading and for writing could have meant, seen from an instance.
  std::vector<std::string> readable_names(int scope) const;
  std::vector<std::string> input_names(int scope) const;
  /// Signal nodes of the weather: T_db [K], T_wb [K], W [kg/kg], p [Pa], to be driven by functions of time.
  int weather_node(std::string_view name) const;
  const std::vector<ScheduledSignal>& schedules() const { return schedules_; }
  const std::vector<HeldInput>& held_inputs() const { return held_inputs_; }
  /// Inputs that signals of the plant drive.
  const std::vector<HeldInput>& driven_inputs() const { return driven_inputs_; }
  std::vector<std::unique_ptr<Sequence>>& sequences() { return sequences_; }
  const Liquid* liquid_of(int node) const { return liquid_of_node_[node]; }
  /// The liquid of this name; null if no circuit holds it.
  const Liquid* liquid(const std::string& name) const {
    const auto found = liquids_.find(name);
    return found == liquids_.end() ? nullptr : found->second.get();
  }

 private:
  friend class NetworkBuilder;
  /// The copies of a part among the children of an instance.
  std::vector<int> copies_in(int instance, std::string_view name) const;
  /// What a path from an instance inwards names; of copies all, or none.
  void collect(int instance, std::string_view path, bool copies, std::vector<Reading>& found) const;
  /// A component itself, of a rack its power shelf.
  ComponentRef switched_component(int instance) const;
  std::vector<ComponentRef> switched_components(int instance) const;
  Network() : system_(std::make_unique<System>()) {}
  std::unique_ptr<System> system_;
  std::map<std::string, std::shared_ptr<const Liquid>> liquids_;  ///< by name
  std::vector<const Liquid*> liquid_of_node_;
  std::vector<Instance> instances_;
  std::vector<RackInstance> racks_;
  std::vector<ScheduledSignal> schedules_;
  std::vector<HeldInput> held_inputs_, driven_inputs_;
  std::vector<std::unique_ptr<Sequence>> sequences_;
  InputOwners owners_;
  std::vector<std::string> signal_units_;  ///< of signal nodes, by node
};

}  // namespace wattloop
