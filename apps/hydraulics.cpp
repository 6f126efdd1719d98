// wattloop hydraulics: a water network in EPANET's format, steady or over an extended period.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/importers/epanet_reader.h"
#include "io/water_json.h"

namespace wattloop {

namespace {

struct HydraulicsArguments {
  std::string file, json;
  bool timing = false;
};

using Clock = std::chrono::steady_clock;

double since(Clock::time_point t) {
  return std::chrono::duration<double>(Clock::now() - t).count();
}

/// Time of the processor that a call takes [s]: of one thread, and the same on a busy machine.
template <class F>
double processor_time(F&& call) {
  const std::clock_t begin = std::clock();
  call();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// The first moment solved from nothing and again after a change of demands, the best of five each.
void print_timing(const WaterNetwork& net) {
  struct Best {
    double seconds = INFINITY;
    int iterations = 0;
    void time(WaterSteady& state) {
      seconds = std::min(seconds, processor_time([&] { iterations = state.solve().iterations; }));
    }
  };
  std::optional<WaterSteady> fresh;
  const double ordering = processor_time([&] { fresh.emplace(net); });
  junction_demands(net, 0, fresh->demand);
  Best cold, all, turns;
  for (int repeat = 0; repeat < 5; ++repeat) {
    constexpr double change = 0.01;
    WaterSteady state = *fresh;
    cold.time(state);
    for (double& demand : state.demand) demand *= 1.0 + change;
    all.time(state);
    for (std::size_t i = 0; i < state.demand.size(); ++i) state.demand[i] *= i % 2 == 0 ? 1.0 + change : 1.0 - change;
    turns.time(state);
  }
  fmt::print("processor time: ordering {:.4f} s, cold {:.4f} s ({} iterations), ", ordering, cold.seconds,
             cold.iterations);
  fmt::print("warm {:.4f} s ({} iterations, demands + 1 %), ", all.seconds, all.iterations);
  fmt::print("{:.4f} s ({} iterations, demands + 1 % and - 1 % in turn)\n", turns.seconds, turns.iterations);
}

void print_summary(const WaterNetwork& net, const WaterResults& results, double seconds) {
  const auto at = [&](const WaterResults::Extreme& extreme) {
    if (extreme.node < 0) return std::string("-");
    return fmt::format("{:.2f} m at {} ({} s)", extreme.pressure, net.nodes[extreme.node].id, extreme.time);
  };
  fmt::print("{} nodes, {} links, {} times, {} iterations in {:.4f} s of the processor\n", net.nodes.size(),
             net.links.size(), results.times().size(), results.iterations(), seconds);
  fmt::print("pressure: lowest {}, highest {}\n", at(results.lowest()), at(results.highest()));
  fmt::print("closure: flow at a node {:.1e} m3/s, head along a link {:.1e} m\n", results.flow_error(),
             results.head_error());
  fmt::print("{}\n", results.converged() ? "converged" : "NOT CONVERGED");
  constexpr std::size_t most = 20;
  const std::vector<std::string> warnings = results.warning_summary();
  for (std::size_t i = 0; i < warnings.size() && i < most; ++i) fmt::print("warning: {}\n", warnings[i]);
  if (warnings.size() > most) fmt::print("... and {} warnings more\n", warnings.size() - most);
}

int run_hydraulics(const HydraulicsArguments& arguments) {
  const WaterNetwork net = read_epanet(arguments.file);
  require_writable(arguments.json);
  if (arguments.timing) print_timing(net);
  WaterResults results(net);
  WaterPeriod period(net);
  const std::clock_t clock = std::clock();
  auto told = Clock::now();
  period.run([&](const WaterPeriod& now) {
    results.add(now);
    constexpr double interval = 2.0;  // s
    if (since(told) < interval) return;
    told = Clock::now();
    fmt::print(stderr, "{} of {} s\n", now.time(), net.times.duration);
  });
  const double seconds = static_cast<double>(std::clock() - clock) / CLOCKS_PER_SEC;
  if (arguments.json != "-") print_summary(net, results, seconds);
  if (!arguments.json.empty()) write_output(arguments.json, results.json());
  return results.converged() ? fine : answer_is_no;
}

}  // namespace

void add_hydraulics(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("hydraulics", "solves a water network given in EPANET's format");
  auto arguments = std::make_shared<HydraulicsArguments>();
  command->add_option("network", arguments->file, "EPANET 2.2 input file (.inp)")->required();
  command->add_option("--json", arguments->json,
                      "also writes heads, flows and statuses to this file (- for the terminal)");
  command->add_flag("--timing", arguments->timing,
                    "also times the first moment: cold, and warm with demands changed by 1 %");
  command->footer(
      "Solves the network at every time of its period: heads, flows, statuses of pumps and valves, tank levels,\n"
      "controls and rules, with EPANET's laws, to rounding. Energy, water quality and report sections are skipped.\n"
      "Examples:\n"
      "  wattloop hydraulics net.inp                       a summary with warnings\n"
      "  wattloop hydraulics net.inp --json results.json   everything, in SI units\n"
      "Exit codes: 0 solved, 2 bad input (every mistake with its line), 4 no balance was found at some time.");
  command->callback([&code, arguments] { code = run_hydraulics(*arguments); });
}

}  // namespace wattloop
