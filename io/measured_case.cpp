#include "io/measured_case.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/case_run.h"
#include "io/nearest.h"
#include "io/units.h"
#include "meshes/network.h"

namespace wattloop {

namespace {

constexpr double finest_tolerance = 1e-3;  // K: what the integrator leaves stays far below the noise of a sensor

std::vector<std::string> steps_of(const std::string& path) {
  std::vector<std::string> steps(1);
  for (const char c : path) {
    if (c == '.')
      steps.emplace_back();
    else
      steps.back() += c;
  }
  return steps;
}

void drive_weather(const Telemetry& data, const std::string& what, const std::vector<double>& values, Case& c) {
  WeatherSeries series;
  const Weather before = c.weather ? *c.weather : constant_weather(298.15, 285.15, c.site);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const WeatherSample now = before.at(data.time[i]);
    WeatherPoint point{now.T_db, now.T_dp, now.p};
    (what == "T_db" ? point.T_db : point.T_dp) = values[i];
    point.T_dp = std::min(point.T_dp, point.T_db);
    series.t.push_back(data.time[i]);
    series.points.push_back(point);
  }
  c.weather = Weather(std::move(series), c.site.utc_offset, "measured: " + data.file);
}

double greatest_of(const std::vector<double>& values) {
  double most = 0.0;
  for (const double v : values) most = std::max(most, std::abs(v));
  return most;
}

/// The largest value that the case itself gives, 0 where another part or nothing does.
double greatest_of(const InputBinding& input) {
  if (!input.signal.path.empty()) return 0.0;
  double most = input.schedule.empty() ? std::abs(input.held) : 0.0;
  for (const auto& [t, v] : input.schedule) most = std::max(most, std::abs(v));
  return most;
}

/// Kilowatts that are called watts: a fit would look for parameters that make up for it.
void find_other_scale(const Telemetry& data, const Telemetry::Column& column, double measured, double given,
                      std::string_view unit, std::vector<InputProblem>& problems) {
  constexpr double most = 50.0;
  if (unit == "K" || measured == 0.0 || given == 0.0) return;
  const double ratio = measured / given;
  if (ratio < most && ratio > 1.0 / most) return;
  problems.push_back({data.file, column.line, column.place, column.name,
                      fmt::format("the largest value is {:.3g} times that of the case: another unit?", ratio),
                      fmt::format("{:.6g} {}", greatest_of(column.values), column.unit),
                      fmt::format("within {} times of {:.6g}{}, the largest of the case: change it there where it is "
                                  "no other unit",
                                  most, given, unit == "1" ? "" : fmt::format(" {}", unit))});
}

}  // namespace

std::vector<double> in_si(const Telemetry& data, const Telemetry::Column& column, std::string_view unit, Range range,
                          std::vector<InputProblem>& problems) {
  const auto report = [&](std::string what, std::string got, std::string allowed) {
    problems.push_back(
        {data.file, column.line, column.place, column.name, std::move(what), std::move(got), std::move(allowed)});
  };
  constexpr Range temperatures{173.15, 473.15};  // K
  if (unit == "K") range = {std::max(range.min, temperatures.min), std::min(range.max, temperatures.max)};
  std::vector<double> values;
  try {
    const double zero = convert(0.0, column.unit, unit), scale = convert(1.0, column.unit, unit) - zero;
    for (const double value : column.values) values.push_back(zero + scale * value);
  } catch (const InputError& error) {
    report(error.problems().front().what, column.unit, describe_unit(unit));
    return values;
  }
  const auto bad = std::find_if(values.begin(), values.end(), [&](double v) { return v < range.min || v > range.max; });
  if (bad != values.end())
    report(fmt::format("value {} is not plausible: another unit?", bad - values.begin() + 1),
           fmt::format("{} {}", column.values[static_cast<std::size_t>(bad - values.begin())], column.unit),
           fmt::format("{:.6g} to {:.6g} {}", range.min, range.max, unit));
  return values;
}

InputBinding* find_input(NetworkDefinition& network, const std::string& path, const Port** port) {
  const std::vector<std::string> steps = steps_of(path);
  Template* body = nullptr;
  std::size_t at = 0;
  if (steps.size() == 3 && steps[0] == "parts") {
    body = &network.site;
    at = 1;
  } else if (steps.size() == 5 && steps[0] == "templates" && steps[2] == "parts") {
    const auto found = network.templates.find(steps[1]);
    if (found != network.templates.end()) body = &found->second;
    at = 3;
  }
  if (body == nullptr) return nullptr;
  for (Part& part : body->parts) {
    if (part.name != steps[at] || part.type == nullptr) continue;
    const int index = part.type->port_index(steps[at + 1]);
    if (index < 0 || part.type->ports[static_cast<std::size_t>(index)].connector != Connector::input) return nullptr;
    *port = &part.type->ports[static_cast<std::size_t>(index)];
    const auto bound = std::find_if(part.inputs.begin(), part.inputs.end(),
                                    [&](const InputBinding& binding) { return binding.port == index; });
    if (bound != part.inputs.end()) return &*bound;
    part.inputs.emplace_back().port = index;
    return &part.inputs.back();
  }
  return nullptr;
}

