#pragma once

#include <string>
#include <string_view>

namespace wattloop {

/// docs/input.md: how a case is written, and a table for each component type.
std::string input_reference();

/// Its part that does not follow from the component types.
extern const std::string_view input_introduction;

}  // namespace wattloop
