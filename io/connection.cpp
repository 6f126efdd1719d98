#include "io/connection.h"

#include <fmt/format.h>

#include "io/case_workload.h"

namespace wattloop {

namespace {

PowerSmoothing read_gpu(Reader& reader) {
  PowerSmoothing s;
  s.floor = reader.quantity("floor", "1", {0.0, 0.9}, s.floor);
  s.ramp_up = reader.quantity("ramp_up", "W/s", positive, s.ramp_up);
  s.ramp_down = reader.quantity("ramp_down", "W/s", positive, s.ramp_down);
  s.hysteresis = reader.quantity("hysteresis", "s", not_negative, s.hysteresis);
  s.engage_above = reader.quantity("engage_above", "1", fraction, s.engage_above);
  return s;
}

RackStorage read_storage(Reader& smoothing) {
  RackStorage s;
  if (!smoothing.has("storage")) return s;
  Reader reader = smoothing.child("storage");
  s.energy = reader.quantity("energy", "J", positive);
  s.time_constant = reader.quantity("time_constant", "s", positive, s.time_constant);
  s.recovery = reader.quantity("recovery", "s", positive, s.recovery);
  s.efficiency = reader.quantity("efficiency", "1", {0.1, 1.0}, s.efficiency);
  reader.finish();
  return s;
}

ConnectionLimits read_limits(Reader& connection) {
  ConnectionLimits limits;
  if (!connection.has("limits")) return limits;
  Reader reader = connection.child("limits");
  limits.ramp_up = reader.quantity("ramp_up", "W/s", positive, limits.ramp_up);
  limits.ramp_down = reader.quantity("ramp_down", "W/s", positive, limits.ramp_down);
  limits.peak_to_peak = reader.quantity("peak_to_peak", "W", positive, limits.peak_to_peak);
  limits.band_share = reader.quantity("band_share", "1", positive, limits.band_share);
  limits.flicker = reader.quantity("flicker", "1", positive, limits.flicker);
  limits.power_factor = reader.quantity("power_factor", "1", fraction, limits.power_factor);
  reader.finish();
  return limits;
}

void read_tables_and_events(Reader& connection, const std::filesystem::path& directory, Connection& result) {
  const auto read = [&](const char* key, auto&& use) {
    if (!connection.has(key)) return;
    const std::string name = connection.text(key);
    try {
      use(name);
    } catch (const InputError& error) {
      connection.report_file(error, key);
    }
  };
  read("ride_through", [&](const std::string& name) {
    const bool is_built_in = name == "itic" || name == "large_load";
    result.ride_through = read_ride_through(is_built_in ? name : find_file(directory, name).string());
  });
  read("events",
       [&](const std::string& name) { result.events = read_grid_events(find_file(directory, name).string()); });
}

}  // namespace

Connection read_connection(Reader& reader, const std::filesystem::path& directory) {
  Connection c;
  if (reader.has("short_circuit_power"))
    c.short_circuit_power = reader.quantities("short_circuit_power", "VA", positive);
  c.x_over_r = reader.quantity("x_over_r", "1", positive, c.x_over_r);
  c.lamp = reader.choice("lamp", {"120 V", "230 V"}, "120 V") == "230 V" ? Lamp::v230_50hz : Lamp::v120_60hz;
  if (reader.has("ramp_windows")) c.ramp_windows = reader.quantities("ramp_windows", "s", positive);
  if (reader.has("band")) {
    const std::vector<double> band = reader.quantities("band", "Hz", positive);
    if (band.size() == 2 && band[0] < band[1])
      c.band_low = band[0], c.band_high = band[1];
    else
      reader.report("a band is two rising frequencies", "", "[0.1 Hz, 20 Hz]", "band");
  }
  c.segment = reader.quantity("segment", "s", {1.0, 86400.0}, c.segment);
  constexpr double least_periods = 6.0;  // the main lobe of the window is four lines wide; a minute for 0.1 Hz
  if (c.segment * c.band_low < least_periods)
    reader.report("the segments of the spectrum are too short for the band", fmt::format("{:.6g} s", c.segment),
                  fmt::format("at least {:.6g} s for {:.6g} Hz", least_periods / c.band_low, c.band_low),
                  reader.has("segment") ? "segment" : "band");
  c.demand_interval = reader.quantity("demand_interval", "s", positive, c.demand_interval);
  c.power_factor = reader.quantity("power_factor", "1", {0.1, 1.0}, c.power_factor);
  c.capacitor_step = reader.quantity("capacitor_step", "VA", positive, c.capacitor_step);
  if (reader.has("taps")) c.taps = reader.quantities("taps", "1", {0.5, 1.5});
  if (reader.has("smoothing"))
    for (auto& [name, entry] : reader.child("smoothing").entries()) {
      SmoothingVariant variant{name, read_gpu(entry), read_storage(entry), {}};
      if (entry.has("racks"))
        for (Reader& range : entry.items("racks")) variant.racks.push_back(read_rack_range(range));
      entry.finish();
      c.smoothing.push_back(std::move(variant));
    }
  c.smoothing_step = reader.quantity("smoothing_step", "s", {1e-3, 60.0}, c.smoothing_step);
  if (c.smoothing_step > 0.0 && c.smoothing.empty())
    reader.report("there is no smoothing that a run could take", "", "with `smoothing`", "smoothing_step");
  c.limits = read_limits(reader);
  read_tables_and_events(reader, directory, c);
  reader.finish();
  return c;
}

}  // namespace wattloop
