#pragma once
// The runtime description of a component template, from its `fields` table.

#include "solver/group.h"

namespace wattloop {

template <template <class> class C>
const ComponentType& component_type() {
  static const ComponentType type = [] {
    using Component = C<double>;
    constexpr auto fields = Component::fields();
    ComponentType t;
    t.name = Component::type;
    t.summary = Component::summary;
    for (const auto& p : fields.parameters) {
      ParameterInfo info{p.name, p.unit, p.meaning, p.range, p.default_value, {}};
      for (std::string_view c : p.choices)
        if (!c.empty()) info.choices.push_back(c);
      t.parameters.push_back(info);
    }
    t.ports.assign(fields.ports.begin(), fields.ports.end());
    t.states.assign(fields.states.begin(), fields.states.end());
    t.outputs.assign(fields.outputs.begin(), fields.outputs.end());
    if constexpr (requires { Component::is_reference; }) t.is_reference = Component::is_reference;
    if constexpr (requires { Component::allows_others; }) t.allows_others = Component::allows_others;
    if constexpr (requires { Component::conducts; }) t.conducts = Component::conducts;
    if constexpr (requires { Component::stores_electricity; }) t.stores_electricity = Component::stores_electricity;
    if constexpr (requires { Component::outside; }) t.outside = Component::outside;
    t.make_group = []() -> std::unique_ptr<GroupBase> { return std::make_unique<Group<C>>(); };
    return t;
  }();
  return type;
}

}  // namespace wattloop
