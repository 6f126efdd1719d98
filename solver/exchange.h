#pragma once
// Energy and mass crossing the boundary of a component.

#include <cmath>
#include <span>

#include "solver/fields.h"

namespace wattloop {

/// Energy and mass crossing the boundary of one component (of one, not of all it stands for), or of those of a pack.
template <class S>
struct ExchangeOf {
  S energy_ports{};      ///< sum of the energy flows into it through its ports [W]
  S energy_gross{};      ///< sum of their magnitudes [W]
  S energy_outside{};    ///< energy into it from beyond its ports, by its own meter [W]
  S mass_ports{};        ///< sum of the mass flows into it through its liquid and air ports [kg/s]
  S mass_gross{};        ///< sum of their magnitudes [kg/s]
  S mass_outside{};      ///< mass into it from beyond its ports, by its own meter [kg/s]
  S electrical_ports{};  ///< electrical power into it through ac and dc ports [W]
};
using Exchange = ExchangeOf<double>;

/// One lane of the exchange of a pack.
template <class S>
Exchange lane_of(const ExchangeOf<S>& e, int lane) {
  return {e.energy_ports[lane], e.energy_gross[lane], e.energy_outside[lane],  e.mass_ports[lane],
          e.mass_gross[lane],   e.mass_outside[lane], e.electrical_ports[lane]};
}
template <class S>
void set_lane(const Exchange& from, ExchangeOf<S>& to, int lane) {
  to.energy_ports.set(lane, from.energy_ports), to.energy_gross.set(lane, from.energy_gross);
  to.energy_outside.set(lane, from.energy_outside), to.mass_ports.set(lane, from.mass_ports);
  to.mass_gross.set(lane, from.mass_gross), to.mass_outside.set(lane, from.mass_outside);
  to.electrical_ports.set(lane, from.electrical_ports);
}

/// What passes through ports with the across-values across(a) and the through-values flow(t), each times `one`.
template <class S, class Across, class Flow>
ExchangeOf<S> exchange_through(std::span<const Port> ports, const S& one, const Across& across, const Flow& flow) {
  using std::abs;
  ExchangeOf<S> e;
  int a = 0, t = 0;
  for (const Port& p : ports) {
    S power(0.0), electrical(0.0), mass(0.0);
    switch (p.connector) {
      case Connector::liquid:
        mass = flow(t), power = flow(t + 1);
        break;
      case Connector::air:
        mass = flow(t) + flow(t + 2), power = flow(t + 1);
        break;
      case Connector::ac:
        electrical = power = across(a) * flow(t) + across(a + 1) * flow(t + 1);
        break;
      case Connector::dc:
        electrical = power = across(a) * flow(t);
        break;
      case Connector::heat:
        power = flow(t);
        break;
      case Connector::input:
      case Connector::output:
        break;
    }
    e.energy_ports += one * power;
    e.energy_gross += one * abs(power);
    e.electrical_ports += one * electrical;
    e.mass_ports += one * mass;
    e.mass_gross += one * abs(mass);
    a += across_size(p.connector);
    t += through_size(p.connector);
  }
  return e;
}

}  // namespace wattloop
