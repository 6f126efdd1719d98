#pragma once
// The `calibration` of a case: what the columns of a table of measurements are, and what may be fitted to them.

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/reader.h"
#include "meshes/network.h"

namespace wattloop {

/// A column of the table that drives an input of the case.
struct MeasuredBoundary {
  std::string column, path;
  std::string unit;              ///< of the column; empty: as its header says
  bool may_be_constant = false;  ///< else a column that never changes is taken for a mistake
  Origin origin;                 ///< of the path
};

/// A column of the table that a reading of the model is compared with:
///
///   measured(t) = reading(t) + offset + drift (t - t_first) + noise
struct MeasuredSensor {
  std::string column, path;
  std::string unit;                            ///< of the column; empty: as its header says
  std::string noise, offset = {}, drift = {};  ///< quantities; empty: none. The noise is a standard deviation
  Origin origin;                               ///< of the path
};

/// A number and its unit as written.
struct Written {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string unit = "1";
};

/// A value of the case that is to be found, all in the unit of `min`.
struct FittedParameter {
  std::string name, path, unit;
  double min = 0.0, max = 0.0, start = 0.0;
  /// What is known beforehand: a normal distribution; no prior: an infinite deviation.
  double prior_mean = 0.0, prior_deviation = std::numeric_limits<double>::infinity();
  Origin origin;  ///< of the path

  bool has_prior() const { return prior_deviation < std::numeric_limits<double>::infinity(); }
  /// How far it may be off before there are measurements: the prior's deviation, or that of the uniform distribution
  /// between the bounds.
  double uncertainty() const;
  /// A value as the case has it.
  std::string text(double value) const;
};

struct Calibration {
  std::string data;  ///< the table, found beside the file that names it; empty: not said
  std::string time_column = "time";
  double longest_gap = 0.0;  ///< s between two rows; 0: three times the median step
  double warm_up = 0.0;      ///< s from the first row that are computed but not compared
  double hold_out = 0.3;     ///< last share of the rows, which the fit does not see
  std::vector<MeasuredBoundary> boundaries;
  std::vector<MeasuredSensor> sensors;
  std::vector<FittedParameter> parameters;
  Origin origin;
};

/// Reads the `calibration` of a case.
Calibration read_calibration(Reader& reader);

/// The number and the unit of a quantity; a value of NaN if it is none.
Written written(const std::string& text);
/// A difference of two values in one unit, in another: "0.5 K" is 0.5 in degC. Throws InputError.
double convert_difference(double difference, const std::string& from, const std::string& to);

}  // namespace wattloop
