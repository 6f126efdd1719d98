#include "io/civil_time.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace wattloop {
namespace {

constexpr std::int64_t days_per_era = 146097;   // days in 400 years, after which the Gregorian calendar repeats
constexpr std::int64_t days_to_epoch = 719468;  // days from 0000-03-01 to 1970-01-01

/// Days from 1 March to the first day of the month, counted from March = 0: 30.6 days a month, rounded.
constexpr std::int64_t days_before_month(std::int64_t months_from_march) {
  return (153 * months_from_march + 2) / 5;
}

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Reads a text from its beginning; every function takes what it names and says whether it was there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool digits(std::size_t count, int& value) {
    if (rest_.size() < count) return false;
    int sum = 0;
    for (const char c : rest_.substr(0, count)) {
      if (!is_digit(c)) return false;
      sum = 10 * sum + (c - '0');
    }
    rest_.remove_prefix(count);
    value = sum;
    return true;
  }

  /// The digits behind a decimal point, at least one.
  bool fraction(double& value) {
    if (!starts_with_digit()) return false;
    double scale = 1.0;
    double sum = 0.0;
    for (; starts_with_digit(); rest_.remove_prefix(1)) {
      sum = 10.0 * sum + (rest_.front() - '0');
      scale *= 10.0;
    }
    value = sum / scale;
    return std::isfinite(value);
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool starts_with_digit() const { return !rest_.empty() && is_digit(rest_.front()); }

  std::string_view rest_;
};

bool scan_date(Scanner& scan, CivilDate& date) {
  return scan.digits(4, date.year) && scan.take('-') && scan.digits(2, date.month) && scan.take('-') &&
         scan.digits(2, date.day) && is_valid(date);
}

bool scan_time_of_day(Scanner& scan, double& seconds) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  double fraction = 0.0;
  if (!scan.digits(2, hour) || !scan.take(':') || !scan.digits(2, minute)) return false;
  if (scan.take(':')) {
    if (!scan.digits(2, second)) return false;
    if (scan.take('.') && !scan.fraction(fraction)) return false;
  }
  seconds = 3600.0 * hour + 60.0 * minute + second + fraction;
  return hour <= 24 && minute <= 59 && second <= 59 && seconds <= seconds_per_day;
}

bool scan_offset(Scanner& scan, double& offset) {
  if (scan.take('Z')) {
    offset = 0.0;
    return true;
  }
  const double sign = scan.take('-') ? -1.0 : 1.0;
  if (sign > 0.0 && !scan.take('+')) return false;
  int hour = 0;
  int minute = 0;
  if (!scan.digits(2, hour)) return false;
  const bool colon = scan.take(':');
  if ((colon || !scan.at_end()) && !scan.digits(2, minute)) return false;
  offset = sign * (3600.0 * hour + 60.0 * minute);
  return hour <= 23 && minute <= 59;
}

}  // namespace

bool is_leap_year(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

bool is_valid(const CivilDate& date) {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

// Years are counted from 1 March: the leap day is then the last of its year and the lengths of months follow one rule.
std::int64_t days_from_civil(const CivilDate& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - 400 * era;
  const std::int64_t day_of_year = days_before_month((date.month + 9) % 12) + date.day - 1;
  return era * days_per_era + 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year - days_to_epoch;
}

CivilDate civil_from_days(std::int64_t days) {
  const std::int64_t since_march = days + days_to_epoch;
  const std::int64_t era = floor_divide(since_march, days_per_era);
  const std::int64_t day_of_era = since_march - era * days_per_era;
  // Take the leap days of the 4 years (1460 days), centuries (36524) and the era (146096) out before dividing.
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (days_per_era - 1)) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t months_from_march = (5 * day_of_year + 2) / 153;
  const auto month = static_cast<int>(months_from_march < 10 ? months_from_march + 3 : months_from_march - 9);
  const auto day = static_cast<int>(day_of_year - days_before_month(months_from_march) + 1);
  return {static_cast<int>(year_of_era + 400 * era) + (month <= 2 ? 1 : 0), month, day};
}

int day_of_year(const CivilDate& date) {
  return static_cast<int>(days_from_civil(date) - days_from_civil({date.year, 1, 1})) + 1;
}

double start_of_day(const CivilDate& date, double utc_offset) {
  return seconds_per_day * static_cast<double>(days_from_civil(date)) - utc_offset;
}

CivilDate date_at(double t, double utc_offset) {
  return civil_from_days(static_cast<std::int64_t>(std::floor((t + utc_offset) / seconds_per_day)));
}

std::optional<double> parse_time(std::string_view text, double utc_offset) {
  Scanner scan(text);
  CivilDate date;
  double seconds = 0.0;
  if (!scan_date(scan, date)) return std::nullopt;
  if (!scan.at_end()) {
    if (!scan.take('T') && !scan.take(' ')) return std::nullopt;
    if (!scan_time_of_day(scan, seconds)) return std::nullopt;
    if (!scan.at_end() && !scan_offset(scan, utc_offset)) return std::nullopt;
  }
  if (!scan.at_end()) return std::nullopt;
  return start_of_day(date, utc_offset) + seconds;
}

std::string format_time(double t, double utc_offset) {
  const double local = std::round(t) + utc_offset;
  const CivilDate date = date_at(local, 0.0);
  const auto seconds = static_cast<int>(local - start_of_day(date, 0.0));
  const auto offset = static_cast<int>(std::abs(utc_offset));
  const std::string zone =
      offset == 0 ? "Z" : fmt::format("{}{:02}:{:02}", utc_offset < 0.0 ? '-' : '+', offset / 3600, offset / 60 % 60);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", date.year, date.month, date.day, seconds / 3600,
                     seconds / 60 % 60, seconds % 60, zone);
}

}  // namespace wattloop
