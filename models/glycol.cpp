#include "models/glycol.h"

namespace wattloop::glycol {
namespace {

constexpr double molar_mass_water = 18.015268e-3;  // kg/mol, IAPWS R6-95 (2018)
constexpr double rho_water_20 = 998.2;             // kg/m3 at 20 degC and 101 325 Pa (IAPWS-IF97)

template <std::size_t N>
double horner(const std::array<double, N>& a, double x) {
  double sum = 0.0;
  for (std::size_t i = N; i-- > 0;) sum = sum * x + a[i];
  return sum;
}

}  // namespace

const Glycol propylene{.name = "propylene glycol",
                       .molar_mass = 76.095e-3,
                       .rho_pure = 1036.0,
                       .T_base = 305.8583,
                       .x_base = 0.307031,
                       .density = {{{1018.0, 76.04, -24.98, -155.0, -113.1, 234.2},
                                    {-0.5406, -0.945, 0.27, 2.829, -2.221, 0},
                                    {-0.002666, 0.005541, -0.004018, -0.007175, 0, 0},
                                    {1.347e-05, -1.343e-05, 3.376e-05, 0, 0, 0}}},
                       .cp = {{{3882, -1304, -1598, 353.9, 5000, -4959},
                               {2.699, 5.07, 0.9534, 31.02, -71.35, 0},
                               {-0.001659, -0.004752, 0.1167, -0.295, 0, 0},
                               {-1.032e-05, 0.0001522, -0.000487, 0, 0, 0}}},
                       .conductivity = {{{0.4513, -0.4795, 0.2076, -0.09083, -0.05952, 0.2104},
                                         {0.0007955, -0.001678, 0.001563, -0.002518, -0.003605, 0},
                                         {3.482e-08, 8.941e-06, -4.615e-05, 6.543e-05, 0, 0},
                                         {-5.966e-09, 1.493e-08, 9.897e-08, 0, 0, 0}}},
                       .log_viscosity = {{{-6.224055, 3.328, 0.5453, -3.9, -1.587, 35.64},
                                          {-0.03045, -0.03984, -0.00086, 0.1054, 0.04475, 0},
                                          {0.0002525, 0.0004332, -0.0001593, -0.001589, 0, 0},
                                          {-1.399e-06, -1.86e-06, -4.465e-07, 0, 0, 0}}},
                       .T_freezing = {259.9, -66.31, -109.4, -228.3, -340.9, 146.5}};

const Glycol ethylene{.name = "ethylene glycol",
                      .molar_mass = 62.068e-3,
                      .rho_pure = 1113.0,
                      .T_base = 304.878,
                      .x_base = 0.308462,
                      .density = {{{1034.0, 131.1, 0.749, -106.2, -96.23, 489.1},
                                   {-0.4781, -0.6876, 0.7855, 1.229, -7.211, 0},
                                   {-0.002692, 0.004805, -0.003995, -0.01153, 0, 0},
                                   {4.725e-06, 1.69e-06, 4.982e-05, 0, 0, 0}}},
                      .cp = {{{3737, -1799, -993.3, 2610, 1537, -16180},
                              {2.93, 10.46, 3.516, -1.189, -42.72, 0},
                              {-0.004675, -0.04147, 0.05109, -0.1643, 0, 0},
                              {-1.389e-05, 1.847e-05, -0.0007138, 0, 0, 0}}},
                      .conductivity = {{{0.472, -0.4286, 0.1747, 0.03017, -0.1322, 0.2678},
                                        {0.0008903, -0.001473, 0.0006814, -0.002412, 0.002555, 0},
                                        {-1.058e-06, 1.059e-05, -3.612e-05, 4.004e-05, 0, 0},
                                        {-2.789e-09, -1.142e-08, 2.365e-08, 0, 0, 0}}},
                      .log_viscosity = {{{-6.437255, 2.471, 0.03328, 1.659, 3.089, -18.65},
                                         {-0.0255, -0.01171, 0.01086, 0.003157, 0.01831, 0},
                                         {0.0001782, 0.0001052, 0.0001051, 0.0004063, 0, 0},
                                         {-7.669e-07, -1.634e-06, -6.475e-06, 0, 0, 0}}},
                      .T_freezing = {257.9, -80.8, -133.4, -72.93, 100.6, 11.4}};

std::array<double, 4> Glycol::at_fraction(const Coefficients& coefficients, double x) const {
  std::array<double, 4> result{};
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = horner(coefficients[i], x - x_base);
  return result;
}

double Glycol::evaluate(const Coefficients& coefficients, double T, double x) const {
  return horner(at_fraction(coefficients, x), T - T_base);
}

double Glycol::freezing_point(double x) const {
  return horner(T_freezing, x - x_base);
}

double Glycol::mass_fraction_of_volume(double volume_fraction) const {
  const double glycol = volume_fraction * rho_pure;
  return glycol / (glycol + (1.0 - volume_fraction) * rho_water_20);
}

double Glycol::water_mole_fraction(double x) const {
  const double water = (1.0 - x) / molar_mass_water;
  return water / (water + x / molar_mass);
}

}  // namespace wattloop::glycol
