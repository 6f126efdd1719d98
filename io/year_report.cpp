#include "io/year_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/civil_time.h"
#include "io/units.h"

namespace wattloop {

namespace {

void add(PeriodTotals& period, double h, const SiteTotals& before, const SiteTotals& now) {
  period.hours += h / seconds_per_hour;
  period.it += 0.5 * h * (before.P_it + now.P_it);
  period.grid += 0.5 * h * (before.P_grid + now.P_grid);
  period.water += 0.5 * h * (before.m_make_up + now.m_make_up);
  period.T_db_sum += 0.5 * h / seconds_per_hour * (before.T_db + now.T_db);
  period.peak_grid = std::max(period.peak_grid, now.P_grid);
  period.peak_make_up = std::max(period.peak_make_up, now.m_make_up);
  period.T_die_max = std::max(period.T_die_max, now.T_die_max);
}

/// "-" where there is none.
std::string ratio_text(double ratio, int decimals) {
  return std::isfinite(ratio) ? fmt::format("{:.{}f}", ratio, decimals) : "-";
}

std::string month_line(const PeriodTotals& m) {
  return fmt::format("    {:<9}{:>8.1f}{:>11.1f}{:>11.1f}{:>9}{:>8}{:>11.0f}{:>10.1f}{:>10.1f}\n", m.name,
                     without_sign_of_zero(celsius(m.T_db_mean()), 1), m.it / 3.6e12,
                     without_sign_of_zero(m.grid / 3.6e12, 1), ratio_text(m.pue(), 4), ratio_text(m.wue(), 3),
                     m.water / 1000.0, m.peak_grid / 1e6, celsius(m.T_die_max));
}

}  // namespace

double YearReport::exceeded(double HourRecord::*quantity, double share) const {
  std::vector<double> values;
  for (const HourRecord& hour : hours) values.push_back(hour.*quantity);
  const auto at = values.begin() + std::lround(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end(), std::greater<>());
  return *at;
}

std::vector<HourRecord> YearReport::worst(double HourRecord::*quantity, std::size_t count) const {
  std::vector<HourRecord> sorted = hours;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const HourRecord& a, const HourRecord& b) { return a.*quantity > b.*quantity; });
  sorted.resize(std::min(count, sorted.size()));
  return sorted;
}

void YearReporter::add(double t, const SiteTotals& now) {
  const Case& c = twin_.description();
  report_.hours.push_back({t, now.P_it, now.P_grid, now.T_db, now.T_die_max, now.m_make_up});
  if (any_) {
    const double h = t - last_time_;
    const CivilDate date = date_at(c.run.start + last_time_, c.site.utc_offset);
    const std::string name = fmt::format("{:04}-{:02}", date.year, date.month);
    if (report_.months.empty() || report_.months.back().name != name) {
      report_.months.push_back({});
      report_.months.back().name = name;
    }
    wattloop::add(report_.months.back(), h, last_, now);
    wattloop::add(report_.whole, h, last_, now);
    for (const auto& sequence : twin_.network().sequences())
      report_.mode_hours[sequence->label][sequence->state()] += h / seconds_per_hour;
  }
  report_.whole.name = "all";
  last_ = now;
  last_time_ = t;
  any_ = true;
}

std::string to_text(const YearReport& year, const Case& c) {
  constexpr std::size_t most_sequences = 12, worst_hours = 5;
  std::string text = "  by month   T_db C     IT GWh   grid GWh      PUE     WUE   water m3   peak MW   GPU C\n";
  for (const PeriodTotals& month : year.months) text += month_line(month);
  text += month_line(year.whole);
  text += "  hours by mode\n";
  std::size_t shown = 0;
  for (const auto& [sequence, states] : year.mode_hours) {
    if (++shown > most_sequences) break;
    text += fmt::format("    {:<24}", sequence);
    for (const auto& [state, hours] : states) text += fmt::format("  {} {:.0f} h", state, hours);
    text += "\n";
  }
  if (year.mode_hours.size() > most_sequences)
    text += fmt::format("    and {} more\n", year.mode_hours.size() - most_sequences);
  text += "  exceeded in              0 %      1 %      5 %     25 %     50 %     75 %    100 %\n";
  struct Line {
    const char* name;
    double HourRecord::*quantity;
    double scale, offset;
  };
  for (const Line& line :
       {Line{"grid power, MW", &HourRecord::P_grid, 1e-6, 0.0}, Line{"IT power, MW", &HourRecord::P_it, 1e-6, 0.0},
        Line{"outdoor air, degC", &HourRecord::T_db, 1.0, -273.15},
        Line{"hottest GPU, degC", &HourRecord::T_die_max, 1.0, -273.15},
        Line{"make-up, m3/h", &HourRecord::m_make_up, 3.6, 0.0}}) {
    text += fmt::format("    {:<18}", line.name);
    for (double share : {0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 1.0})
      text += fmt::format("{:>9.2f}",
                          without_sign_of_zero(year.exceeded(line.quantity, share) * line.scale + line.offset, 2));
    text += "\n";
  }
  text += "  hours with the hottest GPU    GPU C   air C    grid MW      PUE\n";
  for (const HourRecord& hour : year.worst(&HourRecord::T_die_max, worst_hours))
    text += fmt::format("    {:<26}{:>8.2f}{:>8.1f}{:>11.1f}{:>9}\n",
                        format_time(c.run.start + hour.time, c.site.utc_offset), celsius(hour.T_die_max),
                        celsius(hour.T_db), hour.P_grid / 1e6,
                        ratio_text(hour.P_it > least_it_power ? hour.P_grid / hour.P_it : NAN, 4));
  return text;
}

}  // namespace wattloop
