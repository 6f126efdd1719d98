#include "solver/sdirk.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "solver/errors.h"
#include "solver/lanes.h"

namespace wattloop {

namespace {

constexpr double gamma_ = 0.43586652150845899942;  // root of x^3 - 3 x^2 + 3/2 x - 1/6
constexpr double c[3] = {gamma_, 0.5 * (1.0 + gamma_), 1.0};
constexpr double b1 = -0.25 * (6.0 * gamma_ * gamma_ - 16.0 * gamma_ + 1.0);
constexpr double b2 = 0.25 * (6.0 * gamma_ * gamma_ - 20.0 * gamma_ + 5.0);
constexpr double a[3][3] = {{gamma_, 0.0, 0.0}, {0.5 * (1.0 - gamma_), gamma_, 0.0}, {b1, b2, gamma_}};
/// b minus the weights of order 2 on the first two stages.
constexpr double e[3] = {b1 - gamma_ / (1.0 - gamma_), b2 - (1.0 - 2.0 * gamma_) / (1.0 - gamma_), gamma_};

constexpr int max_newton = 8;
constexpr int max_patient_newton = 50;       // where flows come to rest each correction is half of the one before
constexpr double newton_tolerance = 2e-3;    // of the step's tolerance: what Newton may leave
constexpr double largest_imbalance = 5e-10;  // of power or mass over all nodes: a run closes to 1e-9
constexpr int max_refreshes = 3;           // of the matrix within a stage: where Newton has moved far, as after a jump
constexpr double slow_contraction = 0.35;  // beyond it the matrix is made anew
constexpr double matrix_reuse = 1.3;       // largest ratio of c_j to that of the matrix
constexpr double safety = 0.85;
constexpr double longest_for_least = 15.0;  // s: steps of a jump are as short with a longer forcing interval

}  // namespace

Sdirk::Sdirk(System& system, Tolerances tolerances, double max_step)
    : system_(system),
      tolerances_(tolerances),
      max_step_(max_step),
      min_step_(std::min(max_step, longest_for_least) / 65536.0),
      h_jump_(max_step / 8.0),
      limit_(system),
      stages_(3, std::vector<double>(system.size())),
      slots_(linearisations) {
  for (auto* v : {&weight_, &stage_y_, &base_, &residual_, &delta_, &error_, &error_rate_, &previous_rate_, &owed_,
                  &pending_, &y_})
    v->assign(system.size(), 0.0);
  for (Slot& slot : slots_) {
    slot.y.reserve(system.size());
    slot.dy.reserve(system.size());
    slot.held.reserve(system.held_size());
  }
}

void Sdirk::restart(double t, std::vector<double> y) {
  t_ = t;
  y_ = std::move(y);
  std::fill(stages_[2].begin(), stages_[2].end(), 0.0);
  std::fill(owed_.begin(), owed_.end(), 0.0);
  h_ = h_jump_;
  smooth_ = false;
  ++statistics_.restarts;
}

/// With the same matrices: they are made again at the points where they were made.
void Sdirk::take_over(const Integrator& other, const Translation& translate) {
  const Sdirk& before = static_cast<const Sdirk&>(other);
  t_ = before.t_, h_ = before.h_, h_jump_ = before.h_jump_;
  smooth_ = before.smooth_, patient_ = before.patient_;
  const auto values = [&](std::vector<double> v) {
    before.system_.complete(v);
    return translate.values(v);
  };
  y_ = values(before.y_);
  owed_ = values(before.owed_);
  stages_[2] = values(before.stages_[2]);
  clock_ = before.clock_;
  statistics_ = before.statistics_;
  for (int i = 0; i < linearisations; ++i) {
    const Slot& of = before.slots_[i];
    if (of.cj > 0.0)
      slots_[i] = {of.cj, of.used, of.shares, of.t, values(of.y), values(of.dy), translate.inputs(of.held)};
  }
  remake_matrices();
}

void Sdirk::jumped() {
  h_ = std::min(h_, h_jump_);
  smooth_ = false;
}

Sdirk::Stop Sdirk::advance(double t_end) {
  const Stop stop = advance_here(t_end);
  system_.complete(y_);
  return stop;
}

/// Its state is then up to date where this rank computes it.
Sdirk::Stop Sdirk::advance_here(double t_end) {
  if (root_) root_before_ = root_(y_);
  while (t_ < t_end) {
    const double remaining = t_end - t_;
    double h = max_step_;
    while (h > h_ * 1.0000001) h *= 0.5;
    const bool to_root = root_step_ > 0.0;
    if (to_root) h = root_step_;
    const bool last = !to_root && remaining <= h * (1.0 + 1e-9);
    if (last) h = remaining;
    const bool after_jump = !smooth_;
    const Outcome outcome = step(h);
    if (outcome == Outcome::accepted) {
      t_ = last ? t_end : t_ + h;
      const double growth = std::clamp(safety / std::cbrt(std::max(last_error_, 1e-6)), 0.5, 4.0);
      // The step after a jump that the error would have allowed is the one to try at the next jump.
      if (after_jump) h_jump_ = std::clamp(0.5 * (h_jump_ + h * growth), min_step_ * 16.0, max_step_);
      h_ = std::min(max_step_, (last ? std::max(h_, h) : h) * growth);
      smooth_ = true;
      patient_ = false;
      ++statistics_.steps;
      root_step_ = 0.0;
      const bool risen = root_ && root_before_ < 0.0 && root_after_ >= 0.0;
      root_before_ = root_after_;
      if (risen) return Stop::root;
      continue;
    }
    ++statistics_.rejected;
    if (outcome == Outcome::root_inside) continue;
    root_step_ = 0.0;
    patient_ = patient_ || outcome == Outcome::no_convergence;
    const double shrink =
        outcome == Outcome::no_convergence ? 0.25 : std::clamp(safety / std::cbrt(last_error_), 0.1, 0.5);
    h_ = h * shrink;
    if (after_jump) h_jump_ = std::max(h_, min_step_ * 16.0);
    if (h_ < min_step_) fail(h);
  }
  return Stop::end;
}

/// Whether the root function rises through zero clearly before the end of the step; then `root_step_` is where, from
/// the chord, and a little beyond.
bool Sdirk::root_inside(double h) {
  constexpr double resolution = 1e-3;  // s
  root_after_ = root_(stage_y_);
  if (root_before_ >= 0.0 || root_after_ < 0.0 || h <= resolution) return false;
  const double share = root_before_ / (root_before_ - root_after_);
  root_step_ = std::max(share * h, 0.5 * resolution) + 0.25 * resolution;
  return root_step_ < h - resolution;
}

/// Forgets the step that was tried.
void Sdirk::reject() {
  std::swap(previous_rate_, stages_[2]);
  system_.discard_meters();
}

Sdirk::Outcome Sdirk::step(double h) {
  std::swap(previous_rate_, stages_[2]);
  for (int stage = 0; stage < 3; ++stage)
    if (!solve_stage(stage, h)) {
      reject();
      return Outcome::no_convergence;
    }
  last_error_ = error_norm(h);
  if (!(last_error_ <= 1.0)) {
    reject();
    return Outcome::error_too_large;
  }
  if (root_ && root_inside(h)) {
    reject();
    return Outcome::root_inside;
  }
  std::swap(y_, stage_y_);
  system_.for_each_unit([this](const Unit& unit) { commit(unit); });
  return Outcome::accepted;
}

/// Solves F(t + c_i h, base + h gamma k_i, k_i) = 0 for the stage's values; the last residual belongs to the result.
/// Each piece of the plant is read once for an iteration: the way down with one correction and the way up for the next
/// are one pass. So a correction has been made by the time its size is known.
bool Sdirk::solve_stage(int stage, double h) {
  const double t = t_ + c[stage] * h, cj = 1.0 / (gamma_ * h);
  system_.set_time(t);
  rate_ = stages_[stage].data();
  int slot = linearisation_for(cj);
  eliminates_ = slot >= 0;
  if (slot >= 0) system_.select_linearisation(slot);
  pass(cj, [&](const Unit& unit) { predict(unit, stage, h); });
  double contraction = 0.2, last_norm = 0.0;
  bool is_fresh = true;  // the matrix: nothing is known of its contraction
  for (int iteration = 0, refreshes = 0;; ++iteration) {
    if (iteration > 0 && last_norm * contraction < newton_tolerance * (1.0 - contraction) &&
        system_.imbalance(stage_y_.data(), residual_.data()) <= largest_imbalance) {
      usual_iterations_[stage] = iteration;
      break;
    }
    if (iteration == (patient_ ? max_patient_newton : max_newton)) return false;
    const bool is_slow = !is_fresh && contraction > slow_contraction;
    if (slot < 0 || patient_ || (is_slow && refreshes < max_refreshes)) {
      if (slot >= 0 && !patient_) ++refreshes;
      const bool shares = slot < 0 && !patient_;  // where that is too slow each component has matrices of its own
      if (slot < 0) slot = oldest_slot();
      if (!refresh(slot, cj, t, shares)) return false;
      eliminates_ = false;
      is_fresh = true;
    } else if (contraction > 0.9 && iteration > 2) {
      return false;
    }
    if (!eliminates_) system_.for_each_unit([this](const Unit& unit) { system_.eliminate(unit, residual_.data()); });
    eliminates_ = iteration + 1 != usual_iterations_[stage];  // the pass after the last correction needs none
    const bool was_fresh = is_fresh && !patient_;
    const double norm = correct_and_pass(cj);
    if (!std::isfinite(norm)) return false;
    if (iteration > 0) contraction = was_fresh ? 0.2 : std::max(norm / last_norm, patient_ ? 0.2 : 1e-3);
    contraction = std::min(contraction, 0.95);
    last_norm = was_limited_ ? std::numeric_limits<double>::max() : norm;
    is_fresh = false;
  }
  if (stage < 2) system_.for_each_unit([&](const Unit& unit) { close_stage(unit, stage, h); });
  return true;
}

/// Moves the unknowns of each unit and evaluates its equations, the trunk's unknowns first and its equations last;
/// where there is a matrix, what is left of the equations is eliminated.
template <class Move>
void Sdirk::pass(double cj, const Move& move) {
  const auto set = [&](const Unit& unit) {
    move(unit);
    set_rates(unit, cj);
  };
  const Unit& trunk = system_.trunk();
  set(trunk);
  system_.for_each_piece([&](const Unit& piece) {
    set(piece);
    evaluate(piece);
  });
  evaluate(trunk);
  ++statistics_.residuals;
}

/// The correction that the last pass asks for, and its norm.
double Sdirk::correct_and_pass(double cj) {
  ++statistics_.newton;
  const double *r = residual_.data(), *weight = weight_.data();
  double* delta = delta_.data();
  was_limited_ = false;
  system_.substitute(system_.trunk(), r, delta);
  if (patient_) {
    system_.for_each_piece([&](const Unit& piece) { system_.substitute(piece, r, delta); });
    const double norm = system_.norm(delta, weight);
    was_limited_ = limit_.apply(delta_);
    pass(cj, [this](const Unit& unit) { correct(unit); });
    return norm;
  }
  pass(cj, [&](const Unit& unit) {
    if (!unit.is_trunk) system_.substitute(unit, r, delta);
    system_.take_norms(System::Norm::all, unit, delta, weight);
    correct(unit);
  });
  return system_.largest_norm(System::Norm::all);
}

namespace {

/// Calls f(i) for the unknowns of a unit, several at a time.
template <class F>
void for_each_of(const System::Unit& unit, const F& f) {
  in_lanes([&] {
    for (const auto& [begin, end] : unit.unknowns)
      for (int i = begin; i < end; ++i) f(i);
  });
}

}  // namespace

void Sdirk::predict(const Unit& unit, int stage, double h) {
  const double guess_share = stage > 0 || smooth_ ? h * gamma_ : 0.0;
  const double *y = y_.data(), *guess = (stage > 0 ? stages_[stage - 1] : previous_rate_).data();
  // What a failed try has left in a later stage may be no number, which no weight of zero takes away.
  const double *k1 = stages_[0].data(), *k2 = stages_[stage > 1 ? 1 : 0].data(), *has_rate = system_.has_rate();
  const double a1 = stage > 0 ? h * a[stage][0] : 0.0, a2 = stage > 1 ? h * a[stage][1] : 0.0;
  double* __restrict base = base_.data();
  double* __restrict stage_y = stage_y_.data();
  if (stage == 0) {
    system_.weights(unit, y, tolerances_, weight_.data());
    for_each_of(unit, [=](int i) {
      base[i] = y[i];
      stage_y[i] = y[i] + has_rate[i] * guess_share * guess[i];
    });
  } else {
    for_each_of(unit, [=](int i) {
      base[i] = y[i] + (a1 * k1[i] + a2 * k2[i]);
      const double predicted = base[i] + guess_share * guess[i];
      stage_y[i] = has_rate[i] != 0.0 ? predicted : stage_y[i];
    });
  }
}

void Sdirk::correct(const Unit& unit) {
  double* __restrict stage_y = stage_y_.data();
  for_each_of(unit, [=, delta = delta_.data()](int i) { stage_y[i] -= delta[i]; });
}

void Sdirk::set_rates(const Unit& unit, double cj) {
  double* __restrict dy = rate_;
  for_each_of(unit, [=, y = stage_y_.data(), base = base_.data(), has_rate = system_.has_rate()](int i) {
    dy[i] = has_rate[i] * (y[i] - base[i]) * cj;
  });
}

void Sdirk::evaluate(const Unit& unit) {
  double* __restrict r = residual_.data();
  system_.residual(unit, stage_y_.data(), rate_, r);
  for_each_of(unit, [=, owed = owed_.data(), share = 1.0 / max_step_](int i) { r[i] += owed[i] * share; });
  if (eliminates_) system_.eliminate(unit, r);
}

void Sdirk::close_stage(const Unit& unit, int stage, double h) {
  const double weight = h * a[2][stage];
  double* __restrict pending = pending_.data();
  for_each_of(unit, [=, r = residual_.data(), owed = owed_.data(), share = 1.0 / max_step_](int i) {
    pending[i] = (stage > 0 ? pending[i] : 0.0) + weight * (r[i] - owed[i] * share);
  });
  system_.meter(unit, stage_y_.data(), weight);
}

void Sdirk::commit(const Unit& unit) {
  double* __restrict owed = owed_.data();
  for_each_of(unit, [=, pending = pending_.data(), balances = system_.balances()](int i) {
    owed[i] += balances[i] * pending[i];
  });
  system_.commit_meters(unit);
}

/// The slot whose matrix serves this c_j, or -1.
int Sdirk::linearisation_for(double cj) {
  int best = -1;
  double best_ratio = matrix_reuse;
  for (int i = 0; i < linearisations; ++i) {
    if (slots_[i].cj <= 0.0) continue;
    const double ratio = std::max(slots_[i].cj / cj, cj / slots_[i].cj);
    if (ratio < best_ratio) best = i, best_ratio = ratio;
  }
  if (best >= 0) slots_[best].used = ++clock_;
  return best;
}

int Sdirk::oldest_slot() const {
  const auto older = [](const Slot& x, const Slot& y) { return x.used < y.used; };
  return static_cast<int>(std::min_element(slots_.begin(), slots_.end(), older) - slots_.begin());
}

/// Makes a matrix at the stage's values; false if it is singular.
bool Sdirk::refresh(int slot, double cj, double t, bool shares) {
  Slot& made = slots_[slot];
  made.cj = cj;
  made.used = ++clock_;
  made.t = t;
  made.shares = shares;
  made.y = stage_y_;
  made.dy.assign(rate_, rate_ + system_.size());
  system_.held_values(made.held);
  ++statistics_.linearisations;
  try {
    system_.linearise(t, stage_y_.data(), rate_, cj, slot, shares);
  } catch (const SingularBlock& error) {
    made.cj = 0.0;
    obstacle_ = error.what();
    return false;
  }
  obstacle_.clear();
  return true;
}

void Sdirk::archive(Archive& archive) {
  archive.expect("SDIRK3");
  archive(t_, h_, h_jump_, smooth_, patient_, obstacle_, clock_, root_step_, statistics_);
  if (!archive.reads()) {
    for (auto* v : {&y_, &owed_, &stages_[2]}) system_.complete(*v);
    for (Slot& slot : slots_)
      if (slot.cj > 0.0) system_.complete(slot.y), system_.complete(slot.dy);
  }
  for (auto* v : {&y_, &owed_, &stages_[2]}) archive.fixed(*v);
  archive.fixed(slots_);
  if (archive.reads()) remake_matrices();
}

/// What was singular then is so again, unless the System has other parameters: then it is made when it is needed.
void Sdirk::remake_matrices() {
  std::vector<double> held;
  system_.held_values(held);
  for (Slot& slot : slots_) {
    if (slot.cj <= 0.0) continue;
    system_.set_held_values(slot.held);
    try {
      system_.linearise(slot.t, slot.y.data(), slot.dy.data(), slot.cj, static_cast<int>(&slot - slots_.data()),
                        slot.shares);
    } catch (const SingularBlock&) {
      slot.cj = 0.0;
    }
  }
  system_.set_held_values(held);
}

/// Size of the filtered difference to order 2: J^-1 (c_j M err), where M err comes from F being linear in the rates.
double Sdirk::error_norm(double h) {
  const double cj = 1.0 / (gamma_ * h);
  const double *k1 = stages_[0].data(), *k2 = stages_[1].data(), *k3 = stages_[2].data();
  double *error = error_.data(), *dy = error_rate_.data();
  double* with_error = base_.data();
  const auto put_into_rates = [&](const Unit& unit) {
    close_stage(unit, 2, h);
    for_each_of(unit, [=](int i) {
      error[i] = h * (e[0] * k1[i] + e[1] * k2[i] + e[2] * k3[i]);
      dy[i] = k3[i] + cj * error[i];
    });
  };
  const auto evaluate_difference = [&](const Unit& unit) {
    system_.residual(unit, stage_y_.data(), dy, with_error);
    for_each_of(unit, [=, r = residual_.data(), owed = owed_.data(), share = 1.0 / max_step_](int i) {
      with_error[i] -= r[i] - owed[i] * share;
    });
    system_.eliminate(unit, with_error);
  };
  system_.select_linearisation(linearisation_for(cj));
  put_into_rates(system_.trunk());
  system_.for_each_piece([&](const Unit& piece) {
    put_into_rates(piece);
    evaluate_difference(piece);
  });
  evaluate_difference(system_.trunk());
  ++statistics_.residuals;

  const auto substitute = [&](const Unit& unit) {
    system_.substitute(unit, with_error, error);
    system_.take_norms(System::Norm::differential, unit, error, weight_.data());
  };
  substitute(system_.trunk());
  system_.for_each_piece(substitute);
  // The solution that is kept has order 3: its error is well below the difference (measured: a tenth of it).
  constexpr double share = 0.5;
  return share * system_.largest_norm(System::Norm::differential);
}

void Sdirk::fail(double h) {
  for (auto* v : {&y_, &stage_y_, &delta_, &weight_}) system_.complete(*v);
  if (!obstacle_.empty()) throw SolverError(fmt::format("at t = {:.3f} s: {}", t_, obstacle_));
  int worst = 0;
  double largest = -1.0;
  for (int i = 0; i < system_.size(); ++i) {
    const double ratio = std::abs(delta_[i] / weight_[i]);
    if (!std::isfinite(ratio)) {
      worst = i;
      break;
    }
    if (ratio > largest) largest = ratio, worst = i;
  }
  throw SolverError(fmt::format(
      "no solution at t = {:.3f} s even with a step of {:.2g} s: {} (last correction {:.3g} {}, value {:.6g}) "
      "does not settle; a likely cause is a part without flow, without supply or beyond its range",
      t_, h, system_.unknown_name(worst), delta_[worst], system_.unknown_unit(worst), stage_y_[worst]));
}

}  // namespace wattloop
