#pragma once
// Performance curves of vapour-compression chillers in the DOE-2 form.

#include <array>

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

}  // namespace wattloop
