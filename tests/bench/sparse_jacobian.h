#pragma once
// The Jacobian of all unknowns of a System as one sparse matrix: what a program without condensation works with.

#include <memory>
#include <vector>

#include "solver/system.h"

namespace wattloop::bench {

/// The derivatives of one component type's equations, component by component.
class ComponentDerivatives {
 public:
  virtual ~ComponentDerivatives() = default;
  /// [states, through-values] x [states, across-values] of a component, dF/dy + cj dF/dy', row by row.
  virtual void evaluate(int component, const double* y, const double* dy, double cj, double* jacobian) const = 0;
};

/// Compressed columns. An entry is there if it has been other than zero at one of a few points around the first.
class SparseJacobian {
 public:
  SparseJacobian(System& system, const std::vector<double>& y);

  int size() const { return system_.size(); }
  const std::vector<long>& column_begin() const { return column_begin_; }
  const std::vector<long>& rows() const { return rows_; }
  void evaluate(const double* y, const double* dy, double cj, double* values);

 private:
  struct Member {
    int group, component;
    long first;  ///< of its entries among those of all components
  };
  struct Entry {
    int row, column;
    double weight;
  };
  void list_members();
  void evaluate_members(const double* y, const double* dy, double cj);
  void build_columns(const std::vector<char>& used);

  System& system_;
  std::vector<std::unique_ptr<ComponentDerivatives>> derivatives_;  ///< by group
  std::vector<Member> members_;
  std::vector<Entry> entries_;
  std::vector<double> values_;  ///< of the entries
  std::vector<long> slots_;     ///< of the entries in the matrix; -1: always zero
  std::vector<long> column_begin_, rows_, diagonal_slots_;
};

}  // namespace wattloop::bench
