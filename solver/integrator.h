#pragma once
// What the hybrid simulation needs of an integrator.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "solver/archive.h"

namespace wattloop {

/// What an integration cost.
struct Statistics {
  std::int64_t steps = 0, rejected = 0, newton = 0, residuals = 0, linearisations = 0, restarts = 0;
};

class Integrator {
 public:
  enum class Stop { end, root };
  /// From the unknowns, the equations and the held inputs of one System to those of another that stands for the same
  /// plant.
  struct Translation {
    std::function<std::vector<double>(std::span<const double>)> values, rows, inputs;
  };

  virtual ~Integrator() = default;

  /// Starts at (t, y).
  virtual void restart(double t, std::vector<double> y) = 0;
  /// Goes on where an integrator of the same kind stands, on another System.
  virtual void take_over(const Integrator& before, const Translation& translate) {
    restart(before.time(), translate.values(before.state()));
  }
  /// The inputs have jumped: the next step is short; the state goes on.
  virtual void jumped() = 0;
  /// Advances to `t_end` exactly, or to the first point where the root function has risen through zero (located to
  /// within 1 ms, the function then above zero). Throws SolverError if a step of the smallest size fails.
  virtual Stop advance(double t_end) = 0;
  virtual void set_root(std::function<double(const std::vector<double>& y)> root) = 0;
  /// Looks at each step that is kept: where it began, where it ended, the state at its end. What does not store follows
  /// a jump within the step after it.
  using LookAtStep = std::function<void(double begin, double end, const std::vector<double>& y)>;
  virtual void on_step(LookAtStep look) = 0;

  /// Brings the meters of the System that the simulation knows up to date.
  virtual void settle_meters() {}

  virtual double time() const = 0;
  virtual const std::vector<double>& state() const = 0;
  virtual const Statistics& statistics() const = 0;

  /// Whether what follows is decided, to the bit, by what `archive` writes now.
  virtual bool is_resumable() const = 0;
  /// Its state; the System's own must have been read before. What it reads must have been written by its like on an
  /// equal System.
  virtual void archive(Archive& archive) = 0;
};

}  // namespace wattloop
