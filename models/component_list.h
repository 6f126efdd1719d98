#pragma once
// Lists of component templates, and what a list says about its types at run time.

#include <vector>

#include "solver/group_base.h"

namespace wattloop {

template <template <class> class... Components>
struct ComponentList {};

namespace detail {
template <class... Lists>
struct Join;
template <template <class> class... A>
struct Join<ComponentList<A...>> {
  using type = ComponentList<A...>;
};
template <template <class> class... A, template <class> class... B, class... Rest>
struct Join<ComponentList<A...>, ComponentList<B...>, Rest...> : Join<ComponentList<A..., B...>, Rest...> {};
}  // namespace detail

/// One list of what several hold.
template <class... Lists>
using Joined = typename detail::Join<Lists...>::type;

using ComponentTypes = std::vector<const ComponentType*>;

// The types of each list, compiled in a file each: list_<subject>.cpp.
ComponentTypes air_and_heat_types();
ComponentTypes control_types();
ComponentTypes direct_on_line_types();
ComponentTypes electrical_types();
ComponentTypes liquid_types();

}  // namespace wattloop
