#pragma once
// Where measurements meet a case: inputs that columns drive, readings that columns are compared with.

#include <functional>
#include <string>
#include <vector>

#include "io/calibration.h"
#include "io/case.h"
#include "io/telemetry.h"
#include "io/twin.h"

namespace wattloop {

/// Lets each column of the table drive its input, between the rows along straight lines: an input of a part
/// ("parts.source.T", "templates.cdu.parts.valve.opening") or weather.T_db, weather.T_dp. Returns what is wrong.
std::vector<InputProblem> drive_by(const Telemetry& data, const Calibration& calibration, Case& description);

/// The input at a path of a boundary; null if there is none.
InputBinding* find_input(NetworkDefinition& network, const std::string& path, const Port** port);

/// What a sensor reads in a plant, in the unit of its column.
class SensorReading {
 public:
  /// Throws InputError if there is nothing to be read at the path, or several things, or in other units.
  SensorReading(const MeasuredSensor& sensor, const std::string& unit, const Network& network);

  /// `t`: s from the first row.
  double at(double t, const std::vector<double>& y) const;
  double noise() const { return noise_; }
  const std::string& si_unit() const { return si_; }

 private:
  double raw(const std::vector<double>& y) const;
  bool find(const std::string& path, const Network& network);

  const System* system_ = nullptr;
  int unknown_ = -1;          ///< of a value that is solved for,
  ComponentRef component_{};  ///< or an output
  int output_ = -1;
  std::string si_;                                   ///< unit of what is read
  double scale_ = 1.0, zero_ = 0.0;                  ///< column = zero + scale * SI
  double noise_ = 0.0, offset_ = 0.0, drift_ = 0.0;  ///< in the column's unit; drift by second
};

/// The sensors of a calibration, columns in these units. Throws InputError with everything that is wrong.
std::vector<SensorReading> sensors_of(const Calibration& calibration, const std::vector<std::string>& units,
                                      const Network& network);

/// Values of each sensor at each row, in the units of the sensors' columns.
using Readings = std::vector<std::vector<double>>;

/// Runs a plant from its steady state and reads its sensors at each of the times, s from the start. Empty if `stop`
/// said so.
Readings run_and_read(Twin& twin, const std::vector<SensorReading>& sensors, const std::vector<double>& times,
                      const std::function<bool(double t)>& stop);

/// What is recorded and accounted for in a run does not matter here, but its accuracy does.
void leave_out_records(Case& description);

/// The case has no calibration.
InputError no_calibration(const Case& description);

/// The values of a column in SI. A unit of another kind, or a value that such a quantity does not have in a plant or
/// the model does not take, is a problem at the name of the column.
std::vector<double> in_si(const Telemetry& data, const Telemetry::Column& column, std::string_view unit, Range range,
                          std::vector<InputProblem>& problems);

}  // namespace wattloop
