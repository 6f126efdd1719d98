// wattloop size: the design of least cost for a request, proved by running it.

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "apps/progress.h"
#include "io/results_directory.h"
#include "io/sizing/design_case.h"
#include "io/sizing/picture.h"
#include "io/sizing/schedules.h"
#include "io/sizing/sizing.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

struct SizeArguments {
  CaseArguments input;
  std::string directory, json;
  bool without_proof = false, without_contenders = false;
};

/// The request with what was set over it, as it is kept beside its results.
std::string marked(const sizing::Request& request) {
  std::string text = request.text;
  for (const auto& [path, value] : request.settings) text += fmt::format("# --set {}={}\n", path, value);
  return text;
}

/// Writes all results; those of an earlier design do not stay beside an infeasible request.
void write_results(const fs::path& directory, const sizing::Request& request, const sizing::SizingResult& result) {
  const fs::path catalogue = directory / "catalog" / "designed.yaml";
  write_output((directory / "request.yaml").string(), marked(request));
  write_output((directory / "sizing.json").string(), to_json(request, result));
  write_output((directory / "sizing.txt").string(), to_text(request, result));
  if (!result.design) {
    for (const char* file : {"designed.yaml", "sizing.png"}) fs::remove(directory / file);
    sizing::remove_schedules(directory.string());
    fs::remove(catalogue);
    std::error_code error;
    fs::remove(catalogue.parent_path(), error);  // unless there is something else
    return;
  }
  write_output((directory / "designed.yaml").string(), result.case_text);
  fs::create_directories(catalogue.parent_path());
  write_output(catalogue.string(), sizing::used_entries(request, result.case_text));
  sizing::write_schedules(sizing::schedules(request, result), directory.string());
  sizing::draw((directory / "sizing.png").string(), request, result);
  fmt::print("  schedules, designed.yaml, sizing.json and sizing.png in {}\n", directory.string());
}

/// A directory that was claimed and is given back, if nothing was written into it, whatever happens.
struct Claim {
  std::string directory;
  ~Claim() {
    if (!directory.empty()) release_directory(directory);
  }
};

int run_size(const SizeArguments& arguments) {
  const sizing::Request request = sizing::read_request(arguments.input.file, arguments.input.overrides());
  require_writable(arguments.json);
  if (!arguments.directory.empty())
    claim_directory(arguments.directory, fmt::format("wattloop size of {} ({})", request.name, request.id()));
  const Claim claim{arguments.directory};
  sizing::SizingOptions options;
  options.threads = arguments.input.thread_count();
  options.proves = options.has_sensitivities = !arguments.without_proof;
  options.tries_contenders = !arguments.without_contenders;
  stop_on_signals();
  options.interrupted = is_stopped;
  Progress progress;
  options.progress = [&](const std::string& what, double done) { progress.show(done, what); };
  const sizing::SizingResult result = sizing::size(request, options);
  progress.end();
  if (result.interrupted) {
    fmt::print(stderr, "interrupted; nothing of this sizing was written\n");
    return interrupted;
  }
  if (arguments.json != "-") fmt::print("{}", to_text(request, result));
  if (!arguments.json.empty()) write_output(arguments.json, to_json(request, result));
  if (!arguments.directory.empty()) write_results(arguments.directory, request, result);
  const bool fails = std::any_of(result.proof.begin(), result.proof.end(), [](const auto& e) { return e.fails(); });
  return result.design && !fails ? fine : answer_is_no;
}

}  // namespace

void add_size(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("size", "finds the design of least cost for a request and proves it");
  auto arguments = std::make_shared<SizeArguments>();
  command->add_option("request", arguments->input.file, "the request (YAML), or a directory that holds it as case.yaml")
      ->required();
  command->add_option("--set", arguments->input.settings,
                      "changes a value of the request: path=value, as in --set redundancy.cdu=N+2 or "
                      "--set it.power='100 MW'; may be repeated");
  command
      ->add_option("--threads", arguments->input.threads,
                   "threads to use (default: all cores; results do not depend on it)")
      ->check(CLI::Range(1, 1024));
  command->add_option("-o,--output", arguments->directory,
                      "directory of designed.yaml and the schedules (default: none)");
  command->add_option("--json", arguments->json, "also writes the result as JSON to this file (- for the terminal)");
  command->add_flag("--without-proof", arguments->without_proof,
                    "neither runs the design nor moves its inputs: seconds instead of a minute");
  command->add_flag(
      "--without-contenders", arguments->without_contenders,
      "takes the first design whose loads agree with its runs; other CDUs that come near (0.5 %) may turn out "
      "a little better");
  command->footer(
      "The request says what is wanted (IT load, racks, temperatures, weather, redundancy, limits, objective) and "
      "what\n"
      "may be chosen (a catalogue); docs/sizing.md lists its keys. Examples:\n"
      "  wattloop size examples/size_childress -o sized\n"
      "  wattloop size examples/size_childress --set redundancy.cdu=N+2 --without-proof\n"
      "  wattloop run sized/designed.yaml -o out\n"
      "Exit codes: 0 a design that passes its proof, 2 bad input, 3 the solver failed, 4 infeasible or the proof "
      "fails,\n130 interrupted: files of an earlier sizing stay as they are.");
  command->callback([&code, arguments] { code = run_size(*arguments); });
}

}  // namespace wattloop
