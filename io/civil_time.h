#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The one rule for time: inside, a time is a number of seconds since 1970-01-01T00:00:00Z (UTC, proleptic Gregorian
/// calendar, no leap seconds). Civil dates and clocks exist at the borders of the program only. A site has a fixed
/// offset of its standard time from UTC; there is no table of time zones and no date at which clocks change by
/// themselves: whoever gives a time in daylight-saving time says so.
namespace wattloop {

inline constexpr double seconds_per_hour = 3600.0;  // s
inline constexpr double seconds_per_day = 86400.0;  // s

/// What the clock of a source shows: standard time, or daylight-saving time, which is one hour ahead of it.
enum class Clock { standard, daylight };

/// Offset from UTC [s, positive east of Greenwich] of a clock at a site whose standard time has `standard_offset` [s].
inline double clock_offset(double standard_offset, Clock clock) {
  return standard_offset + (clock == Clock::daylight ? seconds_per_hour : 0.0);
}

/// A day of the proleptic Gregorian calendar (ISO 8601:2004; the year 0 is 1 BC).
struct CivilDate {
  int year = 1970;
  int month = 1;  ///< 1..12
  int day = 1;    ///< 1..31
  bool operator==(const CivilDate&) const = default;
};

/// Every fourth year, but of the full centuries every fourth only (Gregorian calendar, 1582).
bool is_leap_year(int year);

/// Number of days of a month 1..12.
int days_in_month(int year, int month);

/// Does the date exist in the calendar?
bool is_valid(const CivilDate& date);

/// Days from 1970-01-01 to the date, negative before it. The date must be valid.
std::int64_t days_from_civil(const CivilDate& date);

/// Inverse of days_from_civil.
CivilDate civil_from_days(std::int64_t days);

/// Day of the year, 1 on 1 January, 365 or 366 on 31 December.
int day_of_year(const CivilDate& date);

/// Time [s] at which the date begins by a clock `utc_offset` [s] ahead of UTC.
double start_of_day(const CivilDate& date, double utc_offset);

/// The date a clock `utc_offset` [s] ahead of UTC shows at `t` [s].
CivilDate date_at(double t, double utc_offset);

/// Reads an ISO 8601 time: "2026-07-15", "2026-07-15T06:00", "2026-07-15 06:00:30.5", each with "Z", "-06:00", "-0600"
/// or "-06" behind it if it has a time of day; "T24:00" is the end of the day. Without such an offset the time is read
/// by a clock `utc_offset` [s] ahead of UTC. Nothing if the text is not such a time or the time does not exist.
std::optional<double> parse_time(std::string_view text, double utc_offset);

/// "2026-07-15T06:00:00-06:00" by a clock `utc_offset` [s, whole minutes] ahead of UTC, "Z" for UTC itself; rounded to
/// whole seconds.
std::string format_time(double t, double utc_offset = 0.0);

}  // namespace wattloop
