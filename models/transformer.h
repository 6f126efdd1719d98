#pragma once
// A two-winding three-phase transformer.

#include <fmt/format.h>

#include <string>

#include "models/ac_circuit.h"
#include "solver/fields.h"

namespace wattloop {

/// A two-winding transformer: no-load branch at the primary, ideal ratio, series impedance at the secondary.
///
///   I_0 = (G - jB) V_1,   G = P0 / V_1n^2,   B = i_magnetising S_n / V_1n^2
///   I_2 = (V_1 / ratio - V_2) / (R + jX),   ratio = tap V_1n / V_2n     (out of the secondary)
///   R = Pk V_2n^2 / S_n^2,   R^2 + X^2 = (uk V_2n^2 / S_n)^2
///   I_1 = I_0 + I_2 / ratio
///   loss = P0 (V_1/V_1n)^2 + Pk (I_2/I_2n)^2
///
/// all of which becomes heat in the room. P0, Pk and uk are those of the routine tests of IEC 60076-1 (2011); Pk is
/// taken at operating temperature. The phase shift of the vector group is left out: no meshes across levels with
/// different groups. Range: |V_1| up to about 1.1 V_1n (no saturation); the loading is reported, not limited.
template <class P = double>
struct Transformer {
  static constexpr std::string_view type = "transformer";
  static constexpr bool conducts = true;
  static constexpr std::string_view summary = "a two-winding transformer with no-load and load loss";

  P S_n, V_primary, V_secondary, uk, P0, Pk, i_magnetising;

  static constexpr auto fields() {
    return table<Transformer, P>(
        parameter("S_n", &Transformer::S_n, "VA", "rated apparent power", positive),
        parameter("V_primary", &Transformer::V_primary, "V", "rated primary voltage, line to line", positive),
        parameter("V_secondary", &Transformer::V_secondary, "V", "rated secondary voltage, line to line", positive),
        parameter("uk", &Transformer::uk, "1", "short-circuit voltage", Range{1e-3, 0.5}),
        parameter("P0", &Transformer::P0, "W", "no-load loss at rated voltage", not_negative),
        parameter("Pk", &Transformer::Pk, "W", "load loss at rated power", not_negative),
        parameter("i_magnetising", &Transformer::i_magnetising, "1", "magnetising current, share of the rated one",
                  fraction, 0.005),
        port("primary", Connector::ac, "winding towards the grid"),
        port("secondary", Connector::ac, "winding towards the load"),
        port("room", Connector::heat, "where the loss goes"),
        input("tap", "1", "ratio over the rated one: above 1 lowers the secondary voltage", Range{0.5, 1.5}, 1.0),
        output("P_in", "W", "active power into the primary"), output("P_out", "W", "active power out of the secondary"),
        output("loss", "W", "no-load and load loss"), output("loading", "1", "secondary current over the rated one"),
        alarm("overloaded", "the load is above the rating"),
        output("V_out", "V", "line-to-line voltage at the secondary"),
        alarm("overvoltage", "the primary is above 1.1 of its rated voltage at this tap: it would saturate"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    AcPort<S> primary, secondary;
    HeatPort<S> room;
    S tap;
  };
  template <class S>
  struct Through {
    AcFlow<S> primary, secondary;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S P_in, P_out, loss, loading, overloaded, V_out, overvoltage;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    const P V2 = V_primary * V_primary;
    const P G = P0 / V2, B = i_magnetising * S_n / V2;
    const S share = V_secondary / (V_primary * u.tap);  // 1/ratio
    const AcFlow<S> I = load_current(u);
    flow.primary = end_current(share, I, G, P(-B), u.primary);
    flow.secondary = {-I.I_re, -I.I_im};
    flow.room.Q_flow = -loss(u);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    State<S> r;
    Through<S> flow;
    equations(x, x, u, r, flow);
    out.P_in = ac_power(u.primary, flow.primary);
    out.P_out = -ac_power(u.secondary, flow.secondary);
    out.loss = loss(u);
    out.loading = magnitude(flow.secondary.I_re, flow.secondary.I_im) * V_secondary / S_n;
    out.overloaded = select(out.loading > S(1.0), S(1.0), S(0.0));
    out.V_out = voltage(u.secondary);
    out.overvoltage = select(voltage(u.primary) > S(1.1 * V_primary * u.tap), S(1.0), S(0.0));
  }

  /// V, line to line; 0 where the component states none.
  double nominal_voltage(int port) const {
    constexpr int primary = 0, secondary = 1;
    return port == primary ? V_primary : port == secondary ? V_secondary : 0.0;
  }

  std::string check() const {
    if (uk * S_n > Pk) return {};
    return fmt::format("uk = {} is not above its resistive part Pk/S_n = {}: no reactance is left", uk, Pk / S_n);
  }

 private:
  /// Current out of the secondary, A.
  template <class S>
  AcFlow<S> load_current(const Across<S>& u) const {
    using std::sqrt;
    const P Z_n = V_secondary * V_secondary / S_n;
    const P u_r = Pk / S_n;
    const S share = V_secondary / (V_primary * u.tap);
    const AcPort<S> ideal{share * u.primary.V_re, share * u.primary.V_im};
    return series_current(ideal, u.secondary, P(u_r * Z_n), P(sqrt(uk * uk - u_r * u_r) * Z_n));
  }

  /// P0 (V_1/V_1n)^2 + Pk (I_2/I_2n)^2, W.
  template <class S>
  S loss(const Across<S>& u) const {
    const S V2 = u.primary.V_re * u.primary.V_re + u.primary.V_im * u.primary.V_im;
    const P I_n = S_n / V_secondary;
    return P0 / (V_primary * V_primary) * V2 + Pk / (I_n * I_n) * current_squared(load_current(u));
  }
};

}  // namespace wattloop
