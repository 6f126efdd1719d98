#pragma once
// Elementary functions without branches or tables, of a double or of a vector of the compiler: loops over the one
// vectorise, the other gives the same bits lane by lane.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace wattloop {

/// Four doubles, as a vector of the compiler, and as many integers.
using Double4 = double __attribute__((vector_size(32)));
using Int4 = std::int64_t __attribute__((vector_size(32)));

namespace detail {
template <class V>
struct Bits {
  using Unsigned = std::uint64_t;
};
template <>
struct Bits<Double4> {
  using Unsigned = std::uint64_t __attribute__((vector_size(32)));
};

/// x, x^2, x^4, ...
template <int count, class V>
[[gnu::always_inline]] inline std::array<V, count> powers_of(const V& x) {
  std::array<V, count> powers;
  powers[0] = x;
  for (int i = 1; i < count; ++i) powers[i] = powers[i - 1] * powers[i - 1];
  return powers;
}

/// c[first] + c[first + 1] x + ... of so many terms, by halves (Estrin): a chain of a third of the length of Horner's.
template <int first, int terms, std::size_t n, class V, std::size_t m>
[[gnu::always_inline]] inline V polynomial(const std::array<double, n>& c, const std::array<V, m>& powers) {
  if constexpr (terms == 1) {
    return c[first] - V{};
  } else {
    constexpr int level = std::bit_width(unsigned{terms - 1}) - 1, half = 1 << level;
    return polynomial<first, half>(c, powers) + polynomial<first + half, terms - half>(c, powers) * powers[level];
  }
}
}  // namespace detail

/// ln x of a positive normal number, about 1e-15 absolute: x = 2^e m with m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh s.
template <class V>
[[gnu::always_inline]] inline V vector_log(const V& x) {
  using Unsigned = typename detail::Bits<V>::Unsigned;
  constexpr double ln2 = 0.69314718055994530942;
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd;  // bits of sqrt(1/2)
  const Unsigned bits = __builtin_bit_cast(Unsigned, x);
  // The exponent as a double without a conversion: added to the mantissa of 2^52.
  constexpr std::uint64_t two_52 = 0x4330000000000000;
  const Unsigned shifted = bits - sqrt_half + (std::uint64_t{1024} << 52);
  const Unsigned biased = shifted >> 52;
  const V e = __builtin_bit_cast(V, biased | two_52) - (4503599627370496.0 + 1024.0);
  const V m = __builtin_bit_cast(V, bits - ((biased - 1024) << 52));
  const V s = (m - 1.0) / (m + 1.0);  // |s| < 0.1716
  const V z = s * s;
  constexpr std::array<double, 10> series = {1.0,        1.0 / 3.0,  1.0 / 5.0,  1.0 / 7.0,  1.0 / 9.0,
                                             1.0 / 11.0, 1.0 / 13.0, 1.0 / 15.0, 1.0 / 17.0, 1.0 / 19.0};
  return e * ln2 + 2.0 * s * detail::polynomial<0, 10>(series, detail::powers_of<4>(z));
}

/// e^x for |x| < 700, about 1e-15 of itself: x = k ln 2 + r, Taylor's series of e^r to r^13.
template <class V>
[[gnu::always_inline]] inline V vector_exp(const V& x) {
  using Unsigned = typename detail::Bits<V>::Unsigned;
  constexpr double log2_e = 1.4426950408889634074;
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  constexpr double shift = 6755399441055744.0;  // 1.5 2^52: adding it rounds to an integer in the low bits
  const V shifted = x * log2_e + shift;
  const V k = shifted - shift;
  const V r = (x - k * ln2_high) - k * ln2_low;
  constexpr std::array<double, 14> series = {1.0,
                                             1.0,
                                             0.5,
                                             1.0 / 6.0,
                                             1.0 / 24.0,
                                             1.0 / 120.0,
                                             1.0 / 720.0,
                                             1.0 / 5040.0,
                                             1.0 / 40320.0,
                                             1.0 / 362880.0,
                                             1.0 / 3628800.0,
                                             1.0 / 39916800.0,
                                             1.0 / 479001600.0,
                                             1.0 / 6227020800.0};
  const Unsigned scale = (__builtin_bit_cast(Unsigned, shifted) + 1023) << 52;
  return detail::polynomial<0, 14>(series, detail::powers_of<4>(r)) * __builtin_bit_cast(V, scale);
}

/// The same for any number: not a number below zero, minus infinity at zero (and at what is too small to be normal).
template <class V>
[[gnu::always_inline]] inline V lane_log(const V& x) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double smallest = std::numeric_limits<double>::min();
  const V inside = vector_log(x), none = x - x;  // zero, or not a number where x is infinite
  const V small = x < smallest ? none - infinity : x;
  const V outside = x >= 0.0 ? small : none + std::numeric_limits<double>::quiet_NaN();
  return ((x >= smallest) & (x < infinity)) ? inside : outside;
}

/// The same for any number.
template <class V>
[[gnu::always_inline]] inline V lane_exp(const V& x) {
  constexpr double most = 700.0;
  const V inside = vector_exp(x), zero = V{};
  const V large = x > most ? zero + std::numeric_limits<double>::infinity() : x;
  const V outside = x < -most ? zero : large;
  return ((x >= -most) & (x <= most)) ? inside : outside;
}

/// x^p for x >= 0, within 4e-16 (1 + |p ln x|) of itself.
template <class V>
[[gnu::always_inline]] inline V lane_pow(const V& x, double p) {
  return lane_exp(V(p * lane_log(x)));
}

}  // namespace wattloop
