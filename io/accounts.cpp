#include "io/accounts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "io/civil_time.h"

namespace wattloop {

namespace {

constexpr double demand_interval = 900.0;  // s, counted from midnight UTC: quarters of an hour by any clock
constexpr double same_instant = 1e-6;      // s
constexpr const char* other = "other";

}  // namespace

double Accounts::cost() const {
  double sum = demand_cost + water_cost;
  for (const auto& [period, cost] : energy_cost) sum += cost;
  return sum;
}

/// The straight line from the last record, cut at the quarters of an hour.
void Accountant::add(double t, double P) {
  if (any_ && t > last_t_) {
    const double slope = (P - last_P_) / (t - last_t_);
    for (double from = last_t_; t - from > same_instant;) {
      const double quarter = (std::floor((start_ + from + same_instant) / demand_interval) + 1.0) * demand_interval;
      const double to = std::min(t, quarter - start_);
      const double P_mean = last_P_ + slope * (0.5 * (from + to) - last_t_);
      add_piece(from, to - from, P_mean * (to - from));
      if (quarter - start_ - to < same_instant) close_interval(to);
      from = to;
    }
  }
  if (!any_) interval_begin_ = t;
  last_t_ = t, last_P_ = P, any_ = true;
}

void Accountant::add_piece(double t, double h, double energy) {
  const double middle = start_ + t + 0.5 * h, of_day = middle + utc_offset_;
  const double second = of_day - std::floor(of_day / seconds_per_day) * seconds_per_day;
  const TariffPeriod* period = tariff_ ? tariff_->period(second) : nullptr;
  energy_[period ? period->name : other] += energy;
  if (carbon_) carbon_mass_ += energy * carbon_->at(middle);
  interval_energy_ += energy;
}

/// What is shorter than a quarter of an hour, at the begin or the end of a run, counts by its mean.
void Accountant::close_interval(double t) {
  if (t - interval_begin_ > same_instant) {
    const CivilDate date = date_at(start_ + 0.5 * (interval_begin_ + t), utc_offset_);
    double& demand = demand_[fmt::format("{:04}-{:02}", date.year, date.month)];
    demand = std::max(demand, interval_energy_ / (t - interval_begin_));
  }
  interval_energy_ = 0.0;
  interval_begin_ = t;
}

Accounts Accountant::finish(double energy, double water) const {
  Accountant whole = *this;
  whole.close_interval(last_t_);
  double recorded = 0.0;
  for (const auto& [period, joules] : whole.energy_) recorded += joules;
  const double scale = recorded > 0.0 ? energy / recorded : 0.0;
  Accounts accounts;
  accounts.carbon = carbon_ ? scale * whole.carbon_mass_ : std::numeric_limits<double>::quiet_NaN();
  accounts.demand = whole.demand_;
  for (const auto& [period, joules] : whole.energy_) accounts.energy[period] = scale * joules;
  if (!tariff_) return accounts;
  accounts.has_tariff = true;
  accounts.currency = tariff_->currency;
  accounts.water_cost = tariff_->water * water;
  for (const auto& [month, demand] : whole.demand_) accounts.demand_cost += tariff_->demand * demand;
  for (const auto& [period, joules] : accounts.energy) {
    double price = tariff_->energy;
    for (const TariffPeriod& p : tariff_->time_of_use)
      if (p.name == period) price = p.energy;
    accounts.energy_cost[period] = price * joules;
  }
  return accounts;
}

std::string to_text(const Accounts& a) {
  constexpr double mwh = 3.6e9, mw = 1e6, tonne = 1e3;
  std::string text;
  if (a.has_tariff) {
    text += fmt::format("  {:<26}{:.0f} {}: {:.0f} demand, {:.0f} water\n", "cost", a.cost(), a.currency, a.demand_cost,
                        a.water_cost);
    for (const auto& [period, cost] : a.energy_cost)
      text += fmt::format("    energy {:<21}{:>12.1f} MWh {:>14.0f} {}\n", period == other ? "" : period,
                          a.energy.at(period) / mwh, cost, a.currency);
    for (const auto& [month, demand] : a.demand)
      text += fmt::format("    demand {:<21}{:>12.3f} MW, highest mean of 15 min\n", month, demand / mw);
  }
  if (std::isfinite(a.carbon)) text += fmt::format("  {:<26}{:.1f} t CO2\n", "carbon of the grid", a.carbon / tonne);
  return text;
}

}  // namespace wattloop
