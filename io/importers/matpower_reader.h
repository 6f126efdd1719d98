#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "io/importers/matpower_text.h"
#include "meshes/power_network.h"

namespace wattloop {

/// Turns the tables of a MATPOWER case into a network. Every problem is kept with line, column and object; reading goes
/// on with a harmless value.
class MatpowerReader {
 public:
  MatpowerReader(MatpowerText text, std::vector<InputProblem> problems);

  /// Throws InputError with all problems.
  PowerNetwork read();

 private:
  enum class Sign { any, not_negative, positive };

  void read_version();
  void read_base();
  void read_buses();
  void read_bus(const MatpowerRow& row);
  void read_generators();
  void read_branches();
  void read_branch(const MatpowerRow& row);
  void note_base_voltages(const PowerBranch& line);
  void check_held_voltages();
  void check_slacks();
  void check_reach();

  const std::vector<MatpowerRow>* table(std::string_view name, std::size_t least, const char* columns);
  /// The number in a column (counted from 0); adds a problem and returns a harmless one if it may not be.
  double number(const MatpowerRow& row, std::size_t column, const std::string& path, const char* what,
                Sign sign = Sign::any);
  double limit(const MatpowerRow& row, std::size_t column, const std::string& path, const char* what);
  int bus_at(const MatpowerRow& row, std::size_t column, const std::string& path);
  bool status(const MatpowerRow& row, std::size_t column, const std::string& path);
  void problem(const MatpowerRow& row, std::size_t column, const std::string& path, const std::string& what,
               const std::string& allowed = "");
  void problem_at_line(int line, const std::string& path, const std::string& what, const std::string& got,
                       const std::string& allowed);

  MatpowerText text_;
  std::vector<InputProblem> problems_;
  PowerNetwork net_;
  std::unordered_map<int, int> index_;  // of a bus by its number
  int unequal_lines_ = 0;               // between buses of different base voltages
  std::string first_unequal_line_;
};

/// Reads a MATPOWER case, version 2: baseMVA, bus, gen and branch; other fields are read past. Throws InputError with
/// every problem as file:line:column: object: what.
PowerNetwork read_matpower(const std::string& file);
/// The same from a text; `name` stands for the file in messages.
PowerNetwork read_matpower_text(const std::string& name, std::string_view text);

}  // namespace wattloop
