#include "models/pipe.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "tests/support/component.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using X = Pipe<double>;
using State = X::State<double>;
using Across = X::Across<double>;
constexpr int cells = X::cells;
constexpr double pi = std::numbers::pi;

X make(const Liquid& liquid, double length, double diameter) {
  X p = test::with_defaults<X>(&liquid);
  p.length = length;
  p.diameter = diameter;
  return p;
}

State uniform(double T, double m_flow) {
  State x;
  x.T.fill(T);
  x.T_wall.fill(T);
  x.m_flow = m_flow;
  return x;
}

/// Pressure drop at a given flow, from the residual.
double pressure_drop(const X& p, double m_flow, double T) {
  return -test::evaluate(p, uniform(T, m_flow), {{3e5, T}, {3e5, T}, {T}}).residual.m_flow;
}

/// Pipes in a row without friction heat; the outlet temperature of one is the inlet temperature of the next.
class Chain {
 public:
  Chain(const X& pipe, int pipes, double m_flow, double T) : pipe_(pipe), x_(pipes, uniform(T, m_flow)) {
    const Across u = across(T);
    C_ = test::evaluate(pipe, x_[0], u, unit(0)).residual.T[0] - test::evaluate(pipe, x_[0], u).residual.T[0];
    C_wall_ =
        test::evaluate(pipe, x_[0], u, unit(1)).residual.T_wall[0] - test::evaluate(pipe, x_[0], u).residual.T_wall[0];
  }
  State& operator[](int i) { return x_[i]; }
  double heat_capacity() const { return C_; }
  double wall_capacity() const { return C_wall_; }

  /// The outlet temperature, from the enthalpy that leaves.
  double outlet(double T_inlet) const {
    double T = T_inlet;
    for (const State& x : x_) T = through(x, T).second;
    return T;
  }

  /// Classical Runge-Kutta of order 4.
  void step(double t, double dt, const std::function<double(double)>& T_inlet) {
    const std::vector<State> start = x_;
    const auto k1 = rates(T_inlet(t));
    move(start, k1, 0.5 * dt);
    const auto k2 = rates(T_inlet(t + 0.5 * dt));
    move(start, k2, 0.5 * dt);
    const auto k3 = rates(T_inlet(t + 0.5 * dt));
    move(start, k3, dt);
    const auto k4 = rates(T_inlet(t + dt));
    x_ = start;
    for (const auto& [k, weight] : {std::pair{&k1, 1.0 / 6.0}, {&k2, 1.0 / 3.0}, {&k3, 1.0 / 3.0}, {&k4, 1.0 / 6.0}}) {
      const auto now = x_;
      move(now, *k, weight * dt);
    }
  }

 private:
  static Across across(double T) { return {{3e5, T}, {3e5, T}, {300.0}}; }
  static State unit(int which) {
    State dx{};
    (which == 0 ? dx.T : dx.T_wall).fill(1.0);
    return dx;
  }
  std::pair<State, double> through(const State& x, double T_inlet) const {
    Across u = across(T_inlet);
    u.outlet.T = x.T[cells - 1];
    const auto e = test::evaluate(pipe_, x, u);
    const double h = -e.flow.outlet.H_flow / x.m_flow - u.outlet.p / pipe_.liquid->rho_ref;
    const double cp = pipe_.liquid->cp(300.0);
    return {e.residual, 300.0 + (h - pipe_.liquid->enthalpy(300.0)) / cp};
  }
  std::vector<State> rates(double T_inlet) const {
    std::vector<State> k;
    for (const State& x : x_) {
      auto [r, T_outlet] = through(x, T_inlet);
      for (int i = 0; i < cells; ++i) r.T[i] /= -C_, r.T_wall[i] /= -C_wall_;
      k.push_back(r);
      T_inlet = T_outlet;
    }
    return k;
  }
  void move(const std::vector<State>& from, const std::vector<State>& k, double dt) {
    for (std::size_t p = 0; p < x_.size(); ++p)
      for (int i = 0; i < cells; ++i) {
        x_[p].T[i] = from[p].T[i] + dt * k[p].T[i];
        x_[p].T_wall[i] = from[p].T_wall[i] + dt * k[p].T_wall[i];
      }
  }

  X pipe_;
  std::vector<State> x_;
  double C_ = 0.0, C_wall_ = 0.0;
};

TEST(Friction, ChurchillTable) {
  for (const auto& row : test::read_table("pipe_friction/churchill.csv"))
    EXPECT_NEAR(friction_f_Re(row[0], row[1]) / row[0], row[2], 2e-8) << row[0] << " " << row[1];
}

TEST(Friction, NearColebrook) {
  for (const auto& row : test::read_table("pipe_friction/colebrook.csv"))
    EXPECT_NEAR(friction_f_Re(row[0], row[1]) / row[0], row[2], 0.031 * row[2]) << row[0] << " " << row[1];
}

TEST(Friction, LaminarAndAtRest) {
  EXPECT_NEAR(friction_f_Re(0.0, 1e-3), 64.0, 1e-9);
  EXPECT_NEAR(friction_f_Re(100.0, 1e-3), 64.0, 1e-9);
}

