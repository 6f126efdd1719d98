#include "io/telemetry.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "io/civil_time.h"
#include "io/nearest.h"
#include "io/text_table.h"
#include "io/units.h"

namespace wattloop {

namespace {

/// A name of the header: "T_supply [degC]".
struct Heading {
  std::string name, unit;
  int column = 1;
};

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == text.npos ? "" : std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::vector<Heading> read_header(std::string_view line) {
  std::vector<Heading> headings;
  for (const TextField& field : split_fields(line)) {
    const std::size_t bracket = std::min(field.text.find('['), field.text.size());
    const std::string_view rest = field.text.substr(std::min(bracket + 1, field.text.size()));
    headings.push_back({trimmed(field.text.substr(0, bracket)), trimmed(rest.substr(0, rest.find(']'))), field.column});
  }
  return headings;
}

/// "T_supply (degC)" as a name and its unit; nothing if it does not end in parentheses.
std::optional<Heading> with_unit_in_parentheses(const Heading& heading) {
  const std::size_t open = heading.name.rfind('(');
  if (!heading.unit.empty() || open == std::string::npos || !heading.name.ends_with(')')) return std::nullopt;
  const std::string_view name = heading.name;
  return Heading{trimmed(name.substr(0, open)), trimmed(name.substr(open + 1, name.size() - open - 2)), heading.column};
}

/// Whether both mean the same, however they are written: "degC" and "°C".
bool is_same_unit(const std::string& a, const std::string& b) {
  if (a == b) return true;
  try {
    const double zero = convert(0.0, a, b);
    return zero == 0.0 && convert(1.0, a, b) == 1.0;
  } catch (const InputError&) {
    return false;
  }
}

/// Where a column that the calibration names stands in the file, and its unit.
class Mapping {
 public:
  Mapping(std::vector<Heading> headings, int line, const std::string& file, FileProblems& problems)
      : headings_(std::move(headings)), line_(line), file_(file), problems_(problems) {
    for (std::size_t i = 0; i < headings_.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (headings_[i].name == headings_[k].name) report_duplicate(headings_[i]);
  }

  std::optional<std::size_t> find(const std::string& name) const {
    for (std::size_t i = 0; i < headings_.size(); ++i)
      if (headings_[i].name == name) return i;
    return std::nullopt;
  }

  std::optional<std::size_t> map(const std::string& name, const std::string& unit, const Origin& origin,
                                 std::vector<Telemetry::Column>& columns) {
    std::optional<std::size_t> at = find(name);
    if (!at) at = take_out_of_parentheses(name);
    if (!at) {
      std::vector<std::string> names;
      for (const Heading& heading : headings_) names.push_back(heading.name);
      missing_.push_back(problem_of(origin, fmt::format("no such column in {}", file_), name, suggestion(name, names)));
      return at;
    }
    const Heading& heading = headings_[*at];
    if (unit.empty() && heading.unit.empty())
      problems_.add(line_, heading.column, "no unit of this column", shown(name),
                    "a unit behind its name, as in \"T [degC]\", or `unit` in the calibration");
    if (!unit.empty() && !heading.unit.empty() && !is_same_unit(unit, heading.unit))
      problems_.add(line_, heading.column, "another unit than the calibration has for this column", shown(heading.unit),
                    unit);
    columns.push_back({name, unit.empty() ? heading.unit : unit, {}, line_, heading.column});
    return at;
  }

  const std::vector<InputProblem>& missing() const { return missing_; }

 private:
  static InputProblem problem_of(const Origin& origin, std::string what, std::string got, std::string allowed) {
    return {origin.file, origin.line, origin.column, origin.path, std::move(what), std::move(got), std::move(allowed)};
  }

  void report_duplicate(const Heading& heading) {
    problems_.add(line_, heading.column, "duplicate column", shown(heading.name));
  }

  /// Parts the name from the unit of a heading "name (unit)", which may as well be a name as a whole.
  std::optional<std::size_t> take_out_of_parentheses(const std::string& name) {
    std::optional<std::size_t> at;
    for (std::size_t i = 0; i < headings_.size(); ++i) {
      const std::optional<Heading> parted = with_unit_in_parentheses(headings_[i]);
      if (!parted || parted->name != name) continue;
      if (at) report_duplicate(*parted);
      headings_[i] = *parted;
      at = i;
    }
    return at;
  }

  std::vector<Heading> headings_;
  int line_;
  const std::string& file_;
  FileProblems& problems_;
  std::vector<InputProblem> missing_;
};

/// Seconds since 1970, or as they are counted in the file.
std::optional<double> read_time(std::string_view text, double utc_offset) {
  if (const std::optional<double> seconds = parse_number(text)) return seconds;
  return parse_time(text, utc_offset);
}

/// Rows that are too far apart, by the median of all steps or by what the calibration allows.
void find_gaps(const std::vector<double>& time, const std::vector<int>& lines, double longest, FileProblems& problems) {
  if (time.size() < 3) return;
  std::vector<double> steps;
  for (std::size_t i = 1; i < time.size(); ++i) steps.push_back(time[i] - time[i - 1]);
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
  constexpr double usual = 3.0;  // steps that may be missing are two
  const double allowed = longest > 0.0 ? longest : usual * steps[steps.size() / 2];
  for (std::size_t i = 1; i < time.size(); ++i)
    if (time[i] - time[i - 1] > allowed * (1.0 + 1e-9))
      problems.add(lines[i], 1, "gap before this row", fmt::format("{:.6g} s", time[i] - time[i - 1]),
                   fmt::format("at most {:.6g} s: `longest_gap` of the calibration", allowed));
}

void find_constant(const Telemetry::Column& column, FileProblems& problems, const char* advice) {
  const auto& values = column.values;
  if (values.size() < 2 || std::any_of(values.begin(), values.end(), [&](double v) { return v != values.front(); }))
    return;
  problems.add(column.line, column.place, "a column that never changes",
               fmt::format("{} {} in all rows", values.front(), column.unit), advice);
}

}  // namespace

Telemetry read_telemetry(const std::string& file, const Calibration& calibration, double utc_offset) {
  const std::vector<std::string> lines = read_lines(file);
  FileProblems problems(file);
  std::size_t first = 0;
  while (first + 1 < lines.size() && (lines[first].starts_with('#') || lines[first].empty())) ++first;
  const int header_line = static_cast<int>(first) + 1;
  if (!lines.empty()) problems.require_commas(header_line, lines[first]);
  const std::vector<Heading> headings = read_header(lines.empty() ? "" : lines[first]);

  Telemetry data;
  data.file = file;
  Mapping mapping(headings, header_line, file, problems);
  const std::optional<std::size_t> time = mapping.find(calibration.time_column);
  if (!time) problems.add(header_line, 1, "no column of time", "", shown(calibration.time_column));
  if (time && !headings[*time].unit.empty() && headings[*time].unit != "s")
    problems.add(header_line, headings[*time].column, "a unit of the column of time", shown(headings[*time].unit),
                 "s, or none where times are ISO 8601");
  std::vector<std::optional<std::size_t>> places;
  for (const MeasuredBoundary& b : calibration.boundaries)
    places.push_back(mapping.map(b.column, b.unit, b.origin, data.boundaries));
  for (const MeasuredSensor& s : calibration.sensors)
    places.push_back(mapping.map(s.column, s.unit, s.origin, data.sensors));
  if (!mapping.missing().empty()) throw InputError(mapping.missing());
  problems.throw_if_any();
  for (std::size_t i = 0; i < headings.size(); ++i)
    if (i != *time && std::find(places.begin(), places.end(), i) == places.end())
      data.unused.push_back(headings[i].name);

  std::vector<Telemetry::Column*> columns;
  for (Telemetry::Column& column : data.boundaries) columns.push_back(&column);
  for (Telemetry::Column& column : data.sensors) columns.push_back(&column);
  std::vector<int> rows;
  for (std::size_t i = first + 1; i < lines.size(); ++i) {
    if (lines[i].empty() || lines[i].starts_with('#')) continue;
    const int line = static_cast<int>(i) + 1;
    const std::vector<TextField> fields = split_fields(lines[i]);
    if (fields.size() != headings.size()) {
      problems.add(line, 1, "row of another length", fmt::format("{} fields", fields.size()),
                   fmt::format("{} fields", headings.size()));
      continue;
    }
    const TextField& stamp = fields[*time];
    const std::optional<double> t = read_time(stamp.text, utc_offset);
    if (!t) {
      problems.add(line, stamp.column, "not a time", shown(stamp.text), "ISO 8601, like 2026-07-15T06:00, or seconds");
      continue;
    }
    if (!data.time.empty() && *t <= data.time.back())
      problems.add(line, stamp.column, *t == data.time.back() ? "duplicate time" : "time goes back", shown(stamp.text),
                   "times in order, each once: a clock that is set back is given with its offset from UTC");
    data.time.push_back(*t);
    rows.push_back(line);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const TextField& field = fields[*places[k]];
      const std::optional<double> value = parse_number(field.text);
      if (!value)
        problems.add(line, field.column,
                     field.text.empty() ? "gap: no value of " + columns[k]->name : "not a number: " + columns[k]->name,
                     shown(field.text), "a number in " + columns[k]->unit);
      columns[k]->values.push_back(value.value_or(std::nan("")));
    }
  }
  problems.throw_if_any();
  constexpr std::size_t fewest = 10;
  if (data.time.size() < fewest)
    problems.add(header_line, 1, "too few rows", std::to_string(data.time.size()), fmt::format("at least {}", fewest));
  find_gaps(data.time, rows, calibration.longest_gap, problems);
  for (std::size_t b = 0; b < data.boundaries.size(); ++b)
    if (!calibration.boundaries[b].may_be_constant)
      find_constant(data.boundaries[b], problems,
                    "a value that changes, or `may_be_constant: true` in the calibration");
  for (const Telemetry::Column& sensor : data.sensors)
    find_constant(sensor, problems, "a reading that changes: this one tells nothing (stuck, or not this column?)");
  problems.throw_if_any();
  return data;
}

}  // namespace wattloop
