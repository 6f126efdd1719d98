#pragma once
// A cable, an overhead line or a busway.

#include <string>

#include "models/ac_circuit.h"
#include "solver/fields.h"

namespace wattloop {

/// A three-phase line as a pi circuit of lumped parameters: MV cables and LV busways.
///
///   I = (V_from - V_to) / (length (R' + jX')),   half of jB' length at either end
///   loss = R' length |I|^2, heat to the surroundings
///
/// R' is taken at operating temperature. Range: electrically short (cables below some 50 km at 60 Hz). The loading, the
/// series current over the rating, is reported, not limited.
/// The short-circuit ratings are for `wattloop check --faults`, as those of `switchgear`.
template <class P = double>
struct Line {
  static constexpr std::string_view type = "line";
  static constexpr bool conducts = true;
  static constexpr std::string_view summary = "a cable or busway: series impedance, shunt capacitance and rating";

  P length, R_per_metre, X_per_metre, B_per_metre, I_rated, I_short_time, short_time, I_peak;

  static constexpr auto fields() {
    return table<Line, P>(
        parameter("length", &Line::length, "m", "length", positive),
        parameter("R_per_metre", &Line::R_per_metre, "ohm/m", "resistance of a phase", not_negative),
        parameter("X_per_metre", &Line::X_per_metre, "ohm/m", "reactance of a phase", not_negative),
        parameter("B_per_metre", &Line::B_per_metre, "S/m", "susceptance of a phase to ground", not_negative, 0.0),
        parameter("I_rated", &Line::I_rated, "A", "rated line current", positive),
        parameter("I_short_time", &Line::I_short_time, "A", "short-circuit current that it withstands, 0: not stated",
                  not_negative, 0.0),
        parameter("short_time", &Line::short_time, "s", "that it withstands it", positive, 1.0),
        parameter("I_peak", &Line::I_peak, "A", "peak that it withstands, 0: by the standards", not_negative, 0.0),
        port("from", Connector::ac, "end towards the grid"), port("to", Connector::ac, "end towards the load"),
        port("room", Connector::heat, "where the loss goes"), output("P_in", "W", "active power in at `from`"),
        output("P_out", "W", "active power out at `to`"), output("loss", "W", "loss in the resistance"),
        output("current", "A", "line current in the series impedance"),
        output("loading", "1", "line current over the rated one"), alarm("overloaded", "the load is above the rating"),
        output("dV", "V", "fall of the line-to-line voltage from `from` to `to`"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    AcPort<S> from, to;
    HeatPort<S> room;
  };
  template <class S>
  struct Through {
    AcFlow<S> from, to;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S P_in, P_out, loss, current, loading, overloaded, dV;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    const AcFlow<S> I = current(u);
    const P G = 0.0, B = 0.5 * B_per_metre * length;
    flow.from = end_current(1.0, I, G, B, u.from);
    flow.to = end_current(-1.0, I, G, B, u.to);
    flow.room.Q_flow = -loss(u);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    State<S> r;
    Through<S> flow;
    equations(x, x, u, r, flow);
    out.P_in = ac_power(u.from, flow.from);
    out.P_out = -ac_power(u.to, flow.to);
    out.loss = loss(u);
    out.current = line_current(current(u));
    out.loading = out.current / I_rated;
    out.overloaded = select(out.loading > S(1.0), S(1.0), S(0.0));
    out.dV = voltage(u.from) - voltage(u.to);
  }

  std::string check() const {
    constexpr double least = 1e-9;  // ohm: below that rounding decides the current
    if ((R_per_metre + X_per_metre) * length >= least) return {};
    return "R_per_metre and X_per_metre give less than 1e-9 ohm over its length: connect the two ends to one node "
           "instead";
  }

 private:
  /// Current in the series impedance, A.
  template <class S>
  AcFlow<S> current(const Across<S>& u) const {
    return series_current(u.from, u.to, P(R_per_metre * length), P(X_per_metre * length));
  }

  template <class S>
  S loss(const Across<S>& u) const {
    return R_per_metre * length * current_squared(current(u));
  }
};

}  // namespace wattloop
