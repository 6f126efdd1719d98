#include "io/ride_through_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/io/document_support.h"

namespace wattloop {
namespace {

/// What is wrong with a table, a problem a line, its directory left out.
std::string problems_of_table(const std::string& text) {
  const Directory directory;
  try {
    read_ride_through(directory.write("table.yaml", text));
  } catch (const InputError& error) {
    return directory.leave_out(error.what());
  }
  return "";
}

std::string problems_of_events(const std::string& text) {
  const Directory directory;
  try {
    read_grid_events(directory.write("dips.csv", text));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(RideThroughFile, HoldsWhatTheBuiltInTableHolds) {
  const Directory directory;
  const auto tables = read_ride_through(directory.write("itic.yaml", R"(name: as the ITIC curve
voltage:
  low: [[0, 20 ms], [70 %, 0.5 s], [0.8 pu, 10 s], [90 %, for ever]]
  high: [[110 %, for ever], [120 %, 0.5 s], [140 %, 3 ms], [200 %, 1 ms]]
)"));
  ASSERT_EQ(tables.size(), 1u);
  const RideThroughTable& own = tables[0].table;
  const RideThroughTable itic = itic_table();
  for (const auto& [a, b] : {std::pair{own.voltage.low, itic.voltage.low}, {own.voltage.high, itic.voltage.high}}) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_NEAR(a[i].level, b[i].level, 1e-12);
      EXPECT_EQ(a[i].time, b[i].time);
    }
  }
}

TEST(RideThroughFile, HoldsSeveralKindsOfEquipment) {
  const Directory directory;
  const auto tables = read_ride_through(directory.write("two.yaml", R"(name: two halls
equipment:
  old: {racks: [1-3, 7], voltage: {low: [[70 %, 0.5 s], [90 %, for ever]]}, spread: 2 %}
  new: {frequency: {low: [[57 Hz, 2 s], [59.4 Hz, for ever]]}}
)"));
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].table.name, "old");
  ASSERT_EQ(tables[0].racks.size(), 2u);
  EXPECT_EQ(tables[0].racks[1].first, 6);
  EXPECT_DOUBLE_EQ(tables[0].table.spread, 0.02);
  EXPECT_TRUE(tables[1].racks.empty());
  EXPECT_DOUBLE_EQ(tables[1].table.frequency.low[0].level, 57.0);
}

TEST(RideThroughFile, DisorderGapsAndUnitsAreNamedWithTheirLine) {
  const std::string problems = problems_of_table(R"(name: wrong
voltage:
  low:
    - [70 %, 0.5 s]
    - [50 %, 1 s]
    - [80 %, 0.8 s]
    - [90 %, 10 s]
  high:
    - [110 %, 1 s]
    - [120 V, 0.5 s]
    - [130 %, 2]
frequency: {low: [[57 Hz]]}
)");
  EXPECT_NE(problems.find("table.yaml:5:"), std::string::npos) << problems;
  EXPECT_NE(problems.find("out of order: levels rise from row to row, got 0.5 after 0.7"), std::string::npos)
      << problems;
  EXPECT_NE(problems.find("out of order: times of `low` rise from row to row, got 0.8 s after 1 s"), std::string::npos)
      << problems;
  EXPECT_NE(problems.find("a gap: no level of `low` holds for ever"), std::string::npos) << problems;
  EXPECT_NE(problems.find("a gap: no level of `high` holds for ever"), std::string::npos) << problems;
  EXPECT_NE(problems.find("table.yaml:10:"), std::string::npos) << problems;
  EXPECT_NE(problems.find("table.yaml:11:"), std::string::npos) << problems;
  EXPECT_NE(problems.find("unit missing"), std::string::npos) << problems;
  EXPECT_NE(problems.find("a row is [level, time]"), std::string::npos) << problems;
}

TEST(RideThroughFile, OverlapEmptyAndUnknownAreErrors) {
  EXPECT_NE(problems_of_table("voltage: {low: [[95 %, for ever]], high: [[90 %, for ever]]}\n")
                .find("low and high overlap, got 0.95 and 0.9"),
            std::string::npos);
  EXPECT_NE(problems_of_table("name: nothing\n").find("a table without rows"), std::string::npos);
  EXPECT_NE(problems_of_table("voltag: {}\n").find("unknown key, got voltag, allowed voltage"), std::string::npos);
  EXPECT_THROW(read_ride_through("no_such_table"), InputError);
}

TEST(RideThroughFile, ARackHasOneTable) {
  const auto tables = [](const std::string& first, const std::string& second) {
    const std::string curve = "voltage: {low: [[90 %, for ever]]}";
    return problems_of_table(
        fmt::format("equipment:\n  old: {{{}{}}}\n  new: {{{}{}}}\n", first, curve, second, curve));
  };
  EXPECT_EQ(tables("racks: [1-4], ", "racks: [5-8], "), "");
  EXPECT_EQ(tables("racks: [1-4], ", ""), "");
  const std::string both = tables("racks: [1-4], ", "racks: [7, 3-6], ");
  EXPECT_NE(both.find("table.yaml:3:20: equipment.new.racks[1]: racks that have the table old already, got 3-4"),
            std::string::npos)
      << both;
  const std::string neither = tables("", "");
  EXPECT_NE(neither.find("racks that have the table old already, got all that no table names"), std::string::npos)
      << neither;
}

TEST(GridEvents, RowsHoldUntilTheNext) {
  const Directory directory;
  const auto events = read_grid_events(directory.write("dips.csv", "time_s,v_pu,f_hz\n0,1,60\n1,0.4,59.9\n1.2,1,60\n"));
  ASSERT_EQ(events.size(), 3u);
  EXPECT_DOUBLE_EQ(events[1].time, 1.0);
  EXPECT_DOUBLE_EQ(events[1].voltage, 0.4);
  EXPECT_DOUBLE_EQ(events[1].frequency, 59.9);
  for (const GridSample& s : read_grid_events(directory.write("dips.csv", "time_s,v_pu\n0,1\n1,0.4\n")))
    EXPECT_TRUE(std::isnan(s.frequency)) << "none was recorded: not that of some grid";
}

TEST(GridEvents, WrongColumnsVoltsAndDisorderAreErrors) {
  EXPECT_NE(problems_of_events("time_s,volts\n0,1\n1,1\n").find("not the columns of recorded dips"), std::string::npos);
  EXPECT_NE(problems_of_events("time_s,v_pu\n0,345000\n1,1\n").find("dips.csv:2:3: out of range"), std::string::npos);
  EXPECT_NE(problems_of_events("time_s,v_pu\n0,1\n2,0.5\n1,1\n").find("dips.csv:4:1: time goes back"),
            std::string::npos);
}

TEST(RideThroughTables, BuiltInOnesAreInOrder) {
  for (const RideThroughTable& table : {itic_table(), large_load_table()})
    for (const RideThroughBand& band : {table.voltage, table.frequency}) {
      for (std::size_t i = 1; i < band.low.size(); ++i) {
        EXPECT_GT(band.low[i].level, band.low[i - 1].level);
        EXPECT_GT(band.low[i].time, band.low[i - 1].time);
      }
      for (std::size_t i = 1; i < band.high.size(); ++i) {
        EXPECT_GT(band.high[i].level, band.high[i - 1].level);
        EXPECT_LT(band.high[i].time, band.high[i - 1].time);
      }
    }
}

}  // namespace
}  // namespace wattloop
