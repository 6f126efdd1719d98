#pragma once
// What the batteries of a site have in common: charge, losses, ends of charge and of discharge.

#include "models/smooth_limits.h"

namespace wattloop {

/// A battery behind an inverter.
///
///   E dsoc/dt = -(P + loss),   loss = on k_0 P_rated + k P^2 / P_rated     (P at the terminals, positive out)
///
/// A battery that gives power has no steady state: while one is sought (`clock` = 0) its charge is that of the start.
/// Between its ends it gives what is asked; the last `end` of the charge fades the power out to one side each. Assumed:
/// constant open-circuit voltage, no self-discharge, no ageing, one temperature. The losses are heat of the room.
template <class P>
struct BatteryStore {
  static constexpr double end = 0.01;  ///< of the charge

  P P_rated, capacity, no_load_loss, loss_factor, soc_start;

  /// W: what its charge lacks at a power at the terminals.
  template <class S>
  S balance(const S& soc, const S& dsoc, const S& power, const S& on, const S& clock) const {
    return capacity * dsoc + clock * (power + loss(power, on)) + (1.0 - clock) * capacity * (soc - soc_start);
  }
  /// W: what holds the charge while a steady state is sought, nothing in a run.
  template <class S>
  S energy_from_outside(const S& soc, const S& power, const S& on, const S& clock) const {
    return (1.0 - clock) * (power + loss(power, on) - capacity * (soc - soc_start));
  }
  /// s that it lasts at a power.
  template <class S>
  S autonomy(const S& soc, const S& power, const S& on) const {
    return capacity * soc / smooth_max(S(power + loss(power, on)), S(1e-3 * P_rated), 1e-3);
  }
  template <class S>
  S loss(const S& power, const S& on) const {
    return on * no_load_loss * P_rated + power * power * (loss_factor / P_rated);
  }
  /// 1 while it can discharge.
  template <class S>
  S has_charge(const S& soc) const {
    return smooth_step(S(soc / end), 0.0, 1.0);
  }
  /// 1 while it can take charge.
  template <class S>
  S has_room(const S& soc) const {
    return smooth_step(S((1.0 - soc) / end), 0.0, 1.0);
  }
};

}  // namespace wattloop
