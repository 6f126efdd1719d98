#include "io/case_workload.h"

#include <algorithm>

#include <fmt/format.h>

#include "io/nearest.h"
#include "io/workload_trace.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

ScheduleSpec read_schedule(Reader& reader) {
  ScheduleSpec spec;
  for (Reader& row : reader.items("knots")) {
    auto cells = row.items();
    if (cells.size() != 2) {
      row.report("a knot is [time, activity]");
      continue;
    }
    const double time = cells[0].as_quantity("s", not_negative);
    spec.knots.push_back({time, cells[1].as_quantity("1", fraction)});
  }
  spec.repeat = reader.boolean("repeat", false);
  return spec;
}

TraceSpec read_trace(Reader& reader, const fs::path& directory, const DevicePower& power) {
  TraceSpec spec;
  const std::string file = reader.text("file");
  const std::string quantity = reader.choice("quantity", {"activity", "gpu_power", "rack_power"}, "activity");
  spec.quantity = quantity == "gpu_power"    ? TraceSpec::Quantity::gpu_power
                  : quantity == "rack_power" ? TraceSpec::Quantity::rack_power
                                             : TraceSpec::Quantity::activity;
  if (reader.choice("interpolation", {"linear", "hold"}, "linear") == "hold")
    spec.interpolation = TraceSpec::Interpolation::hold;
  spec.repeat = reader.boolean("repeat", false);
  spec.scale = reader.quantity("scale", "1", positive, spec.scale);
  spec.clamp = reader.boolean("clamp", false);
  std::optional<double> max_gap;
  if (reader.has("max_gap")) max_gap = reader.quantity("max_gap", "s", positive);
  if (file.empty()) return spec;
  try {
    fill_trace(spec, power, find_file(directory, file).string(), max_gap);
  } catch (const InputError& error) {
    reader.report_file(error, "file");
  }
  return spec;
}

TrainingSpec read_training(Reader& reader) {
  TrainingSpec s;
  s.period = reader.quantity("period", "s", positive, s.period);
  s.duty = reader.quantity("duty", "1", fraction, s.duty);
  s.high = reader.quantity("high", "1", fraction, s.high);
  s.low = reader.quantity("low", "1", fraction, s.low);
  s.edge = reader.quantity("edge", "s", not_negative, s.edge);
  s.ramp_time = reader.quantity("ramp_time", "s", not_negative, s.ramp_time);
  s.checkpoint_interval = reader.quantity("checkpoint_interval", "s", not_negative, s.checkpoint_interval);
  s.checkpoint_pause = reader.quantity("checkpoint_pause", "s", not_negative, s.checkpoint_pause);
  s.checkpoint_level = reader.quantity("checkpoint_level", "1", fraction, s.checkpoint_level);
  if (reader.has("crashes")) s.crashes = reader.quantities("crashes", "s", not_negative);
  s.mean_time_between_crashes =
      reader.quantity("mean_time_between_crashes", "s", not_negative, s.mean_time_between_crashes);
  s.crash_fall = reader.quantity("crash_fall", "s", not_negative, s.crash_fall);
  s.restart_delay = reader.quantity("restart_delay", "s", not_negative, s.restart_delay);
  s.spread = reader.quantity("spread", "1", fraction, s.spread);
  s.drift = reader.quantity("drift", "1", fraction, s.drift);
  s.drift_interval = reader.quantity("drift_interval", "s", positive, s.drift_interval);
  return s;
}

InferenceSpec read_inference(Reader& reader, const fs::path& directory) {
  InferenceSpec s;
  const std::string file = reader.text("log");
  s.source = fs::path(file).filename().string();
  if (!file.empty()) {
    try {
      s.requests = read_token_log(find_file(directory, file).string());
    } catch (const InputError& error) {
      reader.report_file(error, "log");
    }
  }
  s.period = reader.quantity("period", "s", not_negative, s.period);
  s.repeat = reader.boolean("repeat", false);
  s.multiply = reader.boolean("multiply", false);
  s.gpus_per_server = static_cast<int>(reader.integer("gpus_per_server", 1, 100000, s.gpus_per_server));
  s.prefill_rate = reader.quantity("prefill_rate", "1/s", positive, s.prefill_rate);
  s.decode_rate = reader.quantity("decode_rate", "1/s", positive, s.decode_rate);
  s.max_batch = static_cast<int>(reader.integer("max_batch", 1, 100000, s.max_batch));
  s.prefill_activity = reader.quantity("prefill_activity", "1", fraction, s.prefill_activity);
  s.decode_low = reader.quantity("decode_low", "1", fraction, s.decode_low);
  s.decode_high = reader.quantity("decode_high", "1", fraction, s.decode_high);
  return s;
}

}  // namespace

Places places_of(const Reader& reader) {
  const auto origin = [](const InputProblem& p) { return Origin{p.file, p.line, p.column, p.path}; };
  Places places{{"", origin(reader.problem(""))}};
  for (const InputProblem& p : reader.places()) places.emplace(p.got, origin(p));
  return places;
}

fs::path find_file(const fs::path& directory, const std::string& name) {
  const fs::path beside = directory / name;
  std::error_code error;
  return !fs::exists(beside, error) && fs::exists(name, error) ? fs::path(name) : beside;
}

RackRange read_rack_range(Reader& reader) {
  const std::string text = reader.as_text();
  RackRange range{0, -1};
  char dash = 0, rest = 0;
  const int n = std::sscanf(text.c_str(), "%d %c %d %c", &range.first, &dash, &range.last, &rest);
  if (n == 1) range.last = range.first;
  if ((n != 1 && !(n == 3 && dash == '-')) || range.first < 1 || range.last < range.first)
    reader.report("not a range of racks", text, "racks counted from 1, as in \"1-320\" or \"7\"");
  return {range.first - 1, range.last - 1};
}

WorkloadSpec read_workload(Reader& reader, const fs::path& directory, std::uint64_t seed, std::vector<Places>& places) {
  const std::vector<std::string> kinds{"constant", "schedule", "trace", "training", "inference"};
  WorkloadSpec spec;
  spec.seed = seed;
  Reader jobs = reader.child("jobs");
  for (auto& [name, job_reader] : jobs.entries()) {
    JobSpec job;
    job.name = name;
    places.push_back(places_of(job_reader));
    for (Reader& range : job_reader.items("racks")) job.racks.push_back(read_rack_range(range));
    job.start = job_reader.quantity("start", "s", not_negative, job.start);
    job.end = job_reader.quantity("end", "s", positive, job.end);
    const std::string kind = job_reader.text("kind");
    if (kind == "constant")
      job.kind = ConstantSpec{job_reader.quantity("activity", "1", fraction)};
    else if (kind == "schedule")
      job.kind = read_schedule(job_reader);
    else if (kind == "trace")
      job.kind = read_trace(job_reader, directory, spec.power);
    else if (kind == "training")
      job.kind = read_training(job_reader);
    else if (kind == "inference")
      job.kind = read_inference(job_reader, directory);
    else if (!kind.empty())
      job_reader.report("unknown kind of job", kind, suggestion(kind, kinds), "kind");
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) job_reader.finish();
    spec.jobs.push_back(std::move(job));
  }
  reader.finish();
  return spec;
}

}  // namespace wattloop
