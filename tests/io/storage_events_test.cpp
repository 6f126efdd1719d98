// Stored energy of shelves, batteries of the site and transfer switches over time, against closed forms.

#include <algorithm>
#include <cmath>

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// Shelves with 132 kW on two feeds of one grid.
std::string on_shelves(const std::string& run, const std::string& shelf, const std::string& rest) {
  return network(run,
                 "  grid: {type: grid, V: 415 V, X: 1 mohm}\n"
                 "  shelf: {type: power_shelf" +
                     shelf + "}\n  load: {type: dc_load, power: 132 kW}\n",
                 "  bus: [grid.supply, shelf.feed_a, shelf.feed_b]\n  busbar: [shelf.bus, load.supply]\n"
                 "  room: [hall.air, shelf.air, load.air]\n",
                 rest);
}

TEST(ShelfStore, BridgesADipShorterThanItsHoldUp) {
  const Played played = play_text(on_shelves("duration: 15 s, record_interval: 5 ms", "",
                                             "events:\n  - {at: 1 s, set: grid.V, to: 0 V, for: 25 ms}\n"));
  const std::vector<double> P = played.values("dc_load", "load", "P"),
                            store = played.values("power_shelf", "shelf", "store");
  EXPECT_NEAR(*std::min_element(P.begin(), P.end()), 132e3, 1.0);
  EXPECT_NEAR(*std::min_element(store.begin(), store.end()), 1.0 - 132e3 * 0.025 / 4680.0, 0.01);
  EXPECT_GT(store.back(), 0.99);  // charged again
  expect_closed(played);
}

/// t = E/P to the end; with the feed back the busbar is live after the restart.
TEST(ShelfStore, DropsOutWhenItIsEmptyAndComesBack) {
  const Played played = play_text(on_shelves("duration: 6 s, record_interval: 1 ms", "",
                                             "events:\n  - {at: 1 s, set: grid.V, to: 0 V, for: 500 ms}\n"));
  const std::vector<double> P = played.values("dc_load", "load", "P");
  const auto dead = [](double power) { return power < 66e3; };
  const auto lost = std::find_if(P.begin(), P.end(), dead);
  const auto back = std::find_if_not(lost, P.end(), dead);
  EXPECT_NEAR(1e-3 * static_cast<double>(lost - P.begin()), 1.0 + 4680.0 / 132e3, 3e-3);
  EXPECT_NEAR(1e-3 * static_cast<double>(back - P.begin()), 1.5 + 0.87 * 3.0, 0.1);  // the middle of d
  EXPECT_NEAR(P.back(), 132e3, 1.0);
  expect_closed(played);
}

/// Shelves behind a UPS in eco mode through a loss of the grid: what they store bridges the transfer, or does not.
TEST(ShelfStore, BridgesTheTransferOfAUpsInEcoModeIfItIsQuick) {
  for (const auto& [transfer, bridges] : {std::pair{"4 ms", true}, {"60 ms", false}}) {
    const Played played =
        play_text(network("duration: 6 s, record_interval: 1 ms",
                          "  grid: {type: grid, V: 415 V, X: 1 mohm}\n  shelf: {type: power_shelf}\n  load: {type: "
                          "dc_load, power: 132 kW}\n"
                          "  ups: {type: ups, P_rated: 200 kW, battery: yes, eco: 1, eco_transfer: " +
                              std::string(transfer) + "}\n",
                          "  bus: [grid.supply, ups.inlet]\n  out: [ups.outlet, shelf.feed_a, shelf.feed_b]\n"
                          "  busbar: [shelf.bus, load.supply]\n  room: [hall.air, shelf.air, load.air, ups.room]\n",
                          "events:\n  - {at: 1 s, set: grid.V, to: 0 V, for: 2 s}\n"));
    const std::vector<double> P = played.values("dc_load", "load", "P"),
                              store = played.values("power_shelf", "shelf", "store");
    const double least = *std::min_element(P.begin(), P.end());
    if (bridges) {
      EXPECT_NEAR(least, 132e3, 1.0);
      EXPECT_NEAR(*std::min_element(store.begin(), store.end()), 1.0 - 132e3 * 0.0042 / 4680.0, 0.015);
    } else {
      EXPECT_LT(least, 1.0) << "35 ms of 60";
    }
    EXPECT_NEAR(P.back(), 132e3, 1.0);
    expect_closed(played);
  }
}

