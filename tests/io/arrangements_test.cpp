// Arrangements of a plant and a hall that no example holds, as changes to one.

#include <algorithm>
#include <cmath>

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

/// A case that changes an example.
Played play_changed(const char* example, const std::string& changes, const Directory& directory,
                    const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  const std::string base =
      fmt::format("wattloop: 1\nextends: {}/examples/{}/case.yaml\n", WATTLOOP_SOURCE_DIR, example);
  return play(directory.write("case.yaml", base + changes), directory, overrides);
}

bool has_alarm(const Played& played, const std::string& part, const std::string& name) {
  return std::any_of(played.summary.alarms.begin(), played.summary.alarms.end(),
                     [&](const AlarmSummary& alarm) { return alarm.part == part && alarm.name == name; });
}

/// The plate exchanger beside the chillers instead of before them: either of them cools the water.
const std::string parallel_economiser = R"(
parts:
  plate_side: {type: control_valve, m_flow_nominal: 31 kg/s, dp_nominal: 5 kPa, characteristic: linear}
nodes:
  primary_pumped: [primary_pump.outlet, plate_side.inlet, machine.chw_in, chiller_bypass.inlet]
  before_plate: [plate_side.outlet, plate.inlet_a]
  precooled: null
  supply: [machine.chw_out, chiller_bypass.outlet, plate.outlet_a, tank.bottom, secondary_pump.inlet, bypass_valve.outlet]
sequences:
  cooling:
    modes:
      integrated: null
      mechanical:
        write: {plate_side.opening: 0}
        leave: [{to: free, when: [{measure: weather.T_wb, below: 4 degC}], for: 10 min}]
      free:
        write: {plate_side.opening: 1, chiller_bypass.opening: 0}
        leave: [{to: mechanical, when: [{measure: supply.T, above: 13.5 degC}], for: 5 min}]
)";

/// Both economisers cool alone when it is cold; when the towers reach 13 degC only the integrated one saves.
TEST(Economiser, IntegratedSavesWhereParallelCannot) {
  const Directory directory;
  const auto chillers = [&](const char* weather, bool parallel, double* supply) {
    const Played played =
        play_changed("chilled_water_plant", parallel ? parallel_economiser : "", directory,
                     {{"weather", weather}, {"parts.it_load.power", "500 kW"}, {"run.duration", "3 h"}});
    *supply = played.values("liquid_nodes", "supply", "T").back() - 273.15;
    const auto power = played.summary.power_by_part.find("machine.chiller");
    return power == played.summary.power_by_part.end() ? 0.0 : power->second;
  };
  const char *cold = "{T_db: 4 degC, T_dp: -4 degC}", *mild = "{T_db: 11 degC, T_dp: 2 degC}";
  double supply = 0.0;
  for (const bool parallel : {false, true}) {
    EXPECT_EQ(chillers(cold, parallel, &supply), 0.0);
    EXPECT_LT(supply, 13.5) << "free cooling holds the supply";
  }
  const double integrated = chillers(mild, false, &supply);
  EXPECT_NEAR(supply, 11.5, 1.5);
  const double parallel = chillers(mild, true, &supply);
  EXPECT_NEAR(supply, 12.0, 0.5);
  EXPECT_GT(parallel, 500e3 / 12.0) << "chillers carry the hall";
  EXPECT_LT(integrated, 0.2 * parallel);
}

/// A chiller asked for more than its box: the curves are held, and the run says so.
TEST(Chiller, OutsideItsBoxIsFlaggedInTheRun) {
  const Directory directory;
  const Played played = play_changed(
      "chilled_water_plant", "", directory,
      {{"run.duration", "30 min"}, {"weather", "{T_db: 26 degC, T_dp: 12 degC}"}, {"parts.it_load.power", "60 kW"}});
  EXPECT_TRUE(has_alarm(played, "machine.chiller", "out_of_range"));
}

