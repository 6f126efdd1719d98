#pragma once
// Head losses of the links of a pipe network as EPANET defines them: h = loss(q), increasing in q.
//
// Every law is a template on the scalar: double gives the loss, a dual number its slope too. Flows in m3/s, heads in m;
// coefficients carry the units. Source: L. Rossman, H. Woo, M. Tryby, F. Shang, R. Janke, T. Haxton, EPANET 2.2 User
// Manual, EPA/600/R-20/133 (2020), chapters 3 and 12.

#include <cmath>
#include <vector>

#include "solver/scalar.h"

namespace wattloop {

/// |q|, kept off zero so that powers of it have a slope; 1e-30 m3/s is nothing to any law.
template <class S>
S flow_magnitude(const S& q) {
  return select(q < 0.0, S(-q), q) + 1e-30;
}

/// r q |q|^(n-1): Hazen-Williams (n = 1.852), Chezy-Manning (n = 2), emitters (n = 1/exponent).
template <class S>
S power_loss(const S& q, double r, double n) {
  using std::pow;
  return n == 2.0 ? S(r * q * flow_magnitude(q)) : S(r * q * pow(flow_magnitude(q), n - 1.0));
}

/// Darcy friction factor of a pipe with w = Re pi/4: laminar below Re = 2000, Swamee & Jain (J. Hydraul. Div. 102,
/// 1976, 657) above 4000, between them the cubic of Dunlop (1991) that joins both smoothly. e: relative roughness.
template <class S>
S darcy_friction_factor(const S& w, double e) {
  using std::log;
  using std::pow;
  constexpr double quarter_pi = 0.78539816339744831;
  constexpr double log_factor = -0.86858896380650365;  // -2/ln 10
  const S Re = w / quarter_pi;
  if (Re < 2000.0) return 64.0 / Re;
  if (Re >= 4000.0) {
    const S y = log_factor * log(S(e / 3.7 + 5.74 / pow(Re, 0.9)));
    return 1.0 / (y * y);
  }
  const double y2 = e / 3.7 + 5.74 / std::pow(4000.0, 0.9);
  const double y3 = log_factor * std::log(y2);
  const double fa = 1.0 / (y3 * y3);
  const double fb = fa * (2.0 - 0.00514215 / (y2 * y3));
  const double x1 = 7.0 * fa - fb;
  const double x2 = 0.128 - 17.0 * fa + 2.5 * fb;
  const double x3 = -0.128 + 13.0 * fa - 2.0 * fb;
  const double x4 = 0.032 - 3.0 * fa + 0.5 * fb;
  const S r = Re / 2000.0;
  return x1 + r * (x2 + r * (x3 + r * x4));
}

/// A pipe after Darcy and Weisbach: loss = f r q|q|, with r = L/(2 g D A^2) [s2/m5].
struct DarcyWeisbach {
  double r = 0.0;
  double flow_scale = 0.0;  ///< viscosity times diameter: q/flow_scale = Re pi/4 [m3/s]
  double roughness = 0.0;   ///< relative

  template <class S>
  S loss(const S& q) const {
    constexpr double laminar = 16.0 * 3.14159265358979324;  // f w below Re = 2000
    const S magnitude = flow_magnitude(q);
    const S w = magnitude / flow_scale;
    if (w <= 500.0 * 3.14159265358979324) return laminar * flow_scale * r * q;
    return darcy_friction_factor(w, roughness) * r * q * magnitude;
  }
};

/// Straight lines between points, the first and the last going on beyond the ends. x increases.
struct PiecewiseLine {
  std::vector<double> x, y;

  /// Value and slope of the line that holds at u.
  struct Segment {
    double intercept, slope;
  };
  Segment segment(double u) const {
    std::size_t i = 1;
    while (i + 1 < x.size() && x[i] < u) ++i;
    const double slope = (y[i] - y[i - 1]) / (x[i] - x[i - 1]);
    return {y[i - 1] - slope * x[i - 1], slope};
  }
  /// The value, constant beyond the ends.
  double clamped(double u) const {
    if (u <= x.front()) return y.front();
    if (u >= x.back()) return y.back();
    const Segment line = segment(u);
    return line.intercept + line.slope * u;
  }
};

/// Head that a pump adds, h0 w^2 - r w^(2-n) q|q|^(n-1) at relative speed w, given as loss (negative).
template <class S>
S pump_power_loss(const S& q, double h0, double r, double n, double speed) {
  return power_loss(q, r * std::pow(speed, 2.0 - n), n) - h0 * speed * speed;
}

/// Pressure head above the least one at which a node takes the share u of its full demand: dp u^n, straight below 0.1 %
/// of the demand. Wagner, Shamir & Marks, J. Water Resour. Plan. Manage. 114 (1988) 276. Beyond 0 and 1 a wall.
template <class S>
S pressure_driven_head(const S& q, double full, double dp, double n) {
  using std::pow;
  constexpr double straight_below = 0.001;
  constexpr double wall = 1e8 * 0.3048 / 0.0283168;  // EPANET's 1e8 ft/cfs, in s/m2
  if (q > full) return dp + wall * (q - full);
  if (q < 0.0) return wall * q;
  const S u = q / full;
  if (u < straight_below) return dp * std::pow(straight_below, n - 1.0) * u;
  return dp * pow(u, n);
}

}  // namespace wattloop
