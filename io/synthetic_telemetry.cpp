// Measurements made by the model.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/measured_case.h"
#include "io/replay.h"
#include "io/units.h"
#include "models/random.h"

namespace wattloop {

namespace {

/// What drives an input over time: its schedule, or the value it holds.
struct Course {
  std::string name, unit;
  std::vector<std::pair<double, double>> knots;  // s, SI
  double zero = 0.0, scale = 1.0;                ///< column = zero + scale * SI

  double at(double t) const {
    const auto after = std::upper_bound(knots.begin(), knots.end(), t,
                                        [](double time, const auto& knot) { return time < knot.first; });
    if (after == knots.begin()) return zero + scale * knots.front().second;
    if (after == knots.end()) return zero + scale * knots.back().second;
    const auto before = after - 1;
    const double share = (t - before->first) / (after->first - before->first);
    return zero + scale * (before->second + share * (after->second - before->second));
  }
};

Course course_of(const MeasuredBoundary& boundary, Case& c) {
  const Port* port = nullptr;
  const InputBinding* input = find_input(c.network, boundary.path, &port);
  const bool is_given = input != nullptr && input->signal.path.empty();
  if (!is_given)
    throw InputError({problem_of(boundary.origin, "the case does not give this input as a value or a schedule",
                                 boundary.path, "an input of a part that it gives")});
  Course course{boundary.column, boundary.unit.empty() ? std::string(port->unit) : boundary.unit, input->schedule};
  if (course.knots.empty()) course.knots = {{0.0, input->held}};
  course.zero = convert(0.0, port->unit, course.unit);
  course.scale = convert(1.0, port->unit, course.unit) - course.zero;
  return course;
}

}  // namespace

std::string synthetic_telemetry(const std::filesystem::path& case_file, const Settings& overrides, std::uint64_t seed) {
  Case c = read_case(case_file, overrides);
  if (!c.calibration) throw no_calibration(c);
  const Calibration calibration = *c.calibration;
  std::vector<Course> courses;
  for (const MeasuredBoundary& boundary : calibration.boundaries) courses.push_back(course_of(boundary, c));
  const std::string file = c.file;
  const double start = c.run.start, offset = c.site.utc_offset;
  std::vector<double> times;
  const auto rows = static_cast<int>(std::floor(c.run.duration / c.run.record_interval + 1e-9));
  for (int i = 0; i <= rows; ++i) times.push_back(i * c.run.record_interval);

  leave_out_records(c);
  Twin twin(std::move(c), 1);
  std::vector<std::string> units;
  for (const MeasuredSensor& sensor : calibration.sensors)
    units.push_back(sensor.unit.empty() ? SensorReading(sensor, "", twin.network()).si_unit() : sensor.unit);
  const std::vector<SensorReading> sensors = sensors_of(calibration, units, twin.network());
  const Readings readings = run_and_read(twin, sensors, times, {});

  std::string text = fmt::format("{} Made by the model of {} with seeded normal noise (seed {}).\n{}", synthetic_mark,
                                 std::filesystem::path(file).filename().string(), seed, calibration.time_column);
  for (const Course& course : courses) text += fmt::format(",{} [{}]", course.name, course.unit);
  for (std::size_t s = 0; s < sensors.size(); ++s)
    text += fmt::format(",{} [{}]", calibration.sensors[s].column, units[s]);
  text += '\n';
  for (std::size_t i = 0; i < times.size(); ++i) {
    text += format_time(start + times[i], offset);
    for (const Course& course : courses) text += fmt::format(",{:.7g}", course.at(times[i]));
    for (std::size_t s = 0; s < sensors.size(); ++s)
      text += fmt::format(",{:.7g}", readings[s][i] + sensors[s].noise() * RandomStream(seed, s).normal(i));
    text += '\n';
  }
  return text;
}

}  // namespace wattloop
