#pragma once
// A switch that gives a load to its second source when the first fails.

#include <string>

#include "models/ac_circuit.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A transfer switch: contacts of two sources onto one load, one of them closed, break before make.
///
///   dw/dt = 1/detection while |V_1| < V_drop V_n,   -1/retransfer while |V_1| > V_return V_n,   else w rests
///   0 <= w <= 1;  push = 1 with w at 1 and source 2 there, -1 with w at 0, else 0
///   |dz/dt| = 1/(2 break_time) to 1 where z + 0.8 push > 1/2, else to 0
///   c_1 opens at z = 1/4, c_2 closes at 3/4;   c_i (V_i - V_load) = (c_i R + (1 - c_i) Z) I_i
///
/// Contacts that have begun to move have the push with them: they snap, however slowly the timer comes to its end.
///
/// A static switch senses and breaks within milliseconds (a quarter of a cycle), an automatic one with a motor within a
/// second, and returns after minutes: the parameters say which. If source 2 fails while source 1 is good, it goes back
/// without waiting. Assumed: the sources are in phase or the break is long enough; the arc of a mechanical switch ends
/// at once.
template <class P = double>
struct TransferSwitch {
  static constexpr std::string_view type = "transfer_switch";
  static constexpr bool conducts = true;
  static constexpr std::string_view summary = "a static or automatic transfer switch between two sources";

  P I_rated, R, V_nominal, V_drop, V_return, detection, break_time, retransfer;

  static constexpr auto fields() {
    using C = TransferSwitch;
    return table<C, P>(
        parameter("I_rated", &C::I_rated, "A", "rated line current", positive),
        parameter("V_nominal", &C::V_nominal, "V", "line-to-line voltage", positive, 415.0),
        parameter("R", &C::R, "ohm", "resistance of a closed path [A]", positive, 1e-4),
        parameter("V_drop", &C::V_drop, "1", "voltage over the nominal one below which source 1 counts as lost [A]",
                  Range{0.1, 1.0}, 0.85),
        parameter("V_return", &C::V_return, "1", "voltage over the nominal one above which a source is good [A]",
                  Range{0.1, 1.2}, 0.9),
        parameter("detection", &C::detection, "s", "for which source 1 is low before it transfers [A]",
                  Range{1e-4, 60.0}, 2e-3),
        parameter("break_time", &C::break_time, "s", "in which neither source feeds the load [A]", Range{1e-4, 10.0},
                  2e-3),
        parameter("retransfer", &C::retransfer, "s", "for which source 1 is good before it goes back [A]",
                  Range{0.01, 36000.0}, 5.0),
        port("source_1", Connector::ac, "preferred source"), port("source_2", Connector::ac, "alternate source"),
        port("load", Connector::ac, "what is fed"), port("room", Connector::heat, "where the loss goes"),
        input("on", "1", "1: it may close, 0: both paths open", fraction, 1.0),
        input("preferred", "1", "1: source 1 may feed, 0: held on source 2", fraction, 1.0),
        signal_output("position", "1", "0: on source 1, 1: on source 2"),
        differential("lost", "1", "timer: 1 when source 1 is to be left, 0 when it is to be taken", 0.0),
        differential("z", "1", "position of the contacts, 0 on source 1, 1 on source 2", 0.0),
        kept("I1_re", "A", "current from source 1, real part, sqrt(3) times the line's", 0.0),
        kept("I1_im", "A", "current from source 1, imaginary part", 0.0),
        kept("I2_re", "A", "current from source 2, real part", 0.0),
        kept("I2_im", "A", "current from source 2, imaginary part", 0.0), output("P", "W", "active power to the load"),
        output("current", "A", "line current"), output("loading", "1", "line current over the rated one"),
        output("loss", "W", "heat of the paths"), alarm("on_alternate", "source 2 feeds the load"),
        alarm("no_source", "neither source is good"), alarm("overloaded", "the current is above the rating"));
  }

