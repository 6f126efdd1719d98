#include "io/weather.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <limits>

#include "io/errors.h"
#include "io/waves.h"
#include "models/moist_air.h"
#include "tests/io/weather_files.h"
#include "tests/support/data.h"

namespace wattloop {
namespace {

constexpr double zero_celsius = 273.15;  // K

double celsius(double T) {
  return T - zero_celsius;
}

/// The hourly points of a year of three temperatures [degC] in falling order.
struct Distribution {
  std::vector<double> dry_bulb, wet_bulb;
  std::vector<std::pair<double, double>> hours;  // dry bulb, wet bulb

  explicit Distribution(const Weather& weather) {
    const double start = start_of_day({2026, 1, 1}, weather.utc_offset());
    for (int hour = 0; hour < 8760; ++hour) {
      const WeatherSample air = weather.at(start + seconds_per_hour * hour);
      hours.emplace_back(celsius(air.T_db), celsius(wattloop::wet_bulb(air.T_db, air.W, air.p)));
      dry_bulb.push_back(hours.back().first);
      wet_bulb.push_back(hours.back().second);
    }
    std::sort(dry_bulb.begin(), dry_bulb.end(), std::greater<>());
    std::sort(wet_bulb.begin(), wet_bulb.end(), std::greater<>());
  }

  /// The value exceeded in a fraction of the hours.
  static double exceeded(const std::vector<double>& values, double fraction) {
    return values[static_cast<std::size_t>(fraction * static_cast<double>(values.size()))];
  }

  /// Mean wet bulb of the hours within 0.5 K of a dry bulb.
  double coincident(double T) const {
    double sum = 0.0;
    int count = 0;
    for (const auto& [T_db, T_wb] : hours) {
      if (std::abs(T_db - T) > 0.5) continue;
      sum += T_wb;
      ++count;
    }
    return sum / count;
  }

  /// The dry-bulb figures of Childress's typical year (TMY3 station 723604), each within 0.1 K.
  void expect_childress_dry_bulb() const {
    EXPECT_NEAR(exceeded(dry_bulb, 0.004), 37.2, 0.1);
    EXPECT_NEAR(exceeded(dry_bulb, 0.01), 36.1, 0.1);
    EXPECT_NEAR(exceeded(dry_bulb, 0.02), 35.0, 0.1);
    EXPECT_NEAR(exceeded(dry_bulb, 0.996), -7.8, 0.1);
    EXPECT_NEAR(dry_bulb.front(), 40.0, 1e-9);
    EXPECT_NEAR(dry_bulb.back(), -15.0, 1e-9);
    EXPECT_EQ(std::count_if(dry_bulb.begin(), dry_bulb.end(), [](double T) { return T < -1e-9; }), 444);
  }

