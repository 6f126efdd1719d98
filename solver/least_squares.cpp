#include "solver/least_squares.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ceres/ceres.h>
#include <Eigen/Cholesky>
#include <Eigen/SVD>

#include "solver/errors.h"

namespace wattloop {

namespace {

using Vector = std::vector<double>;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The residuals of the measurements, then those of the priors, as Ceres asks for them. Unknowns are in scales.
class Cost final : public ceres::CostFunction {
 public:
  explicit Cost(const FitProblem& problem) : problem_(problem) {
    for (int j = 0; j < parameters(); ++j)
      if (std::isfinite(at(j).prior_deviation)) priors_.push_back(j);
    set_num_residuals(problem.residuals + static_cast<int>(priors_.size()));
    mutable_parameter_block_sizes()->push_back(parameters());
  }

  bool Evaluate(double const* const* blocks, double* residuals, double** jacobians) const override {
    const double* u = blocks[0];
    const Vector x = unscaled(u);
    if (x != last_ && !remember(x)) return false;
    std::copy(last_residuals_.begin(), last_residuals_.end(), residuals);
    for (std::size_t k = 0; k < priors_.size(); ++k) {
      const FitParameter& p = at(priors_[k]);
      residuals[problem_.residuals + static_cast<int>(k)] = (x[priors_[k]] - p.prior_mean) / p.prior_deviation;
    }
    if (jacobians == nullptr || jacobians[0] == nullptr) return true;
    Eigen::Map<RowMajor> jacobian(jacobians[0], num_residuals(), parameters());
    if (x != differentiated_) {
      last_jacobian_.setZero(num_residuals(), parameters());
      if (!differentiate(x, last_jacobian_)) return false;
      differentiated_ = x;
    }
    jacobian = last_jacobian_;
    for (std::size_t k = 0; k < priors_.size(); ++k)
      jacobian(problem_.residuals + static_cast<int>(k), priors_[k]) =
          at(priors_[k]).scale / at(priors_[k]).prior_deviation;
    return true;
  }

  Vector unscaled(const double* u) const {
    Vector x(static_cast<std::size_t>(parameters()));
    for (int j = 0; j < parameters(); ++j) x[j] = std::clamp(u[j] * at(j).scale, at(j).lower, at(j).upper);
    return x;
  }

 private:
  int parameters() const { return static_cast<int>(problem_.parameters.size()); }
  const FitParameter& at(int j) const { return problem_.parameters[static_cast<std::size_t>(j)]; }

  bool remember(const Vector& x) const {
    Vector found = std::move(problem_.evaluate({x}).front());
    if (found.empty()) return false;
    last_ = x;
    last_residuals_ = std::move(found);
    return true;
  }

  /// d residual / d (x / scale) about x, whose residuals are the last.
  bool differentiate(const Vector& x, RowMajor& jacobian) const {
    constexpr double step = 2e-3;  // of the scale: differences stand out of the integrator's tolerance
    std::vector<Vector> points;
    for (int j = 0; j < parameters(); ++j)
      for (const double sign : {1.0, -1.0}) {
        points.push_back(x);
        points.back()[j] = std::clamp(x[j] + sign * step * at(j).scale, at(j).lower, at(j).upper);
      }
    const std::vector<Vector> found = problem_.evaluate(points);
    for (int j = 0; j < parameters(); ++j) {
      const Vector &above = found[2 * j], &below = found[2 * j + 1];
      const double width = (points[2 * j][j] - points[2 * j + 1][j]) / at(j).scale;
      if (above.empty() || below.empty() || width <= 0.0) return false;
      for (int i = 0; i < problem_.residuals; ++i) jacobian(i, j) = (above[i] - below[i]) / width;
    }
    return true;
  }

  const FitProblem& problem_;
  std::vector<int> priors_;
  mutable Vector last_, last_residuals_, differentiated_;  ///< points are asked for more than once
  mutable RowMajor last_jacobian_;
};

class Watch final : public ceres::IterationCallback {
 public:
  explicit Watch(const FitProblem& problem) : problem_(problem) {}
  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    const bool goes_on = !problem_.progress || problem_.progress(summary.iteration, summary.cost);
    return goes_on ? ceres::SOLVER_CONTINUE : ceres::SOLVER_ABORT;
  }

 private:
  const FitProblem& problem_;
};

/// Parameters that a fit has brought to a bound.
std::vector<int> at_bounds(const FitProblem& problem, const Vector& x) {
  constexpr double edge = 1e-9;  // of the scale
  std::vector<int> list;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const FitParameter& p = problem.parameters[j];
    if (x[j] <= p.lower + edge * p.scale || x[j] >= p.upper - edge * p.scale) list.push_back(static_cast<int>(j));
  }
  return list;
}

/// Inverse variances of the priors, in scales.
Eigen::VectorXd prior_information(const std::vector<FitParameter>& parameters) {
  Eigen::VectorXd information(static_cast<Eigen::Index>(parameters.size()));
  for (Eigen::Index j = 0; j < information.size(); ++j) {
    const FitParameter& p = parameters[static_cast<std::size_t>(j)];
    information[j] = std::isfinite(p.prior_deviation) ? std::pow(p.scale / p.prior_deviation, 2) : 0.0;
  }
  return information;
}

