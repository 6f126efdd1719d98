#pragma once
// Electrical loads that turn all they draw into heat.

#include "models/ac_circuit.h"
#include "solver/fields.h"

namespace wattloop {

/// A three-phase load at constant power, all of it heat in the room: lighting, controls, and with `it` the air-cooled
/// racks, whose power is then IT power "at the PSU input".
///
///   P + jQ = power (1 + j tan(acos(power_factor))) above V_minimum; below, P and Q fall to zero with the voltage
template <class P = double>
struct AcLoad {
  static constexpr std::string_view type = "ac_load";
  static constexpr std::string_view summary = "a three-phase load: constant power, all of it heat in the room";

  P power_factor, V_minimum, it;

  static constexpr auto fields() {
    return table<AcLoad, P>(parameter("power_factor", &AcLoad::power_factor, "1", "active over apparent power, lagging",
                                      Range{0.05, 1.0}, 0.98),
                            parameter("V_minimum", &AcLoad::V_minimum, "V",
                                      "line-to-line voltage below which the load is an impedance", positive, 332.0),
                            choice("it", &AcLoad::it, "whether the power counts as IT power", {"no", "yes"}),
                            port("supply", Connector::ac, "where the load is connected"),
                            port("room", Connector::heat, "where its heat goes"),
                            input("power", "W", "active power asked for", not_negative, 0.0),
                            output("P", "W", "active power drawn"), output("Q", "var", "reactive power drawn"),
                            output("P_it", "W", "active power drawn that is IT power"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    AcPort<S> supply;
    HeatPort<S> room;
    S power;
  };
  template <class S>
  struct Through {
    AcFlow<S> supply;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S P_el, Q_el, P_it;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    const S Q = reactive_share(power_factor) * u.power;
    flow.supply = ac_constant_power(u.power, Q, u.supply, V_minimum);
    flow.room.Q_flow = -ac_power(u.supply, flow.supply);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    State<S> r;
    Through<S> flow;
    equations(x, x, u, r, flow);
    out.P_el = ac_power(u.supply, flow.supply);
    out.Q_el = reactive_power(u.supply, flow.supply);
    out.P_it = it * out.P_el;
  }
};

/// A load on a rack's busbar whose heat goes to the air: what a compute tray has beside its chips on cold plates.
/// Constant power above V_minimum; below, the power falls to zero with the voltage.
template <class P = double>
struct DcLoad {
  static constexpr std::string_view type = "dc_load";
  static constexpr std::string_view summary = "a load on a busbar: constant power, all of it heat to the air";

  P V_minimum;

  static constexpr auto fields() {
    return table<DcLoad, P>(parameter("V_minimum", &DcLoad::V_minimum, "V",
                                      "busbar voltage below which the load is an impedance", positive, 40.0),
                            port("supply", Connector::dc, "power from the busbar"),
                            port("air", Connector::heat, "where its heat goes"),
                            input("power", "W", "electrical power asked for", not_negative, 0.0),
                            output("P", "W", "electrical power drawn"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    DcPort<S> supply;
    HeatPort<S> air;
    S power;
  };
  template <class S>
  struct Through {
    DcFlow<S> supply;
    HeatFlow<S> air;
  };
  template <class S>
  struct Outputs {
    S P_el;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    flow.supply.I = constant_power_current(u.power, u.supply.V, V_minimum);
    flow.air.Q_flow = -u.supply.V * flow.supply.I;
  }

  template <class S>
  void outputs(const State<S>&, const Across<S>& u, Outputs<S>& out) const {
    out.P_el = u.supply.V * constant_power_current(u.power, u.supply.V, V_minimum);
  }
};

}  // namespace wattloop
