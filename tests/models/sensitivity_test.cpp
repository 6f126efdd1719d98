#include "models/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "models/random.h"
#include "models/sampling.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

constexpr double pi = std::numbers::pi;

/// Ishigami & Homma (1990): x in [-pi, pi]^3.
constexpr double a = 7.0, b = 0.1;
double ishigami(const std::vector<double>& u) {
  const auto x = [&](int k) { return pi * (2.0 * u[k] - 1.0); };
  return std::sin(x(0)) + a * std::pow(std::sin(x(1)), 2) + b * std::pow(x(2), 4) * std::sin(x(0));
}

std::vector<double> ishigami_at(std::size_t base) {
  const auto points = saltelli_points(base, 3);
  std::vector<double> values;
  for (std::size_t i = 0; i < points->size(); ++i) values.push_back(ishigami(points->point(i)));
  return values;
}

// Its variances in closed form.
TEST(Sensitivity, IndicesOfIshigamisFunctionAreThoseOfTheClosedForm) {
  const double V1 = 0.5 * std::pow(1.0 + b * std::pow(pi, 4) / 5.0, 2), V2 = a * a / 8.0;
  const double V13 = b * b * std::pow(pi, 8) * (1.0 / 18.0 - 1.0 / 50.0), V = V1 + V2 + V13;
  const auto indices = sobol_indices(ishigami_at(4096), 3);
  ASSERT_EQ(indices.size(), 3u);
  const double first[] = {V1 / V, V2 / V, 0.0}, total[] = {(V1 + V13) / V, V2 / V, V13 / V};
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(indices[k].first, first[k], 0.005) << k;
    EXPECT_NEAR(indices[k].total, total[k], 0.005) << k;
    EXPECT_LT(indices[k].first_error, 0.06) << k;
    EXPECT_GT(indices[0].first_error, 0.005);
  }
}

TEST(Sensitivity, IndicesAreThoseOfSALib) {
  const auto indices = sobol_indices(ishigami_at(1024), 3);
  const auto reference = test::read_table("sobol_sequence/ishigami_indices.csv");
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(indices[k].first, reference[k][0], 1e-9) << k;
    EXPECT_NEAR(indices[k].total, reference[k][1], 1e-9) << k;
  }
}

TEST(Sensitivity, AFailedMemberCostsItsBasePointOnly) {
  std::vector<double> values = ishigami_at(1024);
  std::vector<double> without(values.begin(), values.end());
  without.erase(without.begin() + 35, without.begin() + 40);
  values[37] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(sobol_indices(values, 3)[1].first, sobol_indices(without, 3)[1].first);
  EXPECT_TRUE(sobol_indices(std::vector<double>(50, 3.0), 3).empty()) << "nothing varies";
}

// y = i + 10 j over a full grid: the variances of its terms are those of 0..n-1, (n^2 - 1)/12, and 100 times that.
TEST(Sensitivity, MainEffectsOfASumAreItsTerms) {
  constexpr int n = 7, m = 4;
  std::vector<double> values;
  std::vector<int> of_i, of_j;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < m; ++j) {
      values.push_back(i + 10.0 * j);
      of_i.push_back(i);
      of_j.push_back(j);
    }
  const double V_i = (n * n - 1) / 12.0, V_j = 100.0 * (m * m - 1) / 12.0;
  EXPECT_NEAR(main_effect(values, of_i, n).share, V_i / (V_i + V_j), 1e-12);
  const MainEffect effect = main_effect(values, of_j, m);
  EXPECT_NEAR(effect.share, V_j / (V_i + V_j), 1e-12);
  EXPECT_NEAR(effect.means[2] - effect.means[1], 10.0, 1e-12);
}

TEST(Sensitivity, TheFrontIsWhatNobodyBeats) {
  const RandomStream random(5, 1);
  std::vector<std::vector<double>> objectives(3);
  for (std::uint64_t i = 0; i < 300; ++i)
    for (std::uint64_t k = 0; k < 3; ++k) objectives[k].push_back(std::floor(12.0 * random.uniform(i, k)));
  objectives[1][17] = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::size_t> front = pareto_front(objectives), expected;
  for (std::size_t i = 0; i < 300; ++i) {
    bool is_beaten = i == 17;
    for (std::size_t j = 0; j < 300; ++j) {
      bool no_worse = j != 17, better = false;
      for (const auto& o : objectives) no_worse = no_worse && o[j] <= o[i], better = better || o[j] < o[i];
      is_beaten = is_beaten || (no_worse && better);
    }
    if (!is_beaten) expected.push_back(i);
  }
  std::sort(front.begin(), front.end());
  EXPECT_EQ(front, expected);
  EXPECT_GT(front.size(), 3u);
}

}  // namespace
}  // namespace wattloop
