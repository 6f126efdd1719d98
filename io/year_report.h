#pragma once
// What a long run comes to: by month, by hours in each mode, as load duration.

#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/civil_time.h"
#include "io/recorder.h"
#include "io/twin.h"

namespace wattloop {

/// Sums and extremes of a month, or of the whole run.
struct PeriodTotals {
  std::string name;             ///< "2026-07"
  double hours = 0.0;           // h
  double it = 0.0, grid = 0.0;  // J
  double water = 0.0;           // kg
  double peak_grid = 0.0;       // W
  double peak_make_up = 0.0;    // kg/s
  double T_db_sum = 0.0;        // K h
  double T_die_max = 0.0;       // K

  void archive(Archive& archive) {
    archive(name, hours, it, grid, water, peak_grid, peak_make_up, T_db_sum, T_die_max);
  }

  /// Not a number where there was no IT power.
  double pue() const { return has_it() ? grid / it : std::numeric_limits<double>::quiet_NaN(); }
  double wue() const { return has_it() ? water / (it / 3.6e6) : std::numeric_limits<double>::quiet_NaN(); }  ///< L/kWh
  bool has_it() const { return it > least_it_power * hours * seconds_per_hour; }
  double T_db_mean() const { return T_db_sum / hours; }
};

/// One record of a run, kept for durations and for the worst hours.
struct HourRecord {
  double time;  ///< s from the start
  double P_it, P_grid, T_db, T_die_max, m_make_up;
};

struct YearReport {
  std::vector<PeriodTotals> months;
  PeriodTotals whole;
  std::map<std::string, std::map<std::string, double>> mode_hours;  ///< sequence -> state -> h
  std::vector<HourRecord> hours;                                    ///< in order of time

  bool empty() const { return hours.empty(); }
  /// The value that `quantity` exceeds in a share of the records, 0..1: 0 is its maximum, 1 its minimum.
  double exceeded(double HourRecord::*quantity, double share) const;
  /// The `count` records with the highest `quantity`, highest first.
  std::vector<HourRecord> worst(double HourRecord::*quantity, std::size_t count) const;
};

/// Gathers a YearReport from the records of a run; each stands for the time since the one before.
class YearReporter {
 public:
  explicit YearReporter(Twin& twin) : twin_(twin) {}
  void add(double t, const SiteTotals& totals);
  const YearReport& report() const { return report_; }
  std::size_t records() const { return report_.hours.size(); }
  void archive(Archive& archive) {
    archive(report_.months, report_.whole, report_.mode_hours, report_.hours, last_, last_time_, any_);
  }

 private:
  Twin& twin_;
  YearReport report_;
  SiteTotals last_;
  double last_time_ = 0.0;
  bool any_ = false;
};

/// Months, modes, durations and worst hours for people.
std::string to_text(const YearReport& year, const Case& description);

}  // namespace wattloop
