#include "solver/least_squares.h"

#include <gtest/gtest.h>

#include <cmath>

#include "solver/errors.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using Vector = std::vector<double>;

FitProblem problem_of(std::vector<FitParameter> parameters, int residuals, std::function<Vector(const Vector&)> f) {
  FitProblem problem;
  problem.parameters = std::move(parameters);
  problem.residuals = residuals;
  problem.evaluate = [f](const std::vector<Vector>& points) {
    std::vector<Vector> found;
    for (const Vector& x : points) found.push_back(f(x));
    return found;
  };
  return problem;
}

/// The synthetic cooling curve and its parameters: final temperature, initial excess, time constant.
FitProblem cooling_curve(const FitParameter& tau) {
  constexpr double noise = 0.2;  // K
  const auto data = test::read_table("least_squares/cooling_curve.csv");
  return problem_of({{44.0, 0.0, 100.0}, {8.0, 0.0, 50.0}, tau}, static_cast<int>(data.size()),
                    [data](const Vector& x) {
                      Vector r;
                      for (const auto& row : data)
                        r.push_back((x[0] + x[1] * std::exp(-row[0] / x[2]) - row[1]) / noise);
                      return r;
                    });
}

constexpr double unknown = std::numeric_limits<double>::infinity();

void expect_fit(const FitProblem& problem, const Vector& reference) {
  const Fit found = fit(problem);
  EXPECT_TRUE(found.converged) << found.message;
  const Eigen::MatrixXd C = covariance(found.jacobian, problem.parameters, {{0, problem.residuals, 1.0}});
  for (int j = 0; j < 3; ++j) {
    const double deviation = reference[3 + j];
    EXPECT_NEAR(found.x[j], reference[j], 1e-3 * deviation) << j;
    EXPECT_NEAR(std::sqrt(C(j, j)), deviation, 1e-4 * deviation) << j;
  }
  EXPECT_NEAR(C(0, 1) / std::sqrt(C(0, 0) * C(1, 1)), reference[6], 1e-4);
  EXPECT_NEAR(found.cost, reference[7], 1e-5 * reference[7]);
}

TEST(LeastSquares, AgreesWithScipyFree) {
  expect_fit(cooling_curve({200.0, 10.0, 1000.0, 0.0, unknown, 10.0}), test::read_table("least_squares/fits.csv")[0]);
}

TEST(LeastSquares, AgreesWithScipyAtABound) {
  expect_fit(cooling_curve({200.0, 150.0, 1000.0, 0.0, unknown, 10.0}), test::read_table("least_squares/fits.csv")[1]);
}

TEST(LeastSquares, AgreesWithScipyWithAPrior) {
  expect_fit(cooling_curve({200.0, 10.0, 1000.0, 100.0, 4.0, 4.0}), test::read_table("least_squares/fits.csv")[2]);
}

/// y = a + b t at t = 0 ... n - 1: var b = s2 / Sxx, var a = s2 (1/n + mean(t)^2/Sxx), Sxx = n (n^2 - 1) / 12.
TEST(LeastSquares, CovarianceOfALineIsTheTextbooks) {
  constexpr int n = 25;
  constexpr double noise = 0.5;
  const FitProblem problem = problem_of({{0.0, -50.0, 50.0}, {0.0, -50.0, 50.0}}, n, [](const Vector& x) {
    Vector r;
    for (int t = 0; t < n; ++t)
      r.push_back((x[0] + x[1] * t - (3.0 + 2.0 * t + (t % 2 == 0 ? noise : -noise))) / noise);
    return r;
  });
  const Fit found = fit(problem);
  const Eigen::MatrixXd C = covariance(found.jacobian, problem.parameters, {{0, n, 1.0}});
  constexpr double Sxx = n * (n * n - 1.0) / 12.0, mean = 0.5 * (n - 1);
  EXPECT_NEAR(C(1, 1), noise * noise / Sxx, 1e-9);
  EXPECT_NEAR(C(0, 0), noise * noise * (1.0 / n + mean * mean / Sxx), 1e-8);
  EXPECT_NEAR(C(0, 1), -noise * noise * mean / Sxx, 1e-9);
  // Twice the variance everywhere is twice the covariance.
  const Eigen::MatrixXd twice = covariance(found.jacobian, problem.parameters, {{0, 10, 2.0}, {10, n, 2.0}});
  EXPECT_NEAR((twice - 2.0 * C).norm(), 0.0, 1e-9);
}

/// Precisions of data and prior add up: mean and variance of two normal distributions.
TEST(LeastSquares, PriorAndMeasurementAreWeighed) {
  const FitProblem problem =
      problem_of({{0.0, -50.0, 50.0, 10.0, 2.0, 2.0}}, 1, [](const Vector& x) { return Vector{(x[0] - 4.0) / 1.0}; });
  const Fit found = fit(problem);
  EXPECT_NEAR(found.x[0], (4.0 / 1.0 + 10.0 / 4.0) / (1.0 + 0.25), 1e-6);
  EXPECT_NEAR(covariance(found.jacobian, problem.parameters, {{0, 1, 1.0}})(0, 0), 1.0 / (1.0 + 0.25), 1e-9);
}

/// Only the product of two parameters is measured: one direction is known, the other is not, and it is named.
TEST(LeastSquares, AProductLeavesADirectionOpen) {
  const std::vector<FitParameter> parameters{{2.0, 0.5, 4.0}, {3.0, 0.5, 6.0}, {1.0, -5.0, 5.0}};
  const FitProblem problem = problem_of(parameters, 20, [](const Vector& x) {
    Vector r;
    for (int i = 0; i < 20; ++i) r.push_back((x[0] * x[1] * i + x[2] - (6.3 * i + 0.7)) / 0.1);
    return r;
  });
  const Fit found = fit(problem);
  EXPECT_NEAR(found.x[0] * found.x[1], 6.3, 1e-4);
  const std::vector<Direction> all = directions(found.jacobian, parameters);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_FALSE(all[0].is_open());
  EXPECT_FALSE(all[1].is_open());
  EXPECT_TRUE(all[2].is_open());
  // d(x0 x1) = 0 along it.
  EXPECT_NEAR(all[2].components[0] * found.x[1] + all[2].components[1] * found.x[0], 0.0, 1e-4);
  EXPECT_NEAR(all[2].components[2], 0.0, 1e-4);
}

/// A parameter that changes nothing has an infinite variance; the others keep theirs.
TEST(LeastSquares, WhatTheDataDoNotSeeHasNoInterval) {
  const std::vector<FitParameter> parameters{{0.0, -5.0, 5.0}, {0.0, -5.0, 5.0}};
  const Fit found = fit(problem_of(parameters, 4, [](const Vector& x) { return Vector(4, x[0] - 1.0); }));
  const Eigen::MatrixXd C = covariance(found.jacobian, parameters, {{0, 4, 1.0}});
  EXPECT_NEAR(C(0, 0), 0.25, 1e-9);
  EXPECT_TRUE(std::isinf(C(1, 1)));
}

/// Where the model has no solution the step is shortened.
TEST(LeastSquares, GoesRoundPointsWithoutASolution) {
  const FitProblem problem = problem_of({{0.1, 0.0, 10.0}}, 1, [](const Vector& x) {
    return x[0] > 3.0 ? Vector{} : Vector{100.0 * (std::log(x[0]) - std::log(2.5))};
  });
  EXPECT_NEAR(fit(problem).x[0], 2.5, 1e-5);
  FitProblem hopeless = problem;
  hopeless.parameters[0].start = 5.0;
  EXPECT_THROW(fit(hopeless), SolverError);
}

}  // namespace
}  // namespace wattloop
