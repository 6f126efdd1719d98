#pragma once
// Energy and mass crossing the boundary of a component.

#include <cmath>
#include <span>
#include <utility>

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

  void add(const S& weight, const ExchangeOf& e) {
    energy_ports += weight * e.energy_ports, energy_gross += weight * e.energy_gross;
    energy_outside += weight * e.energy_outside;
    mass_ports += weight * e.mass_ports, mass_gross += weight * e.mass_gross, mass_outside += weight * e.mass_outside;
    electrical_ports += weight * e.electrical_ports;
  }
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
    const int at = std::exchange(a, a + across_size(p.connector)),
              through = std::exchange(t, t + through_size(p.connector));
    S power{}, electrical{}, mass{};
    switch (p.connector) {
      case Connector::liquid:
        mass = flow(through), power = flow(through + 1);
        break;
      case Connector::air:
        mass = flow(through) + flow(through + 2), power = flow(through + 1);
        break;
      case Connector::ac:
        electrical = power = across(at) * flow(through) + across(at + 1) * flow(through + 1);
        break;
      case Connector::dc:
        electrical = power = across(at) * flow(through);
        break;
      case Connector::heat:
        power = flow(through);
        break;
      case Connector::input:
      case Connector::output:
        continue;  // a signal carries nothing
    }
    e.energy_ports += one * power;
    e.energy_gross += one * abs(power);
    e.electrical_ports += one * electrical;
    e.mass_ports += one * mass;
    e.mass_gross += one * abs(mass);
  }
  return e;
}

}  // namespace wattloop
