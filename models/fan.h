#pragma once
// Fans on an AC drive.

#include "models/ac_circuit.h"
#include "models/moist_air.h"

namespace wattloop {

/// Share of its speed or capacity that a motor's drive keeps at the voltage it sees: 1 above V_minimum, 0 below 70 % of
/// it.
template <class S, class P>
S drive_share(const AcPort<S>& u, const P& V_minimum) {
  return supply_available(u, P(0.7 * V_minimum), V_minimum);
}

/// Fans of one unit on variable-speed drives. At a share s of their nominal speed they move s times their nominal
/// *volume*, whatever the air's density, and draw P_nominal s^3 times the density ratio (affinity laws).
template <class P>
struct Fan {
  P m_air_nominal, P_nominal, rho_nominal, natural_draught, power_factor, V_minimum;

  template <class S>
  struct Operation {
    S m_air, power;  // kg/s of dry air, W drawn
    AcFlow<S> supply;
  };

  /// `air` is what the fans draw in. Power drawn follows the voltage; all of it ends as heat in the air.
  ///
  /// Air moved at a speed s is V_nominal sqrt(s^2 (1 - d^2) + d^2), d = natural_draught: the pressures of fan and
  /// buoyancy add, each as the square of the flow it alone would drive; nominal speed moves exactly the nominal volume.
  template <class S>
  Operation<S> operate(const S& speed, const AirPort<S>& air, const AcPort<S>& u) const {
    using std::sqrt;
    constexpr double T_low = 150.0;  // K, far below any weather, as p_low: they keep the density above zero
    constexpr double p_low = 1e4;    // Pa
    const S T = smooth_max(air.T, S(T_low), 1e-2), p = smooth_max(air.p, S(p_low), 1.0);
    const S density_ratio = 1.0 / (rho_nominal * moist_air_volume(T, air.W, p));
    const S running = speed * drive_share(u, V_minimum);
    const P d2 = natural_draught * natural_draught;
    const S P_asked = P_nominal * density_ratio * running * running * running;
    Operation<S> o;
    o.m_air = m_air_nominal * density_ratio * sqrt(running * running * (1.0 - d2) + d2);
    o.supply = ac_constant_power(P_asked, S(reactive_share(power_factor) * P_asked), u, V_minimum);
    o.power = ac_power(u, o.supply);
    return o;
  }
};

}  // namespace wattloop
