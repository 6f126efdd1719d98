#pragma once
// Finds the parameters with which a case comes nearest to measurements, and says how well they are known.

#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "io/replay.h"
#include "solver/least_squares.h"

namespace wattloop {

struct CalibrateOptions {
  int threads = 1;
  /// Called now and then by one thread at a time: iterations begun, runs of the model done in this one and of how many.
  std::function<void(int iteration, std::size_t done, std::size_t all)> progress;
  /// Asked by any thread; true ends without a result.
  std::function<bool()> interrupted;
};

/// A parameter that was found, in its unit.
struct FittedValue {
  double value = 0.0, deviation = 0.0;  ///< standard deviation; infinite: the data say nothing
  double low = 0.0, high = 0.0;         ///< 95 % confidence interval
  bool at_bound = false;
  bool is_identified = true;  ///< without the prior the data would leave less than half of the uncertainty
};

/// A sensor that the fitted model is so far from that its parameters mean nothing.
struct Misfit {
  std::size_t sensor = 0;
  std::vector<std::size_t> at_bound;  ///< the parameters that the fit would have taken further
};

struct CalibrationResult {
  Settings settings;  ///< that make the case the fitted one
  std::vector<FittedValue> parameters;
  Eigen::MatrixXd covariance, correlation;
  std::vector<Direction> directions;
  Readings before, after;  ///< of the case as it was, and as fitted
  std::vector<ResidualStatistics> as_found, fitted,
      held_out;                     ///< by sensor: before on fitted rows, after on them, others
  std::vector<double> inflation;    ///< of the variance of each sensor over what its noise says
  std::vector<std::string> doubts;  ///< about units: see unit_doubts
  std::vector<Misfit> misfits;      ///< none: the fitted case may stand for the plant
  Fit fit;
  bool interrupted = false;
  std::size_t runs = 0;
};

/// Fits all parameters of the calibration to the rows that are not held out. Throws InputError, or SolverError where
/// the model has no solution to begin with.
CalibrationResult calibrate(const Replay& model, const CalibrateOptions& options);

/// What is wrong with the parameters of the calibration: paths that do not exist, units.
void check_parameters(const Replay& model);

std::string to_text(const Replay& model, const CalibrationResult& result);
std::string to_json(const Replay& model, const CalibrationResult& result);
/// A line for each misfit: "flow: RMSE of 3.1e+04 kg/s after the fit, 6.2e+04 times its noise of 0.5 kg/s, with UA at
/// its bound of 900 kW/K".
std::vector<std::string> misfit_lines(const Replay& model, const CalibrationResult& result);
/// A case that extends the one at `case_file` by the fitted values; `directory` is where it will stand.
std::string calibrated_case(const Replay& model, const CalibrationResult& result,
                            const std::filesystem::path& directory);
/// In words: which parameters go together along a direction that the data leave open, and what moving along it changes.
std::string describe_open_direction(const Calibration& calibration, const Direction& direction, std::size_t residuals);

}  // namespace wattloop
