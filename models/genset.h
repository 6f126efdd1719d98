#pragma once
// A diesel generator set: engine, governor, generator, voltage regulator, breaker.

#include <string>

#include "models/ac_circuit.h"
#include "models/smooth_limits.h"
#include "solver/fault_source.h"
#include "solver/fields.h"

namespace wattloop {

/// A generator as a voltage behind its transient reactance, with the swing equation, a governor and a regulator.
///
///   on the bus (c = on closed = 1)                     off the bus (c = 0)
///   V_bus = E exp(j delta) - j X I                     I = 0
///   2 H s ds/dt = (P_m - P_e) / S_n - D (s - mean s)   s follows `on` within `run_up`
///   d(delta)/dt = 2 pi f_n (s - f) - delta/1000 s      delta follows the bus (synchroniser)
///   T_avr dE/dt = V_set v(s) - |V_bus| - E/1000        T_avr dE/dt = V_set v(s) - E
///   T_i dy/dt = K e                                    y = 0
///
///   T_engine dP_m/dt = P_rated g - P_m,   g = c (K e + y) kept between 0 and 1.1
///   e = 1 - s + sharing (loads / sets - P_m / P_rated)
///
/// s is the speed over the nominal one, v(s) = s/0.97 kept below 1 the limit
/// of volts per hertz, E at most `ceiling` V_set. The integral y makes the set isochronous; sets in parallel read the
/// sum of their loads and their number and so carry equal parts of their ratings; D, their damper windings,
/// takes swings between them away. After a step dP of the load the
/// frequency falls by dP f_n / (2 H S_n) a second at first. The angle counts from a frame that turns with f, the
/// `frame`: nominal, or `{signal: grid.frequency_pu}` where a grid leaves that. It creeps back at 1/1000 s, which gives
/// an island an angle and moves its frequency by less than 1 mHz.
///
///   tank d(fuel)/dt = -(h fuel_idle s + fuel_slope P_m)
///
/// The boundary for energy is the air gap: shaft power is the engine's, and P_e is what comes from outside. h takes g
/// and the speed of an idle engine away with what a second at full load burns: an engine without fuel gives no power,
/// and its set stalls with its bus or is turned by the others until something opens `closed`. A set that burns fuel has
/// no steady state: while one is sought (`clock` = 0) its tank is that of the start. Assumed: classical machine without
/// loss; the engine's heat leaves by its own radiator; turbocharger lag is part of T_engine. Cranking, order, failures
/// of starts and what the set's protection does belong to the case: a sequence writes `on` and `closed`; a set whose
/// engine is off is off the bus. Range on the bus: speed 0.8 to 1.2, positive power.
template <class P = double>
struct Genset {
  static constexpr std::string_view type = "genset";
  static constexpr bool is_reference = true;
  static constexpr std::string_view summary = "a diesel generator set with governor and voltage regulator";
  static constexpr std::string_view outside = "generators";

  P P_rated, V_set, power_factor, H, X, X_subtransient, damping, f_nominal, run_up, T_engine, K, T_i, sharing, T_avr,
      ceiling;
  P fuel_idle, fuel_slope, tank, fuel_start, f_low, f_high, overspeed_limit;

