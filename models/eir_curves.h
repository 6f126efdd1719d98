#pragma once
// Performance curves of vapour-compression chillers in the DOE-2 form.

#include <array>
#include <string>

#include "models/smooth_limits.h"

namespace wattloop {

/// Curves of an electric chiller (Hydeman and Gillespie 2002; DOE-2 and EnergyPlus "electric EIR"):
///   Q_available = Q_nominal CAPFT(T_leaving, T_condenser)
///   P = Q_available / COP_nominal  EIRFT(T_leaving, T_condenser)  EIRFPLR(PLR),   PLR = Q / Q_available
/// with T_leaving the chilled water's and T_condenser the temperature entering the condenser (water, or outdoor air).
/// Published curves are not normalised: CAPFT at the rated point may be 0.95, and is used as it stands.
template <class P>
struct EirCurves {
  std::array<P, 6> CAPFT, EIRFT;  // 1, x, x^2, y, y^2, x y with x = T_leaving, y = T_condenser in degC
  std::array<P, 3> EIRFPLR;       // 1, PLR, PLR^2

  template <class S>
  S capacity(const S& T_leaving, const S& T_condenser) const {
    return biquadratic(CAPFT, T_leaving, T_condenser);
  }
  template <class S>
  S input_ratio(const S& T_leaving, const S& T_condenser) const {
    return biquadratic(EIRFT, T_leaving, T_condenser);
  }
  template <class S>
  S part_load(const S& PLR) const {
    return EIRFPLR[0] + PLR * (EIRFPLR[1] + PLR * EIRFPLR[2]);
  }

 private:
  /// Temperatures in K.
  template <class S>
  static S biquadratic(const std::array<P, 6>& c, const S& T_x, const S& T_y) {
    constexpr double T_0 = 273.15;  // K, 0 degC
    const S x = T_x - T_0, y = T_y - T_0;
    return c[0] + x * (c[1] + x * c[2]) + y * (c[3] + y * c[4] + x * c[5]);
  }
};

/// The compressor side of a chiller: what it can do and draws at given temperatures.
///
/// The temperatures the curves see are held at the edges of their box; the corners are rounded over 2 mK outside it.
/// Q follows the load asked for, between 0 and PLR_maximum Q_available, rounded over 2 % at both ends. Between
/// PLR_unloading and PLR_minimum the compressor runs at PLR_unloading (hot gas bypasses the evaporator); below
/// PLR_minimum it cycles, for the share PLR/PLR_minimum of the time, and P is the mean over its cycles.
template <class P>
struct EirMachine {
  EirCurves<P> curves;
  P Q_nominal, COP_nominal;
  P T_leaving_minimum, T_leaving_maximum, T_condenser_minimum, T_condenser_maximum;  // K
  P PLR_minimum, PLR_unloading, PLR_maximum;

  template <class S>
  struct Operation {
    S Q, power, PLR, Q_full, running;  // W; PLR = Q/Q_available; Q_full at PLR 1; share of the time that it runs
  };

  /// `wanted` in W; `capacity`: factor on Q_available while running; `available`: share of the machine that may run.
  template <class S>
  Operation<S> operate(const S& T_leaving, const S& T_condenser, const S& wanted, const S& capacity,
                       const S& available) const {
    constexpr double low = 0.05;  // least capacity and input ratio, against curves without sense
    constexpr double rounding = 1e-4, corner = 1e-3;
    const S T_x = held(T_leaving, T_leaving_minimum, T_leaving_maximum);
    const S T_y = held(T_condenser, T_condenser_minimum, T_condenser_maximum);
    const S Q_running = Q_nominal * smooth_max(curves.capacity(T_x, T_y), S(low), rounding) * capacity;
    const S input_ratio = smooth_max(curves.input_ratio(T_x, T_y), S(low), rounding);
    Operation<S> o;
    o.Q_full = available * Q_running;
    o.PLR = PLR_maximum * saturated(S(wanted / (PLR_maximum * Q_running)));
    o.Q = o.Q_full * o.PLR;
    o.running = o.PLR / above(o.PLR, PLR_minimum, corner);
    const S compressor = above(o.PLR, PLR_unloading, corner);
    o.power = o.Q_full / COP_nominal * input_ratio * curves.part_load(compressor) * o.running;
    return o;
  }

  /// 1 where the curves are held at the edge of their box, else 0.
  template <class S>
  S out_of_range(const S& T_leaving, const S& T_condenser) const {
    const S one(1.0), zero(0.0);
    const S leaving = select(T_leaving < S(T_leaving_minimum - slack), one,
                             select(T_leaving > S(T_leaving_maximum + slack), one, zero));
    return select(T_condenser < S(T_condenser_minimum - slack), one,
                  select(T_condenser > S(T_condenser_maximum + slack), one, leaving));
  }

  /// What is wrong with the curves and their limits; empty if nothing is.
  std::string check() const {
    if (!(T_leaving_minimum < T_leaving_maximum)) return "T_leaving_minimum must be below T_leaving_maximum";
    if (!(T_condenser_minimum < T_condenser_maximum)) return "the box of the curves is empty on the condenser's side";
    if (!(PLR_minimum <= PLR_unloading && PLR_unloading <= PLR_maximum))
      return "PLR_minimum, PLR_unloading and PLR_maximum must not fall in this order";
    for (const P& T_x : {T_leaving_minimum, T_leaving_maximum})
      for (const P& T_y : {T_condenser_minimum, T_condenser_maximum})
        if (!(curves.capacity(T_x, T_y) > 0.0) || !(curves.input_ratio(T_x, T_y) > 0.0))
          return "CAPFT and EIRFT must be positive at the corners of their box";
    return {};
  }

 private:
  static constexpr double slack = 1e-3;  // K

  template <class S>
  static S held(const S& T, const P& low, const P& high) {
    return exact_clamp(T, P(low - slack), P(high + slack), slack);
  }
  /// max(x, limit): exact from the limit up, rounded below it.
  template <class S>
  static S above(const S& x, const P& limit, double corner) {
    const P width = corner * limit;
    return limit - width + ramp(S(x - limit + width), width);
  }
  /// z between 0 and 1: z itself from 0.02 to 0.98, exactly 0 below 0 and 1 above 1.02, smooth between.
  template <class S>
  static S saturated(const S& z) {
    constexpr double width = 0.02;
    const S bent = z - (z - (1.0 - width)) * (z - (1.0 - width)) * (0.25 / width);
    const S top = select(z <= S(1.0 - width), z, select(z >= S(1.0 + width), S(1.0), bent));
    return top * smooth_step(z, 0.0, width);
  }
};

}  // namespace wattloop
