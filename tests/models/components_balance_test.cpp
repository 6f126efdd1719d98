// Energy and mass of every component of the list close to rounding, and a leak of 0.1 % is seen.

#include <gtest/gtest.h>

#include "tests/support/component_harness.h"

namespace wattloop::test {
namespace {

constexpr double closes = 1e-12;  // of the gross flow
constexpr double leak = 1e-3;     // of one through-value

class EveryComponentsBalance : public testing::TestWithParam<const Subject*> {};
INSTANTIATE_TEST_SUITE_P(All, EveryComponentsBalance, testing::ValuesIn(subjects()), subject_name);

/// What does not close, and the sum of the magnitudes of everything that should.
struct Closure {
  double defect = 0.0, gross = 0.0;
  double share() const { return gross > 0.0 ? std::abs(defect) / gross : 0.0; }
  void add(double flow) { defect += flow, gross += std::abs(flow); }
};
struct Closures {
  Closure energy, mass;
};

/// Sum of the flows into the component through its ports and from outside, less what its storage gains.
Closures closures(const ComponentType& type, const Point& at, const Eigen::VectorXd& rows, const Balances& own) {
  Closures c;
  const double* flow = rows.data() + type.states.size();
  const double* u = at.u.data();
  for (const Port& p : type.ports) {
    switch (p.connector) {
      case Connector::liquid:
        c.mass.add(flow[0]);
        c.energy.add(flow[1]);
        break;
      case Connector::air:
        c.mass.add(flow[0]);
        c.mass.add(flow[2]);
        c.energy.add(flow[1]);
        break;
      case Connector::ac:
        c.energy.add(u[0] * flow[0]);
        c.energy.add(u[1] * flow[1]);
        break;
      case Connector::dc:
        c.energy.add(u[0] * flow[0]);
        break;
      case Connector::heat:
        c.energy.add(flow[0]);
        break;
      case Connector::input:
      case Connector::output:
        break;
    }
    u += across_size(p.connector);
    flow += through_size(p.connector);
  }
  c.energy.add(own.energy_outside);
  c.mass.add(own.mass_outside);
  c.energy.defect -= own.energy_rate;
  c.mass.defect -= own.mass_rate;
  c.energy.gross += own.energy_rate_gross;
  c.mass.gross += own.mass_rate_gross;
  return c;
}

/// Without a feed the busbar of a shelf is dead and carries no current: a current against that is no state it can be
/// in. Its balance is tested with feeds; how they fade is tested with the shelf.
bool can_be(const ComponentType& type, const Points& points, const Point& at) {
  constexpr double dead = 0.8;  // of the nominal voltage
  if (type.name != "power_shelf") return true;
  for (int i = 0; i < points.count(); ++i) {
    const Variable& v = points.variables()[i];
    if (v.name.ends_with("V_re") && points.value(at, i) < dead * v.scale) return false;
  }
  return true;
}

/// Finds points near drawn ones that satisfy a component's equations.
class Solver {
 public:
  Solver(const Subject& subject, const ParameterValues& parameters)
      : subject_(subject), parameters_(parameters), points_(subject.type(), parameters), scales_(points_.scales()) {
    const auto& states = subject.type().states;
    const int n_x = points_.states();
    for (int k = 0; k < n_x; ++k) (states[k].role == Role::differential ? differential_ : algebraic_).push_back(k);
    // What may move: algebraic states, and across-values but not inputs (an ideal source fixes an across-value).
    free_ = algebraic_;
    for (int i = n_x; i < points_.count(); ++i)
      if (!points_.variables()[i].is_input) free_.push_back(i);
  }

  /// Moves a point onto the algebraic equations by the shortest way (Newton, least norm), then sets the rates.
  bool settle(Point& at) const {
    for (int iteration = 0; iteration < 40; ++iteration) {
      const double step = algebraic_.empty() ? 0.0 : newton(at);
      if (step < 1e-13) return set_rates(at), true;
      if (!(step < 1e3)) return false;
    }
    return false;
  }
  const Points& points() const { return points_; }

 private:
  double scale(int variable) const {
    return scales_[variable < points_.states() ? variable : points_.states() + variable];
  }

  /// Returns the size of the step in large changes.
  double newton(Point& at) const {
    const Linearised f = subject_.linearised(parameters_, at);
    Eigen::MatrixXd matrix(algebraic_.size(), free_.size());
    Eigen::VectorXd r(algebraic_.size());
    for (std::size_t i = 0; i < algebraic_.size(); ++i) {
      for (std::size_t j = 0; j < free_.size(); ++j) {
        const int column = free_[j] < points_.states() ? free_[j] : points_.states() + free_[j];
        matrix(i, j) = f.matrix(algebraic_[i], column) * scale(free_[j]);
      }
      const double size = 1.0 / matrix.row(i).cwiseAbs().maxCoeff();
      matrix.row(i) *= size;
      r[i] = f.value[algebraic_[i]] * size;
    }
    const Eigen::VectorXd step = matrix.completeOrthogonalDecomposition().solve(r);
    const double damping = std::min(1.0, 1.0 / std::max(step.norm(), 1e-300));
    for (std::size_t j = 0; j < free_.size(); ++j) points_.value(at, free_[j]) -= damping * step[j] * scale(free_[j]);
    return step.norm();
  }

