#pragma once
// The design as lists: equipment, pumps, lines, valves, loads ...

#include <optional>
#include <string>
#include <vector>

#include "io/sizing/sizing.h"

namespace wattloop::sizing {

/// A class of equipment over the whole site.
struct EquipmentLine {
  std::string tag, type;
  int count = 0, duty = 0;
  double rating = 0.0;   ///< W or VA that one is sold for: no limit of coolers and fan walls, whose air decides
  double loading = 0.0;  ///< of each in the worst hour, if no more than those on duty run
  /// Of each as they run in that hour, where all of them do; nothing where those that stand by are at rest.
  std::optional<double> loading_all_running;
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
/// What the design stands on: the whole request as it was read, with the hashes of what was.
Schedule design_basis(const Request& request, const SizingResult& result);
std::vector<Schedule> schedules(const Request& request, const SizingResult& result);

/// A CSV file a schedule, NAME.csv, and all in one workbook, schedules.xlsx.
void write_schedules(const std::vector<Schedule>& schedules, const std::string& directory);
/// Takes these files away where they are.
void remove_schedules(const std::string& directory);

}  // namespace wattloop::sizing
