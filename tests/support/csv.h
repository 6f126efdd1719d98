#pragma once
// Tables of reference values for tests.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace wattloop::test {

/// The rows of numbers of tests/validation/<name>; lines that begin with '#' are comments.
/// Throws std::runtime_error if the file is missing, a field is not a number or the rows differ in length.
inline std::vector<std::vector<double>> read_table(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(WATTLOOP_VALIDATION_DIR) / name;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path.string());
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<double> row;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) {
      std::size_t used = 0;
      row.push_back(std::stod(field, &used));
      if (used != field.size()) throw std::runtime_error(path.string() + ": not a number: " + field);
    }
    if (!rows.empty() && row.size() != rows.front().size()) throw std::runtime_error(path.string() + ": " + line);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) throw std::runtime_error(path.string() + ": no rows");
  return rows;
}

}  // namespace wattloop::test
