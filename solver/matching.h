#pragma once
// Which rows of a sparse matrix can have which columns as pivots.

#include <vector>

namespace wattloop {

/// A largest set of pairs (row, column) with no row and no column twice, from augmenting paths (Kuhn 1955).
/// `columns_of_row` lists the entries of each row. Returns the rows that have no partner.
inline std::vector<int> unmatched_rows(const std::vector<std::vector<int>>& columns_of_row, int columns) {
  const int rows = static_cast<int>(columns_of_row.size());
  std::vector<int> row_of(columns, -1), tried(columns, -1), unmatched;
  const auto place = [&](const auto& self, int row, int round) -> bool {
    for (int column : columns_of_row[row]) {
      if (tried[column] == round) continue;
      tried[column] = round;
      if (row_of[column] >= 0 && !self(self, row_of[column], round)) continue;
      row_of[column] = row;
      return true;
    }
    return false;
  };
  for (int row = 0; row < rows; ++row)
    if (!place(place, row, row)) unmatched.push_back(row);
  return unmatched;
}

}  // namespace wattloop
