#pragma once
// Hybrid time: a continuous plant, sampled controllers, events, records.

#include <functional>
#include <string>
#include <vector>

#include "solver/integrator.h"

namespace wattloop {

/// The hybrid step. At t:
///   1. record: the state and the inputs before what happens at t,
///   2. apply the events that are due (all of one instant are one event),
///   3. sample the controllers whose grid has come,
///   4. if anything jumped, tell the integrator,
///   5. integrate to the earliest of: next event, next sample, next record, a located root.
/// An action returns true if it changed an input: an unchanged output causes no restart. Inputs that are continuous
/// functions of time never do.
class Simulation {
 public:
  /// Called at an instant with the state there; returns whether an input jumped.
  using Action = std::function<bool(double t, const std::vector<double>& y)>;

  explicit Simulation(Integrator& integrator) : integrator_(integrator) {}

  /// Once, at `time`. Events of one instant run in the order they were added.
  void at(double time, Action action);
  /// At t_start + k period, k = 0, 1, ...
  void every(double period, Action action);
  /// Like `every`, but only looks, before anything happens at the instant.
  void record_every(double period, std::function<void(double t, const std::vector<double>& y)> record);
  /// At begin + k period from the start, up to `end`.
  void record_within(double begin, double end, double period,
                     std::function<void(double t, const std::vector<double>& y)> record);
  /// Runs `action` where `condition` rises through zero, located within a step.
  void when(std::function<double(const std::vector<double>& y)> condition, Action action);
  /// Runs `action` at the time that `next` names; it is asked anew at each instant.
  void when_due(std::function<double()> next, Action action);
  /// Looks at each step of the integrator.
  void watch_steps(Integrator::LookAtStep look) { integrator_.on_step(std::move(look)); }
  /// Looks at each end of a piece of integration: at every instant and root, after what happens there.
  void watch(std::function<void(double t, const std::vector<double>& y)> look) { watch_ = std::move(look); }
  /// Asked after each piece of integration; true ends the run there.
  void stop_if(std::function<bool(double t)> stop) { stop_ = std::move(stop); }

  /// Runs from the integrator's time to `t_end`. Returns false if it was stopped before.
  bool run(double t_end);

  // The same step by step, for who integrates several simulations together.
  /// Does what is due at the start.
  void begin();
  /// Where the integrator has to come to next, at most `t_end`.
  double next_instant(double t_end) const;
  /// Does what is due where the integrator has come to.
  void arrive(Integrator::Stop stop);

  /// What has been done of what was to be done, for the instant at which it may be stopped. After reading, `run` goes
  /// on there.
  void archive(Archive& archive);
  /// Another simulation, begun at 0 with the same periods, has come to `t` and done what was due there: `run` goes on.
  void go_on_from(double t);

 private:
  struct Event {
    double time;
    Action action;
  };
  struct Periodic {
    double period;
    Action action;
    long done = 0;
  };
  struct Record {
    double begin, end, period;
    std::function<void(double, const std::vector<double>&)> record;
    long done = 0;

    /// Of the one that is due next, from the start of the simulation; infinite after the last.
    double next() const;
  };

  void take_records();
  bool apply_due(double t);
  void happen();

  Integrator& integrator_;
  std::vector<Event> events_;
  std::vector<Periodic> periodics_;
  std::vector<Record> records_;
  Action root_action_;
  std::function<double()> next_due_;
  Action due_action_;
  std::function<void(double, const std::vector<double>&)> watch_;
  std::function<bool(double)> stop_;
  double t_start_ = 0.0;
  bool goes_on_ = false;  ///< what is due at the integrator's time has been done
  std::size_t next_event_ = 0;
};

}  // namespace wattloop
