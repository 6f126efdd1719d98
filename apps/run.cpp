// wattloop run: a case through time.

#include "io/run.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/command.h"
#include "apps/progress.h"
#include "apps/start_ranks.h"
#include "io/checkpoint.h"
#include "io/run_file.h"
#include "io/units.h"

namespace wattloop {

namespace {

struct RunArguments {
  CaseArguments input;
  std::string directory, json, resume, from, at;
  double checkpoint_interval = 600.0, kept_checkpoint_interval = 0.0;  // s
  bool reference = false, year = false;
};

/// What is run, and how it begins.
struct Plan {
  Case description;
  RunOptions options;
};

[[noreturn]] void refuse(const std::string& where, const std::string& what, const std::string& allowed) {
  throw InputError({{where, 0, 0, "", what, "", allowed}});
}

void require_fitting(const RunArguments& a) {
  if (a.resume.empty() && a.from.empty() && a.input.file.empty())
    refuse("run", "a case is missing", "a case file, --resume DIR or --from DIR --at TIME");
  if (!a.resume.empty() && (!a.input.file.empty() || !a.input.settings.empty() || !a.from.empty() || a.year ||
                            a.reference || !a.directory.empty()))
    refuse("run", "--resume goes on with a run as it was begun", "--threads, --json and checkpoint options beside it");
  if (a.from.empty() != a.at.empty()) refuse("run", "--from and --at belong together", "--from DIR --at TIME");
  if (!a.from.empty() && (!a.input.file.empty() || a.year || a.reference))
    refuse("run", "--from takes the case, and how it is run, from the run", "--set for what is to be different");
  for (const std::string& setting : a.input.settings)
    if (!a.from.empty() && ("." + setting).find(".sequences.") < setting.find('='))
      refuse("--set " + setting, "sequences go on in a branch as they were set", "another value, or a run of its own");
  std::error_code error;
  if (!a.from.empty() && std::filesystem::equivalent(a.from, a.directory.empty() ? "out" : a.directory, error))
    refuse("run", "a branch would overwrite the run it comes from", "another directory with -o");
}

Plan resumed(const RunArguments& arguments) {
  const RunOrigin origin = origin_of(arguments.resume);
  if (!std::filesystem::exists(checkpoint_path(arguments.resume)))
    refuse(arguments.resume, origin.is_complete ? "this run is complete" : "there is no checkpoint here",
           "the directory of a run that was ended after its first checkpoint");
  Plan plan{origin.read(), {}};
  plan.options.directory = arguments.resume;
  plan.options.reference = origin.reference;
  plan.options.resume = true;
  return plan;
}

Plan branched(const RunArguments& arguments) {
  const RunOrigin origin = origin_of(arguments.from);
  RunOrigin changed = origin;
  for (auto& setting : arguments.input.overrides()) changed.settings.push_back(std::move(setting));
  Plan plan{changed.read(), {}};
  plan.options.reference = origin.reference;
  return plan;
}

Plan begun(const RunArguments& arguments) {
  Plan plan{read_case(arguments.input.file, arguments.input.overrides()), {}};
  if (arguments.year) {
    auto settings = year_settings(plan.description);
    for (auto& setting : arguments.input.overrides()) settings.push_back(std::move(setting));
    plan.description = read_case(arguments.input.file, settings);
  }
  plan.options.reference = arguments.reference;
  return plan;
}

void show(Progress& progress, double t, double duration) {
  progress.show(t / duration, fmt::format("{:.2f} of {:.2f} h simulated", t / 3600.0, duration / 3600.0));
}

/// The state at the moment of the branch; nothing if it was interrupted on the way there.
std::optional<BranchPoint> branch_of(const RunArguments& arguments, const Twin& twin, Workers workers,
                                     Progress& progress) {
  const RunFile run((std::filesystem::path(arguments.from) / "run.h5").string());
  const double time = run.times()[run.record_at(arguments.at)];
  if (time >= twin.description().run.duration)
    refuse("run", "the branch would begin at its end", "a longer run.duration, or an earlier moment");
  if (twin.ranks().is_first())
    fmt::print(stderr, "the branch begins at the record of {}\n",
               format_time(twin.description().run.start + time, twin.description().site.utc_offset));
  const auto stop = [&](double t, double duration) {
    if (twin.ranks().is_first()) show(progress, t, duration);
    return twin.ranks().any(is_stopped());
  };
  auto point = branch_point(arguments.from, time, twin, workers, stop);
  if (point) point->has_changes = !arguments.input.settings.empty();
  return point;
}

/// What the first rank says.
void tell_outcome(const RunArguments& arguments, const std::vector<std::string>& told, const std::string& directory,
                  RunOutcome& outcome) {
  if (!arguments.json.empty()) write_output(arguments.json, to_json(outcome.summary));
  const auto is_told = [&](const std::string& w) { return std::find(told.begin(), told.end(), w) != told.end(); };
  std::erase_if(outcome.summary.warnings, is_told);
  fmt::print("{}", to_text(outcome.summary));
  fmt::print("  results in {0}/run.h5; ParaView opens {0}/run.xmf (or runs {0}/run_view.py)\n", directory);
  if (!outcome.error.empty())
    fmt::print(stderr, "wattloop: {}\n", outcome.error);
  else if (outcome.interrupted)
    fmt::print(stderr, "interrupted; to go on: wattloop run --resume {}\n", directory);
}

void tell_start(const RunArguments& arguments, const Twin& twin) {
  const char* way = !arguments.resume.empty() ? "going on from its checkpoint"
                    : !arguments.from.empty() ? "coming to the moment of the branch"
                                              : "finding the steady state to start from";
  const int ranks = twin.ranks().size();
  fmt::print(stderr, "{}: {} unknowns, {} GPUs; {}{}\n", twin.description().name, twin.network().system().size(),
             twin.gpus(), ranks > 1 ? fmt::format("{} ranks; ", ranks) : "", way);
  for (const std::string& warning : twin.warnings()) fmt::print(stderr, "warning: {}\n", warning);
}

int run(const RunArguments& arguments, const std::string& command_line, Ranks& ranks) {
  Progress progress;
  require_fitting(arguments);
  stop_on_signals();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error like a full device
  auto [description, options] = !arguments.resume.empty() ? resumed(arguments)
                                : !arguments.from.empty() ? branched(arguments)
                                                          : begun(arguments);
  if (options.reference && ranks.size() > 1)
    refuse("run", "the reference integrates on one rank", "a run without mpirun, or without --reference");
  if (!options.resume) options.directory = arguments.directory.empty() ? "out" : arguments.directory;
  // Ranks share the cores of their machine: one thread each unless asked for more.
  const bool shares = ranks.size() > 1 && arguments.input.threads == 0;
  const Workers workers(shares ? 1 : arguments.input.thread_count(), &ranks);
  Twin twin(std::move(description), workers);
  ranks.on_first([&] { require_writable(arguments.json); });
  const double setup = progress.elapsed();
  const std::vector<std::string> told = twin.warnings();
  if (ranks.is_first()) tell_start(arguments, twin);
  if (!arguments.from.empty() && !(options.from = branch_of(arguments, twin, workers, progress))) return interrupted;
  options.command_line = command_line;
  options.checkpoint_interval = arguments.checkpoint_interval;
  options.kept_checkpoint_interval = arguments.kept_checkpoint_interval;
  options.progress = [&](double t, double duration) { show(progress, t, duration); };
  options.interrupted = is_stopped;
  options.warn = [](const std::string& what) { fmt::print(stderr, "warning: {}\n", what); };
  RunOutcome outcome = run_case(twin, options);
  if (!ranks.is_first()) return fine;
  progress.end();
  outcome.summary.setup_time = setup;
  tell_outcome(arguments, told, options.directory, outcome);
  return !outcome.error.empty() ? solver_failure : outcome.interrupted ? interrupted : fine;
}

/// The same on each of the ranks that were started, if there are any.
int run_in_ranks(const RunArguments& arguments, const std::string& command_line) {
  const std::unique_ptr<StartedRanks> ranks = start_ranks();
  if (!ranks) return run(arguments, command_line, Workers::alone());
  int code = fine;
  std::string failure;
  try {
    code = run(arguments, command_line, *ranks);
  } catch (const std::exception& error) {
    failure = error.what();
    if (ranks->is_first())
      code = report(error);
    else if (!dynamic_cast<const FirstRankFailed*>(&error))
      code = exit_code(error);
  }
  return ranks->leave(code, failure);
}

/// "10min" as seconds of the wall clock or of the run.
CLI::Option* add_interval(CLI::App& command, const std::string& name, double& seconds, const std::string& help) {
  return command.add_option_function<std::string>(
      name,
      [&seconds, name](const std::string& text) {
        try {
          seconds = text == "0" ? 0.0 : quantity(text, "s");
        } catch (const std::exception& error) {
          throw CLI::ValidationError(name, error.what());
        }
        if (!(seconds >= 0.0)) throw CLI::ValidationError(name, "not a time: " + text);
      },
      help);
}

}  // namespace

void add_run(CLI::App& program, int& code, const std::string& command_line) {
  CLI::App* command = program.add_subcommand("run", "runs a case through time and writes its results");
  auto arguments = std::make_shared<RunArguments>();
  arguments->input.add_to(*command);
  command->add_option("-o,--output", arguments->directory, "directory of the results (default: out)");
  command->add_option("--json", arguments->json, "also writes the summary as JSON to this file (- for the terminal)");
  command->add_flag("--year", arguments->year,
                    "runs the calendar year at steps of an hour, copies of a part merged; --set changes what it sets");
  command->add_flag("--reference", arguments->reference, "integrates with IDA (slow) instead of SDIRK3");
  command->add_option("--resume", arguments->resume,
                      "goes on with the run in this directory from its checkpoint, as if it had not been ended");
  command->add_option("--from", arguments->from,
                      "branches off the run in this directory: its state at --at, come to from its latest checkpoint "
                      "until then (or its start) without records, then goes on with what --set changes");
  command->add_option("--at", arguments->at, "moment of the branch, to the nearest record: 14:00, 2026-07-15T14:00");
  add_interval(*command, "--checkpoint-every", arguments->checkpoint_interval,
               "time between checkpoints by the wall clock (default: 10min; 0: only when interrupted)");
  add_interval(*command, "--keep-checkpoint-every", arguments->kept_checkpoint_interval,
               "keeps a checkpoint each such time of the run, to branch from it (default: 0, none)");
  command->footer("SIGINT, SIGTERM and SIGUSR1 end the run with valid results and a checkpoint; the exit code is 130.");
  command->callback([&code, arguments, command_line] { code = run_in_ranks(*arguments, command_line); });
}

}  // namespace wattloop
