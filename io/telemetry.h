#pragma once
// Measurements of a plant as a table.

#include <string>
#include <vector>

#include "io/calibration.h"

namespace wattloop {

/// The columns of a table that a calibration names, in its units.
struct Telemetry {
  struct Column {
    std::string name, unit;
    std::vector<double> values;
    int line = 0, place = 0;  ///< of its name in the file
  };
  std::string file;
  std::vector<double> time;         ///< s since 1970-01-01T00:00:00Z
  std::vector<Column> boundaries;   ///< as in the calibration
  std::vector<Column> sensors;      ///< as in the calibration
  std::vector<std::string> unused;  ///< columns that the calibration does not name

  double duration() const { return time.back() - time.front(); }
};

/// Reads a CSV file: comments that begin with '#', a header with a name a column, "T_supply [degC]" or "T_supply", and
/// a row for each time (ISO 8601, without an offset by a clock `utc_offset` [s] ahead of UTC; or seconds). Throws
/// InputError with everything that is wrong: columns that are missing or constant, units, gaps, clocks out of order.
Telemetry read_telemetry(const std::string& file, const Calibration& calibration, double utc_offset);

}  // namespace wattloop
