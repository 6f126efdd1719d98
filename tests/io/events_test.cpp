// What events do to a plant: valves that lose their calibration, sensors that are wrong, headers cut, dust.

#include <algorithm>
#include <cmath>

#include "tests/io/played_case.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

const std::string base = fmt::format("wattloop: 1\nextends: {}/examples/cdu_loop/case.yaml\n", WATTLOOP_SOURCE_DIR) +
                         "run: {duration: 40 min, record_interval: 1 min}\n"
                         "workload: {jobs: {training: null, full: {kind: constant, racks: [1-16], activity: 1}}}\n";

Played play_loop(const std::string& rest, const Directory& directory) {
  return play(directory.write("case.yaml", base + rest), directory);
}

/// A positioner that shuts its valve by a tenth of what is asked: the controller asks for more and the supply is
/// back; one that opens it fully cannot be made up for.
TEST(Events, ADriftingValveIsMadeUpForAsLongAsItCan) {
  const Directory directory;
  const auto drifted = [&](const char* drift) {
    return play_loop(fmt::format("events: [{{at: 5 min, set: cdu.valve.drift, to: {}}}]\n", drift), directory);
  };
  const Played shut = drifted("-0.1");
  const std::vector<double> position = shut.values("control_valve", "cdu.valve", "position");
  const std::vector<double> asked = shut.values("pi_controller", "cdu.temperature_control", "output");
  const std::vector<double> error = shut.values("pi_controller", "cdu.temperature_control", "error");
  EXPECT_LT(*std::min_element(error.begin(), error.end()), -0.1) << "the supply gets warm";
  EXPECT_NEAR(error.back(), 0.0, 0.05) << "and comes back";
  EXPECT_NEAR(position.back(), position[4], 0.01);
  EXPECT_NEAR(asked.back(), position.back() / 0.9, 0.01);

  const Played open = drifted("1");
  EXPECT_NEAR(open.values("control_valve", "cdu.valve", "position").back(), 1.0, 1e-3);
  EXPECT_GT(open.values("pi_controller", "cdu.temperature_control", "error").back(), 0.3) << "the supply stays cold";
}

/// A sensor that reads 2 K too much makes its controller hold the supply 2 K too cold.
TEST(Events, AWrongSensorMisleadsItsController) {
  const Directory directory;
  const Played played = play_loop(R"(parts:
  sensor: {type: sensor, x: {signal: cdu.cooled.T}}
  fws_supply_main: {T: 36 degC}
templates:
  cdu: {parts: {temperature_control: {measurement: {signal: sensor.y}}}}
events: [{at: 5 min, set: sensor.offset, to: 2 K}]
)",
                                  directory);
  const std::vector<double> T = played.values("liquid_nodes", "cdu.cooled", "T");
  EXPECT_NEAR(T[4], 318.15, 0.05);
  EXPECT_NEAR(T.back(), 316.15, 0.05);
  EXPECT_NEAR(played.values("sensor", "sensor", "value").back(), 318.15, 0.05);
}

/// A header that is shut off takes all racks with it, those behind it alone.
TEST(Events, ACutHeaderTripsTheRacksBehindIt) {
  const Directory directory;
  const Played played = play_loop(R"(parts:
  rack: {count: 8}
  far_rack: {use: gb300_nvl72, count: 8}
  header: {type: isolation_valve, m_flow_nominal: 25 kg/s, dp_nominal: 2 kPa, diameter: 150 mm, length: 40 m, closing_time: 20 s}
nodes:
  tcs_supply: [cdu.tcs_supply, rack.inlet, header.inlet]
  far_supply: [header.outlet, far_rack.inlet]
  tcs_return: [rack.outlet, far_rack.outlet, cdu.tcs_return, vessel.port]
  feed: [grid.supply, rack.feed_a, rack.feed_b, far_rack.feed_a, far_rack.feed_b, cdu.feed]
  air: [hall.air, rack.air, far_rack.air, cdu.room]
events: [{at: 5 min, set: header.opening, to: 0}]
)",
                                  directory);
  int near = 0, far = 0;
  for (const RackConsequence& rack : played.summary.consequences.racks) {
    EXPECT_GT(rack.warned, 300.0);
    if (std::isnan(rack.off)) continue;
    (rack.path.starts_with("far_") ? far : near) += 1;
    EXPECT_GT(rack.off, rack.throttled);
    EXPECT_GT(rack.throttled, rack.warned);
  }
  EXPECT_EQ(far, 8);
  EXPECT_EQ(near, 0);
}

/// Dust on a dry cooler: its fans run faster for the same temperature.
TEST(Events, DustCostsFanPower) {
  const Directory directory;
  const Played played = play(
      directory.write("case.yaml", small_case + "events: [{at: 20 min, set: cooler.fouling, to: 0.5}]\n"), directory);
  const std::vector<double> power = played.values("dry_cooler", "cooler", "P_fan");
  EXPECT_GT(power.back(), 1.2 * power[19]);
  EXPECT_NEAR(played.values("pi_controller", "fan_control", "error").back(), 0.0, 0.1);
}

}  // namespace
}  // namespace wattloop
