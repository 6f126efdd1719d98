#pragma once
// Elementary functions without branches or tables: loops over them vectorise.

#include <bit>
#include <cstdint>
#include <limits>

namespace wattloop {

/// ln x of a positive normal number, about 1e-15 absolute: x = 2^e m with m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh s.
inline double vector_log(double x) {
  constexpr double ln2 = 0.69314718055994530942;
  constexpr std::int64_t sqrt_half = 0x3fe6a09e667f3bcd;  // bits of sqrt(1/2)
  const auto bits = std::bit_cast<std::int64_t>(x);
  // The exponent as a double without a conversion: added to the mantissa of 2^52.
  constexpr std::int64_t two_52 = 0x4330000000000000;
  const std::int64_t shifted = bits - sqrt_half + (std::int64_t{1024} << 52);
  const std::int64_t biased = static_cast<std::int64_t>(static_cast<std::uint64_t>(shifted) >> 52);
  const double e = std::bit_cast<double>(biased | two_52) - (4503599627370496.0 + 1024.0);
  const double m = std::bit_cast<double>(bits - ((biased - 1024) << 52));
  const double s = (m - 1.0) / (m + 1.0);  // |s| < 0.1716
  const double z = s * s;
  double sum = 1.0 / 19.0;
  sum = sum * z + 1.0 / 17.0;
  sum = sum * z + 1.0 / 15.0;
  sum = sum * z + 1.0 / 13.0;
  sum = sum * z + 1.0 / 11.0;
  sum = sum * z + 1.0 / 9.0;
  sum = sum * z + 1.0 / 7.0;
  sum = sum * z + 1.0 / 5.0;
  sum = sum * z + 1.0 / 3.0;
  sum = sum * z + 1.0;
  return e * ln2 + 2.0 * s * sum;
}

/// e^x for |x| < 700, about 1e-15 of itself: x = k ln 2 + r, Taylor's series of e^r to r^13.
inline double vector_exp(double x) {
  constexpr double log2_e = 1.4426950408889634074;
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  constexpr double shift = 6755399441055744.0;  // 1.5 2^52: adding it rounds to an integer in the low bits
  const double shifted = x * log2_e + shift;
  const double k = shifted - shift;
  const double r = (x - k * ln2_high) - k * ln2_low;
  double sum = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  const std::int64_t scale = (std::bit_cast<std::int64_t>(shifted) + 1023) << 52;
  return sum * std::bit_cast<double>(scale);
}

/// The same for any number: not a number below zero, minus infinity at zero (and at what is too small to be normal).
inline double lane_log(double x) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double smallest = std::numeric_limits<double>::min();
  const double inside = vector_log(x);
  const double outside = x >= 0.0 ? (x < smallest ? -infinity : infinity) : std::numeric_limits<double>::quiet_NaN();
  return x >= smallest && x < infinity ? inside : outside;
}

/// The same for any number.
inline double lane_exp(double x) {
  constexpr double most = 700.0;
  const double inside = vector_exp(x);
  const double outside = x > most ? std::numeric_limits<double>::infinity() : x < -most ? 0.0 : x;
  return x >= -most && x <= most ? inside : outside;
}

/// x^p for x >= 0, within 4e-16 (1 + |p ln x|) of itself.
inline double lane_pow(double x, double p) {
  return lane_exp(p * lane_log(x));
}

}  // namespace wattloop
