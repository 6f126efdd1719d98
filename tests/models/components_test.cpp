// What every component of the list must satisfy: its table, its Jacobian, finite everywhere, its own block.

#include <gtest/gtest.h>

#include <set>

#include "solver/errors.h"
#include "tests/support/component_adapter.h"

namespace wattloop::test {

namespace {
template <template <class> class... Components>
std::vector<const Subject*> make_subjects(ComponentList<Components...>) {
  static const std::tuple<SubjectOf<Components>...> all;
  return std::apply([](const auto&... subject) { return std::vector<const Subject*>{&subject...}; }, all);
}
}  // namespace

const std::vector<const Subject*>& subjects() {
  static const std::vector<const Subject*> all = make_subjects(AllComponents{});
  return all;
}

namespace {

constexpr int points_per_variant = 30;

class EveryComponent : public testing::TestWithParam<const Subject*> {
 protected:
  const Subject& subject() const { return *GetParam(); }
  const ComponentType& type() const { return GetParam()->type(); }
};
INSTANTIATE_TEST_SUITE_P(All, EveryComponent, testing::ValuesIn(subjects()), subject_name);

TEST_P(EveryComponent, HasACompleteTable) {
  static const std::set<std::string_view> units = {
      "1",        "K",         "Pa",      "kg/s",    "kg",   "W",    "J/K",  "W/K",   "J/(m3 K)", "W/(m K)",
      "W/(m2 K)", "K/W",       "V",       "A",       "VA",   "var",  "Hz",   "Hz/s",  "rad",      "ohm",
      "ohm/m",    "S/m",       "m",       "m2",      "m3",   "m3/s", "m/s",  "kg/m3", "s",        "1/s",
      "kg/kg",    "J",         "1/K",     "1/Pa",    "W/m2", "J/kg", "Pa/K", "K/s",   "rad/s",    "Pa s",
      "J/(kg K)", "kg/(s Pa)", "kg/s/Pa", "delta_K", "SI",   "1/SI", "kg/J"};
  std::set<std::string_view> given, recorded;  // names in the case file, names of states and outputs
  const auto expect_field = [](std::string_view name, std::string_view unit, std::string_view meaning) {
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(units.contains(unit)) << name << ": unit '" << unit << "'";
    EXPECT_FALSE(meaning.empty()) << name;
  };
  EXPECT_FALSE(type().name.empty());
  EXPECT_FALSE(type().summary.empty());
  for (const ParameterInfo& p : type().parameters) {
    expect_field(p.name, p.unit, p.meaning);
    EXPECT_TRUE(given.insert(p.name).second) << p.name << " twice";
    EXPECT_LE(p.range.min, p.range.max) << p.name;
    if (std::isnan(p.default_value)) continue;
    EXPECT_TRUE(p.default_value >= p.range.min && p.default_value <= p.range.max) << p.name;
  }
  for (const Port& p : type().ports) {
    const bool signal = p.connector == Connector::input || p.connector == Connector::output;
    expect_field(p.name, signal ? p.unit : "1", p.meaning);
    EXPECT_TRUE(given.insert(p.name).second) << p.name << " twice";
    if (p.connector != Connector::input) continue;
    EXPECT_TRUE(p.held_value >= p.range.min && p.held_value <= p.range.max) << p.name;
  }
  for (const StateField& s : type().states) {
    expect_field(s.name, s.unit, s.meaning);
    EXPECT_TRUE(recorded.insert(s.name).second) << s.name << " twice";
    EXPECT_TRUE(std::isfinite(s.start)) << s.name;
  }
  recorded.clear();
  for (const OutputField& o : type().outputs) {
    expect_field(o.name, o.unit, o.meaning);
    EXPECT_TRUE(recorded.insert(o.name).second) << o.name << " twice";
  }
  EXPECT_EQ(subject().output_members(), static_cast<int>(type().outputs.size()));
}

TEST_P(EveryComponent, AcceptsPlausibleParametersAndStartsFinite) {
  for_each_variant(type(), [&](const Variant& variant) {
    EXPECT_EQ(subject().check(variant.parameters), "");
    const auto group = make_group(type(), variant.parameters);
    for (int k = 0; k < group->states(); ++k) EXPECT_TRUE(std::isfinite(group->start_value(0, k)));
  });
}

TEST_P(EveryComponent, DualJacobianMatchesFiniteDifferences) {
  constexpr double of_entry = 1e-5;  // tolerance, of the entry
  constexpr double of_row = 1e-8;    // and of what large changes do to the row here
  constexpr double of_any = 2e-12;   // and of what they do to it anywhere: rounding of differences
  for_each_variant(type(), [&](const Variant& variant) {
    const Points points(type(), variant.parameters);
    const Eigen::VectorXd scales = points.scales();
    std::vector<Point> drawn;
    std::vector<Linearised> exact;
    Eigen::MatrixXd sizes(type().states.size() + through_names(type()).size(),
                          points_per_variant);  // of each row at each point
    Random random(1);
    for (int n = 0; n < points_per_variant; ++n) {
      drawn.push_back(points.draw(random));
      exact.push_back(subject().linearised(variant.parameters, drawn[n]));
      sizes.col(n) = (exact[n].matrix.cwiseAbs() * scales).cwiseMax(exact[n].value.cwiseAbs());
    }
    const Eigen::VectorXd largest = sizes.rowwise().maxCoeff();
    for (int n = 0; n < points_per_variant && !HasFailure(); ++n) {
      const Eigen::VectorXd value = subject().equations(variant.parameters, drawn[n]);
      EXPECT_TRUE(((exact[n].value - value).array().abs() <= 1e-13 * sizes.col(n).array()).all()) << "point " << n;
      for (int j = 0; j < scales.size(); ++j) {
        const auto shifted = [&](double shift) {
          Point moved = drawn[n];
          const int n_x = points.states();
          (j < n_x ? moved.x[j] : j < 2 * n_x ? moved.dx[j - n_x] : moved.u[j - 2 * n_x]) += shift;
          return subject().equations(variant.parameters, moved);
        };
        const Eigen::VectorXd dual = exact[n].matrix.col(j);
        const Eigen::VectorXd slope = difference_quotient(shifted, scales[j], dual);
        for (int i = 0; i < slope.size(); ++i)
          EXPECT_NEAR(dual[i], slope[i],
                      of_entry * std::abs(dual[i]) + (of_row * sizes(i, n) + of_any * largest[i]) / scales[j])
              << "row " << i << ", column " << j << ": " << describe(points, drawn[n]);
      }
    }
  });
}

/// The roles in the table are those of the equations: a differential row contains its own rate, no other row any rate.
TEST_P(EveryComponent, HasRatesWhereTheTableSaysSo) {
  for_each_variant(type(), [&](const Variant& variant) {
    const Points points(type(), variant.parameters);
    Random random(2);
    const int n_x = points.states();
    const auto is_differential = [&](int k) { return type().states[k].role == Role::differential; };
    for (int n = 0; n < points_per_variant; ++n) {
      const Eigen::MatrixXd matrix = subject().linearised(variant.parameters, points.draw(random)).matrix;
      for (int i = 0; i < matrix.rows(); ++i)
        for (int k = 0; k < n_x; ++k) {
          const bool may = i < n_x && is_differential(i) && is_differential(k);
          const bool must = may && i == k;
          EXPECT_TRUE(matrix(i, n_x + k) == 0.0 ? !must : may) << "row " << i << ", rate of " << type().states[k].name;
        }
    }
  });
}

TEST_P(EveryComponent, IsFiniteEverywhere) {
  for_each_variant(type(), [&](const Variant& variant) {
    const Points points(type(), variant.parameters);
    Random random(3);
    for (int n = 0; n < 400; ++n) {
      const Point at = points.draw_extreme(random);
      const Linearised result = subject().linearised(variant.parameters, at);
      const std::vector<double> out = subject().outputs(variant.parameters, at);
      const bool finite = result.value.allFinite() && result.matrix.allFinite() &&
                          std::all_of(out.begin(), out.end(), [](double v) { return std::isfinite(v); });
      ASSERT_TRUE(finite) << describe(points, at) << "\nrows " << result.value.transpose() << "\noutputs "
                          << testing::PrintToString(out);
    }
  });
}

/// What a component declares as condensed has a pivot, whatever the step size.
TEST_P(EveryComponent, HasAnInvertibleBlockWhereItIsCondensed) {
  for_each_variant(type(), [&](const Variant& variant) {
    const Points points(type(), variant.parameters);
    const auto group = make_group(type(), variant.parameters);
    Random random(4);
    for (int n = 0; n < 4 * points_per_variant; ++n) {
      const Point at = n % 2 == 0 ? points.draw(random) : points.draw_extreme(random);
      for (int a = 0; a < group->across(); ++a) group->held(0, a) = at.u[a];
      for (double cj = 1e-3; cj < 20.0; cj *= 10.0)
        ASSERT_NO_THROW(group->linearise(0, 1, at.x.data(), at.dx.data(), cj))
            << "c_j = " << cj << ": " << describe(points, at);
    }
  });
}

}  // namespace
}  // namespace wattloop::test
