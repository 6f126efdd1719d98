#include "models/if97.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace wattloop::if97 {
namespace {

constexpr double R = 461.526;  // J/(kg K), specific gas constant (IAPWS R7-97, 2012, eq. 1)

/// x^n for a whole n of either sign: the same bits on every platform.
double power(double x, int n) {
  double base = n < 0 ? 1.0 / x : x;
  double result = 1.0;
  for (int k = n < 0 ? -n : n; k > 0; k /= 2) {
    if (k % 2 == 1) result *= base;
    base *= base;
  }
  return result;
}

struct Term {
  int I, J;
  double n;
};

// IAPWS R7-97 (2012), table 2: gamma = sum n (7.1 - pi)^I (tau - 1.222)^J.
constexpr std::array<Term, 34> region_1{{
    {0, -2, 0.14632971213167},       {0, -1, -0.84548187169114},      {0, 0, -3.756360367204},
    {0, 1, 3.3855169168385},         {0, 2, -0.95791963387872},       {0, 3, 0.15772038513228},
    {0, 4, -0.016616417199501},      {0, 5, 8.1214629983568e-04},     {1, -9, 2.8319080123804e-04},
    {1, -7, -6.0706301565874e-04},   {1, -1, -0.018990068218419},     {1, 0, -0.032529748770505},
    {1, 1, -0.021841717175414},      {1, 3, -5.283835796993e-05},     {2, -3, -4.7184321073267e-04},
    {2, 0, -3.0001780793026e-04},    {2, 1, 4.7661393906987e-05},     {2, 3, -4.4141845330846e-06},
    {2, 17, -7.2694996297594e-16},   {3, -4, -3.1679644845054e-05},   {3, 0, -2.8270797985312e-06},
    {3, 6, -8.5205128120103e-10},    {4, -5, -2.2425281908e-06},      {4, -2, -6.5171222895601e-07},
    {4, 10, -1.4341729937924e-13},   {5, -8, -4.0516996860117e-07},   {8, -11, -1.2734301741641e-09},
    {8, -6, -1.7424871230634e-10},   {21, -29, -6.8762131295531e-19}, {23, -31, 1.4478307828521e-20},
    {29, -38, 2.6335781662795e-23},  {30, -39, -1.1947622640071e-23}, {31, -40, 1.8228094581404e-24},
    {32, -41, -9.3537087292458e-26},
}};

/// The dimensionless Gibbs energy and its derivatives by pi and tau.
struct Gibbs {
  double g = 0, p = 0, t = 0, pp = 0, pt = 0, tt = 0;
};

Gibbs gibbs(double pi, double tau) {
  const double a = 7.1 - pi;
  const double b = tau - 1.222;
  Gibbs sum;
  for (const auto& [I, J, n] : region_1) {
    const double value = n * power(a, I) * power(b, J);
    sum.g += value;
    sum.p -= value * I / a;
    sum.t += value * J / b;
    sum.pp += value * I * (I - 1) / (a * a);
    sum.pt -= value * I * J / (a * b);
    sum.tt += value * J * (J - 1) / (b * b);
  }
  return sum;
}

// IAPWS R7-97 (2012), table 34: saturation line.
constexpr std::array<double, 11> n4{0.0,
                                    0.11670521452767e4,
                                    -0.72421316703206e6,
                                    -0.17073846940092e2,
                                    0.12020824702470e5,
                                    -0.32325550322333e7,
                                    0.14915108613530e2,
                                    -0.48232657361591e4,
                                    0.40511340542057e6,
                                    -0.23855557567849,
                                    0.65017534844798e3};

// IAPWS R12-08 (2008), table 2: i is the power of (1/T - 1), j that of (rho - 1), both reduced.
constexpr std::array<Term, 21> viscosity_terms{{
    {0, 0, 0.520094},     {1, 0, 0.0850895},  {2, 0, -1.08374},  {3, 0, -0.289555},  {0, 1, 0.222531},
    {1, 1, 0.999115},     {2, 1, 1.88797},    {3, 1, 1.26613},   {5, 1, 0.120573},   {0, 2, -0.281378},
    {1, 2, -0.906851},    {2, 2, -0.772479},  {3, 2, -0.489837}, {4, 2, -0.257040},  {0, 3, 0.161913},
    {1, 3, 0.257399},     {0, 4, -0.0325372}, {3, 4, 0.0698452}, {4, 5, 0.00872102}, {3, 6, -0.00435673},
    {5, 6, -0.000593264},
}};

// IAPWS R15-11 (2011), table 2, as above.
constexpr std::array<Term, 28> conductivity_terms{{
    {0, 0, 1.60397357},    {0, 1, -0.646013523},   {0, 2, 0.111443906},   {0, 3, 0.102997357}, {0, 4, -0.0504123634},
    {0, 5, 0.00609859258}, {1, 0, 2.33771842},     {1, 1, -2.78843778},   {1, 2, 1.53616167},  {1, 3, -0.463045512},
    {1, 4, 0.0832827019},  {1, 5, -0.00719201245}, {2, 0, 2.19650529},    {2, 1, -4.54580785}, {2, 2, 3.55777244},
    {2, 3, -1.40944978},   {2, 4, 0.275418278},    {2, 5, -0.0205938816}, {3, 0, -1.21051378}, {3, 1, 1.60812989},
    {3, 2, -0.621178141},  {3, 3, 0.0716373224},   {4, 0, -2.7203370},    {4, 1, 4.57586331},  {4, 2, -3.18369245},
    {4, 3, 1.1168348},     {4, 4, -0.19268305},    {4, 5, 0.012913842},
}};

/// exp(rho sum n (1/T - 1)^i (rho - 1)^j): how both transport properties depend on the reduced density.
template <std::size_t N>
double density_factor(const std::array<Term, N>& terms, double rho, double T) {
  double sum = 0.0;
  for (const auto& [i, j, n] : terms) sum += n * power(1.0 / T - 1.0, i) * power(rho - 1.0, j);
  return std::exp(rho * sum);
}

/// sqrt(T) / sum H_i / T^i: the limit of dilute steam.
template <std::size_t N>
double dilute_limit(const std::array<double, N>& H, double T) {
  double sum = 0.0;
  for (std::size_t i = N; i-- > 0;) sum = sum / T + H[i];
  return std::sqrt(T) / sum;
}

}  // namespace

