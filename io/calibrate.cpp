#include "io/calibrate.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include <fmt/format.h>

#include "io/unit_doubts.h"
#include "solver/errors.h"
#include "solver/thread_pool.h"

namespace wattloop {

namespace {

constexpr double quantile_95 = 1.959963984540054;  // of the standard normal distribution, two-sided

Settings settings_of(const Calibration& calibration, const std::vector<double>& x) {
  Settings settings;
  for (std::size_t j = 0; j < x.size(); ++j)
    settings.emplace_back(calibration.parameters[j].path, calibration.parameters[j].text(x[j]));
  return settings;
}

std::vector<FitParameter> fit_parameters(const Calibration& calibration) {
  std::vector<FitParameter> list;
  for (const FittedParameter& p : calibration.parameters)
    list.push_back({p.start, p.min, p.max, p.prior_mean, p.prior_deviation, p.uncertainty()});
  return list;
}

/// The model as a function of its parameters, for the fit.
class Residuals {
 public:
  Residuals(const Replay& model, const CalibrateOptions& options)
      : model_(model), options_(options), pool_(options.threads) {}

  std::size_t first() const { return model_.first_row(); }
  std::size_t rows() const { return model_.first_held_out() - first(); }
  std::size_t runs() const { return runs_; }
  bool is_stopped() const { return options_.interrupted && options_.interrupted(); }
  void begin(int iteration) { iteration_ = iteration; }

  /// By sensor, then by row: (model - measured) / noise. Empty where the model has no solution.
  std::vector<std::vector<double>> operator()(const std::vector<std::vector<double>>& points) {
    std::vector<std::vector<double>> result(points.size());
    std::atomic<std::size_t> done = 0;
    std::mutex mutex;
    pool_.parallel_for(static_cast<int>(points.size()), 1, [&](int begin, int end) {
      for (int i = begin; i < end; ++i) {
        result[static_cast<std::size_t>(i)] = at(points[static_cast<std::size_t>(i)]);
        const std::lock_guard lock(mutex);
        ++runs_;
        if (options_.progress) options_.progress(iteration_, ++done, points.size());
      }
    });
    return result;
  }

 private:
  std::vector<double> at(const std::vector<double>& x) const {
    Readings readings;
    try {
      readings = model_.predict(settings_of(model_.calibration(), x), [this](double) { return is_stopped(); });
    } catch (const SolverError&) {
      return {};  // the fit tries a shorter step
    } catch (const InputError&) {
      return {};  // parameters that do not go together: a pump whose curve rises
    }
    std::vector<double> residuals;
    for (std::size_t s = 0; s < readings.size(); ++s)
      for (std::size_t i = first(); i < first() + rows(); ++i)
        residuals.push_back((readings[s][i] - model_.data().sensors[s].values[i]) / model_.noise()[s]);
    return residuals;
  }

  const Replay& model_;
  const CalibrateOptions& options_;
  ThreadPool pool_;
  std::size_t runs_ = 0;
  int iteration_ = 0;
};

/// The variance of a sensor's errors over what is stated, and how much less they tell where one is like the next
/// (Bayley and Hammersley 1946: n (1 - r)/(1 + r) of them are independent). Within what chance gives it is 1.
double inflation_of(const ResidualStatistics& r, double noise) {
  const auto n = static_cast<double>(r.rows);
  const double by_chance = quantile_95 / std::sqrt(n);
  const double variance = r.rmse * r.rmse / (noise * noise);
  const double excess = variance > 1.0 + std::sqrt(2.0) * by_chance ? variance : 1.0;
  const double repeated = r.autocorrelation > by_chance ? (1.0 + r.autocorrelation) / (1.0 - r.autocorrelation) : 1.0;
  return excess * repeated;
}

std::vector<ResidualStatistics> statistics(const Replay& model, const Readings& readings, std::size_t begin,
                                           std::size_t end) {
  std::vector<ResidualStatistics> list;
  for (std::size_t s = 0; s < readings.size(); ++s)
    list.push_back(residual_statistics(model.data().sensors[s].values, readings[s], begin, end));
  return list;
}

/// Parameters of which the data alone leave more than half of the uncertainty.
std::vector<bool> identified(const Fit& fit, const std::vector<FitParameter>& parameters,
                             const std::vector<NoiseGroup>& noise) {
  std::vector<FitParameter> without_priors = parameters;
  for (FitParameter& p : without_priors) p.prior_deviation = std::numeric_limits<double>::infinity();
  const Eigen::MatrixXd C = covariance(fit.jacobian, without_priors, noise);
  std::vector<bool> result;
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    const auto k = static_cast<Eigen::Index>(j);
    result.push_back(std::sqrt(C(k, k)) < 0.5 * parameters[j].scale);
  }
  return result;
}

FittedValue fitted_value(const FittedParameter& p, double value, double variance, bool is_identified) {
  FittedValue v{value, std::sqrt(variance)};
  v.low = std::max(p.min, value - quantile_95 * v.deviation);
  v.high = std::min(p.max, value + quantile_95 * v.deviation);
  const double edge = 1e-6 * (p.max - p.min);
  v.at_bound = value <= p.min + edge || value >= p.max - edge;
  v.is_identified = is_identified;
  return v;
}

/// Of a sound model the errors that are left are about the noise, and where the noise is stated too small or the model
/// is coarse a few times that. Beyond ten times the fit follows what the model does not have; a parameter at its bound
/// then says that it has been pushed as far as it was let. Beyond a hundred times no bound has to be hit.
std::vector<Misfit> misfits_of(const std::vector<ResidualStatistics>& fitted, const std::vector<double>& noise,
                               const std::vector<FittedValue>& parameters) {
  constexpr double far = 10.0, beyond_all = 100.0;
  std::vector<std::size_t> at_bound;
  for (std::size_t j = 0; j < parameters.size(); ++j)
    if (parameters[j].at_bound) at_bound.push_back(j);
  std::vector<Misfit> list;
  for (std::size_t s = 0; s < fitted.size(); ++s)
    if (fitted[s].rmse > (at_bound.empty() ? beyond_all : far) * noise[s]) list.push_back({s, at_bound});
  return list;
}

}  // namespace

