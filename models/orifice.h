#pragma once
// Fittings known by their flow coefficient.

#include "models/connectors.h"
#include "solver/fields.h"

namespace wattloop {

/// An orifice, a balancing valve or a quick coupling by its Kv or Cv.
///
///   p_in - p_out = number dp_rated (rho/1000 kg/m3) (V / (setting V_rated))^2,   V = m/rho
///
/// Kv [m3/h] is the flow of water at 1 bar: V_rated = "25 m3/h", dp_rated = 1 bar, the default (IEC 60534-1:2005).
/// Cv [US gal/min] is the flow at 1 psi: V_rated = "29 gpm", dp_rated = "1 psi"; Cv = 1.156 Kv. `number` counts equal
/// ones in series (a quick coupling has two halves that are rated together: one). `setting` is a balancing valve's
/// Kv over that of the open valve. rho: the circuit's reference density. The loss becomes linear below 2 % of V_rated;
/// friction stays in the liquid as heat. No choking: flagged below the vapour pressure behind it.
template <class P = double>
struct Orifice {
  static constexpr std::string_view type = "orifice";
  static constexpr std::string_view summary = "an orifice, balancing valve or quick coupling by its Kv or Cv";

  P V_rated, dp_rated, number;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using X = Orifice;
    return table<X, P>(
        parameter("V_rated", &X::V_rated, "m3/s", "flow of water at dp_rated: Kv at 1 bar, Cv at 1 psi", positive),
        parameter("dp_rated", &X::dp_rated, "Pa", "pressure at which V_rated is stated", positive, 1e5),
        parameter("number", &X::number, "1", "equal ones in series", Range{1.0, 100.0}, 1.0),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        input("setting", "1", "share of V_rated that it is set to", Range{0.01, 1.0}, 1.0),
        kept("m_flow", "kg/s", "flow from inlet to outlet", 1.0), output("dp", "Pa", "pressure loss"),
        output("V_flow", "m3/s", "volume flow"),
        alarm("flashing", "the pressure behind it is below the vapour pressure"));
  }

  template <class S>
  struct State {
    S m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    S setting;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  struct Outputs {
    S dp, V_flow, flashing;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double rho_rated = 1000.0;  // kg/m3, of the water that Kv is stated with
    constexpr double least = 1e-3;        // of the setting
    const P m_rated = liquid->rho_ref * V_rated, dp = number * dp_rated * (liquid->rho_ref / rho_rated);
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_rated, u.inlet, u.outlet, flow.inlet, flow.outlet);
    const S open = smooth_max(u.setting, S(least), 1e-6);
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(S(x.m_flow / open), m_rated, dp, 2.0);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    out.flashing = select(u.outlet.p < liquid->vapour_pressure(u.outlet.T), S(1.0), S(0.0));
  }

  /// A tenth of what it is rated for.
  State<P> start() const { return {0.1 * liquid->rho_ref * V_rated}; }
};

}  // namespace wattloop
