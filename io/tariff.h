#pragma once
// What energy, demand and water cost, and what carbon the grid's energy carries.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/reader.h"

namespace wattloop {

/// A price of energy for a part of each day, by standard time.
struct TariffPeriod {
  std::string name;
  double from, to;  ///< s of the day; over midnight where `to` is before `from`
  double energy;    // 1/J
};

/// Prices, in a currency of the case's choice.
struct Tariff {
  std::string currency;
  double energy = 0.0;  ///< 1/J, at the grid, outside the periods
  double demand = 0.0;  ///< 1/W, of each month's highest mean of 15 min
  double water = 0.0;   ///< 1/kg, make-up
  std::vector<TariffPeriod> time_of_use{};

  /// The period of a time of day, the first that holds it; nothing outside all of them.
  const TariffPeriod* period(double second_of_day) const;
};

/// Carbon dioxide with each unit of the grid's energy: each value holds until the next, the last for ever.
struct CarbonIntensity {
  std::vector<double> time;   ///< s, UTC; rising
  std::vector<double> value;  // kg/J
  double at(double t) const;
};

/// Read the `tariff` and the `carbon` of a case; nothing without them. `carbon` is {intensity: 400 g/kWh} or
/// {file: CSV}: columns `time` (ISO 8601, standard time without an offset) and `gco2_per_kwh`.
std::optional<Tariff> read_tariff(Reader& document);
std::optional<CarbonIntensity> read_carbon(Reader& document, const std::filesystem::path& directory, double utc_offset);

}  // namespace wattloop