void check_parameters(const Replay& model) {
  const Calibration& c = model.calibration();
  if (c.parameters.empty())
    throw InputError({problem_of(c.origin, "nothing is to be found", "", "`parameters`, each with path, min and max")});
  std::vector<InputProblem> problems;
  for (const auto& [path, value] : model.overrides())
    if (path.find('[') != std::string::npos)
      problems.push_back({"--set", 0, 0, path, "the fitted case cannot repeat a change within a list", value,
                          "a change of the case itself"});
  for (const FittedParameter& p : c.parameters) try {
      model.read({{p.path, p.text(p.start)}});
    } catch (const InputError& error) {
      for (const InputProblem& found : error.problems())
        problems.push_back(problem_of(p.origin, "this value cannot be set: " + found.what, found.got, found.allowed));
    }
  const std::size_t rows = (model.first_held_out() - model.first_row()) * c.sensors.size();
  if (rows <= c.parameters.size())
    problems.push_back(problem_of(c.origin, "fewer measurements than parameters", std::to_string(rows),
                                  fmt::format("more than {}", c.parameters.size())));
  if (!problems.empty()) throw InputError(std::move(problems));
  std::vector<double> start;
  for (const FittedParameter& p : c.parameters) start.push_back(p.start);
  model.read(settings_of(c, start));
}

CalibrationResult calibrate(const Replay& model, const CalibrateOptions& options) {
  check_parameters(model);
  const Calibration& c = model.calibration();
  const std::vector<FitParameter> parameters = fit_parameters(c);
  Residuals residuals(model, options);
  FitProblem problem;
  problem.parameters = parameters;
  problem.residuals = static_cast<int>(residuals.rows() * c.sensors.size());
  problem.evaluate = [&](const auto& points) { return residuals(points); };
  problem.progress = [&](int iteration, double) {
    residuals.begin(iteration + 1);
    return !residuals.is_stopped();
  };
  CalibrationResult result;
  const auto stop = [&](double) { return residuals.is_stopped(); };
  result.before = model.predict({}, stop);
  try {
    result.fit = fit(problem);
  } catch (const SolverError&) {
    if (!residuals.is_stopped()) throw;
  }
  if (!residuals.is_stopped()) {
    result.settings = settings_of(c, result.fit.x);
    result.after = model.predict(result.settings, stop);
  }
  result.runs = residuals.runs() + 2;
  result.interrupted = residuals.is_stopped();
  if (result.interrupted) return result;

  const std::size_t first = model.first_row(), held_out = model.first_held_out(), all = model.data().time.size();
  result.as_found = statistics(model, result.before, first, held_out);
  result.fitted = statistics(model, result.after, first, held_out);
  result.held_out = statistics(model, result.after, held_out, all);
  result.doubts = unit_doubts(model, result.before, result.as_found, result.fitted);
  std::vector<NoiseGroup> noise;
  const int rows = static_cast<int>(residuals.rows());
  for (std::size_t s = 0; s < c.sensors.size(); ++s) {
    result.inflation.push_back(inflation_of(result.fitted[s], model.noise()[s]));
    noise.push_back({static_cast<int>(s) * rows, static_cast<int>(s + 1) * rows, result.inflation.back()});
  }
  result.covariance = covariance(result.fit.jacobian, parameters, noise);
  result.directions = directions(result.fit.jacobian, parameters);
  const std::vector<bool> is_identified = identified(result.fit, parameters, noise);
  const Eigen::VectorXd deviations = result.covariance.diagonal().cwiseSqrt();
  result.correlation =
      deviations.cwiseInverse().asDiagonal() * result.covariance * deviations.cwiseInverse().asDiagonal();
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    const auto k = static_cast<Eigen::Index>(j);
    result.parameters.push_back(
        fitted_value(c.parameters[j], result.fit.x[j], result.covariance(k, k), is_identified[j]));
  }
  result.misfits = misfits_of(result.fitted, model.noise(), result.parameters);
  return result;
}

}  // namespace wattloop
