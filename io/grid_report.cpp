#include "io/grid_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "io/civil_time.h"
#include "models/rocof.h"

namespace wattloop {

namespace {

constexpr double seconds_per_minute = 60.0;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Flicker over every 10 minutes of a window, and the extremes of the voltage.
FaultLevelReport look_through(const ReducedGrid& grid, const GridCourse& course, const GridWindow& window, Lamp lamp) {
  FaultLevelReport report;
  std::vector<double> voltage;
  for (std::size_t k = 0; k < course.P.size(); ++k)
    voltage.push_back(grid.voltage(course.P[k], course.Q[k]) / window.V_nominal);
  if (std::any_of(voltage.begin(), voltage.end(), [](double v) { return std::isnan(v); })) {
    report.V_least = report.V_most = std::numeric_limits<double>::quiet_NaN();
    return report;
  }
  const auto [least, most] = std::minmax_element(voltage.begin(), voltage.end());
  report.V_least = *least, report.V_most = *most;
  const auto period = static_cast<std::size_t>(std::lround(severity_period / window.span.step));
  if (voltage.size() < period) return report;
  const std::vector<double> sensation = flicker_sensation(voltage, window.span.step, lamp);
  for (auto begin = sensation.begin(); sensation.end() - begin >= static_cast<std::ptrdiff_t>(period);) {
    const auto end = begin + static_cast<std::ptrdiff_t>(period);
    report.severity.push_back(flicker_severity(std::vector<double>(begin, end)));
    begin = end;
  }
  return report;
}

std::vector<FaultLevelReport> fault_levels(const GridCourse& course, const GridWindow& window, const Connection& c) {
  std::vector<FaultLevelReport> reports;
  for (const double S_k : c.short_circuit_power) {
    reports.push_back(look_through(ReducedGrid::of(window.V_nominal, S_k, c.x_over_r), course, window, c.lamp));
    reports.back().short_circuit_power = S_k;
    reports.back().x_over_r = c.x_over_r;
  }
  if (!reports.empty()) return reports;
  const double V = window.V_nominal;
  reports.push_back(look_through({V, window.R, window.X}, course, window, c.lamp));
  reports.back().short_circuit_power = V * V / std::hypot(window.R, window.X);
  reports.back().x_over_r = window.X / window.R;
  return reports;
}

/// Those that the window holds; at least one, the window itself.
std::vector<double> ramp_windows(const Connection& c, const GridWindowSpan& span) {
  std::vector<double> windows;
  for (const double window : c.ramp_windows)
    if (window <= span.duration) windows.push_back(window);
  if (windows.empty()) windows.push_back(span.duration);
  return windows;
}

CourseReport report_of(const GridCourse& course, const GridWindow& window, const Connection& c) {
  constexpr std::size_t most_lines = 5;
  const double h = window.span.step;
  CourseReport r;
  r.name = course.name;
  r.P_mean = mean_of(course.P);
  const auto [least, most] = std::minmax_element(course.P.begin(), course.P.end());
  r.P_least = *least, r.P_most = *most;
  r.energy = r.P_mean * h * static_cast<double>(course.P.size());
  r.demand = highest_mean(course.P, h, c.demand_interval);
  r.burned = course.burned, r.held_back = course.held_back, r.storage_loss = course.storage_loss;
  for (const double length : ramp_windows(c, window.span)) r.ramps.push_back(largest_ramp(course.P, h, length));
  r.spectrum = welch_spectrum(course.P, h, c.segment);
  const double within = r.spectrum.power(c.band_low, c.band_high);
  r.band_rms = std::sqrt(within);
  r.band_energy_share = r.spectrum.variance > 0.0 ? within / r.spectrum.variance : 0.0;
  r.lines = strongest_lines(r.spectrum, c.band_low, c.band_high, most_lines);
  for (std::size_t k = 0; k < course.P.size(); ++k) {
    r.power_factor_least = std::min(r.power_factor_least, course.P[k] / std::hypot(course.P[k], course.Q[k]));
    r.compensation.add(course.P[k], course.Q[k], c.power_factor);
  }
  r.power_factor_mean = r.P_mean / std::hypot(r.P_mean, mean_of(course.Q));
  if (c.capacitor_step > 0.0) r.capacitor_steps = r.compensation.steps(c.capacitor_step);
  r.grids = fault_levels(course, window, c);
  return r;
}

/// Those that limits count for: of a minute and more, since a limit per minute says nothing of what a second may do,
/// and a long window alone would spread a swing out until it passes. Where all are shorter, the longest.
std::vector<Ramp> held_ramps(const std::vector<Ramp>& ramps) {
  double least = 0.0;
  for (const Ramp& ramp : ramps) least = std::max(least, ramp.window);
  least = std::min(least, seconds_per_minute);
  std::vector<Ramp> held;
  for (const Ramp& ramp : ramps)
    if (ramp.window >= least) held.push_back(ramp);
  return held;
}

std::vector<LimitReport> limits_of(const CourseReport& course, const ConnectionLimits& limits, const Connection& c) {
  std::vector<LimitReport> reports;
  const auto most = [&](std::string what, std::string unit, double value, double limit, double scale) {
    if (std::isfinite(limit))
      reports.push_back({std::move(what), std::move(unit), value / scale, limit / scale, false});
  };
  constexpr double mw = 1e6, mw_per_minute = 1e6 / seconds_per_minute;
  for (const Ramp& ramp : held_ramps(course.ramps)) {
    const std::string within = fmt::format(" within {:.6g} s", ramp.window);
    most("ramp up" + within, "MW/min", ramp.rise / ramp.window, limits.ramp_up, mw_per_minute);
    most("ramp down" + within, "MW/min", ramp.fall / ramp.window, limits.ramp_down, mw_per_minute);
  }
  most("peak to peak", "MW", course.peak_to_peak(), limits.peak_to_peak, mw);
  most(fmt::format("rms within {:.6g} to {:.6g} Hz over the mean", c.band_low, c.band_high), "1",
       course.band_rms / course.P_mean, limits.band_share, 1.0);
  for (const FaultLevelReport& grid : course.grids)
    if (!grid.severity.empty() || std::isnan(grid.V_least))
      most(fmt::format("flicker P_st at {:.6g} MVA", grid.short_circuit_power / mw), "1",
           std::isnan(grid.V_least) ? std::numeric_limits<double>::infinity() : grid.worst(), limits.flicker, 1.0);
  if (limits.power_factor > 0.0)
    reports.push_back({"power factor", "1", course.power_factor_least, limits.power_factor, true});
  return reports;
}

std::vector<TapReport> taps_of(const GridWindow& window, const Connection& c) {
  std::vector<TapReport> reports;
  for (const TapSetting& setting : window.taps) {
    TapReport report{setting.tap, setting.V_least, setting.V_most, 1.0, {}, 0};
    for (const GridResponse::Level& level : setting.levels) {
      report.compensation.add(level.P, level.Q, c.power_factor);
      report.power_factor_least = std::min(report.power_factor_least, level.P / std::hypot(level.P, level.Q));
    }
    if (c.capacitor_step > 0.0) report.capacitor_steps = report.compensation.steps(c.capacitor_step);
    reports.push_back(report);
  }
  return reports;
}

/// Each rack by its table and the voltage that it sees. A rack that trips takes with it what its power comes to at the
/// point of connection.
std::vector<RideThroughReport> ride_through_of(const GridWindow& window, const Connection& c, std::uint64_t seed) {
  if (c.ride_through.empty() || (c.events.empty() && c.rack_events.empty())) return {};
  std::vector<RideThroughReport> reports = empty_reports(c.ride_through);
  const RideThroughSpread spread(seed);
  const GridCourse& course = window.courses[std::min<std::size_t>(1, window.courses.size() - 1)];
  const std::vector<int> tables = tables_of_racks(c.ride_through, course.rack_power.size());
  const double to_grid = mean_of(course.P) / mean_of(course.P_it);
  for (std::size_t rack = 0; rack < tables.size(); ++rack) {
    if (tables[rack] < 0) continue;
    const RideThroughTable& table = c.ride_through[tables[rack]].table;
    const auto own = c.rack_events.find(window.rack_paths[rack]);
    if (own == c.rack_events.end() && c.events.empty())
      throw InputError({{"--events", 0, 0, "", "the recorded run does not hold the voltage of a rack",
                         window.rack_paths[rack], "a run of the same case and resolution"}});
    const std::vector<GridSample>& seen = own == c.rack_events.end() ? c.events : own->second;
    reports[tables[rack]].add(first_trip(table, seen, spread.scale(table, rack)), to_grid * course.rack_power[rack]);
  }
  return reports;
}

/// Of the recorded frequency, which holds from sample to sample; nothing where none was recorded.
std::optional<FrequencyReport> frequency_of(const std::vector<GridSample>& samples) {
  if (samples.size() < 2 || std::isnan(samples.front().frequency)) return {};
  FrequencyReport report;
  Rocof rocof;
  for (const GridSample& s : samples) {
    report.least = std::min(report.least, s.frequency);
    report.most = std::max(report.most, s.frequency);
    rocof.add(s.time, s.frequency);
  }
  report.rocof = rocof.largest();
  return report;
}

}  // namespace

double FaultLevelReport::worst() const {
  if (severity.empty()) return std::numeric_limits<double>::quiet_NaN();
  return *std::max_element(severity.begin(), severity.end());
}

const CourseReport& GridReport::in_use() const {
  return courses[std::min<std::size_t>(1, courses.size() - 1)];
}

bool GridReport::holds() const {
  const auto& grids = in_use().grids;
  return std::none_of(grids.begin(), grids.end(), [](const auto& grid) { return std::isnan(grid.V_least); }) &&
         std::all_of(limits.begin(), limits.end(), [](const LimitReport& l) { return l.holds(); }) &&
         std::all_of(ride_through.begin(), ride_through.end(), [](const auto& r) { return r.tripped == 0; });
}

GridReport grid_report(const GridWindow& window, const Connection& c, const Case& description) {
  GridReport report;
  report.case_name = description.name;
  report.span = window.span;
  report.begins_at = format_time(description.run.start + window.span.begin, description.site.utc_offset);
  report.band_low = c.band_low, report.band_high = c.band_high, report.segment = c.segment;
  report.power_factor = c.power_factor, report.capacitor_step = c.capacitor_step;
  report.demand_interval = std::min(c.demand_interval, window.span.duration);
  for (const GridCourse& course : window.courses) report.courses.push_back(report_of(course, window, c));
  report.limits = limits_of(report.in_use(), c.limits, c);
  report.taps = taps_of(window, c);
  report.ride_through = ride_through_of(window, c, description.run.seed);
  report.frequency = frequency_of(c.events);
  report.events = c.events.size();
  report.mean_error = std::abs(mean_of(window.courses.front().P_it) - window.P_it_mean) / window.P_it_mean;
  for (const GridCheck& check : window.checks)
    report.network_error = std::max(report.network_error, std::abs(check.P_solved - check.P_interpolated));
  report.P_steady = window.P_steady;
  report.notes = window.notes;
  if (window.span.duration < c.segment)
    report.notes.push_back(fmt::format(
        "the window is shorter than the {:.6g} s of the spectrum's segments: what is slower than {:.3g} Hz is "
        "not told apart",
        c.segment, 3.0 / window.span.duration));
  return report;
}

}  // namespace wattloop
