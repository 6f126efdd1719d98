#include "io/run.h"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/checkpoint.h"
#include "io/consequences.h"
#include "io/record_writer.h"
#include "io/results_directory.h"
#include "io/run_file.h"
#include "io/xdmf_writer.h"
#include "meshes/site_layout.h"
#include "solver/errors.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
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

RunFileSpec file_spec(const Twin& twin, const CaseRun& run, const RunOptions& options, const std::string& fingerprint) {
  const double begin = run.begin();
  const Case& c = twin.description();
  RunFileSpec spec;
  spec.path = (fs::path(options.directory) / "run.h5").string();
  spec.title = c.name;
  spec.groups = run.recorder().groups();
  spec.capacity = static_cast<std::size_t>(std::floor((c.run.duration - begin) / c.run.record_interval + 1e-9)) + 3;
  spec.start_time = c.run.start;
  spec.utc_offset = c.site.utc_offset;
  spec.layout = layout_of(twin, run.recorder().groups());
  for (const DetailRecorder& detail : run.details())
    spec.groups.insert(spec.groups.end(), detail.groups().begin(), detail.groups().end());
  for (const RecordRule& rule : c.record_rules) spec.more_capacities.push_back(rule.records_from(begin));
  auto& entries = spec.provenance.entries;
  entries = {{"program", fmt::format("wattloop {}", WATTLOOP_VERSION)},
             {"case_format", std::to_string(case_version)},
             {"command", options.command_line},
             {"case_file", c.file},
             {"case_path", fs::absolute(c.file).lexically_normal().string()},
             {"fingerprint", fingerprint},
             {"seed", std::to_string(c.run.seed)},
             {"tolerance_K", fmt::format("{}", c.run.tolerance)},
             {"integrator", options.reference ? "IDA" : "SDIRK3"},
             {"weather", c.weather ? c.weather->description() : "none"},
             {"workload", twin.workload() ? twin.workload()->describe() : "none"}};
  std::map<std::string, std::string> settings;  // the last of a path counts
  for (const auto& [path, value] : c.overrides) settings[path] = value;
  for (const auto& [path, value] : settings) entries.emplace_back("set " + path, value);
  if (begin > 0.0) entries.emplace_back("branch_time", fmt::format("{} s", begin));
  if (options.from) entries.emplace_back("branch_of", options.from->origin);
  spec.provenance.texts = {{"case", c.text}, {"settings", nlohmann::json(c.overrides).dump()}};
  for (std::size_t i = 0; i < c.bases.size(); ++i)
    spec.provenance.texts.emplace_back(i == 0 ? "extends" : fmt::format("extends_{}", i + 1), c.bases[i].text);
  return spec;
}

