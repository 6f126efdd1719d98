#include "io/recorded_input.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "io/case_workload.h"
#include "io/nearest.h"
#include "io/workload_trace.h"
#include "meshes/network.h"

namespace wattloop {

namespace {

/// Knots of a column whose values hold from row to row: each change is a line of a millisecond before its row.
std::vector<std::pair<double, double>> held_knots(const std::vector<double>& time, const std::vector<double>& values) {
  std::vector<std::pair<double, double>> knots{{time.front(), values.front()}};
  for (std::size_t i = 1; i < time.size(); ++i) {
    if (values[i] == values[i - 1]) continue;
    const double change = std::min(longest_jump, 0.5 * (time[i] - time[i - 1]));
    knots.emplace_back(time[i] - change, values[i - 1]);
    knots.emplace_back(time[i], values[i]);
  }
  return knots;
}

}  // namespace

std::vector<std::pair<double, double>> read_recorded(Reader& reader, const Port& port) {
  const std::string file = reader.text("csv"), name = reader.text("column");
  const double scale = reader.quantity("scale", port.unit, any_value, port.unit == "1" ? 1.0 : required);
  const double start = reader.quantity("start", "s", not_negative, 0.0);
  const bool holds = reader.choice("interpolation", {"hold", "linear"}, "hold") == "hold";
  std::vector<std::pair<double, double>> knots;
  if (file.empty() || name.empty() || std::isnan(scale)) return knots;
  try {
    const std::filesystem::path beside = std::filesystem::path(reader.problem("").file).parent_path();
    const std::string path = find_file(beside, file).string();
    WorkloadTrace trace = read_workload_trace(path, {.max_gap = std::numeric_limits<double>::infinity()});
    const auto found = std::find(trace.names.begin(), trace.names.end(), name);
    if (found == trace.names.end()) {
      reader.report("the file has no such column", name, suggestion(name, trace.names), "column");
      return knots;
    }
    std::vector<double>& values = trace.columns[static_cast<std::size_t>(found - trace.names.begin())];
    for (std::size_t i = 0; i < values.size(); ++i) {
      trace.time[i] += start;
      values[i] *= scale;
      if (values[i] >= port.range.min && values[i] <= port.range.max) continue;
      reader.report(fmt::format("row {} of the file is out of range", i + 1), fmt::format("{:.6g}", values[i]),
                    fmt::format("{:.6g} to {:.6g} {}", port.range.min, port.range.max, port.unit), "csv");
      return knots;
    }
    if (holds) return held_knots(trace.time, values);
    for (std::size_t i = 0; i < values.size(); ++i) knots.emplace_back(trace.time[i], values[i]);
  } catch (const InputError& error) {
    reader.report_file(error, "csv");
  }
  return knots;
}

}  // namespace wattloop
