#include "io/run.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "io/consequences.h"
#include "io/xdmf_writer.h"
#include "meshes/site_layout.h"
#include "solver/errors.h"
#include "solver/ida.h"
#include "solver/simulation.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

/// After an event sequences are sampled at once and once more after this: longer than the usual changeover delay, s.
constexpr double changeover_time = 0.3;

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void make_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  const fs::path probe = fs::path(directory) / ".writable";
  if (!error && std::ofstream(probe).good()) {
    fs::remove(probe, error);
    return;
  }
  throw InputError({{directory, 0, 0, "", "cannot write into this directory", "", "a directory that can be written"}});
}

/// Where each recorded group stands; groups without a place are left out.
Layout layout_of(const Twin& twin, const std::vector<RecordGroup>& groups) {
  std::vector<LayoutRequest> requests;
  for (const RecordGroup& group : groups) {
    if (group.elements.empty() || group.name == "liquid_nodes" || !has_place(group.name)) continue;
    const bool is_line = group.name == "pipe" || group.name == "line";
    requests.push_back({group.name, is_line ? LayoutRequest::Kind::lines : LayoutRequest::Kind::boxes, group.elements});
  }
  return make_layout(twin.network(), requests);
}

RunFileSpec file_spec(const Twin& twin, const Recorder& recorder, const RunOptions& options) {
  const Case& c = twin.description();
  RunFileSpec spec;
  spec.path = (fs::path(options.directory) / "run.h5").string();
  spec.title = c.name;
  spec.groups = recorder.groups();
  spec.capacity = static_cast<std::size_t>(std::floor(c.run.duration / c.run.record_interval + 1e-9)) + 2;
  spec.start_time = c.run.start;
  spec.utc_offset = c.site.utc_offset;
  spec.layout = layout_of(twin, recorder.groups());
  auto& entries = spec.provenance.entries;
  entries = {{"program", fmt::format("wattloop {}", WATTLOOP_VERSION)},
             {"case_format", std::to_string(case_version)},
             {"command", options.command_line},
             {"case_file", c.file},
             {"seed", std::to_string(c.run.seed)},
             {"tolerance_K", fmt::format("{}", c.run.tolerance)},
             {"integrator", options.reference ? "IDA" : "SDIRK3"},
             {"weather", c.weather ? c.weather->description() : "none"},
             {"workload", twin.workload() ? twin.workload()->describe() : "none"}};
  std::map<std::string, std::string> settings;  // the last of a path counts
  for (const auto& [path, value] : c.overrides) settings[path] = value;
  for (const auto& [path, value] : settings) entries.emplace_back("set " + path, value);
  spec.provenance.texts = {{"case", c.text}};
  for (std::size_t i = 0; i < c.bases.size(); ++i)
    spec.provenance.texts.emplace_back(i == 0 ? "extends" : fmt::format("extends_{}", i + 1), c.bases[i].text);
  return spec;
}

std::unique_ptr<Integrator> make_integrator(Twin& twin, const RunOptions& options) {
  const RunSettings& run = twin.description().run;
  if (options.reference) return std::make_unique<Ida>(twin.system(), Tolerances{run.tolerance}, run.forcing_interval);
  return std::make_unique<Sdirk>(twin.system(), Tolerances{run.tolerance}, run.forcing_interval);
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

}  // namespace

RunOutcome run_case(Twin& twin, const RunOptions& options) {
  const Case& c = twin.description();
  make_directory(options.directory);
  RunOutcome outcome;
  double clock = wall_clock();
  const SteadyStateResult start = twin.steady_state();
  const double steady_time = wall_clock() - clock;
  clock = wall_clock();

  Recorder recorder(twin);
  ResultsFile file(file_spec(twin, recorder, options));
  const std::unique_ptr<Integrator> integrator = make_integrator(twin, options);
  integrator->restart(0.0, start.y);
  Summariser summariser(twin, start.y);
  Simulation simulation(*integrator);
  const auto sample = [&](double t, const auto& y) { return twin.sample_sequences(t, y); };
  for (const CaseEvent& event : c.events) {
    simulation.at(event.time, [&](double t, const auto&) { return twin.apply_event(event, t); });
    // Standby equipment does not wait for the next sample: changeover is a matter of fractions of a second.
    simulation.at(event.time, sample);
    simulation.at(event.time + changeover_time, sample);
  }
  simulation.every(c.run.forcing_interval,
                   [&](double t, const auto&) { return twin.apply_workload(t, t + c.run.forcing_interval); });
  simulation.every(c.run.sample_interval, sample);
  for (const double h : twin.sample_times())
    simulation.every(h, [&twin, h](double, const auto& y) { return twin.sample_controllers(h, y); });
  simulation.when([&](const auto& y) { return twin.hottest_above_trip(y); },
                  [&](double t, const auto& y) { return twin.trip_racks(t, y); });
  simulation.record_every(c.run.record_interval, [&](double t, const auto& y) {
    const auto& values = recorder.record(y);
    file.write(t, values);
    summariser.add(t, recorder, y);
    if (t + c.run.record_interval > c.run.duration) summariser.add_components(recorder, values);
  });
  ConsequenceMonitor monitor(twin);
  simulation.watch([&](double t, const auto& y) { monitor.look(t, y); });
  simulation.stop_if([&](double t) {
    if (options.progress) options.progress(t, c.run.duration);
    return options.interrupted && options.interrupted();
  });
  try {
    outcome.interrupted = !simulation.run(c.run.duration);
  } catch (const SolverError& error) {
    outcome.error = error.what();
  }
  outcome.summary = summariser.finish(integrator->state(), integrator->time());
  outcome.summary.consequences = monitor.finish();
  outcome.summary.statistics = integrator->statistics();
  outcome.summary.wall_time = wall_clock() - clock;
  outcome.summary.steady_time = steady_time;

  std::vector<EventRecord> events;
  for (const LogEntry& e : twin.log()) events.push_back({e.time, e.path, e.what});
  const std::vector<std::pair<std::string, std::string>> late = {{"ended", !outcome.error.empty() ? outcome.error
                                                                           : outcome.interrupted  ? "interrupted"
                                                                                                  : "complete"}};
  file.finish(events, late);
  const fs::path directory(options.directory);
  write_xdmf((directory / "run.h5").string());
  write_text(directory / "summary.json", to_json(outcome.summary));
  if (!outcome.summary.consequences.racks.empty())
    write_text(directory / "consequences.csv", to_csv(outcome.summary.consequences));
  write_text(directory / "summary.txt", to_text(outcome.summary));
  return outcome;
}

}  // namespace wattloop
