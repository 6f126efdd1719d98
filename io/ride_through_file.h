#pragma once
// Ride-through tables and recorded dips from files.

#include <map>
#include <string>
#include <vector>

#include "models/ride_through.h"
#include "models/workload_spec.h"

namespace wattloop {

/// A table for some racks; without ranges for those that no other table names.
struct RackRideThrough {
  RideThroughTable table;
  std::vector<RackRange> racks;
};

/// "itic", "large_load", or a YAML file:
///
///   name: what it is
///   voltage:
///     low: [[0, 20 ms], [70 %, 0.5 s], [80 %, 10 s], [90 %, for ever]]     rising levels, rising times
///     high: [[110 %, for ever], [120 %, 0.5 s], [140 %, 3 ms]]             rising levels, falling times
///   frequency: {low: [[57.0 Hz, 2 s], [59.4 Hz, for ever]], high: [[60.6 Hz, for ever], [61.8 Hz, 30 s]]}
///   spread: 2 %
///
/// or several of these under `equipment`, by name, each with its `racks: [1-640]`. Throws InputError with everything
/// that is wrong: levels or times out of order, bands that hold for no time (gaps), other units.
std::vector<RackRideThrough> read_ride_through(const std::string& name_or_file);

/// An assumed table in the style of the rules for large electronic loads; the rules themselves differ from grid to
/// grid and are to be put in by the user.
RideThroughTable large_load_table();

/// Reads dips from a CSV file with the columns `time_s` or `time`, `v_pu` and, if there is one, `f_hz`: each row holds
/// until the next. Without a frequency it is not looked at. Throws InputError with everything that is wrong.
std::vector<GridSample> read_grid_events(const std::string& path);

/// What each rack saw in a recorded run, by its path: the voltage of its better feed at each record, without a
/// frequency. Throws InputError if the directory does not hold the results of a run with racks.
std::map<std::string, std::vector<GridSample>> read_rack_voltages(const std::string& directory);

}  // namespace wattloop
