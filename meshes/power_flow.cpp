#include "meshes/power_flow.h"

#include <algorithm>
#include <cmath>

namespace wattloop {

namespace {

constexpr double tolerance = 1e-10;  // per unit, of the balances
constexpr double accuracy = 1e-11;   // per unit, of what the next step would still change of a voltage

Phasor<double> power(const AcPort<double>& V, const AcFlow<double>& I) {
  return {ac_power(V, I), reactive_power(V, I)};
}

}  // namespace

PowerFlow::PowerFlow(const PowerNetwork& network)
    : equations_(network),
      sweep_(equations_),
      jacobian_(equations_.pattern()),
      V_(network.buses.size()),
      I_(network.buses.size()),
      r_(2 * network.buses.size()),
      range_(network.buses.size()),
      limit_(network.buses.size(), Limit::none) {
  for (const PowerBranch& branch : network.branches) tap_.push_back(branch.tap);
  for (const PowerGenerator& generator : network.generators) {
    if (!generator.on) continue;
    range_[generator.bus].lowest += generator.Q_min;
    range_[generator.bus].highest += generator.Q_max;
  }
}

double PowerFlow::evaluate(double load) {
  equations_.network_currents(V_, I_);
  return equations_.residual(V_, I_, equations_.demand, load, r_);
}

bool PowerFlow::newton(double load) {
  constexpr int most = 30;
  constexpr double hopeless = 1e8;    // per unit
  constexpr double keeps = 0.02;      // contraction of the balances below which the factors serve once more
  constexpr double rounding = 1e-13;  // per unit, of a step that changes nothing
  double mismatch = evaluate(load), step = INFINITY, contraction = 1.0;
  bool kept = false;
  for (int i = 0; i < most; ++i) {
    result_.mismatch = mismatch;
    if (!(mismatch < hopeless)) return false;
    const bool at_rounding = step <= rounding && !kept;
    if (at_rounding || (mismatch <= tolerance && step * contraction <= accuracy)) {
      polish(load);
      return true;
    }
    kept = i > 0 && contraction < keeps;
    if (!kept) {
      equations_.linearise(V_, I_, load, jacobian_);
      if (jacobian_.factorise() >= 0) return false;
      if (i == 0) begins_positive_ = jacobian_.is_positive();
    }
    step = take_step();
    const double before = mismatch;
    mismatch = evaluate(load);
    contraction = mismatch / std::max(before, 1e-300);
  }
  return false;
}

double PowerFlow::take_step() {
  double largest = 0.0;
  jacobian_.solve(r_.data());
  for (int k = 0; k < equations_.size(); ++k) {
    V_[k].V_re -= r_[2 * k];
    V_[k].V_im -= r_[2 * k + 1];
    largest = std::max({largest, std::abs(r_[2 * k]), std::abs(r_[2 * k + 1])});
  }
  ++result_.iterations;
  return largest;
}

// Imbalances of many buses add up in the flow that feeds them all: one step more takes them to rounding.
void PowerFlow::polish(double load) {
  take_step();
  result_.mismatch = evaluate(load);
}

bool PowerFlow::solve_balances() {
  if (sweep_.fits(equations_)) sweep_.run(equations_, V_);
  // The determinant changes its sign at the nose: a solution beyond it is one that no grid comes to.
  if (newton(1.0) && jacobian_.is_positive() == begins_positive_) return true;
  result_.continued = true;
  return continue_from_no_load();
}

bool PowerFlow::continue_from_no_load() {
  constexpr double shortest = 1e-7, longest = 0.25;
  V_ = equations_.flat_start();
  result_.reached = 0.0;
  if (!newton(0.0)) return false;
  const bool upright = jacobian_.is_positive();
  std::vector<AcPort<double>> reached = V_, before = V_;
  double load = 0.0, step = longest, step_before = 1.0;
  while (load < 1.0) {
    const double next = std::min(1.0, load + step);
    const double ahead = (next - load) / step_before;
    for (int i = 0; i < equations_.size(); ++i) {
      V_[i].V_re = reached[i].V_re + ahead * (reached[i].V_re - before[i].V_re);
      V_[i].V_im = reached[i].V_im + ahead * (reached[i].V_im - before[i].V_im);
    }
    if (newton(next) && jacobian_.is_positive() == upright) {
      step_before = next - load;
      load = result_.reached = next;
      before = std::exchange(reached, V_);
      step = std::min(longest, 1.5 * step);
    } else {
      step *= 0.3;
      if (step < shortest) return false;
    }
  }
  return true;
}

bool PowerFlow::put_to_limits() {
  constexpr double margin = 1e-9;  // per unit
  bool changed = false;
  const int buses = equations_.size();
  for (int bus = 0; bus < buses; ++bus) {
    const int i = equations_.place()[bus];
    if (equations_.kind[i] != PowerEquations::Kind::voltage) continue;
    const double Q = generation(bus).im;
    const ReactiveRange& range = range_[bus];
    const bool high = Q > range.highest + margin;
    if (!high && !(Q < range.lowest - margin)) continue;
    limit_[bus] = high ? Limit::highest : Limit::lowest;
    changed = true;
  }
  if (!changed) return false;
  for (int bus = 0; bus < buses; ++bus) {
    const int i = equations_.place()[bus];
    if (limit_[bus] == Limit::none || equations_.kind[i] != PowerEquations::Kind::voltage) continue;
    equations_.kind[i] = PowerEquations::Kind::load;
    equations_.generation[i].im = limit_[bus] == Limit::highest ? range_[bus].highest : range_[bus].lowest;
  }
  return true;
}

void PowerFlow::solve_within_limits() {
  std::fill(limit_.begin(), limit_.end(), Limit::none);
  result_.converged = solve_balances();
  while (result_.converged && network().q_limits && put_to_limits()) {
    ++result_.limit_rounds;
    result_.converged = solve_balances();
  }
}

bool PowerFlow::move_taps() {
  bool moved = false;
  for (const TapControl& control : network().taps) {
    const AcPort<double> u = voltage(control.bus);
    const double error = std::hypot(u.V_re, u.V_im) - control.V;
    if (!equations_.branch_on()[control.branch] || std::abs(error) <= control.band) continue;
    // A larger ratio lowers the voltage behind the transformer, that is at its second bus.
    const bool behind = network().branches[control.branch].from != control.bus;
    const double tap = tap_[control.branch] + ((error > 0.0) == behind ? control.step : -control.step);
    constexpr double slack = 1e-9;
    if (tap < control.lowest - slack || tap > control.highest + slack) continue;
    tap_[control.branch] = tap;
    moved = true;
  }
  return moved;
}

PowerFlow::Result PowerFlow::solve(const std::vector<char>& branch_on, const std::vector<AcPort<double>>* near) {
  constexpr int most_rounds = 200;
  result_ = Result();
  for (std::size_t k = 0; k < tap_.size(); ++k) tap_[k] = network().branches[k].tap;
  for (const TapControl& c : network().taps) tap_[c.branch] = std::clamp(tap_[c.branch], c.lowest, c.highest);
  for (;;) {
    equations_.set_branches(branch_on, tap_);
    if (near == nullptr || result_.tap_rounds > 0)
      V_ = equations_.flat_start();
    else
      start_near(*near);
    solve_within_limits();
    if (!result_.converged || network().taps.empty() || !move_taps()) break;
    if (++result_.tap_rounds == most_rounds) {
      result_.taps_settled = false;
      break;
    }
  }
  return result_;
}

PowerFlow::Result PowerFlow::solve() {
  return solve(branches_on(network()));
}

void PowerFlow::start_near(const std::vector<AcPort<double>>& near) {
  V_ = near;
  for (int bus = 0; bus < equations_.size(); ++bus)
    if (!equations_.islands().is_live(bus)) V_[equations_.place()[bus]] = {0.0, 0.0};
}

void PowerFlow::refactorise() {
  equations_.network_currents(V_, I_);
  equations_.linearise(V_, I_, 1.0, jacobian_);
  jacobian_.factorise();
}

Phasor<double> PowerFlow::generation(int bus) const {
  const int i = equations_.place()[bus];
  if (!equations_.islands().is_live(bus)) return {0.0, 0.0};
  AcFlow<double> I = load_current(equations_.demand[i], network().buses[bus].shares, V_[i]);
  I.I_re += I_[i].I_re;
  I.I_im += I_[i].I_im;
  return power(V_[i], I);
}

BranchFlow<double> PowerFlow::flow(int branch) const {
  return branch_flow(equations_.two_ports()[branch], voltage(network().branches[branch].from),
                     voltage(network().branches[branch].to));
}

double PowerFlow::loading(int branch) const {
  const double rating = network().branches[branch].rating;
  if (rating <= 0.0) return 0.0;
  const BranchFlow<double> f = flow(branch);
  return std::max(std::hypot(f.from.re, f.from.im), std::hypot(f.to.re, f.to.im)) / rating;
}

double PowerFlow::loss() const {
  double sum = 0.0;
  for (std::size_t k = 0; k < network().branches.size(); ++k) {
    const BranchFlow<double> f = flow(static_cast<int>(k));
    sum += f.from.re + f.to.re;
  }
  return sum;
}

}  // namespace wattloop