TEST(Nusselt, LaminarAndGnielinski) {
  EXPECT_NEAR(pipe_nusselt(100.0, 6.0, 64.0), 3.66, 1e-3);
  // Re 1e5, Pr 6, f 0.018: (0.00225 x 99000 x 6)/(1 + 12.7 x 0.047434 x (3.30193 - 1)) = 560.0
  EXPECT_NEAR(pipe_nusselt(1e5, 6.0, 1800.0), 560.0, 1.0);
}

TEST(Pipe, PressureDropOfSinglePipes) {
  for (const auto& row : test::read_table("pipe_friction/pressure_drop.csv")) {
    const Liquid liquid = test::constant_liquid(row[0], 4000.0, row[1]);
    X p = make(liquid, row[3], row[2]);
    p.roughness = row[4];
    const double dp = pressure_drop(p, row[0] * row[5], 300.0);
    if (row[6] < 2000.0) {
      EXPECT_NEAR(dp, row[8], 2e-4 * row[8]);
    } else if (row[6] > 4000.0) {
      EXPECT_NEAR(dp, row[8], 0.02 * row[8]);
    } else {  // transition: between the laminar and the turbulent law
      EXPECT_GT(dp, row[8] * 64.0 / row[6] / row[7]);
      EXPECT_LT(dp, row[8]);
    }
  }
}

TEST(Pipe, FittingsAndHeight) {
  const Liquid liquid = test::constant_liquid(1000.0, 4000.0);
  X p = make(liquid, 100.0, 0.1);
  const double straight = pressure_drop(p, 10.0, 300.0);
  p.K = 5.0;
  const double v = 10.0 / (1000.0 * pi * 0.0025);
  EXPECT_NEAR(pressure_drop(p, 10.0, 300.0) - straight, 5.0 * 500.0 * v * v, 1e-6);
  EXPECT_DOUBLE_EQ(pressure_drop(p, -10.0, 300.0), -pressure_drop(p, 10.0, 300.0));
  EXPECT_EQ(pressure_drop(p, 0.0, 300.0), 0.0);
  p.dz = 12.0;
  EXPECT_NEAR(pressure_drop(p, 0.0, 300.0), 12.0 * 9.80665 * 1000.0, 1e-6);
}

TEST(Pipe, WallOfADn50SteelPipeStores30PercentOfTheWater) {
  const Liquid water = make_liquid({});
  X p = make(water, 10.0, 0.05248);
  p.wall_thickness = 0.00391;
  const Chain chain(p, 1, 2.0, 300.0);
  EXPECT_NEAR(chain.wall_capacity() / chain.heat_capacity(), 0.29, 0.01);
}

TEST(Pipe, FirstLawWithFrictionHeightAndLoss) {
  const Liquid pg = make_liquid({LiquidKind::propylene_glycol, 0.25, FractionBasis::mass, 3e5});
  X p = make(pg, 50.0, 0.1);
  p.dz = 8.0;
  for (double m : {12.0, 0.0, -12.0}) {
    State x = uniform(315.0, m);
    for (int i = 0; i < cells; ++i) x.T[i] += 0.8 * i * i - 3.0 * i, x.T_wall[i] -= 0.5 * i;
    const Across u{{4e5, 320.0}, {3.1e5, 311.0}, {299.0}};
    const auto e = test::evaluate(p, x, u);
    double stored = 0.0;
    for (int i = 0; i < cells; ++i) stored -= e.residual.T[i] + e.residual.T_wall[i];
    const double in = e.flow.inlet.H_flow + e.flow.outlet.H_flow + e.flow.room.Q_flow + p.energy_from_outside(x, u);
    EXPECT_NEAR(in, stored, 1e-8 * 12.0 * 2e5);
  }
}

TEST(Pipe, SteadyLossIsExponential) {
  const Liquid liquid = test::constant_liquid(1000.0, 4000.0);
  X p = make(liquid, 400.0, 0.05);
  p.UA_loss = 2.0;
  p.film = 1.0;
  p.h_film = 500.0;
  const double m = 0.5;
  Across u{{3e5 + pressure_drop(p, m, 320.0), 333.15}, {3e5, 320.0}, {293.15}};
  const State x = test::equilibrium(p, uniform(330.0, m), u);
  const auto e = test::evaluate(p, x, u);
  const double outlet = 273.15 + (-e.flow.outlet.H_flow / m - 300.0) / 4000.0;
  const double G_film = 500.0 * pi * 0.05, UA = 400.0 / (1.0 / 2.0 + 1.0 / G_film);
  EXPECT_NEAR(outlet, 293.15 + 40.0 * std::exp(-UA / (m * 4000.0)), 0.02);
  const double friction_heat = m * (u.inlet.p - u.outlet.p) / 1000.0;
  EXPECT_NEAR(-e.flow.room.Q_flow, m * 4000.0 * (333.15 - outlet) + friction_heat, 0.1);
}

