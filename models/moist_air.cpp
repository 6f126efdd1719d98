#include "models/moist_air.h"

#include <algorithm>
#include <limits>

namespace wattloop {
namespace {

/// Where f changes from negative to positive, to the last bit between low and high (f(low) <= 0 taken for granted).
template <class F>
double bisect(double low, double high, F&& f) {
  for (;;) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return middle;
    (f(middle) > 0.0 ? high : low) = middle;
  }
}

/// Saturation pressure over ice, Pa (eq. 5).
double saturation_pressure_over_ice(double T) {
  return std::exp(-5.6745359e3 / T + 6.3925247 +
                  T * (-9.677843e-3 + T * (6.2215701e-7 + T * (2.0747825e-9 - 9.484024e-13 * T))) +
                  4.1635019 * std::log(T));
}

/// Where saturation_pressure(T) = p within the range of the correlation, K.
double saturation_temperature(double p) {
  return bisect(air::T_lowest, air::T_highest, [p](double T) { return saturation_pressure(T) - p; });
}

/// Humidity ratio at which the wet bulb is T_wb (eqs 33 and 35, without the bound at dry air).
double wet_bulb_balance(double T, double T_wb, double p) {
  const double W_s = saturated_humidity_ratio(T_wb, p);
  const double t = T - air::T_zero;        // degC
  const double t_wb = T_wb - air::T_zero;  // degC
  if (t_wb >= 0.0) return ((2501.0 - 2.326 * t_wb) * W_s - 1.006 * (t - t_wb)) / (2501.0 + 1.86 * t - 4.186 * t_wb);
  return ((2830.0 - 0.24 * t_wb) * W_s - 1.006 * (t - t_wb)) / (2830.0 + 1.86 * t - 2.1 * t_wb);
}

}  // namespace

double saturation_pressure(double T) {
  return T <= air::T_triple ? saturation_pressure_over_ice(T) : saturation_pressure_over_water(T);
}

double saturated_humidity_ratio(double T, double p) {
  const double p_v = saturation_pressure(T);
  return p_v < p ? humidity_ratio(p_v, p) : std::numeric_limits<double>::infinity();
}

double humidity_ratio_from_relative_humidity(double T, double RH, double p) {
  return humidity_ratio(RH * saturation_pressure(T), p);
}

double humidity_ratio_from_dew_point(double T_dp, double p) {
  return humidity_ratio(saturation_pressure(T_dp), p);
}

double humidity_ratio_from_wet_bulb(double T, double T_wb, double p) {
  return std::max(0.0, wet_bulb_balance(T, T_wb, p));
}

double relative_humidity(double T, double W, double p) {
  return vapour_pressure(W, p) / saturation_pressure(T);
}

double dew_point(double W, double p) {
  return saturation_temperature(vapour_pressure(W, p));
}

double boiling_point(double p) {
  return saturation_temperature(p);
}

double wet_bulb(double T, double W, double p) {
  constexpr double T_cold = 100.0;  // K, below any wet bulb: the balance is negative there
  const auto excess = [=](double T_wb) { return wet_bulb_balance(T, T_wb, p) - W; };
  if (T < air::T_zero) return bisect(T_cold, T, excess);
  return excess(air::T_zero) <= 0.0 ? bisect(air::T_zero, T, excess) : bisect(T_cold, air::T_zero, excess);
}

double wet_bulb_from_relative_humidity(double T, double RH, double p) {
  const double p_v = RH * saturation_pressure(T);
  return p_v < p ? wet_bulb(T, humidity_ratio(p_v, p), p) : boiling_point(p);
}

}  // namespace wattloop
