// What every integrator does.

#include <gtest/gtest.h>

#include <limits>

#include "solver/errors.h"
#include "solver/ida.h"
#include "solver/sdirk.h"
#include "tests/support/toy_network.h"

namespace wattloop {
namespace {

template <class T>
class EveryIntegrator : public testing::Test {};
using Integrators = testing::Types<Sdirk, Ida>;
TYPED_TEST_SUITE(EveryIntegrator, Integrators);

TYPED_TEST(EveryIntegrator, NamesWhatDoesNotSettle) {
  test::HeatedBody heated(std::numeric_limits<double>::quiet_NaN(), TypeParam::linearisations);
  TypeParam integrator(heated.system, {}, 1.0);
  integrator.restart(0.0, heated.system.start());
  try {
    integrator.advance(1.0);
    FAIL() << "a power of NaN was integrated";
  } catch (const SolverError& error) {
    EXPECT_NE(std::string(error.what()).find("t = 0.000 s"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("hall.body"), std::string::npos) << error.what();
  }
}

/// An exception of the System comes through, also through C code.
TYPED_TEST(EveryIntegrator, NamesASingularBlock) {
  System system;
  system.connect(system.add_component(component_type<test::ToyStuck>(), "hall.stuck", 0), 0,
                 system.add_node(Connector::heat, "node", test::warm));
  system.finish(1, TypeParam::linearisations);
  TypeParam integrator(system, {}, 1.0);
  integrator.restart(0.0, system.start());
  try {
    integrator.advance(1.0);
    FAIL() << "a singular system was integrated";
  } catch (const SolverError& error) {
    EXPECT_NE(std::string(error.what()).find("hall.stuck: singular block"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace wattloop
