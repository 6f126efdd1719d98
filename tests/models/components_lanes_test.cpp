// Every component of the list computes with packs of lanes what it computes with doubles, but for the rounding of
// elementary functions, and exact derivatives by its parameters.

#include <gtest/gtest.h>

#include "models/all.h"
#include "tests/support/component_equations.h"
#include "tests/support/component_harness.h"

namespace wattloop::test {
namespace {

/// Values of eight lanes, or of duals: one after the other as the table lists them.
template <class S>
struct Values {
  std::vector<S> x, dx, u;
};

/// Equations of a type with parameters that are packs or dual numbers.
class LaneSubject {
 public:
  virtual ~LaneSubject() = default;
  virtual const Subject& plain() const = 0;
  /// Rows of each lane.
  virtual std::vector<Pack> packed(const std::vector<Pack>& parameters, const Values<Pack>& at) const = 0;
  /// Rows of each lane with derivatives by states and across-values.
  virtual std::vector<std::vector<Pack>> packed_jacobian(const std::vector<Pack>& parameters,
                                                         const Values<Pack>& at) const = 0;
  /// Derivatives of the rows by each parameter.
  virtual Eigen::MatrixXd by_parameter(const ParameterValues& parameters, const Point& at) const = 0;
};

template <template <class> class C>
class LaneSubjectOf final : public LaneSubject {
  static constexpr auto fields = C<double>::fields();
  static constexpr int n_x = static_cast<int>(fields.states.size());
  static constexpr int n_a = fields.across();
  static constexpr int n_rows = n_x + fields.through();

 public:
  const Subject& plain() const override {
    for (const Subject* s : subjects())
      if (s->type().name == C<double>::type) return *s;
    throw std::logic_error("not in the list");
  }

  std::vector<Pack> packed(const std::vector<Pack>& parameters, const Values<Pack>& at) const override {
    std::vector<Pack> rows(n_rows);
    call_equations(make_component<C>(parameters), at.x.data(), at.dx.data(), at.u.data(), rows.data());
    return rows;
  }

  std::vector<std::vector<Pack>> packed_jacobian(const std::vector<Pack>& parameters,
                                                 const Values<Pack>& at) const override {
    using D = Dual<n_x + n_a, Pack>;
    std::vector<D> x, dx(at.dx.begin(), at.dx.end()), u, rows(n_rows);
    for (int k = 0; k < n_x; ++k) x.push_back(D::variable(at.x[k], k));
    for (int a = 0; a < n_a; ++a) u.push_back(D::variable(at.u[a], n_x + a));
    call_equations(make_component<C>(parameters), x.data(), dx.data(), u.data(), rows.data());
    std::vector<std::vector<Pack>> jacobian;
    for (const D& row : rows) {
      jacobian.emplace_back(row.derivative.begin(), row.derivative.end());
      jacobian.back().push_back(row.value);
    }
    return jacobian;
  }

  Eigen::MatrixXd by_parameter(const ParameterValues& parameters, const Point& at) const override {
    using D = Dual<3>;
    const std::vector<D> x(at.x.begin(), at.x.end()), dx(at.dx.begin(), at.dx.end()), u(at.u.begin(), at.u.end());
    Eigen::MatrixXd result(n_rows, parameters.size());
    for (std::size_t first = 0; first < parameters.size(); first += D::size) {
      const std::size_t n = std::min<std::size_t>(D::size, parameters.size() - first);
      std::vector<D> seeded(parameters.begin(), parameters.end()), rows(n_rows);
      for (std::size_t j = 0; j < n; ++j) seeded[first + j].derivative[j] = 1.0;
      call_equations(make_component<C>(seeded), x.data(), dx.data(), u.data(), rows.data());
      for (int i = 0; i < n_rows; ++i)
        for (std::size_t j = 0; j < n; ++j) result(i, first + j) = rows[i].derivative[j];
    }
    return result;
  }
};

template <template <class> class... Components>
const std::vector<const LaneSubject*>& make_lane_subjects(ComponentList<Components...>) {
  static const std::tuple<LaneSubjectOf<Components>...> all;
  static const std::vector<const LaneSubject*> list =
      std::apply([](const auto&... subject) { return std::vector<const LaneSubject*>{&subject...}; }, all);
  return list;
}

class EveryComponentsLanes : public testing::TestWithParam<const LaneSubject*> {
 protected:
  const Subject& subject() const { return GetParam()->plain(); }
};
INSTANTIATE_TEST_SUITE_P(All, EveryComponentsLanes, testing::ValuesIn(make_lane_subjects(AllComponents{})),
                         [](const auto& tested) { return std::string(tested.param->plain().type().name); });

/// A few lanes in use, the tail filled with the last of them.
constexpr int used_lanes = 5;

std::vector<Pack> transpose(const std::vector<std::vector<double>>& lanes) {
  std::vector<Pack> packs(lanes.front().size());
  for (std::size_t i = 0; i < packs.size(); ++i)
    packs[i] = Pack::map([&](int lane) { return lanes[std::min(lane, used_lanes - 1)][i]; });
  return packs;
}

/// Parameters that differ from each other's by a few per cent; selectors stay.
ParameterValues varied(const ComponentType& type, ParameterValues parameters, Random& random) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const ParameterInfo& p = type.parameters[i];
    if (!p.choices.empty()) continue;
    parameters[i] = std::clamp(parameters[i] * random.uniform(0.99, 1.01), p.range.min, p.range.max);
  }
  return parameters;
}

