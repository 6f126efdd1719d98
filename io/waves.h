#pragma once

#include <cmath>

namespace wattloop {

/// cos(2 pi x) from +, -, *, / alone, so that its bits do not depend on the mathematical library:
/// 1 - 2 sin^2(pi x) with the Taylor series of the sine within a quarter turn. Within 1e-15.
inline double cosine_of_turns(double x) {
  constexpr double pi = 3.14159265358979323846;
  constexpr int highest_power = 21;
  const double angle = pi * (x - std::round(x));
  double series = 1.0;
  for (int n = highest_power; n >= 3; n -= 2) series = 1.0 - series * angle * angle / (n * (n - 1));
  const double sine = angle * series;
  return 1.0 - 2.0 * sine * sine;
}

}  // namespace wattloop
