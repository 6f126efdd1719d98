#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "models/workload_inference.h"
#include "models/workload_spec.h"

namespace wattloop {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Collects the problems of one job.
class JobChecker {
 public:
  JobChecker(const WorkloadSpec& spec, std::size_t job, std::vector<WorkloadProblem>& problems)
      : spec_(spec), job_(spec.jobs[job]), path_(fmt::format("jobs[{}]", job)), problems_(problems) {}

  void run() {
    check_racks();
    within("start", job_.start, 0.0, 1e12, "s");
    if (!(job_.end > job_.start)) add("end", "a job ends after its start", fmt::format("{} s", job_.end), "later");
    std::visit([this](const auto& kind) { check_kind(kind); }, job_.kind);
    const double natural = natural_duration(job_);
    if (std::isfinite(job_.end) && job_.end - job_.start > natural * (1.0 + 1e-12)) {
      add("end", "the job lasts longer than its record", fmt::format("{} s", job_.end - job_.start),
          fmt::format("at most {} s, or repeat: true", natural));
    }
  }

 private:
  void add(std::string_view key, std::string what, std::string got, std::string allowed) {
    problems_.push_back({fmt::format("{}.{}", path_, key), std::move(what), std::move(got), std::move(allowed)});
  }

  bool within(std::string_view key, double value, double low, double high, std::string_view unit) {
    if (value >= low && value <= high) return true;
    add(key, "out of range", fmt::format("{}", value), fmt::format("{} to {} {}", low, high, unit));
    return false;
  }

  bool activity(std::string_view key, double value) { return within(key, value, 0.0, 1.0, "(idle to cap)"); }

  void check_racks() {
    if (job_.racks.empty()) add("racks", "a job without racks", "none", "at least one range");
    for (std::size_t i = 0; i < job_.racks.size(); ++i) {
      const auto [first, last] = job_.racks[i];
      if (first >= 0 && first <= last && last < spec_.racks) continue;
      add(fmt::format("racks[{}]", i), "no such racks", fmt::format("{}..{}", first, last),
          fmt::format("first <= last within 0..{}", spec_.racks - 1));
    }
  }

  void check_kind(const ConstantSpec& s) { activity("activity", s.activity); }

  void check_kind(const ScheduleSpec& s) {
    if (s.knots.empty()) add("knots", "a schedule without knots", "none", "at least one");
    for (std::size_t i = 0; i < s.knots.size(); ++i) {
      const std::string key = fmt::format("knots[{}]", i);
      activity(key + ".activity", s.knots[i].activity);
      if (!within(key + ".time", s.knots[i].time, 0.0, 1e12, "s") || i == 0) continue;
      if (s.knots[i].time < s.knots[i - 1].time) {
        add(key + ".time", "knots out of order", fmt::format("{} s", s.knots[i].time),
            fmt::format("from {} s on", s.knots[i - 1].time));
      }
    }
    if (s.repeat && !s.knots.empty() && !(s.knots.back().time > 0.0)) {
      add("repeat", "a schedule of no length cannot repeat", "last knot at 0 s", "a later last knot");
    }
  }

  void check_kind(const TraceSpec& s) {
    within("scale", s.scale, 1e-12, 1e12, "");
    if (s.time.size() < 2) add("time", "a trace needs rows", fmt::format("{}", s.time.size()), "at least 2");
    for (std::size_t i = 0; i < s.time.size(); ++i) {
      if (std::isfinite(s.time[i]) && (i == 0 || s.time[i] > s.time[i - 1])) continue;
      add(fmt::format("time[{}]", i), "times out of order", fmt::format("{} s", s.time[i]), "increasing");
    }
    int racks = 0;
    for (const auto& [first, last] : job_.racks) racks += last - first + 1;
    if (s.columns.size() != 1 && static_cast<int>(s.columns.size()) != racks) {
      add("columns", "columns do not fit the racks", fmt::format("{} columns", s.columns.size()),
          fmt::format("1, or {}: one a rack", racks));
    }
    for (std::size_t c = 0; c < s.columns.size(); ++c) check_column(s, c);
  }

