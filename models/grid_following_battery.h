#pragma once
// A battery of the site whose inverter follows the grid: it gives power, and helps voltage and frequency by droop.

#include "models/ac_circuit.h"
#include "models/battery_store.h"
#include "solver/fields.h"

namespace wattloop {

/// A battery behind a grid-following inverter, a source of current at the angle of its bus.
///
///   P_asked = P_set + P_rated (1 - f) / droop_f,    kept within +-P_rated and the ends of the charge
///   Q_asked = Q_set + P_rated (1 - |V|/V_n) / droop_V,   kept within +-Q_rated,  Q_rated = P_rated
///   tan(acos(power_factor)) T dP/dt = P_asked - P,  T dQ/dt = Q_asked - Q,   I = conj((P + jQ)/V) above V_minimum,
///   falling with |V| below
///
/// f is the frequency of its network over the nominal one, positive P and Q go out of it; droop 0 means none. Its
/// phase- locked loop is taken as ideal: it needs a bus that another holds, and without voltage it gives nothing.
/// Source of the laws: droop by frequency and voltage as IEEE 1547 (2018) has it for inverters, without its dead bands.
/// Parameters [A].
template <class P = double>
struct GridFollowingBattery {
  static constexpr std::string_view type = "grid_following_battery";
  static constexpr bool stores_electricity = true;
  static constexpr std::string_view summary = "a site battery whose inverter follows the grid, with droop";

  P P_rated, capacity, V_nominal, V_minimum, power_factor, droop_f, droop_V, T, soc_start, no_load_loss, loss_factor;

  static constexpr auto fields() {
    using C = GridFollowingBattery;
    return table<C, P>(
        parameter("P_rated", &C::P_rated, "W", "rated active power", positive),
        parameter("capacity", &C::capacity, "J", "energy of a full battery", positive),
        parameter("V_nominal", &C::V_nominal, "V", "line-to-line voltage of its bus", positive),
        parameter("V_minimum", &C::V_minimum, "1", "voltage over the nominal one below which its power falls",
                  Range{0.05, 1.0}, 0.5),
        parameter("power_factor", &C::power_factor, "1", "least one at rated power", Range{0.3, 0.9999}, 0.9),
        parameter("droop_f", &C::droop_f, "1", "fall of the frequency that asks for rated power, 0: none [A]",
                  Range{0.0, 1.0}, 0.02),
        parameter("droop_V", &C::droop_V, "1", "fall of the voltage that asks for Q = P_rated, 0: none [A]",
                  Range{0.0, 1.0}, 0.05),
        parameter("T", &C::T, "s", "lag of the inverter behind what is asked [A]", positive, 0.05),
        parameter("soc_start", &C::soc_start, "1", "charge at the start over that of a full battery", fraction, 0.5),
        parameter("no_load_loss", &C::no_load_loss, "1", "loss without load over P_rated [A]", Range{0.0, 0.1}, 0.004),
        parameter("loss_factor", &C::loss_factor, "1", "loss at rated power beside that, over P_rated [A]",
                  Range{0.0, 0.2}, 0.03),
        port("bus", Connector::ac, "where it feeds"), port("room", Connector::heat, "where the loss goes"),
        input("on", "1", "1: on the bus, 0: off it", fraction, 1.0),
        input("P_set", "1", "power asked for over the rated one, positive out of it", Range{-1.0, 1.0}, 0.0),
        input("Q_set", "1", "reactive power asked for over P_rated", Range{-1.0, 1.0}, 0.0),
        input("frequency", "1", "of its network over the nominal one", Range{0.5, 1.5}, 1.0),
        input("clock", "1", "1 while time runs, 0 where a steady state is sought; the program writes it", fraction,
              0.0),
        signal_output("charge", "1", "charge over that of a full battery"),
        differential("soc", "1", "charge over that of a full battery", 0.5),
        differential("P_now", "1", "active power asked of the inverter over P_rated", 0.0),
        differential("Q_now", "1", "reactive power asked of the inverter over P_rated", 0.0),
        output("P", "W", "active power out"), output("Q", "var", "reactive power out"),
        output("P_battery", "W", "power out of it"), output("loss", "W", "heat to the room"),
        output("soc", "1", "charge over that of a full battery"),
        output("autonomy", "s", "that it lasts at this power"), alarm("empty", "no charge to give"),
        alarm("full", "no room for charge"));
  }

  template <class S>
  struct State {
    S soc, P_now, Q_now;
  };
  template <class S>
  struct Across {
    AcPort<S> bus;
    HeatPort<S> room;
    S on, P_set, Q_set, frequency, clock;
  };
  template <class S>
  struct Through {
    AcFlow<S> bus;
    HeatFlow<S> room;
    S charge;
  };
  template <class S>
  struct Outputs {
    S P_el, Q_el, P_battery, loss, soc, autonomy, empty, full;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double corner = 1e-3;
    const BatteryStore<P> store = battery();
    const P Q_rated = reactive_share(power_factor);
    const S V = voltage(u.bus) / V_nominal;
    const S high = store.has_charge(x.soc), low = -store.has_room(x.soc);
    const S P_asked = exact_clamp(S(u.P_set + gain(droop_f) * (1.0 - u.frequency)), low, high, corner);
    const S Q_asked = exact_clamp(S(u.Q_set + gain(droop_V) * (1.0 - V)), P(-Q_rated), Q_rated, corner);
    r.P_now = T * dx.P_now - (P_asked - x.P_now);
    r.Q_now = T * dx.Q_now - (Q_asked - x.Q_now);
    flow.bus = current(x, u);
    const S power = -ac_power(u.bus, flow.bus);
    r.soc = store.balance(x.soc, dx.soc, power, u.on, u.clock);
    flow.room.Q_flow = -store.loss(power, u.on);
    flow.charge = x.soc;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const S one(1.0), zero(0.0);
    const AcFlow<S> I = current(x, u);
    out.P_el = -ac_power(u.bus, I);
    out.Q_el = -reactive_power(u.bus, I);
    out.P_battery = out.P_el;
    out.loss = battery().loss(out.P_el, u.on);
    out.soc = x.soc;
    out.autonomy = battery().autonomy(x.soc, out.P_el, u.on);
    out.empty = select(x.soc < S(BatteryStore<P>::end), one, zero);
    out.full = select(x.soc > S(1.0 - BatteryStore<P>::end), one, zero);
  }

  /// J.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return capacity * x.soc;
  }

  /// W.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    const S power = -ac_power(u.bus, current(x, u));
    return battery().energy_from_outside(x.soc, power, u.on, u.clock);
  }

  double nominal_voltage(int port) const { return port == 0 ? V_nominal : 0.0; }

 private:
  BatteryStore<P> battery() const { return {P_rated, capacity, no_load_loss, loss_factor, soc_start}; }

  /// 1/droop; 0 for none.
  P gain(const P& droop) const {
    constexpr double least = 1e-4;
    return select(droop < P(least), P(0.0), 1.0 / smooth_max(droop, P(least), 1e-9));
  }

  template <class S>
  AcFlow<S> current(const State<S>& x, const Across<S>& u) const {
    const P V_low = V_minimum * V_nominal;
    return ac_constant_power(S(-u.on * P_rated * x.P_now), S(-u.on * P_rated * x.Q_now), u.bus, V_low);
  }
};

}  // namespace wattloop