  /// Rates of the differential states: their residuals are linear in them.
  void set_rates(Point& at) const {
    if (differential_.empty()) return;
    const int n = static_cast<int>(differential_.size());
    for (int refinement = 0; refinement < 2; ++refinement) {
      const Linearised f = subject_.linearised(parameters_, at);
      Eigen::MatrixXd matrix(n, n);
      Eigen::VectorXd r(n);
      for (int i = 0; i < n; ++i) {
        r[i] = f.value[differential_[i]];
        for (int j = 0; j < n; ++j) matrix(i, j) = f.matrix(differential_[i], points_.states() + differential_[j]);
      }
      const Eigen::VectorXd step = matrix.completeOrthogonalDecomposition().solve(r);
      for (int j = 0; j < n; ++j) at.dx[differential_[j]] -= step[j];
    }
  }

  const Subject& subject_;
  const ParameterValues& parameters_;
  Points points_;
  Eigen::VectorXd scales_;
  std::vector<int> differential_, algebraic_, free_;
};

/// Calls f(point, rows, balances) at solved points of a variant.
template <class F>
void for_each_solution(const Subject& subject, const Variant& variant, F&& f) {
  constexpr int points = 40;
  const Solver solver(subject, variant.parameters);
  Random random(5);
  int solved = 0;
  for (int drawn = 0; drawn < 4 * points && solved < points; ++drawn) {
    Point at = solver.points().draw(random);
    if (!can_be(subject.type(), solver.points(), at) || !solver.settle(at)) continue;
    ++solved;
    SCOPED_TRACE(describe(solver.points(), at));
    f(at, subject.equations(variant.parameters, at), subject.balances(variant.parameters, at));
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(solved, points);
}

TEST_P(EveryComponentsBalance, Closes) {
  const ComponentType& type = GetParam()->type();
  for_each_variant(type, [&](const Variant& variant) {
    for_each_solution(*GetParam(), variant, [&](const Point& at, const Eigen::VectorXd& rows, const Balances& own) {
      const Closures c = closures(type, at, rows, own);
      EXPECT_LE(c.energy.share(), closes) << "energy: " << c.energy.defect << " of " << c.energy.gross << " W";
      EXPECT_LE(c.mass.share(), closes) << "mass: " << c.mass.defect << " of " << c.mass.gross << " kg/s";
    });
  });
}

/// What a run sums up to its closures is what is checked here: its meters read the same flows.
TEST_P(EveryComponentsBalance, IsThatOfTheMetersOfARun) {
  const ComponentType& type = GetParam()->type();
  for_each_variant(type, [&](const Variant& variant) {
    const std::unique_ptr<GroupBase> group = make_group(type, variant.parameters);
    for (int a = 0; a < group->across(); ++a) group->wire_across(0, a, group->states() + a);
    for_each_solution(*GetParam(), variant, [&](const Point& at, const Eigen::VectorXd& rows, const Balances& own) {
      std::vector<double> y = at.x, dy = at.dx, r(at.x.size());
      y.insert(y.end(), at.u.begin(), at.u.end());
      dy.resize(y.size());
      group->residual(0, 1, y.data(), dy.data(), r.data());
      const Exchange read = group->exchange(0, y.data());
      const Closures ports = closures(type, at, rows, {});
      EXPECT_NEAR(read.energy_ports, ports.energy.defect, closes * ports.energy.gross);
      EXPECT_NEAR(read.mass_ports, ports.mass.defect, closes * ports.mass.gross);
      EXPECT_NEAR(read.energy_outside, own.energy_outside,
                  closes * (ports.energy.gross + std::abs(own.energy_outside)));
      EXPECT_NEAR(read.mass_outside, own.mass_outside, closes * (ports.mass.gross + std::abs(own.mass_outside)));
    });
  });
}

/// The checks above are worth something: any through-value that is 0.1 % off breaks one of the balances, and so does
/// what crosses the boundary of the model or goes into storage.
TEST_P(EveryComponentsBalance, SeesALeak) {
  const ComponentType& type = GetParam()->type();
  for_each_variant(type, [&](const Variant& variant) {
    const std::vector<std::string> names = through_names(type);
    std::vector<int> seen(names.size()), carries(names.size());
    const auto is_seen = [](const Closures& c) { return c.energy.share() > closes || c.mass.share() > closes; };
    for_each_solution(*GetParam(), variant, [&](const Point& at, const Eigen::VectorXd& rows, const Balances& own) {
      const Closures whole = closures(type, at, rows, own);
      for (std::size_t k = 0; k < names.size(); ++k) {
        Eigen::VectorXd leaking = rows;
        leaking[static_cast<Eigen::Index>(type.states.size() + k)] *= 1.0 + leak;
        const Closures c = closures(type, at, leaking, own);
        if (c.energy.gross != whole.energy.gross || c.mass.gross != whole.mass.gross) ++carries[k];
        if (is_seen(c)) ++seen[k];
      }
      for (double Balances::*term :
           {&Balances::energy_outside, &Balances::energy_rate, &Balances::mass_outside, &Balances::mass_rate}) {
        Balances leaking = own;
        leaking.*term *= 1.0 + leak;
        const bool is_energy = term == &Balances::energy_outside || term == &Balances::energy_rate;
        const double gross = is_energy ? whole.energy.gross : whole.mass.gross;
        if (leak * std::abs(own.*term) > 10.0 * closes * gross) {
          EXPECT_TRUE(is_seen(closures(type, at, rows, leaking))) << own.*term << " of " << gross;
        }
      }
    });
    for (std::size_t k = 0; k < names.size(); ++k)
      EXPECT_GE(seen[k], carries[k] / 2) << names[k] << " of " << carries[k] << " that carry anything";
  });
}

}  // namespace
}  // namespace wattloop::test
