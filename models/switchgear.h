#pragma once
// The busbars of a switchgear, which have a rating and nothing else.

#include "models/ac_circuit.h"
#include "solver/fields.h"

namespace wattloop {

/// The rating of a bus against short circuits; nothing flows into it.
///
/// `wattloop check --faults` holds the fault level of its bus against it: the current with the time that it lasts,
/// I sqrt(t) against I_short_time sqrt(short_time), and the peak against I_peak. Where I_peak is 0 it is I_short_time
/// times the factor of the standards: 2.6 above 1 kV (IEC 62271-1, 2017, 60 Hz), 1.5 to 2.2 below (IEC 61439-1, 2020).
template <class P = double>
struct Switchgear {
  static constexpr std::string_view type = "switchgear";
  static constexpr std::string_view summary = "the short-circuit rating of a bus, for check --faults";

  P I_short_time, short_time, I_peak;

  static constexpr auto fields() {
    return table<Switchgear, P>(
        parameter("I_short_time", &Switchgear::I_short_time, "A", "rated short-time withstand current", positive),
        parameter("short_time", &Switchgear::short_time, "s", "that it withstands it", positive, 1.0),
        parameter("I_peak", &Switchgear::I_peak, "A", "rated peak withstand current, 0: by the standards", not_negative,
                  0.0),
        port("bus", Connector::ac, "the bus"), output("voltage", "V", "line-to-line voltage"));
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
  };
  template <class S>
  struct Outputs {
    S voltage;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>&, State<S>&, Through<S>& flow) const {
    flow.bus = {S(0.0), S(0.0)};
  }

  template <class S>
  void outputs(const State<S>&, const Across<S>& u, Outputs<S>& out) const {
    out.voltage = voltage(u.bus);
  }
};

}  // namespace wattloop
