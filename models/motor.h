#pragma once
// What stands between an AC bus and a fan or compressor: a drive, or nothing but an induction motor.

#include <array>
#include <string_view>

#include "models/ac_circuit.h"
#include "models/smooth_limits.h"
#include "solver/fault_source.h"
#include "solver/fields.h"

namespace wattloop {

/// Share of its speed or capacity that a motor's drive keeps at the voltage it sees: 1 above V_minimum, 0 below 70 % of
/// it.
template <class S, class P>
S drive_share(const AcPort<S>& u, const P& V_minimum) {
  return supply_available(u, P(0.7 * V_minimum), V_minimum);
}

/// What a motor and its machine draw.
template <class S>
struct MotorLoad {
  S power, heat;     ///< W: drawn; of it what does not speed up the turning masses
  AcFlow<S> supply;  ///< A
  S acceleration;    ///< W at synchronous speed: torque left over; 0 of a drive, whose speed is no state
};

/// A machine behind a drive: speed and capacity follow what is asked for at once, and the power is constant above
/// V_minimum.
struct OnDrive {
  /// Share of the nominal speed, or of the capacity, that there is of the share asked for.
  template <class S, class P>
  S share(const S& asked, const AcPort<S>& u, const P& V_minimum) const {
    return asked * drive_share(u, V_minimum);
  }
  template <class S, class P>
  MotorLoad<S> draw(const S& P_asked, const AcPort<S>& u, const P& power_factor, const P& V_minimum) const {
    const AcFlow<S> supply = ac_constant_power(P_asked, S(reactive_share(power_factor) * P_asked), u, V_minimum);
    const S power = ac_power(u, supply);
    return {power, power, supply, S(0.0)};
  }
};

/// An induction motor on its bus without a drive. Its speed s, over the synchronous one at nominal frequency, follows
/// from the balance of torques:
///
///   2 H ds/dt = (T_e - T_load) / P_n - 0.005 s
///   T_e = P_n v^2 g R_2 / D,   P + jQ = P_n (v^2 g (R_1 g + f R_2) / D + j (v^2 f X g^2 / D + v^2 / (f X_m)))
///   v = V / V_motor,   g = f - s,   D = (R_1 g + f R_2)^2 + (f X g)^2
///
/// f: frequency of the bus over the nominal one. The usual steady equivalent circuit with the magnetising branch at the
/// terminals (Kundur, Power System Stability and Control (1994), 7.2), per unit of the shaft power P_n. With the
/// default circuit it starts with a current of 5.5 P_n/V and half the rated torque, turns at 1 - 0.021 with 1.12 P_n/V
/// where the torque goes with s^2, and gives up to 2.4 times the rated torque. Below 65 % of the voltage a constant
/// torque stalls it; one that goes with s^2 holds it at half the speed, and 2.7 P_n/V, at half the voltage.
/// Without voltage it coasts by s = 1/(1 + t/(2 H)) where the torque goes with s^2 (bearings left out).
/// Assumed: no flux (no residual voltage; what it feeds into a fault is counted by
/// check --faults and not in a run), no deep bars, bearings with 0.5 % of P_n. No
/// contactor that drops out and no thermal relay: a sequence that watches the voltage opens `on`.
template <class P>
struct DirectMotor {
  P P_nominal, V_motor, H, R_1, R_2, X, X_m;

  template <class S>
  struct Operation {
    S torque;  ///< W at synchronous speed
    AcFlow<S> supply;
  };
  /// An admittance at each speed; `on`: share of the motors that is switched on.
  template <class S>
  Operation<S> operate(const S& speed, const S& on, const S& frequency, const AcPort<S>& u) const {
    constexpr double least = 0.1, rounding = 0.05;  // of a bus without voltage
    const S f = least + ramp(S(frequency - least), rounding), fX = f * X;
    const S g = f - speed, R = R_1 * g + f * R_2, D = R * R + fX * fX * g * g;
    const S power = on * P_nominal;
    const S v2 = (u.V_re * u.V_re + u.V_im * u.V_im) / (V_motor * V_motor);
    const P per_volt2 = 1.0 / (V_motor * V_motor);
    const S G = per_volt2 * (power * g * R / D), B = per_volt2 * (power * (fX * g * g / D + 1.0 / (f * X_m)));
    return {v2 * (power * g * R_2 / D), {G * u.V_re + B * u.V_im, G * u.V_im - B * u.V_re}};
  }
  /// Torque of the bearings, W at synchronous speed.
  template <class S>
  S bearings(const S& speed) const {
    constexpr double friction = 0.005;  // of P_n at nominal speed
    return friction * P_nominal * speed;
  }
  /// Zero where the speed changes as the torque left over makes it.
  template <class S>
  S speed_residual(const S& dspeed, const S& acceleration) const {
    return 2.0 * H * dspeed - acceleration / P_nominal;
  }
  /// Behind the impedance of the locked rotor, as in IEC 60909-0 (2016), 6.10: R_1 + R_2 + jX by this circuit.
  FaultSource fault_source() const {
    const P base = V_motor * V_motor / P_nominal;
    return {{(R_1 + R_2) * base, X * base}, true};
  }
  /// Of the turning masses, J.
  template <class S>
  S stored_energy(const S& speed) const {
    return H * P_nominal * speed * speed;
  }
};

/// The rows of a table for a motor that is a component's own: V_motor to X_m are its members.
template <class C, class P>
constexpr auto motor_parameters(double H, std::string_view of_H) {
  return std::array{
      parameter<C, P>("V_motor", &C::V_motor, "V", "rated voltage of a motor without drive", positive, 415.0),
      parameter<C, P>("H", &C::H, "s", of_H, Range{0.02, 20.0}, H),
      parameter<C, P>("R_1", &C::R_1, "1", "stator resistance on P_n [A]", Range{1e-4, 0.2}, 0.02),
      parameter<C, P>("R_2", &C::R_2, "1", "rotor resistance on P_n [A]", Range{1e-3, 0.2}, 0.02),
      parameter<C, P>("X", &C::X, "1", "leakage reactance on P_n [A]", Range{0.02, 1.0}, 0.19),
      parameter<C, P>("X_m", &C::X_m, "1", "magnetising reactance on P_n [A]", Range{0.5, 20.0}, 3.0)};
}

}  // namespace wattloop
