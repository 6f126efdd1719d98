#pragma once
// Fans.

#include "models/moist_air.h"
#include "models/motor.h"

namespace wattloop {

/// Fans of one unit, on variable-speed drives or on motors without. At a share s of their nominal speed they move s
/// times their nominal *volume*, whatever the air's density, and draw P_nominal s^3 times the density ratio (affinity
/// laws).
template <class P>
struct Fan {
  P m_air_nominal, P_nominal, rho_nominal, natural_draught, power_factor, V_minimum;

  template <class S>
  struct Operation : MotorLoad<S> {
    S m_air;  // kg/s of dry air
  };

  /// `air` is what the fans draw in; `motor` is OnDrive or OnLine. All power ends as heat in the air.
  ///
  /// Air moved at a speed s is V_nominal sqrt(s^2 (1 - d^2) + d^2), d = natural_draught: the pressures of fan and
  /// buoyancy add, each as the square of the flow it alone would drive; nominal speed moves exactly the nominal volume.
  template <class S, class Motor>
  Operation<S> operate(const S& speed, const AirPort<S>& air, const AcPort<S>& u, const Motor& motor) const {
    using std::sqrt;
    constexpr double T_low = 150.0;  // K, far below any weather, as p_low: they keep the density above zero
    constexpr double p_low = 1e4;    // Pa
    const S T = smooth_max(air.T, S(T_low), 1e-2), p = smooth_max(air.p, S(p_low), 1.0);
    const S density_ratio = 1.0 / (rho_nominal * moist_air_volume(T, air.W, p));
    const S running = motor.share(speed, u, V_minimum);
    const P d2 = natural_draught * natural_draught;
    const S P_asked = P_nominal * density_ratio * running * running * running;
    return {motor.draw(P_asked, u, power_factor, V_minimum),
            m_air_nominal * density_ratio * sqrt(running * running * (1.0 - d2) + d2)};
  }
};

}  // namespace wattloop