  static constexpr auto fields() {
    return table<Genset, P>(
        parameter("P_rated", &Genset::P_rated, "W", "rated active power (standby)", positive),
        parameter("V_set", &Genset::V_set, "V", "line-to-line voltage that it holds", positive, 415.0),
        parameter("power_factor", &Genset::power_factor, "1", "rated: S_n = P_rated / power_factor", Range{0.5, 1.0},
                  0.8),
        parameter("H", &Genset::H, "s", "inertia constant on S_n [A]", Range{0.1, 20.0}, 1.0),
        parameter("X", &Genset::X, "1", "transient reactance on S_n [A]", Range{0.02, 1.0}, 0.18),
        parameter("X_subtransient", &Genset::X_subtransient, "1", "subtransient reactance on S_n, for fault levels [A]",
                  Range{0.02, 1.0}, 0.13),
        parameter("damping", &Genset::damping, "1",
                  "torque on S_n per unit of speed beside the mean of the sets, 0: alone", Range{0.0, 100.0}, 0.0),
        parameter("f_nominal", &Genset::f_nominal, "Hz", "nominal frequency", Range{10.0, 100.0}, 60.0),
        parameter("run_up", &Genset::run_up, "s", "from standstill to nominal speed", positive, 7.0),
        parameter("T_engine", &Genset::T_engine, "s", "lag of the engine behind its governor [A]", positive, 0.2),
        parameter("K", &Genset::K, "1", "of the governor: power over the rating per unit of speed [A]", positive, 12.0),
        parameter("T_i", &Genset::T_i, "s", "integral time of the governor [A]", positive, 1.0),
        parameter("sharing", &Genset::sharing, "1", "speed per unit of load beside the mean of the sets, 0: alone",
                  Range{0.0, 0.2}, 0.0),
        parameter("T_avr", &Genset::T_avr, "s", "of the voltage regulator [A]", positive, 0.4),
        parameter("ceiling", &Genset::ceiling, "1", "largest internal voltage over V_set [A]", Range{1.0, 5.0}, 1.8),
        parameter("fuel_idle", &Genset::fuel_idle, "kg/s", "fuel without load [A]", not_negative, 0.012),
        parameter("fuel_slope", &Genset::fuel_slope, "kg/J", "fuel for each joule of shaft work [A]", not_negative,
                  5.2e-8),
        parameter("tank", &Genset::tank, "kg", "fuel in a full tank", positive, 1e4),
        parameter("fuel_start", &Genset::fuel_start, "1", "fuel at the start over that of a full tank", fraction, 1.0),
        parameter("f_low", &Genset::f_low, "1", "frequency over f_nominal below which it warns on the bus [A]",
                  Range{0.0, 1.0}, 0.92),
        parameter("f_high", &Genset::f_high, "1", "the same, above [A]", Range{1.0, 2.0}, 1.08),
        parameter("overspeed_limit", &Genset::overspeed_limit, "1", "speed above which it warns, on the bus or off [A]",
                  Range{1.0, 2.0}, 1.15),
        port("bus", Connector::ac, "where it feeds"),
        input("on", "1", "1: the engine runs, 0: it stands", fraction, 0.0),
        input("closed", "1", "1: on the bus, 0: off it", fraction, 0.0),
        input("loads", "1", "sum of the loads of the sets that share", not_negative, 0.0),
        input("speeds", "1", "sum of the speeds of the sets that share", not_negative, 0.0),
        input("sets", "1", "number of these sets on the bus", not_negative, 1.0),
        input("frame", "1", "frequency of the frame of all angles over the nominal one: that of a grid beside it",
              Range{0.5, 1.5}, 1.0),
        input("clock", "1", "1 while time runs, 0 where a steady state is sought; the program writes it", fraction,
              0.0),
        signal_output("ready", "1", "1: speed and voltage are right for the bus"),
        signal_output("on_bus", "1", "1: on the bus, 0: off it"),
        signal_output("speed_on_bus", "1", "speed over the nominal one, 0 off the bus"),
        signal_output("load", "1", "shaft power over the rating"),
        signal_output("frequency", "1", "speed over the nominal one"),
        signal_output("fuel_level", "1", "fuel in the tank over that of a full one"),
        differential("speed", "1", "over the nominal one", 1.0),
        differential("delta", "1", "angle of the internal voltage [rad]", 0.0),
        differential("P_m", "1", "shaft power over the rating", 0.5),
        differential("y", "1", "integral of the governor", 0.5),
        differential("E", "1", "internal voltage over V_set", 1.0),
        differential("fuel", "1", "fuel in the tank over that of a full one", 1.0),
        kept("I_re", "A", "current into the bus, real part, sqrt(3) times the line's", 0.0),
        kept("I_im", "A", "current into the bus, imaginary part", 0.0), output("P", "W", "active power into the bus"),
        output("Q", "var", "reactive power into the bus"), output("frequency", "Hz", "of its voltage"),
        output("rocof", "Hz/s", "rate at which that changes, 0 off the bus"),
        output("loading", "1", "active power over the rating"), output("fuel_flow", "kg/s", "fuel that it burns"),
        output("endurance", "s", "that the fuel lasts at this load"), output("fuel_left", "kg", "fuel in the tank"),
        alarm("overloaded", "the load is above the rating"),
        alarm("off_frequency", "on the bus more than 5 % beside nominal frequency"),
        alarm("underfrequency", "on the bus below f_low"), alarm("overfrequency", "on the bus above f_high"),
        alarm("overspeed", "faster than overspeed_limit"), alarm("fuel_low", "less than a tenth of the tank"),
        alarm("out_of_fuel", "asked to run with an empty tank"));
  }

