#pragma once
// An uninterruptible power supply: rectifier and inverter, or the eco path, with or without a battery.

#include <string>

#include "models/ac_circuit.h"
#include "models/loss_curve.h"
#include "models/smooth_limits.h"
#include "solver/fault_source.h"
#include "solver/fields.h"

namespace wattloop {

/// A double-conversion UPS (IEC 62040-3, 2021: class VFI; with `eco` class VFD): its output voltage is V_out, whatever
/// the load and the input.
///
///   V_outlet = on ((1 - e) a(V_inlet) V_out + e |V_inlet|)         (e: share of the eco path, 0 in double conversion)
///   P_in = P_out + loss,   loss = on a P_rated ((1 - e) L_double(l) + e L_eco(l)),   l = P_out / P_rated
///   Q_in = P_in tan(acos(power_factor))
///
/// L is the cubic through the four published efficiencies. a(V) is 1 above V_minimum and 0 below V_cutoff, smooth
/// between: without a battery the output voltage falls with the input, and the loads, which become impedances, fall
/// with it. The input never carries less power than the output and the loss, so the energy balance closes at any
/// voltage. `derating` tells how much of the output voltage is missing. Assumed: loss by active power, not by current;
/// the output is a bus of its own (no other source on it).
///
/// In eco mode the load hangs on the input. An input below 88 to 90 % of V_out passes to it for `eco_transfer`, until
/// it is noticed and the inverter has the load (e = 0): 2 to 4 ms are usual in data sheets, the default is assumed. The
/// eco path closes again when the input has been good for `eco_return`. Below V_cutoff nothing passes; swells do, up to
/// `overvoltage`.
///
/// An input above `overvoltage` V_out is none: the rectifier lets go over the next 2 % (a(V) falls to 0) and the eco
/// path is left as in a dip, so the battery has the load. Without one the output is dead while the swell lasts.
///
/// Modules in parallel on one output bus (`parallel`) share by a droop of their voltage, and one that is off or has
/// nothing to give opens its output:
///
///   c (V_outlet - V) + droop V_out^2/P_rated I = 0,   c = 1 while it gives more than half of its voltage, else to 0
///
/// Without that several ideal voltages would hold one bus and their currents would be anything. All have the same
/// input.
///
/// The inverter gives no more than `I_limit` times its rated current I_r = P_rated/V_out (sqrt(3) times the line's):
///
///   V_outlet = V - Z I,   Z = 10 V_out/(I_limit I_r) max(1 - I_limit I_r/|I|, 0)
///
/// so a dead short takes 1.1 of that. A real one tires of it within some 0.1 s or hands the fault to its bypass; this
/// one goes on, and in eco mode it is as if the inverter had the load.
///
/// With a battery, what the rectifier does not carry comes from it without a break (b is 1 above the end of discharge):
///
///   P_rectifier = s (P_out + loss),   s = m / (m + b - m b),   m = rectifier a (w + (1 - w)(1 - b))
///   E dsoc/dt = -(P_b + k P_b^2 / P_rated),   P_b = (1 - s)(P_out + loss) - P_charge
///   C dT/dt = k P_b^2 / P_rated - UA (T - T_room)
///
/// The walk-in w rises to 1 in `walk_in` while the input is good and is lost within some 20 ms without it. E is what
/// `battery_time` of P_rated out of it takes out of a full battery at 25 degC; in the cold a share of `cold_loss` per
/// kelvin stays in it. P_charge ends smoothly as the battery fills. `rectifier` = 0 keeps the load on the battery: what
/// a control writes that counts transfers. Assumed: open-circuit voltage constant over the charge, no ageing, no
/// self-discharge.
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
  static constexpr bool conducts = true, stores_electricity = true;
  static constexpr std::string_view summary = "a double-conversion UPS with an eco mode and a battery";

  P P_rated, V_out, V_minimum, V_cutoff, power_factor, eco_transfer, eco_return, parallel, droop, I_limit;
  P overvoltage, battery, battery_time, charge_time, battery_loss, cold_loss, walk_in, C_battery, UA_battery;
  P eta_25, eta_50, eta_75, eta_100, eco_eta_25, eco_eta_50, eco_eta_75, eco_eta_100;

