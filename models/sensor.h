#pragma once
// A sensor and what can be wrong with it.

#include "solver/fields.h"

namespace wattloop {

/// A sensor: what controllers and sequences see of a value.
///
///   T dy/dt = (1 - frozen) (zero + gain (x - zero) + offset + noise - y)
///
/// A good sensor has gain 1, offset 0 and no noise. `offset` is in the unit of x (a temperature's in kelvin); a
/// schedule on it is a drift. `gain` is a wrong span: it leaves the reading at `zero` as it is. `frozen` = 1 holds the
/// last value (within 1e-9 of the way in a time constant, so that a steady state exists: that of a working sensor).
/// `noise` is added before the lag; a sequence of type `noise` writes it. The unit of y is that of x.
template <class P = double>
struct Sensor {
  static constexpr std::string_view type = "sensor";
  static constexpr std::string_view summary = "a sensor with lag, offset, wrong span, noise; it may freeze";

  P time_constant, zero;

  static constexpr auto fields() {
    return table<Sensor, P>(
        parameter("time_constant", &Sensor::time_constant, "s", "of the sensor in its pocket [A]", positive, 5.0),
        parameter("zero", &Sensor::zero, "SI", "value at which a wrong span does not show", any_value, 0.0),
        input("x", "SI", "what is measured", any_value, 0.0),
        input("offset", "SI", "added to the reading, in the SI unit of x", any_value, 0.0),
        input("gain", "1", "reading over value, from zero", any_value, 1.0),
        input("noise", "SI", "added to the reading, in the SI unit of x", any_value, 0.0),
        input("frozen", "1", "1 holds the last reading", fraction, 0.0), signal_output("y", "SI", "reading"),
        differential("value", "SI", "reading", 0.0));
  }

  template <class S>
  struct State {
    S value;
  };
  template <class S>
  struct Across {
    S x, offset, gain, noise, frozen;
  };
  template <class S>
  struct Through {
    S y;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double seep = 1e-9;  // of a frozen sensor
    const S reading = zero + u.gain * (u.x - zero) + u.offset + u.noise;
    r.value = time_constant * dx.value - (1.0 - (1.0 - seep) * u.frozen) * (reading - x.value);
    flow.y = x.value;
  }
};

}  // namespace wattloop
