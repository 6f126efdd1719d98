#pragma once
// A battery of the site whose inverter forms the grid: a voltage whose angle and size droop with its load.

#include "models/ac_circuit.h"
#include "models/battery_store.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A battery behind a grid-forming inverter: a voltage behind a reactance.
///
///   V_bus = h E exp(j delta) - j (1 + z) X I,   E = V_set (1 - droop_V Q_m)  off the bus I = 0
///   d(delta)/dt = 2 pi f_n (f - frame) - delta/10 s,   f = 1 - droop_f (P_m - P_set)
///   T dP_m/dt = P - P_m,  T dQ_m/dt = Q - Q_m         (P, Q out of it over P_rated)
///   2 ms dz/dt = max(|I|/I_rated - limit, -z),    I_rated = P_rated/(sqrt(3) V_set)
///
/// Units in parallel share a step of the load by 1/X at first and by P_rated/droop_f in the end; alone after a step dP
/// the frequency falls by droop_f dP within T: droop with a measuring lag T acts as an inertia H = T/(2 droop_f)
/// (D'Arco & Suul, IEEE Trans. Smart Grid 5 (2014) 394). h fades the voltage over the last hundredth of the charge. A
/// source of the same island may be a grid: with it the power in the end is P_set. The angle counts from a frame that
/// turns with the `frame` (nominal, or `{signal: grid.frequency_pu}`) and creeps back at 1/10 s (0.3 % of P_rated
/// beside a grid); off the bus it follows the bus. z is the virtual impedance of a current limiter (Paquette & Divan,
/// IEEE Trans. Ind. Appl. 51 (2015) 1626), here a pure reactance: an overload sees the voltage fall until it takes no
/// more than `limit`. A full battery takes what comes.
template <class P = double>
struct GridFormingBattery {
  static constexpr std::string_view type = "grid_forming_battery";
  static constexpr bool is_reference = true, stores_electricity = true;
  static constexpr std::string_view summary = "a site battery whose inverter forms the grid, with droop";

  P P_rated, capacity, V_set, f_nominal, X, droop_f, droop_V, T, limit, soc_start, no_load_loss, loss_factor;

  static constexpr auto fields() {
    using C = GridFormingBattery;
    return table<C, P>(
        parameter("P_rated", &C::P_rated, "W", "rated active power", positive),
        parameter("capacity", &C::capacity, "J", "energy of a full battery", positive),
        parameter("V_set", &C::V_set, "V", "line-to-line voltage without load", positive),
        parameter("f_nominal", &C::f_nominal, "Hz", "nominal frequency", Range{10.0, 100.0}, 60.0),
        parameter("X", &C::X, "1", "reactance to the bus on P_rated [A]", Range{0.02, 1.0}, 0.15),
        parameter("droop_f", &C::droop_f, "1", "fall of the frequency at rated power [A]", Range{1e-4, 0.2}, 0.01),
        parameter("droop_V", &C::droop_V, "1", "fall of the voltage at Q = P_rated [A]", Range{0.0, 0.5}, 0.02),
        parameter("T", &C::T, "s", "lag of the measured power [A]", Range{1e-3, 10.0}, 0.05),
        parameter("limit", &C::limit, "1", "largest current over the rated one [A]", Range{0.1, 10.0}, 1.5),
        parameter("soc_start", &C::soc_start, "1", "charge at the start over that of a full battery", fraction, 0.5),
        parameter("no_load_loss", &C::no_load_loss, "1", "loss without load over P_rated [A]", Range{0.0, 0.1}, 0.004),
        parameter("loss_factor", &C::loss_factor, "1", "loss at rated power beside that, over P_rated [A]",
                  Range{0.0, 0.2}, 0.03),
        port("bus", Connector::ac, "where it feeds"), port("room", Connector::heat, "where the loss goes"),
        input("on", "1", "1: on the bus, 0: off it", fraction, 1.0),
        input("P_set", "1", "power at nominal frequency over the rated one", Range{-1.0, 1.0}, 0.0),
        input("frame", "1", "frequency of the frame of all angles over the nominal one: that of a grid beside it",
              Range{0.5, 1.5}, 1.0),
        input("clock", "1", "1 while time runs, 0 where a steady state is sought; the program writes it", fraction,
              0.0),
        signal_output("charge", "1", "charge over that of a full battery"),
        signal_output("frequency", "1", "of its voltage over the nominal one"),
        differential("soc", "1", "charge over that of a full battery", 0.5),
        differential("delta", "1", "angle of the internal voltage [rad]", 0.0),
        differential("P_m", "1", "measured active power out over P_rated", 0.0),
        differential("Q_m", "1", "measured reactive power out over P_rated", 0.0),
        differential("z", "1", "virtual reactance by which it keeps to its limit, over X", 0.0),
        kept("I_re", "A", "current into the bus, real part, sqrt(3) times the line's", 0.0),
        kept("I_im", "A", "current into the bus, imaginary part", 0.0), output("P", "W", "active power out"),
        output("Q", "var", "reactive power out"), output("frequency", "Hz", "of its voltage"),
        output("loading", "1", "apparent power over P_rated"), output("P_battery", "W", "power out of it"),
        output("loss", "W", "heat to the room"), output("soc", "1", "charge over that of a full battery"),
        output("autonomy", "s", "that it lasts at this power"), alarm("overloaded", "the load is above the rating"),
        alarm("empty", "no charge to give"), alarm("limited", "the current is at its limit"));
  }

