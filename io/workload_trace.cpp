#include "io/workload_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "io/civil_time.h"
#include "io/text_table.h"

namespace wattloop {
namespace {

constexpr double gap_factor = 1.5;  // of the median interval

/// A line with the number it has in its file.
struct Row {
  int line;
  std::vector<TextField> fields;
};

/// The rows of a file, names first; throws where there are not two rows to the names. The lines must outlive them.
std::vector<Row> checked_rows(const std::vector<std::string>& lines, FileProblems& problems) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() || lines[i].front() == '#') continue;
    if (rows.empty()) problems.require_commas(static_cast<int>(i) + 1, lines[i]);
    rows.push_back({static_cast<int>(i) + 1, split_fields(lines[i])});
  }
  if (rows.size() < 3) {
    problems.add(0, 0, "too short", fmt::format("{} line(s)", rows.size()), "a line of names and at least 2 rows");
    problems.throw_if_any();
  }
  return rows;
}

bool has_width(const Row& row, std::size_t width, FileProblems& problems) {
  if (row.fields.size() == width) return true;
  problems.add(row.line, row.fields.back().column, "wrong number of fields", fmt::format("{}", row.fields.size()),
               fmt::format("{}", width));
  return false;
}

/// A finite number within the limits, or a problem.
std::optional<double> number(const Row& row, std::size_t field, double lowest, double highest, FileProblems& problems) {
  const TextField& f = row.fields[field];
  const auto value = parse_number(f.text);
  if (!value) {
    problems.add(row.line, f.column, f.text.empty() ? "missing value" : "not a number", shown(f.text),
                 "a finite number");
  } else if (*value < lowest || *value > highest) {
    problems.add(row.line, f.column, "out of range", fmt::format("{}", *value),
                 fmt::format("{} to {}", lowest, highest));
  }
  return value;
}

/// Seconds since 1970, or nothing and a problem. An offset between clocks does not matter: only differences are used.
std::optional<double> iso_time(const Row& row, FileProblems& problems) {
  const TextField& f = row.fields.front();
  const auto time = parse_time(f.text, 0.0);
  if (!time) problems.add(row.line, f.column, "not a time", shown(f.text), "ISO 8601 as in 2026-07-15T06:00:30");
  return time;
}

/// Reports rows which do not follow the one before in time, and gaps.
void check_times(const std::vector<std::pair<int, double>>& times, std::optional<double> max_gap,
                 FileProblems& problems) {
  std::vector<double> intervals;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double interval = times[i].second - times[i - 1].second;
    intervals.push_back(interval);
    if (interval > 0.0) continue;
    problems.add(times[i].first, 1, interval == 0.0 ? "time given twice" : "time goes back",
                 fmt::format("{} s after the row before", interval), "increasing times");
  }
  if (intervals.empty()) return;
  std::vector<double> sorted = intervals;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double longest = max_gap.value_or(gap_factor * *middle);
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (intervals[i] <= longest || *middle <= 0.0) continue;
    problems.add(times[i + 1].first, 1, "gap in the trace", fmt::format("{} s", intervals[i]),
                 fmt::format("at most {} s, or set max_gap", longest));
  }
}

/// Names of the value columns; the first name must be a time.
std::vector<std::string> trace_names(const Row& header, FileProblems& problems) {
  const TextField& first = header.fields.front();
  if (first.text != "time_s" && first.text != "time") {
    problems.add(header.line, first.column, "the first column is the time", shown(first.text), "time_s or time");
  }
  if (header.fields.size() < 2) problems.add(header.line, 1, "no column of values", "", "at least one");
  std::vector<std::string> names;
  for (std::size_t i = 1; i < header.fields.size(); ++i) names.emplace_back(header.fields[i].text);
  return names;
}

void check_log_names(const Row& header, FileProblems& problems) {
  constexpr std::string_view names[] = {"TIMESTAMP", "ContextTokens", "GeneratedTokens"};
  if (!has_width(header, 3, problems)) return;
  for (std::size_t c = 0; c < 3; ++c) {
    const TextField& f = header.fields[c];
    if (f.text != names[c]) problems.add(header.line, f.column, "wrong column", shown(f.text), std::string(names[c]));
  }
}

}  // namespace

WorkloadTrace read_workload_trace(const std::string& path, const TraceLimits& limits) {
  const std::vector<std::string> lines = read_lines(path);
  FileProblems problems(path);
  const std::vector<Row> rows = checked_rows(lines, problems);
  WorkloadTrace trace;
  trace.names = trace_names(rows.front(), problems);
  trace.columns.resize(trace.names.size());
  const bool iso = rows.front().fields.front().text == "time";
  std::vector<std::pair<int, double>> times;  // line, time
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!has_width(rows[i], trace.names.size() + 1, problems)) continue;
    constexpr double latest = 1e12;  // s
    const std::optional<double> time =
        iso ? iso_time(rows[i], problems) : number(rows[i], 0, -latest, latest, problems);
    if (time) times.emplace_back(rows[i].line, *time);
    for (std::size_t c = 0; c < trace.columns.size(); ++c) {
      trace.columns[c].push_back(number(rows[i], c + 1, limits.lowest, limits.highest, problems).value_or(0.0));
    }
  }
  check_times(times, limits.max_gap, problems);
  problems.throw_if_any();
  for (const auto& [line, time] : times) trace.time.push_back(time - times.front().second);
  return trace;
}

void fill_trace(TraceSpec& spec, const DevicePower& power, const std::string& path, std::optional<double> max_gap) {
  const auto [lowest, highest] = allowed_values(spec, power);
  WorkloadTrace trace = read_workload_trace(path, {lowest, highest, max_gap});
  spec.source = std::filesystem::path(path).filename().string();
  spec.time = std::move(trace.time);
  spec.columns = std::move(trace.columns);
}

std::vector<TokenRequest> read_token_log(const std::string& path) {
  const std::vector<std::string> lines = read_lines(path);
  FileProblems problems(path);
  const std::vector<Row> rows = checked_rows(lines, problems);
  check_log_names(rows.front(), problems);
  constexpr double most_tokens = 1e9;
  std::vector<TokenRequest> requests;
  std::optional<double> first;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!has_width(rows[i], 3, problems)) continue;
    const auto time = iso_time(rows[i], problems);
    const auto context = number(rows[i], 1, 0.0, most_tokens, problems);
    const auto generated = number(rows[i], 2, 0.0, most_tokens, problems);
    if (!time || !context || !generated) continue;
    if (!first) first = time;
    const double arrival = *time - *first;
    if (!requests.empty() && arrival < requests.back().time) {
      problems.add(rows[i].line, 1, "time goes back",
                   fmt::format("{} s before the row above", requests.back().time - arrival), "times in order");
    }
    requests.push_back({arrival, *context, *generated});
  }
  problems.throw_if_any();
  return requests;
}

}  // namespace wattloop