  template <class S>
  struct State {
    S speed, delta, P_m, y, E, fuel, I_re, I_im;
  };
  template <class S>
  struct Across {
    AcPort<S> bus;
    S on, closed, loads, speeds, sets, frame, clock;
  };
  template <class S>
  struct Through {
    AcFlow<S> bus;
    S ready, on_bus, speed_on_bus, load, frequency, fuel_level;
  };
  template <class S>
  struct Outputs {
    S P_el, Q_el, frequency, rocof, loading, fuel_flow, endurance, fuel_left;
    S overloaded, off_frequency, underfrequency, overfrequency, overspeed, fuel_low, out_of_fuel;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double pi = 3.14159265358979323846;
    constexpr double creep = 1e-3;        // 1/s
    constexpr double synchroniser = 5.0;  // 1/s
    constexpr double corner = 0.97;       // speed below which the voltage falls with it
    constexpr double near = 0.02;         // of the nominal speed: the run-up ends
    constexpr double accuracy = 1e-3;     // of the voltage regulator
    const S c = u.on * u.closed, off = 1.0 - c;
    const Phasor<S> e = unit_phasor(x.delta);
    const P X_ohm = X * V_set * V_set * power_factor / P_rated;
    r.I_re = c * (u.bus.V_re - V_set * x.E * e.re) - X_ohm * (c * x.I_im - off * x.I_re);
    r.I_im = c * (u.bus.V_im - V_set * x.E * e.im) + X_ohm * (c * x.I_re + off * x.I_im);
    flow.bus = {-x.I_re, -x.I_im};

    const S fed = has_fuel(x), run = smooth_sign(S((u.on * fed - x.speed) / near)) / run_up;
    r.speed = c * (momentum(x) * dx.speed - torque(x, u)) + off * (dx.speed - run);
    // sine of the angle to the bus
    const S apart = (u.bus.V_im * e.re - u.bus.V_re * e.im) / V_set;
    r.delta = dx.delta - c * (2.0 * pi * f_nominal * (x.speed - u.frame) - creep * x.delta) -
              off * (synchroniser * apart - creep * x.delta);

    const S error = 1.0 - x.speed + sharing * (u.loads / running(u) - x.P_m);
    const S asked = K * error + x.y, gate = exact_clamp(asked, 0.0, 1.1, 0.01);
    r.P_m = T_engine * dx.P_m - (c * fed * gate - x.P_m);
    r.y = T_i * dx.y - c * (K * error - (asked - gate)) + off * x.y;
    const S V_asked = 1.0 - ramp(S(1.0 - x.speed / corner), 0.005);
    const S beyond = ramp(S(x.E - ceiling), 0.01) - ramp(S(-x.E), 0.01);
    r.E = T_avr * dx.E - (V_asked - c * voltage(u.bus) / V_set - (off + accuracy) * x.E) + 20.0 * c * beyond;
    r.fuel = dx.fuel + u.clock * fuel_flow(x) / tank + (1.0 - u.clock) * (x.fuel - fuel_start);

