// wattloop steady: the state in which a case rests at its start.

#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/summary.h"

namespace wattloop {

void add_steady(CLI::App& program, int& code) {
  struct Arguments {
    CaseArguments input;
    std::string json;
  };
  CLI::App* command = program.add_subcommand("steady", "finds the steady state at the start of a case");
  auto arguments = std::make_shared<Arguments>();
  arguments->input.add_to(*command)->required();
  command->add_option("--json", arguments->json, "also writes the summary as JSON to this file (- for the terminal)");
  command->callback([&code, arguments] {
    Twin twin(read_case(arguments->input.file, arguments->input.overrides()), arguments->input.thread_count());
    const auto begin = std::chrono::steady_clock::now();
    const SteadyStateResult result = twin.steady_state();
    Summary summary = summarise_steady(twin, result.y);
    summary.steady_time = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (arguments->json != "-") fmt::print("{}", to_text(summary));
    if (!arguments->json.empty()) write_output(arguments->json, to_json(summary));
    code = fine;
  });
}

}  // namespace wattloop
