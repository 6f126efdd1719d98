#include "models/component_types.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "models/component_list.h"

namespace wattloop {

namespace {
ComponentTypes collect() {
  ComponentTypes all;
  for (const ComponentTypes& types :
       {air_and_heat_types(), control_types(), direct_on_line_types(), electrical_types(), liquid_types()})
    all.insert(all.end(), types.begin(), types.end());
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  return all;
}
}  // namespace

const std::vector<const ComponentType*>& component_types() {
  static const ComponentTypes types = collect();
  return types;
}

const ComponentType* find_component_type(std::string_view name) {
  for (const ComponentType* type : component_types())
    if (type->name == name) return type;
  return nullptr;
}

const ComponentType& type_named(std::string_view name) {
  if (const ComponentType* type = find_component_type(name)) return *type;
  throw std::invalid_argument("no component type " + std::string(name));
}

}  // namespace wattloop
