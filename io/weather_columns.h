#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/text_table.h"
#include "io/weather.h"

/// What the readers of weather files share.
namespace wattloop {

/// A quantity of a weather file and what is plausible on earth: a wrong unit or column falls out of it.
struct Quantity {
  const char* name;
  const char* unit;  ///< inside
  double min, max;   ///< in `unit`
  const char* allowed;
};
inline constexpr Quantity dry_bulb_column = {"dry bulb", "K", 203.15, 333.15, "-70 to 60 degC"};
inline constexpr Quantity dew_point_column = {"dew point", "K", 203.15, 313.15, "-70 to 40 degC"};
inline constexpr Quantity relative_humidity_column = {"relative humidity", "1", 0.01, 1.0, "1 to 100 %"};
inline constexpr Quantity pressure_column = {"pressure", "Pa", 50e3, 110e3, "50 to 110 kPa"};

/// One column of numbers in a weather file.
class WeatherColumn {
 public:
  /// `index` counts the fields of a row from 0; `missing` is the number in the file that stands for no value.
  /// Throws InputError for a unit that does not fit the quantity.
  WeatherColumn(std::size_t index, const Quantity& quantity, const std::string& unit,
                std::optional<double> missing = {});

  /// The value of a row in the unit inside, or NaN and a problem.
  double read(const std::vector<TextField>& fields, int line, FileProblems& problems) const;

  /// Where the value stands in the line, counted from 1.
  int place(const std::vector<TextField>& fields) const { return fields[index_].column; }

 private:
  std::size_t index_;
  const Quantity* quantity_;
  std::optional<double> missing_;
  double offset_, scale_;  // value inside = offset + scale * value in the file
};

/// A dew point up to 0.5 K above the dry bulb is one of saturated air, rounded, and is lowered; more is a problem.
void limit_dew_point(WeatherPoint& point, int line, int column, FileProblems& problems);

/// "UTC-06:00" for an offset [s].
std::string zone_text(double utc_offset);

/// One reader a format; `lines` are those of the file, at least one. Each throws InputError with everything wrong.
Weather parse_tmy3(const std::vector<std::string>& lines, const std::string& path, const WeatherSite& site);
Weather parse_epw(const std::vector<std::string>& lines, const std::string& path, const WeatherSite& site);
Weather parse_weather_csv(const std::vector<std::string>& lines, const std::string& path, const WeatherSite& site,
                          Clock clock);

}  // namespace wattloop
