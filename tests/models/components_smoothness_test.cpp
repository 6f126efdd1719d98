// Every component of the list is continuously differentiable: through zero flow and reversal, through equal pressures
// and temperatures, and wherever else its equations choose between two laws.

#include <gtest/gtest.h>

#include <set>

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

/// Values of one function on the way, and the range of all that were met.
struct Extent {
  double low, high;
  void meet(double value) { low = std::min(low, value), high = std::max(high, value); }
};

/// Halves an interval many times, always keeping the half with the larger change; returns the change that is left.
template <class F>
double change_left(const F& f, double s, double width, double enough, Extent& range) {
  constexpr int halvings = 36;
  double a = f(s), b = f(s + width);
  for (int i = 0; i < halvings && std::abs(b - a) > enough; ++i) {
    width *= 0.5;
    const double middle = f(s + width);
    range.meet(middle);
    if (std::abs(middle - a) >= std::abs(b - middle))
      b = middle;
    else
      a = middle, s += width;
  }
  return std::abs(b - a);
}

/// What is left, after halving the interval many times, of the largest change between neighbouring points and of the
/// change that differs most from those beside it; over the range met on the way (never less than rounding makes of the
/// row): 0 for continuous functions, the share of the jump where there is one.
template <class Way>
Eigen::VectorXd jumps(const Way& path, const Eigen::VectorXd& row_sizes) {
  constexpr int coarse = 32;
  constexpr double rounding = 1e-11;  // of the row's size
  std::vector<Eigen::VectorXd> value;
  for (int i = 0; i <= coarse; ++i) value.push_back(path(static_cast<double>(i) / coarse));
  Eigen::VectorXd left(value[0].size());
  for (Eigen::Index k = 0; k < left.size(); ++k) {
    Extent range{value[0][k], value[0][k]};
    double largest = -1.0, oddest = -1.0;
    int at_largest = 0, at_oddest = 0;
    const auto change = [&](int i) { return i < 0 || i >= coarse ? 0.0 : value[i + 1][k] - value[i][k]; };
    for (int i = 0; i < coarse; ++i) {
      range.meet(value[i + 1][k]);
      const double beside = i == 0            ? change(1)
                            : i == coarse - 1 ? change(i - 1)
                                              : 0.5 * (change(i - 1) + change(i + 1));
      if (std::abs(change(i)) > largest) largest = std::abs(change(i)), at_largest = i;
      if (std::abs(change(i) - beside) > oddest) oddest = std::abs(change(i) - beside), at_oddest = i;
    }
    const double floor = rounding / largest_jump * row_sizes[k % row_sizes.size()];
    const auto function = [&](double s) { return path(s)[k]; };
    double most = 0.0;
    for (int at : std::set{at_largest, at_oddest})
      most = std::max(most, change_left(function, static_cast<double>(at) / coarse, 1.0 / coarse,
                                        1e-6 * (range.high - range.low + floor), range));
    const double size = range.high - range.low + floor;
    left[k] = size > 0.0 ? most / size : 0.0;
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
  for (int i = 0; i < points.count() && list.size() < 3; ++i)
    if (i != variable && points.variables()[i].unit == v.unit) add(points.value(at, i));
  return list;
}

/// The check itself: steep is not broken, a kink and a step of 0.1 % are.
TEST(SmoothnessCheck, TellsSteepFromBroken) {
  const auto share = [](auto f) {
    return jumps([&](double s) { return Eigen::VectorXd::Constant(2, f(s)); }, Eigen::VectorXd::Ones(1)).maxCoeff();
  };
  EXPECT_LE(share([](double s) { return std::tanh((s - 0.301) / 1e-4); }), largest_jump);
  EXPECT_GE(share([](double s) { return std::sin(s) + (s > 0.301 ? 1e-3 : 0.0); }), 5 * largest_jump);
  EXPECT_GE(share([](double s) { return s > 0.301 ? 1.0 : -1.0; }), 0.5);  // the derivative of |s - 0.301|
}

TEST_P(EveryComponentsLaw, IsContinuouslyDifferentiable) {
  const Subject& subject = *GetParam();
  for_each_variant(subject.type(), [&](const Variant& variant) {
    const Points points(subject.type(), variant.parameters);
    const Eigen::VectorXd row_sizes = sizes_of_rows(subject, variant.parameters, points);
    Random random(6);
    for (int n = 0; n < 2; ++n) {
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