/// A step of the load on a forming battery: the frequency ends at f_n (1 - droop P), the charge falls by P t.
TEST(SiteBattery, FormsAnIslandWithItsDroop) {
  const Played played =
      play_text(network("duration: 2 min, record_interval: 0.1 s",
                        "  battery: {type: grid_forming_battery, P_rated: 1 MW, capacity: 500 kWh, V_set: 415 V}\n"
                        "  load: {type: ac_load, power: 200 kW, power_factor: 1.0}\n",
                        "  bus: [battery.bus, load.supply]\n  room: [hall.air, battery.room, load.room]\n",
                        "events:\n  - {at: 1 min, set: load.power, to: 800 kW}\n"));
  const std::vector<double> f = played.values("grid_forming_battery", "battery", "frequency"),
                            soc = played.values("grid_forming_battery", "battery", "soc");
  EXPECT_NEAR(f[500], 60.0 * (1.0 - 0.01 * 0.2), 1e-4);
  EXPECT_NEAR(f.back(), 60.0 * (1.0 - 0.01 * 0.8), 1e-4);
  const double drawn = 60.0 * (0.2e6 + 0.004e6 + 0.03e6 * 0.04) + 60.0 * (0.8e6 + 0.004e6 + 0.03e6 * 0.64);
  EXPECT_NEAR(soc.front() - soc.back(), drawn / (500.0 * 3.6e6), 2e-4);
  expect_closed(played);
}

TEST(SiteBattery, FollowsTheGridAndTakesItsShare) {
  const Played played = play_text(network(
      "duration: 1 min, record_interval: 0.5 s",
      "  grid: {type: grid, V: 415 V, X: 1 mohm}\n"
      "  battery: {type: grid_following_battery, P_rated: 1 MW, capacity: 500 kWh, V_nominal: 415 V, droop_V: 0}\n"
      "  load: {type: ac_load, power: 800 kW, power_factor: 1.0}\n",
      "  bus: [grid.supply, battery.bus, load.supply]\n  room: [hall.air, battery.room, load.room]\n",
      "events:\n  - {at: 30 s, set: battery.P_set, to: 0.5}\n"));
  const std::vector<double> P = played.values("grid", "grid", "P");
  EXPECT_NEAR(P[50], 800e3, 10.0);
  EXPECT_NEAR(P.back(), 300e3, 10.0);
  expect_closed(played);
}

TEST(SiteBattery, WithoutCapacityIsAnInputError) {
  const std::string problems =
      problems_of_case(network("duration: 1 min",
                               "  battery: {type: grid_forming_battery, P_rated: 1 MW, capacity: 0 kWh, V_set: 415 V}\n"
                               "  load: {type: ac_load, power: 200 kW}\n",
                               "  bus: [battery.bus, load.supply]\n  room: [hall.air, battery.room, load.room]\n", ""));
  EXPECT_NE(problems.find("parts.battery.capacity"), std::string::npos) << problems;
  EXPECT_NE(problems.find("case.yaml:7:66:"), std::string::npos) << problems;
}

/// The first source is lost: the load is on the second one within detection and twice the break.
TEST(TransferSwitches, GiveTheLoadToTheOtherSource) {
  const Played played =
      play_text(network("duration: 10 s, record_interval: 1 ms",
                        "  one: {type: grid, V: 415 V, X: 1 mohm}\n  two: {type: grid, V: 415 V, X: 1 mohm}\n"
                        "  switch: {type: transfer_switch, I_rated: 2 kA}\n  load: {type: ac_load, power: 800 kW}\n",
                        "  bus_1: [one.supply, switch.source_1]\n  bus_2: [two.supply, switch.source_2]\n"
                        "  out: [switch.load, load.supply]\n  room: [hall.air, switch.room, load.room]\n",
                        "events:\n  - {at: 1 s, set: one.V, to: 0 V, for: 2 s}\n"));
  const std::vector<double> P = played.values("ac_load", "load", "P"), two = played.values("grid", "two", "P");
  const auto low = [](double power) { return power < 400e3; };
  const auto lost = std::find_if(P.begin(), P.end(), low);
  const auto back = std::find_if_not(lost, P.end(), low);
  EXPECT_NEAR(1e-3 * static_cast<double>(lost - P.begin()), 1.0, 2e-3);
  EXPECT_NEAR(1e-3 * static_cast<double>(back - P.begin()), 1.005, 2e-3);
  EXPECT_NEAR(two[2500], 800e3, 1e3);
  EXPECT_NEAR(two.back(), 0.0, 1.0);  // back on the first one after the retransfer time
  expect_closed(played);
}

/// All CDU pumps of a block hang on one UPS until it fails; then on the other, and no GPU notices.
TEST(TransferSwitches, CarryThePumpsWhereAUpsFails) {
  const std::string example = std::string(WATTLOOP_SOURCE_DIR) + "/examples/feed_loss_to_generators/case.yaml";
  for (const char* ups : {"ups_a", "ups_b"}) {
    const Directory directory;
    const Played played =
        play(example, directory,
             {{"run.duration", "40 s"}, {"events", fmt::format("[{{at: 10 s, fail: building.block.{}}}]", ups)}});
    EXPECT_TRUE(played.summary.consequences.racks.empty()) << ups;
    EXPECT_LT(played.summary.T_die_max, 273.15 + 86.0) << ups;
    const std::vector<double> flow = played.values("pump", "building.block.cdu_1.pump", "m_flow");
    EXPECT_GT(*std::min_element(flow.begin(), flow.end()), 0.97 * flow.front()) << ups;
    expect_closed(played);
  }
}

