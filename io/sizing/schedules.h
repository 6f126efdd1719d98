#pragma once
// The design as lists: equipment, pumps, lines, valves, loads ...

#include <string>
#include <vector>

#include "io/sizing/sizing.h"

namespace wattloop::sizing {

/// A class of equipment over the whole site.
struct EquipmentLine {
  std::string tag, type;
  int count = 0, duty = 0;
  double rating = 0.0;   // W or VA of one
  double loading = 0.0;  ///< of one on duty in the worst hour
};
std::vector<EquipmentLine> equipment(const Request& request, const SizingResult& result);

/// A table with its header; cells are texts or numbers.
struct Schedule {
  struct Cell {
    std::string text;
    double number = 0.0;
    bool is_number = false;
    Cell(std::string t) : text(std::move(t)) {}     // NOLINT: a row is written as it is read
    Cell(const char* t) : text(t) {}                // NOLINT
    Cell(double x) : number(x), is_number(true) {}  // NOLINT
    Cell(int x) : number(x), is_number(true) {}     // NOLINT
  };
  std::string name;
  std::vector<std::string> header;
  std::vector<std::vector<Cell>> rows;
};
std::vector<Schedule> schedules(const Request& request, const SizingResult& result);

/// A CSV file a schedule, NAME.csv, and all in one workbook, schedules.xlsx.
void write_schedules(const std::vector<Schedule>& schedules, const std::string& directory);
/// Takes these files away where they are.
void remove_schedules(const std::string& directory);

}  // namespace wattloop::sizing
