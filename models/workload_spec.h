#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/device_power.h"

namespace wattloop {

/// The same activity all the time.
struct ConstantSpec {
  double activity = 1.0;  // 0..1
};

/// Straight lines between knots; two knots at one time make a jump. The first and the last value hold outside.
struct ScheduleSpec {
  struct Knot {
    double time;      // s, from the start of the job
    double activity;  // 0..1
  };
  std::vector<Knot> knots;
  bool repeat = false;  ///< starts again after the last knot
};

/// A measured course: one column for all racks of the job, or one for each of them in their order.
struct TraceSpec {
  enum class Quantity { activity, gpu_power, rack_power };  ///< powers in W, behind the power supplies
  enum class Interpolation { linear, hold };                ///< hold: a value is valid until the next row
  std::string source;                                       ///< where it comes from, for the summary
  std::vector<double> time;                                 // s, increasing; the first row is the start of the job
  std::vector<std::vector<double>> columns;
  Quantity quantity = Quantity::activity;
  Interpolation interpolation = Interpolation::linear;
  bool repeat =
      false;  ///< starts again after the last row (hold: after the last row has lasted as long as the one before)
  double scale = 1.0;  ///< factor on the values of the file
  bool clamp = false;  ///< true: values beyond idle or cap are set to idle or cap, otherwise they are an error
};

/// Synchronous training: all racks of the job step together.
///   ramp from idle to `high`, then compute cycles: steps between `high` and `low`, ended by a checkpoint pause
///   crash: the level falls to idle within `crash_fall`; the job starts again with its ramp `restart_delay` later
/// Each GPU stands below the common course by a static share of `spread`, each rack by a slow share of `drift`.
struct TrainingSpec {
  double period = 2.0;                     // s, one step
  double duty = 0.75;                      ///< share of the period at `high` (edges counted half)
  double high = 1.0;                       // 0..1, compute
  double low = 0.2;                        // 0..1, exchange of gradients
  double edge = 0.05;                      // s, rise and fall of a step
  double ramp_time = 5.0;                  // s, at every start
  double checkpoint_interval = 1800.0;     // s, from one pause to the next; 0: none
  double checkpoint_pause = 20.0;          // s
  double checkpoint_level = 0.05;          // 0..1
  std::vector<double> crashes;             // s, from the start of the job, increasing
  double mean_time_between_crashes = 0.0;  // s of running, seeded and exponential; 0: none but those listed
  double crash_fall = 0.5;                 // s
  double restart_delay = 300.0;            // s
  double spread = 0.04;           ///< the strongest GPU has 0, the weakest this; normal, six standard deviations wide
  double drift = 0.02;            ///< largest share a rack falls behind, straight lines between seeded values
  double drift_interval = 600.0;  // s, between those values
};

/// One request to a language model.
struct TokenRequest {
  double time;       // s
  double context;    // tokens read in the prefill
  double generated;  // tokens written in the decode
};

/// Inference on one serving unit, driven by a log of requests. First come, first served: at most `max_batch` requests
/// are in flight, prefills run one after another, each request then decodes at its own rate.
///   activity = prefill_activity            while a prefill runs
///            = decode_low + (decode_high - decode_low) n/max_batch  while n > 0 requests only decode, 0 when none
/// The log is closed to a ring of length `period`. All figures are assumptions for a mid-sized model.
struct InferenceSpec {
  std::string source;                  ///< where the log comes from, for the summary
  std::vector<TokenRequest> requests;  ///< in order of time
  double period = 0.0;                 // s, length of the ring; 0: from the first to the last request
  bool repeat = false;            ///< the ring goes round until the job ends; otherwise the job ends after one turn
  bool multiply = false;          ///< every serving unit of the job plays the log, each with its own seeded shift
  int gpus_per_server = 1;        ///< neighbours in a rack which serve as one unit and share its course
  double prefill_rate = 10000.0;  // tokens/s
  double decode_rate = 50.0;      // tokens/s and request
  int max_batch = 64;
  double prefill_activity = 1.0;  // 0..1
  double decode_low = 0.35;       // 0..1
  double decode_high = 0.65;      // 0..1
};

/// Racks first..last, both included, counted from 0.
struct RackRange {
  int first;
  int last;
};

/// One job on its racks. Racks without a job idle. A trace or log which does not repeat ends its job.
struct JobSpec {
  std::string name;
  std::vector<RackRange> racks;
  double start = 0.0;                                    // s, from the origin of the workload
  double end = std::numeric_limits<double>::infinity();  // s, not included
  std::variant<ConstantSpec, ScheduleSpec, TraceSpec, TrainingSpec, InferenceSpec> kind;
};

struct WorkloadSpec {
  std::uint64_t seed = 1;
  int racks = 0;
  int gpus_per_rack = 72;
  DevicePower power;
  std::vector<JobSpec> jobs;
};

/// One thing wrong in a specification; the path is written as in "jobs[2].period".
struct WorkloadProblem {
  std::string path, what, got, allowed;
};

/// Thrown with everything that is wrong in a specification.
class WorkloadError : public std::runtime_error {
 public:
  explicit WorkloadError(std::vector<WorkloadProblem> problems);
  const std::vector<WorkloadProblem>& problems() const { return problems_; }

 private:
  std::vector<WorkloadProblem> problems_;
};

/// Everything wrong in a specification, in the order of the jobs; empty if it is fine.
std::vector<WorkloadProblem> check(const WorkloadSpec& spec);

/// Time a trace lasts, its last row included where values are held [s]; at least two rows.
double duration(const TraceSpec& trace);

/// Time after which a job has nothing more to play, from its start [s]; infinity if it goes on.
double natural_duration(const JobSpec& job);

/// Lowest and highest value a trace's file may hold: those which mean idle and cap, or no limits if it is clamped.
std::pair<double, double> allowed_values(const TraceSpec& trace, const DevicePower& power);

}  // namespace wattloop
