#include "solver/sdirk.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "solver/errors.h"

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
  for (auto* v : {&weight_, &stage_y_, &stage_dy_, &base_, &residual_, &corrected_, &delta_, &error_, &previous_rate_,
                  &owed_, &pending_, &y_})
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
    if (of.cj > 0.0) slots_[i] = {of.cj, of.used, of.t, values(of.y), values(of.dy), translate.inputs(of.held)};
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
    system_.weights(y_.data(), tolerances_, weight_.data());
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
  system_.for_each_unknown([&](int i) {
    if (system_.is_balance(i)) owed_[i] += pending_[i];
  });
  system_.commit_meters();
  return Outcome::accepted;
}

/// Solves F(t + c_i h, base + h gamma k_i, k_i) = 0 for the stage's values; the last residual belongs to the result.
bool Sdirk::solve_stage(int stage, double h) {
  const double t = t_ + c[stage] * h, cj = 1.0 / (gamma_ * h);
  const std::vector<double>& guess = stage > 0 ? stages_[stage - 1] : previous_rate_;
  const bool use_guess = stage > 0 || smooth_;
  system_.for_each_unknown([&](int i) {
    double sum = 0.0;
    for (int j = 0; j < stage; ++j) sum += a[stage][j] * stages_[j][i];
    base_[i] = y_[i] + h * sum;
    if (system_.is_differential(i))
      stage_y_[i] = base_[i] + (use_guess ? h * gamma_ * guess[i] : 0.0);
    else if (stage == 0)
      stage_y_[i] = y_[i];
  });
  int slot = linearisation_for(cj);
  double contraction = 0.2, last_norm = 0.0;
  int refreshes = 0;
  for (int iteration = 0;; ++iteration) {
    system_.for_each_unknown(
        [&](int i) { stage_dy_[i] = system_.is_differential(i) ? (stage_y_[i] - base_[i]) * cj : 0.0; });
    system_.residual(t, stage_y_.data(), stage_dy_.data(), residual_.data());
    ++statistics_.residuals;
    system_.for_each_unknown([&](int i) { corrected_[i] = residual_[i] + owed_[i] / max_step_; });
    if (iteration > 0 && last_norm * contraction < newton_tolerance * (1.0 - contraction) &&
        system_.imbalance(stage_y_.data(), corrected_.data()) <= largest_imbalance)
      break;
    if (iteration == (patient_ ? max_patient_newton : max_newton)) return false;
    if (slot < 0 || patient_) {
      if (slot < 0) slot = oldest_slot();
      if (!refresh(slot, cj, t)) return false;
    }
    double norm = correction(slot);
    if (iteration > 0 && !patient_) {
      contraction = std::max(norm / last_norm, 1e-3);
      if (contraction > slow_contraction && refreshes < max_refreshes) {
        if (!refresh(slot, cj, t)) return false;
        ++refreshes;
        contraction = 0.2;
        norm = correction(slot);
      } else if (contraction > 0.9 && iteration > 2) {
        return false;
      }
    } else if (iteration > 0) {
      contraction = std::max(norm / last_norm, 0.2);
    }
    if (!std::isfinite(norm)) return false;
    contraction = std::min(contraction, 0.95);
    last_norm = patient_ && limit_.apply(delta_) ? std::numeric_limits<double>::max() : norm;
    system_.for_each_unknown([&](int i) { stage_y_[i] -= delta_[i]; });
  }
  system_.for_each_unknown([&](int i) {
    stages_[stage][i] = stage_dy_[i];
    pending_[i] = (stage > 0 ? pending_[i] : 0.0) + h * a[2][stage] * residual_[i];
  });
  system_.meter(stage_y_.data(), h * a[2][stage]);
  return true;
}

/// The correction into `delta_` and its norm.
double Sdirk::correction(int slot) {
  system_.solve(slot, corrected_.data(), delta_.data());
  ++statistics_.newton;
  return system_.norm(delta_.data(), weight_.data());
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
bool Sdirk::refresh(int slot, double cj, double t) {
  Slot& made = slots_[slot];
  made.cj = cj;
  made.used = ++clock_;
  made.t = t;
  made.y = stage_y_;
  made.dy = stage_dy_;
  system_.held_values(made.held);
  ++statistics_.linearisations;
  try {
    system_.linearise(t, stage_y_.data(), stage_dy_.data(), cj, slot);
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
      system_.linearise(slot.t, slot.y.data(), slot.dy.data(), slot.cj, static_cast<int>(&slot - slots_.data()));
    } catch (const SingularBlock&) {
      slot.cj = 0.0;
    }
  }
  system_.set_held_values(held);
}

/// Size of the filtered difference to order 2: J^-1 (c_j M err), where M err comes from F being linear in the rates.
double Sdirk::error_norm(double h) {
  const double cj = 1.0 / (gamma_ * h);
  system_.for_each_unknown([&](int i) {
    error_[i] = h * (e[0] * stages_[0][i] + e[1] * stages_[1][i] + e[2] * stages_[2][i]);
    stage_dy_[i] = stages_[2][i] + cj * error_[i];
  });
  std::swap(residual_, base_);  // base_ now holds F at the stage, residual_ will hold F with the error in the rates
  system_.residual(t_ + h, stage_y_.data(), stage_dy_.data(), residual_.data());
  ++statistics_.residuals;
  system_.for_each_unknown([&](int i) { residual_[i] -= base_[i]; });
  system_.solve(linearisation_for(cj), residual_.data(), error_.data());
  // The solution that is kept has order 3: its error is well below the difference (measured: a tenth of it).
  constexpr double share = 0.5;
  return share * system_.differential_norm(error_.data(), weight_.data());
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