  void expect_childress_wet_bulb() const {
    EXPECT_NEAR(exceeded(wet_bulb, 0.004), 24.0, 0.1);
    EXPECT_NEAR(exceeded(wet_bulb, 0.01), 23.5, 0.1);
    EXPECT_NEAR(exceeded(wet_bulb, 0.02), 23.0, 0.1);
  }
};

TEST(WeatherOnRealData, ChildressTmy3) {
  const std::string path = WATTLOOP_DATA_DIR "/childress_tx.tmy3";
  REQUIRE_DATA(path);
  const Weather weather = read_weather_file(path, childress);
  const Distribution year(weather);
  year.expect_childress_dry_bulb();
  year.expect_childress_wet_bulb();
  EXPECT_NEAR(year.coincident(37.2), 22.0, 0.1);
  EXPECT_NEAR(year.coincident(36.1), 21.4, 0.1);
  EXPECT_NEAR(year.coincident(35.0), 21.7, 0.1);

  // Rows of the file: 01/01/1999 01:00 is 2.0/-4.0 degC at 943 mbar; the high is on 06/03 14:00, the low on 01/09
  // 08:00.
  const WeatherSample first = weather.at(utc("2026-01-01T01:00"));
  EXPECT_NEAR(celsius(first.T_db), 2.0, 1e-9);
  EXPECT_NEAR(celsius(first.T_dp), -4.0, 1e-9);
  EXPECT_NEAR(first.p, 94300.0, 1e-6);
  EXPECT_NEAR(celsius(weather.at(utc("2026-06-03T14:00")).T_db), 40.0, 1e-9);
  EXPECT_NEAR(celsius(weather.at(utc("2027-01-09T08:00")).T_db), -15.0, 1e-9);
  EXPECT_EQ(weather.hottest_day(2026), utc("2026-06-03"));
  EXPECT_EQ(weather.coldest_day(2028), utc("2028-01-09"));
  EXPECT_NE(weather.description().find("CHILDRESS MUNICIPAL AP, TX (723604)"), std::string::npos);
}

TEST(WeatherOnRealData, AmarilloEpw) {
  const std::string path = WATTLOOP_DATA_DIR "/amarillo_tx.epw";
  REQUIRE_DATA(path);
  const Weather weather = make_weather(path, childress);
  const WeatherSample first = weather.at(utc("2026-01-01T01:00"));  // 2.9, -6.6, 50 %, 89800 Pa
  EXPECT_NEAR(celsius(first.T_db), 2.9, 1e-9);
  EXPECT_NEAR(celsius(first.T_dp), -6.6, 1e-9);
  EXPECT_NEAR(first.p, 89800.0, 1e-6);
  const WeatherSample hot =
      weather.at(utc("2026-07-15T15:00"));  // 31.1, 13.3, 34 %: the column of humidity is not read
  EXPECT_NEAR(relative_humidity(hot.T_db, hot.W, hot.p), 0.34, 0.005);
  const Distribution year(weather);
  EXPECT_NEAR(year.dry_bulb.front(), 37.8, 1e-9);
  EXPECT_NEAR(year.dry_bulb.back(), -13.9, 1e-9);
}

TEST(Weather, TypicalYearTakesHoursEndingAtTheirStamp) {
  const Weather weather = read_weather_file(write_file("year.csv", tmy3_lines()), childress);
  EXPECT_NEAR(celsius(weather.at(utc("2026-01-01T01:00")).T_db), 0.001, 1e-9);
  EXPECT_NEAR(celsius(weather.at(utc("2026-12-31T23:00")).T_db), 8.759, 1e-9);
  // 31 December, 24:00 is the new year's midnight, in every year.
  EXPECT_NEAR(celsius(weather.at(utc("2026-12-31T24:00")).T_db), 8.760, 1e-9);
  EXPECT_NEAR(celsius(weather.at(utc("1969-01-01T00:00")).T_db), 8.760, 1e-9);
  EXPECT_NE(weather.description().find("SOME, PLACE"), std::string::npos);
}

TEST(Weather, TypicalYearInALeapYear) {
  const Weather weather = read_weather_file(write_file("year.csv", tmy3_lines()), childress);
  const auto T = [&](const char* text) { return weather.at(utc(text)).T_db; };
  for (const char* time : {"T00:00", "T01:00", "T13:30", "T23:00"}) {
    const std::string tail = time;
    EXPECT_EQ(T(("2028-02-29" + tail).c_str()), T(("2028-02-28" + tail).c_str())) << time;
    EXPECT_EQ(T(("2028-03-02" + tail).c_str()), T(("2027-03-02" + tail).c_str())) << time;
    EXPECT_EQ(T(("2028-12-31" + tail).c_str()), T(("2027-12-31" + tail).c_str())) << time;
  }
  // Continuous through the repeated day: at each midnight the two sides agree.
  for (const char* midnight : {"2028-02-29", "2028-03-01", "2028-12-31", "2029-01-01"}) {
    const double t = utc(midnight);
    EXPECT_NEAR(weather.at(t - 1e-3).T_db, weather.at(t).T_db, 1e-5) << midnight;
  }
}

TEST(Weather, InterpolationIsLinearBetweenKnots) {
  const Weather weather = read_weather_file(write_file("year.epw", epw_lines()), childress);
  const double t = utc("2026-07-15T10:00");
  const double a = weather.at(t).T_db;
  const double b = weather.at(t + 3600.0).T_db;
  EXPECT_NEAR(b - a, 0.001, 1e-9);
  EXPECT_NEAR(weather.at(t + 900.0).T_db, 0.75 * a + 0.25 * b, 1e-10);
  EXPECT_EQ(weather.next_knot(t), t + 3600.0);
  EXPECT_EQ(weather.next_knot(t - 1.0), t);
  EXPECT_EQ(weather.knots(t, t + 3.0 * 3600.0), (std::vector<double>{t + 3600.0, t + 7200.0}));
  EXPECT_EQ(weather.at(t).W, humidity_ratio_from_dew_point(weather.at(t).T_dp, weather.at(t).p));
  EXPECT_NE(weather.description().find("the file states UTC-07:00"), std::string::npos);
}

TEST(Weather, CsvReadsUnitsAndClocks) {
  const Lines lines = {"# measured on the roof", "time, T_db [degF] ,T_dp [degC],p [hPa]",
                       "2026-07-15T12:00,95,10.0,945", "2026-07-15T13:00,104,12.0,944",
                       "2026-07-15T13:30-06:00,104,12.0,944"};
  const std::string path = write_file("roof.csv", lines);
  const Weather standard = read_weather_file(path, childress);
  const double noon = utc("2026-07-15T12:00");
  EXPECT_NEAR(celsius(standard.at(noon).T_db), 35.0, 1e-9);
  EXPECT_NEAR(standard.at(noon).p, 94500.0, 1e-6);
  EXPECT_NEAR(celsius(standard.at(noon + 1800.0).T_db), 37.5, 1e-9);
  EXPECT_NEAR(celsius(standard.at(noon + 1800.0).T_dp), 11.0, 1e-9);
  EXPECT_EQ(standard.next_knot(noon), noon + 3600.0);
  EXPECT_EQ(standard.next_knot(noon + 5400.0), std::numeric_limits<double>::infinity());
  EXPECT_EQ(standard.t_first(), noon);
  EXPECT_EQ(standard.t_last(), noon + 5400.0);
  EXPECT_NO_THROW(standard.require(noon, noon + 5400.0));
  EXPECT_THROW(standard.require(noon - 1.0, noon), InputError);
  EXPECT_THROW(standard.hottest_day(2026), std::runtime_error);

  const Weather daylight = read_weather_file(path, childress, Clock::daylight);
  EXPECT_EQ(daylight.t_first(), noon - 3600.0);
  EXPECT_EQ(daylight.t_last(), noon + 5400.0);
}

TEST(Weather, CsvWithRelativeHumidityAndWithoutPressure) {
  const Weather weather = read_weather_file(
      write_file("rh.csv", {"time,T_db [degC],RH [%]", "2026-07-15T12:00,35,30", "2026-07-15T13:00,20,100"}),
      childress);
  const WeatherSample air = weather.at(utc("2026-07-15T12:00"));
  EXPECT_EQ(air.p, standard_pressure(595.0));
  EXPECT_NEAR(relative_humidity(air.T_db, air.W, air.p), 0.30, 1e-6);
  const WeatherSample fog = weather.at(utc("2026-07-15T13:00"));
  EXPECT_NEAR(fog.T_dp, fog.T_db, 1e-6);
}

TEST(Weather, CsvFindsItsHottestWholeDay) {
  Lines lines = {"time,T_db [degC],T_dp [degC]"};
  for (int hour = -12; hour <= 60; ++hour) {
    const double T = hour < 0 ? 45.0 : (hour == 30 ? 40.0 : (hour == 20 ? 5.0 : 30.0));
    lines.push_back(format_time(utc("2026-07-15") + 3600.0 * hour) + "," + std::to_string(T) + ",1");
  }
  const Weather weather = read_weather_file(write_file("days.csv", lines), childress);
  EXPECT_EQ(weather.hottest_day(2026), utc("2026-07-16"));
  EXPECT_EQ(weather.coldest_day(2026), utc("2026-07-15"));
}

TEST(Weather, DesignDayAndRecordDay) {
  const Weather design = make_weather("design_day", childress);
  const WeatherSample hot = design.at(utc("2026-07-15T16:00"));
  EXPECT_NEAR(celsius(hot.T_db), 37.2, 1e-9);
  EXPECT_NEAR(celsius(wet_bulb(hot.T_db, hot.W, hot.p)), 22.0, 1e-6);
  EXPECT_NEAR(celsius(design.at(utc("2026-07-15T04:00")).T_db), 26.2, 1e-9);
  EXPECT_NEAR(celsius(design.at(utc("2026-07-15T10:00")).T_db), 31.7, 1e-9);
  EXPECT_EQ(design.at(utc("2026-07-15T04:00")).W, hot.W);
  EXPECT_EQ(design.next_knot(0.0), std::numeric_limits<double>::infinity());
  EXPECT_EQ(design.at(utc("2026-07-15T07:00")).T_db, design.at(utc("2027-01-01T07:00")).T_db);

  const Weather record = make_weather("record_day", {-21600.0, 595.0, 94500.0});
  EXPECT_NEAR(celsius(record.at(utc("2011-06-26T16:00")).T_db), 47.2, 1e-9);
  EXPECT_NEAR(celsius(record.at(utc("2011-06-26T04:00")).T_db), 29.4, 1e-9);
  EXPECT_NEAR(celsius(record.at(utc("2011-06-26T09:00")).T_dp), 7.5, 1e-9);
  EXPECT_EQ(record.at(0.0).p, 94500.0);
}

TEST(Weather, ConstantAndImpossibleDays) {
  const Weather weather = constant_weather(300.0, 280.0, childress);
  for (const double t : {-1e9, 0.0, 12345.6, 2e9}) EXPECT_EQ(weather.at(t).T_db, 300.0);
  EXPECT_THROW(constant_weather(300.0, 300.1, childress), std::runtime_error);
  EXPECT_THROW(daily_sine_weather({300.0, 301.0, 280.0, 1e5}, childress, "upside down"), std::runtime_error);
  EXPECT_THROW(daily_sine_weather({300.0, NAN, 280.0, 1e5}, childress, "no number"), std::runtime_error);
  EXPECT_THROW(Weather(TypicalYear{}, 0.0, ""), std::runtime_error);
  EXPECT_THROW(Weather(WeatherSeries{}, 0.0, ""), std::runtime_error);
}

TEST(Weather, SyntheticYearHasChildressPercentiles) {
  for (const std::uint64_t seed : {1u, 2u, 42u}) {
    const Weather weather = synthetic_year(childress, seed);
    const Distribution year(weather);
    year.expect_childress_dry_bulb();
    year.expect_childress_wet_bulb();
    // The coincident wet bulb is not imposed; it must be of the right size for the coolers' pads.
    EXPECT_NEAR(year.coincident(36.1), 21.4, 1.5);
    for (const auto& [T_db, T_wb] : year.hours) ASSERT_LE(T_wb, T_db + 1e-9);
    const CivilDate hottest = date_at(weather.hottest_day(2026), childress.utc_offset);
    const CivilDate coldest = date_at(weather.coldest_day(2026), childress.utc_offset);
    EXPECT_TRUE(hottest.month >= 5 && hottest.month <= 9) << hottest.month;
    EXPECT_TRUE(coldest.month <= 3 || coldest.month >= 11) << coldest.month;
  }
}

TEST(Weather, SyntheticYearIsAFunctionOfItsSeed) {
  const Weather a = make_weather("synthetic_year", childress, Clock::standard, 7);
  const Weather b = synthetic_year(childress, 7);
  const Weather c = synthetic_year(childress, 8);
  const double t = utc("2026-07-15T10:20");
  EXPECT_EQ(a.at(t).T_db, b.at(t).T_db);
  EXPECT_EQ(a.at(t).W, b.at(t).W);
  EXPECT_NE(a.at(t).T_db, c.at(t).T_db);
  // Smooth enough to be weather: no hour jumps, at the end of the year neither.
  const double start = utc("2026-01-01");
  for (int hour = 0; hour < 8761; ++hour) {
    const double step = a.at(start + 3600.0 * (hour + 1)).T_db - a.at(start + 3600.0 * hour).T_db;
    ASSERT_LT(std::abs(step), 4.0) << hour;
  }
}

TEST(Weather, CosineOfTurns) {
  for (double x = -3.0; x < 3.0; x += 0.0137) EXPECT_NEAR(cosine_of_turns(x), std::cos(2.0 * M_PI * x), 4e-15) << x;
  EXPECT_EQ(cosine_of_turns(0.0), 1.0);
}

}  // namespace
}  // namespace wattloop
