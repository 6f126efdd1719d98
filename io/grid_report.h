#pragma once
// What the grid sees of a window, in figures: for people, for programs, for plots.

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "io/grid_window.h"
#include "io/ride_through_report.h"
#include "models/connection_point.h"
#include "models/spectrum.h"

namespace wattloop {

/// Voltage and flicker at the point of connection of a grid of some fault level.
struct FaultLevelReport {
  double short_circuit_power = 0.0;  ///< VA; infinite: an ideal grid
  double x_over_r = 0.0;
  double V_least = 0.0, V_most = 0.0;  ///< pu; not a number where the grid cannot carry the load
  std::vector<double> severity;        ///< P_st of each 10 minutes that the window holds
  double worst() const;                ///< not a number where there is none
};

/// Figures of one course.
struct CourseReport {
  std::string name;
  double P_mean = 0.0, P_least = 0.0, P_most = 0.0, demand = 0.0;  // W
  double energy = 0.0;                                             // J
  double burned = 0.0, held_back = 0.0, storage_loss = 0.0;        // J
  std::vector<Ramp> ramps;                                         // W
  Spectrum spectrum;
  double band_rms = 0.0, band_energy_share = 0.0;  ///< W; of the swing's energy, its variance
  std::vector<SpectralLine> lines;
  double power_factor_least = 1.0, power_factor_mean = 1.0;
  Compensation compensation;
  int capacitor_steps = 0;  ///< that hold the power factor; -1: no fixed number does
  std::vector<FaultLevelReport> grids;
  double peak_to_peak() const { return P_most - P_least; }
};

/// A figure of the course in use beside its limit.
struct LimitReport {
  std::string what, unit;
  double value, limit;
  bool is_least;  ///< the limit is the least allowed, else the most
  bool holds() const { return is_least ? value >= limit : value <= limit; }
};

/// Of the recorded events.
struct FrequencyReport {
  double least = std::numeric_limits<double>::infinity(), most = -least;  // Hz
  double rocof = 0.0;                                                     ///< Hz/s, over Rocof::window
};

/// A tap of the main transformers with the capacitor that holds the power factor beside it.
struct TapReport {
  double tap, V_least, V_most;  ///< pu
  double power_factor_least;    ///< without capacitor
  Compensation compensation;
  int capacitor_steps;  ///< -1: no fixed number does; 0 without steps too
};

struct GridReport {
  std::string case_name;
  GridWindowSpan span;
  std::string begins_at;  ///< time of day
  double band_low = 0.0, band_high = 0.0, segment = 0.0, power_factor = 0.0, demand_interval = 0.0,
         capacitor_step = 0.0;
  std::vector<CourseReport> courses;
  std::vector<LimitReport> limits;
  std::vector<TapReport> taps;
  std::vector<RideThroughReport> ride_through;
  std::optional<FrequencyReport> frequency{};  ///< none without events
  std::size_t events = 0;      ///< samples at the point of connection that ride-through was checked against
  double mean_error = 0.0;     ///< of the mean power against the exact integral of the workload, relative
  double network_error = 0.0;  ///< W, largest over the checks
  double P_steady = 0.0;       ///< W
  std::vector<std::string> notes;
  const CourseReport& in_use() const;  ///< the first way to even out racks, or as asked for where there is none
  bool holds() const;                  ///< every limit, every grid carries the load, and no rack trips
};

GridReport grid_report(const GridWindow& window, const Connection& connection, const Case& description);

std::string to_text(const GridReport& report);
/// Numbers carry their unit in the key.
std::string to_json(const GridReport& report);
/// Power of each course over time; spectra over frequency.
std::string course_csv(const GridWindow& window);
std::string spectrum_csv(const GridReport& report);

}  // namespace wattloop
