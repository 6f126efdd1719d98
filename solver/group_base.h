#pragma once
// All components of one type, as the System sees them.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "solver/fields.h"

namespace wattloop {

struct Liquid;
class GroupBase;

/// A Parameter without its pointer to member.
struct ParameterInfo {
  std::string_view name, unit, meaning;
  Range range;
  double default_value;
  std::vector<std::string_view> choices;
};

/// What a component type says of itself: the input reader, the documentation and the result file follow from it.
struct ComponentType {
  std::string_view name, summary;
  std::vector<ParameterInfo> parameters;
  std::vector<Port> ports;
  std::vector<StateField> states;
  std::vector<OutputField> outputs;
  bool is_reference = false;   ///< fixes the pressure of its circuit or the voltage of its island
  bool allows_others = false;  ///< a boundary, of which a circuit may have several
  bool conducts = false;       ///< passes voltage on from one AC port to the others
  std::string_view outside;    ///< what it exchanges energy with beyond its ports ("grid", "ambient"), or empty
  std::unique_ptr<GroupBase> (*make_group)() = nullptr;

  int parameter_index(std::string_view wanted) const;  ///< -1 if there is none
  int port_index(std::string_view wanted) const;
  int state_index(std::string_view wanted) const;
  int output_index(std::string_view wanted) const;
  int across_offset(int port) const;  ///< place of a port's first value among the across-values
  int through_offset(int port) const;
};

/// Energy and mass crossing the boundary of one component (of one, not of all it stands for).
struct Exchange {
  double energy_ports = 0.0;      ///< sum of the energy flows into it through its ports [W]
  double energy_gross = 0.0;      ///< sum of their magnitudes [W]
  double energy_outside = 0.0;    ///< energy into it from beyond its ports, by its own meter [W]
  double mass_ports = 0.0;        ///< sum of the mass flows into it through its liquid and air ports [kg/s]
  double mass_gross = 0.0;        ///< sum of their magnitudes [kg/s]
  double mass_outside = 0.0;      ///< mass into it from beyond its ports, by its own meter [kg/s]
  double electrical_ports = 0.0;  ///< electrical power into it through ac and dc ports [W]
};

/// Contiguous components of one type. All ranges [begin, end) are component indices, so that loops can be cut among
/// threads; nothing here allocates once `finish_setup` has run.
class GroupBase {
 public:
  virtual ~GroupBase() = default;
  virtual const ComponentType& type() const = 0;

  // Set-up.
  virtual int add(std::string path, double multiplicity) = 0;
  virtual void set_parameter(int component, int parameter, double value) = 0;
  virtual double parameter(int component, int parameter) const = 0;
  virtual void set_liquid(int component, int port, const Liquid* liquid) = 0;
  virtual std::string check(int component) const = 0;  ///< what is inconsistent among the parameters, or empty
  virtual void finish_setup(int first_unknown, int linearisations) = 0;

  // Evaluation. y and dy are the whole vectors; through has through_size() entries a component.
  virtual void residual(int begin, int end, const double* y, const double* dy, double* r) = 0;
  virtual void outputs(int component, const double* y, double* values) const = 0;
  /// From the through-values of the last residual.
  virtual Exchange exchange(int component, const double* y) const = 0;
  virtual double stored_energy(int component, const double* y) const = 0;
  virtual double stored_mass(int component, const double* y) const = 0;

  // Linear algebra: dF/dy + cj dF/dy' of each component, its condensed part eliminated on the spot.
  virtual void linearise(int begin, int end, const double* y, const double* dy, double cj) = 0;
  virtual void condense(int begin, int end, const double* r) = 0;
  virtual void back_substitute(int begin, int end, const double* r, double* delta) const = 0;
  /// Several linearisations (of different c_j) are kept side by side; all calls work on the selected one.
  virtual void select_linearisation(int slot) = 0;

  int size() const { return static_cast<int>(paths_.size()); }
  const std::string& path(int component) const { return paths_[component]; }
  double multiplicity(int component) const { return multiplicities_[component]; }
  int first_unknown() const { return first_unknown_; }
  int states() const { return n_states_; }
  int kept() const { return n_kept_; }
  int condensed() const { return n_states_ - n_kept_; }
  int across() const { return n_across_; }
  int through() const { return n_through_; }
  int unknown(int component, int state) const { return first_unknown_ + component * n_states_ + state; }
  int border_rows() const { return n_kept_ + n_through_; }
  int border_columns() const { return n_kept_ + n_across_; }

  /// Nominal voltage at an electrical port, V; 0: unknown, the same as at the component's other ports.
  virtual double nominal_voltage(int component, int port) const = 0;
  /// Where the search for a steady state begins: from the component's own start(), the nominal value of the state among
  /// its parameters ("m_flow_nominal" for "m_flow"), or the table.
  virtual double start_value(int component, int state) const = 0;

  void wire_across(int component, int across, int unknown) { across_slots_[component * n_across_ + across] = unknown; }
  void wire_through(int component, int through, int row) { through_slots_[component * n_through_ + through] = row; }

  std::span<const int> across_slots(int c) const { return {across_slots_.data() + c * n_across_, size_t(n_across_)}; }
  std::span<const int> through_slots(int c) const {
    return {through_slots_.data() + c * n_through_, size_t(n_through_)};
  }
  /// Values of inputs that nothing drives; the only thing controllers and the workload write.
  double& held(int component, int across) { return held_[component * n_across_ + across]; }
  double held(int component, int across) const { return held_[component * n_across_ + across]; }
  /// Those of all components.
  std::vector<double>& held_values() { return held_; }
  /// Through-values of the last residual, times the multiplicity.
  const double* through_values(int component) const { return through_values_.data() + component * n_through_; }
  /// The condensed matrix over [kept states, through-values] x [kept states, across-values], row-major.
  const double* schur(int component) const { return schur_.data() + component * border_rows() * border_columns(); }
  /// What `condense` leaves for the through rows: -(C A^-1 r), times the multiplicity.
  const double* condensed_rhs(int component) const { return condensed_rhs_.data() + component * border_rows(); }

 protected:
  std::vector<std::string> paths_;
  std::vector<double> multiplicities_;
  std::vector<int> across_slots_;   ///< unknown read by each across-value; -1: the held value of an input
  std::vector<int> through_slots_;  ///< balance that each through-value enters; -1: an output that nothing reads
  std::vector<double> held_, through_values_, schur_, condensed_rhs_;
  int first_unknown_ = 0, n_states_ = 0, n_kept_ = 0, n_across_ = 0, n_through_ = 0;
};

/// A run of components of one group: the unit of work that threads share.
struct Chunk {
  GroupBase* group;
  int number;  ///< of the group
  int begin, end;
};

/// Cuts all groups into chunks, ordered so that equal parts of the list are about equal work for `threads` threads:
/// each gets the same share of every group, and so the same racks in every loop.
std::vector<Chunk> cut_into_chunks(const std::vector<GroupBase*>& groups, int threads);

}  // namespace wattloop