    flow.ready = smooth_step(x.speed, 0.95, 0.98) * smooth_step(x.E, 0.9, 0.95);
    flow.on_bus = c;
    flow.speed_on_bus = c * x.speed;
    flow.load = x.P_m;
    flow.frequency = x.speed;
    flow.fuel_level = x.fuel;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const S one(1.0), zero(0.0);
    out.P_el = power(x, u);
    out.Q_el = reactive_power(u.bus, AcFlow<S>{x.I_re, x.I_im});
    out.frequency = f_nominal * x.speed;
    out.rocof = u.on * u.closed * f_nominal * torque(x, u) / momentum(x);
    out.loading = out.P_el / P_rated;
    out.fuel_flow = fuel_flow(x);
    out.fuel_left = tank * x.fuel;
    out.endurance = out.fuel_left / smooth_max(out.fuel_flow, S(1e-4 * fuel_idle + 1e-9), 1e-9);
    out.overloaded = select(out.loading > one, one, zero);
    const S beside = x.speed - 1.0, on_bus = u.on * u.closed;
    out.off_frequency = on_bus * select(beside * beside > S(0.05 * 0.05), one, zero);
    out.underfrequency = on_bus * select(x.speed < S(f_low), one, zero);
    out.overfrequency = on_bus * select(x.speed > S(f_high), one, zero);
    out.overspeed = select(x.speed > S(overspeed_limit), one, zero);
    out.fuel_low = select(x.fuel < S(0.1), one, zero);
    out.out_of_fuel = u.on * select(has_fuel(x) < S(0.5), one, zero);
  }

  /// Power of the internal voltage, W: the machine has no loss.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    return power(x, u);
  }

  double nominal_voltage(int port) const { return port == 0 ? V_set : 0.0; }
  /// Behind the subtransient reactance, corrected by K_G = 1.1/(1 + x sin(phi)) (IEC 60909-0, 2016, eq. 18, at its
  /// rated voltage); after a few cycles behind the transient one.
  FaultSource fault_source() const {
    using std::sqrt;
    const P base = V_set * V_set * power_factor / P_rated, sine = sqrt(1.0 - power_factor * power_factor);
    const P K_G = 1.1 / (1.0 + X_subtransient * sine);
    return {{0.0, K_G * X_subtransient * base}, false, {0.0, X * base}};
  }
  std::string check() const { return X_subtransient <= X ? "" : "X_subtransient must not be above X"; }

 private:
  /// h: 1 while there is fuel.
  template <class S>
  S has_fuel(const State<S>& x) const {
    const P last = fuel_idle + fuel_slope * P_rated + 1e-9;  // kg: a second at full load
    return smooth_step(S(x.fuel * (tank / last)), 0.0, 1.0);
  }
  /// kg/s.
  template <class S>
  S fuel_flow(const State<S>& x) const {
    return has_fuel(x) * fuel_idle * x.speed + fuel_slope * P_rated * x.P_m;
  }
  /// Sets that share, at least half of one.
  template <class S>
  static S running(const Across<S>& u) {
    return smooth_max(u.sets, S(0.5), 1e-3);
  }
  /// s: 2 H s.
  template <class S>
  S momentum(const State<S>& x) const {
    constexpr double slowest = 0.3;  // keeps a stalled machine's equation
    return 2.0 * H * smooth_max(x.speed, S(slowest), 0.05);
  }
  /// What accelerates it on the bus, power over S_n.
  template <class S>
  S torque(const State<S>& x, const Across<S>& u) const {
    return power_factor * (x.P_m - power(x, u) / P_rated) - damping * (x.speed - u.speeds / running(u));
  }
  template <class S>
  static S power(const State<S>& x, const Across<S>& u) {
    return ac_power(u.bus, AcFlow<S>{x.I_re, x.I_im});
  }
};

}  // namespace wattloop