  static constexpr auto fields() {
    return table<Ups, P>(
        parameter("P_rated", &Ups::P_rated, "W", "rated active power at the output", positive),
        parameter("V_out", &Ups::V_out, "V", "output voltage, line to line", positive, 415.0),
        parameter("V_minimum", &Ups::V_minimum, "V", "input voltage below which the output voltage falls", positive,
                  353.0),
        parameter("V_cutoff", &Ups::V_cutoff, "V", "input voltage below which there is no output", positive, 290.0),
        parameter("overvoltage", &Ups::overvoltage, "1", "input voltage over V_out above which it is not used [A]",
                  Range{1.0, 3.0}, 1.15),
        parameter("power_factor", &Ups::power_factor, "1", "of the input, lagging", Range{0.05, 1.0}, 0.99),
        parameter("eta_25", &Ups::eta_25, "1", "efficiency at 25 % load", Range{0.1, 0.9999}, 0.970),
        parameter("eta_50", &Ups::eta_50, "1", "efficiency at 50 % load", Range{0.1, 0.9999}, 0.973),
        parameter("eta_75", &Ups::eta_75, "1", "efficiency at 75 % load", Range{0.1, 0.9999}, 0.970),
        parameter("eta_100", &Ups::eta_100, "1", "efficiency at full load", Range{0.1, 0.9999}, 0.964),
        parameter("eco_eta_25", &Ups::eco_eta_25, "1", "eco efficiency at 25 % load", Range{0.1, 0.9999}, 0.984),
        parameter("eco_eta_50", &Ups::eco_eta_50, "1", "eco efficiency at 50 % load", Range{0.1, 0.9999}, 0.990),
        parameter("eco_eta_75", &Ups::eco_eta_75, "1", "eco efficiency at 75 % load", Range{0.1, 0.9999}, 0.992),
        parameter("eco_eta_100", &Ups::eco_eta_100, "1", "eco efficiency at full load", Range{0.1, 0.9999}, 0.992),
        parameter("eco_transfer", &Ups::eco_transfer, "s", "that a dip passes to the load in eco mode [A]",
                  Range{1e-4, 1.0}, 0.004),
        parameter("eco_return", &Ups::eco_return, "s", "of good input before the eco path closes again [A]", positive,
                  60.0),
        choice("parallel", &Ups::parallel, "whether other modules hold the same output bus", {"no", "yes"}),
        parameter("droop", &Ups::droop, "1", "of the voltage from no load to P_rated, of modules in parallel [A]",
                  Range{1e-4, 0.2}, 0.02),
        parameter("I_limit", &Ups::I_limit, "1", "largest current over the rated one [A]", Range{1.1, 20.0}, 2.5),
        choice("battery", &Ups::battery, "whether there is one", {"no", "yes"}),
        parameter("battery_time", &Ups::battery_time, "s", "that a full battery gives P_rated, 25 degC [A]", positive,
                  300.0),
        parameter("charge_time", &Ups::charge_time, "s", "that charging an empty battery takes, about [A]", positive,
                  36000.0),
        parameter("battery_loss", &Ups::battery_loss, "1", "loss at rated output over that output [A]", Range{0.0, 0.2},
                  0.04),
        parameter("cold_loss", &Ups::cold_loss, "1/K", "share of the charge that stays per kelvin below 25 degC [A]",
                  Range{0.0, 0.05}, 0.008),
        parameter("walk_in", &Ups::walk_in, "s", "in which the rectifier takes over a returned load", positive, 15.0),
        parameter("C_battery", &Ups::C_battery, "J/K", "heat capacity of the battery [A]", positive, 5e6),
        parameter("UA_battery", &Ups::UA_battery, "W/K", "from the battery to the room [A]", positive, 500.0),
        port("inlet", Connector::ac, "supply of the rectifier"), port("outlet", Connector::ac, "the bus it holds"),
        port("room", Connector::heat, "where the loss goes"),
        input("on", "1", "1: the output is live, 0: it is not", fraction, 1.0),
        input("eco", "1", "1: eco mode, 0: double conversion", fraction, 0.0),
        input("rectifier", "1", "1: the input may carry the load, 0: the load stays on the battery", fraction, 1.0),
        differential("walk", "1", "share of the load that the rectifier may take", 1.0),
        differential("soc", "1", "charge of the battery over that of a full one", 1.0),
        differential("T_battery", "K", "temperature of the battery", 300.0),
        differential("dip", "1", "how far a dip in eco mode is noticed: the inverter takes over from 0.9 to 1", 0.0),
        kept("I_re", "A", "current out of the outlet, real part, sqrt(3) times the line's", 0.0),
        kept("I_im", "A", "current out of the outlet, imaginary part", 0.0), output("P_in", "W", "active power in"),
        output("P_out", "W", "active power out"), output("loss", "W", "heat to the room"),
        output("efficiency", "1", "P_out over P_in"), output("loading", "1", "P_out over P_rated"),
        alarm("overloaded", "the load is above the rating"),
        alarm("limited", "the current is at its limit and the output sags"),
        output("derating", "1", "share of the output voltage that is missing for lack of input voltage"),
        output("P_battery", "W", "power out of the battery"), output("soc", "1", "charge of the battery"),
        output("autonomy", "s", "that the battery would last at this load"),
        alarm("on_battery", "the battery carries the load"), alarm("battery_low", "less than a fifth of the charge"),
        alarm("input_high", "the input is above its limit and not used"));
  }

