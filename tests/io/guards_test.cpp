// What keeps a plant from sweating and from freezing.

#include <algorithm>
#include <cmath>

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

std::filesystem::path example(const char* name) {
  return std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples" / name / "case.yaml";
}

/// The temperature of a node in every record.
std::vector<double> node_temperatures(const Played& played, const std::string& node) {
  return played.values("liquid_nodes", node, "T");
}

/// The dew point of the example's file: 14 degC, 23 degC from 2 h to 3 h.
double dew_point(double t) {
  constexpr double hour = 3600.0, low = 287.15, high = 296.15;  // s, K
  const double ramp = t < 2.5 * hour ? t / hour - 1.0 : 4.0 - t / hour;
  return low + (high - low) * std::clamp(ramp, 0.0, 1.0);
}

TEST(DewPointGuard, HoldsTheSupplyAboveTheDewPoint) {
  constexpr double wanted = 291.15, margin = 2.0, control = 0.3;  // K
  const Directory directory;
  const Played guarded = play(example("humid_hour"), directory);
  const std::vector<double> supply = node_temperatures(guarded, "tcs_supply");
  ASSERT_EQ(supply.size(), 301u);
  for (std::size_t i = 0; i < supply.size(); ++i) {
    const double dew = dew_point(60.0 * static_cast<double>(i));
    EXPECT_GT(supply[i], dew + margin - control) << i;
    EXPECT_LT(supply[i], std::max(wanted, dew + margin) + control) << i << ": no warmer than it must be";
  }
  EXPECT_TRUE(guarded.summary.alarms.empty());
  const Played bare = play(example("humid_hour"), directory, {{"parts.supply_set_point.b", "291.15"}});
  EXPECT_LT(node_temperatures(bare, "tcs_supply")[150], dew_point(9000.0) - 4.0) << "without it the pipes sweat";
  ASSERT_EQ(bare.summary.alarms.size(), 1u);
  EXPECT_EQ(bare.summary.alarms[0].name, "condensation");
  EXPECT_EQ(bare.summary.alarms[0].first, "dew_point");
}

double coldest_cooler(const Played& played) {
  double coldest = 1e9;
  for (int i = 1; i <= 3; ++i)
    for (const double T : played.values("dry_cooler", fmt::format("cooler_{}.cooler", i), "T_fluid"))
      coldest = std::min(coldest, T);
  return coldest;
}

bool freeze_alarm(const Played& played) {
  return std::any_of(played.summary.alarms.begin(), played.summary.alarms.end(),
                     [](const AlarmSummary& alarm) { return alarm.name == "freeze_alarm"; });
}

/// PG40 begins to freeze at -20.6 degC; the night has -19.5 degC.
TEST(FreezeProtection, KeepsCoolersThatStandByAboveFreezing) {
  constexpr double T_freeze = 252.55, margin = 3.0;  // K
  const Directory directory;
  const Played warm = play(example("cold_night"), directory);
  EXPECT_GT(coldest_cooler(warm), T_freeze + margin + 10.0) << "the trickle is as warm as the return";
  EXPECT_FALSE(freeze_alarm(warm));
  EXPECT_EQ(warm.summary.throttle_max, 0.0);
  const RunFile file(warm.results);
  for (std::size_t i = 0; i < file.times().size(); ++i)
    for (const double T : file.values("liquid_nodes", "T", i)) EXPECT_GT(T, T_freeze + margin);

  const Played cold = play(example("cold_night"), directory,
                           {{"sequences.frost", "null"}, {"templates.cooler.parts.frost_valve.opening", "0"}});
  EXPECT_LT(coldest_cooler(cold), T_freeze + margin);
  EXPECT_TRUE(freeze_alarm(cold)) << "unprotected coolers are told of";
}

}  // namespace
}  // namespace wattloop
