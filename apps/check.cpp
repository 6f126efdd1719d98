// wattloop check: reads a case and builds its network, nothing more.

#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/fault_report.h"
#include "io/twin.h"

namespace wattloop {

namespace {

struct CheckArguments {
  CaseArguments input;
  bool faults = false;
  std::string json;
};

/// Fault levels and coordination; fine if all gear can interrupt what may flow and something clears it.
int check_faults(const Twin& twin, const std::string& json) {
  if (twin.description().network.resolution == Resolution::plant) {
    fmt::print("faults are looked at from resolution block on: --set run.resolution=block\n");
    return bad_input;
  }
  const FaultReport report = fault_report(fault_network(twin.network()));
  if (json != "-") fmt::print("{}", fault_text(report));
  if (!json.empty()) write_output(json, fault_json(report));
  return report.gear_is_strong_enough() && report.clears_all() ? fine : answer_is_no;
}

}  // namespace

void add_check(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("check", "checks a case: everything wrong with its files, at once");
  auto arguments = std::make_shared<CheckArguments>();
  arguments->input.add_to(*command)->required();
  CLI::Option* faults = command->add_flag("--faults", arguments->faults,
                                          "also three-phase fault levels (IEC 60909) of every bus against the rating "
                                          "of its breakers, and which breaker trips first");
  command->add_option("--json", arguments->json, "writes the faults to this file (- for the terminal)")->needs(faults);
  command->footer("Exit codes: 0 fine, 2 bad input, 4 gear is too weak for what may flow, or nothing clears a fault.");
  command->callback([&code, arguments] {
    const CaseArguments* input = &arguments->input;
    if (arguments->faults) require_writable(arguments->json);
    Twin twin(read_case(input->file, input->overrides()), 1);
    if (arguments->json == "-") {
      code = check_faults(twin, arguments->json);
      return;
    }
    for (const std::string& warning : twin.warnings()) fmt::print("warning: {}\n", warning);
    const System& system = twin.system();
    fmt::print("{}: fine. {} unknowns in {} regions, {} nodes, {} racks, {} GPUs\n", twin.description().file,
               system.size(), system.regions().size(), system.nodes(), twin.network().racks().size(), twin.gpus());
    if (twin.workload()) fmt::print("workload:\n{}\n", twin.workload()->describe());
    if (twin.description().weather) fmt::print("weather: {}\n", twin.description().weather->description());
    code = arguments->faults ? check_faults(twin, arguments->json) : fine;
  });
}

}  // namespace wattloop
