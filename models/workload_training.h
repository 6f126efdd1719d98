#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/random.h"
#include "models/workload_curve.h"
#include "models/workload_spec.h"

namespace wattloop {

/// The course of a synchronous training job, in time from the start of the job. It nests: runs between crashes,
/// in them compute cycles, in them steps; every level has closed integrals, so the cost does not grow with time.
class TrainingCourse {
 public:
  /// `duration` [s] bounds the seeded crashes; `job` numbers the job in the seed's streams.
  TrainingCourse(const TrainingSpec& spec, double duration, std::uint64_t seed, std::size_t job);

  /// Activity of the strongest GPU of a rack.
  double value(std::size_t rack, double t) const;
  /// ∫ value dt from a to b.
  double integral(std::size_t rack, double a, double b) const;

 private:
  struct Run {
    double start;
    double length;  // s until its crash; infinity for the last
    double level_at_crash;
    Moments before;  // integrals from the start of the job to the start of the run
  };

  const Run& run_at(double t) const;
  double running_value(double x) const;
  Moments cycle_until(double y) const;
  Moments running_until(double x) const;
  Moments run_until(const Run& run, double x) const;
  Moments until(double t) const;
  void append_run(double start, double crash);

  Curve step_;    // one step, repeated
  Curve ramp_;    // idle to high
  Curve pause_;   // the checkpoint at the end of a cycle
  Curve fall_;    // 1 to 0, at a crash
  double cycle_;  // s, compute and pause; 0: steps without end
  double cycles_per_second_;
  double compute_;  // s, compute part of a cycle
  Moments whole_cycle_;
  double drift_;
  double drift_interval_;  // s
  double drift_intervals_per_second_;
  RandomStream random_drift_;
  std::vector<Run> runs_;
};

}  // namespace wattloop
