#pragma once
// A circuit breaker with its trip unit.

#include <string>

#include "models/ac_circuit.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A three-pole breaker: closed it is the resistance of its contacts, open it carries nothing.
///
///   c (V_from - V_to) = (c R + (1 - c) Z) I,   c = closed (1 - tripped)
///
/// Its insulation passes 10 nS from each side to earth: a bus that nothing feeds has a voltage, which is zero.
///
/// The overcurrent element of its trip unit runs to 1 in the time that the curve gives for a constant current and then
/// opens the breaker for good, until `reset` is written:
///
///   dx/dt = 1/t(I) above the pickup I_s,   -x/reset_time below;   t(I) = time_multiplier k / ((I/I_s)^alpha - 1)
///
/// k and alpha of the standard inverse, very inverse and extremely inverse curves of IEC 60255-151 (2009): 0.14 and
/// 0.02, 13.5 and 1, 80 and 2 (k in s). Above `I_instantaneous` it opens within the opening time alone. A varying
/// current adds up its shares of the time. Assumed: the element falls back exponentially; the current is that of the
/// balanced circuit, no arc, no d.c. component. `overstressed` compares it with what the breaker can interrupt.
/// I_making is what `wattloop check --faults` compares the peak with; 0 stands for the factor of IEC 62271-1 (2017) or
/// IEC 61439-1 (2020) times I_interrupting.
///
/// `fail` of a breaker makes it stuck: a trip does not open it, and the next one upstream must (closing and opening by
/// command go on working).
///
/// A trip is a state of the equations, not an event: its time does not depend on the records or the steps.
template <class P = double>
struct Breaker {
  static constexpr std::string_view type = "breaker";
  static constexpr bool conducts = true;
  static constexpr std::string_view summary = "a circuit breaker with an overcurrent trip unit";

  P I_rated, R, curve, I_pickup, time_multiplier, I_instantaneous, opening_time, reset_time, I_interrupting, I_making;

  static constexpr auto fields() {
    return table<Breaker, P>(
        parameter("I_rated", &Breaker::I_rated, "A", "rated line current", positive),
        parameter("R", &Breaker::R, "ohm", "resistance of a pole [A]", positive, 2e-5),
        choice("curve", &Breaker::curve, "of the overcurrent element", {"standard", "very", "extremely"}),
        parameter("I_pickup", &Breaker::I_pickup, "1", "current above which the element runs, over the rated one",
                  Range{0.1, 20.0}, 1.2),
        parameter("time_multiplier", &Breaker::time_multiplier, "1", "of the curve", Range{0.01, 10.0}, 0.1),
        parameter("I_instantaneous", &Breaker::I_instantaneous, "1", "current that opens at once, over the rated one",
                  Range{0.2, 1000.0}, 10.0),
        parameter("opening_time", &Breaker::opening_time, "s", "from the trip to open contacts [A]", Range{1e-3, 1.0},
                  0.05),
        parameter("reset_time", &Breaker::reset_time, "s", "in which the element falls back [A]", positive, 10.0),
        parameter("I_interrupting", &Breaker::I_interrupting, "A", "current that it can interrupt", positive, 65e3),
        parameter("I_making", &Breaker::I_making, "A", "peak that it can close on, 0: by the standards", not_negative,
                  0.0),
        port("from", Connector::ac, "side of the supply"), port("to", Connector::ac, "side of the load"),
        port("room", Connector::heat, "where the loss goes"), input("closed", "1", "1: closed, 0: open", fraction, 1.0),
        input("reset", "1", "1: takes a trip back", fraction, 0.0),
        input("stuck", "1", "1: breaker failure: a trip does not open it", fraction, 0.0),
        signal_output("I", "A", "line current"), signal_output("tripped", "1", "1: the trip unit has opened it"),
        differential("element", "1", "of the trip unit: trips at 1, has tripped at 2", 0.0),
        kept("I_re", "A", "current from `from` to `to`, real part, sqrt(3) times the line's", 0.0),
        kept("I_im", "A", "current from `from` to `to`, imaginary part", 0.0),
        output("P", "W", "active power through it"), output("current", "A", "line current"),
        output("loading", "1", "line current over the rated one"), output("loss", "W", "heat of the contacts"),
        alarm("overloaded", "the current is above the rating"), alarm("tripped", "the trip unit has opened it"),
        alarm("overstressed", "the current is above what it can interrupt"));
  }

