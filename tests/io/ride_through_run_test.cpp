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

/// What the table says of 70 % and of no voltage, and of swells to 118 and 133 %, at the time at which the row ends.
TEST_F(RideThroughOfARun, IsThatOfTheTable) {
  struct Dip {
    const char *V, *lasts;
    double trips;  ///< s, 0: never
  };
  for (const Dip& dip : {Dip{"0 V", "19 ms", 0.0},
                         {"0 V", "22 ms", 10.02},
                         {"300 V", "0.48 s", 0.0},
                         {"300 V", "0.52 s", 10.5},
                         {"250 V", "22 ms", 10.02},
                         {"490 V", "0.48 s", 0.0},
                         {"490 V", "0.52 s", 10.5},
                         {"550 V", "2 ms", 0.0},
                         {"550 V", "4 ms", 10.003}}) {
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

/// A rack that is switched off before a dip rides through by its table, and is told to be off.
TEST_F(RideThroughOfARun, RacksThatAreOffAreCounted) {
  std::string text = with_dip("300 V", "0.4 s", "itic");
  text.insert(text.find("events:\n") + 8, "  - {at: 12 s, set: rack.on, to: 0}\n");
  const Played played = play(directory_.write("case.yaml", text), directory_);
  const RideThroughReport& report = played.summary.ride_through.at(0);
  EXPECT_TRUE(report.stays_connected());
  EXPECT_EQ(report.off, 1);
  const std::string said = to_text(played.summary);
  EXPECT_NE(said.find("all 1 racks stay connected by their table"), std::string::npos) << said;
  EXPECT_NE(said.find("; 1 are switched off at the end for other reasons"), std::string::npos) << said;
  EXPECT_EQ(nlohmann::json::parse(to_json(played.summary)).at("ride_through")[0]["switched_off_racks"], 1);
  EXPECT_EQ(play_dip("300 V", "0.4 s").summary.ride_through.at(0).off, 0);
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

/// Bears 59.4 Hz and above, down to 57 Hz for 2 s.
constexpr const char* frequency_table = "name: by frequency\nfrequency: {low: [[57 Hz, 2 s], [59.4 Hz, for ever]]}\n";

class RideThroughByFrequency : public testing::Test {
 protected:
  /// The small case with an idle rack, other parts and nodes of its feeds, the part in the room, and events.
  Played play_with(const std::string& parts, const std::string& feeds, const std::string& room,
                   const std::string& events, const std::string& every = "1 s") {
    directory_.write("table.yaml", frequency_table);
    const std::string text =
        with({{"duration: 1 h}", "duration: 20 s, forcing_interval: 5 s, record_interval: " + every + "}"},
              {"job: {kind: constant, racks: [1], activity: 80 %}", "job: {kind: constant, racks: [1], activity: 0}"},
              {"  outdoor_air:\n", parts + "  outdoor_air:\n"},
              {", rack.feed_a, rack.feed_b", feeds},
              {"[hall_air.air, ", "[hall_air.air, " + room},
              {"sequences:\n", "connection: {ride_through: table.yaml}\nevents:\n" + events + "sequences:\n"}});
    return play(directory_.write("case.yaml", text), directory_);
  }
  static const RideThroughReport& report(const Played& played) { return played.summary.ride_through.at(0); }
  Directory directory_;
};

TEST_F(RideThroughByFrequency, OfTheGridIsThatOfTheTable) {
  struct Dip {
    const char *f, *lasts;
    double trips;  ///< s, 0: never
  };
  for (const Dip& dip :
       {Dip{"59.5 Hz", "8 s", 0.0}, {"58 Hz", "1.9 s", 0.0}, {"58 Hz", "2.1 s", 12.0}, {"56 Hz", "0.1 s", 10.0}}) {
    const Played played =
        play_with("", ", rack.feed_a, rack.feed_b", "",
                  fmt::format("  - {{at: 10 s, set: grid.frequency, to: {}, for: {}}}\n", dip.f, dip.lasts));
    EXPECT_EQ(report(played).tripped, dip.trips > 0.0 ? 1 : 0) << dip.f << " for " << dip.lasts;
    ASSERT_EQ(report(played).first.has_value(), dip.trips > 0.0);
    if (!report(played).first) continue;
    EXPECT_FALSE(report(played).first->by_voltage);
    EXPECT_NEAR(report(played).first->time, dip.trips, 1e-9) << dip.f << " for " << dip.lasts;
  }
}

/// A UPS holds the frequency of its output; a rack with one feed behind it stays.
TEST_F(RideThroughByFrequency, IsHeldByAUps) {
  const Played played = play_with("  ups: {type: ups, P_rated: 300 kW, battery: yes}\n",
                                  ", rack.feed_b, ups.inlet]\n  ups_bus: [ups.outlet, rack.feed_a", "ups.room, ",
                                  "  - {at: 10 s, set: grid.frequency, to: 56 Hz, for: 5 s}\n");
  EXPECT_EQ(report(played).racks, 1);
  EXPECT_TRUE(report(played).stays_connected());
}

/// The breaker of the utility opens: from then on the bus has the frequency of the set that takes the load, and the
/// verdict is that of the table over the set's own records.
TEST_F(RideThroughByFrequency, FollowsTheBreakers) {
  const auto play_events = [this](const std::string& events) {
    return play_with(
        "  main: {type: breaker, I_rated: 1 kA}\n"
        "  set: {type: genset, P_rated: 100 kW, on: 1, closed: 1, H: 0.5 s, T_i: 10 s}\n",
        ", main.from]\n  racks: [main.to, set.bus, rack.feed_a, rack.feed_b", "main.room, ", events, "10 ms");
  };
  const Played beside = play_events("  - {at: 2 s, set: grid.frequency, to: 50 Hz}\n");
  ASSERT_TRUE(report(beside).first.has_value());
  EXPECT_NEAR(report(beside).first->time, 2.0, 1e-9) << "beside the grid it is the grid's";

  const Played alone = play_events(
      "  - {at: 10 s, set: main.closed, to: 0}\n"
      "  - {at: 10.5 s, set: grid.frequency, to: 50 Hz}\n");
  const std::vector<double> f = alone.values("genset", "set", "frequency");
  std::vector<GridSample> samples;
  for (std::size_t i = 0; i < f.size(); ++i) samples.push_back({1e-2 * static_cast<double>(i), 1.0, f[i]});
  const auto table = read_ride_through((directory_.path() / "table.yaml").string()).front().table;
  const std::optional<Trip> expected = first_trip(table, samples);
  ASSERT_TRUE(expected.has_value());
  ASSERT_TRUE(report(alone).first.has_value());
  EXPECT_GT(expected->time, 11.0);
  EXPECT_NEAR(report(alone).first->time, expected->time, 0.02);
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
