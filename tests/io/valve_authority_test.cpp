// The authority of control valves, and valves without any.

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

/// A valve in series with a coil and a strainer's worth of resistance between two mains, moved by a controller.
std::string branch(const char* valve_dp) {
  return fmt::format(R"(wattloop: 1
run: {{duration: 10 min}}
liquids:
  loop: {{kind: water}}
parts:
  supply: {{type: liquid_source, liquid: loop, p: 4 bar, T: 20 degC}}
  back: {{type: liquid_source, liquid: loop, p: 3 bar, T: 20 degC}}
  before: {{type: resistance, m_flow_nominal: 10 kg/s, dp_nominal: 30 kPa}}
  valve: {{type: control_valve, m_flow_nominal: 10 kg/s, dp_nominal: {}, opening: {{signal: control.u}}}}
  after: {{type: resistance, m_flow_nominal: 10 kg/s, dp_nominal: 10 kPa}}
  beside: {{type: control_valve, m_flow_nominal: 1 kg/s, dp_nominal: 1 kPa, opening: 1}}
  control: {{type: pi_controller, measurement: {{signal: valve.m_flow}}, set_point: 6 kg/s, gain: 0.05 s/kg, T_i: 20 s}}
nodes:
  in: [supply.port, before.inlet, beside.inlet]
  one: [before.outlet, valve.inlet]
  two: [valve.outlet, after.inlet]
  out: [after.outlet, back.port, beside.outlet]
)",
                     valve_dp);
}

Summary summary_of(const std::string& text) {
  const Directory directory;
  return play(directory.write("case.yaml", text), directory).summary;
}

/// By hand, losses at 10 kg/s: 60/(60 + 30 + 10). A valve that no controller moves is not judged.
TEST(ValveAuthority, IsTheValvesShareOfItsOpenBranch) {
  const Summary summary = summary_of(branch("60 kPa"));
  ASSERT_EQ(summary.valves.size(), 1u);
  EXPECT_EQ(summary.valves[0].path, "valve");
  EXPECT_NEAR(summary.valves[0].authority, 0.6, 1e-3);
  EXPECT_NEAR(summary.valves[0].flow_share, 0.6, 1e-2);
  EXPECT_TRUE(summary.warnings.empty());
}

TEST(ValveAuthority, AValveWithoutIsNamed) {
  const Summary summary = summary_of(branch("5 kPa"));
  EXPECT_NEAR(summary.valves.at(0).authority, 5.0 / 45.0, 1e-3);
  ASSERT_EQ(summary.warnings.size(), 1u);
  const std::string& warning = summary.warnings[0];
  EXPECT_NE(warning.find("case.yaml:9:"), std::string::npos) << warning;
  EXPECT_NE(
      warning.find("parts.valve.opening: a control valve without authority: valve, got 0.11 of the pressure loss"),
      std::string::npos)
      << warning;
}

/// The valve of a CDU against its exchanger, and the valve of CRAHs against their coils: 150/(150 + 50) and less, for
/// the loss of a coil grows with less than the square.
TEST(ValveAuthority, OfTheExamples) {
  const Directory directory;
  const std::filesystem::path plant = std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/chilled_water_plant";
  const Played good = play(plant, directory, {{"run.duration", "10 min"}});
  const auto of = [](const Played& played, const std::string& part) {
    for (const ValveSummary& valve : played.summary.valves)
      if (valve.part == part) return valve.authority;
    return 0.0;
  };
  EXPECT_GT(of(good, "crah_valve"), 0.68);
  EXPECT_LT(of(good, "crah_valve"), 0.75);
  const Played poor = play(plant, directory, {{"run.duration", "10 min"}, {"parts.crah_valve.dp_nominal", "10 kPa"}});
  ASSERT_EQ(poor.summary.warnings.size(), 1u);
  EXPECT_NE(poor.summary.warnings[0].find("parts.crah_valve.opening: a control valve without authority"),
            std::string::npos);
}

}  // namespace
}  // namespace wattloop