  void check_column(const TraceSpec& s, std::size_t c) {
    const auto& column = s.columns[c];
    const std::string key = fmt::format("columns[{}]", c);
    if (column.size() != s.time.size()) {
      add(key, "a column as long as the times", fmt::format("{}", column.size()), fmt::format("{}", s.time.size()));
    }
    const auto [low, high] = allowed_values(s, spec_.power);
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (std::isfinite(column[i]) && column[i] >= low && column[i] <= high) continue;
      add(fmt::format("{}[{}]", key, i), "out of range", fmt::format("{}", column[i]),
          s.clamp ? "a finite number" : fmt::format("{} to {} (idle to cap), or clamp: true", low, high));
    }
  }

  void check_kind(const TrainingSpec& s) {
    if (within("period", s.period, 1e-2, 3600.0, "s") && within("edge", s.edge, 1e-4, 0.5 * s.period, "s")) {
      within("duty", s.duty, s.edge / s.period, 1.0 - s.edge / s.period, "of the period, with room for the edges");
    }
    activity("high", s.high);
    activity("low", s.low);
    activity("checkpoint_level", s.checkpoint_level);
    within("ramp_time", s.ramp_time, 1e-3, 86400.0, "s");
    if (s.checkpoint_interval != 0.0 && within("checkpoint_pause", s.checkpoint_pause, 2.0 * s.edge, 86400.0, "s")) {
      within("checkpoint_interval", s.checkpoint_interval, s.checkpoint_pause + s.period, 1e9,
             "s (pause and a step at least), or 0 for none");
    }
    within("crash_fall", s.crash_fall, 1e-3, 60.0, "s");
    within("restart_delay", s.restart_delay, s.crash_fall, 1e9, "s, not before the fall is over");
    within("spread", s.spread, 0.0, 1.0, "");
    within("drift", s.drift, 0.0, 1.0, "");
    within("drift_interval", s.drift_interval, 1.0, 1e9, "s");
    double earliest = 0.0;
    for (std::size_t i = 0; i < s.crashes.size(); ++i) {
      within(fmt::format("crashes[{}]", i), s.crashes[i], earliest, infinity, "s: after the restart before it");
      earliest = s.crashes[i] + s.restart_delay;
    }
    check_seeded_crashes(s);
  }

  void check_seeded_crashes(const TrainingSpec& s) {
    if (s.mean_time_between_crashes == 0.0) return;
    if (!within("mean_time_between_crashes", s.mean_time_between_crashes, 60.0, 1e12, "s, or 0 for none")) return;
    if (!std::isfinite(job_.end)) {
      add("end", "seeded crashes need a job with an end", "none", fmt::format("after {} s", job_.start));
    }
  }

  void check_kind(const InferenceSpec& s) {
    if (s.requests.size() < 2) add("requests", "too few requests", fmt::format("{}", s.requests.size()), "at least 2");
    within("prefill_rate", s.prefill_rate, 1e-3, 1e12, "tokens/s");
    within("decode_rate", s.decode_rate, 1e-3, 1e12, "tokens/s");
    within("max_batch", s.max_batch, 1, 1e6, "requests");
    activity("prefill_activity", s.prefill_activity);
    activity("decode_low", s.decode_low);
    activity("decode_high", s.decode_high);
    within("gpus_per_server", s.gpus_per_server, 1, spec_.gpus_per_rack, "GPUs of a rack");
    check_requests(s);
    const bool one_server = s.gpus_per_server == spec_.gpus_per_rack && job_.racks.size() == 1 &&
                            job_.racks.front().first == job_.racks.front().last;
    if (!s.multiply && !one_server) {
      add("multiply", "the log drives one serving unit, the job has more", "false",
          "true: each unit plays the log with its own seeded shift");
    }
  }

  void check_requests(const InferenceSpec& s) {
    double prefill = 0.0;  // s of work in the log
    double decode = 0.0;   // s
    for (std::size_t i = 0; i < s.requests.size(); ++i) {
      const auto& [time, context, generated] = s.requests[i];
      const std::string key = fmt::format("requests[{}]", i);
      within(key + ".time", time, i == 0 ? -1e12 : s.requests[i - 1].time, 1e12, "s, in order");
      within(key + ".context", context, 0.0, 1e9, "tokens");
      within(key + ".generated", generated, 0.0, 1e9, "tokens");
      prefill += context / s.prefill_rate;
      decode += generated / s.decode_rate;
    }
    if (s.requests.size() < 2) return;
    const double span = s.requests.back().time - s.requests.front().time;
    const double period = ring_period(s);
    if (!(period > 0.0) || period < span) {
      add("period", "shorter than its log", fmt::format("{} s", period), fmt::format("at least {} s, above 0", span));
      return;
    }
    const double load = std::max(prefill, (prefill + decode) / s.max_batch) / period;
    if (load > 1.0) {
      add("requests", "more work than one serving unit can do", fmt::format("{:.3g} times its capacity", load),
          "at most 1: raise prefill_rate, decode_rate or max_batch");
    }
  }

