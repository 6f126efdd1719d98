#pragma once
// The air of a room.

#include "models/connectors.h"
#include "models/moist_air.h"
#include "solver/fields.h"

namespace wattloop {

/// The air of a hall or an electrical room with what stands in it, mixed.
///
///   C dT/dt = Q_flow + UA (T_outside - T),   C = volume rho cp (1 + equipment)
///
/// The temperature of the heat node is the room's own: the heat Q_flow [W] from everything connected to it follows from
/// T_node = T. UA is that of walls and roof; without it the room is insulated. One temperature for the whole room:
/// hot and cold aisles are a matter of where a component takes its air from.
template <class P = double>
struct AirZone {
  static constexpr std::string_view type = "air_zone";
  static constexpr std::string_view summary = "the air of a room, one temperature";
  static constexpr std::string_view outside = "ambient";
  static constexpr bool is_reference = true;  // of the temperature at its port

  P volume, rho, equipment, UA;

  static constexpr auto fields() {
    return table<AirZone, P>(
        parameter("volume", &AirZone::volume, "m3", "air in the room", positive),
        parameter("rho", &AirZone::rho, "kg/m3", "density of the air: 1.10 at 595 m and 25 degC", positive, 1.1),
        parameter("equipment", &AirZone::equipment, "1",
                  "heat capacity of what follows the air's temperature, in multiples of the air's (assumed)",
                  not_negative, 5.0),
        parameter("UA", &AirZone::UA, "W/K", "walls and roof", not_negative, 0.0),
        port("air", Connector::heat, "the room's air"),
        input("T_outside", "K", "temperature behind walls and roof", positive, 300.0),
        differential("T", "K", "temperature of the air", 300.0),
        kept("Q_flow", "W", "heat into the room from what is connected", 0.0),
        output("Q_walls", "W", "heat from outside"));
  }

  template <class S>
  struct State {
    S T, Q_flow;
  };
  template <class S>
  struct Across {
    HeatPort<S> air;
    S T_outside;
  };
  template <class S>
  struct Through {
    HeatFlow<S> air;
  };
  template <class S>
  struct Outputs {
    S Q_walls;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.T = capacity() * dx.T - (x.Q_flow + energy_from_outside(x, u));
    r.Q_flow = u.air.T - x.T;
    flow.air.Q_flow = x.Q_flow;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.Q_walls = energy_from_outside(x, u);
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return capacity() * x.T;
  }
  /// W through walls and roof.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    return UA * (u.T_outside - x.T);
  }

 private:
  P capacity() const { return volume * rho * air::cp_dry * (1.0 + equipment); }  // J/K
};

}  // namespace wattloop