LiquidState liquid(double p, double T) {
  const double pi = p / 16.53e6;  // reducing pressure 16.53 MPa
  const double tau = 1386.0 / T;  // reducing temperature 1386 K
  const Gibbs g = gibbs(pi, tau);
  const double mixed = g.p - tau * g.pt;
  return {.volume = R * T / p * pi * g.p,
          .enthalpy = R * T * tau * g.t,
          .entropy = R * (tau * g.t - g.g),
          .cp = -R * tau * tau * g.tt,
          .speed_of_sound = std::sqrt(R * T * g.p * g.p / (mixed * mixed / (tau * tau * g.tt) - g.pp))};
}

double saturation_pressure(double T) {
  if (!(T >= 273.15 && T <= T_critical)) {
    throw std::runtime_error(fmt::format("water has no saturation pressure at {} K: 273.15 to {} K", T, T_critical));
  }
  const double theta = T + n4[9] / (T - n4[10]);
  const double A = (theta + n4[1]) * theta + n4[2];
  const double B = (n4[3] * theta + n4[4]) * theta + n4[5];
  const double C = (n4[6] * theta + n4[7]) * theta + n4[8];
  return 1e6 * power(2.0 * C / (-B + std::sqrt(B * B - 4.0 * A * C)), 4);
}

double saturation_temperature(double p) {
  if (!(p >= p_triple && p <= p_critical)) {
    throw std::runtime_error(
        fmt::format("water has no saturation temperature at {} Pa: {} to {} Pa", p, p_triple, p_critical));
  }
  const double beta = std::sqrt(std::sqrt(p / 1e6));
  const double E = (beta + n4[3]) * beta + n4[6];
  const double F = (n4[1] * beta + n4[4]) * beta + n4[7];
  const double G = (n4[2] * beta + n4[5]) * beta + n4[8];
  const double D = 2.0 * G / (-F - std::sqrt(F * F - 4.0 * E * G));
  const double sum = n4[10] + D;
  return 0.5 * (sum - std::sqrt(sum * sum - 4.0 * (n4[9] + n4[10] * D)));
}

double viscosity(double rho, double T) {
  constexpr std::array<double, 4> H{1.67752, 2.20462, 0.6366564, -0.241605};  // IAPWS R12-08 (2008), table 1
  const double T_r = T / T_critical;
  return 1e-6 * 100.0 * dilute_limit(H, T_r) * density_factor(viscosity_terms, rho / rho_critical, T_r);
}

double conductivity(double rho, double T) {
  // IAPWS R15-11 (2011), table 1
  constexpr std::array<double, 5> L{2.443221e-3, 1.323095e-2, 6.770357e-3, -3.454586e-3, 4.096266e-4};
  const double T_r = T / T_critical;
  return 1e-3 * dilute_limit(L, T_r) * density_factor(conductivity_terms, rho / rho_critical, T_r);
}

}  // namespace wattloop::if97