/// Resets on the weather: towers 6 K above the wet bulb within 24 to 33 degC, facility water 12 K above it within 32 to
/// 40 degC; on a cool day the tower pumps are at their slowest and the facility water is colder than asked for.
TEST(WeatherReset, TowersAndFacilityWaterFollowTheWetBulb) {
  const Directory directory;
  const auto rest = [&](const char* weather) {
    const Played played = play_changed("tower_plant", "", directory,
                                       {{"weather", weather},
                                        {"run.duration", "2 h"},
                                        {"workload.jobs.day", "{kind: constant, racks: [1-80], activity: 1}"}});
    const auto at_end = [&](const char* node) { return played.values("liquid_nodes", node, "T").back() - 273.15; };
    return std::pair(at_end("tower_supply"), at_end("fws_supply"));
  };
  for (const auto& [weather, wet_bulb] :
       {std::pair{"{T_db: 30 degC, T_dp: 19 degC}", 22.2}, {"{T_db: 34 degC, T_dp: 21 degC}", 24.5}}) {
    const auto [tower, fws] = rest(weather);
    EXPECT_NEAR(tower, wet_bulb + 6.0, 0.1) << weather;
    EXPECT_NEAR(fws, wet_bulb + 12.0, 0.1) << weather;
  }
  const auto [tower, fws] = rest("{T_db: 22 degC, T_dp: 11 degC}");
  EXPECT_NEAR(tower, 24.0, 0.1) << "no colder than 24 degC";
  EXPECT_LT(fws, 32.0);
}

/// Active rear doors on all racks: the exhaust is as much warmer than the water as the rating says, 24 K at 40 kW, and
/// nothing reaches the hall.
TEST(RearDoor, TakesTheAirHeatOfItsRack) {
  const Directory directory;
  const Played played = play_changed("cdu_loop", R"(
run: {duration: 2 h, record_interval: 5 min}
liquids:
  chw: {kind: water}
workload: {jobs: {training: null, full: {kind: constant, racks: [1-16], activity: 1}}}
parts:
  exhaust: {type: air_zone, volume: 30 m3, T_outside: 30 degC}
  door: {use: rear_door_40kw, in_parallel: 16, fan_speed: 1}
  door_supply: {type: liquid_source, liquid: chw, p: 3.6 bar, T: 18 degC}
  door_return: {type: liquid_source, liquid: chw, p: 3 bar, T: 28 degC}
nodes:
  feed: [grid.supply, rack.feed_a, rack.feed_b, cdu.feed, door.supply]
  air: [hall.air, cdu.room]
  behind: [exhaust.air, rack.air, door.air]
  door_in: [door_supply.port, door.inlet]
  door_out: [door.outlet, door_return.port]
)",
                                     directory);
  const double T_exhaust = played.values("air_zone", "exhaust", "T").back();
  const double Q = played.values("fan_wall", "door", "Q_flow").back();
  EXPECT_GT(Q, 16e3);
  EXPECT_LT(Q, 19e3) << "12 % of 142 kW and the fans";
  EXPECT_NEAR((T_exhaust - 291.15) / Q, 24.0 / 40e3, 0.02 * 24.0 / 40e3);
  EXPECT_NEAR(played.values("air_zone", "hall", "T").back(), 298.15, 0.5) << "what is left is the pumps' heat";
}

/// Every rack on two quick couplings and a pressure-independent valve, behind a filter that fouls within the hour.
const std::string balanced_hall = R"(
run: {duration: 1 h, record_interval: 1 min}
workload: {jobs: {training: null, full: {kind: constant, racks: [1-16], activity: 1}}}
parts:
  rack: null
  line: {template: line, count: 16}
  filter: {use: tcs_filter_50um}
  tcs_dp_control: {set_point: 210 kPa}
nodes:
  filtered: [cdu.tcs_supply, filter.inlet]
  tcs_supply: [filter.outlet, line.supply]
  tcs_return: [line.return, cdu.tcs_return, vessel.port]
  feed: [grid.supply, line.feed, cdu.feed]
  air: [hall.air, line.air, cdu.room]
