// The verdict of ride-through tables in a run, from what the racks themselves see.

#include <algorithm>

#include "io/connection.h"
#include "io/grid_report.h"
#include "tests/io/played_case.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

/// The small case with an idle rack, a dip and a table.
std::string with_dip(const std::string& V, const std::string& lasts, const std::string& table) {
  return with({{"duration: 1 h}", "duration: 20 s, forcing_interval: 5 s, record_interval: 1 s}"},
               {"job: {kind: constant, racks: [1], activity: 80 %}", "job: {kind: constant, racks: [1], activity: 0}"},
               {"sequences:\n", "connection: {ride_through: " + table + "}\nevents:\n  - {at: 10 s, set: grid.V, to: " +
                                    V + ", for: " + lasts + "}\nsequences:\n"}});
}

class RideThroughOfARun : public testing::Test {
 protected:
  Played play_dip(const std::string& V, const std::string& lasts, const std::string& table = "itic") {
    return play(directory_.write("case.yaml", with_dip(V, lasts, table)), directory_);
  }
  Directory directory_;
};

/// What the table says of 70 % and of no voltage, at the time at which the row ends.
TEST_F(RideThroughOfARun, IsThatOfTheTable) {
  struct Dip {
    const char *V, *lasts;
    double trips;  ///< s, 0: never
  };
  for (const Dip& dip : {Dip{"0 V", "19 ms", 0.0},
                         {"0 V", "22 ms", 10.02},
                         {"300 V", "0.48 s", 0.0},
                         {"300 V", "0.52 s", 10.5},
                         {"250 V", "22 ms", 10.02}}) {
    const Played played = play_dip(dip.V, dip.lasts);
    ASSERT_EQ(played.summary.ride_through.size(), 1u);
    const RideThroughReport& report = played.summary.ride_through.front();
    EXPECT_EQ(report.racks, 1);
    EXPECT_EQ(report.tripped, dip.trips > 0.0 ? 1 : 0) << dip.V << " for " << dip.lasts;
    EXPECT_NEAR(report.power, DevicePower().rack(0.0), 1.0);
    EXPECT_EQ(report.tripped_power, dip.trips > 0.0 ? report.power : 0.0);
    ASSERT_EQ(report.first.has_value(), dip.trips > 0.0);
    EXPECT_NEAR(report.first.value_or(Trip{}).time, dip.trips, 1e-9) << dip.V << " for " << dip.lasts;
  }
}

TEST_F(RideThroughOfARun, StandsInTheSummaryAndInTheResults) {
  const Played played = play_dip("0 V", "0.1 s");
  const std::string text = to_text(played.summary);
  EXPECT_NE(text.find("ride-through by ITIC curve: 1 of 1 racks trip"), std::string::npos) << text;
  const auto verdict = nlohmann::json::parse(RunFile(played.results).provenance("ride_through").value());
  EXPECT_EQ(verdict, nlohmann::json::parse(to_json(played.summary)).at("ride_through"));
  EXPECT_FALSE(verdict[0]["stays_connected"].get<bool>());
  EXPECT_EQ(verdict[0]["tripped_racks"], 1);
}

/// One feed alone is lost: the other half of the shelves carries the rack, and it stays.
TEST_F(RideThroughOfARun, ARackStaysWithOneOfItsFeeds) {
  std::string text = with_dip("0 V", "5 s", "itic");
  const auto replace = [&](const std::string& from, const std::string& to) {
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
  };
  replace("  grid: {type: grid, V: 415 V, X: 1 mohm}\n",
          "  grid: {type: grid, V: 415 V, X: 1 mohm}\n  other: {type: grid, V: 415 V, X: 1 mohm}\n");
  replace(", rack.feed_a, rack.feed_b]", ", rack.feed_a]\n  other_bus: [other.supply, rack.feed_b]");
  const Played played = play(directory_.write("case.yaml", text), directory_);
  ASSERT_EQ(played.summary.ride_through.size(), 1u);
  EXPECT_TRUE(played.summary.ride_through.front().stays_connected());
}

/// `wattloop grid` comes to the same verdict from the voltages that the run has recorded.
TEST_F(RideThroughOfARun, GridSeesTheSameInItsRecords) {
  for (const auto& [lasts, trips] : {std::pair{"0.45 s", 0}, {"0.55 s", 1}}) {
    const Played played = play(directory_.write("case.yaml", with_dip("300 V", lasts, "itic")), directory_,
                               {{"run.record_interval", "10 ms"}});
    Twin twin(read_case(directory_.path() / "case.yaml"), 1);
    Connection connection = *twin.description().connection;
    connection.rack_events = read_rack_voltages((directory_.path() / "played").string());
    const GridWindow window = grid_window(twin, {0.0, 5.0, 5e-3}, {});
    const GridReport report = grid_report(window, connection, twin.description());
    ASSERT_EQ(report.ride_through.size(), 1u);
    EXPECT_EQ(report.ride_through.front().tripped, trips) << lasts;
    EXPECT_EQ(played.summary.ride_through.front().tripped, trips) << lasts;
  }
}

/// A table with a spread parts twenty racks; the verdict is one whatever the number of threads.
TEST(RideThroughOfTwentyRacks, DoesNotDependOnThreads) {
  const Directory directory;
  directory.write("table.yaml",
                  "name: old supplies\nvoltage:\n  low: [[0, 10 ms], [80 %, 0.3 s], [90 %, for ever]]\n"
                  "  high: [[110 %, for ever]]\nspread: 4 %\n");
  const std::string text =
      with({{"duration: 1 h}", "duration: 15 s, forcing_interval: 5 s, record_interval: 1 s}"},
            {"racks: [1]", "racks: [1-20]"},
            {"rack: {type: rack}", "rack: {type: rack, count: 20}"},
            {"m_flow_nominal: 3 kg/s\n    dp_nominal: 250", "m_flow_nominal: 60 kg/s\n    dp_nominal: 250"},
            {"UA_nominal: 20 kW/K\n    m_flow_nominal: 3 kg/s", "UA_nominal: 400 kW/K\n    m_flow_nominal: 60 kg/s"},
            {"m_air_nominal: 12 kg/s", "m_air_nominal: 240 kg/s"},
            {"UA: 5 kW/K, T_outside: 25 degC", "UA: 100 kW/K, T_outside: 25 degC"},
            {"sequences:\n",
             "connection: {ride_through: table.yaml}\n"
             "events:\n  - {at: 10 s, set: grid.V, to: 336 V, for: 0.2 s}\nsequences:\n"}});
  std::vector<std::string> verdicts;
  for (const int threads : {1, 2, 3}) {
    Twin twin(read_case(directory.write("case.yaml", text), {{"run.symmetry", "false"}}), threads);
    RunOptions options;
    options.directory = (directory.path() / "out").string();
    const RunOutcome outcome = run_case(twin, options);
    ASSERT_EQ(outcome.error, "");
    ASSERT_EQ(outcome.summary.ride_through.size(), 1u);
    const RideThroughReport& report = outcome.summary.ride_through.front();
    EXPECT_EQ(report.racks, 20);
    EXPECT_GT(report.tripped, 0);
    EXPECT_LT(report.tripped, 20);
    verdicts.push_back(ride_through_json(outcome.summary.ride_through).dump());
  }
  EXPECT_EQ(verdicts[1], verdicts[0]);
  EXPECT_EQ(verdicts[2], verdicts[0]);
}

}  // namespace
}  // namespace wattloop
