#pragma once
// An uninterruptible power supply without its battery: rectifier and inverter, or the eco path.

#include <string>

#include "models/ac_circuit.h"
#include "models/loss_curve.h"
#include "solver/fields.h"

namespace wattloop {

/// A double-conversion UPS (IEC 62040-3, 2021: class VFI; with `eco` the efficiency of class VFD): its output voltage
/// is V_out, whatever the load and the input.
///
///   V_outlet = on a(V_inlet) V_out
///   P_in = P_out + loss,   loss = on a P_rated ((1 - eco) L_double(l) + eco L_eco(l)),   l = P_out / P_rated
///   Q_in = P_in tan(acos(power_factor))
///
/// L is the cubic through the four published efficiencies. a(V) is 1 above V_minimum and 0 below V_cutoff, smooth
/// between: with the input the output voltage falls, and the loads, which become impedances, fall with it. The input
/// never carries less power than the output and the loss, so the energy balance closes at any voltage. `derating` = 1 -
/// a tells how much is missing. Assumed: loss by active power, not by current; the output is a bus of its own (no other
/// source on it); the eco path keeps the voltage regulated.
///
/// The output stands at angle 0, a frame of its own: in operation an inverter follows the phase of its input. Nothing
/// here depends on the difference, since P_in and Q_in follow from powers and |V_inlet| alone; angles behind a UPS are
/// relative to its output. A path past it (a bypass line, two outputs on one bus) would carry currents that are not
/// real: there must be none.
///
/// Range: load 0 to 1.2; the loading is reported, not limited.
/// Default efficiencies: published class of 1 MW double-conversion units (Eaton 9395XR class, as reported by third
/// parties); voltages and input power factor: assumed, for 415 V.
template <class P = double>
struct Ups {
  static constexpr std::string_view type = "ups";
  static constexpr bool conducts = true;
  static constexpr std::string_view summary = "a double-conversion UPS with an eco mode, without battery";

  P P_rated, V_out, V_minimum, V_cutoff, power_factor;
  P eta_25, eta_50, eta_75, eta_100, eco_eta_25, eco_eta_50, eco_eta_75, eco_eta_100;

  static constexpr auto fields() {
    return table<Ups, P>(
        parameter("P_rated", &Ups::P_rated, "W", "rated active power at the output", positive),
        parameter("V_out", &Ups::V_out, "V", "output voltage, line to line", positive, 415.0),
        parameter("V_minimum", &Ups::V_minimum, "V", "input voltage below which the output voltage falls", positive,
                  353.0),
        parameter("V_cutoff", &Ups::V_cutoff, "V", "input voltage below which there is no output", positive, 290.0),
        parameter("power_factor", &Ups::power_factor, "1", "of the input, lagging", Range{0.05, 1.0}, 0.99),
        parameter("eta_25", &Ups::eta_25, "1", "efficiency at 25 % load", Range{0.1, 0.9999}, 0.970),
        parameter("eta_50", &Ups::eta_50, "1", "efficiency at 50 % load", Range{0.1, 0.9999}, 0.973),
        parameter("eta_75", &Ups::eta_75, "1", "efficiency at 75 % load", Range{0.1, 0.9999}, 0.970),
        parameter("eta_100", &Ups::eta_100, "1", "efficiency at full load", Range{0.1, 0.9999}, 0.964),
        parameter("eco_eta_25", &Ups::eco_eta_25, "1", "eco efficiency at 25 % load", Range{0.1, 0.9999}, 0.984),
        parameter("eco_eta_50", &Ups::eco_eta_50, "1", "eco efficiency at 50 % load", Range{0.1, 0.9999}, 0.990),
        parameter("eco_eta_75", &Ups::eco_eta_75, "1", "eco efficiency at 75 % load", Range{0.1, 0.9999}, 0.992),
        parameter("eco_eta_100", &Ups::eco_eta_100, "1", "eco efficiency at full load", Range{0.1, 0.9999}, 0.992),
        port("inlet", Connector::ac, "supply of the rectifier"), port("outlet", Connector::ac, "the bus it holds"),
        port("room", Connector::heat, "where the loss goes"),
        input("on", "1", "1: the output is live, 0: it is not", fraction, 1.0),
        input("eco", "1", "1: eco mode, 0: double conversion", fraction, 0.0),
        kept("I_re", "A", "current out of the outlet, real part, sqrt(3) times the line's", 0.0),
        kept("I_im", "A", "current out of the outlet, imaginary part", 0.0), output("P_in", "W", "active power in"),
        output("P_out", "W", "active power out"), output("loss", "W", "heat to the room"),
        output("efficiency", "1", "P_out over P_in"), output("loading", "1", "P_out over P_rated"),
        alarm("overloaded", "the load is above the rating"),
        output("derating", "1", "share of the output voltage that is missing for lack of input voltage"));
  }

  template <class S>
  struct State {
    S I_re, I_im;
  };
  template <class S>
  struct Across {
    AcPort<S> inlet, outlet;
    HeatPort<S> room;
    S on, eco;
  };
  template <class S>
  struct Through {
    AcFlow<S> inlet, outlet;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S P_in, P_out, loss, efficiency, loading, overloaded, derating;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.I_re = u.outlet.V_re - active(u) * V_out;
    r.I_im = u.outlet.V_im;
    flow.outlet = {-x.I_re, -x.I_im};
    const S P_loss = loss(x, u);
    const S P_in = power_out(x, u) + P_loss;
    flow.inlet = ac_constant_power(P_in, S(reactive_share(power_factor) * P_in), u.inlet, V_cutoff);
    flow.room.Q_flow = -P_loss;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.P_out = power_out(x, u);
    out.loss = loss(x, u);
    out.P_in = out.P_out + out.loss;
    out.efficiency = out.P_out / magnitude(out.P_in, S(0.0));
    out.loading = out.P_out / P_rated;
    out.overloaded = select(out.loading > S(1.0), S(1.0), S(0.0));
    out.derating = 1.0 - supply_available(u.inlet, V_cutoff, V_minimum);
  }

  /// V, line to line; 0 where the component states none.
  double nominal_voltage(int port) const {
    constexpr int outlet = 1;
    return port == outlet ? V_out : 0.0;
  }

  std::string check() const {
    if (!(V_cutoff < V_minimum)) return "V_cutoff must be below V_minimum";
    if (!double_conversion().plausible()) return "the efficiencies give a loss that does not rise with load";
    if (!eco_mode().plausible()) return "the eco efficiencies give a loss that does not rise with load";
    return {};
  }

 private:
  LossCurve<P> double_conversion() const { return {eta_25, eta_50, eta_75, eta_100}; }
  LossCurve<P> eco_mode() const { return {eco_eta_25, eco_eta_50, eco_eta_75, eco_eta_100}; }

  /// Share of V_out at the output.
  template <class S>
  S active(const Across<S>& u) const {
    return u.on * supply_available(u.inlet, V_cutoff, V_minimum);
  }

  template <class S>
  S power_out(const State<S>& x, const Across<S>& u) const {
    return ac_power(u.outlet, AcFlow<S>{x.I_re, x.I_im});
  }

  template <class S>
  S loss(const State<S>& x, const Across<S>& u) const {
    const S load = power_out(x, u) / P_rated;
    return active(u) * P_rated * ((1.0 - u.eco) * double_conversion()(load) + u.eco * eco_mode()(load));
  }
};

}  // namespace wattloop