/// RMS error of a sine carried through 40 m of pipe, cut into so many pipes.
double advection_error(int pipes) {
  const Liquid liquid = test::constant_liquid(1000.0, 4000.0);
  X p = make(liquid, 40.0 / pipes, 0.1);
  p.film = 1.0;
  p.h_film = 0.0;
  const double velocity = 1.0, m = 1000.0 * pi * 0.0025 * velocity;
  const auto T_in = [](double t) { return 300.0 + 5.0 * std::sin(2.0 * pi * t / 20.0); };
  Chain chain(p, pipes, m, 300.0);
  const int steps = 200 * pipes;
  const double end = 80.0, dt = end / steps;
  for (int i = 0; i < steps; ++i) chain.step(i * dt, dt, T_in);
  double sum = 0.0;
  const double dx = 40.0 / pipes / cells;
  for (int j = 0; j < pipes * cells; ++j) {
    const double x = (j + 0.5) * dx;
    // The mean over the cell of the sine that entered x/v earlier.
    const double mean = 300.0 + (T_in(end - x / velocity) - 300.0) * std::sin(pi * dx / 20.0) / (pi * dx / 20.0);
    sum += std::pow(chain[j / cells].T[j % cells] - mean, 2);
  }
  return std::sqrt(sum / (pipes * cells));
}

TEST(Pipe, AdvectionIsSecondOrder) {
  double last = advection_error(4);
  for (int pipes : {8, 16}) {
    const double error = advection_error(pipes);
    EXPECT_GT(std::log2(last / error), 1.8) << pipes << " pipes: " << error << " K";
    last = error;
  }
  EXPECT_LT(last, 0.05);
}

TEST(Pipe, AFrontKeepsItsPlaceAndDoesNotOvershoot) {
  const Liquid liquid = test::constant_liquid(1000.0, 4000.0);
  X p = make(liquid, 10.0, 0.1);
  p.film = 1.0;
  p.h_film = 0.0;
  const int pipes = 4;  // 32 cells over 40 m
  Chain chain(p, pipes, 1000.0 * pi * 0.0025, 300.0);
  const double dt = 0.2;
  double arrival = 0.0, start = 0.0, finish = 0.0, highest = 0.0;
  for (int i = 0; i < 400; ++i) {
    chain.step(i * dt, dt, [](double) { return 320.0; });
    const double T = chain.outlet(320.0), t = (i + 1) * dt;
    if (start == 0.0 && T > 302.0) start = t;
    if (arrival == 0.0 && T > 310.0) arrival = t;
    if (finish == 0.0 && T > 318.0) finish = t;
    highest = std::max(highest, T);
  }
  EXPECT_NEAR(arrival, 40.0, 0.6);
  EXPECT_LT(finish - start, 8.0);  // first order: 2.56 sigma = 2.56 x 40/sqrt(32) = 18 s
  EXPECT_LT(highest, 320.1);
}

TEST(Pipe, WallHeatCapacityAfterSchumann) {
  const Liquid liquid = test::constant_liquid(1000.0, 4000.0);
  const int pipes = 8;
  const double length = 32.0, h = 800.0, D = 0.02, m = 0.2;
  X p = make(liquid, length / pipes, D);
  p.film = 1.0;
  p.h_film = h;
  p.UA_loss = 1e-9;
  p.wall_thickness = 0.02;
  const double xi_end = h * pi * D * length / (m * 4000.0);
  const double velocity = m / (1000.0 * 0.25 * pi * D * D);
  Chain chain(p, pipes, m, 300.0);
  const double wall = chain.wall_capacity() * cells * pipes;
  const double per_time = h * pi * D * length / wall;  // eta per second behind the front
  const double dt = 0.25 * length / (pipes * cells) / velocity;
  std::vector<std::vector<double>> rows;
  for (const auto& row : test::read_table("pipe_wall_schumann/single_blow.csv"))
    if (row[0] <= xi_end && row[1] >= 1.0) rows.push_back(row);
  ASSERT_GE(rows.size(), 10u);
  double t = 0.0;
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return a[1] / per_time + a[0] / xi_end * length / velocity < b[1] / per_time + b[0] / xi_end * length / velocity;
  });
  for (const auto& row : rows) {
    const double x = row[0] / xi_end * length, end = row[1] / per_time + x / velocity;
    while (t < end - 0.5 * dt) chain.step(t, dt, [](double) { return 310.0; }), t += dt;
    // Linear between cell centres, and in time within half a step.
    const double place = x / length * pipes * cells - 0.5;
    const int j = std::min(static_cast<int>(place), pipes * cells - 2);
    const double f = place - j;
    const auto at = [&](int k) { return std::pair{chain[k / cells].T[k % cells], chain[k / cells].T_wall[k % cells]}; };
    const double T = (1.0 - f) * at(j).first + f * at(j + 1).first;
    const double T_wall = (1.0 - f) * at(j).second + f * at(j + 1).second;
    EXPECT_NEAR((T - 300.0) / 10.0, row[2], 3e-4) << "xi " << row[0] << " eta " << row[1];
    EXPECT_NEAR((T_wall - 300.0) / 10.0, row[3], 3e-4) << "xi " << row[0] << " eta " << row[1];
  }
}

}  // namespace
}  // namespace wattloop
