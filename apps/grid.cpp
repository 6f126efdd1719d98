// wattloop grid: what a case looks like from the grid, at milliseconds.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/civil_time.h"
#include "io/grid_report.h"
#include "io/results_directory.h"
#include "io/units.h"

namespace wattloop {

namespace {

struct GridArguments {
  CaseArguments input;
  std::string at = "0 s", duration = "600 s", step = "5 ms", directory, json, ride_through, events;
  std::vector<std::string> fault_levels;
};

[[noreturn]] void refuse(const std::string& option, const std::string& what, const std::string& got,
                         const std::string& allowed) {
  throw InputError({{option, 0, 0, "", what, got, allowed}});
}

double quantity_of(const std::string& option, const std::string& text, const std::string& unit) {
  try {
    return quantity(text, unit);
  } catch (const InputError& error) {
    refuse(option, error.problems().front().what, text, error.problems().front().allowed);
  }
}

/// "10:00" on the first day of the run, "2026-07-15T10:00", or "3 h" from its start.
double moment(const std::string& text, const Case& c) {
  const CivilDate day = date_at(c.run.start, c.site.utc_offset);
  const std::string of_day = fmt::format("{:04}-{:02}-{:02}T{}", day.year, day.month, day.day, text);
  for (const std::string& written : {text, of_day})
    if (const auto t = parse_time(written, c.site.utc_offset)) return *t - c.run.start;
  return quantity_of("--at", text, "s");
}

GridWindowSpan span_of(const GridArguments& a, const Case& c) {
  GridWindowSpan span;
  span.begin = moment(a.at, c);
  if (!(span.begin >= 0.0 && span.begin < c.run.duration))
    refuse("--at", "not within the run", a.at, fmt::format("0 s to {:.6g} s from its start", c.run.duration));
  span.duration = quantity_of("--for", a.duration, "s");
  span.step = quantity_of("--step", a.step, "s");
  constexpr double longest_step = 0.02, shortest_step = 1e-4;  // s: 20 Hz has to be seen
  if (!(span.step >= shortest_step && span.step <= longest_step))
    refuse("--step", "out of range", a.step, "0.1 ms to 20 ms");
  constexpr double most_steps = 1e7;
  if (!(span.duration >= 1.0 && span.duration / span.step <= most_steps))
    refuse("--for", "out of range", a.duration, fmt::format("1 s to {:.6g} s at this step", most_steps * span.step));
  span.duration = static_cast<double>(span.steps()) * span.step;
  return span;
}

Connection connection_of(const GridArguments& a, const Case& c) {
  Connection connection = c.connection ? *c.connection : Connection{};
  if (!a.fault_levels.empty()) connection.short_circuit_power.clear();
  for (const std::string& text : a.fault_levels) {
    connection.short_circuit_power.push_back(quantity_of("--fault-level", text, "VA"));
    if (!(connection.short_circuit_power.back() > 0.0)) refuse("--fault-level", "out of range", text, "above 0");
  }
  if (!a.ride_through.empty()) connection.ride_through = read_ride_through(a.ride_through);
  if (std::filesystem::is_directory(a.events)) {
    connection.events.clear();
    connection.rack_events = read_rack_voltages(a.events);
  } else if (!a.events.empty()) {
    connection.events = read_grid_events(a.events);
  }
  if ((!connection.events.empty() || !connection.rack_events.empty()) && connection.ride_through.empty())
    connection.ride_through = read_ride_through("itic");
  return connection;
}

void write_files(const std::string& directory, const GridWindow& window, const GridReport& report) {
  const std::filesystem::path path(directory);
  make_results_directory(directory);
  write_output((path / "grid.txt").string(), to_text(report));
  write_output((path / "grid.json").string(), to_json(report));
  write_output((path / "courses.csv").string(), course_csv(window));
  write_output((path / "spectrum.csv").string(), spectrum_csv(report));
}

int run_grid(const GridArguments& a) {
  Case description = read_case(a.input.file, a.input.overrides());
  const GridWindowSpan span = span_of(a, description);
  const Connection connection = connection_of(a, description);
  require_writable(a.json);
  Twin twin(std::move(description), a.input.thread_count());
  const GridWindow window = grid_window(twin, span, connection.smoothing, connection.taps);
  const GridReport report = grid_report(window, connection, twin.description());
  if (a.json != "-") fmt::print("{}", to_text(report));
  if (!a.json.empty()) write_output(a.json, to_json(report));
  if (!a.directory.empty()) write_files(a.directory, window, report);
  return report.holds() ? fine : answer_is_no;
}

}  // namespace

void add_grid(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand(
      "grid", "what the grid sees: swings at milliseconds, ramps, spectrum, flicker, ride-through");
  auto a = std::make_shared<GridArguments>();
  a->input.add_to(*command)->required();
  command->add_option("--at", a->at, "begin of the window: 10:00, 2026-07-15T10:00, or \"3 h\" from the start (0 s)");
  command->add_option("--for", a->duration, "its length (default 600 s, what flicker is defined over)");
  command->add_option("--step", a->step, "means over so long are taken (default 5 ms)");
  command->add_option(
      "--fault-level", a->fault_levels,
      "short-circuit power at the point of connection, \"5 GVA\"; may be repeated (default: the case's)");
  command->add_option("--ride-through", a->ride_through,
                      "what the racks bear: itic, large_load (assumed), or a YAML table");
  command->add_option("--events", a->events,
                      "recorded dips: CSV with time_s or time, v_pu and, if recorded, f_hz; or the directory of a run, "
                      "for the voltage that each rack saw in it");
  command->add_option("-o,--output", a->directory, "directory for grid.txt, grid.json, courses.csv and spectrum.csv");
  command->add_option("--json", a->json, "also writes the figures as JSON to this file (- for the terminal)");
  command->footer(
      "The workload is taken at its own steps, rack by rack; heat and cooling stand as in the steady state with the "
      "mean\n"
      "workload of the window; losses follow the case's own network. Fault levels, smoothing of racks, limits and\n"
      "tables may stand in the case under `connection` (docs/input.md); docs/theory/grid.md says how all is computed.\n"
      "Examples:\n"
      "  wattloop grid examples/training_swing --at 10:00 -o out\n"
      "  wattloop grid case.yaml --fault-level \"3 GVA\" --fault-level \"10 GVA\" --json grid.json\n"
      "  wattloop grid case.yaml --for \"60 s\" --ride-through itic --events dips.csv\n"
      "Exit codes: 0 every limit holds and no rack trips, 2 bad input, 3 the network has no solution, 4 a limit is\n"
      "exceeded or racks trip.");
  command->callback([&code, a] { code = run_grid(*a); });
}

}  // namespace wattloop
