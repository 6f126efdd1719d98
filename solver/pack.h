#pragma once
// Eight lanes of doubles: eight GPUs of a rack, or eight members of an ensemble, in one pass.

#include <array>
#include <cmath>
#include <type_traits>

namespace wattloop {

inline constexpr int pack_size = 8;

/// Lane-wise truth values, the result of comparing packs.
struct PackMask {
  std::array<bool, pack_size> lane{};
};

/// Eight doubles that go through the same arithmetic; loops over the lanes vectorise.
struct Pack {
  alignas(64) std::array<double, pack_size> lane{};

  Pack() = default;
  Pack(double v) { lane.fill(v); }  // NOLINT: a constant is the same in every lane

  template <class F>
  static Pack map(F&& f) {
    Pack r;
    for (int i = 0; i < pack_size; ++i) r.lane[i] = f(i);
    return r;
  }
  template <class F>
  static PackMask compare(F&& f) {
    PackMask r;
    for (int i = 0; i < pack_size; ++i) r.lane[i] = f(i);
    return r;
  }

  Pack& operator+=(const Pack& b) { return *this = *this + b; }
  Pack& operator-=(const Pack& b) { return *this = *this - b; }
  Pack& operator*=(const Pack& b) { return *this = *this * b; }
  Pack& operator/=(const Pack& b) { return *this = *this / b; }

  friend Pack operator-(const Pack& a) {
    return map([&](int i) { return -a.lane[i]; });
  }
  friend Pack operator+(const Pack& a, const Pack& b) {
    return map([&](int i) { return a.lane[i] + b.lane[i]; });
  }
  friend Pack operator-(const Pack& a, const Pack& b) {
    return map([&](int i) { return a.lane[i] - b.lane[i]; });
  }
  friend Pack operator*(const Pack& a, const Pack& b) {
    return map([&](int i) { return a.lane[i] * b.lane[i]; });
  }
  friend Pack operator/(const Pack& a, const Pack& b) {
    return map([&](int i) { return a.lane[i] / b.lane[i]; });
  }
  friend PackMask operator<(const Pack& a, const Pack& b) {
    return compare([&](int i) { return a.lane[i] < b.lane[i]; });
  }
  friend PackMask operator>(const Pack& a, const Pack& b) {
    return compare([&](int i) { return a.lane[i] > b.lane[i]; });
  }
  friend PackMask operator<=(const Pack& a, const Pack& b) {
    return compare([&](int i) { return a.lane[i] <= b.lane[i]; });
  }
  friend PackMask operator>=(const Pack& a, const Pack& b) {
    return compare([&](int i) { return a.lane[i] >= b.lane[i]; });
  }
};

inline Pack sqrt(const Pack& x) {
  return Pack::map([&](int i) { return std::sqrt(x.lane[i]); });
}
inline Pack exp(const Pack& x) {
  return Pack::map([&](int i) { return std::exp(x.lane[i]); });
}
inline Pack expm1(const Pack& x) {
  return Pack::map([&](int i) { return std::expm1(x.lane[i]); });
}
inline Pack log(const Pack& x) {
  return Pack::map([&](int i) { return std::log(x.lane[i]); });
}
inline Pack tanh(const Pack& x) {
  return Pack::map([&](int i) { return std::tanh(x.lane[i]); });
}
inline Pack pow(const Pack& x, double exponent) {
  return Pack::map([&](int i) { return std::pow(x.lane[i], exponent); });
}

}  // namespace wattloop
