#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "models/workload_curve.h"
#include "models/workload_inference.h"
#include "models/workload_spec.h"
#include "models/workload_training.h"

namespace wattloop {

/// What every GPU of every rack does, as a function of time: activity 0 (idle) to 1 (cap), linear in power.
///
/// One function, two readings: `sample` is its value, `mean` its exact average, so mean (t1 - t0) = ∫ sample dt, means
/// add up over neighbouring intervals, and a rack's mean is the average of its GPUs' means (all to rounding). Queries
/// have no state: any time, order and thread. Time counts in seconds from the origin of the workload; before it, and
/// where a rack has no job, racks idle. `sample` belongs to the right side of a jump.
///
/// The same seed gives the same bits on every platform with IEEE 754 double precision and no contraction: nothing but
/// +, -, *, /, truncation and square root is used.
class Workload {
 public:
  /// Throws WorkloadError with everything that is wrong with `spec`.
  explicit Workload(const WorkloadSpec& spec);

  std::size_t racks() const { return placements_begin_.size() - 1; }
  std::size_t gpus_per_rack() const { return gpus_per_rack_; }
  const DevicePower& power() const { return power_; }

  /// Average activity over [t0, t1], t0 <= t1; the value at t0 where they are equal.
  double mean_gpu(std::size_t rack, std::size_t gpu, double t0, double t1) const;
  double mean_rack(std::size_t rack, double t0, double t1) const;
  /// All GPUs of a rack at once: `out` has room for gpus_per_rack().
  void mean_gpus(std::size_t rack, double t0, double t1, std::span<double> out) const;

  /// Activity at the instant t.
  double sample_gpu(std::size_t rack, std::size_t gpu, double t) const;
  double sample_rack(std::size_t rack, double t) const;
  void sample_gpus(std::size_t rack, double t, std::span<double> out) const;

  /// One line a job: what runs where and when, and what of it was repeated, multiplied, scaled or clamped.
  const std::string& describe() const { return description_; }

 private:
  struct Constant {
    double activity;
  };
  struct Curves {
    std::vector<Curve> columns;  // one for all racks or one for each
  };
  struct Inference {
    Curve log;
    bool shifted;
    RandomStream random_shift;
  };
  struct Job {
    std::variant<Constant, Curves, TrainingCourse, Inference> course;
    double spread = 0.0;
    std::size_t server_size = 1;  // neighbouring GPUs with the same course
  };
  /// A job on one rack.
  struct Placement {
    double start, end;  // s
    std::uint32_t job;
    std::uint32_t slot;  // number of the rack within the job
  };
  struct Where {
    std::size_t rack, slot, server;
  };

  Job make_job(const WorkloadSpec& spec, std::size_t job);
  void place(const WorkloadSpec& spec);
  static double shift(const Inference& inference, const Where& where);
  static double integral(const Job& job, const Where& where, double a, double b);
  static double value(const Job& job, const Where& where, double t);
  double share(const Job& job, std::size_t rack, std::size_t gpu) const {
    return 1.0 - job.spread * weakness_[rack * gpus_per_rack_ + gpu];
  }
  template <class Visit>
  void for_each_placement(std::size_t rack, double t0, double t1, Visit visit) const;
  template <class Course>
  double rack_total(const Job& job, const Placement& placement, std::size_t rack, Course course) const;
  template <class Course>
  void add_gpus(const Job& job, const Placement& placement, std::size_t rack, std::span<double> out,
                Course course) const;

  std::size_t gpus_per_rack_;
  DevicePower power_;
  std::vector<Job> jobs_;
  std::vector<Placement> placements_;          // by rack, then by time
  std::vector<std::size_t> placements_begin_;  // racks + 1
  std::vector<double> weakness_;               // 0..1 of each GPU, rack by rack
  std::vector<double> rack_weakness_;          // sum over the GPUs of a rack
  std::string description_;
};

}  // namespace wattloop
