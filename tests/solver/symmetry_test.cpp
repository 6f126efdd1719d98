// Copies that are solved once give what all of them give.

#include "solver/symmetry.h"

#include <gtest/gtest.h>

#include "solver/sdirk.h"
#include "solver/symmetric_integrator.h"
#include "tests/support/toy_components.h"

namespace wattloop {
namespace {

using test::ToyBody;
using test::ToyConductor;
using test::ToySource;

constexpr double hour = 3600.0;

/// Halls of bodies, each behind a conductor of its own, around one node that a source holds.
struct Halls {
  explicit Halls(int linearisations, int halls = 3, int bodies = 5) {
    const double start[] = {300.0};
    const int centre = system.add_node(Connector::heat, "centre", start);
    system.connect(system.add_component(component_type<ToySource>(), "source", 0), 0, centre);
    for (int h = 0; h < halls; ++h) {
      const std::string hall = "hall" + std::to_string(h);
      const int region = system.add_region(hall, 0);
      for (int b = 0; b < bodies; ++b) {
        const std::string name = hall + ".body" + std::to_string(b);
        const int node = system.add_node(Connector::heat, name + ".node", start);
        const ComponentRef conductor = system.add_component(component_type<ToyConductor>(), name + ".wall", region);
        system.group(conductor.group).set_parameter(conductor.index, 1, 1e-4);
        system.connect(conductor, 0, centre);
        system.connect(conductor, 1, node);
        body.push_back(system.add_component(component_type<ToyBody>(), name, region));
        system.connect(body.back(), 0, node);
      }
    }
    system.finish(1, linearisations);
    for (std::size_t i = 0; i < body.size(); ++i) power(i) = 10.0;
  }
  double& power(std::size_t i) { return system.group(body[i].group).held(body[i].index, 1); }

  System system;
  std::vector<ComponentRef> body;
};

std::unique_ptr<Integrator> sdirk(System& system) {
  return std::make_unique<Sdirk>(system, Tolerances{0.05}, 60.0);
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0.0 : 1e300;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

/// The plant with copies merged and the same plant solved in full, side by side.
class Merged : public testing::Test {
 protected:
  Merged() {
    symmetric.on_grouping([this](double, const Symmetry& symmetry, ComponentRef told_apart) {
      distinct.push_back(symmetry.distinct());
      apart.push_back(told_apart);
    });
    symmetric.restart(0.0, merged.system.start());
    whole->restart(0.0, full.system.start());
  }
  void advance(double t) {
    symmetric.advance(t);
    whole->advance(t);
    EXPECT_LE(largest_difference(symmetric.state(), whole->state()), 1e-9) << "at " << t << " s";
    EXPECT_EQ(symmetric.statistics().steps, whole->statistics().steps) << "at " << t << " s";
  }
  void set_power(std::size_t body, double watts) {
    merged.power(body) = full.power(body) = watts;
    symmetric.jumped();
    whole->jumped();
  }

  Halls merged{0}, full{Sdirk::linearisations};
  SymmetricIntegrator symmetric{merged.system, 1, Sdirk::linearisations, sdirk};
  std::unique_ptr<Integrator> whole = sdirk(full.system);
  std::vector<std::size_t> distinct;
  std::vector<ComponentRef> apart;
};

TEST_F(Merged, EqualsTheFullPlant) {
  advance(600.0);
  for (std::size_t i = 0; i < merged.body.size(); ++i) set_power(i, 25.0);
  advance(hour);
  EXPECT_EQ(distinct, (std::vector<std::size_t>{3})) << "the source, one wall, one body";
}

TEST_F(Merged, IsSplitWhereAnInputTellsCopiesApart) {
  advance(600.0);
  set_power(7, 80.0);
  advance(1200.0);
  set_power(3, 5.0);
  advance(hour);
  ASSERT_EQ(distinct, (std::vector<std::size_t>{3, 5, 7}));
  EXPECT_EQ(merged.system.group(apart[1].group).path(apart[1].index), "hall1.body2");
}

TEST_F(Merged, MetersWhatTheFullPlantMeters) {
  advance(600.0);
  set_power(0, 40.0);
  advance(1200.0);
  symmetric.settle_meters();
  for (int g = 0; g < full.system.groups(); ++g)
    for (int i = 0; i < full.system.group(g).size(); ++i) {
      const System::Meter a = merged.system.meter_of({g, i}), b = full.system.meter_of({g, i});
      EXPECT_NEAR(a.energy_ports, b.energy_ports, 1e-9 * b.energy_gross);
      EXPECT_NEAR(a.energy_outside, b.energy_outside, 1e-9 * b.energy_gross);
    }
}

TEST_F(Merged, GoesOnFromWhatItHasWritten) {
  advance(600.0);
  set_power(7, 80.0);
  advance(700.0);
  Archive written;
  merged.system.archive(written);
  symmetric.archive(written);
  Halls again(0);
  SymmetricIntegrator resumed(again.system, 1, Sdirk::linearisations, sdirk);
  Archive read{written.bytes()};
  again.system.archive(read);
  resumed.archive(read);
  EXPECT_TRUE(read.at_end());
  symmetric.advance(hour);
  resumed.advance(hour);
  EXPECT_EQ(resumed.state(), symmetric.state());
}

TEST_F(Merged, IsSplitWhereParametersHaveChangedSinceItWasWritten) {
  advance(600.0);
  Archive written;
  merged.system.archive(written);
  symmetric.archive(written);
  Halls changed(0), reference(Sdirk::linearisations);
  for (Halls* plant : {&changed, &reference})
    plant->system.group(plant->body[4].group).set_parameter(plant->body[4].index, 1, 4.0);
  SymmetricIntegrator resumed(changed.system, 1, Sdirk::linearisations, sdirk);
  Archive read{written.bytes()};
  changed.system.archive(read);
  resumed.archive(read);
  const std::unique_ptr<Integrator> expected = sdirk(reference.system);
  expected->restart(600.0, whole->state());
  for (Integrator* integrator : {static_cast<Integrator*>(&resumed), expected.get()}) {
    integrator->jumped();
    integrator->advance(hour);
  }
  EXPECT_LE(largest_difference(resumed.state(), expected->state()), 0.05) << "other steps, same tolerance";
  EXPECT_GT(std::abs(resumed.state()[changed.system.group(changed.body[4].group).unknown(4, 0)] -
                     resumed.state()[changed.system.group(changed.body[4].group).unknown(5, 0)]),
            0.5)
      << "the changed one is not like its neighbour";
}

TEST(Symmetry, IsOfThePlantNotOfTheOrderOfItsParts) {
  Halls plant(0);
  const Symmetry symmetry = Symmetry::of(plant.system, plant.system.start());
  EXPECT_EQ(symmetry.all(), 31u);
  EXPECT_EQ(symmetry.distinct(), 3u);
  plant.power(14) = 11.0;
  EXPECT_EQ(Symmetry::of(plant.system, plant.system.start()).distinct(), 5u) << "its wall differs with it";
  EXPECT_TRUE(symmetry.fits(plant.system));
  EXPECT_FALSE(symmetry.fits(Halls(0, 3, 6).system));
}

}  // namespace
}  // namespace wattloop
