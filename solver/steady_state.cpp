#include "solver/steady_state.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "solver/errors.h"
#include "solver/temperature_limit.h"

namespace wattloop {

namespace {

constexpr double last_step = 1e9;       // s: longer than any plant remembers
constexpr double smallest_step = 1e-7;  // s
constexpr int max_steps = 400;
constexpr double converged = 1e-6;  // correction in units of the tolerance
/// A plant that gets hotter than this, or colder than nothing, warms or cools for ever: no model holds there.
constexpr double highest_temperature = 1500.0;  // K

/// Implicit Euler steps from a state, longer and longer.
class Continuation {
 public:
  Continuation(System& system, double t, std::vector<double>& y, int& newton)
      : system_(system), t_(t), y_(y), newton_(newton), limit_(system) {
    for (auto* v : {&old_, &rate_, &residual_, &delta_, &inverse_weight_}) v->assign(system.size(), 0.0);
  }

  /// Returns the norm of the last correction; `tolerance` is where it may stop.
  double run(double tolerance, double first_step) {
    double h = first_step, elapsed = 0.0;
    for (int step = 0; step < max_steps; ++step) {
      old_ = y_;
      const int iterations = implicit_euler(h);
      system_.complete(y_);
      if (iterations < 0) {
        y_ = old_;
        h = elapsed == 0.0 && h > shortest_first_step ? shortest_first_step : 0.2 * h;
        if (h < smallest_step) fail();
        continue;
      }
      elapsed += h;
      require_temperatures_within_reason(elapsed);
      if (h >= last_step && norm_ < tolerance) return norm_;
      h = std::min(last_step, h * (iterations <= 3 ? 10.0 : iterations <= 6 ? 3.0 : 1.5));
    }
    fail();
  }

 private:
  /// The number of Newton iterations, or -1 if they do not converge.
  int implicit_euler(double h) {
    constexpr int max_iterations = 12;
    const double cj = 1.0 / h;
    double last = 0.0;
    for (int iteration = 1; iteration <= max_iterations; ++iteration) {
      for (int i = 0; i < system_.size(); ++i) rate_[i] = system_.is_differential(i) ? (y_[i] - old_[i]) * cj : 0.0;
      system_.inverse_weights(y_.data(), tolerances_, inverse_weight_.data());
      system_.residual(t_, y_.data(), rate_.data(), residual_.data());
      try {
        system_.linearise(t_, y_.data(), rate_.data(), cj, 0);
      } catch (const SingularBlock&) {
        if (h <= smallest_step * 10.0) throw;
        return -1;
      }
      system_.solve(0, residual_.data(), delta_.data());
      ++newton_;
      norm_ = system_.norm(delta_.data(), inverse_weight_.data());
      if (!std::isfinite(norm_) || (iteration > 6 && norm_ > 2.0 * last)) return -1;
      const bool limited = limit_.apply(delta_);
      for (int i = 0; i < system_.size(); ++i) y_[i] -= delta_[i];
      if (!limited && norm_ < converged) return iteration;
      if (!limited && iteration > 1 && norm_ < 1e-3 && norm_ > 0.5 * last) return iteration;  // rounding
      last = norm_;
    }
    return norm_ < 1.0 ? max_iterations : -1;
  }

  /// Steps follow the plant through time, so what they reach means something.
  void require_temperatures_within_reason(double elapsed) const {
    for (int i : limit_.temperatures())
      if (!(y_[i] > 0.0 && y_[i] < highest_temperature))
        throw SolverError(
            fmt::format("no steady state: {} does not settle but is at {:.4g} K after {:.2g} s; a likely cause is "
                        "heat that nothing carries away, such as that of a circuit without flow",
                        system_.unknown_name(i), y_[i], elapsed));
  }

  [[noreturn]] void fail() {
    for (auto* v : {&delta_, &inverse_weight_}) system_.complete(*v);
    int worst = 0;
    double largest = -1.0;
    for (int i = 0; i < system_.size(); ++i) {
      const double ratio = std::isfinite(delta_[i]) ? std::abs(delta_[i]) * inverse_weight_[i] : 1e300;
      if (ratio > largest) largest = ratio, worst = i;
    }
    throw SolverError(fmt::format("no steady state: {} does not settle (value {:.6g} {}, last correction {:.3g})",
                                  system_.unknown_name(worst), y_[worst], system_.unknown_unit(worst), delta_[worst]));
  }

  System& system_;
  double t_;
  std::vector<double>& y_;
  int& newton_;
  TemperatureLimit limit_;
  Tolerances tolerances_;
  double norm_ = 0.0;
  std::vector<double> old_, rate_, residual_, delta_, inverse_weight_;
};

}  // namespace

SteadyStateResult find_steady_state(System& system, double t, std::vector<double> start, double first_step) {
  SteadyStateResult result;
  result.y = start.empty() ? system.start() : std::move(start);
  constexpr double tolerance = 1e-4;
  result.last_step = Continuation(system, t, result.y, result.newton).run(tolerance, first_step);
  return result;
}

}  // namespace wattloop