templates:
  cdu: {parts: {pump: {dp_nominal: 400 kPa, dp_shutoff: 520 kPa}}}
  line:
    ports: {supply: liquid, return: liquid, feed: ac, air: heat}
    parts:
      rack: {use: gb300_nvl72}
      in_coupling: {use: quick_coupling_rack}
      out_coupling: {use: quick_coupling_rack}
      picv: {use: rack_picv}
    nodes:
      supply: [in_coupling.inlet]
      in: [in_coupling.outlet, rack.inlet]
      out: [rack.outlet, picv.inlet]
      regulated: [picv.outlet, out_coupling.inlet]
      return: [out_coupling.outlet]
      feed: [rack.feed_a, rack.feed_b]
      air: [rack.air]
events:
  - {at: 5 min, set: filter.growth, to: 2e-3 1/s}
)";

TEST(HallHydraulics, CouplingsTakeTheirLossAndValvesHoldTheFlow) {
  const Directory directory;
  const Played played = play_changed("cdu_loop", balanced_hall, directory);
  const std::vector<double> first = played.values("picv", "line_1.picv", "m_flow");
  const std::vector<double> last = played.values("picv", "line_16.picv", "m_flow");
  const std::vector<double> loss = played.values("strainer", "filter", "dp");
  const std::vector<double> clogged = played.values("strainer", "filter", "clogged");
  EXPECT_NEAR(first[5], 2.73, 0.03 * 2.73);
  EXPECT_EQ(first, last);
  // Cv 35: 1 psi at 35 gpm of water, in proportion to the density and the square of the flow.
  const double gpm = played.values("orifice", "line_1.in_coupling", "V_flow")[5] / 6.30902e-5;
  const double gravity = first[5] / played.values("orifice", "line_1.in_coupling", "V_flow")[5] / 999.0;
  EXPECT_NEAR(played.values("orifice", "line_1.in_coupling", "dp")[5], 6894.76 * gravity * std::pow(gpm / 35.0, 2),
              0.01 * 6894.76 * gravity * std::pow(gpm / 35.0, 2));
  // The filter: by (1 + growth t) as long as the flow is held.
  const double clean = loss[5];
  for (const std::size_t minute : {15u, 25u, 35u}) {
    const double t = 60.0 * (static_cast<double>(minute) - 5.0);
    EXPECT_NEAR(loss[minute] / clean, 1.0 + 2e-3 * t * first[5] * 16.0 / 45.0, 0.02 * loss[minute] / clean) << minute;
    EXPECT_NEAR(first[minute], first[5], 0.01 * first[5]) << minute;
  }
  const auto raised = std::find(clogged.begin(), clogged.end(), 1.0);
  ASSERT_NE(raised, clogged.end()) << "it asks to be exchanged";
  const double at = loss[static_cast<std::size_t>(raised - clogged.begin())];
  EXPECT_GT(at, 100e3);
  EXPECT_LT(at, 107e3);
  EXPECT_TRUE(has_alarm(played, "filter", "clogged"));
}

/// The air side of a blackout: without fans a hall warms by its heat over the heat capacity of its air and what stands
/// in it, and is back after the fans are.
TEST(Blackout, HallsWarmAsTheirAirStores) {
  const Directory directory;
  const Played played = play_changed("block", R"(
run: {duration: 40 min, record_interval: 15 s, resolution: block}
workload: {jobs: {training: null, full: {kind: constant, racks: [1-80], activity: 1}}}
events:
  - {at: 5 min, fail: block.hall_fans}
  - {at: 9 min, repair: block.hall_fans}
)",
                                     directory);
  const std::vector<double> T = played.values("air_zone", "block.hall_air", "T");
  const std::vector<double> Q = played.values("fan_wall", "block.hall_fans", "Q_flow");
  const std::vector<double> P = played.values("fan_wall", "block.hall_fans", "P_fan");
  const double heat = 8.0 * ((Q[19] - P[19]) - Q[24]);                  // W, eight fan walls, less what still air takes
  const double C = 12000.0 * 94.5e3 / (287.05 * 311.0) * 1010.0 * 6.0;  // J/K, air and five times that of equipment
  EXPECT_NEAR((T[28] - T[20]) / 120.0, heat / C, 0.05 * heat / C);
  EXPECT_GT(T[36] - T[20], 6.0);
  EXPECT_NEAR(T.back(), T[20], 1.0) << "back half an hour later";
}

}  // namespace
}  // namespace wattloop
