#include "io/civil_time.h"

#include <gtest/gtest.h>

#include <limits>

namespace wattloop {
namespace {

constexpr double central_standard = -6.0 * seconds_per_hour;

TEST(CivilTime, KnownDays) {
  EXPECT_EQ(days_from_civil({1970, 1, 1}), 0);
  EXPECT_EQ(days_from_civil({1969, 12, 31}), -1);
  EXPECT_EQ(days_from_civil({2000, 1, 1}), 10957);
  EXPECT_EQ(days_from_civil({2000, 3, 1}), 11017);
  EXPECT_EQ(days_from_civil({2038, 1, 19}), 24855);
  // Modified Julian Date 0 is 17 November 1858, and the epoch is MJD 40587.
  EXPECT_EQ(days_from_civil({1858, 11, 17}), -40587);
}

TEST(CivilTime, EveryDayOfEightCenturiesGoesThereAndBack) {
  CivilDate date{1600, 1, 1};
  for (std::int64_t days = days_from_civil(date); date.year < 2400; ++days) {
    ASSERT_EQ(days_from_civil(date), days);
    ASSERT_EQ(civil_from_days(days), date);
    if (date.day < days_in_month(date.year, date.month)) {
      ++date.day;
    } else {
      date = date.month < 12 ? CivilDate{date.year, date.month + 1, 1} : CivilDate{date.year + 1, 1, 1};
    }
  }
}

TEST(CivilTime, LeapYearsAndDayOfYear) {
  EXPECT_TRUE(is_leap_year(2000));
  EXPECT_TRUE(is_leap_year(2028));
  EXPECT_FALSE(is_leap_year(1900));
  EXPECT_FALSE(is_leap_year(2026));
  EXPECT_EQ(day_of_year({2026, 3, 1}), 60);
  EXPECT_EQ(day_of_year({2028, 3, 1}), 61);
  EXPECT_EQ(day_of_year({2028, 12, 31}), 366);
  EXPECT_FALSE(is_valid({2026, 2, 29}));
  EXPECT_TRUE(is_valid({2028, 2, 29}));
  EXPECT_FALSE(is_valid({2026, 13, 1}));
}

TEST(CivilTime, ParsesWithAndWithoutOffset) {
  const double midnight_utc = 1784073600.0;  // 2026-07-15T00:00:00Z
  EXPECT_EQ(parse_time("2026-07-15T00:00Z", central_standard), midnight_utc);
  EXPECT_EQ(parse_time("2026-07-15T00:00", central_standard), midnight_utc + 21600.0);
  EXPECT_EQ(parse_time("2026-07-15T00:00-06:00", 0.0), midnight_utc + 21600.0);
  EXPECT_EQ(parse_time("2026-07-15 00:00:00.25-0600", 0.0), midnight_utc + 21600.25);
  EXPECT_EQ(parse_time("2026-07-15T05:30+05:30", 0.0), midnight_utc);
  EXPECT_EQ(parse_time("2026-07-15T02:00+02", 0.0), midnight_utc);
  EXPECT_EQ(parse_time("2026-07-15", central_standard), midnight_utc + 21600.0);
  EXPECT_EQ(parse_time("2026-07-14T24:00Z", 0.0), midnight_utc);
  EXPECT_EQ(parse_time("1969-12-31T23:59:59Z", 0.0), -1.0);
}

TEST(CivilTime, DaylightClockIsOneHourAhead) {
  const double standard = *parse_time("2026-07-15T12:00", clock_offset(central_standard, Clock::standard));
  const double daylight = *parse_time("2026-07-15T12:00", clock_offset(central_standard, Clock::daylight));
  EXPECT_EQ(standard - daylight, 3600.0);
  // A written offset wins over what the source states.
  EXPECT_EQ(*parse_time("2026-07-15T12:00-06:00", clock_offset(central_standard, Clock::daylight)), standard);
}

TEST(CivilTime, RejectsWhatIsNotATime) {
  for (const char* text : {"",
                           "2026",
                           "2026-07",
                           "2026-7-15",
                           "2026-02-29",
                           "2026-13-01",
                           "2026-07-32",
                           "2026-07-15T",
                           "2026-07-15T6:00",
                           "2026-07-15T25:00",
                           "2026-07-15T24:01",
                           "2026-07-15T12:60",
                           "2026-07-15T12:00:60",
                           "2026-07-15T12:00:00.",
                           "2026-07-15T12:00X",
                           "2026-07-15T12:00Z ",
                           "2026-07-15T12:00-06:",
                           "2026-07-15T12:00-24:00",
                           "2026-07-15Z",
                           " 2026-07-15",
                           "+026-07-15",
                           "nan"}) {
    EXPECT_FALSE(parse_time(text, 0.0).has_value()) << text;
  }
}

TEST(CivilTime, FormatsAndReadsBack) {
  const double t = *parse_time("2028-02-29T23:59:59-06:00", 0.0);
  EXPECT_EQ(format_time(t), "2028-03-01T05:59:59Z");
  EXPECT_EQ(format_time(t, central_standard), "2028-02-29T23:59:59-06:00");
  EXPECT_EQ(format_time(t + 0.6, central_standard), "2028-03-01T00:00:00-06:00");
  EXPECT_EQ(format_time(0.0, 5.5 * seconds_per_hour), "1970-01-01T05:30:00+05:30");
  EXPECT_EQ(format_time(-1.0), "1969-12-31T23:59:59Z");
  EXPECT_EQ(parse_time(format_time(t, central_standard), 0.0), t);
}

TEST(CivilTime, DateShownByAClock) {
  const double t = *parse_time("2026-07-15T03:00Z", 0.0);
  EXPECT_EQ(date_at(t, 0.0), (CivilDate{2026, 7, 15}));
  EXPECT_EQ(date_at(t, central_standard), (CivilDate{2026, 7, 14}));
  EXPECT_EQ(start_of_day({2026, 7, 15}, central_standard), t + 3.0 * seconds_per_hour);
}

}  // namespace
}  // namespace wattloop
