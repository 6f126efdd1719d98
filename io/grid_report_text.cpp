#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/grid_report.h"
#include "models/rocof.h"

namespace wattloop {

namespace {

using nlohmann::ordered_json;

constexpr double mw = 1e6, mwh = 3.6e9;

double mw_per_min(double change, double window) {
  return change / window * 60.0 / mw;
}

/// A table with a column for each course.
class CourseTable {
 public:
  explicit CourseTable(const GridReport& report) : report_(report) {
    text_ = fmt::format("  {:<44}", "");
    for (const CourseReport& course : report.courses) text_ += fmt::format("{:>16}", course.name);
    text_ += "\n";
  }

  template <class Value>
  void row(const std::string& what, int decimals, const Value& value) {
    text_ += fmt::format("  {:<44}", what);
    for (const CourseReport& course : report_.courses) {
      const double v = value(course);
      text_ += std::isnan(v) ? fmt::format("{:>16}", "-") : fmt::format("{:>16.{}f}", v, decimals);
    }
    text_ += "\n";
  }

  const std::string& text() const { return text_; }

 private:
  const GridReport& report_;
  std::string text_;
};

std::string fault_level(const FaultLevelReport& grid) {
  return std::isfinite(grid.short_circuit_power) ? fmt::format("{:.6g} MVA", grid.short_circuit_power / mw)
                                                 : std::string("an ideal grid");
}

/// Small sites are told in kW.
struct PowerUnit {
  double watt;
  const char* name;

