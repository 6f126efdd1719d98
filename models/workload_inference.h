#pragma once

#include <cstddef>

#include "models/workload_curve.h"
#include "models/workload_spec.h"

namespace wattloop {

/// What one serving unit does with its log, once round the ring.
struct ServedLog {
  Curve activity;         ///< periodic
  double prefill_share;   ///< of the time, a prefill runs
  double mean_in_flight;  ///< requests
  double longest_wait;    // s, from arrival to the start of the prefill
};

/// Length of the ring of a log [s].
double ring_period(const InferenceSpec& spec);

/// Serves the log twice round and keeps the second turn, so that what is in flight at the end of a turn meets its
/// beginning.
ServedLog serve(const InferenceSpec& spec);

}  // namespace wattloop