  template <class S>
  struct State {
    S element, I_re, I_im;
  };
  template <class S>
  struct Across {
    AcPort<S> from, to;
    HeatPort<S> room;
    S closed, reset, stuck;
  };
  template <class S>
  struct Through {
    AcFlow<S> from, to;
    HeatFlow<S> room;
    S I, tripped;
  };
  template <class S>
  struct Outputs {
    S P_through, current, loading, loss, overloaded, tripped, overstressed;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const S open = tripped(x) * (1.0 - u.stuck), c = u.closed * (1.0 - open);
    const S Z = c * R + (1.0 - c) * Z_open;
    r.I_re = c * (u.from.V_re - u.to.V_re) - Z * x.I_re;
    r.I_im = c * (u.from.V_im - u.to.V_im) - Z * x.I_im;
    r.element = dx.element - element_rate(x, u);
    flow.from = {x.I_re + leakage * u.from.V_re, x.I_im + leakage * u.from.V_im};
    flow.to = {leakage * u.to.V_re - x.I_re, leakage * u.to.V_im - x.I_im};
    flow.room.Q_flow = -loss(x, u);
    flow.I = line_current(AcFlow<S>{x.I_re, x.I_im});
    flow.tripped = open;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const S one(1.0), zero(0.0);
    const AcFlow<S> I{x.I_re, x.I_im};
    out.P_through = ac_power(u.to, I);
    out.current = line_current(I);
    out.loading = out.current / I_rated;
    out.loss = loss(x, u);
    out.overloaded = select(out.loading > one, one, zero);
    out.tripped = select(tripped(x) * (1.0 - u.stuck) > S(0.5), one, zero);
    out.overstressed = select(out.current > S(I_interrupting), one, zero);
  }

  std::string check() const { return I_instantaneous > I_pickup ? "" : "I_instantaneous must be above I_pickup"; }

 private:
  static constexpr double Z_open = 1.0;    // ohm: scale of the equation I = 0
  static constexpr double leakage = 1e-8;  // S

  template <class S>
  static S tripped(const State<S>& x) {
    return smooth_step(x.element, 1.2, 1.8);
  }

  /// What the port powers leave in the contacts, W.
  template <class S>
  S loss(const State<S>& x, const Across<S>& u) const {
    const auto square = [](const AcPort<S>& port) { return port.V_re * port.V_re + port.V_im * port.V_im; };
    return (u.from.V_re - u.to.V_re) * x.I_re + (u.from.V_im - u.to.V_im) * x.I_im +
           leakage * (square(u.from) + square(u.to));
  }

  /// 1/t(I) over 1/time_multiplier, of `above` = I/I_s - 1 >= 0, 1/s.
  template <class S>
  S inverse_time(const S& above) const {
    using std::pow;
    const P standard = 0.5 * (1.0 - curve) * (2.0 - curve), very = curve * (2.0 - curve);
    const P extremely = 0.5 * curve * (curve - 1.0);
    return standard * ((pow(S(1.0 + above), 0.02) - 1.0) / 0.14) + very * (above / 13.5) +
           extremely * (above * (2.0 + above) / 80.0);
  }

  /// 1/s.
  template <class S>
  S element_rate(const State<S>& x, const Across<S>& u) const {
    constexpr double rounding = 0.01;  // of the pickup
    const S I = line_current(AcFlow<S>{x.I_re, x.I_im}) / I_rated, ratio = I / I_pickup;
    const S at_once = smooth_step(S(I / I_instantaneous), 1.0, 1.05) * 5.0 / opening_time;
    const S falls = smooth_step(S(1.0 - ratio), 0.0, rounding) * x.element / reset_time;
    const S runs = inverse_time(ramp(S(ratio - 1.0), rounding)) / time_multiplier + at_once - falls;
    const S latched = smooth_step(x.element, 1.0, 1.05);
    return latched * (2.0 - x.element) * 2.0 / opening_time + (1.0 - latched) * runs -
           u.reset * x.element * 4.0 / opening_time;
  }
};

}  // namespace wattloop
