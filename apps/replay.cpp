// wattloop replay: a case driven by measured boundaries, its readings beside the measured ones.

#include <filesystem>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "apps/progress.h"
#include "io/errors.h"
#include "io/replay.h"
#include "io/residual_picture.h"
#include "io/results_directory.h"

namespace wattloop {

namespace {

struct ReplayArguments {
  CaseArguments input;
  std::string data, directory, json;
  bool makes = false;
  std::uint64_t seed = 1;
};

/// What was measured is not replaced by what was made. Throws InputError.
void require_replaceable(const std::string& file) {
  if (!std::filesystem::is_regular_file(file) || std::filesystem::is_empty(file)) return;
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  if (!line.starts_with(synthetic_mark))
    throw InputError({{file, 0, 0, "", "this file is there and does not say that it is synthetic", "",
                       "another file: what was measured is not overwritten"}});
}

int make_data(const ReplayArguments& arguments) {
  if (arguments.data.empty())
    throw InputError({{"--make", 0, 0, "", "which file is to be written?", "", "a file behind the case"}});
  require_replaceable(arguments.data);
  require_writable(arguments.data);
  const std::string text = synthetic_telemetry(arguments.input.file, arguments.input.overrides(), arguments.seed);
  write_output(arguments.data, text);
  return fine;
}

int replay_data(const ReplayArguments& arguments) {
  const Replay model(arguments.input.file, arguments.input.overrides(), arguments.data);
  require_writable(arguments.json);
  if (!arguments.directory.empty()) claim_directory(arguments.directory, "wattloop replay of " + model.source());
  stop_on_signals();
  Progress progress;
  const ReplayReport report = replay(model, [&](double t) {
    progress.show(t / model.data().duration(), "of the data");
    return is_stopped();
  });
  progress.end();
  if (report.readings.empty()) return interrupted;
  if (arguments.json != "-") fmt::print("{}", to_text(model, report));
  if (!arguments.json.empty()) write_output(arguments.json, to_json(model, report));
  if (arguments.directory.empty()) return fine;
  const std::filesystem::path directory(arguments.directory);
  write_output((directory / "residuals.csv").string(), residuals_csv(model, report.readings));
  draw_residuals(model, report.readings, (directory / "residuals.png").string());
  return fine;
}

}  // namespace

void add_replay(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("replay", "drives a case by measured boundaries and prints residuals");
  auto arguments = std::make_shared<ReplayArguments>();
  arguments->input.add_to(*command)->required();
  command->add_option(
      "data", arguments->data,
      "the measurements (CSV): a time column, and those that the case's `calibration` names (default: its "
      "`data`)");
  command->add_option("-o,--output", arguments->directory, "also writes residuals.csv and residuals.png there");
  command->add_option("--json", arguments->json, "also writes the report as JSON to this file (- for the terminal)");
  CLI::Option* make =
      command->add_flag("--make", arguments->makes,
                        "the other way round: runs the case and writes DATA as its sensors would "
                        "measure it, with seeded noise; synthetic, to try a calibration on; a DATA that does "
                        "not say it is synthetic is not overwritten");
  command->add_option("--seed", arguments->seed, "of the noise of --make")->needs(make)->capture_default_str();
  command->footer(
      "The case says what the columns are, in a section `calibration` (see `wattloop docs`); a file of its own that\n"
      "extends the case may hold it:\n"
      "  calibration:\n"
      "    boundaries: {T_fws: {path: parts.fws_supply.T, unit: degC}}\n"
      "    sensors: {T_supply: {path: cdu.cooled.T, unit: degC, noise: 0.1 K}}");
  command->callback([&code, arguments] { code = arguments->makes ? make_data(*arguments) : replay_data(*arguments); });
}

}  // namespace wattloop