  template <class S>
  struct State {
    S soc, delta, P_m, Q_m, z, I_re, I_im;
  };
  template <class S>
  struct Across {
    AcPort<S> bus;
    HeatPort<S> room;
    S on, P_set, frame, clock;
  };
  template <class S>
  struct Through {
    AcFlow<S> bus;
    HeatFlow<S> room;
    S charge, frequency;
  };
  template <class S>
  struct Outputs {
    S P_el, Q_el, frequency, loading, P_battery, loss, soc, autonomy, overloaded, empty, limited;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double pi = 3.14159265358979323846;
    constexpr double creep = 0.1, synchroniser = 20.0;  // 1/s
    constexpr double control = 2e-3;                    // s, of the limit
    const BatteryStore<P> store = battery();
    const S c = u.on, off = 1.0 - c;
    const Phasor<S> e = unit_phasor(x.delta);
    const S E = store.has_charge(x.soc) * V_set * (1.0 - droop_V * x.Q_m);
    const S X_ohm = X * V_set * V_set / P_rated * (1.0 + x.z);
    r.I_re = c * (u.bus.V_re - E * e.re) - X_ohm * (c * x.I_im - off * x.I_re);
    r.I_im = c * (u.bus.V_im - E * e.im) + X_ohm * (c * x.I_re + off * x.I_im);
    flow.bus = {-x.I_re, -x.I_im};

    const AcFlow<S> I{x.I_re, x.I_im};
    const S power = ac_power(u.bus, I);
    const S frequency = relative_frequency(x, u);
    const S apart = (u.bus.V_im * e.re - u.bus.V_re * e.im) / V_set;
    r.delta =
        dx.delta - c * (2.0 * pi * f_nominal) * (frequency - u.frame) - off * synchroniser * apart + creep * x.delta;
    r.P_m = T * dx.P_m - (power / P_rated - x.P_m);
    r.Q_m = T * dx.Q_m - (reactive_power(u.bus, I) / P_rated - x.Q_m);
    const S excess = magnitude(x.I_re, x.I_im) * V_set / P_rated - limit;
    r.z = control * dx.z - (ramp(S(excess + x.z), 1e-3) - x.z);
    r.soc = store.balance(x.soc, dx.soc, power, u.on, u.clock);
    flow.room.Q_flow = -store.loss(power, u.on);
    flow.charge = x.soc;
    flow.frequency = frequency;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const S one(1.0), zero(0.0);
    const AcFlow<S> I{x.I_re, x.I_im};
    out.P_el = ac_power(u.bus, I);
    out.Q_el = reactive_power(u.bus, I);
    out.frequency = f_nominal * relative_frequency(x, u);
    out.loading = magnitude(out.P_el, out.Q_el) / P_rated;
    out.P_battery = out.P_el;
    out.loss = battery().loss(out.P_el, u.on);
    out.soc = x.soc;
    out.autonomy = battery().autonomy(x.soc, out.P_el, u.on);
    out.overloaded = select(out.loading > one, one, zero);
    out.limited = select(x.z > S(0.02), one, zero);
    out.empty = select(x.soc < S(BatteryStore<P>::end), one, zero);
  }

  /// J.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return capacity * x.soc;
  }

  /// W.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    const S power = ac_power(u.bus, AcFlow<S>{x.I_re, x.I_im});
    return battery().energy_from_outside(x.soc, power, u.on, u.clock);
  }

  double nominal_voltage(int port) const { return port == 0 ? V_set : 0.0; }

 private:
  BatteryStore<P> battery() const { return {P_rated, capacity, no_load_loss, loss_factor, soc_start}; }

  template <class S>
  S relative_frequency(const State<S>& x, const Across<S>& u) const {
    return 1.0 - u.on * droop_f * (x.P_m - u.P_set);
  }
};

}  // namespace wattloop