/// Slow timers as well: detection of half a second, back after a second of a good source, contacts that snap.
TEST(TransferSwitches, SnapHoweverSlowTheirTimersAre) {
  for (const double retransfer : {0.3, 1.0, 3.0}) {
    const Played played = play_text(
        network("duration: 8 s, record_interval: 2 ms",
                "  one: {type: grid, V: 415 V, X: 1 mohm}\n  two: {type: grid, V: 415 V, X: 1 mohm}\n"
                "  switch: {type: transfer_switch, I_rated: 2 kA, detection: 0.5 s, break_time: 50 ms, retransfer: " +
                    fmt::format("{} s}}\n", retransfer) + "  load: {type: ac_load, power: 800 kW}\n",
                "  bus_1: [one.supply, switch.source_1]\n  bus_2: [two.supply, switch.source_2]\n"
                "  out: [switch.load, load.supply]\n  room: [hall.air, switch.room, load.room]\n",
                "events:\n  - {at: 1 s, set: one.V, to: 0 V, for: 2 s}\n"));
    const std::vector<double> P = played.values("ac_load", "load", "P"),
                              z = played.values("transfer_switch", "switch", "z");
    std::vector<double> breaks;  // s without power, with what the first was without before the transfer
    for (std::size_t i = 1; i < P.size(); ++i) {
      if (P[i] < 400e3 && P[i - 1] >= 400e3) breaks.push_back(0.0);
      if (P[i] < 400e3) breaks.back() += 2e-3;
    }
    ASSERT_EQ(breaks.size(), 2u) << retransfer;
    EXPECT_NEAR(breaks[0], 0.95 * 0.5 + 0.05 + 0.025, 0.03) << "the timer, a quarter of the way, the break";
    EXPECT_GT(breaks[1], 0.8 * 0.05) << "a tenth of the way is the flank of either contact";
    EXPECT_LT(breaks[1], 1.2 * 0.05) << retransfer;
    EXPECT_NEAR(z.back(), 0.0, 1e-6);
    const auto back = std::find_if(z.begin() + 1500, z.end(), [](double at) { return at < 0.5; });
    EXPECT_NEAR(2e-3 * static_cast<double>(back - z.begin()), 3.0 + 0.93 * retransfer + 0.05, 0.05 * retransfer + 0.01);
    expect_closed(played);
  }
}

/// An overload gets the limit of the current and not more, less voltage with it; then all is as before.
TEST(SiteBattery, KeepsToItsLimitOfCurrent) {
  const Played played = play_text(
      network("duration: 20 s, record_interval: 0.1 s",
              "  battery: {type: grid_forming_battery, P_rated: 1 MW, capacity: 500 kWh, V_set: 415 V, limit: 1.2}\n"
              "  load: {type: ac_load, power: 500 kW, power_factor: 1.0, V_minimum: 373 V}\n",
              "  bus: [battery.bus, load.supply]\n  room: [hall.air, battery.room, load.room]\n",
              "events:\n  - {at: 5 s, set: load.power, to: 3 MW, for: 5 s}\n"));
  const std::vector<double> S = played.values("grid_forming_battery", "battery", "loading"),
                            P = played.values("grid_forming_battery", "battery", "P"),
                            z = played.values("grid_forming_battery", "battery", "z"),
                            I = played.values("ac_load", "load", "P");
  EXPECT_NEAR(z[40], 0.0, 1e-9);
  EXPECT_GT(z[90], 0.5);
  EXPECT_LT(P[90], 1.2e6);
  EXPECT_NEAR(P.back(), 5e5, 1.0);
  EXPECT_NEAR(z.back(), 0.0, 1e-6);
  expect_closed(played);
}

/// A load that neither feed's transformer could carry is bad input, with the line that asks for it.
TEST(Supply, ALoadAboveEverythingUpstreamIsNamedWithItsLine) {
  const auto problems = [](const std::string& power) {
    return problems_of_case(network("duration: 1 min",
                                    "  grid: {type: grid, V: 34.5 kV, X: 1 ohm}\n"
                                    "  unit: {type: transformer, S_n: 1 MVA, V_primary: 34.5 kV, V_secondary: 415 V,"
                                    " uk: 6 %, P0: 1 kW, Pk: 10 kW, in_parallel: 2}\n"
                                    "  load: {type: ac_load, power: " +
                                        power + "}\n",
                                    "  mv: [grid.supply, unit.primary]\n  lv: [unit.secondary, load.supply]\n"
                                    "  room: [hall.air, unit.room, load.room]\n",
                                    ""));
  };
  EXPECT_EQ(problems("1.9 MW"), "");
  EXPECT_EQ(problems("2.1 MW"),
            "case.yaml:9:32: parts.load.power: load is above everything upstream that could feed it, got 2100 kW, "
            "allowed at most 2000 kVA");
}

}  // namespace
}  // namespace wattloop
