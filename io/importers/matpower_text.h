#pragma once
// The data of a MATPOWER case file. Such a file is a program; what is read here is its data alone, nothing is run.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/errors.h"

namespace wattloop {

struct MatpowerRow {
  int line = 0;  ///< counted from 1
  std::vector<double> values;
  std::vector<int> columns;  ///< of the file, where each value begins, counted from 1
};

/// What a field of the case is set to: a number is a matrix of one row; a cell array is read past and is empty.
struct MatpowerField {
  int line = 0;
  bool is_text = false;
  std::string text;
  std::vector<MatpowerRow> rows;
};

struct MatpowerText {
  std::string name;
  int last_line = 0;
  std::map<std::string, MatpowerField, std::less<>> fields;  ///< by their name without "mpc."

  const MatpowerField* find(std::string_view field) const;
};

/// Reads statements "mpc.NAME = number, 'text', [matrix] or {cell array}", comments and the line "function mpc = NAME".
/// Adds to `problems` whatever else there is, which would be code, and what is not closed.
MatpowerText parse_matpower(const std::string& name, std::string_view text, std::vector<InputProblem>& problems);

}  // namespace wattloop
