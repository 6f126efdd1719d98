// Evaluation of a System: residuals, Jacobians and the solution of their equations, unit by unit.

#include <cmath>

#include "solver/system.h"

namespace wattloop {

void System::set_time(double t) {
  for (std::size_t s = 0; s < sources_.size(); ++s) source_values_[s] = sources_[s].value(t);
}

void System::residual(const Unit& unit, const Part& part, const double* y, const double* dy, double* r) {
  for_each_chunk(unit, part, [&](const Chunk& c) { c.group->residual(c.begin, c.end, y, dy, r); });
  if (unit.is_trunk) shared_rows_.update(*ranks_, r);
  balance(unit, y, r);
}

/// The equations of nodes: what flows into each sums to zero.
void System::balance(const Unit& unit, const double* y, double* r) {
  for (const int row : unit.rows) {
    const int i = row - first_node_unknown_;
    double sum = 0.0, gross = 0.0;
    for (int k = balance_begin_[i]; k < balance_begin_[i + 1]; ++k) {
      sum += *balance_terms_[k];
      gross += std::abs(*balance_terms_[k]);
    }
    r[row] = sum + diagonal_[row] * y[row];
    gross_[i] = 0.5 * gross;
  }
  for (const int s : unit.sources) r[nodes_[sources_[s].node].first_unknown] += source_values_[s];
}

void System::select_linearisation(int slot) {
  for (auto& group : groups_) group->select_linearisation(slot);
  condensation_->select(slot);
}

void System::eliminate(const Unit& unit, const Part& part, const double* r) {
  for_each_chunk(unit, part, [&](const Chunk& c) { c.group->condense(c.begin, c.end, r); });
  if (unit.is_trunk)
    condensation_->forward_trunk(r, *pool_);
  else
    condensation_->forward_piece(unit.piece, r);
}

void System::substitute(const Unit& unit, const Part& part, const double* r, double* delta) {
  if (unit.is_trunk)
    condensation_->backward_trunk(delta, *pool_);
  else
    condensation_->backward_piece(unit.piece, delta);
  for_each_chunk(unit, part, [&](const Chunk& c) { c.group->back_substitute(c.begin, c.end, r, delta); });
}

void System::follow(const Unit& unit, const double* delta) {
  for (const Chunk& c : unit.resting.chunks) c.group->follow(c.begin, c.end, delta);
}

void System::settle(const Unit& unit, const Settling& settling) {
  for (const Chunk& c : unit.resting.chunks) c.group->settle(c.begin, c.end, settling);
}

void System::residual(double t, const double* y, const double* dy, double* r) {
  set_time(t);
  for_each_unit([&](const Unit& unit) { residual(unit, y, dy, r); });
}

void System::linearise(double, const double* y, const double* dy, double cj, int slot, bool shares) {
  select_linearisation(slot);
  for (auto& group : groups_) group->share_matrices(shares);
  const auto linearise = [&](const Unit& unit) {
    for_each_chunk(unit, [&](const Chunk& c) { c.group->linearise(c.begin, c.end, y, dy, cj); });
  };
  ranks_->together([&] {
    for_each_piece([&](const Unit& piece) {
      linearise(piece);
      condensation_->factor_piece(piece.piece, diagonal_);
    });
    linearise(trunk_);
    condensation_->factor_trunk_of_rank(diagonal_, *pool_);
  });
  condensation_->factor_trunk_of_all(diagonal_, *pool_);
}

void System::solve(int slot, const double* r, double* delta) {
  select_linearisation(slot);
  for_each_unit([&](const Unit& unit) { eliminate(unit, r); });
  substitute(trunk_, r, delta);
  for_each_piece([&](const Unit& piece) { substitute(piece, r, delta); });
}

}  // namespace wattloop
