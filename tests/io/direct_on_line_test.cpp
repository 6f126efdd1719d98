// Fans and chillers on motors without drives, played through: the dip of their bus, and their run-up.

#include <algorithm>
#include <cmath>
#include <complex>

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// Eight fan walls of 20 kW behind a grid of 20 mohm, off at first.
std::string walls(const std::string& run, const std::string& rest) {
  return network(run + ", record_interval: 10 ms",
                 "  grid: {type: grid, V: 415 V, X: 20 mohm}\n"
                 "  wall: {type: fan_wall_direct, in_parallel: 8, on: 0, UA_nominal: 50 kW/K, m_flow_nominal: 5 kg/s, "
                 "dp_nominal: 50 kPa, C_fluid: 1 MJ/K, m_air_nominal: 20 kg/s, P_fan_nominal: 20 kW}\n"
                 "  high: {type: liquid_source, liquid: chw, p: 3 bar, T: 18 degC}\n"
                 "  low: {type: liquid_source, liquid: chw, p: 2.5 bar, T: 25 degC}\n",
                 "  bus: [grid.supply, wall.supply]\n  room: [hall.air, wall.air]\n"
                 "  cold: [high.port, wall.inlet]\n  warm: [wall.outlet, low.port]\n",
                 "liquids:\n  chw: {kind: water}\n" + rest);
}

/// V = E |Z_m / (Z_m + j X)| with the locked rotors' Z_m, from the moment of the start; then the fans run up.
TEST(DirectOnLine, DipsItsBusByTheVoltageDivider) {
  const Played played = play_text(walls("duration: 20 s", "events:\n  - {at: 1 s, set: wall.on, to: 1}\n"));
  const std::vector<double> V = played.values("grid", "grid", "voltage"),
                            speed = played.values("fan_wall_direct", "wall", "speed_actual");
  const std::complex<double> rotor(0.04, 0.19), j(0.0, 1.0);
  const std::complex<double> Z = 415.0 * 415.0 / (8 * 20e3) / (1.0 / rotor + 1.0 / (j * 3.0));
  const double dipped = 415.0 * std::abs(Z / (Z + j * 0.02));
  EXPECT_NEAR(*std::min_element(V.begin(), V.end()), dipped, 1e-3 * dipped);
  EXPECT_LT(dipped, 0.92 * 415.0);
  EXPECT_NEAR(speed[99], 0.0, 1e-4);
  EXPECT_NEAR(speed.back(), 0.979, 2e-3);
  EXPECT_GT(V.back(), 0.98 * 415.0);
  expect_closed(played);
}

/// Without voltage the fans coast by the closed form; the bus comes back before they stand, and they run up again.
TEST(DirectOnLine, CoastsThroughAnInterruptionAndRunsUpAgain) {
  const Played played = play_text(walls("duration: 30 s",
                                        "events:\n  - {at: 1 s, set: wall.on, to: 1}\n"
                                        "  - {at: 20 s, set: grid.V, to: 0 V, for: 3 s}\n"));
  const std::vector<double> speed = played.values("fan_wall_direct", "wall", "speed_actual");
  constexpr double H = 1.5, t = 2.9, bearings = 0.005;
  const double full = speed[2000];
  // 2 H ds/dt = -r s^2 - b s with the air's density over 1.2 kg/m3; b/(r s) follows exp.
  const double r = 0.958, grown = std::exp(bearings * t / (2.0 * H));
  EXPECT_NEAR(speed[2290], bearings / ((r + bearings / full) * grown - r), 5e-3);
  EXPECT_NEAR(speed.back(), full, 1e-3);
  expect_closed(played);
}

}  // namespace
}  // namespace wattloop
