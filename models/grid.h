#pragma once
// The utility's supply at the point of connection.

#include "models/ac_circuit.h"
#include "solver/fault_source.h"
#include "solver/fields.h"

namespace wattloop {

/// A voltage source behind its short-circuit impedance; it fixes the angle of its network (slack).
///
///   V_port = V exp(j angle) - (R + jX) I,   I out of the grid into the site
///   P = Re(V exp(j angle) conj(I)) - R |I|^2
///
/// The meter stands at the port: the loss in R is the utility's. R = X = 0 is an ideal source. With a short-circuit
/// power S_k and R/X = k, |Z| = V^2 / S_k (IEC 60909-0, 2016). The frequency is that of the island that the grid holds:
/// its angle counts from a frame that turns with it, which generators and forming batteries beside it are told as their
/// `frame`. Impedances stay those at nominal frequency.
template <class P = double>
struct Grid {
  static constexpr std::string_view type = "grid";
  static constexpr bool is_reference = true;
  static constexpr std::string_view summary = "the utility's supply: a voltage behind its short-circuit impedance";
  static constexpr std::string_view outside = "grid";

  P R, X, f_nominal;

  static constexpr auto fields() {
    return table<Grid, P>(parameter("R", &Grid::R, "ohm", "short-circuit resistance of a phase", not_negative, 0.0),
                          parameter("X", &Grid::X, "ohm", "short-circuit reactance of a phase", not_negative, 0.0),
                          parameter("f_nominal", &Grid::f_nominal, "Hz", "nominal frequency", Range{10.0, 100.0}, 60.0),
                          port("supply", Connector::ac, "point of connection"),
                          input("V", "V", "line-to-line voltage behind the impedance", not_negative, 345e3),
                          input("angle", "rad", "angle of that voltage", any_value, 0.0),
                          input("frequency", "Hz", "frequency of the network", not_negative, 60.0),
                          signal_output("frequency_pu", "1", "of the network over the nominal one"),
                          kept("I_re", "A", "current into the site, real part, sqrt(3) times the line's", 0.0),
                          kept("I_im", "A", "current into the site, imaginary part", 0.0),
                          output("P", "W", "active power delivered"), output("Q", "var", "reactive power delivered"),
                          output("power_factor", "1", "active over apparent power"),
                          output("voltage", "V", "line-to-line voltage"), output("current", "A", "line current"),
                          output("frequency", "Hz", "frequency of the network"));
  }

  template <class S>
  struct State {
    S I_re, I_im;
  };
  template <class S>
  struct Across {
    AcPort<S> supply;
    S V, angle, frequency;
  };
  template <class S>
  struct Through {
    AcFlow<S> supply;
    S frequency_pu;
  };
  template <class S>
  struct Outputs {
    S P_el, Q_el, power_factor, voltage, current, frequency;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const Phasor<S> e = unit_phasor(u.angle);
    r.I_re = u.supply.V_re - u.V * e.re + (R * x.I_re - X * x.I_im);
    r.I_im = u.supply.V_im - u.V * e.im + (R * x.I_im + X * x.I_re);
    flow.supply = {-x.I_re, -x.I_im};
    flow.frequency_pu = u.frequency / f_nominal;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const AcFlow<S> delivered{x.I_re, x.I_im};
    out.P_el = energy_from_outside(x, u);
    out.Q_el = reactive_power(u.supply, delivered);
    out.power_factor = out.P_el / magnitude(out.P_el, out.Q_el);
    out.voltage = wattloop::voltage(u.supply);
    out.current = line_current(delivered);
    out.frequency = u.frequency;
  }

  FaultSource fault_source() const { return {{R, X}}; }

  /// Power of the source less the loss in its impedance, W.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    const Phasor<S> e = unit_phasor(u.angle);
    return u.V * (e.re * x.I_re + e.im * x.I_im) - R * current_squared(AcFlow<S>{x.I_re, x.I_im});
  }
};

}  // namespace wattloop
