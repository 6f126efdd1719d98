#include "models/workload_build.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wattloop {
namespace {

/// Activity which a value of the trace's file means, before it is clamped.
double trace_activity(const TraceSpec& spec, const DevicePower& power, double value) {
  const double scaled = value * spec.scale;
  switch (spec.quantity) {
    case TraceSpec::Quantity::gpu_power:
      return (scaled - power.gpu(0.0)) / (power.gpu(1.0) - power.gpu(0.0));
    case TraceSpec::Quantity::rack_power:
      return (scaled - power.rack(0.0)) / (power.rack(1.0) - power.rack(0.0));
    default:
      return scaled;
  }
}

/// "repeated 24.5 times" or "repeated without end" over the job's time.
std::string repeat_note(double duration, double period) {
  if (!std::isfinite(duration)) return fmt::format("repeated every {:.6g} s without end", period);
  return fmt::format("repeated {:.4g} times", duration / period);
}

std::size_t clamped_values(const TraceSpec& spec, const DevicePower& power) {
  std::size_t count = 0;
  for (const auto& column : spec.columns) {
    for (const double value : column) {
      const double activity = trace_activity(spec, power, value);
      if (activity < 0.0 || activity > 1.0) ++count;
    }
  }
  return count;
}

std::string note(const ConstantSpec& s, const WorkloadSpec&, const JobSpec&, int) {
  return fmt::format("constant at activity {:.4g}", s.activity);
}

std::string note(const ScheduleSpec& s, const WorkloadSpec&, const JobSpec& job, int) {
  std::string text = fmt::format("schedule of {} knots", s.knots.size());
  if (s.repeat) text += ", " + repeat_note(job.end - job.start, s.knots.back().time);
  return text;
}

std::string note(const TraceSpec& s, const WorkloadSpec& spec, const JobSpec& job, int racks) {
  std::string text = fmt::format("trace {} of {} rows and {} column(s)", s.source, s.time.size(), s.columns.size());
  if (s.columns.size() == 1 && racks > 1) text += fmt::format(", one column for {} racks", racks);
  if (s.scale != 1.0) text += fmt::format(", scaled by {:.6g}", s.scale);
  if (s.clamp) text += fmt::format(", {} value(s) clamped to idle or cap", clamped_values(s, spec.power));
  if (s.repeat) text += ", " + repeat_note(job.end - job.start, duration(s));
  return text;
}

std::string note(const TrainingSpec& s, const WorkloadSpec&, const JobSpec&, int) {
  std::string text =
      fmt::format("synchronous training, steps of {:.4g} s between {:.4g} and {:.4g}", s.period, s.low, s.high);
  if (s.checkpoint_interval > 0.0) {
    text += fmt::format(", checkpoints of {:.4g} s every {:.4g} s", s.checkpoint_pause, s.checkpoint_interval);
  }
  if (!s.crashes.empty()) text += fmt::format(", {} listed crash(es)", s.crashes.size());
  if (s.mean_time_between_crashes > 0.0) {
    text += fmt::format(", seeded crashes every {:.4g} s of running on average", s.mean_time_between_crashes);
  }
  return text;
}

std::string note(const InferenceSpec& s, const WorkloadSpec& spec, const JobSpec& job, int racks) {
  const double period = ring_period(s);
  std::string text = fmt::format("inference from {}: {} requests in {:.6g} s", s.source, s.requests.size(), period);
  if (s.repeat) text += ", " + repeat_note(job.end - job.start, period);
  if (s.multiply) {
    const int servers = racks * ((spec.gpus_per_rack + s.gpus_per_server - 1) / s.gpus_per_server);
    text += fmt::format(", multiplied on {} serving units of {} GPU(s), each with its own seeded shift", servers,
                        s.gpus_per_server);
  }
  return text;
}

}  // namespace

Curve schedule_curve(const ScheduleSpec& spec) {
  std::vector<Curve::Knot> knots;
  if (spec.knots.front().time > 0.0) knots.push_back({0.0, spec.knots.front().activity});
  for (const auto& [time, activity] : spec.knots) knots.push_back({time, activity});
  if (knots.back().x == 0.0) knots.push_back({1.0, knots.back().value});
  return Curve(knots, spec.repeat);
}

std::vector<Curve> trace_curves(const TraceSpec& spec, const DevicePower& power) {
  std::vector<Curve> curves;
  const std::size_t rows = spec.time.size();
  const bool hold = spec.interpolation == TraceSpec::Interpolation::hold;
  for (const auto& column : spec.columns) {
    std::vector<Curve::Knot> knots;
    for (std::size_t i = 0; i < rows; ++i) {
      const double activity = std::clamp(trace_activity(spec, power, column[i]), 0.0, 1.0);
      const double time = spec.time[i] - spec.time.front();
      knots.push_back({time, activity});
      if (!hold) continue;
      knots.push_back({i + 1 < rows ? spec.time[i + 1] - spec.time.front() : duration(spec), activity});
    }
    curves.emplace_back(knots, spec.repeat);
  }
  return curves;
}

std::string served_note(const ServedLog& served) {
  const double period = served.activity.period();
  return fmt::format(
      "mean activity {:.4f}, prefill {:.1f} % of the time, {:.1f} requests in flight, longest wait {:.2f} s",
      served.activity.whole().area / period, 100.0 * served.prefill_share, served.mean_in_flight, served.longest_wait);
}

std::string job_description(const WorkloadSpec& spec, const JobSpec& job, const std::string& notes) {
  int racks = 0;
  for (const auto& [first, last] : job.racks) racks += last - first + 1;
  std::string text = fmt::format("{}: {} rack(s) from {:.6g} s", job.name, racks, job.start);
  const double end = std::min(job.end, job.start + natural_duration(job));
  if (std::isfinite(end)) text += fmt::format(" to {:.6g} s", end);
  text += ", " + std::visit([&](const auto& kind) { return note(kind, spec, job, racks); }, job.kind);
  if (!notes.empty()) text += "; " + notes;
  return text;
}

}  // namespace wattloop
