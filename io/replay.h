#pragma once
// A case driven by measured boundaries, its readings beside the measured ones.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/calibration.h"
#include "io/case.h"
#include "io/measured_case.h"
#include "io/telemetry.h"

namespace wattloop {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// A case with a `calibration`, and the measurements it is held against. The boundaries are straight lines between the
/// rows; the run begins in the steady state of the first row and lasts to the last.
class Replay {
 public:
  /// The data are those that the calibration names where `data_file` is empty. Throws InputError with everything that
  /// is wrong with the case, the data and what the one says of the other.
  Replay(const std::filesystem::path& case_file, Settings overrides, const std::string& data_file);

  const Calibration& calibration() const { return *case_.calibration; }
  const Case& description() const { return case_; }
  const std::filesystem::path& file() const { return file_; }
  const Settings& overrides() const { return overrides_; }
  /// "case.yaml and telemetry.csv (16 digits of what the results follow from)".
  std::string source() const;
  const Telemetry& data() const { return data_; }
  /// The standard deviation of each sensor's noise, in the unit of its column.
  const std::vector<double>& noise() const { return noise_; }

  /// The case with further settings, driven by the boundaries. Throws InputError.
  Case read(const Settings& settings) const;
  /// What the sensors would read, offsets and drifts included. `stop` is asked on the way; nothing if it says so. Safe
  /// to call from several threads. Throws InputError or SolverError.
  Readings predict(const Settings& settings, const std::function<bool(double t)>& stop = {}) const;

  /// First row that is compared, and first row that is held out.
  std::size_t first_row() const;
  std::size_t first_held_out() const;

 private:
  void check_readings(Twin& twin);

  std::filesystem::path file_;
  std::string text_;
  Settings overrides_;
  Catalog catalog_;
  Case case_;
  Telemetry data_;
  std::vector<double> noise_;
  std::string id_;
};

/// How far a sensor's measurements are from the model over some rows: error = measured - model, in the column's unit.
struct ResidualStatistics {
  std::size_t rows = 0;
  double mean = 0.0;             ///< of the errors
  double rmse = 0.0;             ///< root of their mean square
  double worst = 0.0;            ///< error of the largest magnitude
  std::size_t worst_row = 0;     ///< of the table
  double cv_rmse = 0.0;          ///< ASHRAE Guideline 14-2014: root of sum e^2/(n - 1), over the mean measured value
  double nmbe = 0.0;             ///< the same guideline: sum e/(n - 1), over the mean measured value
  double autocorrelation = 0.0;  ///< of an error and the next one; 0 where noise is white
};

ResidualStatistics residual_statistics(const std::vector<double>& measured, const std::vector<double>& model,
                                       std::size_t begin, std::size_t end);

struct ReplayReport {
  Readings readings;
  std::vector<ResidualStatistics> sensors;
  std::vector<std::string> doubts;  ///< about units: see unit_doubts
};

/// Compares all rows behind the warm-up. Nothing of it if `stop` says so.
ReplayReport replay(const Replay& model, const std::function<bool(double t)>& stop = {});

std::string to_text(const Replay& model, const ReplayReport& report);
std::string to_json(const Replay& model, const ReplayReport& report);
/// Time, and of each sensor what was measured, the model and the error.
std::string residuals_csv(const Replay& model, const Readings& readings);

/// What the first line of a table begins with that was made by a model.
inline constexpr std::string_view synthetic_mark = "# Synthetic: no plant was measured.";

/// A table of measurements made by the model: rows every `record_interval` of the case over its duration, the
/// boundaries as the case has them, the sensors with their offsets, drifts and seeded normal noise. Its first
/// line is the mark.
std::string synthetic_telemetry(const std::filesystem::path& case_file, const Settings& overrides, std::uint64_t seed);

}  // namespace wattloop
