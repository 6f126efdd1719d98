#include "solver/sdirk.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "solver/errors.h"
#include "solver/lanes.h"

namespace wattloop {

namespace {

constexpr double matrix_reuse = 1.3;       // largest ratio of c_j to that of the matrix
constexpr double matrix_price = 10.0;      // in Newton corrections, measured (docs/performance.md)
constexpr double least_corrections = 5.0;  // of a step of third order with a matrix that fits, as a rule
constexpr double least_of_first_order = 2.0;
constexpr double least_at_rest = 4.0, least_of_first_order_at_rest = 1.3;  // where what can rests meanwhile
/// In tolerances, times s: of jumps of racks, measured.
constexpr double first_jump_scale = 100.0, least_jump_scale = 10.0, largest_jump_scale = 400.0;
/// Of what goes on steadily, as a part of the departure from what was: first order leaves half a step of it where it
/// ends, and limits are set for temperatures.
constexpr double slope_share = 0.03, slope_share_of_temperature = 1.0;
/// Of the difference to order 2, which counts as the error: that of the solution that is kept is a tenth of it
/// (measured). Heat forgets what errors it has had; what swings does not, and speeds and charges decide about switching
/// within milliseconds.
constexpr double error_share = 0.4, error_share_of_temperature = 0.25;
constexpr double safety = 0.85;
constexpr double of_a_step = 1e-9;  // how far times that are the same may be apart
constexpr double least_resting_share = 0.5;
constexpr double longest_for_least = 15.0;  // s: steps of a jump are as short with a longer forcing interval
constexpr double finest =
    32.0;  // below the least step after a jump: what transfers within milliseconds needs microseconds

}  // namespace

Sdirk::Sdirk(System& system, Tolerances tolerances, double max_step, Order order, int large_from)
    : system_(system),
      tolerances_(tolerances),
      max_step_(max_step),
      min_step_(std::min(max_step, longest_for_least) / 65536.0),
      order_(order),
      is_large_(system.size() >= large_from),
      rests_(is_large_ && system.resting_share() > least_resting_share),
      jump_scale_(first_jump_scale),
      limit_(system),
      voltage_limit_(system),
      stages_(3, std::vector<double>(system.size())),
      slots_(linearisations),
      price_(matrix_price) {
  slope_weight_.assign(system.size(), slope_share);
  error_weight_.assign(system.size(), error_share);
  for (const int i : limit_.temperatures())
    slope_weight_[i] = slope_share_of_temperature, error_weight_[i] = error_share_of_temperature;
  for (int i = 0; i < system.size(); ++i)
    if (!system.is_differential(i)) slope_weight_[i] = 0.0;
  for (auto* v : {&inverse_weight_, &stage_y_, &base_, &residual_, &delta_, &error_, &error_rate_, &previous_rate_,
                  &owed_, &payment_, &pending_, &drift_, &y_, &rested_at_})
    v->assign(system.size(), 0.0);
  system.inverse_weights(y_.data(), tolerances, inverse_weight_.data());
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
  std::fill(drift_.begin(), drift_.end(), 0.0);
  h_ = max_step_ / 8.0;
  smooth_ = was_first_order_ = false;
  quiet_step_ = departure_ = 0.0;
  ++statistics_.restarts;
}

/// With the same matrices: they are made again at the points where they were made.
void Sdirk::take_over(const Integrator& other, const Translation& translate) {
  const Sdirk& before = static_cast<const Sdirk&>(other);
  t_ = before.t_, h_ = before.h_, quiet_step_ = before.quiet_step_, was_first_order_ = before.was_first_order_,
  jump_scale_ = before.jump_scale_;
  smooth_ = before.smooth_, patient_ = before.patient_, damps_ = before.damps_, error_before_ = before.error_before_,
  error_step_ = before.error_step_, calm_ = before.calm_;
  const auto values = [&](std::vector<double> v) {
    before.system_.complete(v);
    return translate.values(v);
  };
  y_ = values(before.y_);
  std::vector<double> owed = before.owed_;
  before.system_.complete(owed);
  owed_ = translate.rows(owed);
  drift_ = values(before.drift_);
  drift_h_ = before.drift_h_;
  stages_[2] = values(before.stages_[2]);
  clock_ = before.clock_;
  price_ = before.price_, effort_then_ = before.effort_then_;
  newton_ = before.newton_, rounds_ = before.rounds_;
  statistics_ = before.statistics_;
  for (int i = 0; i < linearisations; ++i) {
    const Slot& of = before.slots_[i];
    if (of.cj > 0.0)
      slots_[i] = {of.cj, of.used, of.shares, of.t, values(of.y), values(of.dy), translate.inputs(of.held), of.debt};
  }
  remake_matrices();
}

void Sdirk::jumped() {
  smooth_ = false;
  departure_ = 0.0;
  newton_.contraction[0] = rounds_.contraction[0] = History::unknown;
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
    double h = next_step(remaining);
    const bool to_root = root_step_ > 0.0;
    if (to_root) h = root_step_;
    const bool last = !to_root && remaining <= h * (1.0 + of_a_step);
    if (last) h = remaining;
    const bool after_jump = !smooth_;
    const Outcome outcome = step(h);
    if (outcome == Outcome::accepted) {
      const double begin = std::exchange(t_, last ? t_end : t_ + h);
      const bool is_third = method_ == &third_order;
      const double growth = is_third ? growth_after(h, after_jump) : std::max(quiet_step_ / h, 1.0);
      // The step after a jump that the error would have allowed is the one to try at the next such jump.
      if (is_short_for_jump_)
        jump_scale_ = std::clamp(0.5 * (jump_scale_ + h * growth * departure_), least_jump_scale, largest_jump_scale);
      is_short_for_jump_ = false;
      // A step that only the end of an interval, the way there or its method has made short leaves what was allowed.
      const bool was_cut = last || !is_third || (h < 0.6 * h_ && growth >= 1.0);
      h_ = std::min(max_step_, was_cut ? std::max(h_, h * growth) : h * growth);
      smooth_ = true;
      patient_ = damps_ = false;
      ++statistics_.steps;
      root_step_ = 0.0;
      const bool risen = root_ && root_before_ <= 0.0 && root_after_ > 0.0;
      root_before_ = root_after_;
      if (look_) {
        system_.complete(y_);
        look_(begin, t_, y_);
      }
      if (risen) return Stop::root;
      continue;
    }
    ++statistics_.rejected;
    if (outcome == Outcome::root_inside || outcome == Outcome::not_quiet) continue;
    root_step_ = 0.0;
    if (outcome == Outcome::too_long_for_jump) {
      h_ = std::max(std::min(step_for_jump(), 0.75 * h), least_for_jump());  // a shorter one in any case
      is_short_for_jump_ = true;
      continue;
    }
    if (outcome == Outcome::no_convergence) damps_ = std::exchange(patient_, true) && !damps_;
    // Behind a jump the error goes with the step, not with its third power, until the step resolves what follows.
    const double shrink = outcome == Outcome::no_convergence ? 0.25
                          : after_jump                       ? std::clamp(safety / last_error_, 0.1, 0.25)
                                                             : std::clamp(safety / std::cbrt(last_error_), 0.1, 0.5);
    h_ = h * shrink;
    if (h_ < min_step_ / finest) fail(h);
  }
  return Stop::end;
}

