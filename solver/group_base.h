#pragma once
// All components of one type, as the System sees them.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "solver/exchange.h"
#include "solver/fault_source.h"
#include "solver/fields.h"
#include "solver/pack.h"

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
  bool is_reference = false;        ///< fixes the pressure of its circuit or the voltage of its island
  bool allows_others = false;       ///< a boundary, of which a circuit may have several
  bool conducts = false;            ///< passes voltage on from one AC port to the others
  bool stores_electricity = false;  ///< what it stores comes from its AC or DC ports and goes back there
  std::string_view outside;         ///< what it exchanges energy with beyond its ports ("grid", "ambient"), or empty
  std::unique_ptr<GroupBase> (*make_group)() = nullptr;

  int parameter_index(std::string_view wanted) const;  ///< -1 if there is none
  int port_index(std::string_view wanted) const;
  int state_index(std::string_view wanted) const;
  int output_index(std::string_view wanted) const;
  int across_offset(int port) const;  ///< place of a port's first value among the across-values
  int through_offset(int port) const;
};

/// How packs that rest are moved to where their nodes have gone; vectors are those of all unknowns.
struct Settling {
  const double* delta;           ///< how far nodes have gone
  const double* start;           ///< of the stage: rates are what has been moved from there, times cj
  const double* payment;         ///< what is added to the equations
  const double* inverse_weight;  ///< of the corrections
  double *y, *rate;
  double* r;        ///< what is left of the equations, before and after
  double* squares;  ///< of the corrections in units of their weights, summed over a component, at its first state
  double cj;
  bool evaluates;  ///< the equations at the end; else they are taken to hold there
  bool condenses;  ///< what is left of them then
};