Eigen::VectorXd scales(const std::vector<FitParameter>& parameters) {
  Eigen::VectorXd result(static_cast<Eigen::Index>(parameters.size()));
  for (Eigen::Index j = 0; j < result.size(); ++j) result[j] = parameters[static_cast<std::size_t>(j)].scale;
  return result;
}

}  // namespace

Fit fit(const FitProblem& problem) {
  Cost cost(problem);
  const int n = static_cast<int>(problem.parameters.size());
  Vector u;
  for (const FitParameter& p : problem.parameters) u.push_back(p.start / p.scale);
  Vector residuals(static_cast<std::size_t>(cost.num_residuals()));
  const double* block = u.data();
  if (!cost.Evaluate(&block, residuals.data(), nullptr)) throw SolverError("the model has no solution at the start");

  ceres::Problem::Options ownership;
  ownership.cost_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
  ceres::Problem ceres_problem(ownership);
  ceres_problem.AddResidualBlock(&cost, nullptr, u.data());
  for (int j = 0; j < n; ++j) {
    const FitParameter& p = problem.parameters[static_cast<std::size_t>(j)];
    ceres_problem.SetParameterLowerBound(u.data(), j, p.lower / p.scale);
    ceres_problem.SetParameterUpperBound(u.data(), j, p.upper / p.scale);
  }
  Watch watch(problem);
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.max_num_iterations = problem.most_iterations;
  options.function_tolerance = 1e-8;
  options.parameter_tolerance = 1e-6;
  options.logging_type = ceres::SILENT;
  options.callbacks.push_back(&watch);
  ceres::Solver::Summary summary;
  ceres::Solve(options, &ceres_problem, &summary);
  // Steps that are cut at a bound make little way along it: what has come to a bound stays there, the others go on.
  if (const std::vector<int> held = at_bounds(problem, cost.unscaled(u.data()));
      !held.empty() && static_cast<int>(held.size()) < n && summary.IsSolutionUsable()) {
    ceres_problem.SetManifold(u.data(), new ceres::SubsetManifold(n, held));
    ceres::Solve(options, &ceres_problem, &summary);
  }

  Fit result;
  result.x = cost.unscaled(u.data());
  RowMajor jacobian(cost.num_residuals(), n);
  double* rows = jacobian.data();
  block = u.data();
  if (!cost.Evaluate(&block, residuals.data(), &rows)) throw SolverError("the model has no solution beside the fit");
  result.residuals = Eigen::Map<Eigen::VectorXd>(residuals.data(), problem.residuals);
  result.jacobian = jacobian.topRows(problem.residuals) * scales(problem.parameters).cwiseInverse().asDiagonal();
  result.cost = summary.final_cost;
  result.iterations = static_cast<int>(summary.iterations.size()) - 1;
  result.converged = summary.termination_type == ceres::CONVERGENCE;
  result.stopped = summary.termination_type == ceres::USER_FAILURE;
  result.message = summary.message;
  return result;
}

Eigen::MatrixXd covariance(const Eigen::MatrixXd& jacobian, const std::vector<FitParameter>& parameters,
                           const std::vector<NoiseGroup>& noise) {
  constexpr double nothing = 1e-9;  // singular value: below it a direction is not known at all
  const Eigen::VectorXd scale = scales(parameters), prior = prior_information(parameters);
  const Eigen::MatrixXd J = jacobian * scale.asDiagonal();
  Eigen::MatrixXd H = J.transpose() * J, middle = prior.asDiagonal();
  H += prior.asDiagonal();
  for (const NoiseGroup& group : noise) {
    const auto rows = J.middleRows(group.begin, group.end - group.begin);
    middle += group.inflation * rows.transpose() * rows;
  }
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(H, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::VectorXd inverse = svd.singularValues();
  for (double& value : inverse) value = value > nothing * nothing ? 1.0 / value : 0.0;
  const Eigen::MatrixXd H_inverse = svd.matrixV() * inverse.asDiagonal() * svd.matrixU().transpose();
  Eigen::MatrixXd C = scale.asDiagonal() * (H_inverse * middle * H_inverse) * scale.asDiagonal();
  for (Eigen::Index k = 0; k < inverse.size(); ++k) {
    if (inverse[k] > 0.0) continue;
    for (Eigen::Index j = 0; j < C.rows(); ++j)
      if (std::abs(svd.matrixV()(j, k)) > 1e-6) C(j, j) = std::numeric_limits<double>::infinity();
  }
  return C;
}

std::vector<Direction> directions(const Eigen::MatrixXd& jacobian, const std::vector<FitParameter>& parameters) {
  const Eigen::MatrixXd J = jacobian * scales(parameters).asDiagonal();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(J, Eigen::ComputeThinV);
  std::vector<Direction> result;
  for (Eigen::Index k = 0; k < svd.singularValues().size(); ++k) {
    const Eigen::VectorXd v = svd.matrixV().col(k);
    result.push_back({svd.singularValues()[k], {v.data(), v.data() + v.size()}});
  }
  return result;
}

}  // namespace wattloop
