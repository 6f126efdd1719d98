#pragma once
// Weather files made by tests.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "io/weather.h"

namespace wattloop {

inline const WeatherSite childress;

inline double utc(const char* text) {
  return *parse_time(text, childress.utc_offset);
}
using Lines = std::vector<std::string>;

inline std::string write_file(const std::string& name, const Lines& lines) {
  const std::string path = ::testing::TempDir() + "wattloop_" + name;
  std::ofstream stream(path, std::ios::binary);
  for (const std::string& line : lines) stream << line << '\n';
  return path;
}

/// The rows of a typical year, "month, day, hour 1..24" turned into text; the dry bulb is the hour's number / 1000.
inline Lines typical_rows(const std::function<std::string(int, int, int, double)>& row) {
  Lines lines;
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= days_in_month(2001, month); ++day) {
      for (int hour = 1; hour <= 24; ++hour) {
        lines.push_back(row(month, day, hour, static_cast<double>(lines.size() + 1) / 1000.0));
      }
    }
  }
  return lines;
}

inline Lines tmy3_lines() {
  Lines lines = typical_rows([](int month, int day, int hour, double T) {
    char text[80];
    std::snprintf(text, sizeof text, "%02d/%02d/%d,%02d:00,%.3f,-4.0,943", month, day, 1990 + month, hour, T);
    return std::string(text);
  });
  lines.insert(lines.begin(), {"723604,\"SOME, PLACE\",TX,-6.0,34.433,-100.283,595",
                               "Date (MM/DD/YYYY),Time (HH:MM),Dry-bulb (C),Dew-point (C),Pressure (mbar)"});
  return lines;
}

inline Lines epw_lines() {
  Lines lines = typical_rows([](int month, int day, int hour, double T) {
    char text[80];
    std::snprintf(text, sizeof text, "%d,%d,%d,%d,60,flags,%.3f,-4.0,50,89800,0\r", 1990 + month, month, day, hour, T);
    return std::string(text);
  });
  lines.insert(lines.begin(),
               {"LOCATION,Some Place,TX,USA,TMY3,723630,34.99,-101.90,-7.0,1068.0", "DESIGN CONDITIONS,0",
                "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0", "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
                "COMMENTS 1", "COMMENTS 2", "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"});
  return lines;
}

}  // namespace wattloop