/// Components of one type, in packs of eight lanes that share their liquids. All ranges [begin, end) are packs, so that
/// loops can be cut among threads; nothing here allocates once `finish_setup` and `prepare_to_solve` have run.
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
  /// Equal for components with the same parameters and liquids.
  virtual std::uint64_t fingerprint(int component) const = 0;
  /// Takes over parameters, liquids and held inputs of a component of another group of the same type.
  virtual void copy(int component, const GroupBase& from, int of) = 0;
  /// What a component belongs to: packs are of one such part.
  void set_part(int component, int part) { parts_[component] = part; }
  /// In a piece, equal for components that were connected alike to the same nodes: many of these have packs of their
  /// own. 0: none.
  void set_place(int component, std::uint64_t place) { places_[component] = place; }
  virtual void finish_setup(int first_unknown) = 0;
  /// Makes room for that many linearisations; without it a group can be evaluated, but not solved.
  virtual void prepare_to_solve(int linearisations) = 0;

  // Evaluation. y and dy are the whole vectors; through has through_size() entries a component.
  virtual void residual(int begin, int end, const double* y, const double* dy, double* r) = 0;
  virtual void outputs(int component, const double* y, double* values) const = 0;
  /// From the through-values of the last residual.
  virtual Exchange exchange(int component, const double* y) const = 0;
  /// Adds weight x the same of packs to their sums.
  virtual void add_exchange(int begin, int end, const double* y, double weight, ExchangeOf<Pack>* sums) const = 0;
  virtual double stored_energy(int component, const double* y) const = 0;
  virtual double stored_mass(int component, const double* y) const = 0;

  // Linear algebra: dF/dy + cj dF/dy' of each component, its condensed part eliminated on the spot.
  virtual void linearise(int begin, int end, const double* y, const double* dy, double cj) = 0;
  /// Whether packs of one kind that are linearised together share the matrices by which their states are eliminated.
  void share_matrices(bool shares) { shares_matrices_ = shares; }
  virtual void condense(int begin, int end, const double* r) = 0;
  virtual void back_substitute(int begin, int end, const double* r, double* delta) const = 0;
  /// Back-substitution, correction and, if it is asked for, residual and `condense` in one.
  virtual void settle(int begin, int end, const Settling& settling) = 0;
  /// Several linearisations (of different c_j) are kept side by side; all calls work on the selected one.
  virtual void select_linearisation(int slot) = 0;

  /// Whether the lanes of a pack are between the same nodes, as the chips of a rack are: such a pack may rest while
  /// others are corrected, as what it does at these nodes follows from their values by its linearisation.
  bool may_rest(int pack) const { return !bundles_.empty() && bundle_of_[pack] >= 0; }
  /// Lets the flows of packs that rest follow a correction of their nodes, the first time with what `condense` has left
  /// of their own equations, which hold from then on as far as they are linear.
  void follow(int begin, int end, const double* delta);

  int size() const { return static_cast<int>(paths_.size()); }
  int packs() const { return static_cast<int>(widths_.size()); }
  /// The component in a lane of a pack; -1 in the lanes behind the last.
  int member(int pack, int lane) const { return members_[pack * pack_size + lane]; }
  int width(int pack) const { return widths_[pack]; }
  const std::string& path(int component) const { return paths_[component]; }
  double multiplicity(int component) const { return multiplicities_[component]; }
  int first_unknown() const { return first_unknown_; }
  int states() const { return n_states_; }
  int kept() const { return n_kept_; }
  int condensed() const { return n_states_ - n_kept_; }
  int across() const { return n_across_; }
  int through() const { return n_through_; }
  int unknown(int component, int state) const { return origins_[component] + state * strides_[component]; }
  /// The component and the state of an unknown of this group.
  std::pair<int, int> owner(int unknown) const;
  int border_rows() const { return n_kept_ + n_through_; }
  int border_columns() const { return n_kept_ + n_across_; }

  /// Nominal voltage at an electrical port, V; 0: unknown, the same as at the component's other ports.
  virtual double nominal_voltage(int component, int port) const = 0;
  /// Of a component that is on; none where it feeds no short circuit.
  virtual std::optional<FaultSource> fault_source(int component) const = 0;
  /// Where the search for a steady state begins: from the component's own start(), the nominal value of the state among
  /// its parameters ("m_flow_nominal" for "m_flow"), or the table.
  virtual double start_value(int component, int state) const = 0;

  /// Finds what lanes have in common when all is wired; without it they go one by one.
  void finish_wiring();
  void wire_across(int component, int across, int unknown);
  void wire_through(int component, int through, int row) { through_slots_[component * n_through_ + through] = row; }
  /// The unknown that an across-value reads; -1: the held value of an input.
  int across_slot(int component, int across) const { return across_slots_[at(component, across, n_across_)]; }
  /// The balance that a through-value enters; -1: an output that nothing reads.
  int through_slot(int component, int through) const { return through_slots_[component * n_through_ + through]; }

  /// Values of inputs that nothing drives; the only thing controllers and the workload write.
  double& held(int component, int across) { return held_[held_at(component, across)]; }
  double held(int component, int across) const { return held_[held_at(component, across)]; }
  /// A through-value of the last residual, times the multiplicity.
  const double& through_value(int component, int through) const {
    return through_values_[at(component, through, n_through_)];
  }
  /// What a component adds to the balance that a through-value of it enters, and what `condense` leaves for that: its
  /// own value or, where the lanes of its pack enter the same balance, their sum, and that of the packs beside it which
  /// may rest, for the first of all these and nothing for the others.
  const double* through_term(int component, int through) const {
    return term(component, through, through_sums_, through_value(component, through));
  }
  const double* condensed_term(int component, int through) const {
    return term(component, through, condensed_sums_, condensed_rhs(component, n_kept_ + through));
  }
  /// The pack and the lane of a component.
  std::pair<int, int> place_of(int component) const {
    return {lanes_[component] / pack_size, lanes_[component] % pack_size};
  }
  /// An entry of the condensed matrix over [kept states, through-values] x [kept states, across-values].
  double schur(int component, int row, int column) const {
    return schur_[at(component, row * border_columns() + column, border_rows() * border_columns())];
  }
  /// What `condense` leaves for a border row: -(C A^-1 r), times the multiplicity.
  const double& condensed_rhs(int component, int row) const {
    return condensed_rhs_[at(component, row, border_rows())];
  }

 protected:
  /// Puts the components into packs and numbers their unknowns; moves what is stored by lane.
  void form_packs(int first_unknown);
  std::vector<int> pack_kinds() const;
  void add_places();
  /// Place of a value of a component among `count` values of each lane.
  std::size_t at(int component, int value, int count) const {
    const int lane = lanes_[component];
    return (static_cast<std::size_t>(lane / pack_size) * count + value) * pack_size + lane % pack_size;
  }
  /// Inputs lie side by side: what is written to one of many components is one run of memory.
  std::size_t held_at(int component, int across) const {
    if (widths_.empty()) return at(component, across, n_across_);
    return static_cast<std::size_t>(across) * packs() * pack_size + lanes_[component];
  }
  int first_of(int pack) const { return origins_[members_[pack * pack_size]]; }

  /// The first pack between the same nodes as one that may rest; another is alone.
  int leader_of(int pack) const { return may_rest(pack) ? bundles_[bundle_of_[pack]].first : pack; }
  /// Where the lanes of a pack add up, by through-value: the first of a bundle begins.
  struct Sums {
    double* of;
    bool begins;
    void add(int through, double of_lanes) const { of[through] = begins ? of_lanes : of[through] + of_lanes; }
  };
  Sums sums_of(std::vector<double>& sums, int pack) const {
    const int leader = leader_of(pack);
    return {sums.data() + leader * n_through_, leader == pack};
  }
  const double* term(int component, int through, const std::vector<double>& sums, const double& own) const {
    const auto [pack, lane] = place_of(component);
    if (!sums_lanes(pack, through)) return &own;
    return lane == 0 && leader_of(pack) == pack ? &sums[pack * n_through_ + through] : nullptr;
  }
  /// Whether the lanes of a pack enter the same balance with a through-value.
  bool sums_lanes(int pack, int through) const { return common_rows_[pack * n_through_ + through]; }

  void list_bundles();
  /// Where the linearisation of the packs of a bundle adds up, by rows; none for a pack that may not rest.
  double* bundle_matrix(int pack) {
    const int bundle = may_rest(pack) ? bundle_of_[pack] : -1;
    return bundle < 0 ? nullptr : bundle_matrices_[slot_].data() + bundle * n_through_ * n_across_;
  }

  std::vector<std::string> paths_;
  std::vector<double> multiplicities_;
  std::vector<const Liquid*> liquids_;  ///< by component and port
  std::vector<int> parts_;              ///< of the plant, by component
  std::vector<std::uint64_t> places_;   ///< by component
  std::vector<int> lanes_;              ///< of each component: pack times eight and lane
  std::vector<int> members_, widths_;   ///< of the packs
  std::vector<int> origins_, strides_;  ///< of a component's unknowns
  std::vector<int> across_slots_;       ///< by lane; those behind the last repeat the first
  std::vector<int> wired_;              ///< how many lanes of a pack read an unknown, by pack and across-value
  std::vector<int> common_slots_;       ///< the unknown that all lanes read, by pack and across-value; -1: others
  std::vector<int> through_slots_;      ///< by component
  std::vector<char> common_rows_;       ///< by pack and through-value
  std::vector<double> through_sums_, condensed_sums_;           ///< by pack: over its lanes and those that it leads
  std::vector<double> held_;                                    ///< held_at
  std::vector<double> through_values_, schur_, condensed_rhs_;  ///< by lane
  std::vector<std::pair<int, int>> bundles_;          ///< runs of packs between the same nodes, all lanes of them
  std::vector<int> bundle_of_;                        ///< by pack; -1: none
  std::vector<std::vector<double>> bundle_matrices_;  ///< by slot: through-values by across-values, of all lanes
  int slot_ = 0;
  bool in_packs_ = false;  ///< computed eight at a time
  bool shares_matrices_ = false;
  int first_unknown_ = 0, n_states_ = 0, n_kept_ = 0, n_across_ = 0, n_through_ = 0;
};

/// A run of packs of one group.
struct Chunk {
  GroupBase* group;
  int number;  ///< of the group
  int begin, end;
};

}  // namespace wattloop
