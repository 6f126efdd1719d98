#pragma once
// What a run costs and what carbon it causes: energy by time of use, demand by the month, water.

#include <map>
#include <string>
#include <vector>

#include "io/tariff.h"
#include "solver/archive.h"

namespace wattloop {

/// Over a run. Energy is that of the grid's meter, shared out by the records.
struct Accounts {
  std::string currency;
  std::map<std::string, double> energy;       ///< J by period of the tariff, "other" outside all
  std::map<std::string, double> energy_cost;  ///< by period
  std::map<std::string, double> demand;       ///< W, highest mean of 15 min of each month, "2026-07"
  double demand_cost = 0.0, water_cost = 0.0;
  double carbon = 0.0;  ///< kg; not a number without an intensity
  bool has_tariff = false;

  double cost() const;
};

/// Gathers Accounts from records; between two of them the power is a straight line.
class Accountant {
 public:
  Accountant(const std::optional<Tariff>& tariff, const std::optional<CarbonIntensity>& carbon, double start,
             double utc_offset)
      : tariff_(tariff), carbon_(carbon), start_(start), utc_offset_(utc_offset) {}

  /// A record, s from the start of the run, W.
  void add(double t, double P_grid);
  /// `energy` is that of the meter, J; `water` in kg.
  Accounts finish(double energy, double water) const;
  void archive(Archive& archive) {
    archive(energy_, carbon_mass_, demand_, interval_energy_, interval_begin_, last_t_, last_P_, any_);
  }

 private:
  void add_piece(double t, double h, double energy);
  void close_interval(double t);

  const std::optional<Tariff>& tariff_;
  const std::optional<CarbonIntensity>& carbon_;
  double start_, utc_offset_;             // s
  std::map<std::string, double> energy_;  // J
  double carbon_mass_ = 0.0;              // kg
  std::map<std::string, double> demand_;  // W
  double interval_energy_ = 0.0;          // J, since ...
  double interval_begin_ = 0.0;           // s
  double last_t_ = 0.0, last_P_ = 0.0;
  bool any_ = false;
};

std::string to_text(const Accounts& accounts);

}  // namespace wattloop