/// Where first order may go half as far as third, two steps of it are half the work.
double Sdirk::next_step(double remaining) const {
  if (may_be_first(0.5 * h_)) {
    const double longest = std::min(h_, quiet_step_);
    const double h = remaining <= longest ? remaining : step_towards(remaining, longest);
    if (may_be_first(h)) return h;
  }
  return step_towards(remaining, h_);
}

/// Max_step / 2^k, no longer than that; shorter where longer steps can then follow that end together with what
/// remains: a last step of another length would have a matrix that does not fit.
double Sdirk::step_towards(double remaining, double limit) const {
  double longest = max_step_;
  while (longest > limit * 1.0000001) longest *= 0.5;
  // A half of the whole stays so: first order may take it.
  const double shortest = longest >= 0.5 * max_step_ ? 0.5 * max_step_ : 0.125 * longest;
  for (double h = longest; h >= shortest; h *= 0.5)
    if (std::abs(remaining / h - std::round(remaining / h)) < of_a_step) return h;
  return longest;
}

/// By what the next step may be longer than the last one, of h. What a jump has set off dies down: where the error of
/// equal steps falls it will fall on.
double Sdirk::growth_after(double h, bool after_jump) {
  constexpr double least_error = 1e-6;
  const double error = std::max(last_error_, least_error), by_error = safety / std::cbrt(error);
  const bool compares = !after_jump && h == error_step_;
  const double falls = compares ? std::clamp(std::cbrt(error_before_ / error), 1.0, 2.0) : 1.0;
  error_before_ = error, error_step_ = h;
  return std::clamp(by_error * falls, 0.5, 4.0);
}

/// Whether the root function rises through zero clearly before the end of the step; then `root_step_` is where, from
/// the chord, and a little beyond.
bool Sdirk::root_inside(double h) {
  constexpr double resolution = 1e-3;  // s
  root_after_ = root_(stage_y_);
  if (root_before_ > 0.0 || root_after_ <= 0.0 || h <= resolution) return false;
  const double share = root_before_ / (root_before_ - root_after_);
  root_step_ = std::max(share * h, 0.5 * resolution) + 0.25 * resolution;
  return root_step_ < h - resolution;
}

