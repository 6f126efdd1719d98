#pragma once
// What evens out the power of a rack before the grid sees it: limits of its GPUs, storage in its shelves.

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattloop {

/// Power smoothing of a GPU, as in GB200 and GB300: a floor while it works, limits of the ramps.
///
///   works:   activity > engage_above, or was within the last `hysteresis` seconds
///   wanted = max(demand, floor x cap) while it works, demand otherwise
///   dP/dt in [-ramp_down, ramp_up] towards `wanted`
///
/// Power above the demand is burned: heat without work. Power below it holds work back; the demand is a function of
/// time that does not wait, so what is held back is counted, not made up for. That the floor and the ramps act so is an
/// assumption after the vendor's description (NVIDIA, 2025: floor 0 to 90 %, ramps in W/s, hysteresis).
struct PowerSmoothing {
  double floor = 0.0;                                          ///< share of the cap, 0..0.9
  double ramp_up = std::numeric_limits<double>::infinity();    // W/s
  double ramp_down = std::numeric_limits<double>::infinity();  // W/s
  double hysteresis = 0.0;                                     // s
  double engage_above = 0.1;                                   ///< activity

  struct State {
    double power = std::numeric_limits<double>::quiet_NaN();  ///< W; not a number before the first step
    double quiet = std::numeric_limits<double>::infinity();   ///< s since it last worked
  };

  /// Power of a GPU with a demand over a step of `h` seconds, W.
  double step(State& state, double activity, double demand, double cap, double h) const {
    state.quiet = activity > engage_above ? 0.0 : state.quiet + h;
    const double wanted = state.quiet <= hysteresis ? std::max(demand, floor * cap) : demand;
    if (std::isnan(state.power)) state.power = wanted;
    state.power = std::clamp(wanted, state.power - ramp_down * h, state.power + ramp_up * h);
    return state.power;
  }
};

/// Energy storage between the supplies of a rack and its busbar.
///
///   T dm/dt = P - m                   slow mean of the load P
///   wanted  = m + (E_max/2 - E)/T_r   drawn from the supplies: the mean, and what brings the store back to its middle
///   dE/dt   = efficiency x (drawn - P) while charging, drawn - P while discharging, 0 <= E <= E_max
///
/// While the store is between its ends drawn/P = (1 + (T + T_r) s)/((1 + T s)(1 + T_r s)): a low pass of T, and after a
/// step T/T_r of it for about T_r, which gives back what the store has given. Full or empty it follows the load. A
/// square swing dP at f needs E = dP/(4 f) to be flat. Shelves of a GB300 hold 65 J per GPU, 4.68 kJ a rack (third
/// party); T, T_r and the efficiency are assumed.
struct RackStorage {
  double energy = 0.0;         // J, E_max
  double time_constant = 2.0;  // s, T
  double recovery = 60.0;      // s, T_r
  double efficiency = 0.97;    ///< of charging

  struct State {
    double mean = std::numeric_limits<double>::quiet_NaN();  ///< W; not a number before the first step
    double energy = 0.0;                                     // J
  };

  /// Power drawn over a step of `h` seconds under a load, W. Without a store it is the load.
  double step(State& state, double load, double h) const {
    if (energy <= 0.0) return load;
    if (std::isnan(state.mean)) state = {load, 0.5 * energy};
    state.mean += (load - state.mean) * h / (time_constant + h);
    const double surplus = state.mean + (0.5 * energy - state.energy) / recovery - load;
    const double gain = surplus > 0.0 ? efficiency : 1.0;
    const double after = std::clamp(state.energy + gain * surplus * h, 0.0, energy);
    const double drawn = load + (after - state.energy) / (gain * h);
    state.energy = after;
    return drawn;
  }
};

}  // namespace wattloop
