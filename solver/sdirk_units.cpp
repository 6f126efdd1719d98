// What SDIRK3 does with the vectors of a unit: from the guess of a stage to what it leaves, and the error of a step.

#include <cmath>

#include "solver/part_loop.h"
#include "solver/sdirk.h"

namespace wattloop {

namespace {

constexpr double gamma_ = 0.43586652150845899942;  // root of x^3 - 3 x^2 + 3/2 x - 1/6
constexpr double b1 = -0.25 * (6.0 * gamma_ * gamma_ - 16.0 * gamma_ + 1.0);
constexpr double b2 = 0.25 * (6.0 * gamma_ * gamma_ - 20.0 * gamma_ + 5.0);
/// b minus the weights of order 2 on the first two stages.
constexpr double e[3] = {b1 - gamma_ / (1.0 - gamma_), b2 - (1.0 - 2.0 * gamma_) / (1.0 - gamma_), gamma_};

}  // namespace

const Sdirk::Method Sdirk::third_order = {3,
                                          gamma_,
                                          {gamma_, 0.5 * (1.0 + gamma_), 1.0},
                                          {{gamma_, 0.0, 0.0}, {0.5 * (1.0 - gamma_), gamma_, 0.0}, {b1, b2, gamma_}},
                                          0};
const Sdirk::Method Sdirk::first_order = {1, 1.0, {1.0}, {{1.0}}, 3};

/// Unknowns with rates go on with those of the stage before, and from one step of first order to the next so do the
/// others. From stage to stage, which are as far apart in time, they drift as they have done in this step, or in the
/// last; what stands for their rates is read by nothing else.
void Sdirk::predict(const Unit& unit, int stage, double h, double cj) {
  const double guess_share = stage > 0 || smooth_ || method_ == &first_order ? h * method_->gamma : 0.0;
  const double *y = y_.data(), *guess = (stage > 0 ? stages_[stage - 1] : previous_rate_).data();
  // What a failed try has left in a later stage may be no number, which no weight of zero takes away.
  const double *k1 = stages_[0].data(), *k2 = stages_[stage > 1 ? 1 : 0].data();
  const float* has_rate = system_.has_rate();
  const double a1 = stage > 0 ? h * method_->a[stage][0] : 0.0, a2 = stage > 1 ? h * method_->a[stage][1] : 0.0;
  double* first = error_.data();  // the values of the first stage, until the error needs the place
  double* drift = drift_.data();
  double* __restrict base = base_.data();
  double* __restrict stage_y = stage_y_.data();
  double* __restrict rate = rate_;
  if (stage == 0) {
    system_.update_inverse_weights(unit, y, tolerances_, inverse_weight_.data());
    const double of_algebraic = method_ == &first_order && was_first_order_ ? 1.0 : 0.0;
    for_each_of(unit, [=](int i) {
      const double moved = (has_rate[i] != 0.0 ? 1.0 : of_algebraic) * guess_share * guess[i];
      stage_y[i] = y[i] + moved;
      rate[i] = moved * cj;
    });
  } else {
    const double drift_share = !calm_ ? 0.0 : stage == 1 ? std::min(h / drift_h_, 1.0) : 1.0;
    for_each_of(unit, [=](int i) {
      const double start = y[i] + (a1 * k1[i] + a2 * k2[i]), moved = guess_share * guess[i];
      if (stage == 1)
        first[i] = stage_y[i];
      else
        drift[i] = stage_y[i] - first[i];
      base[i] = start;
      stage_y[i] = has_rate[i] != 0.0 ? start + moved : stage_y[i] + drift_share * drift[i];
      rate[i] = moved * cj;
    });
  }
}

/// What the equations of a stage are to make good: evenly over a step all that is owed to stores, and a forcing
/// interval's share of what is owed to nodes. The last stage makes good what those before it have left as well, so that
/// a step leaves no more than its end does; but power and mass of nodes are paid before it, as what a step ends with is
/// what records show.
void Sdirk::call_in(const Unit& unit, int stage, double h) {
  const bool is_last = method_->ends_with(stage);
  if (stage > 0 && !is_last) return;
  double* __restrict payment = payment_.data();
  const double of_node = h / max_step_, per_second = 1.0 / (is_last ? method_->gamma * h : h);
  const auto due = [=, owed = owed_.data(), has_rate = system_.has_rate()](int i) {
    return owed[i] * (has_rate[i] != 0.0 ? 1.0 : of_node);
  };
  if (stage == 0)
    for_each_of(unit, [=](int i) { payment[i] = due(i) * per_second; });
  else
    for_each_of(unit, [=, pending = pending_.data(), balances = system_.balances()](int i) {
      payment[i] = (due(i) + balances[i] * pending[i]) * per_second;
    });
  const double of_strict = is_last ? 0.0 : 1.0 / (1.0 - method_->gamma);
  for (const int row : unit.rows)
    if (system_.strict_balances()[row] != 0.0) payment[row] *= of_strict;
}

void Sdirk::correct(const Part& part, double cj) {
  double* __restrict stage_y = stage_y_.data();
  double* __restrict rate = rate_;
  double* __restrict squares = system_.squares();
  for_each_of(part, [=, delta = delta_.data(), inverse_weight = inverse_weight_.data(), start = start_](int i) {
    const double quotient = delta[i] * inverse_weight[i], moved = stage_y[i] - delta[i];
    squares[i] = quotient * quotient;
    stage_y[i] = moved;
    rate[i] = (moved - start[i]) * cj;
  });
}

void Sdirk::evaluate(const Unit& unit, const Part& part) {
  double* __restrict r = residual_.data();
  system_.residual(unit, part, stage_y_.data(), rate_, r);
  for_each_of(part, [=, payment = payment_.data()](int i) { r[i] += payment[i]; });
  if (eliminates_) system_.eliminate(unit, part, r);
}

void Sdirk::close_stage(const Unit& unit, int stage, double h) {
  const double weight = h * method_->weight(stage);
  double* __restrict pending = pending_.data();
  for_each_of(unit, [=, r = residual_.data(), payment = payment_.data()](int i) {
    pending[i] = (stage > 0 ? pending[i] : 0.0) + weight * (r[i] - payment[i]);
  });
  system_.meter_pending(unit, stage_y_.data(), weight);
}

void Sdirk::commit(const Unit& unit) {
  double* __restrict owed = owed_.data();
  for_each_of(unit, [=, pending = pending_.data(), balances = system_.balances()](int i) {
    owed[i] += balances[i] * pending[i];
  });
  system_.commit_meters(unit);
}

/// Of an accepted step of one stage.
void Sdirk::close_and_commit(const Unit& unit, double h) {
  double* __restrict owed = owed_.data();
  for_each_of(unit, [=, r = residual_.data(), payment = payment_.data(), balances = system_.balances()](int i) {
    owed[i] += balances[i] * (h * (r[i] - payment[i]));
  });
  system_.meter(unit, y_.data(), h);
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
    for_each_of(unit,
                [=, r = residual_.data(), payment = payment_.data()](int i) { with_error[i] -= r[i] - payment[i]; });
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
    double* __restrict squares = system_.squares();
    for_each_of(unit, [=, weight = error_weight_.data(), inverse_weight = inverse_weight_.data()](int i) {
      const double quotient = weight[i] * error[i] * inverse_weight[i];
      squares[i] = quotient * quotient;
    });
    system_.take_norms(System::Norm::differential, unit);
  };
  substitute(system_.trunk());
  system_.for_each_piece(substitute);
  return system_.largest_norm(System::Norm::differential);
}

}  // namespace wattloop
