#pragma once
// The component types that there are, by name.

#include <string_view>
#include <vector>

#include "solver/group_base.h"

namespace wattloop {

/// The descriptions of all component types, by name.
const std::vector<const ComponentType*>& component_types();
/// The description of the type of this name, or null.
const ComponentType* find_component_type(std::string_view name);
/// The description of a type that must be there.
const ComponentType& type_named(std::string_view name);

}  // namespace wattloop
