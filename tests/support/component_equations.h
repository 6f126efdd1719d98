#pragma once
// Calls any component template with any numbers on plain arrays.

#include <cstring>
#include <type_traits>
#include <vector>

#include "tests/support/component_points.h"

namespace wattloop::test {

/// out: residuals, then through-values.
template <class C, class S>
void call_equations(const C& component, const S* x, const S* dx, const S* u, S* out) {
  typename C::template State<S> states{}, rates{}, residual{};
  typename C::template Across<S> across{};
  typename C::template Through<S> flow{};
  const auto load = [](auto& to, const S* from) {
    if constexpr (!std::is_empty_v<std::remove_reference_t<decltype(to)>>)
      std::memcpy(static_cast<void*>(&to), from, sizeof(to));
  };
  const auto store = [](const auto& from, S* to) {
    if constexpr (!std::is_empty_v<std::remove_cvref_t<decltype(from)>>)
      std::memcpy(static_cast<void*>(to), &from, sizeof(from));
  };
  load(states, x);
  load(rates, dx);
  load(across, u);
  component.equations(states, rates, across, residual, flow);
  store(residual, out);
  store(flow, out + C::fields().states.size());
}

/// A component with these parameters and its liquids; P is double, Dual or Pack.
template <template <class> class C, class P>
C<P> make_component(const std::vector<P>& parameters) {
  constexpr auto fields = C<P>::fields();
  C<P> c{};
  if constexpr (!fields.parameters.empty())
    for (std::size_t i = 0; i < fields.parameters.size(); ++i) c.*(fields.parameters[i].member) = parameters[i];
  set_liquids(c, fields.ports);
  return c;
}

}  // namespace wattloop::test
