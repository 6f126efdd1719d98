#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace wattloop {

/// SplitMix64's finaliser (Steele, Lea & Flood 2014, variant 13 of Stafford 2011): a bijection of 64-bit words.
constexpr std::uint64_t mix_bits(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// Natural logarithm of a positive normal number from +, -, *, / alone, so that its bits do not depend on the
/// mathematical library: x = 2^e m, ln m = 2 artanh((m - 1)/(m + 1)) as a series. Within 2 ulp.
constexpr double portable_log(double x) {
  constexpr double sqrt2 = 1.4142135623730951;
  constexpr double ln2_high = 6.93147180369123816490e-01;  // upper bits of ln 2: exact when multiplied by an exponent
  constexpr double ln2_low = 1.90821492927058770002e-10;   // ln 2 - ln2_high
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<double>(static_cast<std::int64_t>(bits >> 52) - 1023);
  auto m = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > sqrt2) {
    m *= 0.5;
    exponent += 1.0;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double s2 = s * s;
  double series = 0.0;
  for (int k = 23; k >= 3; k -= 2) series = s2 * (1.0 / k + series);
  return exponent * ln2_high + (2.0 * s + (2.0 * s * series + exponent * ln2_low));
}

/// Quantile of the standard normal distribution for 0 < p < 1: algorithm AS 241, PPND16 (Wichura 1988), about 1e-15
/// of itself; square root and +, -, *, / alone.
inline double normal_quantile(double p) {
  const auto ratio = [](double r, const double(&a)[8], const double(&b)[8]) {
    double numerator = a[7];
    double denominator = b[7];
    for (int i = 6; i >= 0; --i) {
      numerator = numerator * r + a[i];
      denominator = denominator * r + b[i];
    }
    return numerator / denominator;
  };
  static constexpr double centre_a[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                         1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                         3.3430575583588128105e4, 2.5090809287301226727e3};
  static constexpr double centre_b[8] = {1.0,
                                         4.2313330701600911252e1,
                                         6.8718700749205790830e2,
                                         5.3941960214247511077e3,
                                         2.1213794301586595867e4,
                                         3.9307895800092710610e4,
                                         2.8729085735721942674e4,
                                         5.2264952788528545610e3};
  static constexpr double middle_a[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                         3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                         2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double middle_b[8] = {1.0,
                                         2.05319162663775882187e0,
                                         1.67638483018380384940e0,
                                         6.89767334985100004550e-1,
                                         1.48103976427480074590e-1,
                                         1.51986665636164571966e-2,
                                         5.47593808499534494600e-4,
                                         1.05075007164441684324e-9};
  static constexpr double tail_a[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                       2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                       2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double tail_b[8] = {1.0,
                                       5.99832206555887937690e-1,
                                       1.36929880922735805310e-1,
                                       1.48753612908506148525e-2,
                                       7.86869131145613259100e-4,
                                       1.84631831751005468180e-5,
                                       1.42151175831644588870e-7,
                                       2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * ratio(0.180625 - q * q, centre_a, centre_b);
  const double r = std::sqrt(-portable_log(q < 0.0 ? p : 1.0 - p));
  const double x = r <= 5.0 ? ratio(r - 1.6, middle_a, middle_b) : ratio(r - 5.0, tail_a, tail_b);
  return q < 0.0 ? -x : x;
}

/// A counter-based generator: a pure function of (seed, stream, i, j) without state, so that any thread may ask for
/// any number in any order. The same bits on every platform with IEEE 754 double precision, rounding to nearest and
/// no contraction of a*b + c.
class RandomStream {
 public:
  constexpr RandomStream(std::uint64_t seed, std::uint64_t stream) : key_(step(mix_bits(seed), stream)) {}

  /// The stream number `stream` of this stream's own.
  constexpr RandomStream child(std::uint64_t stream) const { return RandomStream(step(key_, stream)); }

  constexpr std::uint64_t bits(std::uint64_t i, std::uint64_t j = 0) const { return step(step(key_, i), j); }
  /// Uniform in the open interval (0, 1): the middles of 2^52 equal cells.
  constexpr double uniform(std::uint64_t i, std::uint64_t j = 0) const {
    return (static_cast<double>(bits(i, j) >> 12) + 0.5) * 0x1p-52;
  }
  /// Normal with mean 0 and standard deviation 1.
  double normal(std::uint64_t i, std::uint64_t j = 0) const { return normal_quantile(uniform(i, j)); }
  /// Exponential with mean 1.
  constexpr double exponential(std::uint64_t i, std::uint64_t j = 0) const { return -portable_log(uniform(i, j)); }

 private:
  constexpr explicit RandomStream(std::uint64_t key) : key_(key) {}
  static constexpr std::uint64_t step(std::uint64_t key, std::uint64_t counter) {
    return mix_bits(key + (counter + 1) * 0x9e3779b97f4a7c15u);  // 2^64 / golden ratio
  }
  std::uint64_t key_;
};

}  // namespace wattloop