TEST_P(EveryComponentsLanes, ComputeWhatDoublesCompute) {
  constexpr double rounding = 1e-12;  // of the largest term of a row in any lane
  const ComponentType& type = subject().type();
  const std::vector<Variant> all = variants(type);
  Random random(7);
  for (int n = 0; n < 20; ++n) {
    std::vector<ParameterValues> parameters;
    std::vector<Point> points;
    std::vector<Eigen::VectorXd> scales;
    std::vector<std::vector<double>> x, dx, u;
    for (int lane = 0; lane < used_lanes; ++lane) {
      parameters.push_back(varied(type, all[(n + lane) % all.size()].parameters, random));
      const Points drawn(type, parameters.back());
      points.push_back(drawn.draw(random));
      scales.push_back(drawn.scales());
      x.push_back(points.back().x), dx.push_back(points.back().dx), u.push_back(points.back().u);
    }
    const std::vector<Pack> p = transpose(parameters);
    const Values<Pack> at{transpose(x), transpose(dx), transpose(u)};
    const std::vector<Pack> rows = GetParam()->packed(p, at);
    const auto jacobian = GetParam()->packed_jacobian(p, at);
    std::vector<Linearised> expected;
    Eigen::VectorXd size = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(rows.size()));
    for (int lane = 0; lane < used_lanes; ++lane) {
      expected.push_back(subject().linearised(parameters[lane], points[lane]));
      const Linearised& one = expected.back();
      size = size.cwiseMax((one.matrix.cwiseAbs() * scales[lane]).cwiseMax(one.value.cwiseAbs())).eval();
    }
    for (int lane = 0; lane < pack_size; ++lane) {
      const int source = std::min(lane, used_lanes - 1);
      const Eigen::VectorXd value = subject().equations(parameters[source], points[source]);
      const int n_x = static_cast<int>(points[source].x.size());
      for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_NEAR(rows[i][lane], value[i], rounding * size[i]) << "row " << i << ", lane " << lane;
        EXPECT_NEAR(jacobian[i].back()[lane], expected[source].value[i], rounding * size[i])
            << "row " << i << ", lane " << lane;
        for (std::size_t j = 0; j + 1 < jacobian[i].size(); ++j) {
          const int column = static_cast<int>(j) < n_x ? static_cast<int>(j) : static_cast<int>(j) + n_x;
          EXPECT_NEAR(jacobian[i][j][lane] * scales[source][column],
                      expected[source].matrix(i, column) * scales[source][column], rounding * size[i])
              << "row " << i << ", column " << j;
        }
      }
    }
    if (HasFailure()) return;
  }
}

TEST_P(EveryComponentsLanes, DerivativesByParametersAreExact) {
  constexpr double of_entry = 1e-5, of_row = 1e-8, of_any = 1e-12;  // tolerances, as for the Jacobian
  const ComponentType& type = subject().type();
  for_each_variant(type, [&](const Variant& variant) {
    const Points points(type, variant.parameters);
    Random random(8);
    std::vector<Point> drawn;
    std::vector<Eigen::VectorXd> sizes;  // of each row at each point
    for (int n = 0; n < 20; ++n) {
      drawn.push_back(points.draw(random));
      const Linearised here = subject().linearised(variant.parameters, drawn[n]);
      sizes.push_back((here.matrix.cwiseAbs() * points.scales()).cwiseMax(here.value.cwiseAbs()));
    }
    Eigen::VectorXd largest = sizes[0];
    for (const Eigen::VectorXd& size : sizes) largest = largest.cwiseMax(size).eval();
    for (std::size_t n = 0; n < drawn.size(); ++n) {
      const Point& at = drawn[n];
      const Eigen::MatrixXd dual = GetParam()->by_parameter(variant.parameters, at);
      for (std::size_t j = 0; j < variant.parameters.size(); ++j) {
        const ParameterInfo& p = type.parameters[j];
        if (!p.choices.empty()) continue;
        const double scale = variant.parameters[j] != 0.0 ? std::abs(variant.parameters[j]) : 1e-3;
        const auto shifted = [&](double shift) {
          ParameterValues moved = variant.parameters;
          moved[j] += shift;
          return subject().equations(moved, at);
        };
        const Eigen::VectorXd slope = difference_quotient(shifted, scale, dual.col(j));
        for (Eigen::Index i = 0; i < slope.size(); ++i)
          EXPECT_NEAR(dual(i, j), slope[i],
                      of_entry * std::abs(dual(i, j)) + (of_row * sizes[n][i] + of_any * largest[i]) / scale)
              << "row " << i << " by " << p.name << ": " << describe(points, at);
      }
      if (HasFailure()) return;
    }
  });
}

}  // namespace
}  // namespace wattloop::test
