// wattloop powerflow: the AC power flow of a network in MATPOWER's format.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/importers/matpower_reader.h"
#include "io/power_json.h"
#include "io/power_options.h"

namespace wattloop {

namespace {

struct PowerFlowArguments {
  std::string file, json, options, contingency, batch;
  int threads = 0;
  bool ignore_q_limits = false, timing = false, fault_levels = false;
};

/// Processor time of a call, the best of five [s]: that of all threads, and the same on a busy machine.
double best_time(const std::function<void()>& call) {
  constexpr int repeats = 5;
  double best = INFINITY;
  for (int i = 0; i < repeats; ++i) {
    const std::clock_t begin = std::clock();
    call();
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return best;
}

/// Branches in service that are not between dead buses.
std::vector<int> outages_of(const PowerFlow& flow) {
  std::vector<int> list;
  for (int k = 0; k < static_cast<int>(flow.network().branches.size()); ++k) {
    if (flow.equations().branch_on()[k] && flow.equations().islands().is_live(flow.network().branches[k].from))
      list.push_back(k);
  }
  return list;
}

/// Throws InputError where the case does not say what a short circuit needs.
std::vector<Fault> faults_of(const PowerFlowArguments& arguments, const PowerNetwork& net) {
  if (net.fault_sources.empty())
    throw InputError({{arguments.options.empty() ? "--fault-levels" : arguments.options, 0, 0, "sources",
                       "nothing feeds a short circuit", "",
                       "sources: [{bus: 1, short_circuit_power: 3 GVA}] in a file "
                       "given with --options"}});
  try {
    return find_faults(fault_network(net));
  } catch (const std::invalid_argument& error) {
    throw InputError({{arguments.file, 0, 0, "mpc.bus", error.what(), "0", "a base voltage [kV] above 0"}});
  }
}

int run_power_flow(const PowerFlowArguments& arguments) {
  PowerNetwork net = read_matpower(arguments.file);
  net.q_limits = !arguments.ignore_q_limits;
  if (!arguments.options.empty()) read_power_options(arguments.options, net);
  std::vector<std::vector<Phasor<double>>> loads;
  if (!arguments.batch.empty()) loads = read_load_table(arguments.batch, net);
  const std::vector<Fault> faults = arguments.fault_levels ? faults_of(arguments, net) : std::vector<Fault>{};
  require_writable(arguments.json);

  PowerFlow flow(net);
  PowerFlow::Result result = flow.solve();
  PowerVariants variants;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  ThreadPool pool(arguments.threads > 0 ? arguments.threads : std::max(1, cores));
  const auto solve_all = [&] {
    flow.refactorise();
    if (!arguments.contingency.empty()) {
      variants.outages = outages_of(flow);
      variants.outcomes = solve_outages(flow, variants.outages, pool);
    } else if (!loads.empty()) {
      variants.outcomes = solve_loads(flow, loads, pool);
    }
  };
  if (result.converged) solve_all();
  if (arguments.timing) {
    std::FILE* out = arguments.json == "-" ? stderr : stdout;
    fmt::print(out, "processor time, best of 5: set-up and solution {:.6f} s, ",
               best_time([&] { PowerFlow(net).solve(); }));
    fmt::print(out, "solution {:.6f} s", best_time([&] { result = flow.solve(); }));
    if (!variants.outcomes.empty())
      fmt::print(out, ", {} variants {:.6f} s", variants.outcomes.size(), best_time(solve_all));
    fmt::print(out, "\n");
  }
  if (arguments.json != "-") {
    fmt::print("{}", power_summary(flow, result));
    if (!variants.outcomes.empty()) fmt::print("{}", variants_summary(flow, variants));
    if (arguments.fault_levels) fmt::print("{}", faults_summary(net, faults));
  }
  if (!arguments.json.empty()) write_output(arguments.json, power_json(flow, result, variants, faults));
  return result.converged && result.taps_settled ? fine : answer_is_no;
}

}  // namespace

void add_power_flow(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("powerflow", "solves an AC power network given in MATPOWER's format");
  auto arguments = std::make_shared<PowerFlowArguments>();
  command->add_option("case", arguments->file, "MATPOWER case, version 2 (.m): data alone, nothing in it is run")
      ->required();
  command->add_option("--json", arguments->json, "also writes voltages and flows to this file (- for the terminal)");
  CLI::Option* contingency =
      command->add_option("--contingency", arguments->contingency, "n-1: every branch out of service in turn")
          ->check(CLI::IsMember({"n-1"}));
  command
      ->add_option("--batch", arguments->batch,
                   "a CSV table of loads, one variant a line; columns: scale (times all loads), p_ID and q_ID (MW and "
                   "Mvar of bus ID)")
      ->excludes(contingency);
  command->add_option("--options", arguments->options, "a YAML file with voltage-dependent loads and tap control");
  command->add_flag("--ignore-q-limits", arguments->ignore_q_limits,
                    "generators hold their voltages whatever reactive power that takes");
  command->add_option("--threads", arguments->threads, "threads for variants (default: all cores; same bits on any)")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--fault-levels", arguments->fault_levels,
                    "also the three-phase short-circuit current of every bus (IEC 60909), fed by the sources of "
                    "--options");
  command->add_flag("--timing", arguments->timing, "also times set-up and solution");
  command->footer(
      "Finds the voltages at which every bus is in balance: baseMVA, bus, gen and branch of the case with taps, phase\n"
      "shifters, shunts and reactive limits (as MATPOWER enforces them). Buses that no slack bus supplies are named, "
      "not\n"
      "solved. Loading is the larger apparent power of a branch over rateA.\n"
      "Examples:\n"
      "  wattloop powerflow grid.m                                  a summary\n"
      "  wattloop powerflow grid.m --json flow.json                 every bus and branch\n"
      "  wattloop powerflow grid.m --contingency n-1                what each outage would do\n"
      "  wattloop powerflow grid.m --batch loads.csv --json -       a table of loads\n"
      "  wattloop powerflow grid.m --options options.yaml           with a file such as\n"
      "      loads:\n"
      "        - {bus: all, impedance: 30 %, current: 20 %}         the rest is constant power\n"
      "      taps:\n"
      "        - {from: 4, to: 7, holds: 7, voltage: 1.02, step: 1.25 %, lowest: 0.9, highest: 1.1}\n"
      "      sources:\n"
      "        - {bus: 1, short_circuit_power: 3 GVA, x_over_r: 15} what --fault-levels counts as feeding a fault\n"
      "Exit codes: 0 solved, 2 bad input (every mistake with its line), 4 there is no solution, or taps\n"
      "that do not come to rest. An outage without one is counted and named; it does not change the code.");
  command->callback([&code, arguments] { code = run_power_flow(*arguments); });
}

}  // namespace wattloop