  template <class S>
  struct State {
    S lost, z, I1_re, I1_im, I2_re, I2_im;
  };
  template <class S>
  struct Across {
    AcPort<S> source_1, source_2, load;
    HeatPort<S> room;
    S on, preferred;
  };
  template <class S>
  struct Through {
    AcFlow<S> source_1, source_2, load;
    HeatFlow<S> room;
    S position;
  };
  template <class S>
  struct Outputs {
    S P_el, current, loading, loss, on_alternate, no_source, overloaded;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double near = 0.02;  // of the timer and of the way, over which they come to rest
    const S low = 1.0 - u.preferred * above(u.source_1, V_drop), good = u.preferred * above(u.source_1, V_return);
    const S rises = low * smooth_sign(S((1.0 - x.lost) / near)), falls = good * smooth_sign(S(x.lost / near));
    r.lost = dx.lost - rises / detection + falls / retransfer;

    const S alternate = above(u.source_2, V_return);
    const S go = smooth_step(x.lost, 0.9, 0.98) * alternate;
    const S done = 1.0 - smooth_step(x.lost, 0.02, 0.1), better = good * (1.0 - above(u.source_2, V_drop));
    const S back = done + better - done * better;
    const S push = go * (1.0 - back) - back;
    const S target = smooth_step(S(x.z + 0.8 * push), 0.4, 0.6);
    r.z = dx.z - smooth_sign(S((target - x.z) / near)) / (2.0 * break_time);

    const S c1 = u.on * (1.0 - smooth_step(x.z, 0.2, 0.3)), c2 = u.on * smooth_step(x.z, 0.7, 0.8);
    const S Z1 = c1 * R + (1.0 - c1) * Z_open, Z2 = c2 * R + (1.0 - c2) * Z_open;
    r.I1_re = c1 * (u.source_1.V_re - u.load.V_re) - Z1 * x.I1_re;
    r.I1_im = c1 * (u.source_1.V_im - u.load.V_im) - Z1 * x.I1_im;
    r.I2_re = c2 * (u.source_2.V_re - u.load.V_re) - Z2 * x.I2_re;
    r.I2_im = c2 * (u.source_2.V_im - u.load.V_im) - Z2 * x.I2_im;
    flow.source_1 = {x.I1_re + leakage * u.source_1.V_re, x.I1_im + leakage * u.source_1.V_im};
    flow.source_2 = {x.I2_re + leakage * u.source_2.V_re, x.I2_im + leakage * u.source_2.V_im};
    flow.load = {leakage * u.load.V_re - x.I1_re - x.I2_re, leakage * u.load.V_im - x.I1_im - x.I2_im};
    flow.room.Q_flow = -loss(x, u);
    flow.position = x.z;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const S one(1.0), zero(0.0);
    const AcFlow<S> I{x.I1_re + x.I2_re, x.I1_im + x.I2_im};
    out.P_el = ac_power(u.load, I);
    out.current = line_current(I);
    out.loading = out.current / I_rated;
    out.loss = loss(x, u);
    out.on_alternate = select(x.z > S(0.75), one, zero);
    const S good = smooth_max(above(u.source_1, V_drop), above(u.source_2, V_drop), 1e-3);
    out.no_source = select(good < S(0.5), one, zero);
    out.overloaded = select(out.loading > one, one, zero);
  }

  std::string check() const { return V_drop < V_return ? "" : "V_drop must be below V_return"; }

 private:
  static constexpr double Z_open = 1.0;    // ohm: scale of the equation I = 0
  static constexpr double leakage = 1e-8;  // S: a bus that nothing feeds has a voltage, which is zero

  /// 1 above a share of the nominal voltage, 0 below, over 1 % of its square.
  template <class S>
  S above(const AcPort<S>& v, const P& share) const {
    const S square = (v.V_re * v.V_re + v.V_im * v.V_im) / (V_nominal * V_nominal);
    return smooth_step(S(square - share * share), -0.005, 0.005);
  }

  /// What the port powers leave in it, W.
  template <class S>
  S loss(const State<S>& x, const Across<S>& u) const {
    const auto square = [](const AcPort<S>& port) { return port.V_re * port.V_re + port.V_im * port.V_im; };
    return (u.source_1.V_re - u.load.V_re) * x.I1_re + (u.source_1.V_im - u.load.V_im) * x.I1_im +
           (u.source_2.V_re - u.load.V_re) * x.I2_re + (u.source_2.V_im - u.load.V_im) * x.I2_im +
           leakage * (square(u.source_1) + square(u.source_2) + square(u.load));
  }
};

}  // namespace wattloop
