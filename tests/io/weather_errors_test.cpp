// What is wrong with weather files, all at once.

#include <gtest/gtest.h>

#include <utility>

#include "io/errors.h"
#include "tests/io/weather_files.h"

namespace wattloop {
namespace {

/// "line:column: what" of every problem a file has.
std::vector<std::string> problems_of(const std::string& path) {
  std::vector<std::string> found;
  try {
    read_weather_file(path, childress);
  } catch (const InputError& error) {
    for (const InputProblem& p : error.problems()) {
      EXPECT_EQ(p.file, path);
      found.push_back(std::to_string(p.line) + ":" + std::to_string(p.column) + ": " + p.what);
    }
  }
  return found;
}

TEST(WeatherErrors, AllOfATypicalYearAtOnce) {
  Lines lines = tmy3_lines();
  lines[10] = "01/01/1991,09:00,nan,-4.0,943";
  lines[20] = "01/01/1991,19:00,0.1,-4.0";
  lines[30] = "01/02/1991,05:00,99.0,-4.0,9430";
  lines[40] = "01/02/1991,15:00,0.1,5.0,943";
  lines[50] = "02/29/1991,01:00,0.1,-4.0,943";
  lines[60] = "01/03/1991,11:00,-9900,-4.0,943";
  lines[70] = lines[69];
  lines.erase(lines.begin() + 100, lines.begin() + 103);
  lines.resize(8000);
  EXPECT_EQ(problems_of(write_file("bad.tmy3", lines)),
            (std::vector<std::string>{
                "11:18: dry bulb is not a finite number", "21:1: row of another length", "31:18: dry bulb out of range",
                "31:28: pressure out of range", "41:22: dew point above dry bulb", "51:1: not a time of a typical year",
                "61:18: missing dry bulb", "71:1: duplicate time", "72:1: gap of 1 hours before this row",
                "101:1: gap of 3 hours before this row", "8000:0: the year ends early"}));
}

TEST(WeatherErrors, Epw) {
  Lines lines = epw_lines();
  lines[8] = "1991,1,1,1,60,flags,99.9,99.9,50,999999,0";
  lines[9] = "1991,1,1,2,60,flags,1.0";
  lines[10] = "1991,1,1,25,60,flags,0.003,-4.0,50,89800,0";
  std::swap(lines[20], lines[21]);
  EXPECT_EQ(problems_of(write_file("bad.epw", lines)),
            (std::vector<std::string>{"9:21: missing dry bulb", "9:26: missing dew point", "9:34: missing pressure",
                                      "10:1: row cut short", "11:6: not a time of a typical year",
                                      "21:6: gap of 1 hours before this row", "22:6: time goes back",
                                      "23:6: gap of 1 hours before this row"}));
  lines = epw_lines();
  lines[7] = "DATA PERIODS,1,4,Data,Sunday, 1/ 1,12/31";
  EXPECT_EQ(problems_of(write_file("bad.epw", lines)), (Lines{"8:1: not one period of hourly data"}));
  lines.resize(3);
  EXPECT_EQ(problems_of(write_file("bad.epw", lines)), (Lines{"1:1: no line \"DATA PERIODS\""}));
}

TEST(WeatherErrors, CsvRows) {
  const Lines lines = {"time,T_db [degC],T_dp [degC],p [kPa]",
                       "2026-07-15T00:00,30,10,94.5",
                       "2026-07-15T01:00,inf,10,94.5",
                       "2026-07-15T01:00,30,10,94.5",
                       "2026-07-15T00:30,30,,94.5",
                       "2026-02-30T00:30,30,10,94.5",
                       "2026-07-15T02:00,30,10",
                       "2026-07-15T09:00,30,10,94500",
                       "2026-07-15T10:00,3O,31,94.5"};
  EXPECT_EQ(
      problems_of(write_file("bad.csv", lines)),
      (Lines{"3:18: dry bulb is not a finite number", "4:1: duplicate time", "5:21: missing dew point",
             "5:1: time goes back", "6:1: not a time", "7:1: row of another length", "8:24: pressure out of range",
             "8:1: gap of 8.5 h before this row", "9:18: dry bulb is not a finite number"}));
}

TEST(WeatherErrors, CsvHeader) {
  EXPECT_EQ(problems_of(write_file("bad.csv", {"time,T_db,T_dp [Pa],T_db [degC],wind [m/s]"})),
            (Lines{"1:6: no unit of dry bulb in the header", "1:11: no unit of dew point in the header",
                   "1:33: unknown column"}));
  EXPECT_EQ(problems_of(write_file("bad.csv", {"time,T_db [degC],T_db [degC]"})), (Lines{"1:18: duplicate column"}));
  EXPECT_EQ(problems_of(write_file("bad.csv", {"# nothing", "time,T_db [degC]"})),
            (Lines{"2:1: not the header of a weather file"}));
  EXPECT_EQ(problems_of(write_file("bad.csv", {"time;T_db [degC];T_dp [degC]", "2026-07-15T00:00;30;10"})),
            (Lines{"1:5: another separator of columns"}));
  EXPECT_EQ(problems_of(write_file("bad.csv", {"time,T_db [degC],T_dp [degC]"})),
            (Lines{"1:1: no rows below the header"}));
}

TEST(WeatherErrors, FilesThatAreNone) {
  const std::string missing = ::testing::TempDir() + "wattloop_no_such_file.epw";
  EXPECT_EQ(problems_of(missing), (Lines{"0:0: no such file"}));
  EXPECT_THROW(make_weather(missing, childress), InputError);
  EXPECT_EQ(problems_of(::testing::TempDir()), (Lines{"0:0: cannot be read"}));
  EXPECT_EQ(problems_of(write_file("empty.csv", {"", "  "})), (Lines{"0:0: file is empty"}));

  std::string noise;
  for (unsigned i = 0; i < 4096; ++i) noise += static_cast<char>((i * i * 2654435761u) >> 13);
  EXPECT_FALSE(problems_of(write_file("noise.csv", {noise})).empty());
}

TEST(WeatherErrors, ManyProblemsAreCounted) {
  Lines lines = tmy3_lines();
  for (std::size_t i = 2; i < lines.size(); ++i) lines[i] += ",one more";
  const std::vector<std::string> found = problems_of(write_file("bad.tmy3", lines));
  ASSERT_EQ(found.size(), 101u);
  EXPECT_EQ(found.back(), "0:0: 8660 further problems");
}

TEST(WeatherErrors, MessageNamesPlaceAndWhatIsAllowed) {
  const std::string path =
      write_file("bad.csv", {"time,T_db [degC],T_dp [degC]", "2026-07-15T00:00,95,10", "2026-07-15T01:00,30,10"});
  try {
    read_weather_file(path, childress);
    FAIL() << "95 degC passed";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()), path + ":2:18: dry bulb out of range, got \"95\", allowed -70 to 60 degC");
  }
}

}  // namespace
}  // namespace wattloop
