// wattloop compare: two runs by tag and time.

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/run_comparison.h"

namespace wattloop {

namespace {

/// The results themselves, or the directory of the run.
std::string results_of(const std::string& path) {
  return std::filesystem::is_directory(path) ? (std::filesystem::path(path) / "run.h5").string() : path;
}

}  // namespace

void add_compare(CLI::App& program, int& code) {
  struct Arguments {
    std::string a, b, json;
    bool same = false;
  };
  CLI::App* command = program.add_subcommand("compare", "prints how two runs differ, by tag and time");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("a", arguments->a, "the first run: its directory or its run.h5")->required();
  command->add_option("b", arguments->b, "the second run; differences are B - A")->required();
  command->add_option("--json", arguments->json,
                      "also writes the differences as JSON to this file (- for the terminal)");
  command->add_flag("--same", arguments->same, "ends with exit code 4 unless all values are the same");
  command->footer(
      "Records are matched by their time, equipment by its path; the largest difference in proportion to the "
      "variable's\nrange comes first. Groups recorded by rules of their own times are left out.");
  command->callback([&code, arguments] {
    const RunFile a(results_of(arguments->a)), b(results_of(arguments->b));
    const RunComparison comparison = compare(a, b);
    if (arguments->json != "-") fmt::print("{}", to_text(comparison, a, b));
    if (!arguments->json.empty()) write_output(arguments->json, to_json(comparison));
    const bool differ = !comparison.only_in_a.empty() || !comparison.only_in_b.empty() ||
                        std::any_of(comparison.differences.begin(), comparison.differences.end(),
                                    [](const auto& d) { return d.largest != 0.0 || d.known_in_one > 0; });
    code = arguments->same && differ ? answer_is_no : fine;
  });
}

}  // namespace wattloop