  template <class S>
  struct State {
    S walk, soc, T_battery, dip, I_re, I_im;
  };
  template <class S>
  struct Across {
    AcPort<S> inlet, outlet;
    HeatPort<S> room;
    S on, eco, rectifier;
  };
  template <class S>
  struct Through {
    AcFlow<S> inlet, outlet;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S P_in, P_out, loss, efficiency, loading, overloaded, limited, derating;
    S P_battery, soc, autonomy, on_battery, battery_low, input_high;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double drop = 0.02;     // s, in which the walk-in is lost
    constexpr double settling = 0.5;  // s, of its last part
    constexpr double full = 10.0;     // s, in which a missing battery counts as full
    const Operation<S> o = operate(x, u);
    const P R = droop * V_out * V_out / P_rated, I_most = I_limit * P_rated / V_out;
    const S beyond = ramp(S(1.0 - I_most / magnitude(x.I_re, x.I_im)), 0.01);
    const S drop_re = 10.0 * V_out / I_most * beyond * x.I_re, drop_im = 10.0 * V_out / I_most * beyond * x.I_im;
    const S c = 1.0 - parallel * (1.0 - smooth_step(o.live, 0.5, 1.0));
    r.I_re = c * (u.outlet.V_re - o.V + drop_re) + parallel * R * x.I_re;
    r.I_im = c * (u.outlet.V_im + drop_im) + parallel * R * x.I_im;
    const P leakage = parallel * 1e-8;  // S: its insulation keeps a bus at 0 V that all modules have left
    flow.outlet = {leakage * u.outlet.V_re - x.I_re, leakage * u.outlet.V_im - x.I_im};
    r.dip = dx.dip - dip_rate(x, u);
    flow.inlet = ac_constant_power(o.P_in, S(reactive_share(power_factor) * o.P_in), u.inlet, V_cutoff);

    const S to_go = smooth_sign(S((1.0 - x.walk) * (walk_in / settling)));
    r.walk = dx.walk - (o.input * to_go / walk_in - (1.0 - o.input) * x.walk / drop);
    const S P_stored = -(o.P_battery + o.battery_loss);
    r.soc = energy() * (dx.soc + (1.0 - battery) * (x.soc - 1.0) / full) - P_stored;
    const S Q_battery = UA_battery * (x.T_battery - u.room.T);
    r.T_battery = C_battery * dx.T_battery - o.battery_loss + Q_battery;
    const S leaks = leakage * (u.outlet.V_re * u.outlet.V_re + u.outlet.V_im * u.outlet.V_im);
    flow.room.Q_flow = -o.loss - battery * Q_battery - leaks;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    constexpr double idle = 1e-3;  // of the rating: less from the battery does not count
    const Operation<S> o = operate(x, u);
    const S one(1.0), zero(0.0), need = o.P_out + o.loss;
    out.P_out = o.P_out;
    out.loss = o.loss;
    out.P_in = o.P_in;
    out.efficiency = o.P_out / magnitude(S(o.P_in + o.P_battery), zero);
    out.loading = o.P_out / P_rated;
    out.overloaded = select(out.loading > one, one, zero);
    out.limited = select(magnitude(x.I_re, x.I_im) > S(I_limit * P_rated / V_out), one, zero);
    out.derating = select(u.on > S(0.5), S(1.0 - o.V / V_out), zero);
    out.P_battery = o.P_battery;
    out.soc = x.soc;
    const S drain = smooth_max(S(need + need * need * (battery_loss / P_rated)), S(idle * P_rated), idle * P_rated);
    out.autonomy = battery * energy() * positive_part(S(x.soc - charge_left(x)), 1e-9) / drain;
    out.on_battery = select(o.P_battery > S(idle * P_rated), one, zero);
    out.battery_low = battery * select(x.soc < S(0.2), one, zero);
    out.input_high = select(voltage(u.inlet) > S(overvoltage * V_out), one, zero);
  }

