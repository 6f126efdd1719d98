#include "models/fluids.h"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <stdexcept>

#include "models/glycol.h"
#include "models/if97.h"

namespace wattloop {
namespace {

constexpr double T_reference = 313.15;  // K, of rho_ref
constexpr double T_hot = 373.15;        // K, end of the valid ranges

/// The polynomial through f at the Chebyshev nodes of [T_center - T_scale, T_center + T_scale], near the best
/// approximation of its degree (Trefethen, Approximation Theory and Approximation Practice, 2013, ch. 4 and 16).
template <int Degree, class F>
Polynomial<Degree> interpolate(F&& f) {
  constexpr int n = Degree + 1;
  std::array<double, n> x{}, newton{};
  for (int i = 0; i < n; ++i) {
    x[i] = std::cos((2 * i + 1) * std::numbers::pi / (2 * n));
    newton[i] = f(Liquid::T_center + Liquid::T_scale * x[i]);
  }
  for (int order = 1; order < n; ++order) {  // divided differences
    for (int i = n - 1; i >= order; --i) newton[i] = (newton[i] - newton[i - 1]) / (x[i] - x[i - order]);
  }
  Polynomial<Degree> result;
  for (int i = n - 1; i >= 0; --i) {  // result = result * (x - x_i) + newton_i
    for (int k = Degree; k > 0; --k) result.a[k] = result.a[k - 1] - x[i] * result.a[k];
    result.a[0] = newton[i] - x[i] * result.a[0];
  }
  return result;
}

/// A cubic in (T - T_base), rewritten in the reduced temperature: exact, padded with zeros to the degree asked for.
template <int Degree>
Polynomial<Degree> recentre(const std::array<double, 4>& cubic, double T_base) {
  const double shift = Liquid::T_center - T_base;
  Polynomial<Degree> result;
  for (int i = 3; i >= 0; --i) {  // Horner's scheme with (shift + T_scale x) as the argument
    for (int k = 3; k > 0; --k) result.a[k] = result.a[k] * shift + result.a[k - 1] * Liquid::T_scale;
    result.a[0] = result.a[0] * shift + cubic[i];
  }
  return result;
}

/// The integral of cp over temperature that vanishes at T_datum.
Polynomial<5> integrate(const Polynomial<4>& cp) {
  Polynomial<5> h;
  for (int i = 0; i <= 4; ++i) h.a[i + 1] = cp.a[i] * Liquid::T_scale / (i + 1);
  h.a[0] = -h((Liquid::T_datum - Liquid::T_center) / Liquid::T_scale);
  return h;
}

Liquid make_water(double p) {
  const auto rho = [p](double T) { return 1.0 / if97::liquid(p, T).volume; };
  Liquid water;
  water.name = "water";
  water.T_freeze = water.T_min = 273.15;  // K
  water.cp_polynomial = interpolate<4>([p](double T) { return if97::liquid(p, T).cp; });
  water.density_polynomial = interpolate<3>(rho);
  water.log_viscosity_polynomial = interpolate<5>([&](double T) { return std::log(if97::viscosity(rho(T), T)); });
  water.conductivity_polynomial = interpolate<3>([&](double T) { return if97::conductivity(rho(T), T); });
  return water;
}

Liquid make_mixture(const glycol::Glycol& glycol, double x) {
  Liquid liquid;
  liquid.name = fmt::format("{} {:.4g} % by mass", glycol.name, 100.0 * x);
  liquid.mass_fraction = x;
  liquid.water_fraction = glycol.water_mole_fraction(x);
  liquid.T_freeze = liquid.T_min = glycol.freezing_point(x);
  liquid.cp_polynomial = recentre<4>(glycol.at_fraction(glycol.cp, x), glycol.T_base);
  liquid.density_polynomial = recentre<3>(glycol.at_fraction(glycol.density, x), glycol.T_base);
  liquid.log_viscosity_polynomial = recentre<5>(glycol.at_fraction(glycol.log_viscosity, x), glycol.T_base);
  liquid.conductivity_polynomial = recentre<3>(glycol.at_fraction(glycol.conductivity, x), glycol.T_base);
  return liquid;
}

Liquid make_mixture(const glycol::Glycol& glycol, const LiquidSpec& spec) {
  const bool by_volume = spec.basis == FractionBasis::volume;
  const double x = by_volume ? glycol.mass_fraction_of_volume(spec.fraction) : spec.fraction;
  if (!(spec.fraction >= 0.0 && x <= glycol::x_max)) {
    throw std::runtime_error(fmt::format("{}: fraction {:.4g} % by {}, allowed 0 to {:.0f} % by mass", glycol.name,
                                         100.0 * spec.fraction, by_volume ? "volume" : "mass", 100.0 * glycol::x_max));
  }
  return make_mixture(glycol, x);
}

Liquid make_kind(const LiquidSpec& spec) {
  switch (spec.kind) {
    case LiquidKind::propylene_glycol:
      return make_mixture(glycol::propylene, spec);
    case LiquidKind::ethylene_glycol:
      return make_mixture(glycol::ethylene, spec);
    case LiquidKind::water:
      break;
  }
  if (spec.fraction != 0.0) {
    throw std::runtime_error(fmt::format("water: fraction of glycol {:.4g} %, allowed 0 %", 100.0 * spec.fraction));
  }
  return make_water(spec.p_ref);
}

}  // namespace

double Liquid::T_boil(double p) const {
  return if97::saturation_temperature(std::clamp(p / water_fraction, if97::p_triple, if97::p_critical));
}

Liquid make_liquid(const LiquidSpec& spec) {
  if (!(spec.p_ref >= 50e3 && spec.p_ref <= 10e6)) {
    throw std::runtime_error(
        fmt::format("liquid: reference pressure {:.4g} kPa, allowed 50 to 10000 kPa", spec.p_ref / 1e3));
  }
  Liquid liquid = make_kind(spec);
  liquid.T_max = T_hot;
  liquid.enthalpy_polynomial = integrate(liquid.cp_polynomial);
  liquid.cp_low = liquid.cp(Liquid::T_low) * Liquid::T_scale;
  liquid.cp_high = liquid.cp(Liquid::T_high) * Liquid::T_scale;
  liquid.log_vapour_polynomial =
      interpolate<6>([&](double T) { return std::log(liquid.water_fraction * if97::saturation_pressure(T)); });
  liquid.rho_ref = liquid.density(T_reference);
  return liquid;
}

}  // namespace wattloop
