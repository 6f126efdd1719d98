#include "solver/dual.h"

#include <gtest/gtest.h>

#include <functional>

#include "solver/scalar.h"

namespace wattloop {
namespace {

using std::cosh, std::exp, std::expm1, std::log, std::pow, std::sqrt, std::tanh;
using D = Dual<2>;
using DP = Dual<2, Pack>;

/// A function of one variable for any number, its exact slope and where to try it.
struct Function {
  const char* name;
  std::function<double(double)> plain;
  std::function<D(D)> dual;
  std::function<DP(DP)> packed;
  std::function<double(double)> slope;
  double from, to;
};

#define WATTLOOP_TEST_FUNCTION(expression, derivative, from, to)                                        \
  Function {                                                                                            \
#expression, [](double x) { return expression; }, [](D x) { return expression; },                     \
        [](DP x) { return expression; }, [](double x) { return derivative; }, from, to \
  }

const std::vector<Function>& functions() {
  static const std::vector<Function> all = {
      WATTLOOP_TEST_FUNCTION(sqrt(x), 0.5 / sqrt(x), 0.1, 9.0),
      WATTLOOP_TEST_FUNCTION(exp(x), exp(x), -3.0, 3.0),
      WATTLOOP_TEST_FUNCTION(expm1(x), exp(x), -1.0, 1.0),
      WATTLOOP_TEST_FUNCTION(log(x), 1.0 / x, 0.1, 9.0),
      WATTLOOP_TEST_FUNCTION(tanh(x), 1.0 / (cosh(x) * cosh(x)), -2.0, 2.0),
      WATTLOOP_TEST_FUNCTION(pow(x, 1.8), 1.8 * pow(x, 0.8), 0.1, 5.0),
      WATTLOOP_TEST_FUNCTION(pow(x, -0.4), -0.4 * pow(x, -1.4), 0.1, 5.0),
      WATTLOOP_TEST_FUNCTION(3.0 + x * x - 2.0 * x, 2.0 * x - 2.0, -2.0, 2.0),
      WATTLOOP_TEST_FUNCTION(2.0 / x - x / 4.0 + x / (x + 1.0), -2.0 / (x * x) - 0.25 + 1.0 / ((x + 1.0) * (x + 1.0)),
                             0.5, 4.0),
      WATTLOOP_TEST_FUNCTION(-x * (1.0 - x), 2.0 * x - 1.0, -2.0, 2.0),
      WATTLOOP_TEST_FUNCTION(smooth_abs(x, 0.1), x / sqrt(x * x + 0.01), -1.0, 1.0),
      WATTLOOP_TEST_FUNCTION(positive_part(x, 0.1), 0.5 + 0.5 * x / sqrt(x * x + 0.01), -1.0, 1.0),
      WATTLOOP_TEST_FUNCTION(smooth_step(x, 0.0, 2.0),
                             (x <= 0.0 || x >= 2.0 ? 0.0 : 15.0 * x * x / 4.0 * (1.0 - x / 2.0) * (1.0 - x / 2.0)),
                             -1.0, 3.0),
  };
  return all;
}

TEST(Dual, FunctionsHaveTheirClosedFormSlopes) {
  for (const Function& f : functions()) {
    SCOPED_TRACE(f.name);
    for (int i = 0; i <= 20; ++i) {
      const double x = f.from + (f.to - f.from) * i / 20.0, exact = f.slope(x);
      D seeded(x);
      seeded.derivative = {1.0, -3.0};
      const D result = f.dual(seeded);
      EXPECT_NEAR(result.value, f.plain(x), 1e-15 * (1.0 + std::abs(f.plain(x)))) << x;
      EXPECT_NEAR(result.derivative[0], exact, 4e-15 * (1.0 + std::abs(exact))) << x;
      EXPECT_NEAR(result.derivative[1], -3.0 * exact, 1.2e-14 * (1.0 + std::abs(exact))) << x;
      const double h = 1e-5;
      EXPECT_NEAR((f.plain(x + h) - f.plain(x - h)) / (2.0 * h), exact, 1e-6 * (1.0 + std::abs(exact))) << x;
    }
  }
}

TEST(Dual, EachLaneOfAPackIsItsOwnDual) {
  for (const Function& f : functions()) {
    SCOPED_TRACE(f.name);
    const Pack x = Pack::map([&](int i) { return f.from + (f.to - f.from) * i / 7.0; });
    const DP result = f.packed(DP::variable(x, 1));
    for (int i = 0; i < pack_size; ++i) {
      const D expected = f.dual(D::variable(x[i], 1));
      EXPECT_NEAR(result.value[i], expected.value, 2e-15 * (1.0 + std::abs(expected.value)));
      EXPECT_NEAR(result.derivative[1][i], expected.derivative[1], 8e-15 * (1.0 + std::abs(expected.derivative[1])));
      EXPECT_EQ(result.derivative[0][i], 0.0);
    }
  }
}

TEST(Dual, OfTwoVariables) {
  const D a = D::variable(2.0, 0), b = D::variable(5.0, 1);
  const auto expect = [](const D& d, double value, double by_a, double by_b) {
    EXPECT_DOUBLE_EQ(d.value, value);
    EXPECT_DOUBLE_EQ(d.derivative[0], by_a);
    EXPECT_DOUBLE_EQ(d.derivative[1], by_b);
  };
  expect(a + b, 7.0, 1.0, 1.0);
  expect(a - b, -3.0, 1.0, -1.0);
  expect(a * b, 10.0, 5.0, 2.0);
  expect(a / b, 0.4, 0.2, -2.0 / 25.0);
  D c = a;
  c += b;
  c *= a;
  c -= 1.0;
  c /= b;
  expect(c, 13.0 / 5.0, 9.0 / 5.0, 2.0 / 5.0 - 13.0 / 25.0);
  EXPECT_TRUE(a < b && b > a && a <= a && b >= b);
}

TEST(Dual, SelectTakesValueAndSlopeOfOneSide) {
  const D x = D::variable(-1.0, 0);
  const D chosen = select(x < D(0.0), D(x * x), D(3.0 * x));
  EXPECT_EQ(chosen.value, 1.0);
  EXPECT_EQ(chosen.derivative[0], -2.0);
}

}  // namespace
}  // namespace wattloop