  const WorkloadSpec& spec_;
  const JobSpec& job_;
  std::string path_;
  std::vector<WorkloadProblem>& problems_;
};

/// Two jobs at one time on one rack: each pair once, at its first rack.
void check_overlaps(const WorkloadSpec& spec, std::vector<WorkloadProblem>& problems) {
  std::vector<std::vector<std::size_t>> jobs_of_rack(static_cast<std::size_t>(spec.racks));
  std::vector<std::pair<std::size_t, std::size_t>> reported;
  for (std::size_t j = 0; j < spec.jobs.size(); ++j) {
    const JobSpec& job = spec.jobs[j];
    for (const auto& [first, last] : job.racks) {
      for (int rack = std::max(first, 0); rack <= last && rack < spec.racks; ++rack) {
        auto& others = jobs_of_rack[static_cast<std::size_t>(rack)];
        for (const std::size_t o : others) {
          const JobSpec& other = spec.jobs[o];
          const std::pair pair{j, o};
          if (!(job.start < other.end && other.start < job.end)) continue;
          if (std::find(reported.begin(), reported.end(), pair) != reported.end()) continue;
          reported.push_back(pair);
          problems.push_back({fmt::format("jobs[{}].racks", j), "two jobs at one time on one rack",
                              fmt::format("rack {}, also taken by jobs[{}] '{}' from {} s to {} s", rack, o, other.name,
                                          other.start, other.end),
                              "free racks or another time"});
        }
        others.push_back(j);
      }
    }
  }
}

std::string joined(const std::vector<WorkloadProblem>& problems) {
  std::string text;
  for (const auto& p : problems) {
    text += fmt::format("{}{}: {}, got {}, allowed {}", text.empty() ? "" : "\n", p.path, p.what, p.got, p.allowed);
  }
  return text;
}

}  // namespace

WorkloadError::WorkloadError(std::vector<WorkloadProblem> problems)
    : std::runtime_error(joined(problems)), problems_(std::move(problems)) {}

std::vector<WorkloadProblem> check(const WorkloadSpec& spec) {
  std::vector<WorkloadProblem> problems;
  if (spec.racks < 0) problems.push_back({"racks", "out of range", fmt::format("{}", spec.racks), "0 or more"});
  if (spec.gpus_per_rack < 1) {
    problems.push_back({"gpus_per_rack", "out of range", fmt::format("{}", spec.gpus_per_rack), "1 or more"});
  }
  if (!problems.empty()) return problems;
  for (std::size_t j = 0; j < spec.jobs.size(); ++j) JobChecker(spec, j, problems).run();
  check_overlaps(spec, problems);
  return problems;
}

double duration(const TraceSpec& trace) {
  const auto& time = trace.time;
  const bool hold = trace.interpolation == TraceSpec::Interpolation::hold;
  return time.back() - time.front() + (hold ? time.back() - time[time.size() - 2] : 0.0);
}

double natural_duration(const JobSpec& job) {
  if (const auto* trace = std::get_if<TraceSpec>(&job.kind); trace && !trace->repeat && trace->time.size() >= 2) {
    return duration(*trace);
  }
  if (const auto* inference = std::get_if<InferenceSpec>(&job.kind); inference && !inference->repeat) {
    return ring_period(*inference);
  }
  return infinity;
}

std::pair<double, double> allowed_values(const TraceSpec& trace, const DevicePower& power) {
  if (trace.clamp) return {-infinity, infinity};
  switch (trace.quantity) {
    case TraceSpec::Quantity::gpu_power:
      return {power.gpu(0.0) / trace.scale, power.gpu(1.0) / trace.scale};
    case TraceSpec::Quantity::rack_power:
      return {power.rack(0.0) / trace.scale, power.rack(1.0) / trace.scale};
    default:
      return {0.0, 1.0 / trace.scale};
  }
}

}  // namespace wattloop