/// Whether first order may take a step of this length, a quarter of a whole one at least.
bool Sdirk::may_be_first(double h) const {
  return !patient_ && order_ == Order::by_need && h >= 0.25 * max_step_ * (1.0 - of_a_step) &&
         h <= quiet_step_ * (1.0 + of_a_step);
}

/// Forgets the step that was tried.
void Sdirk::reject() {
  std::swap(previous_rate_, stages_[2]);
  std::fill(drift_.begin(), drift_.end(), 0.0);
  calm_ = false;
  system_.discard_meters();
}

Sdirk::Outcome Sdirk::step(double h) {
  const bool is_quiet = may_be_first(h);
  method_ = is_quiet ? &first_order : &third_order;
  std::swap(previous_rate_, stages_[2]);
  effort_ = 0.0;
  for (int stage = 0; stage < method_->stages; ++stage)
    if (const Outcome outcome = solve_stage(stage, h); outcome != Outcome::accepted) {
      if (outcome != Outcome::not_quiet) quiet_step_ = 0.0;
      reject();
      return outcome;
    }
  if (!is_quiet) {
    last_error_ = error_norm(h);
    if (!(last_error_ <= 1.0)) {
      quiet_step_ = 0.0;
      reject();
      return Outcome::error_too_large;
    }
  }
  if (root_ && root_inside(h)) {
    reject();
    return Outcome::root_inside;
  }
  // Through-values are still those of the last residual: a root function evaluates no equations.
  std::swap(y_, stage_y_);
  system_.for_each_unit([&](const Unit& unit) { is_quiet ? close_and_commit(unit, h) : commit(unit); });
  was_first_order_ = is_quiet;
  judge_matrix();
  return Outcome::accepted;
}

/// Gives the matrix of the last step up once the corrections that a new one would have spared would have paid for it.
/// Where a new one spares none, the next has to owe more.
void Sdirk::judge_matrix() {
  if (effort_then_ > 0.0) {
    price_ = effort_ < effort_then_ ? matrix_price : std::min(2.0 * price_, 16.0 * matrix_price);
    effort_then_ = 0.0;
  }
  const auto by_use = [](const Slot& x, const Slot& y) { return x.used < y.used; };
  Slot& last = *std::max_element(slots_.begin(), slots_.end(), by_use);
  const bool is_third = method_ == &third_order;
  const double least = rests_ ? (is_third ? least_at_rest : least_of_first_order_at_rest)
                              : (is_third ? least_corrections : least_of_first_order);
  last.debt += std::max(effort_ - least, 0.0);
  if (last.debt < price_) return;
  last.give_up();
  effort_then_ = effort_;
}

/// The slot whose matrix serves this c_j, or -1.
int Sdirk::linearisation_for(double cj) {
  int best = -1;
  double best_ratio = matrix_reuse;
  for (int i = 0; i < linearisations; ++i) {
    if (slots_[i].cj <= 0.0) continue;
    const double ratio = std::max(slots_[i].cj / cj, cj / slots_[i].cj);
    const bool is_newer = best >= 0 && ratio == best_ratio && slots_[i].used > slots_[best].used;
    if (ratio < best_ratio || is_newer) best = i, best_ratio = ratio;
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
  made.debt = 0.0;
  made.y = stage_y_;
  made.dy.assign(rate_, rate_ + system_.size());
  system_.held_values(made.held);
  ++statistics_.linearisations;
  try {
    system_.linearise(t, stage_y_.data(), rate_, cj, slot, shares);
  } catch (const SingularBlock& error) {
    made.give_up();
    obstacle_ = error.what();
    return false;
  }
  obstacle_.clear();
  return true;
}

void Sdirk::archive(Archive& archive) {
  archive.expect("SDIRK3");
  archive(t_, h_, quiet_step_, was_first_order_, jump_scale_, smooth_, patient_, damps_, calm_, error_before_,
          error_step_, drift_h_, obstacle_, clock_, price_, effort_then_, root_step_, statistics_, newton_, rounds_);
  if (!archive.reads()) {
    for (auto* v : {&y_, &owed_, &drift_, &stages_[2]}) system_.complete(*v);
    for (Slot& slot : slots_)
      if (slot.cj > 0.0) system_.complete(slot.y), system_.complete(slot.dy);
  }
  for (auto* v : {&y_, &owed_, &drift_, &stages_[2]}) archive.fixed(*v);
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
      slot.give_up();
    }
  }
  system_.set_held_values(held);
}

void Sdirk::fail(double h) {
  for (auto* v : {&y_, &stage_y_, &delta_, &inverse_weight_}) system_.complete(*v);
  if (!obstacle_.empty()) throw SolverError(fmt::format("at t = {:.3f} s: {}", t_, obstacle_));
  int worst = 0;
  double largest = -1.0;
  for (int i = 0; i < system_.size(); ++i) {
    const double ratio = std::abs(delta_[i] * inverse_weight_[i]);
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
