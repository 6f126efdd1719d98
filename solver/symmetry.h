#pragma once
// Copies that nothing tells apart are solved once.

#include <memory>
#include <span>
#include <vector>

#include "solver/system.h"

namespace wattloop {

/// Which components and which nodes of a System are copies of each other: the same number means the same values, now
/// and as long as their inputs stay equal.
///
/// Found by refining colours (Weisfeiler & Leman 1968): components begin with their type, parameters, inputs and
/// states, nodes with their kind and values; then a component takes the colours of the nodes that it sees and a node
/// those of the components at it, until nothing more is told apart. The partition is equitable, so the balances of one
/// node of a class hold for all of them.
struct Symmetry {
  std::vector<std::vector<int>> component;  ///< [group][component]: the first one that is equal to it
  std::vector<int> node;                    ///< the first node that is equal to it

  /// Of a System at the state y.
  static Symmetry of(const System& system, std::span<const double> y);
  /// Components that are left, and how many there are.
  std::size_t distinct() const;
  std::size_t all() const;
  /// Whether there is one number for each component and node of a System.
  bool fits(const System& system) const;

  void archive(Archive& archive) { archive(component, node); }
};

/// A System with one component and one node of each class of another. A component stands for its whole class through
/// its multiplicity; the balance of a node is that of its class. Inputs are written and states are read on the full
/// System, which is evaluated but never solved.
class Quotient {
 public:
  Quotient(System& full, Symmetry symmetry, Workers workers, int linearisations);

  System& system() { return reduced_; }
  const Symmetry& symmetry() const { return symmetry_; }

  /// Hands the inputs of the full System down. False, with nothing done, where they tell copies apart.
  bool take_inputs();
  /// A component whose inputs differ from those of its class.
  ComponentRef told_apart() const { return told_apart_; }
  /// Whether the parameters of all copies, and what drives their nodes, are equal, as they were when the classes were
  /// found.
  bool has_equal_copies();
  /// Adds what meters have counted to those of the full System.
  void give_meters();

  void expand(std::span<const double> reduced, std::vector<double>& full) const;
  std::vector<double> reduce(std::span<const double> full) const;
  /// The same for what belongs to equations: the balance of a class's node is that of all its copies.
  std::vector<double> expand_rows(std::span<const double> reduced) const;
  std::vector<double> reduce_rows(std::span<const double> full) const;
  /// The same for what `System::held_values` lists.
  std::vector<double> expand_inputs(std::span<const double> reduced) const;
  std::vector<double> reduce_inputs(std::span<const double> full) const;

 private:
  void add_nodes();
  void add_components();
  int region(int of_full);
  void map_unknowns();
  void list_inputs();
  void list_norms();

  System& full_;
  Symmetry symmetry_;
  System reduced_;
  std::vector<int> region_;                       ///< of the full System's regions, in the reduced one; -1: not there
  std::vector<int> node_;                         ///< of the full System's nodes
  std::vector<std::vector<ComponentRef>> part_;   ///< of the full System's components
  std::vector<int> unknown_, input_;              ///< of the full System's unknowns and inputs, in the reduced one
  std::vector<int> first_unknown_, first_input_;  ///< of each class, in the full System
  /// An input of the full System that nothing drives, and what it must equal or where it is handed down to. Systems
  /// that are finished keep their inputs where they are.
  struct EqualInput {
    const double *value, *of_first;
    ComponentRef component;
  };
  struct InputDown {
    const double* from;
    double* to;
  };
  std::vector<EqualInput> equal_inputs_;
  std::vector<InputDown> inputs_down_;
  std::vector<double> row_copies_;  ///< how many equations of the full System one of the reduced sums up
  ComponentRef told_apart_;
};

}  // namespace wattloop