std::vector<InputProblem> drive_by(const Telemetry& data, const Calibration& calibration, Case& description) {
  std::vector<InputProblem> problems;
  for (std::size_t b = 0; b < calibration.boundaries.size(); ++b) {
    const MeasuredBoundary& boundary = calibration.boundaries[b];
    if (boundary.path == "weather.T_db" || boundary.path == "weather.T_dp") {
      const std::vector<double> values = in_si(data, data.boundaries[b], "K", any_value, problems);
      if (!values.empty()) drive_weather(data, boundary.path.substr(8), values, description);
      continue;
    }
    const Port* port = nullptr;
    InputBinding* input = find_input(description.network, boundary.path, &port);
    if (input == nullptr) {
      problems.push_back(problem_of(boundary.origin, "the case has no such input", boundary.path,
                                    "parts.NAME.INPUT, templates.NAME.parts.NAME.INPUT, weather.T_db, weather.T_dp"));
      continue;
    }
    const std::vector<double> values = in_si(data, data.boundaries[b], port->unit, port->range, problems);
    find_other_scale(data, data.boundaries[b], greatest_of(values), greatest_of(*input), port->unit, problems);
    input->signal = {};
    input->schedule.clear();
    input->origin = boundary.origin;
    for (std::size_t i = 0; i < values.size(); ++i)
      input->schedule.emplace_back(data.time[i] - data.time.front(), values[i]);
  }
  return problems;
}

bool SensorReading::find(const std::string& path, const Network& network) {
  const std::vector<Reading> readings = network.find_unknowns(0, path);
  if (readings.size() == 1) {
    unknown_ = network.system().unknown(readings.front().unknown);
    si_ = network.unit_of(readings.front().unknown);
    return true;
  }
  const std::size_t dot = path.rfind('.');
  const int instance = dot == std::string::npos ? -1 : network.find(path.substr(0, dot));
  if (instance < 0) return false;
  component_ = network.instances()[static_cast<std::size_t>(instance)].component;
  if (component_.group < 0) return false;
  const ComponentType& type = network.system().group(component_.group).type();
  const int state = type.state_index(path.substr(dot + 1));
  if (state >= 0) {
    unknown_ = network.system().group(component_.group).unknown(component_.index, state);
    si_ = type.states[static_cast<std::size_t>(state)].unit;
    return true;
  }
  output_ = type.output_index(path.substr(dot + 1));
  if (output_ >= 0) si_ = type.outputs[static_cast<std::size_t>(output_)].unit;
  return output_ >= 0;
}

SensorReading::SensorReading(const MeasuredSensor& sensor, const std::string& unit, const Network& network)
    : system_(&network.system()) {
  if (!find(sensor.path, network))
    throw InputError({problem_of(sensor.origin, "the case has no such reading, or several", sensor.path,
                                 suggestion(sensor.path, network.readable_names(0)))});
  const auto in_column = [&](const std::string& text, const std::string& kind, const std::string& si) {
    try {
      const double value = quantity(text, si);
      return value * scale_;
    } catch (const InputError& error) {
      const InputProblem& p = error.problems().front();
      throw InputError({problem_of(sensor.origin, kind + " of the sensor: " + p.what, p.got, p.allowed)});
    }
  };
  try {
    zero_ = convert(0.0, si_, unit);
    scale_ = convert(1.0, si_, unit) - zero_;
  } catch (const InputError& error) {
    throw InputError({problem_of(sensor.origin, error.problems().front().what, unit, describe_unit(si_))});
  }
  const std::string difference = si_ == "K" ? "delta_K" : si_;
  noise_ = in_column(sensor.noise, "noise", difference);
  if (noise_ <= 0.0) throw InputError({problem_of(sensor.origin, "noise of the sensor: not above zero", sensor.noise)});
  if (!sensor.offset.empty()) offset_ = in_column(sensor.offset, "offset", difference);
  if (!sensor.drift.empty()) drift_ = in_column(sensor.drift, "drift", si_ == "1" ? "1/s" : "(" + si_ + ")/s");
}

double SensorReading::raw(const std::vector<double>& y) const {
  if (unknown_ >= 0) return y[static_cast<std::size_t>(unknown_)];
  const GroupBase& group = system_->group(component_.group);
  std::vector<double> outputs(group.type().outputs.size());
  group.outputs(component_.index, y.data(), outputs.data());
  return outputs[static_cast<std::size_t>(output_)];
}

double SensorReading::at(double t, const std::vector<double>& y) const {
  return zero_ + scale_ * raw(y) + offset_ + drift_ * t;
}

InputError no_calibration(const Case& c) {
  return InputError({{c.file, 0, 0, "", "the case does not say what was measured", "", "a section `calibration`"}});
}

std::vector<SensorReading> sensors_of(const Calibration& calibration, const std::vector<std::string>& units,
                                      const Network& network) {
  std::vector<SensorReading> sensors;
  std::vector<InputProblem> problems;
  for (std::size_t i = 0; i < calibration.sensors.size(); ++i) try {
      sensors.emplace_back(calibration.sensors[i], units[i], network);
    } catch (const InputError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  if (!problems.empty()) throw InputError(std::move(problems));
  return sensors;
}

/// What is recorded and accounted for in a run does not matter here.
void leave_out_records(Case& c) {
  c.record_rules.clear();
  c.tariff.reset();
  c.carbon.reset();
  c.connection.reset();
  c.run.record_interval = c.run.duration;
  c.run.tolerance = std::min(c.run.tolerance, finest_tolerance);
}

/// The readings at each of the times, s from the start. Empty if it was stopped.
Readings run_and_read(Twin& twin, const std::vector<SensorReading>& sensors, const std::vector<double>& times,
                      const std::function<bool(double t)>& stop) {
  Readings readings(sensors.size());
  const auto look = [&](double t, const std::vector<double>& y) {
    for (std::size_t s = 0; s < sensors.size(); ++s) readings[s].push_back(sensors[s].at(t, y));
    return false;
  };
  CaseRun run(twin, false);
  for (const double t : times) run.simulation().at(t, look);
  if (stop) run.stop_if(stop);
  run.start();
  if (!run.run(times.back())) return {};
  return readings;
}

}  // namespace wattloop
