#include "io/calibration.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "io/case_workload.h"
#include "io/units.h"

namespace wattloop {

namespace {

Origin place(Reader& reader, const char* key) {
  const InputProblem here = reader.problem("", "", "", reader.has(key) ? key : "");
  return {here.file, here.line, here.column, here.path};
}

/// What the document says of a quantity whose dimension only the model knows; NaN and a problem if it is none.
Written read_written(Reader& reader, const char* key) {
  const std::string text = reader.text(key);
  Written result = written(text);
  if (!text.empty() && std::isnan(result.value)) reader.report("not a quantity", text, "as in 488 kW/K", key);
  return result;
}

/// The same in a given unit.
double read_in(Reader& reader, const char* key, const std::string& unit, bool is_difference = false) {
  const Written w = read_written(reader, key);
  try {
    return is_difference ? convert_difference(w.value, w.unit, unit) : convert(w.value, w.unit, unit);
  } catch (const InputError& error) {
    const InputProblem& p = error.problems().front();
    reader.report(p.what, w.unit, fmt::format("a quantity in the unit of min, {}", unit), key);
    return std::nan("");
  }
}

MeasuredBoundary read_boundary(const std::string& name, Reader& reader) {
  MeasuredBoundary boundary;
  boundary.column = reader.text("column", name);
  boundary.path = reader.text("path");
  boundary.unit = reader.text("unit", "");
  boundary.may_be_constant = reader.boolean("may_be_constant", false);
  boundary.origin = place(reader, "path");
  reader.finish();
  return boundary;
}

MeasuredSensor read_sensor(const std::string& name, Reader& reader) {
  MeasuredSensor sensor;
  sensor.column = reader.text("column", name);
  sensor.path = reader.text("path");
  sensor.unit = reader.text("unit", "");
  sensor.noise = reader.text("noise");
  sensor.offset = reader.text("offset", "");
  sensor.drift = reader.text("drift", "");
  sensor.origin = place(reader, "path");
  reader.finish();
  return sensor;
}

void read_prior(Reader& parameter, FittedParameter& p) {
  Reader prior = parameter.child("prior");
  p.prior_mean = read_in(prior, "mean", p.unit);
  p.prior_deviation = read_in(prior, "deviation", p.unit, true);
  if (p.prior_deviation <= 0.0) prior.report("a deviation is above zero", prior.text("deviation"), "", "deviation");
  prior.finish();
}

FittedParameter read_parameter(const std::string& name, Reader& reader) {
  FittedParameter p;
  p.name = name;
  p.path = reader.text("path");
  p.origin = place(reader, "path");
  if (p.path.find('[') != std::string::npos)
    reader.report("a fitted value is not in a list", p.path, "a path of names: parts.exchanger.UA_nominal", "path");
  const Written min = read_written(reader, "min");
  p.unit = min.unit;
  p.min = min.value;
  p.max = read_in(reader, "max", p.unit);
  if (p.min >= p.max) reader.report("the bounds are not in order", p.text(p.max), "more than " + p.text(p.min), "max");
  if (reader.has("prior")) read_prior(reader, p);
  p.start = reader.has("start") ? read_in(reader, "start", p.unit)
            : p.has_prior()     ? p.prior_mean
                                : 0.5 * (p.min + p.max);
  for (const auto& [key, value] : {std::pair{"start", p.start}, {"prior", p.prior_mean}})
    if (reader.has(key) && (value < p.min || value > p.max))
      reader.report("outside of the bounds", p.text(value), fmt::format("{} to {}", p.text(p.min), p.text(p.max)), key);
  reader.finish();
  return p;
}

/// A column is one thing, and so is a path that is fitted.
template <class List, class Key>
void report_twice(Reader& reader, const List& list, const char* what, const Key& key) {
  for (auto a = list.begin(); a != list.end(); ++a)
    if (std::any_of(list.begin(), a, [&](const auto& b) { return key(*a) == key(b); })) reader.report(what, key(*a));
}

}  // namespace

double FittedParameter::uncertainty() const {
  return has_prior() ? prior_deviation : (max - min) / std::sqrt(12.0);
}

std::string FittedParameter::text(double value) const {
  return unit == "1" ? fmt::format("{}", value) : fmt::format("{} {}", value, unit);
}

Written written(const std::string& text) {
  Written result;
  const std::size_t begin = std::min(text.find_first_not_of(" +"), text.size());
  std::from_chars(text.data() + begin, text.data() + text.size(), result.value);
  result.unit = written_unit(text);
  return result;
}

double convert_difference(double difference, const std::string& from, const std::string& to) {
  return convert(difference, from, to) - convert(0.0, from, to);
}

Calibration read_calibration(Reader& reader) {
  Calibration c;
  const InputProblem here = reader.problem("");
  c.origin = {here.file, here.line, here.column, here.path};
  if (reader.has("data"))
    c.data = find_file(std::filesystem::path(here.file).parent_path(), reader.text("data")).string();
  c.time_column = reader.text("time", c.time_column);
  c.longest_gap = reader.quantity("longest_gap", "s", positive, c.longest_gap);
  c.warm_up = reader.quantity("warm_up", "s", not_negative, c.warm_up);
  c.hold_out = reader.quantity("hold_out", "1", {0.0, 0.9}, c.hold_out);
  if (reader.has("boundaries"))
    for (auto& [name, entry] : reader.child("boundaries").entries()) c.boundaries.push_back(read_boundary(name, entry));
  for (auto& [name, entry] : reader.child("sensors").entries()) c.sensors.push_back(read_sensor(name, entry));
  if (reader.has("parameters"))
    for (auto& [name, entry] : reader.child("parameters").entries())
      c.parameters.push_back(read_parameter(name, entry));
  if (reader.has("sensors") && c.sensors.empty()) reader.report("nothing is compared", "", "a sensor", "sensors");
  report_twice(reader, c.boundaries, "two boundaries of one path", [](const auto& b) { return b.path; });
  report_twice(reader, c.parameters, "two parameters of one path", [](const auto& p) { return p.path; });
  reader.finish();
  return c;
}

}  // namespace wattloop
