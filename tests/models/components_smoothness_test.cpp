// Every component of the list is continuously differentiable: through zero flow and reversal, through equal pressures
// and temperatures, and wherever else its equations choose between two laws.

#include <gtest/gtest.h>

#include "tests/support/component_harness.h"

namespace wattloop::test {
namespace {

class EveryComponentsLaw : public testing::TestWithParam<const Subject*> {};
INSTANTIATE_TEST_SUITE_P(All, EveryComponentsLaw, testing::ValuesIn(subjects()), subject_name);

constexpr double largest_jump = 1e-4;  // of the range along a way

/// A straight way through the states and across-values of a component; s from 0 to 1.
class Path {
 public:
  Path(const Subject& subject, const ParameterValues& parameters, const Points& points, Point from, int variable,
       double low, double high)
      : subject_(subject),
        parameters_(parameters),
        points_(points),
        at_(std::move(from)),
        variable_(variable),
        low_(low),
        high_(high) {}

  /// The rows at s, then their derivatives along the way.
  Eigen::VectorXd operator()(double s) const {
    Point at = at_;
    points_.value(at, variable_) = low_ + s * (high_ - low_);
    const int n_x = points_.states();
    const Linearised f = subject_.linearised(parameters_, at);
    Eigen::VectorXd both(2 * f.value.size());
    both << f.value, f.matrix.col(variable_ < n_x ? variable_ : n_x + variable_) * (high_ - low_);
    return both;
  }

 private:
  const Subject& subject_;
  const ParameterValues& parameters_;
  const Points& points_;
  Point at_;
  int variable_;
  double low_, high_;
};

/// What is left of the largest change between neighbouring points, after halving the interval of it many times, over
/// the range met on the way (never less than rounding makes of the row): 0 for continuous functions, the share of the
/// jump where there is one.
Eigen::VectorXd jumps(const Path& path, const Eigen::VectorXd& row_sizes) {
  constexpr int coarse = 32, halvings = 36;
  constexpr double rounding = 1e-11;  // of the row's size
  std::vector<Eigen::VectorXd> value;
  for (int i = 0; i <= coarse; ++i) value.push_back(path(static_cast<double>(i) / coarse));
  Eigen::VectorXd left(value[0].size());
  for (Eigen::Index k = 0; k < left.size(); ++k) {
    double low = value[0][k], high = low, largest = 0.0;
    int at = 0;
    for (int i = 0; i < coarse; ++i) {
      const double next = value[i + 1][k], change = std::abs(next - value[i][k]);
      low = std::min(low, next), high = std::max(high, next);
      if (change > largest) largest = change, at = i;
    }
    const auto size = [&] { return high - low + rounding / largest_jump * row_sizes[k % row_sizes.size()]; };
    double s = static_cast<double>(at) / coarse, width = 1.0 / coarse, a = value[at][k], b = value[at + 1][k];
    for (int i = 0; i < halvings && std::abs(b - a) > 1e-6 * size(); ++i) {
      width *= 0.5;
      const double middle = path(s + width)[k];
      low = std::min(low, middle), high = std::max(high, middle);
      if (std::abs(middle - a) >= std::abs(b - middle))
        b = middle;
      else
        a = middle, s += width;
    }
    left[k] = size() > 0.0 ? std::abs(b - a) / size() : 0.0;
  }
  return left;
}

/// The largest value each row has at some points.
Eigen::VectorXd sizes_of_rows(const Subject& subject, const ParameterValues& parameters, const Points& points) {
  Random random(9);
  Eigen::VectorXd sizes;
  for (int n = 0; n < 20; ++n) {
    const Eigen::VectorXd size = subject.equations(parameters, points.draw(random)).cwiseAbs();
    sizes = n == 0 ? size : sizes.cwiseMax(size).eval();
  }
  return sizes;
}

/// Places where a law may change: zero, and where a variable equals another one of its unit.
std::vector<double> places(const Points& points, const Point& at, int variable) {
  const Variable& v = points.variables()[variable];
  std::vector<double> list;
  const auto add = [&](double place) {
    if (place >= v.low - 0.5 * v.scale && place <= v.high + 0.5 * v.scale) list.push_back(place);
  };
  if (v.unit == "V" || (v.low <= 0.0 && v.high >= 0.0)) list.push_back(0.0);
  for (int i = 0; i < points.count() && list.size() < 4; ++i)
    if (i != variable && points.variables()[i].unit == v.unit) add(points.value(at, i));
  return list;
}

TEST_P(EveryComponentsLaw, IsContinuouslyDifferentiable) {
  const Subject& subject = *GetParam();
  for_each_variant(subject.type(), [&](const Variant& variant) {
    const Points points(subject.type(), variant.parameters);
    const Eigen::VectorXd row_sizes = sizes_of_rows(subject, variant.parameters, points);
    Random random(6);
    for (int n = 0; n < 3; ++n) {
      const Point at = points.draw(random);
      for (int i = 0; i < points.count() && !HasFailure(); ++i) {
        const Variable& v = points.variables()[i];
        const auto check = [&](double low, double high) {
          const Eigen::VectorXd left = jumps(Path(subject, variant.parameters, points, at, i, low, high), row_sizes);
          Eigen::Index worst = 0;
          EXPECT_LE(left.maxCoeff(&worst), largest_jump)
              << left[worst] << ": " << (worst < left.size() / 2 ? "value" : "derivative") << " of row "
              << worst % (left.size() / 2) << " jumps as " << v.name << " goes from " << low << " to " << high << "; "
              << describe(points, at);
        };
        check(v.low, v.high);
        for (double place : places(points, at, i))
          for (double width : {1.0, 1e-3}) check(place - 0.7 * width * v.scale, place + width * v.scale);
      }
    }
  });
}

}  // namespace
}  // namespace wattloop::test
