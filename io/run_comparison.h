#pragma once
// Two runs side by side.

#include <string>
#include <vector>

#include "io/run_file.h"

namespace wattloop {

/// How a variable of a group differs between two runs, B - A, over the elements and times that both have.
struct VariableDifference {
  std::string group, variable, units;
  std::size_t elements = 0, values = 0;  ///< compared
  double rms = 0.0, mean = 0.0;
  double largest = 0.0;  ///< with its sign
  std::string element;   ///< where that is; empty for totals
  double time = 0.0;     ///< s since the start of A
  double value_a = 0.0, value_b = 0.0;
  double range = 0.0;            ///< of A: highest less lowest, for a sense of proportion
  std::size_t known_in_one = 0;  ///< values that one of them does not know
};

struct RunComparison {
  std::size_t records = 0;                        ///< at times that both have
  std::vector<VariableDifference> differences;    ///< the largest in proportion to its range first; equal ones too
  std::vector<std::string> only_in_a, only_in_b;  ///< groups, variables and elements ("racks/T_die_max", ...)
};

/// Records are matched by their time of the calendar, elements by their name. Throws InputError if no time is common.
RunComparison compare(const RunFile& a, const RunFile& b);

std::string to_text(const RunComparison& comparison, const RunFile& a, const RunFile& b);
std::string to_json(const RunComparison& comparison);

}  // namespace wattloop
