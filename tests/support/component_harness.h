#pragma once
// The equations of any type of the list behind one interface, so that the generic tests are compiled once and not once
// a type.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/component_points.h"

namespace wattloop::test {

/// Residuals, then through-values, with their derivatives by states, rates and across-values.
struct Linearised {
  Eigen::VectorXd value;
  Eigen::MatrixXd matrix;
};

/// What a component says of its own balances. W and kg/s; rates of storage are those along the point's dx, gross rates
/// the sums of the magnitudes of their terms.
struct Balances {
  double energy_outside = 0.0, energy_rate = 0.0, energy_rate_gross = 0.0;
  double mass_outside = 0.0, mass_rate = 0.0, mass_rate_gross = 0.0;
};

/// One type of the list.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual const ComponentType& type() const = 0;
  virtual int output_members() const = 0;  ///< of the struct Outputs
  virtual std::string check(const ParameterValues& parameters) const = 0;
  /// Residuals, then through-values.
  virtual Eigen::VectorXd equations(const ParameterValues& parameters, const Point& at) const = 0;
  virtual Linearised linearised(const ParameterValues& parameters, const Point& at) const = 0;
  virtual std::vector<double> outputs(const ParameterValues& parameters, const Point& at) const = 0;
  virtual Balances balances(const ParameterValues& parameters, const Point& at) const = 0;
};

/// All types of the list, in its order.
const std::vector<const Subject*>& subjects();

/// Slope of a function of one variable at zero by differences of second order, central and to either side, of steps of
/// several sizes: row by row the one closest to what is expected, so that neither rounding nor curvature nor the corner
/// of the second derivative at a change of law spoils it.
template <class F>
Eigen::VectorXd difference_quotient(F&& f, double scale, const Eigen::VectorXd& expected) {
  const Eigen::VectorXd here = f(0.0);
  Eigen::VectorXd best = Eigen::VectorXd::Constant(expected.size(), 1e300);
  const auto offer = [&](const Eigen::VectorXd& slope) {
    for (Eigen::Index i = 0; i < best.size(); ++i)
      if (std::abs(slope[i] - expected[i]) < std::abs(best[i] - expected[i])) best[i] = slope[i];
  };
  for (double share : {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8}) {
    const double h = share * scale;
    const Eigen::VectorXd up = f(h), down = f(-h);
    offer((up - down) / (2.0 * h));
    offer((4.0 * up - 3.0 * here - f(2.0 * h)) / (2.0 * h));
    offer((3.0 * here + f(-2.0 * h) - 4.0 * down) / (2.0 * h));
  }
  return best;
}

/// A group with one component of these parameters, its liquids and nothing wired.
inline std::unique_ptr<GroupBase> make_group(const ComponentType& type, const ParameterValues& parameters) {
  auto group = type.make_group();
  group->add(std::string(type.name), 1.0);
  for (std::size_t i = 0; i < parameters.size(); ++i) group->set_parameter(0, static_cast<int>(i), parameters[i]);
  for (std::size_t i = 0; i < type.ports.size(); ++i)
    if (type.ports[i].connector == Connector::liquid)
      group->set_liquid(0, static_cast<int>(i), &liquid_of_circuit(type.ports[i].circuit));
  group->finish_setup(0);
  group->prepare_to_solve(1);
  return group;
}

/// Names of the through-values of the physical ports, "" for signals.
inline std::vector<std::string> through_names(const ComponentType& type) {
  std::vector<std::string> names;
  for (const Port& p : type.ports)
    for (int k = 0; k < through_size(p.connector); ++k)
      names.push_back(p.connector == Connector::output ? "" : fmt::format("{} {}", p.name, k));
  return names;
}

/// "name = value" of every variable.
inline std::string describe(const Points& points, const Point& at) {
  std::string text;
  for (int i = 0; i < points.count(); ++i)
    text += fmt::format("{} = {:.17g}, ", points.variables()[i].name, points.value(at, i));
  return text;
}

inline std::string subject_name(const testing::TestParamInfo<const Subject*>& info) {
  return std::string(info.param->type().name);
}

/// Calls f(variant) for each variant of a type, traced.
template <class F>
void for_each_variant(const ComponentType& type, F&& f) {
  for (const Variant& variant : variants(type)) {
    SCOPED_TRACE(std::string(type.name) + ", " + variant.label);
    f(variant);
  }
}

}  // namespace wattloop::test
