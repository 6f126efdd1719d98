#pragma once
// Eight lanes of doubles: eight GPUs of a rack, or eight members of an ensemble, in one pass.

#include <array>
#include <cmath>
#include <cstring>

#include "solver/vector_math.h"

// Where lanes are inlined GCC 12 takes the members of a pack for read by the constructor that sets them.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace wattloop {

inline constexpr int pack_size = 8;

/// Lane-wise truth values, the result of comparing packs.
struct alignas(64) PackMask {
  using Half = Int4;
  Half low{}, high{};

  bool operator[](int lane) const { return (lane < 4 ? low[lane] : high[lane - 4]) != 0; }
  friend PackMask operator|(const PackMask& a, const PackMask& b) { return {a.low | b.low, a.high | b.high}; }
  bool any() const {
    const Half either = low | high;
    return (either[0] | either[1] | either[2] | either[3]) != 0;
  }
};

/// Eight doubles that go through the same arithmetic, as two vectors of the compiler: the same operations with SSE2,
/// AVX2 and AVX-512, and so the same bits. (Two halves are passed in memory whatever the instruction set: functions
/// compiled for different ones may call each other.)
struct alignas(64) Pack {
  using Half = Double4;
  Half low, high;

  Pack() = default;
  // By halves: what is stored as two halves and loaded as one vector of 512 bits waits until both are in the cache.
  Pack(const Pack& b) : low(b.low), high(b.high) {}
  Pack& operator=(const Pack& b) {
    low = b.low, high = b.high;
    return *this;
  }
  Pack(double v) : low(v - Half{}), high(v - Half{}) {}  // NOLINT: a constant is the same in every lane
  Pack(const Half& l, const Half& h) : low(l), high(h) {}

  double operator[](int lane) const { return lane < 4 ? low[lane] : high[lane - 4]; }
  void set(int lane, double value) {
    if (lane < 4)
      low[lane] = value;
    else
      high[lane - 4] = value;
  }
  static Pack load(const double* from) {
    Half low, high;
    std::memcpy(&low, from, sizeof low);
    std::memcpy(&high, from + 4, sizeof high);
    return {low, high};
  }
  /// The first `count` lanes; the others repeat the first.
  static Pack load(const double* from, int count) {
    if (count == pack_size) [[likely]]
      return load(from);
    Pack r(from[0]);
    for (int i = 1; i < count; ++i) r.set(i, from[i]);
    return r;
  }
  void store(double* to) const {
    std::memcpy(to, &low, sizeof low);
    std::memcpy(to + 4, &high, sizeof high);
  }
  void store(double* to, int count) const {
    if (count == pack_size) [[likely]]
      return store(to);
    for (int i = 0; i < count; ++i) to[i] = (*this)[i];
  }

  /// Of the first `count` lanes, in one order whatever the vectors.
  double sum(int count) const {
    if (count == pack_size) [[likely]] {
      const Half halves = low + high;
      return (halves[0] + halves[2]) + (halves[1] + halves[3]);
    }
    double total = 0.0;
    for (int i = 0; i < count; ++i) total += (*this)[i];
    return total;
  }

  /// f(lane) in every lane.
  template <class F>
  static Pack map(F&& f) {
    return {Half{f(0), f(1), f(2), f(3)}, Half{f(4), f(5), f(6), f(7)}};
  }
  /// f(value) in every lane.
  template <class F>
  Pack each(F&& f) const {
    return map([&](int lane) { return f((*this)[lane]); });
  }

  Pack& operator+=(const Pack& b) {
    low += b.low, high += b.high;
    return *this;
  }
  Pack& operator-=(const Pack& b) {
    low -= b.low, high -= b.high;
    return *this;
  }
  Pack& operator*=(const Pack& b) {
    low *= b.low, high *= b.high;
    return *this;
  }
  Pack& operator/=(const Pack& b) {
    low /= b.low, high /= b.high;
    return *this;
  }

  friend Pack operator-(const Pack& a) { return {-a.low, -a.high}; }
  friend Pack operator+(const Pack& a, const Pack& b) { return {a.low + b.low, a.high + b.high}; }
  friend Pack operator-(const Pack& a, const Pack& b) { return {a.low - b.low, a.high - b.high}; }
  friend Pack operator*(const Pack& a, const Pack& b) { return {a.low * b.low, a.high * b.high}; }
  friend Pack operator/(const Pack& a, const Pack& b) { return {a.low / b.low, a.high / b.high}; }

  friend PackMask operator<(const Pack& a, const Pack& b) { return {a.low < b.low, a.high < b.high}; }
  friend PackMask operator>(const Pack& a, const Pack& b) { return {a.low > b.low, a.high > b.high}; }
  friend PackMask operator<=(const Pack& a, const Pack& b) { return {a.low <= b.low, a.high <= b.high}; }
  friend PackMask operator>=(const Pack& a, const Pack& b) { return {a.low >= b.low, a.high >= b.high}; }
};

inline Pack select(const PackMask& condition, const Pack& a, const Pack& b) {
  return {condition.low ? a.low : b.low, condition.high ? a.high : b.high};
}

inline Pack abs(const Pack& x) {
  return select(x < Pack(0.0), -x, x);
}
inline Pack sqrt(const Pack& x) {
  return x.each([](double v) { return std::sqrt(v); });
}
inline Pack exp(const Pack& x) {
  return {lane_exp(x.low), lane_exp(x.high)};
}
inline Pack expm1(const Pack& x) {
  return x.each([](double v) { return std::expm1(v); });
}
inline Pack log(const Pack& x) {
  return {lane_log(x.low), lane_log(x.high)};
}
inline Pack tanh(const Pack& x) {
  return x.each([](double v) { return std::tanh(v); });
}
inline Pack pow(const Pack& x, double exponent) {
  return {lane_pow(x.low, exponent), lane_pow(x.high, exponent)};
}

}  // namespace wattloop

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
