// wattloop sweep: a study.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "apps/command.h"
#include "apps/job_array.h"
#include "apps/progress.h"
#include "apps/start_ranks.h"
#include "io/errors.h"
#include "io/sweep.h"
#include "io/sweep_needs.h"
#include "io/sweep_results.h"

namespace wattloop {

namespace {

struct SweepArguments {
  std::string study, directory = "out", json, part;
  std::vector<std::string> settings;
  int threads = 0;
  std::size_t most_members = 100'000;
  bool resume = false, strict = false, here = false, no_pictures = false;
};

/// What can be gathered nowhere is refused whatever is allowed. Of more than `most` it asks on a terminal, and refuses
/// them elsewhere.
void require_size(const Study& study, std::size_t most) {
  const std::size_t n = study.size();
  const std::string count =
      fmt::format("{} members", n >= 1'000'000'000'000'000'000 ? "more than 1e18" : fmt::format("{}", n));
  const SweepNeeds needs = needs_of(study);
  if (needs.memory > memory_of_machine())
    throw InputError({{study.file, 0, 0, "", "results that do not fit into the memory of this machine",
                       fmt::format("{}, {}", count, bytes_text(needs.memory)),
                       fmt::format("at most {}", bytes_text(memory_of_machine()))}});
  if (n <= most) return;
  if (isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0) {
    constexpr double quick = 10e-3;  // s of a core: a steady state of a small plant
    fmt::print(
        stderr,
        "{}: {}, about {} of memory and {} of files; {:.2g} hours of a core if each takes {:.0f} ms, as a steady "
        "state of a small plant does. Compute them all? [y/N] ",
        study.name, count, bytes_text(needs.memory), bytes_text(needs.files), static_cast<double>(n) * quick / 3600.0,
        1e3 * quick);
    std::string answer;
    if (std::getline(std::cin, answer) && (answer == "y" || answer == "yes")) return;
  }
  throw InputError(
      {{study.file, 0, 0, "", "a large study", count, fmt::format("{}; --most-members {} allows it", most, n)}});
}

/// "2/8" as the second of eight: counted from 0 inside.
std::pair<int, int> part_of(const std::string& text) {
  int part = 0, parts = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d/%d%c", &part, &parts, &rest) != 2 || part < 1 || parts < part)
    throw InputError({{"--part", 0, 0, "", "not a part", text, "K/N with K from 1 to N, as in 2/8"}});
  return {part - 1, parts};
}

/// The same sweep as a command without what says where it runs.
std::vector<std::string> command_of(const SweepArguments& arguments) {
  namespace fs = std::filesystem;
  std::vector<std::string> command{own_program(), "sweep", fs::absolute(arguments.study).string(), "-o",
                                   fs::absolute(arguments.directory).string()};
  for (const std::string& setting : arguments.settings) command.insert(command.end(), {"--set", setting});
  command.insert(command.end(), {"--most-members", std::to_string(arguments.most_members)});
  if (arguments.threads > 0) command.insert(command.end(), {"--threads", std::to_string(arguments.threads)});
  if (arguments.resume) command.emplace_back("--resume");
  if (arguments.strict) command.emplace_back("--strict");
  if (arguments.no_pictures) command.emplace_back("--no-pictures");
  if (!arguments.json.empty()) command.insert(command.end(), {"--json", arguments.json});
  return command;
}

/// Becomes mpirun with this sweep; returns only by an exception.
[[noreturn]] void become_ranks(const SweepArguments& arguments, const StudyPlace& place) {
  std::vector<std::string> words{"mpirun", "-n", std::to_string(place.ranks)};
  words.insert(words.end(), place.options.begin(), place.options.end());
  for (std::string& word : command_of(arguments)) words.push_back(std::move(word));
  words.emplace_back("--here");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::fflush(nullptr);
  execvp("mpirun", pointers.data());
  throw std::runtime_error("there is no mpirun here: --here computes on this machine without it");
}

/// By Slurm: its tasks write the journals.
void compute_by_array(const SweepArguments& arguments, const Study& study) {
  SweepArguments of_task = arguments;
  of_task.resume = of_task.strict = false;
  of_task.json.clear();
  const std::string directory = std::filesystem::absolute(arguments.directory).string();
  fmt::print(stderr, "{}: {} members in {} tasks of a job array\n", study.name, study.size(), study.place.array_tasks);
  submit({directory, command_of(of_task), study.place.array_tasks, study.place.options}, study.place.waits);
}

void compute(const SweepArguments& arguments, const Sweep& sweep, int threads, std::pair<int, int> part) {
  Progress progress;
  SweepOptions options;
  options.directory = arguments.directory;
  options.threads = threads;
  std::tie(options.part, options.parts) = part;
  if (part.first == 0)
    options.progress = [&](std::size_t done, std::size_t all) {
      progress.show(static_cast<double>(done) / static_cast<double>(all), fmt::format("{} of {} members", done, all));
    };
  options.interrupted = is_stopped;
  sweep.run(options);
  progress.end();
}

/// Writes what the journals hold; returns the exit code.
int finish(const SweepArguments& arguments, const Sweep& sweep) {
  const Study& study = sweep.study();
  const SweepResults results = read_journals(arguments.directory, sweep.id(), study.size());
  const std::filesystem::path directory = arguments.directory;
  const SweepSummary summary = summarise(study, results);
  const std::string json = to_json(study, summary, results);
  write_output((directory / "sweep.csv").string(), to_csv(study, results));
  write_dataset((directory / "sweep.h5").string(), study, results, sweep.id());
  write_output((directory / "sweep.json").string(), json);
  if (!arguments.json.empty()) write_output(arguments.json, json);
  fmt::print(arguments.json == "-" ? stderr : stdout, "{}", to_text(study, summary, results));
  bool is_drawn = false;
  if (!arguments.no_pictures) try {
      draw((directory / "sweep.png").string(), study, results);
      is_drawn = true;
    } catch (const std::exception& error) {  // a picture less is no failure
      fmt::print(stderr, "warning: {}\n", error.what());
    }
  fmt::print(stderr, "results in {}: sweep.csv, sweep.h5, sweep.json{}\n", directory.string(),
             is_drawn ? ", sweep.png" : "");
  if (summary.fine + summary.failed < summary.members) return interrupted;
  return arguments.strict && summary.failed > 0 ? solver_failure : fine;
}

int sweep(const SweepArguments& arguments, Ranks& ranks) {
  stop_on_signals();
  const bool is_part = !arguments.part.empty();
  std::pair<int, int> part = is_part ? part_of(arguments.part) : std::pair{ranks.rank(), ranks.size()};
  Study read = read_study(arguments.study, parse_settings(arguments.settings));
  ranks.on_first([&] { require_size(read, arguments.most_members); });
  const StudyPlace place = read.place;
  SweepArguments allowed = arguments;  // nobody asks those that this sweep starts
  allowed.most_members = std::max(arguments.most_members, read.size());
  const bool goes_elsewhere = !is_part && !arguments.here && ranks.size() == 1;
  if (goes_elsewhere && place.ranks > 0) become_ranks(allowed, place);
  const int own_threads = ranks.size() > 1 ? 1 : all_cores();  // ranks share the cores of their machine
  const int threads = arguments.threads > 0 ? arguments.threads : place.threads > 0 ? place.threads : own_threads;
  const Sweep sweep(std::move(read));
  if (is_part) {
    claim_for_sweep(arguments.directory, sweep.study().name, sweep.id(), true);  // of a sweep that goes on
    compute(arguments, sweep, threads, part);
    return is_stopped() ? interrupted : fine;
  }
  ranks.on_first([&] {
    require_writable(arguments.json);
    sweep.check(threads);
    claim_for_sweep(arguments.directory, sweep.study().name, sweep.id(), arguments.resume);
  });
  if (goes_elsewhere && place.array_tasks > 0) {
    compute_by_array(allowed, sweep.study());
    if (place.waits) return finish(arguments, sweep);
    fmt::print("when its tasks are done, this gathers their results: {} --resume --here\n",
               shell_line(command_of(allowed)));
    return fine;
  }
  if (ranks.is_first())
    fmt::print(stderr, "{}: {} members on {} threads{}\n", sweep.study().name, sweep.study().size(), threads,
               ranks.size() > 1 ? fmt::format(" of each of {} ranks", ranks.size()) : "");
  compute(arguments, sweep, threads, part);
  ranks.any(false);  // all journals are written
  int code = fine;
  ranks.on_first([&] { code = finish(arguments, sweep); });
  return code;
}

/// The same on each of the ranks that were started, if there are any.
int sweep_in_ranks(const SweepArguments& arguments) {
  const std::unique_ptr<StartedRanks> ranks = arguments.part.empty() ? start_ranks() : nullptr;
  if (!ranks) return sweep(arguments, Workers::alone());
  int code = fine;
  std::string failure;
  try {
    code = sweep(arguments, *ranks);
  } catch (const std::exception& error) {
    failure = error.what();
    if (ranks->is_first())
      code = report(error);
    else if (!dynamic_cast<const FirstRankFailed*>(&error))
      code = exit_code(error);
  }
  return ranks->leave(code, failure);
}

}  // namespace

void add_sweep(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("sweep", "runs a study: many variants of a case");
  auto arguments = std::make_shared<SweepArguments>();
  command->add_option("study", arguments->study, "the study (YAML), or a directory that holds a study.yaml")
      ->required();
  command->add_option("-o,--output", arguments->directory, "directory of the results (default: out)");
  command->add_option("--set", arguments->settings,
                      "changes a value of the study: path=value, as in --set design.members=64; may be repeated");
  command->add_flag("--resume", arguments->resume, "finishes what is missing of the sweep in the directory");
  command
      ->add_option("--threads", arguments->threads, "threads to use (default: all cores; results do not depend on it)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--json", arguments->json, "also writes the summary as JSON to this file (- for the terminal)");
  command->add_option("--most-members", arguments->most_members,
                      "a study with more members is not begun without a question (default: 100000)");
  command->add_flag("--strict", arguments->strict, "ends with exit code 3 if a member has failed");
  command->add_flag("--here", arguments->here, "computes in this process whatever the study says about where it runs");
  command->add_option("--part", arguments->part,
                      "computes the K-th of N parts of the members, K/N, into a journal of its own");
  command->add_flag("--no-pictures", arguments->no_pictures, "draws nothing");
  command->footer(
      "Each finished member is kept at once: a sweep that is killed goes on with --resume, and its tables are those "
      "of\n"
      "one that was not, but for the seconds. By mpirun the ranks share the members; a study with runs_on: {slurm: "
      "...}\n"
      "is submitted as a job array. docs/sweeps.md describes the study.");
  command->callback([&code, arguments] { code = sweep_in_ranks(*arguments); });
}

}  // namespace wattloop
