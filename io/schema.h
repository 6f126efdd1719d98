#pragma once

#include <string>

namespace wattloop {

/// A JSON Schema (draft 2020-12) of a case file, for editors that complete and check YAML by one. It follows from the
/// component types; what only a program can tell (units, ranges, names, connections) is said in the descriptions.
std::string case_schema();

}  // namespace wattloop
