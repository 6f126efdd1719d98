#pragma once
// The entries of a component's field table in words, for the documentation and the schema.

#include <string>

#include "solver/group_base.h"

namespace wattloop {

/// "0 to 1", "more than 0", "at least 0"; empty if anything is allowed.
std::string range_text(const Range& range);

/// The unit as it stands in a table: "–" for pure numbers, "K, a difference" for differences of temperature.
std::string unit_text(std::string_view unit);

/// The default of a parameter in its unit, or its name among choices; empty if it must be given.
std::string default_text(const ParameterInfo& parameter);

/// "a, b or c".
std::string choices_text(const ParameterInfo& parameter);

}  // namespace wattloop
