#include "solver/sdirk.h"

#include <gtest/gtest.h>

#include "solver/errors.h"
#include "tests/support/toy_network.h"

namespace wattloop {
namespace {

using test::ToyBody;
using test::ToyLag;

/// A lag and an oscillator driven by a signal.
struct LagSystem {
  System system;
  ComponentRef lag;
  LagSystem(double rate, double omega, std::function<double(double)> input = {}) {
    lag = system.add_component(component_type<ToyLag>(), "lag", 0);
    system.group(0).set_parameter(0, 0, rate);
    system.group(0).set_parameter(0, 1, omega);
    if (input) {
      const int signal = system.add_node(Connector::output, "signal", std::array{input(0.0)});
      system.drive(signal, std::move(input));
      system.read(lag, 0, {signal, {}, 0});
    }
    system.finish(1, Sdirk::linearisations);
  }
};

constexpr Tolerances loose{1e9};  // the step size is max_step

/// Error at t = 1 of y' = -2 (y - sin 3t), y(0) = 1, and of an oscillator, with steps of a given size.
std::array<double, 2> errors_at_one(double step) {
  LagSystem s(2.0, 4.0, [](double t) { return std::sin(3.0 * t); });
  Sdirk integrator(s.system, loose, step, Sdirk::Order::third);
  integrator.restart(0.0, s.system.start());
  integrator.advance(1.0);
  const double exact = (6.0 / 13.0 + 1.0) * std::exp(-2.0) + (4.0 * std::sin(3.0) - 6.0 * std::cos(3.0)) / 13.0;
  return {std::abs(integrator.state()[0] - exact), std::abs(integrator.state()[1] - std::cos(4.0))};
}

TEST(Sdirk, ConvergesWithOrderThree) {
  const auto coarse = errors_at_one(1.0 / 32.0), fine = errors_at_one(1.0 / 128.0);
  for (int i = 0; i < 2; ++i) {
    const double order = std::log(coarse[i] / fine[i]) / std::log(4.0);
    EXPECT_NEAR(order, 3.0, 0.2) << coarse[i] << ", " << fine[i];
    EXPECT_LT(fine[i], 4e-6);
  }
}

TEST(Sdirk, StaysWithinItsTolerance) {
  for (double tolerance : {1.0, 0.1, 0.01}) {
    LagSystem s(0.2, 0.5);
    Sdirk integrator(s.system, {tolerance}, 16.0);
    integrator.restart(0.0, s.system.start());
    for (double t = 1.0; t <= 20.0; t += 1.0) {
      integrator.advance(t);
      EXPECT_EQ(integrator.time(), t);
      EXPECT_NEAR(integrator.state()[0], std::exp(-0.2 * t), 0.02 * tolerance) << t;
      EXPECT_NEAR(integrator.state()[1], std::cos(0.5 * t), 0.02 * tolerance * 4.0) << t;
    }
  }
}

/// What has long decayed does not shorten the step (Prothero & Robinson 1974).
TEST(Sdirk, FollowsAStiffLagInLongSteps) {
  LagSystem s(1e6, 1e-3, [](double t) { return 1.0 + 0.1 * std::sin(0.2 * t); });
  Sdirk integrator(s.system, {0.05}, 4.0);
  integrator.restart(0.0, s.system.start());
  integrator.advance(100.0);
  EXPECT_NEAR(integrator.state()[0], 1.0 + 0.1 * std::sin(20.0), 1e-4);
  EXPECT_LT(integrator.statistics().steps, 120);
}

/// What a lag has come to behind twenty intervals of 15 s, each announced as a jump, and what that cost.
struct Behind {
  double y;
  Statistics cost;
};
Behind behind_intervals(const std::function<double(int)>& input, Sdirk::Order order) {
  constexpr double interval = 15.0;
  LagSystem s(2.0, 1e-6);
  Sdirk integrator(s.system, {0.05}, interval, order);
  integrator.restart(0.0, s.system.start());
  for (int k = 0; k < 20; ++k) {
    s.system.group(0).held(0, 0) = input(k);
    integrator.jumped();
    integrator.advance(interval * (k + 1));
  }
  return {integrator.state()[0], integrator.statistics()};
}

/// A tolerance of such a state is about 1e-3.
TEST(Sdirk, TakesQuietIntervalsByOneStage) {
  const auto drifts = [](int k) { return 1.0 + 1e-3 * k; };
  const Behind by_need = behind_intervals(drifts, Sdirk::Order::by_need),
               third = behind_intervals(drifts, Sdirk::Order::third);
  EXPECT_LT(2 * by_need.cost.residuals, third.cost.residuals);
  EXPECT_NEAR(by_need.y, drifts(19), 2e-4);
}

/// A body that warms by 4.8 tolerances in an interval at first and by three at the end; no interval is announced as a
/// jump.
struct Warmed {
  double T, exact;
  Statistics cost;
};
constexpr double warm_tolerance = 0.05;  // K
Warmed warm_up(Sdirk::Order order) {
  constexpr double C = 1000.0, power = 16.0, UA = 1.2, interval = 15.0, duration = 375.0;  // UA of 2 and 3 in series
  System system;
  const int node = system.add_node(Connector::heat, "node", test::warm);
  system.connect(system.add_component(component_type<test::ToySource>(), "source", 0), 0, node);
  const ComponentRef body = system.add_component(component_type<ToyBody>(), "body", 0);
  system.connect(body, 0, node);
  system.group(body.group).set_parameter(body.index, 0, C);
  system.finish(1, Sdirk::linearisations);
  Sdirk integrator(system, {warm_tolerance}, interval, order);
  integrator.restart(0.0, system.start());
  const double start = integrator.state()[system.group(body.group).unknown(body.index, 0)];
  system.group(body.group).held(body.index, 1) = power;
  integrator.advance(duration);
  return {integrator.state()[system.group(body.group).unknown(body.index, 0)],
          start + power / UA * (1.0 - std::exp(-duration * UA / C)), integrator.statistics()};
}

/// Two steps of one stage instead of one of three.
TEST(Sdirk, TakesASlopeByHalvesOfFirstOrder) {
  const Warmed by_need = warm_up(Sdirk::Order::by_need), third = warm_up(Sdirk::Order::third);
  EXPECT_NEAR(third.T, third.exact, 1e-4);
  EXPECT_NEAR(by_need.T, by_need.exact, warm_tolerance);
  EXPECT_GT(4 * by_need.cost.steps, 7 * third.cost.steps);
  EXPECT_LT(5 * by_need.cost.residuals, 4 * third.cost.residuals);
}

/// A whole step would leave a tenth of the jump.
TEST(Sdirk, ResolvesAJumpThatItsEstimateWouldPassOver) {
  const auto jumps = [](int k) { return k < 19 ? 1.0 : 1.02; };
  const Behind behind = behind_intervals(jumps, Sdirk::Order::by_need);
  EXPECT_GE(behind.cost.rejected, 1);
  EXPECT_NEAR(behind.y, 1.02, 5e-4);
}

/// Also where the halves of a step do not meet the shortest.
TEST(Sdirk, GetsOverAJumpWithStepsOfAnyLength) {
  constexpr double high = 1e4;
  for (const double longest : {7.5, 10.0, 15.0, 16.0, 17.0, 20.0, 24.0, 30.0, 31.0, 45.0, 60.0}) {
    double level = 0.0;
    LagSystem s(1e3, 0.0, [&](double) { return level; });
    Sdirk integrator(s.system, {}, longest);
    integrator.restart(0.0, s.system.start());
    integrator.advance(longest);
    const auto before = integrator.statistics().rejected;
    level = high;
    integrator.jumped();
    integrator.advance(3.0 * longest);
    EXPECT_NEAR(integrator.state()[0], high, 0.1) << longest;
    EXPECT_LT(integrator.statistics().rejected - before, 20) << longest;
  }
}

TEST(Sdirk, SolvesADifferentialAlgebraicPair) {
  const auto invariant = [](double z) { return std::log(z) + 1.5 * z * z; };
  double error[2];
  for (int i = 0; i < 2; ++i) {
    System system;
    system.add_component(component_type<test::ToyDae>(), "dae", 0);
    system.finish(1, Sdirk::linearisations);
    Sdirk integrator(system, {1e-5}, i == 0 ? 0.05 : 0.0125);
    integrator.restart(0.0, system.start());
    integrator.advance(1.5);
    const double y = integrator.state()[0], z = integrator.state()[1];
    EXPECT_NEAR(z + z * z * z, y, 2e-3 * 1e-5);  // what Newton may leave of the tolerance
    error[i] = std::abs(invariant(z) - (invariant(1.0) - 1.5));
  }
  EXPECT_LT(error[0], 1e-4);
  EXPECT_LT(error[1], error[0]);
}

TEST(Sdirk, LocatesARoot) {
  LagSystem s(1.0, 1.0);
  Sdirk integrator(s.system, {0.001}, 2.0);
  integrator.set_root([](const std::vector<double>& y) { return 0.5 - y[0]; });
  integrator.restart(0.0, s.system.start());
  ASSERT_EQ(integrator.advance(5.0), Sdirk::Stop::root);
  EXPECT_NEAR(integrator.time(), std::log(2.0), 1.5e-3);
  EXPECT_LE(integrator.state()[0], 0.5);
  EXPECT_EQ(integrator.advance(5.0), Sdirk::Stop::end);  // it has risen once, and stays above zero
  EXPECT_EQ(integrator.time(), 5.0);
}

TEST(Sdirk, FindsEveryRootOfAnOscillation) {
  LagSystem s(1.0, 2.0 * 3.14159265358979323846 / 10.0);
  Sdirk integrator(s.system, {0.001}, 1.0);
  integrator.set_root([](const std::vector<double>& y) { return y[1]; });
  integrator.restart(0.0, s.system.start());
  for (double expected : {7.5, 17.5, 27.5}) {
    ASSERT_EQ(integrator.advance(100.0), Sdirk::Stop::root);
    EXPECT_NEAR(integrator.time(), expected, 5e-3);
    EXPECT_GE(integrator.state()[1], 0.0);
  }
}

TEST(Sdirk, GoesOnAfterAJump) {
  LagSystem s(1.0, 0.01);
  Sdirk integrator(s.system, {0.005}, 4.0);
  integrator.restart(0.0, s.system.start());
  integrator.advance(2.0);
  s.system.group(0).held(0, 0) = 10.0;
  integrator.jumped();
  integrator.advance(4.0);
  const double before = std::exp(-2.0);
  EXPECT_NEAR(integrator.state()[0], 10.0 + (before - 10.0) * std::exp(-2.0), 2e-4);
}

/// Stored energy and what crossed the boundary by their own meters agree, with jumps and rejected steps on the way.
void expect_closed_balance(double tolerance) {
  System system;
  const int node = system.add_node(Connector::heat, "node", test::warm);
  const ComponentRef source = system.add_component(component_type<test::ToySource>(), "source", 0);
  system.connect(source, 0, node);
  for (int i = 0; i < 3; ++i) {
    const ComponentRef body = system.add_component(component_type<ToyBody>(), "body" + std::to_string(i), 0, 2.0);
    system.group(body.group).set_parameter(body.index, 3, 0.01);
    system.connect(body, 0, node);
  }
  system.finish(1, Sdirk::linearisations);
  Sdirk integrator(system, {tolerance}, 20.0);
  integrator.restart(0.0, system.start());
  const double stored = system.stored_energy(system.start().data());
  for (int k = 1; k <= 10; ++k) {
    integrator.advance(7.0 * k);
    system.group(1).held(k % 3, 1) = 1000.0 * k;
    system.group(0).held(0, 1) = 300.0 + k;
    integrator.jumped();
  }
  const test::MeterSums sums(system);
  const double gained = system.stored_energy(integrator.state().data()) - stored;
  EXPECT_GT(integrator.statistics().rejected, 0);
  EXPECT_GT(gained, 1e5);
  EXPECT_NEAR(sums.outside, gained, 1e-9 * sums.gross);
  EXPECT_NEAR(sums.ports, 0.0, 1e-12 * sums.gross);
}

/// Racks of forty bodies and twenty conductors with a bend, all between the rack's node and a header, which a source
/// keeps by way of another conductor with a bend.
struct Racks {
  static constexpr int racks = 12, bodies = 40, conductors = 20;
  System system;
  int body_group = -1, conductor_group = -1;
  Racks() {
    const int header = system.add_node(Connector::heat, "header", test::warm);
    const int cold = system.add_node(Connector::heat, "cold", test::warm);
    const auto conductor = [&](const std::string& path, int region, int a, int b, double G) {
      const ComponentRef c = system.add_component(component_type<test::ToyConductor>(), path, region);
      conductor_group = c.group;
      system.group(c.group).set_parameter(c.index, 0, G);
      system.group(c.group).set_parameter(c.index, 1, 0.02 * G);
      system.connect(c, 0, a), system.connect(c, 1, b);
    };
    for (int rack = 0; rack < racks; ++rack) {
      const std::string path = "rack_" + std::to_string(rack);
      const int region = system.add_region(path, 0),
                node = system.add_node(Connector::heat, path + ".node", test::warm);
      for (int i = 0; i < bodies; ++i) {
        const ComponentRef c = system.add_component(component_type<ToyBody>(), path + ".body", region);
        body_group = c.group;
        system.group(c.group).set_parameter(c.index, 0, 10.0 + i % 3);
        system.connect(c, 0, node);
      }
      for (int i = 0; i < conductors; ++i) conductor(path + ".conductor", region, node, header, 1.0);
    }
    conductor("tie", 0, header, cold, 500.0);
    system.connect(system.add_component(component_type<test::ToySource>(), "source", 0), 0, cold);
    system.finish(2, Sdirk::linearisations);
  }
  void set_power(int interval) {
    for (int i = 0; i < racks * bodies; ++i)
      system.group(body_group).held(i, 1) = i / bodies % 3 == interval % 3 ? 8.0 + 0.01 * (i % 7) : 0.5;
  }
};

/// Heat through conductors without states shows nowhere how far it is from linear: they stay awake.
TEST(Sdirk, RacksMayRestIfTheirStatesTellWhereTheyBend) {
  Racks r;
  const GroupBase &bodies = r.system.group(r.body_group), &conductors = r.system.group(r.conductor_group);
  for (int pack = 0; pack < bodies.packs(); ++pack) EXPECT_TRUE(bodies.may_rest(pack)) << pack;
  for (int pack = 0; pack < conductors.packs(); ++pack) EXPECT_FALSE(conductors.may_rest(pack)) << pack;
}

/// What hangs on a few nodes is corrected once in a round instead of every time: both ways lead to the same.
TEST(Sdirk, ComesToTheSameWhereRacksRest) {
  Racks all, resting;
  const Tolerances tolerances{0.05};
  Sdirk without(all.system, tolerances, 16.0), with(resting.system, tolerances, 16.0, Sdirk::Order::by_need, 0);
  without.restart(0.0, all.system.start());
  with.restart(0.0, resting.system.start());
  EXPECT_GT(resting.system.resting_share(), 0.5);
  const double stored = resting.system.stored_energy(resting.system.start().data());
  double hottest = 0.0;
  std::vector<double> inverse_weight(all.system.size());
  for (int interval = 0; interval < 12; ++interval) {
    for (Racks* racks : {&all, &resting}) racks->set_power(interval);
    for (Sdirk* integrator : {&without, &with}) {
      integrator->jumped();
      integrator->advance(16.0 * (interval + 1));
    }
    all.system.inverse_weights(without.state().data(), tolerances, inverse_weight.data());
    for (int u = 0; u < all.system.size(); ++u)
      ASSERT_LT(std::abs(with.state()[u] - without.state()[u]) * inverse_weight[u], 0.02) << all.system.unknown_name(u);
    hottest = std::max(hottest, with.state()[resting.system.group(resting.body_group).first_unknown()]);
  }
  EXPECT_GT(hottest, 310.0);  // far enough for the bends
  EXPECT_EQ(with.statistics().steps, without.statistics().steps);
  EXPECT_GT(with.statistics().residuals, without.statistics().residuals);  // passes of what is awake count as well
  with.settle_meters();
  const test::MeterSums sums(resting.system);
  const double gained = resting.system.stored_energy(with.state().data()) - stored;
  EXPECT_NEAR(sums.outside, gained, 1e-9 * sums.gross);
}

/// Settling is back-substitution, correction, residual and condensing in one, to the bit; what packs side by side add
/// to their node is one term a rack.
TEST(Sdirk, SettlesWhatRestsAsStepByStep) {
  Racks racks;
  racks.set_power(0);
  System& system = racks.system;
  GroupBase& bodies = system.group(racks.body_group);
  constexpr double cj = 0.25;
  const auto wave = [&](double phase) {
    std::vector<double> v(system.size());
    for (int i = 0; i < system.size(); ++i) v[i] = std::sin(phase + i);
    return v;
  };
  const std::vector<double> start = system.start(), delta = wave(0.3), payment = wave(0.7), zero(start.size(), 0.0);
  system.linearise(0.0, start.data(), zero.data(), cj, 0);
  std::vector<double> left(start.size());
  system.residual(0.0, start.data(), zero.data(), left.data());
  const auto sums = [&] {
    std::vector<double> values;
    for (int i = 0; i < bodies.size(); ++i)
      for (const double* term : {bodies.through_term(i, 0), bodies.condensed_term(i, 0)})
        if (term) values.push_back(*term);
    return values;
  };

  std::vector<double> moves = delta, y = start, rate = zero, r = left;
  bodies.back_substitute(0, bodies.packs(), r.data(), moves.data());
  for (int i = 0; i < bodies.size(); ++i)
    for (int k = 0; k < bodies.states(); ++k) {
      const int u = bodies.unknown(i, k);
      y[u] -= moves[u];
      rate[u] = (y[u] - start[u]) * cj;
    }
  bodies.residual(0, bodies.packs(), y.data(), rate.data(), r.data());
  for (int i = 0; i < bodies.size(); ++i)
    for (int k = 0; k < bodies.states(); ++k) r[bodies.unknown(i, k)] += payment[bodies.unknown(i, k)];
  bodies.condense(0, bodies.packs(), r.data());
  const std::vector<double> expected = sums();

  std::vector<double> weight(start.size(), 2.0), squares(start.size(), -1.0);
  std::vector<double> settled = start, settled_rate = zero, settled_r = left;
  bodies.settle(0, bodies.packs(),
                {.delta = delta.data(),
                 .start = start.data(),
                 .payment = payment.data(),
                 .inverse_weight = weight.data(),
                 .y = settled.data(),
                 .rate = settled_rate.data(),
                 .r = settled_r.data(),
                 .squares = squares.data(),
                 .cj = cj,
                 .evaluates = true,
                 .condenses = true});
  EXPECT_EQ(settled, y);
  EXPECT_EQ(settled_rate, rate);
  EXPECT_EQ(settled_r, r);
  EXPECT_EQ(sums(), expected);
  EXPECT_EQ(expected.size(), 2u * Racks::racks);
  for (int i = 0; i < bodies.size(); ++i) {
    double square = 0.0;
    for (int k = 0; k < bodies.states(); ++k) square += std::pow(2.0 * moves[bodies.unknown(i, k)], 2);
    EXPECT_NEAR(squares[bodies.unknown(i, 0)], square, 1e-12 * square);
    EXPECT_GT(square, 0.0);
  }
}

/// What a matrix that was no number has left in the sums of racks does not stay in them.
TEST(Sdirk, ForgetsAMatrixThatWasNoNumber) {
  Racks clean, spoilt;
  const std::vector<double> y = spoilt.system.start(), zero(y.size(), 0.0);
  for (int slot = 0; slot < Sdirk::linearisations; ++slot)
    EXPECT_THROW(spoilt.system.linearise(0.0, y.data(), zero.data(), std::nan(""), slot), SingularBlock);
  std::vector<double> ends[2];
  std::int64_t corrections[2];
  int i = 0;
  for (Racks* racks : {&clean, &spoilt}) {
    racks->set_power(0);
    Sdirk integrator(racks->system, {}, 16.0, Sdirk::Order::by_need, 0);
    integrator.restart(0.0, y);
    integrator.advance(16.0);
    ends[i] = integrator.state();
    corrections[i++] = integrator.statistics().newton;
  }
  EXPECT_EQ(ends[0], ends[1]);
  EXPECT_EQ(corrections[0], corrections[1]);
}

TEST(Sdirk, MetersCloseTheEnergyBalance) {
  for (double tolerance : {0.05, 0.001}) expect_closed_balance(tolerance);
}

}  // namespace
}  // namespace wattloop
