// wattloop powerflow: the AC power flow of a network in MATPOWER's format.

#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/importers/matpower_reader.h"
#include "io/power_json.h"

namespace wattloop {

namespace {

struct PowerFlowArguments {
  std::string file, json;
  bool ignore_q_limits = false;
};

int run_power_flow(const PowerFlowArguments& arguments) {
  PowerNetwork net = read_matpower(arguments.file);
  require_writable(arguments.json);
  net.q_limits = !arguments.ignore_q_limits;
  PowerFlow flow(net);
  const PowerFlow::Result result = flow.solve();
  if (arguments.json != "-") fmt::print("{}", power_summary(flow, result));
  if (!arguments.json.empty()) write_output(arguments.json, power_json(flow, result));
  return result.converged ? fine : answer_is_no;
}

}  // namespace

void add_power_flow(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("powerflow", "solves an AC power network given in MATPOWER's format");
  auto arguments = std::make_shared<PowerFlowArguments>();
  command->add_option("case", arguments->file, "MATPOWER case, version 2 (.m)")->required();
  command->add_option("--json", arguments->json, "also writes voltages and flows to this file (- for the terminal)");
  command->add_flag("--ignore-q-limits", arguments->ignore_q_limits,
                    "generators hold their voltages whatever reactive power that takes");
  command->callback([&code, arguments] { code = run_power_flow(*arguments); });
}

}  // namespace wattloop
