// wattloop run: a case through time.

#include "io/run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/command.h"

namespace wattloop {

namespace {

volatile std::sig_atomic_t stop_requested = 0;

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A line that rewrites itself on a terminal, plain lines now and then in a log.
class Progress {
 public:
  void operator()(double t, double duration) {
    const double now = wall_clock();
    const bool terminal = isatty(STDERR_FILENO) != 0;
    const double interval = terminal ? 0.5 : 15.0;  // s
    if (t <= 0.0) begin_ = shown_ = now;
    if (now - begin_ < 2.0 || now - shown_ < interval) return;
    shown_ = now;
    const double left = (now - begin_) * (duration - t) / t;
    fmt::print(stderr, "{}{:5.1f} %  {:.2f} of {:.2f} h simulated, about {:.0f} s left{}", terminal ? "\r" : "",
               100.0 * t / duration, t / 3600.0, duration / 3600.0, left, terminal ? "   " : "\n");
    printed_ = terminal;
  }
  void end() const {
    if (printed_) fmt::print(stderr, "\n");
  }

 private:
  double begin_ = 0.0, shown_ = 0.0;
  bool printed_ = false;
};

struct RunArguments {
  CaseArguments input;
  std::string directory = "out", json;
  bool reference = false, year = false;
};

int run(const RunArguments& arguments, const std::string& command_line) {
  const double begin = wall_clock();
  Case description = read_case(arguments.input.file, arguments.input.overrides());
  if (arguments.year) {
    auto settings = year_settings(description);
    for (auto& setting : arguments.input.overrides()) settings.push_back(std::move(setting));
    description = read_case(arguments.input.file, settings);
  }
  Twin twin(std::move(description), arguments.input.thread_count());
  require_writable(arguments.json);
  const double setup = wall_clock() - begin;
  fmt::print(stderr, "{}: {} unknowns, {} GPUs; finding the steady state to start from\n", twin.description().name,
             twin.system().size(), twin.gpus());
  const std::vector<std::string> told = twin.warnings();
  for (const std::string& warning : told) fmt::print(stderr, "warning: {}\n", warning);
  const auto is_told = [&](const std::string& w) { return std::find(told.begin(), told.end(), w) != told.end(); };
  std::signal(SIGINT, [](int) { stop_requested = 1; });
  std::signal(SIGTERM, [](int) { stop_requested = 1; });
  Progress progress;
  RunOptions options;
  options.directory = arguments.directory;
  options.command_line = command_line;
  options.reference = arguments.reference;
  options.progress = [&](double t, double duration) { progress(t, duration); };
  options.interrupted = [] { return stop_requested != 0; };
  RunOutcome outcome = run_case(twin, options);
  progress.end();
  outcome.summary.setup_time = setup;
  if (!arguments.json.empty()) write_output(arguments.json, to_json(outcome.summary));
  std::erase_if(outcome.summary.warnings, is_told);
  fmt::print("{}", to_text(outcome.summary));
  fmt::print("  results in {0}/run.h5; ParaView opens {0}/run.xmf (or runs {0}/run_view.py)\n", arguments.directory);
  if (!outcome.error.empty()) {
    fmt::print(stderr, "wattloop: {}\n", outcome.error);
    return solver_failure;
  }
  return outcome.interrupted ? interrupted : fine;
}

}  // namespace

void add_run(CLI::App& program, int& code, const std::string& command_line) {
  CLI::App* command = program.add_subcommand("run", "runs a case through time and writes its results");
  auto arguments = std::make_shared<RunArguments>();
  arguments->input.add_to(*command);
  command->add_option("-o,--output", arguments->directory, "directory of the results")->capture_default_str();
  command->add_option("--json", arguments->json, "also writes the summary as JSON to this file (- for the terminal)");
  command->add_flag("--year", arguments->year,
                    "runs the calendar year at steps of an hour, copies of a part merged; --set changes what it sets");
  command->add_flag("--reference", arguments->reference, "integrates with IDA (slow) instead of SDIRK3");
  command->callback([&code, arguments, command_line] { code = run(*arguments, command_line); });
}

}  // namespace wattloop