  static PowerUnit of(const GridReport& r) {
    constexpr double small = 2e6;  // W
    return r.courses.front().P_mean < small ? PowerUnit{1e3, "kW"} : PowerUnit{mw, "MW"};
  }
  double per_minute(double change, double window) const { return change / window * 60.0 / watt; }
};

std::string table_of_courses(const GridReport& r) {
  CourseTable table(r);
  using C = CourseReport;
  const PowerUnit u = PowerUnit::of(r);
  const std::string unit = std::string(", ") + u.name;
  table.row("mean power" + unit, 3, [&](const C& c) { return c.P_mean / u.watt; });
  table.row("least power" + unit, 3, [&](const C& c) { return c.P_least / u.watt; });
  table.row("greatest power" + unit, 3, [&](const C& c) { return c.P_most / u.watt; });
  table.row("peak to peak" + unit, 3, [&](const C& c) { return c.peak_to_peak() / u.watt; });
  const std::vector<Ramp> ramps = r.courses.front().ramps;
  for (std::size_t i = 0; i < ramps.size(); ++i) {
    const double window = ramps[i].window;
    const std::string within = fmt::format(" within {:.6g} s{}/min", window, unit);
    table.row(fmt::format("largest change within {:.6g} s{}", window, unit), 3,
              [&](const C& c) { return std::max(c.ramps[i].rise, c.ramps[i].fall) / u.watt; });
    table.row("ramp up" + within, 1, [&](const C& c) { return u.per_minute(c.ramps[i].rise, window); });
    table.row("ramp down" + within, 1, [&](const C& c) { return u.per_minute(c.ramps[i].fall, window); });
  }
  const std::string band = fmt::format("{:.6g} to {:.6g} Hz", r.band_low, r.band_high);
  table.row("rms within " + band + unit, 3, [&](const C& c) { return c.band_rms / u.watt; });
  table.row("share of the swing's energy there, %", 2, [&](const C& c) { return 100.0 * c.band_energy_share; });
  table.row("strongest line, Hz", 3, [&](const C& c) { return c.lines.empty() ? NAN : c.lines.front().frequency; });
  table.row("  its amplitude" + unit, 3,
            [&](const C& c) { return c.lines.empty() ? NAN : c.lines.front().amplitude / u.watt; });
  for (std::size_t i = 0; i < r.courses.front().grids.size(); ++i) {
    const std::string at = fault_level(r.courses.front().grids[i]);
    table.row("voltage swing at " + at + ", %", 3,
              [&](const C& c) { return 100.0 * (c.grids[i].V_most - c.grids[i].V_least); });
    table.row("flicker P_st at " + at, 3, [&](const C& c) { return c.grids[i].worst(); });
  }
  table.row("energy" + unit + "h", 4, [&](const C& c) { return c.energy / (3600.0 * u.watt); });
  table.row(fmt::format("demand, highest mean of {:.6g} min{}", r.demand_interval / 60.0, unit), 3,
            [&](const C& c) { return c.demand / u.watt; });
  table.row("burned without work" + unit + "h", 4, [&](const C& c) { return c.burned / (3600.0 * u.watt); });
  table.row("work held back" + unit + "h", 4, [&](const C& c) { return c.held_back / (3600.0 * u.watt); });
  table.row("lost in storage" + unit + "h", 4, [&](const C& c) { return c.storage_loss / (3600.0 * u.watt); });
  table.row("least power factor", 4, [](const C& c) { return c.power_factor_least; });
  if (r.capacitor_step > 0.0)
    table.row(fmt::format("capacitor steps of {:.6g} Mvar that hold {:.6g}", r.capacitor_step / mw, r.power_factor), 0,
              [](const C& c) { return c.capacitor_steps < 0 ? NAN : static_cast<double>(c.capacitor_steps); });
  return table.text();
}

std::string taps_text(const GridReport& r) {
  std::string text;
  if (!r.taps.empty())
    text += fmt::format("  main transformers at tap    secondary, pu      least power factor    capacitor for {:.6g}\n",
                        r.power_factor);
  for (const TapReport& t : r.taps) {
    const std::string steps = t.capacitor_steps < 0 ? "no fixed one"
                              : r.capacitor_step > 0.0
                                  ? fmt::format("{:.6g} Mvar", t.capacitor_steps * r.capacitor_step / mw)
                                  : fmt::format("{:.3f} Mvar", std::max(0.0, t.compensation.least) / mw);
    text += fmt::format("    {:>22.4f}    {:.4f} - {:.4f}{:>20.4f}{:>24}\n", t.tap, t.V_least, t.V_most,
                        t.power_factor_least, steps);
  }
  return text;
}

/// Nothing for what is not a number or not finite.
ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json grid_json(const FaultLevelReport& g) {
  return {{"short_circuit_power_mva", number(g.short_circuit_power / mw)},
          {"x_over_r", number(g.x_over_r)},
          {"voltage_least_pu", number(g.V_least)},
          {"voltage_greatest_pu", number(g.V_most)},
          {"pst", g.severity},
          {"pst_greatest", number(g.worst())}};
}

ordered_json course_json(const CourseReport& c, const GridReport& r) {
  ordered_json ramps = ordered_json::array(), lines = ordered_json::array(), grids = ordered_json::array();
  for (const Ramp& ramp : c.ramps)
    ramps.push_back({{"window_s", ramp.window},
                     {"up_mw", ramp.rise / mw},
                     {"down_mw", ramp.fall / mw},
                     {"up_mw_per_min", mw_per_min(ramp.rise, ramp.window)},
                     {"down_mw_per_min", mw_per_min(ramp.fall, ramp.window)}});
  for (const SpectralLine& line : c.lines)
    lines.push_back({{"frequency_hz", line.frequency}, {"amplitude_mw", line.amplitude / mw}});
  for (const FaultLevelReport& g : c.grids) grids.push_back(grid_json(g));
  return {{"power_mean_mw", c.P_mean / mw},
          {"power_least_mw", c.P_least / mw},
          {"power_greatest_mw", c.P_most / mw},
          {"peak_to_peak_mw", c.peak_to_peak() / mw},
          {"ramps", ramps},
          {"spectrum",
           {{"window", "hann"},
            {"segment_s", 1.0 / c.spectrum.resolution},
            {"segments", c.spectrum.segments},
            {"band_hz", {r.band_low, r.band_high}},
            {"band_rms_mw", c.band_rms / mw},
            {"band_energy_share", c.band_energy_share},
            {"band_rms_over_mean", c.band_rms / c.P_mean},
            {"parseval_error", c.spectrum.parseval_error()},
            {"lines", lines}}},
          {"grids", grids},
          {"energy_mwh", c.energy / mwh},
          {"demand_mw", c.demand / mw},
          {"burned_mwh", c.burned / mwh},
          {"held_back_mwh", c.held_back / mwh},
          {"storage_loss_mwh", c.storage_loss / mwh},
          {"power_factor_least", c.power_factor_least},
          {"power_factor_mean", c.power_factor_mean},
          {"capacitor_least_mvar", c.compensation.least / mw},
          {"capacitor_greatest_mvar", c.compensation.most / mw},
          {"capacitor_steps", c.capacitor_steps < 0 ? ordered_json(nullptr) : ordered_json(c.capacitor_steps)}};
}

ordered_json tap_json(const TapReport& t) {
  return {{"tap", t.tap},
          {"secondary_least_pu", t.V_least},
          {"secondary_greatest_pu", t.V_most},
          {"power_factor_least", t.power_factor_least},
          {"capacitor_least_mvar", t.compensation.least / mw},
          {"capacitor_greatest_mvar", t.compensation.most / mw},
          {"capacitor_steps", t.capacitor_steps < 0 ? ordered_json(nullptr) : ordered_json(t.capacitor_steps)}};
}

}  // namespace

std::string to_text(const GridReport& r) {
  std::string text = fmt::format("\n{}: what the grid sees from {} for {:.6g} s in steps of {:.6g} ms\n", r.case_name,
                                 r.begins_at, r.span.duration, 1e3 * r.span.step);
  text += table_of_courses(r);
  for (const LimitReport& l : r.limits)
    text += fmt::format("  {} {}: {:.6g}, {} {:.6g} {}\n", l.holds() ? "holds   " : "EXCEEDED", l.what, l.value,
                        l.is_least ? "at least" : "at most", l.limit, l.unit == "1" ? "" : l.unit);
  for (const FaultLevelReport& grid : r.in_use().grids)
    if (std::isnan(grid.V_least)) text += fmt::format("  a grid of {} cannot carry the load\n", fault_level(grid));
  text += taps_text(r);
  text += ride_through_text(r.ride_through);
  if (r.frequency)
    text += fmt::format("  frequency {:.3f} to {:.3f} Hz, at most {:.4g} Hz/s over {:.2g} s\n", r.frequency->least,
                        r.frequency->most, r.frequency->rocof, Rocof::window);
  if (!r.ride_through.empty() && r.events == 0)
    text += "  against the racks' own voltages in a recorded run\n";
  else if (!r.ride_through.empty())
    text += fmt::format("  against {} samples of voltage {} at the point of connection\n", r.events,
                        r.frequency ? "and frequency" : "alone (no frequency was recorded)");
  text += fmt::format(
      "  spectrum: Hann windows of {:.6g} s; energy by frequency and by time differ by {:.1e}\n"
      "  mean of the window against the workload's integral {:.1e}; network between its levels within {:.1f} kW\n",
      1.0 / r.courses.front().spectrum.resolution, r.courses.front().spectrum.parseval_error(), r.mean_error,
      r.network_error / 1e3);
  for (const std::string& note : r.notes) text += "  note: " + note + "\n";
  return text;
}

std::string to_json(const GridReport& r) {
  ordered_json courses = ordered_json::object(), limits = ordered_json::array();
  for (const CourseReport& course : r.courses) courses[course.name] = course_json(course, r);
  for (const LimitReport& l : r.limits)
    limits.push_back(
        {{"what", l.what}, {"unit", l.unit}, {"value", number(l.value)}, {"limit", l.limit}, {"holds", l.holds()}});
  ordered_json taps = ordered_json::array();
  for (const TapReport& t : r.taps) taps.push_back(tap_json(t));
  ordered_json j{{"case", r.case_name},
                 {"window",
                  {{"begin_s", r.span.begin},
                   {"begins_at", r.begins_at},
                   {"duration_s", r.span.duration},
                   {"step_s", r.span.step}}},
                 {"courses", courses},
                 {"limits", limits},
                 {"taps", taps},
                 {"ride_through", ride_through_json(r.ride_through)},
                 {"holds", r.holds()},
                 {"steady_power_mw", r.P_steady / mw},
                 {"mean_error", r.mean_error},
                 {"network_error_mw", r.network_error / mw},
                 {"demand_interval_s", r.demand_interval},
                 {"notes", r.notes}};
  if (r.frequency)
    j["frequency"] = {{"least_hz", r.frequency->least},
                      {"greatest_hz", r.frequency->most},
                      {"rocof_hz_per_s", r.frequency->rocof},
                      {"rocof_window_s", Rocof::window}};
  return j.dump(2) + "\n";
}

std::string course_csv(const GridWindow& window) {
  std::string text = "time_s";
  for (const GridCourse& course : window.courses) text += fmt::format(",{0} [MW],{0} [Mvar]", course.name);
  text += "\n";
  for (std::size_t k = 0; k < window.span.steps(); ++k) {
    text += fmt::format("{:.6f}", window.span.begin + (static_cast<double>(k) + 0.5) * window.span.step);
    for (const GridCourse& course : window.courses)
      text += fmt::format(",{:.6f},{:.6f}", course.P[k] / mw, course.Q[k] / mw);
    text += "\n";
  }
  return text;
}

std::string spectrum_csv(const GridReport& r) {
  std::string text = "frequency_hz";
  for (const CourseReport& course : r.courses) text += fmt::format(",{} [MW2/Hz]", course.name);
  text += "\n";
  const Spectrum& first = r.courses.front().spectrum;
  for (std::size_t k = 0; k < first.density.size(); ++k) {
    text += fmt::format("{:.8g}", static_cast<double>(k) * first.resolution);
    for (const CourseReport& course : r.courses) text += fmt::format(",{:.6e}", course.spectrum.density[k] / (mw * mw));
    text += "\n";
  }
  return text;
}

}  // namespace wattloop
