#pragma once
// Forward-mode automatic differentiation with a fixed number of directions.

#include <array>
#include <cmath>
#include <type_traits>

namespace wattloop {

/// What a dual number over T meets as a constant: an arithmetic type, or T itself.
template <class U, class T>
concept ConstantFor = std::is_arithmetic_v<U> || std::is_same_v<U, T>;

/// A value with its derivatives in N directions; T is double or a Pack of lanes.
///
/// Seeding a state with 1 and its rate with c_j gives dF/dy + c_j dF/dy' in one pass through a component's equations
/// (Griewank & Walther, Evaluating Derivatives, 2008, ch. 3).
template <int N, class T = double>
struct Dual {
  using Value = T;
  static constexpr int size = N;

  T value{};
  std::array<T, N> derivative{};

  Dual() = default;
  Dual(const T& v) : value(v) {}  // NOLINT: a constant is a dual number without derivatives
  template <class U>
  requires(std::is_arithmetic_v<U> && !std::is_same_v<U, T>) Dual(U v) : value(T(v)) {}  // NOLINT

  static Dual variable(const T& v, int direction) {
    Dual result(v);
    result.derivative[direction] = T(1.0);
    return result;
  }

  Dual& operator+=(const Dual& b) { return *this = *this + b; }
  Dual& operator-=(const Dual& b) { return *this = *this - b; }
  Dual& operator*=(const Dual& b) { return *this = *this * b; }
  Dual& operator/=(const Dual& b) { return *this = *this / b; }

  friend Dual operator-(const Dual& a) { return a.chain(-a.value, T(-1.0)); }
  friend const Dual& operator+(const Dual& a) { return a; }

  friend Dual operator+(const Dual& a, const Dual& b) {
    Dual r(a.value + b.value);
    for (int i = 0; i < N; ++i) r.derivative[i] = a.derivative[i] + b.derivative[i];
    return r;
  }
  friend Dual operator-(const Dual& a, const Dual& b) {
    Dual r(a.value - b.value);
    for (int i = 0; i < N; ++i) r.derivative[i] = a.derivative[i] - b.derivative[i];
    return r;
  }
  friend Dual operator*(const Dual& a, const Dual& b) {
    Dual r(a.value * b.value);
    for (int i = 0; i < N; ++i) r.derivative[i] = a.derivative[i] * b.value + a.value * b.derivative[i];
    return r;
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const T inverse = T(1.0) / b.value;
    Dual r(a.value * inverse);
    for (int i = 0; i < N; ++i) r.derivative[i] = (a.derivative[i] - r.value * b.derivative[i]) * inverse;
    return r;
  }

  template <ConstantFor<T> U>
  friend Dual operator+(const Dual& a, const U& b) {
    return a.chain(a.value + b, T(1.0));
  }
  template <ConstantFor<T> U>
  friend Dual operator+(const U& a, const Dual& b) {
    return b.chain(a + b.value, T(1.0));
  }
  template <ConstantFor<T> U>
  friend Dual operator-(const Dual& a, const U& b) {
    return a.chain(a.value - b, T(1.0));
  }
  template <ConstantFor<T> U>
  friend Dual operator-(const U& a, const Dual& b) {
    return b.chain(a - b.value, T(-1.0));
  }
  template <ConstantFor<T> U>
  friend Dual operator*(const Dual& a, const U& b) {
    return a.chain(a.value * b, T(b));
  }
  template <ConstantFor<T> U>
  friend Dual operator*(const U& a, const Dual& b) {
    return b.chain(a * b.value, T(a));
  }
  template <ConstantFor<T> U>
  friend Dual operator/(const Dual& a, const U& b) {
    return a.chain(a.value / b, T(1.0) / b);
  }
  template <ConstantFor<T> U>
  friend Dual operator/(const U& a, const Dual& b) {
    const T quotient = a / b.value;
    return b.chain(quotient, -quotient / b.value);
  }

  friend auto operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend auto operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend auto operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend auto operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }

  /// f(this) for a function with the given value and slope at this point.
  Dual chain(const T& f, const T& slope) const {
    Dual r(f);
    for (int i = 0; i < N; ++i) r.derivative[i] = slope * derivative[i];
    return r;
  }
};

template <int N, class T>
Dual<N, T> sqrt(const Dual<N, T>& x) {
  using std::sqrt;
  const T root = sqrt(x.value);
  return x.chain(root, T(0.5) / root);
}
template <int N, class T>
Dual<N, T> exp(const Dual<N, T>& x) {
  using std::exp;
  const T e = exp(x.value);
  return x.chain(e, e);
}
template <int N, class T>
Dual<N, T> expm1(const Dual<N, T>& x) {
  using std::expm1;
  const T e = expm1(x.value);
  return x.chain(e, e + T(1.0));
}
template <int N, class T>
Dual<N, T> log(const Dual<N, T>& x) {
  using std::log;
  return x.chain(log(x.value), T(1.0) / x.value);
}
template <int N, class T>
Dual<N, T> tanh(const Dual<N, T>& x) {
  using std::tanh;
  const T t = tanh(x.value);
  return x.chain(t, T(1.0) - t * t);
}
/// x^exponent for a positive x and a constant exponent.
template <int N, class T>
Dual<N, T> pow(const Dual<N, T>& x, double exponent) {
  using std::pow;
  const T p = pow(x.value, exponent);
  return x.chain(p, T(exponent) * p / x.value);
}

}  // namespace wattloop
