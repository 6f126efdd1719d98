#pragma once

#include <string>
#include <vector>

#include "models/workload_curve.h"
#include "models/workload_inference.h"
#include "models/workload_spec.h"

namespace wattloop {

/// The curve of a checked schedule.
Curve schedule_curve(const ScheduleSpec& spec);

/// The curves of a checked trace, as activities: the file's values scaled, powers turned into activity, clamped to
/// 0..1 (beyond rounding only where the specification says so).
std::vector<Curve> trace_curves(const TraceSpec& spec, const DevicePower& power);

/// How a log is served, for a job's description.
std::string served_note(const ServedLog& served);

/// One line on a job: kind, racks, time, and what was repeated, multiplied, scaled or clamped.
std::string job_description(const WorkloadSpec& spec, const JobSpec& job, const std::string& notes);

}  // namespace wattloop
