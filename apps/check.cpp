// wattloop check: reads a case and builds its network, nothing more.

#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/twin.h"

namespace wattloop {

void add_check(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("check", "checks a case: everything wrong with its files, at once");
  auto input = std::make_shared<CaseArguments>();
  input->add_to(*command)->required();
  command->callback([&code, input] {
    Twin twin(read_case(input->file, input->overrides()), 1);
    for (const std::string& warning : twin.warnings()) fmt::print("warning: {}\n", warning);
    const System& system = twin.system();
    fmt::print("{}: fine. {} unknowns in {} regions, {} nodes, {} racks, {} GPUs\n", twin.description().file,
               system.size(), system.regions().size(), system.nodes(), twin.network().racks().size(), twin.gpus());
    if (twin.workload()) fmt::print("workload:\n{}\n", twin.workload()->describe());
    if (twin.description().weather) fmt::print("weather: {}\n", twin.description().weather->description());
    code = fine;
  });
}

}  // namespace wattloop
