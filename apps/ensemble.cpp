// wattloop ensemble: many variants of a case.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/ensemble.h"
#include "io/errors.h"

namespace wattloop {

namespace {

volatile std::sig_atomic_t is_stopped = 0;

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct EnsembleArguments {
  CaseArguments input;
  std::string members, directory = "out", json;
  int batch = EnsembleOptions{}.batch;
  bool strict = false;
};

/// A line that rewrites itself, once it is worth it.
class EnsembleProgress {
 public:
  void operator()(std::size_t done, std::size_t all) {
    const double elapsed = wall_clock() - begin_;
    if (elapsed < 2.0 || elapsed - shown_ < 0.5) return;
    shown_ = elapsed;
    const double left = elapsed * static_cast<double>(all - done) / static_cast<double>(done);
    fmt::print(stderr, "\r{} of {} members, {:.0f} s, about {:.0f} s left   ", done, all, elapsed, left);
    std::fflush(stderr);
  }
  void end() const {
    if (shown_ > 0.0) fmt::print(stderr, "\n");
  }
  double elapsed() const { return wall_clock() - begin_; }

 private:
  double begin_ = wall_clock(), shown_ = 0.0;  // s
};

std::filesystem::path output_file(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    throw InputError({{directory, 0, 0, "", "cannot make this directory", error.message(), "one that can be written"}});
  return std::filesystem::path(directory) / "members.csv";
}

/// Settings of the command line hold for all members; those of a member are nearer.
std::vector<EnsembleMember> members_of(const EnsembleArguments& arguments) {
  std::vector<EnsembleMember> members = read_members(arguments.members);
  const auto common = arguments.input.overrides();
  for (EnsembleMember& member : members) {
    member.settings.insert(member.settings.begin(), common.begin(), common.end());
    member.origins.insert(member.origins.begin(), common.size(), Origin{"--set", 0, 0, ""});
  }
  return members;
}

int ensemble(const EnsembleArguments& arguments) {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, [](int) { is_stopped = 1; });
  const EnsembleProgress setup;
  const Ensemble ensemble(arguments.input.file, members_of(arguments), arguments.input.thread_count());
  const std::filesystem::path file = output_file(arguments.directory);
  require_writable(file.string());
  require_writable(arguments.json);
  fmt::print(stderr, "{} members, read in {:.1f} s\n", ensemble.members().size(), setup.elapsed());
  EnsembleProgress progress;
  EnsembleOptions options;
  options.threads = arguments.input.thread_count();
  options.batch = arguments.batch;
  options.progress = [&](std::size_t done, std::size_t all) { progress(done, all); };
  options.interrupted = [] { return is_stopped != 0; };
  const std::vector<MemberResult> results = ensemble.run(options);
  progress.end();
  write_output(file.string(), to_csv(ensemble, results));
  if (!arguments.json.empty()) write_output(arguments.json, to_json(ensemble, results));
  std::size_t run = 0, failed = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    run += results[i].was_run;
    if (results[i].error.empty()) continue;
    ++failed;
    fmt::print(stderr, "member {}: {}\n", ensemble.members()[i].name, results[i].error);
  }
  fmt::print(arguments.json == "-" ? stderr : stdout, "{} of {} members run, {} failed, in {:.2f} s; results in {}\n",
             run, results.size(), failed, progress.elapsed(), file.string());
  if (run < results.size()) return interrupted;
  return arguments.strict && failed > 0 ? solver_failure : fine;
}

}  // namespace

void add_ensemble(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("ensemble", "runs many variants of a case together");
  auto arguments = std::make_shared<EnsembleArguments>();
  arguments->input.add_to(*command)->required();
  command
      ->add_option("members", arguments->members,
                   "a CSV file: a column for each path that is set, a row for each member; `name` names them")
      ->required();
  command->add_option("-o,--output", arguments->directory, "directory of the results, members.csv (default: out)");
  command->add_option("--json", arguments->json, "also writes the results as JSON to this file (- for the terminal)");
  command
      ->add_option("--batch", arguments->batch,
                   "members that advance together with common steps; results depend on it within the tolerance")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--strict", arguments->strict, "ends with exit code 3 if a member has failed");
  command->callback([&code, arguments] { code = ensemble(*arguments); });
}

}  // namespace wattloop