void write_text(const fs::path& path, const std::string& text) {
  errno = 0;
  if (!(std::ofstream(path) << text).flush())
    throw std::runtime_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

/// The run of a case with its files.
class FiledRun {
 public:
  FiledRun(Twin& twin, const RunOptions& options)
      : twin_(twin),
        options_(options),
        fingerprint_(fingerprint(twin, options.reference)),
        run_(twin, options.reference) {
    kept_.command = options.command_line;
  }

  RunOutcome operator()();

 private:
  /// What a checkpoint holds beside the state of the run.
  struct Kept {
    std::vector<std::size_t> records;           ///< of each series
    double wall_time = 0.0, steady_time = 0.0;  // s
    std::string command;
    std::vector<double> resumed;  ///< s of the run

    void archive(Archive& archive) { archive(records, wall_time, steady_time, command, resumed); }
  };

  /// All ranks run the case, the first one has the files.
  Ranks& ranks() const { return twin_.ranks(); }
  template <class F>
  void on_first(const F& f) {
    ranks().on_first(f);
  }
  bool is_first() const { return ranks().is_first(); }
  void begin();
  void resume();
  void fail_together();
  void remove_checkpoints();
  bool at_instant(double t);
  void save(const std::string& path, double t);
  void try_to_save(const std::string& path, double t, bool must);
  void write_files(bool interrupted);

  Twin& twin_;
  const RunOptions& options_;
  std::string fingerprint_;
  CaseRun run_;
  Kept kept_;
  std::optional<RecordWriter> file_;
  double clock_ = 0.0, saved_at_ = 0.0;  ///< of the wall: when the integration began, when it was last saved; s
  double next_kept_ = 0.0;               // s of the run
  std::string warned_;
  std::string not_written_;  ///< why a record could not be written
  RunOutcome outcome_;
};

void FiledRun::begin() {
  const double clock = wall_clock();
  if (options_.from)
    run_.branch(*options_.from);
  else
    run_.start();
  kept_.steady_time = wall_clock() - clock;
  on_first([this] {
    file_.emplace(ResultsFile(file_spec(twin_, run_, options_, fingerprint_)));
    remove_checkpoints();
  });
  // A branch cannot be computed again from the start of its own case.
  if (options_.from) save(kept_checkpoint_path(options_.directory, run_.time()), run_.time());
}

void FiledRun::remove_checkpoints() {
  std::error_code ignored;
  for (const std::string& path : checkpoints_until(options_.directory, std::numeric_limits<double>::infinity()))
    fs::remove(path, ignored);
}

void FiledRun::resume() {
  const std::string path = checkpoint_path(options_.directory);
  Checkpoint checkpoint = read_checkpoint(path, fingerprint_);
  try {
    Archive archive(std::move(checkpoint.state));
    run_.archive(archive);
    archive(kept_);
    if (!archive.at_end()) throw ArchiveError("holds more than this program knows of");
  } catch (const ArchiveError& error) {
    throw InputError({{path, 0, 0, "", "the checkpoint does not fit this program", error.what(), ""}});
  }
  kept_.resumed.push_back(checkpoint.time);
  RunOptions as_begun = options_;
  as_begun.command_line = kept_.command;
  on_first([&] { file_.emplace(ResultsFile(file_spec(twin_, run_, as_begun, fingerprint_), kept_.records)); });
}

void FiledRun::save(const std::string& path, double t) {
  Archive archive;
  run_.archive(archive);
  on_first([&] {
    Kept kept = kept_;
    file_->drain();
    kept.records = file_->settled().records();
    kept.wall_time += wall_clock() - clock_;
    archive(kept);
    file_->settled().sync();
    write_checkpoint(path, t, fingerprint_, archive.bytes());
  });
}

/// A run does not end because a checkpoint cannot be written, unless it was asked to end with one.
void FiledRun::try_to_save(const std::string& path, double t, bool must) {
  try {
    save(path, t);
  } catch (const std::runtime_error& error) {
    if (must) {
      outcome_.error = error.what();
    } else if (warned_ != error.what()) {
      warned_ = error.what();
      if (options_.warn && is_first()) options_.warn(warned_);
    }
  }
}

/// A record that could not be written ends the run.
void FiledRun::fail_together() {
  if (ranks().any(!not_written_.empty())) throw std::runtime_error(ranks().broadcast(not_written_, 0));
}

/// Whether the run ends here: interrupted.
bool FiledRun::at_instant(double t) {
  fail_together();
  if (options_.progress && is_first()) options_.progress(t, twin_.description().run.duration);
  if (!run_.is_resumable()) return false;
  if (options_.kept_checkpoint_interval > 0.0 && t >= next_kept_) {
    try_to_save(kept_checkpoint_path(options_.directory, t), t, false);
    next_kept_ = (std::floor(t / options_.kept_checkpoint_interval + 1e-9) + 1.0) * options_.kept_checkpoint_interval;
  }
  const bool stops = ranks().any(options_.interrupted && options_.interrupted());
  const double interval = options_.checkpoint_interval;
  const bool is_due = interval > 0.0 && ranks().any(is_first() && wall_clock() - saved_at_ >= interval);
  if (stops || is_due) {
    try_to_save(checkpoint_path(options_.directory), t, stops);
    saved_at_ = wall_clock();
  }
  return stops;
}

void FiledRun::write_files(bool interrupted) {
  std::vector<EventRecord> events;
  for (const LogEntry& e : twin_.log()) events.push_back({e.time, e.path, e.what});
  std::vector<std::pair<std::string, std::string>> late = {{"ended", !outcome_.error.empty() ? outcome_.error
                                                                     : interrupted           ? "interrupted"
                                                                                             : "complete"}};
  if (!outcome_.summary.ride_through.empty())
    late.emplace_back("ride_through", ride_through_json(outcome_.summary.ride_through).dump());
  if (!kept_.resumed.empty()) late.emplace_back("resumed", fmt::format("at {} s", fmt::join(kept_.resumed, ", ")));
  file_->settled().finish(events, late);
  const fs::path directory(options_.directory);
  write_xdmf((directory / "run.h5").string());
  write_text(directory / "summary.json", to_json(outcome_.summary));
  if (!outcome_.summary.consequences.racks.empty())
    write_text(directory / "consequences.csv", to_csv(outcome_.summary.consequences));
  write_text(directory / "summary.txt", to_text(outcome_.summary));
}

RunOutcome FiledRun::operator()() {
  on_first([this] {
    make_results_directory(options_.directory);
    remove_unfinished_checkpoints(options_.directory);
  });
  clock_ = wall_clock();
  if (options_.resume)
    resume();
  else
    begin();
  if (is_first() && ranks().size() > 1 && twin_.dealt_regions() == 0 && options_.warn)
    options_.warn(fmt::format("no part of the plant is large enough to be one rank's: {} do the same", ranks().size()));
  clock_ = saved_at_ = wall_clock();
  next_kept_ = options_.resume ? run_.time() : 0.0;
  if (is_first())
    run_.on_record([this](int series, double t, const auto& values) {
      try {
        if (not_written_.empty()) file_->write(series, t, values);
      } catch (const std::runtime_error& error) {
        not_written_ = error.what();
      }
    });
  run_.stop_if([this](double t) { return at_instant(t); });
  try {
    outcome_.interrupted = !run_.run(twin_.description().run.duration);
    if (file_) file_->drain();
  } catch (const std::runtime_error& error) {
    outcome_.error = error.what();
  }
  outcome_.summary = run_.finish();
  if (!warned_.empty()) outcome_.summary.warnings.push_back(warned_);
  outcome_.summary.wall_time = kept_.wall_time + wall_clock() - clock_;
  outcome_.summary.steady_time = kept_.steady_time;
  if (!is_first()) return std::move(outcome_);
  try {
    write_files(outcome_.interrupted);
  } catch (const std::runtime_error& error) {
    if (outcome_.error.empty()) outcome_.error = error.what();
  }
  std::error_code ignored;
  if (!outcome_.interrupted && outcome_.error.empty()) fs::remove(checkpoint_path(options_.directory), ignored);
  return std::move(outcome_);
}

}  // namespace

RunOutcome run_case(Twin& twin, const RunOptions& options) {
  return FiledRun(twin, options)();
}

}  // namespace wattloop