  /// J: in the battery, and its heat above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return battery * (energy() * x.soc + C_battery * x.T_battery);
  }

  /// V, line to line; 0 where the component states none.
  double nominal_voltage(int port) const {
    constexpr int outlet = 1;
    return port == outlet ? V_out : 0.0;
  }

  /// 1.1 (the voltage factor of IEC 60909-0, 2016) of its output voltage behind what lets its largest current through.
  FaultSource fault_source() const { return {{0.0, V_out * V_out / (I_limit * P_rated)}}; }

  std::string check() const {
    if (!(V_cutoff < V_minimum)) return "V_cutoff must be below V_minimum";
    if (!double_conversion().plausible()) return "the efficiencies give a loss that does not rise with load";
    if (!eco_mode().plausible()) return "the eco efficiencies give a loss that does not rise with load";
    return {};
  }

 private:
  LossCurve<P> double_conversion() const { return {eta_25, eta_50, eta_75, eta_100}; }
  LossCurve<P> eco_mode() const { return {eco_eta_25, eco_eta_50, eco_eta_75, eco_eta_100}; }

  template <class S>
  struct Operation {
    S input;                                       ///< 1: the rectifier may feed
    S live;                                        ///< share of what it should give that it can
    S V;                                           ///< at no load, V
    S P_out, loss, P_in, P_battery, battery_loss;  // W; P_battery out of it
  };

  /// Of a full battery, J.
  P energy() const { return battery_time * P_rated * (1.0 + battery_loss); }

  /// Charge that cannot be drawn at the battery's temperature.
  template <class S>
  S charge_left(const State<S>& x) const {
    constexpr double T_warm = 298.15, corner = 0.1;  // K
    return cold_loss * ramp(S(T_warm - x.T_battery), corner);
  }

  /// 1 up to the largest input voltage, 0 from 2 % above it.
  template <class S>
  S not_high(const Across<S>& u) const {
    const P limit = overvoltage * V_out;
    return 1.0 - supply_available(u.inlet, limit, P(1.02 * limit));
  }

  /// 1/s: to 0.9 within `eco_transfer` of a dip and to 1.05 where it stops; back to 1 in `eco_return`, then at once.
  template <class S>
  S dip_rate(const State<S>& x, const Across<S>& u) const {
    constexpr double forgets = 0.01;  // s
    const S good = supply_available(u.inlet, P(0.88 * V_out), P(0.90 * V_out)) * not_high(u);
    const S transferred = smooth_step(x.dip, 0.995, 1.005);
    const S rises = u.eco * smooth_step(S(1.05 - x.dip), 0.0, 0.05) * (0.9 / eco_transfer);
    const S falls = transferred * (0.045 / eco_return) + (1.0 - transferred) * x.dip / forgets;
    return (1.0 - good) * rises - good * falls;
  }

  template <class S>
  Operation<S> operate(const State<S>& x, const Across<S>& u) const {
    constexpr double end = 0.005;      // of the charge, over which the output falls at the end of discharge
    constexpr double taper = 0.05;     // of the charge, over which charging ends
    constexpr double rounding = 1e-6;  // keeps the shares finite with neither input nor battery
    Operation<S> o;
    o.input = u.rectifier * supply_available(u.inlet, V_cutoff, V_minimum) * not_high(u);
    const S left = charge_left(x);
    const S b = battery * smooth_step(S((x.soc - left) / end), 0.0, 1.0);
    const S eco = u.eco * (1.0 - smooth_step(x.dip, 0.9, 1.0)), inverter = o.input + b - o.input * b;
    const S passes = supply_available(u.inlet, V_cutoff, P(1.05 * V_cutoff));
    const S by_eco = eco * passes, live = by_eco + (1.0 - eco) * inverter;
    o.live = u.on * live;
    o.V = u.on * (by_eco * voltage(u.inlet) + (1.0 - eco) * inverter * V_out);
    o.P_out = ac_power(u.outlet, AcFlow<S>{x.I_re, x.I_im});
    const S load = o.P_out / P_rated;
    o.loss = o.live * P_rated * ((1.0 - eco) * double_conversion()(load) + eco * eco_mode()(load));
    const S m = o.input * (x.walk + (1.0 - x.walk) * (1.0 - b)), carried = m + b - m * b;
    const S need = o.P_out + o.loss;
    const S from_battery = battery * (1.0 - m * carried / (carried * carried + rounding * rounding));
    const S s = 1.0 - (1.0 - by_eco * live / (live * live + rounding * rounding)) * from_battery;
    const S P_charge = battery * o.input * x.walk * (energy() / charge_time) * smooth_sign(S((1.0 - x.soc) / taper));
    o.P_in = s * need + P_charge;
    o.P_battery = (1.0 - s) * need - P_charge;
    o.battery_loss = o.P_battery * o.P_battery * (battery_loss / P_rated);
    return o;
  }
};

}  // namespace wattloop
