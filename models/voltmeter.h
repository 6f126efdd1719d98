#pragma once
// What a control sees of a bus.

#include <string>

#include "models/ac_circuit.h"
#include "solver/fields.h"

namespace wattloop {

/// The line-to-line voltage of a bus over its nominal value, as a signal, and a watch over it (limits: assumed); it
/// draws nothing.
template <class P = double>
struct Voltmeter {
  static constexpr std::string_view type = "voltmeter";
  static constexpr std::string_view summary = "the voltage of a bus, per unit, as a signal with alarms";

  P V_nominal, low, high;

  static constexpr auto fields() {
    return table<Voltmeter, P>(
        parameter("V_nominal", &Voltmeter::V_nominal, "V", "line-to-line voltage that counts as 1", positive),
        parameter("low", &Voltmeter::low, "1", "voltage below which the bus has too little [A]", not_negative, 0.9),
        parameter("high", &Voltmeter::high, "1", "voltage above which the bus has too much [A]", positive, 1.1),
        port("bus", Connector::ac, "where it measures"),
        signal_output("V", "1", "line-to-line voltage over the nominal one"),
        output("V", "1", "line-to-line voltage over the nominal one"),
        alarm("undervoltage", "the bus is below the lowest voltage that is wanted"),
        alarm("overvoltage", "the bus is above the highest voltage that is wanted"));
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
    S V, undervoltage, overvoltage;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    flow.bus = {S(0.0), S(0.0)};
    flow.V = voltage(u.bus) / V_nominal;
  }

  template <class S>
  void outputs(const State<S>&, const Across<S>& u, Outputs<S>& out) const {
    out.V = voltage(u.bus) / V_nominal;
    out.undervoltage = select(out.V < S(low), S(1.0), S(0.0));
    out.overvoltage = select(out.V > S(high), S(1.0), S(0.0));
  }

  std::string check() const { return high > low ? "" : "high must be above low"; }
};

}  // namespace wattloop
