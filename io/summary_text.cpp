#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "io/civil_time.h"
#include "io/summary.h"
#include "io/units.h"

namespace wattloop {

namespace {

constexpr double full_charge = 0.999;  // of a battery: more is not told

std::string power_text(double power) {
  return power >= 1e6 ? fmt::format("{:.3f} MW", power / 1e6) : fmt::format("{:.3f} kW", power / 1e3);
}

/// What the last record holds of each component, a paragraph each.
std::string components_text(const Summary& s) {
  constexpr std::size_t width = 116;
  std::string text = "  at the end\n";
  for (const auto& [path, values] : s.components) {
    std::string line = fmt::format("    {:<24}", path);
    for (const auto& [name, value] : values) {
      const std::string entry = fmt::format("{} {:.6g}  ", name, value);
      if (line.size() + entry.size() > width) {
        text += line + "\n";
        line = fmt::format("    {:<24}", "");
      }
      line += entry;
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string to_text(const Summary& s) {
  std::string text = fmt::format("\n{}\n", s.case_name);
  const auto line = [&](std::string_view label, const std::string& value) {
    text += fmt::format("  {:<25} {}\n", label, value);
  };
  if (s.gpus > 0) line("GPUs, unknowns", fmt::format("{:L}, {:L}", s.gpus, s.unknowns));
  if (s.duration > 0.0) line("simulated", fmt::format("{:.3g} h", s.duration / 3600.0));
  if (!s.weather.empty()) line("weather", s.weather);
  for (const std::string& job : s.workload) line(&job == s.workload.data() ? "workload" : "", job);
  if (s.P_it > 0.0) {
    line("IT power (PSU inputs)", power_text(s.P_it));
    if (s.P_grid > 0.0) {
      line("grid power", power_text(s.P_grid));
      if (std::abs(s.P_generators) > least_it_power) line("generators", power_text(s.P_generators));
      if (std::isfinite(s.frequency.least))
        line("frequency of the generators", fmt::format("{:.2f} to {:.2f} Hz", s.frequency.least, s.frequency.most));
      if (s.frequency.rocof > 0.0)
        line("largest rate of change", fmt::format("{:.3g} Hz/s over {:.2g} s", s.frequency.rocof, Rocof::window));
      if (s.extremes.charge_min < full_charge)
        line("lowest charge of a battery", fmt::format("{:.1f} %", 100.0 * s.extremes.charge_min));
      if (std::abs(s.P_batteries) > 1e-4 * s.P_grid) line("out of batteries", power_text(s.P_batteries));
      line("PUE (IT at PSU inputs)", fmt::format("{:.4f}", s.pue));
    }
  }
  for (const auto& [name, power] : s.power_by_class)
    if (name != "IT" && s.P_it > 0.0) line("  of it " + name, fmt::format("{:.4f}", power / s.P_it));
  if (s.is_smoothed)
    line("power smoothing",
         fmt::format("{:.4f} MWh burned, {:.4f} MWh held back", s.burned / 3.6e9, s.held_back / 3.6e9));
  if (!s.outside.empty()) {
    text += "  heat balance, MW into the site\n";
    for (const auto& [meter, power] : s.outside)
      text += fmt::format("    {:<24}{:>12.4f}\n", meter, without_sign_of_zero(power / 1e6, 4));
    text += fmt::format("    {:<24}{:>12.4f}\n", "stored", without_sign_of_zero(-s.stored / 1e6, 4));
  }
  std::vector<std::tuple<double, std::string, std::string>> parts;
  for (const auto& [category, of_category] : s.parts_by_class)
    for (const auto& [part, power] : of_category) parts.emplace_back(-power, part, category);
  std::sort(parts.begin(), parts.end());
  if (s.P_it > 0.0 && s.P_grid > 0.0 && !parts.empty()) {
    text += "  electricity by part             MW    share of IT\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 20); ++i) {
      const auto& [less, part, category] = parts[i];
      text += fmt::format("    {:<24}{:>10.4f}{:>12.4f}  {}\n", part, -less / 1e6, -less / s.P_it, category);
    }
  }
  if (s.P_it > 0.0 && s.P_grid > 0.0)
    for (const auto& [type, power] : s.losses)
      line(
          type == s.losses.begin()->first ? "electrical losses" : "",
          fmt::format("{:<12} {:.4f} MW, {:.3f} % of the site's power", type, power / 1e6, 100.0 * power / s.P_site()));
  if (s.T_die_max > 0.0) {
    line("hottest GPU",
         fmt::format("{:.2f} degC, {} at {}", celsius(s.T_die_max), s.hottest,
                     s.duration > 0.0 ? format_time(s.start_epoch + s.hottest_time, s.utc_offset) : "steady state"));
    line("margin to throttling",
         fmt::format("{:.2f} K{}", s.T_throttle - s.T_die_max,
                     s.throttle_max > 0.0 ? fmt::format(", up to {:.1f} % of power cut", 100.0 * s.throttle_max)
                                          : std::string(", nobody throttles")));
  }
  if (s.peak_make_up > 0.0) {
    if (s.duration > 0.0)
      line("water",
           fmt::format("{:.1f} m3", s.water / 1000.0) +
               (s.P_it > 0.0 ? fmt::format(", WUE {:.3f} L/kWh", s.water / (s.P_it * s.duration / 3.6e6)) : ""));
    line("peak make-up", fmt::format("{:.1f} m3/h", s.peak_make_up * 3.6));
  }
  for (const AlarmSummary& a : s.alarms) {
    const std::string when = s.duration > 0.0
                                 ? fmt::format(" first, at {}; {:.0f} s in all",
                                               format_time(s.start_epoch + a.since, s.utc_offset), a.duration)
                                 : "";
    line(&a == s.alarms.data() ? "alarms" : "",
         fmt::format("{} of {} ({}): {}; {}{}", a.name, a.part, a.components, a.meaning, a.first, when));
  }
  for (const ValveSummary& v : s.valves)
    line(&v == s.valves.data() ? "valve authority" : "",
         fmt::format("{} ({}): {:.2f} at least, {} at {:.0f} % of nominal flow", v.part, v.components, v.authority,
                     v.path, 100.0 * v.flow_share));
  bool is_first = true;
  for (const auto& [sequence, count] : s.switching) {
    if (count.starts == 0) continue;
    const std::string shortest =
        std::isfinite(count.shortest) ? fmt::format("; shortest {:.3g} min", count.shortest / 60.0) : "";
    line(
        std::exchange(is_first, false) ? "switching" : "",
        fmt::format("{}: {} starts, at most {} in an hour{}", sequence, count.starts, count.most_in_an_hour, shortest));
  }
  constexpr std::size_t few = 8;
  if (!s.components.empty() && s.components.size() <= few) text += components_text(s);
  text += s.year_text;
  if (s.duration > 0.0) text += to_text(s.accounts);
  const double first_event = s.consequences.first_event;
  text +=
      to_text(s.consequences, std::isnan(first_event) ? "" : format_time(s.start_epoch + first_event, s.utc_offset));
  text += ride_through_text(s.ride_through);
  line("closure", fmt::format("energy {:.1e}, mass {:.1e}, electrical {:.1e}", s.closure.energy, s.closure.mass,
                              s.closure.electrical));
  line("", fmt::format("worst component {:.1e} ({})", s.closure.energy_component, s.closure.worst_component));
  if (s.wall_time > 0.0)
    line("speed",
         fmt::format("{:.1f} s of wall time, {:.0f} x real time; {} steps, {} rejected, {} matrices", s.wall_time,
                     s.duration / s.wall_time, s.statistics.steps, s.statistics.rejected, s.statistics.linearisations));
  if (!s.groupings.empty()) {
    const LogEntry& last = s.groupings.back();
    const std::size_t splits = s.groupings.size() - 1;
    line("symmetry", last.what + (splits == 0 ? ""
                                              : fmt::format("; split {} time(s), last by {} at {:.0f} s", splits,
                                                            last.path, last.time)));
  }
  for (const std::string& warning : s.warnings) text += "  warning: " + warning + "\n";
  return text;
}

}  // namespace wattloop
