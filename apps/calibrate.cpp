// wattloop calibrate: finds parameters of a case from measurements.

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "apps/progress.h"
#include "io/calibrate.h"
#include "io/residual_picture.h"
#include "io/results_directory.h"

namespace wattloop {

namespace {

struct CalibrateArguments {
  CaseArguments input;
  std::string data, directory = "out", json;
  bool strict = false, despite_misfit = false;
};

/// Iterations are not known beforehand: most fits take about so many.
constexpr int usual_iterations = 5;

double share_done(int iteration, std::size_t done, std::size_t all) {
  const double within = static_cast<double>(done) / static_cast<double>(all);
  return std::min(0.95, (iteration + within) / std::max(usual_iterations, iteration + 2));
}

bool is_settled(const CalibrationResult& result) {
  return result.fit.converged && result.doubts.empty() &&
         std::all_of(result.parameters.begin(), result.parameters.end(), [](const auto& p) { return p.is_identified; });
}

int run(const CalibrateArguments& arguments) {
  const Replay model(arguments.input.file, arguments.input.overrides(), arguments.data);
  check_parameters(model);
  require_writable(arguments.json);
  claim_directory(arguments.directory, "wattloop calibrate of " + model.source());
  const std::filesystem::path directory(arguments.directory);
  const std::string case_file = (directory / "calibrated.yaml").string();
  require_writable(case_file);
  stop_on_signals();
  Progress progress;
  CalibrateOptions options;
  options.threads = arguments.input.thread_count();
  options.interrupted = [] { return is_stopped(); };
  double share = 0.0;  // an iteration may take several rounds of runs: what was shown is not taken back
  options.progress = [&](int iteration, std::size_t done, std::size_t all) {
    share = std::max(share, share_done(iteration, done, all));
    progress.show(share, fmt::format("of a usual fit (iteration {})", iteration));
  };
  const CalibrationResult result = calibrate(model, options);
  progress.end();
  if (result.interrupted) return interrupted;
  const std::string text = to_text(model, result);
  const bool is_case = result.misfits.empty() || arguments.despite_misfit;
  if (is_case)
    write_output(case_file, calibrated_case(model, result, directory));
  else
    std::filesystem::remove(case_file);  // of a fit before: it would pass for this one's
  write_output((directory / "calibration.txt").string(), text);
  write_output((directory / "calibration.json").string(), to_json(model, result));
  write_output((directory / "residuals.csv").string(), residuals_csv(model, result.after));
  draw_residuals(model, result.before, (directory / "residuals_before.png").string());
  draw_residuals(model, result.after, (directory / "residuals.png").string());
  if (arguments.json != "-")
    fmt::print("{}\n{:.1f} s; {}\n", text, progress.elapsed(), is_case ? case_file : "calibrated.yaml is not written");
  if (!arguments.json.empty()) write_output(arguments.json, to_json(model, result));
  for (const std::string& line : misfit_lines(model, result)) fmt::print(stderr, "not calibrated: {}\n", line);
  if (!is_case)
    fmt::print(stderr,
               "calibrated.yaml is not written: look for a unit, a clock or a column mixed up, or a bound too near; "
               "--despite-misfit writes it all the same\n");
  return !result.misfits.empty() || (arguments.strict && !is_settled(result)) ? answer_is_no : fine;
}

}  // namespace

void add_calibrate(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("calibrate", "fits parameters of a case to measurements");
  auto arguments = std::make_shared<CalibrateArguments>();
  arguments->input.add_to(*command)->required();
  command->add_option("data", arguments->data, "the measurements (CSV), as for `wattloop replay`");
  command->add_option("-o,--output", arguments->directory,
                      "gets calibrated.yaml, calibration.txt and .json, residuals.csv, residuals.png");
  command->add_option("--json", arguments->json, "also writes the report as JSON to this file (- for the terminal)");
  command->add_flag(
      "--strict", arguments->strict,
      "ends with exit code 4 if the fit has not converged, the data do not tell all parameters or a unit is "
      "in doubt");
  command->add_flag("--despite-misfit", arguments->despite_misfit,
                    "writes calibrated.yaml though the fitted model is far from the measurements (exit code 4)");
  command->footer(
      "What is fitted stands in the case's `calibration`, beside what was measured:\n"
      "  parameters:\n"
      "    UA: {path: templates.cdu.parts.exchanger.UA_nominal, min: 200 kW/K, max: 900 kW/K,\n"
      "         prior: {mean: 488 kW/K, deviation: 50 kW/K}}\n"
      "The last 30 % of the rows are held out (`hold_out`). Look at `wattloop replay` first: units, clocks and\n"
      "columns that are mixed up show there.");
  command->callback([&code, arguments] { code = run(*arguments); });
}

}  // namespace wattloop
