#include "models/all.h"

#include "solver/component_type.h"

namespace wattloop {

namespace {
template <template <class> class... Components>
std::vector<const ComponentType*> describe(ComponentList<Components...>) {
  return {&component_type<Components>()...};
}
}  // namespace

const std::vector<const ComponentType*>& component_types() {
  static const std::vector<const ComponentType*> types = describe(AllComponents{});
  return types;
}

const ComponentType* find_component_type(std::string_view name) {
  for (const ComponentType* type : component_types())
    if (type->name == name) return type;
  return nullptr;
}

}  // namespace wattloop
