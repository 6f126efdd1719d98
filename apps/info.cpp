// wattloop info: what a results file holds.

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/civil_time.h"
#include "io/run_file.h"

namespace wattloop {

void add_info(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("info", "says what a results file holds");
  auto file = std::make_shared<std::string>();
  command->add_option("results", *file, "run.h5 of a run")->required();
  command->callback([&code, file] {
    const RunFile run(*file);
    const auto& times = run.times();
    fmt::print("{}\n{} records", run.title(), times.size());
    if (!times.empty())
      fmt::print(" from {} to {} (site standard time)", format_time(run.start_time() + times.front(), run.utc_offset()),
                 format_time(run.start_time() + times.back(), run.utc_offset()));
    fmt::print("\n");
    for (const RecordGroup& group : run.groups()) {
      fmt::print("{} ({})\n", group.name, group.element_dimension.empty() ? "totals" : std::to_string(group.size()));
      for (const Variable& v : group.variables) fmt::print("  {:<20}{:<10}{}\n", v.name, v.units, v.long_name);
    }
    code = fine;
  });
}

}  // namespace wattloop
