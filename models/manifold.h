#pragma once
// The supply or return manifold of a rack with its quick couplings.

#include "models/connectors.h"
#include "solver/fields.h"

namespace wattloop {

/// A volume of liquid behind a fixed resistance: half of a rack's plumbing.
///
///   p_in - p_out = dp_nominal (m/m_nominal)^1.8
///   C dT/dt = H_in - H_out                      (one mixed cell)
///
/// Loss to the hall's air is left out: 2 m of insulated manifold loses below 0.1 % of a rack's heat (assumed).
template <class P = double>
struct Manifold {
  static constexpr std::string_view type = "manifold";
  static constexpr std::string_view summary = "a rack manifold with its quick couplings: a volume behind a resistance";

  P C, m_flow_nominal, dp_nominal;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<Manifold, P>(
        parameter("C", &Manifold::C, "J/K", "heat capacity of liquid and metal", positive, 6.0e4),
        parameter("m_flow_nominal", &Manifold::m_flow_nominal, "kg/s", "nominal flow", positive),
        parameter("dp_nominal", &Manifold::dp_nominal, "Pa", "pressure drop at nominal flow", positive),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        differential("T", "K", "temperature of the liquid", 318.0), algebraic("m_flow", "kg/s", "flow", 2.7));
  }

  template <class S>
  struct State {
    S T, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const S H_net = mixed_cell_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, x.T, u.inlet, u.outlet, flow.inlet,
                                    flow.outlet);
    r.T = C * dx.T - H_net;
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 1.8);
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C * x.T;
  }
};

}  // namespace wattloop
