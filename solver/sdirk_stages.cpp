// A stage of SDIRK3: passes of Newton over the units of the plant.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "solver/pack.h"
#include "solver/part_loop.h"
#include "solver/sdirk.h"

namespace wattloop {

namespace {

constexpr int max_newton = 10;
constexpr int max_newton_at_rest = 25;     // corrections of what is awake cost little
constexpr int max_patient_newton = 50;     // where flows come to rest each correction is half of the one before
constexpr double newton_tolerance = 2e-3;  // of the step's tolerance: what Newton may leave
/// Of power or mass through all nodes, at the end of a stage. What is left within a step is called in; a step ends with
/// what records show: 1e-9 of the power of the site, which passes some ten nodes on its way.
constexpr double imbalance_within = 2e-9, imbalance_at_end = 5e-11;
constexpr int max_refreshes = 3;           // of the matrix within a stage: where Newton has moved far, as after a jump
constexpr double slow_contraction = 0.35;  // beyond it the matrix is made anew, unless corrections cost little
constexpr double surely_no_jump = 100.0;   // in tolerances: the first correction of what is awake
constexpr double effort_awake = 0.15;      // of a correction of what is awake, in those of all: measured
constexpr int trusted_steps = 4;           // how long a contraction is taken for what it was
constexpr double least_contraction_of_rounds = 1e-4;  // what a chip's laws bend over a step
constexpr double least_told = 0.008;      // in tolerances: less is within what a round may leave, and tells nothing
constexpr double calm_contraction = 0.1;  // below it Newton is close to where it goes
/// In tolerances: departures that first order may take, which errs by a fifth of one at most, by less where it is
/// stiff.
constexpr double quiet_departure = 3.0;
/// The same in a step of third order: it leaves a stiff lag off by a tenth of a jump, and the estimate of the error,
/// which is filtered, hardly sees that. Another step takes it away.
constexpr double blind_departure = 9.0;
constexpr double longest_to_resolve = 60.0;  // s, of forcing intervals: with longer ones nobody asks for seconds

}  // namespace

/// Solves F(t + c_i h, base + h gamma k_i, k_i) = 0 for the stage's values; the last residual belongs to the result.
/// Each piece of the plant is read once for an iteration: the way down with one correction and the way up for the next
/// are one pass. So a correction has been made by the time its size is known.
///
/// In a large plant the chips of racks rest meanwhile: it is the grid and the pipes that need several corrections. When
/// these are done, what rests is corrected once and evaluated, which is a round; a second one follows where it has
/// moved too far to be linear.
Sdirk::Outcome Sdirk::solve_stage(int stage, double h) {
  const int place = method_->first + stage;
  const bool is_last = method_->ends_with(stage);
  const double most = is_last ? imbalance_at_end : imbalance_within;
  const double t = t_ + method_->c[stage] * h, cj = 1.0 / (method_->gamma * h);
  system_.set_time(t);
  rate_ = stages_[is_last ? 2 : stage].data();
  start_ = stage == 0 ? y_.data() : base_.data();
  int slot = linearisation_for(cj);
  eliminates_ = slot >= 0;
  if (slot >= 0) system_.select_linearisation(slot);
  pass(Extent::all, [&](const Unit& unit) {
    call_in(unit, stage, h);
    predict(unit, stage, h, cj);
  });
  // What stores contracts no better than this with a matrix that was made for another step, whatever the first two
  // corrections show.
  double mismatch = slot >= 0 ? std::abs(1.0 - cj / slots_[slot].cj) : 0.0;
  newton_.grow_old(place);
  double contraction = std::max({newton_.contraction[place], newton_.contraction[method_->first], mismatch});
  if (stage == 0) rounds_.grow_old(method_->first);
  double contraction_of_rounds = std::max(rounds_.contraction[method_->first], mismatch);
  double contraction_before = 0.0;  // of the correction before that, in this stage
  double last_norm = 0.0, last_of_rounds = 0.0, norm_of_round = 0.0;
  damping_ = 1.0, damped_norm_ = std::numeric_limits<double>::infinity();
  bool is_fresh = true;             // no correction of this stage has been made with the matrix yet
  bool is_seen = false;             // two have: how fast it contracts here is known
  bool is_resting = false;          // what may rest is to be settled
  int rounds = 0, corrections = 0;  // these of a round
  bool is_judged = stage > 0 || !judges_start(h);
  const bool rests = rests_ && !patient_;
  const int most_corrections = patient_ ? max_patient_newton : rests ? max_newton_at_rest : max_newton;
  const auto end_round = [&](bool eliminates) {
    eliminates_ = eliminates;
    norm_of_round += settle_and_pass(cj, !is_judged);
    is_resting = false;
    if (++rounds > 1 && last_of_rounds > least_told)
      contraction_of_rounds =
          std::max(rounds_.see(method_->first, norm_of_round / last_of_rounds, least_contraction_of_rounds), mismatch);
    last_of_rounds = std::exchange(norm_of_round, 0.0);
    corrections = 0;
  };
  const auto is_within = [](double norm, double by) { return norm * by < newton_tolerance * (1.0 - by); };
  const auto is_too_slow = [&] {
    if (!rests) return contraction > slow_contraction;
    const double steady = std::min(contraction, contraction_before);  // others may lead after a correction
    return !is_within(last_norm * std::pow(steady, most_corrections - corrections), steady);
  };
  const auto is_balanced = [&] { return system_.imbalance(stage_y_.data(), residual_.data()) <= most; };
  for (int iteration = 0, refreshes = 0;; ++iteration, ++corrections) {
    bool is_done = iteration > 0 && is_within(last_norm, contraction) && is_balanced();
    if (is_done && is_resting) {
      usual_iterations_[place] = iteration;
      end_round(rounds + 1 != usual_rounds_[place]);
      if (!std::exchange(is_judged, true))
        if (const Outcome start = judge_start(h); start != Outcome::accepted) return start;
      is_done = is_within(last_of_rounds, contraction_of_rounds) && is_balanced();
    } else if (is_done) {
      usual_iterations_[place] = iteration;
    }
    if (is_done) {
      usual_rounds_[place] = rounds;
      break;
    }
    const bool is_out = corrections == most_corrections;
    if ((is_out && !(rests && refreshes < max_refreshes)) || rounds == max_newton) return Outcome::no_convergence;
    const bool is_slow =
        is_out || (is_seen && is_too_slow()) || (rounds > 1 && contraction_of_rounds > slow_contraction);
    if (slot < 0 || patient_ || (is_slow && refreshes < max_refreshes)) {
      if (is_resting) end_round(false);
      if (slot >= 0 && !patient_) ++refreshes;
      // Where shared matrices are too slow each component has its own; rounds show those of what rests.
      const bool are_slow = rests ? contraction_of_rounds > slow_contraction : slot >= 0;
      const bool shares = is_large_ && !patient_ && !are_slow;
      if (slot < 0) slot = oldest_slot();
      if (!refresh(slot, cj, t, shares)) return Outcome::no_convergence;
      eliminates_ = false;
      is_fresh = true;
      is_seen = false;
      contraction = History::unknown;
      contraction_of_rounds = are_slow ? History::unknown : rounds_.contraction[method_->first];
      mismatch = 0.0;
      rounds = 0;
    } else if (is_slow && contraction > 0.9 && iteration > 2) {
      return Outcome::no_convergence;
    }
    const bool begins_round = rests && !is_resting;
    if (!eliminates_)
      system_.for_each_unit([&](const Unit& unit) {
        system_.eliminate(unit, part_of(unit, is_resting ? Extent::awake : Extent::all), residual_.data());
      });
    eliminates_ = iteration + 1 != usual_iterations_[place];  // the pass after the last correction needs none
    const bool was_fresh = is_fresh && !patient_;
    if (begins_round) begin_to_rest();
    is_resting = rests;
    const double norm = rests ? correct_awake(cj) : correct_and_pass(cj);
    if (!std::isfinite(norm)) return Outcome::no_convergence;
    const bool can_wait = rests && method_ == &first_order && norm < surely_no_jump;
    if (!is_judged && !can_wait) {
      is_judged = true;
      if (rests) norm_of_round = settle(cj);
      departed_ = sloped_ = 0.0;
      system_.for_each_unit([&](const Unit& unit) { note_departure(unit, 1.0 / cj); });
      if (const Outcome start = judge_start(h); start != Outcome::accepted) return start;
    }
    if (iteration > 0 && !was_fresh && !begins_round) {
      contraction_before = is_seen ? contraction : 0.0;
      contraction = std::max(newton_.see(place, norm / last_norm, patient_ ? 0.2 : 1e-3), mismatch);
      calm_ = contraction < calm_contraction;
      is_seen = true;
    }
    last_norm = was_limited_ ? std::numeric_limits<double>::max() : norm;
    is_fresh = false;
  }
  if (!is_last) system_.for_each_unit([&](const Unit& unit) { close_stage(unit, stage, h); });
  if (is_last && stage > 0) drift_h_ = h;
  return Outcome::accepted;
}

/// By a step: what was seen a few steps ago is trusted.
void Sdirk::History::grow_old(int place) {
  if (++unseen[place] > trusted_steps) contraction[place] = unknown;
}

double Sdirk::History::see(int place, double ratio, double least) {
  unseen[place] = 0;
  return contraction[place] = std::min(std::max(ratio, least), 0.95);
}

/// What the first correction of a step says of its method and its length. Steps of third order that go on smoothly, and
/// shorter than half a whole one, are the error's to judge.
Sdirk::Outcome Sdirk::judge_start(double h) {
  const bool is_whole = h >= 0.5 * max_step_;
  const double departed = system_.ranks().max(departed_), sloped = system_.ranks().max(sloped_);
  const double here = std::max(departed, sloped), limit = quiet_departure * method_->gamma;
  // A jump departs by as much in a shorter step, a slope by less.
  quiet_step_ = departed <= limit ? h * std::min(limit / std::max(sloped, 1e-6), 2.0) : 0.0;
  if (method_ == &first_order && here <= limit) return Outcome::accepted;
  if (!smooth_ && max_step_ <= longest_to_resolve) {
    departure_ = std::max(departure_, here);
    const bool is_blind = is_whole && here > blind_departure;
    if ((is_blind || h > step_for_jump()) && h > 1.001 * least_for_jump()) return Outcome::too_long_for_jump;
  }
  if (method_ != &first_order) return Outcome::accepted;
  quiet_step_ = std::min(quiet_step_, 0.5 * h);  // steps go by twos, and what has been refused is not tried again
  return Outcome::not_quiet;
}

/// The first step after the last jump.
double Sdirk::step_for_jump() const {
  constexpr double to_nearest = 1.4;  // steps go by twos, downwards
  const double step = to_nearest * jump_scale_ / departure_;
  return departure_ > blind_departure ? std::min(step, 0.25 * max_step_) : step;
}

/// In tolerances, the largest of what any unknown with a rate has moved in the first stage, over a span of time, but
/// neither by staying nor by going on as it did; and the largest of what it has moved, by a share of it.
void Sdirk::note_departure(const Unit& unit, double span) {
  double departed = 0.0, sloped = 0.0;
  in_lanes([&, y = y_.data(), moved = stage_y_.data(), rate = previous_rate_.data(), slope = slope_weight_.data(),
            inverse_weight = inverse_weight_.data()] {
    Pack departures(0.0), slopes(0.0);
    for (const auto& [begin, end] : unit.unknowns)
      for (int i = begin; i < end; i += pack_size) {
        const auto here = [i, width = std::min(pack_size, end - i)](const double* v) {
          return Pack::load(v + i, width);
        };
        const Pack step = here(moved) - here(y), by = abs(step), beyond = abs(step - Pack(span) * here(rate));
        const Pack scale = here(inverse_weight);
        const Pack share = here(slope);  // none of what has no rate
        const Pack departure = select(share > Pack(0.0), select(beyond < by, beyond, by) * scale, Pack(0.0));
        departures = select(departure > departures, departure, departures);
        const Pack steady = share * by * scale;
        slopes = select(steady > slopes, steady, slopes);
      }
    for (int lane = 0; lane < pack_size; ++lane)
      departed = std::max(departed, departures[lane]), sloped = std::max(sloped, slopes[lane]);
  });
  const auto raise = [](std::atomic<double>& largest, double here) {
    for (double before = largest; here > before && !largest.compare_exchange_weak(before, here);) {
    }
  };
  raise(departed_, departed), raise(sloped_, sloped);
}

const Sdirk::Part& Sdirk::part_of(const Unit& unit, Extent extent) {
  return extent == Extent::awake ? unit.awake : unit;
}

/// Moves the unknowns of each unit and their rates and evaluates its equations, the trunk's unknowns first and its
/// equations last; where there is a matrix, what is left of the equations is eliminated.
template <class Move>
void Sdirk::pass(Extent extent, const Move& move) {
  const Unit& trunk = system_.trunk();
  move(trunk);
  system_.for_each_piece([&](const Unit& piece) {
    move(piece);
    evaluate(piece, part_of(piece, extent));
  });
  evaluate(trunk, part_of(trunk, extent));
  ++statistics_.residuals;
}

/// The correction that the last pass asks for, and its norm.
double Sdirk::correct_and_pass(double cj) {
  ++statistics_.newton;
  effort_ += 1.0;
  const double* r = residual_.data();
  double* delta = delta_.data();
  was_limited_ = false;
  system_.substitute(system_.trunk(), r, delta);
  if (patient_) {
    system_.for_each_piece([&](const Unit& piece) { system_.substitute(piece, r, delta); });
    const double norm = system_.norm(delta, inverse_weight_.data());
    was_limited_ = limit_.apply(delta_);
    was_limited_ = voltage_limit_.apply(stage_y_, delta_) || was_limited_;
    if (damps_) was_limited_ = damp(norm) || was_limited_;
    pass(Extent::all, [&](const Unit& unit) { correct(unit, cj); });
    return norm;
  }
  pass(Extent::all, [&](const Unit& unit) {
    if (!unit.is_trunk) system_.substitute(unit, r, delta);
    correct(unit, cj);
    system_.take_norms(System::Norm::all, unit);
  });
  return system_.largest_norm(System::Norm::all);
}

/// Notes from where the nodes of what rests move on.
void Sdirk::begin_to_rest() {
  system_.for_each_unit([&](const Unit& unit) {
    for_each_of(unit.awake, [from = stage_y_.data(), to = rested_at_.data()](int i) { to[i] = from[i]; });
  });
}

/// The same for what is awake, with flows of what rests that follow.
double Sdirk::correct_awake(double cj) {
  ++statistics_.newton;
  effort_ += effort_awake;
  const double* r = residual_.data();
  double* delta = delta_.data();
  was_limited_ = false;
  system_.substitute(system_.trunk(), r, delta);
  pass(Extent::awake, [&](const Unit& unit) {
    if (!unit.is_trunk) {
      system_.substitute(unit, unit.awake, r, delta);
      system_.follow(unit, delta);
    }
    correct(unit.awake, cj);
    system_.take_norms(System::Norm::awake, unit);
  });
  return system_.largest_norm(System::Norm::awake);
}

/// Moves what rests in a unit, the trunk first, to where its nodes have gone since it began to. Its equations are
/// evaluated on the way, or taken to hold.
void Sdirk::settle(const Unit& unit, double cj, bool evaluates) {
  for_each_of(unit.awake, [from = rested_at_.data(), to = stage_y_.data(), delta = delta_.data()](int i) {
    delta[i] = from[i] - to[i];
  });
  system_.settle(unit, {.delta = delta_.data(),
                        .start = start_,
                        .payment = payment_.data(),
                        .inverse_weight = inverse_weight_.data(),
                        .y = stage_y_.data(),
                        .rate = rate_,
                        .r = residual_.data(),
                        .squares = system_.squares(),
                        .cj = cj,
                        .evaluates = evaluates,
                        .condenses = evaluates && eliminates_});
  system_.take_norms(System::Norm::resting, unit);
}

/// Settles what rests, which goes on resting: as far as it is linear its own equations hold now. Returns its norm.
double Sdirk::settle(double cj) {
  settle(system_.trunk(), cj, false);
  system_.for_each_piece([&](const Unit& piece) { settle(piece, cj, false); });
  const double norm = system_.largest_norm(System::Norm::resting);
  begin_to_rest();
  return norm;
}

/// Settles what rests and evaluates all equations.
double Sdirk::settle_and_pass(double cj, bool is_to_be_judged) {
  effort_ += 1.0;
  departed_ = sloped_ = 0.0;
  pass(Extent::awake, [&](const Unit& unit) {
    settle(unit, cj, true);
    if (is_to_be_judged) note_departure(unit, 1.0 / cj);
  });
  return system_.largest_norm(System::Norm::resting);
}

/// Takes a smaller share of each correction while they do not shrink, as where Newton goes back and forth over a bend;
/// returns whether it is less than all.
bool Sdirk::damp(double norm) {
  constexpr double shrinking = 0.9, least = 1.0 / 16.0;
  damping_ = norm > shrinking * damped_norm_ ? std::max(0.5 * damping_, least) : std::min(2.0 * damping_, 1.0);
  damped_norm_ = norm;
  if (damping_ == 1.0) return false;
  system_.for_each_unit([this](const Unit& unit) {
    for_each_of(unit, [delta = delta_.data(), share = damping_](int i) { delta[i] *= share; });
  });
  return true;
}

}  // namespace wattloop
