#pragma once
// Nonlinear least squares with bounds and priors, and what the data say of each parameter.

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace wattloop {

/// A parameter of a fit.
struct FitParameter {
  double start = 0.0, lower = 0.0, upper = 0.0;
  /// A normal distribution that is known beforehand; infinite deviation: nothing is known.
  double prior_mean = 0.0, prior_deviation = std::numeric_limits<double>::infinity();
  /// How far it is thought to be off: the unit in which derivatives and identifiability are measured.
  double scale = 1.0;
};

/// Minimises  1/2 sum r_i(x)^2 + 1/2 sum ((x_j - prior_mean_j) / prior_deviation_j)^2  within the bounds, where r_i is
/// a residual over the standard deviation of its noise.
struct FitProblem {
  using Vector = std::vector<double>;
  std::vector<FitParameter> parameters;
  int residuals = 0;
  /// The residuals at each of the points, which may be computed side by side; an empty vector where there are none
  /// (the model has no solution there).
  std::function<std::vector<Vector>(const std::vector<Vector>& points)> evaluate;
  /// Called after each iteration, from 0, with the cost; false ends the fit.
  std::function<bool(int iteration, double cost)> progress;
  int most_iterations = 50;
};

struct Fit {
  std::vector<double> x;
  Eigen::VectorXd residuals;  ///< of the measurements, at x
  Eigen::MatrixXd jacobian;   ///< of the same, by parameter
  double cost = 0.0;          ///< with the priors
  int iterations = 0;
  bool converged = false;
  bool stopped = false;  ///< by `progress`
  std::string message;
};

/// Trust region of Levenberg and Marquardt (Ceres Solver) with derivatives by central differences of 0.2 % of each
/// scale, one-sided at a bound. Throws SolverError if there is no solution to begin with.
Fit fit(const FitProblem& problem);

/// Variances of the residuals' noise in groups: each group of rows [begin, end) by its inflation over 1.
struct NoiseGroup {
  int begin = 0, end = 0;
  double inflation = 1.0;
};

/// Covariance of the parameters at the minimum, H^-1 (sum f_g J_g' J_g + P) H^-1 with H = J' J + P, P the inverse
/// variances of the priors and f_g the inflations: (J' J)^-1 where noise is as stated and there are no priors. A
/// parameter of which nothing is known has an infinite variance.
Eigen::MatrixXd covariance(const Eigen::MatrixXd& jacobian, const std::vector<FitParameter>& parameters,
                           const std::vector<NoiseGroup>& noise);

/// A direction in the space of parameters, from the singular value decomposition of the Jacobian with its columns
/// scaled: what the data alone say along it.
struct Direction {
  double singular_value = 0.0;     ///< change of the residuals, in noise, for a step of one scale
  std::vector<double> components;  ///< of the unit vector, in scales
  /// Whether the data leave more than half of what was uncertain before.
  bool is_open() const { return singular_value < 2.0; }
};

/// The directions, the best known first.
std::vector<Direction> directions(const Eigen::MatrixXd& jacobian, const std::vector<FitParameter>& parameters);

}  // namespace wattloop
