#pragma once
// Compiles the components of a list. Only the files list_<subject>.cpp include this.

#include "models/component_list.h"
#include "solver/component_type.h"

namespace wattloop {

template <template <class> class... Components>
ComponentTypes describe(ComponentList<Components...>) {
  return {&component_type<Components>()...};
}

}  // namespace wattloop
