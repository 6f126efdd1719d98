#pragma once
// What a control sees of a bus.

#include "models/ac_circuit.h"
#include "solver/fields.h"

namespace wattloop {

/// The line-to-line voltage of a bus over its nominal value, as a signal; it draws nothing.
template <class P = double>
struct Voltmeter {
  static constexpr std::string_view type = "voltmeter";
  static constexpr std::string_view summary = "the voltage of a bus, per unit, as a signal";

  P V_nominal;

  static constexpr auto fields() {
    return table<Voltmeter, P>(
        parameter("V_nominal", &Voltmeter::V_nominal, "V", "line-to-line voltage that counts as 1", positive),
        port("bus", Connector::ac, "where it measures"),
        signal_output("V", "1", "line-to-line voltage over the nominal one"),
        output("V", "1", "line-to-line voltage over the nominal one"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    AcPort<S> bus;
  };
  template <class S>
  struct Through {
    AcFlow<S> bus;
    S V;
  };
  template <class S>
  struct Outputs {
    S V;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    flow.bus = {S(0.0), S(0.0)};
    flow.V = voltage(u.bus) / V_nominal;
  }

  template <class S>
  void outputs(const State<S>&, const Across<S>& u, Outputs<S>& out) const {
    out.V = voltage(u.bus) / V_nominal;
  }
};

}  // namespace wattloop
