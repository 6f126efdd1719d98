#pragma once
// The `connection` of a case: the point where the grid sees it, and what is asked for there.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/reader.h"
#include "io/ride_through_file.h"
#include "models/flickermeter.h"
#include "models/power_smoothing.h"

namespace wattloop {

/// A way to even out the power of racks, by its name.
struct SmoothingVariant {
  std::string name;
  PowerSmoothing gpu;
  RackStorage storage;           ///< of a rack
  std::vector<RackRange> racks;  ///< that have it; empty: all
};

/// The most that the grid takes; infinite where nothing is asked for.
struct ConnectionLimits {
  double ramp_up = std::numeric_limits<double>::infinity();       // W/s, within each ramp window of a minute and more
  double ramp_down = std::numeric_limits<double>::infinity();     // W/s
  double peak_to_peak = std::numeric_limits<double>::infinity();  // W
  double band_share = std::numeric_limits<double>::infinity();    ///< rms within the band over the mean power
  double flicker = std::numeric_limits<double>::infinity();       ///< P_st at each fault level
  double power_factor = 0.0;                                      ///< least
};

struct Connection {
  std::vector<double> short_circuit_power;  ///< VA; empty: that of the case's own grid
  double x_over_r = 10.0;
  Lamp lamp = Lamp::v120_60hz;
  std::vector<double> ramp_windows{1.0, 10.0, 60.0, 300.0};  // s
  double band_low = 0.1, band_high = 20.0;                   // Hz
  double segment = 60.0;                                     ///< s, of the spectrum
  double demand_interval = 900.0;                            // s
  double power_factor = 0.95;                                ///< that capacitors are to hold
  double capacitor_step = 0.0;                               // var; 0: none
  std::vector<double> taps;                                  ///< of the transformers at the grid's voltage, to be tried
  std::vector<SmoothingVariant> smoothing;                   ///< the first is in use, the others are for comparison
  double smoothing_step = 0.0;                               ///< s, of the one in use in a run; 0: a run has none
  ConnectionLimits limits;
  std::vector<RackRideThrough> ride_through;
  std::vector<GridSample> events;  ///< what ride-through is checked against, at the point of connection
  std::map<std::string, std::vector<GridSample>> rack_events;  ///< the same of racks by their paths, where it is known
};

/// Reads the `connection` of a case; files that it names are sought beside the case.
Connection read_connection(Reader& reader, const std::filesystem::path& directory);

}  // namespace wattloop
