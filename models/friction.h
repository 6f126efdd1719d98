#pragma once
// Friction and heat transfer in round pipes, from laminar to fully rough.

#include "solver/scalar.h"

namespace wattloop {

/// Darcy friction factor times Reynolds number: 64 in laminar flow. Churchill, Chem. Eng. 84 (1977) no. 24, 91:
///
///   f = 8 [(8/Re)^12 + (A + B)^-1.5]^(1/12),  A = [2.457 ln 1/((7/Re)^0.9 + 0.27 e/D)]^16,  B = (37530/Re)^16
///
/// laminar, transition and turbulent flow in one smooth formula; within 3.1 % of Colebrook above Re = 4000. Re >= 0;
/// below about 1 it is rounded, so that f Re is smooth through zero flow. e/D: relative roughness, 0 to 0.05.
template <class S, class P>
S friction_f_Re(const S& Re, const P& relative_roughness) {
  using std::log;
  using std::pow;
  using std::sqrt;
  const auto power_4 = [](const S& x) { return S(x * x * x * x); };
  const S re = sqrt(Re * Re + 1.0);
  const S A = power_4(power_4(S(-2.457 * log(pow(S(7.0 / re), 0.9) + 0.27 * relative_roughness))));
  const S B = power_4(power_4(S(37530.0 / re)));
  const S re_4 = power_4(re);
  const double laminar = 68719476736.0;  // 8^12
  return 8.0 * pow(S(laminar + re_4 * re_4 * re_4 * pow(S(A + B), -1.5)), 1.0 / 12.0);
}

/// Nusselt number of a round pipe: (3.66^3 + Nu_t^3)^(1/3) with the turbulent part by Gnielinski, Int. Chem. Eng. 16
/// (1976) 359: Nu_t = (f/8)(Re - 1000) Pr / (1 + 12.7 (f/8)^0.5 (Pr^(2/3) - 1)), which begins smoothly at Re = 1000.
/// Re >= 0, 0.5 < Pr < 2000; fully developed, properties at the liquid's mean temperature.
template <class S>
S pipe_nusselt(const S& Re, const S& Pr, const S& f_Re) {
  using std::pow;
  using std::sqrt;
  constexpr double rounding = 100.0;  // of Re - 1000
  const S re = sqrt(Re * Re + 1.0);
  const S f_8 = f_Re / (8.0 * re);
  const S turbulent =
      f_8 * positive_part(S(re - 1000.0), rounding) * Pr / (1.0 + 12.7 * sqrt(f_8) * (pow(Pr, 2.0 / 3.0) - 1.0));
  constexpr double laminar = 3.66;
  return pow(S(laminar * laminar * laminar + turbulent * turbulent * turbulent), 1.0 / 3.0);
}

}  // namespace wattloop
