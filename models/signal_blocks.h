#pragma once
// Small blocks between controllers: signals in, one signal `y` out. Any unit, SI: an output in "SI" has the unit of the
// first input in "SI".

#include <string>

#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// The one signal that each of these blocks gives.
template <class S>
struct SignalThrough {
  S y;
};

/// First-order lag (a sensor, a filter): T dy/dt = x - y.
template <class P = double>
struct Lag {
  static constexpr std::string_view type = "lag";
  static constexpr std::string_view summary = "a signal through a first-order lag";

  P time_constant;

  static constexpr auto fields() {
    return table<Lag, P>(parameter("time_constant", &Lag::time_constant, "s", "of the lag", positive),
                         input("x", "SI", "signal in", any_value, 0.0),
                         signal_output("y", "SI", "signal out, in the unit of x"),
                         differential("value", "SI", "signal out", 0.0));
  }

  template <class S>
  struct State {
    S value;
  };
  template <class S>
  struct Across {
    S x;
  };
  template <class S>
  using Through = SignalThrough<S>;

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.value = time_constant * dx.value - (u.x - x.value);
    flow.y = x.value;
  }
};

/// A signal that changes no faster than its rates: dy/dt = rate z/sqrt(1 + z^2), z = (x - y)/(rate time_constant).
template <class P = double>
struct RateLimiter {
  static constexpr std::string_view type = "rate_limiter";
  static constexpr std::string_view summary = "a signal that rises and falls no faster than given rates";

  P rate_up, rate_down, time_constant;

  static constexpr auto fields() {
    using X = RateLimiter;
    return table<X, P>(parameter("rate_up", &X::rate_up, "1/s", "fastest rise", positive),
                       parameter("rate_down", &X::rate_down, "1/s", "fastest fall, a positive number", positive),
                       parameter("time_constant", &X::time_constant, "s", "of small changes", positive, 1.0),
                       input("x", "SI", "signal in", any_value, 0.0),
                       signal_output("y", "SI", "signal out, in the unit of x"),
                       differential("value", "SI", "signal out", 0.0));
  }

  template <class S>
  struct State {
    S value;
  };
  template <class S>
  struct Across {
    S x;
  };
  template <class S>
  using Through = SignalThrough<S>;

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const S error = u.x - x.value;
    const S rate = select(error > S(0.0), S(rate_up), S(rate_down));
    r.value = rate_limited_residual(dx.value, error, rate, time_constant);
    flow.y = x.value;
  }
};

/// A straight line between two limits (reset of a set point on the weather): y = clamp(a + b (x - x_0), y_min, y_max),
/// corners rounded over 0.5 % of the span.
template <class P = double>
struct LinearMap {
  static constexpr std::string_view type = "linear_map";
  static constexpr std::string_view summary = "a straight line between two limits: reset of a set point";

  P a, b, x_0, y_min, y_max;

  static constexpr auto fields() {
    using X = LinearMap;
    return table<X, P>(parameter("a", &X::a, "1", "signal out at x_0", any_value),
                       parameter("b", &X::b, "1", "change of the signal out with the signal in", any_value, 1.0),
                       parameter("x_0", &X::x_0, "1", "signal in at which the signal out is a", any_value, 0.0),
                       parameter("y_min", &X::y_min, "1", "lowest signal out", any_value),
                       parameter("y_max", &X::y_max, "1", "highest signal out", any_value),
                       input("x", "1", "signal in", any_value, 0.0), signal_output("y", "1", "signal out"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    S x;
  };
  template <class S>
  using Through = SignalThrough<S>;

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    constexpr double corner = 5e-3;  // of the span
    flow.y = exact_clamp(S(a + b * (u.x - x_0)), y_min, y_max, corner * (y_max - y_min));
  }

  std::string check() const { return y_max > y_min ? "" : "y_max must be above y_min"; }
};

/// The smaller or larger of two signals, exact where they differ by more than `width`; chain them for more.
template <class P = double>
struct MinMaxSelect {
  static constexpr std::string_view type = "min_max_select";
  static constexpr std::string_view summary = "the smaller or the larger of two signals";

  P select_what, width;

  static constexpr auto fields() {
    using X = MinMaxSelect;
    return table<X, P>(choice("select", &X::select_what, "which of the two", {"min", "max"}),
                       parameter("width", &X::width, "1", "difference below which the two blend", positive, 1e-3),
                       input("a", "SI", "one signal", any_value, 0.0),
                       input("b", "SI", "the other signal", any_value, 0.0),
                       signal_output("y", "SI", "the selected signal, in the unit of a"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    S a, b;
  };
  template <class S>
  using Through = SignalThrough<S>;

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    const S above = ramp(S(u.a - u.b), width);
    flow.y = select(S(select_what) < S(0.5), S(u.a - above), S(u.b + above));
  }
};

/// A weighted sum: y = offset + k_a a + k_b b + k_c c + k_d d.
template <class P = double>
struct Sum {
  static constexpr std::string_view type = "sum";
  static constexpr std::string_view summary = "a weighted sum of up to four signals";

  P offset, k_a, k_b, k_c, k_d;

  static constexpr auto fields() {
    return table<Sum, P>(parameter("offset", &Sum::offset, "1", "added", any_value, 0.0),
                         parameter("k_a", &Sum::k_a, "1", "weight of a", any_value, 1.0),
                         parameter("k_b", &Sum::k_b, "1", "weight of b", any_value, 1.0),
                         parameter("k_c", &Sum::k_c, "1", "weight of c", any_value, 1.0),
                         parameter("k_d", &Sum::k_d, "1", "weight of d", any_value, 1.0),
                         input("a", "1", "signal", any_value, 0.0), input("b", "1", "signal", any_value, 0.0),
                         input("c", "1", "signal", any_value, 0.0), input("d", "1", "signal", any_value, 0.0),
                         signal_output("y", "1", "the sum"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    S a, b, c, d;
  };
  template <class S>
  using Through = SignalThrough<S>;

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    flow.y = offset + k_a * u.a + k_b * u.b + k_c * u.c + k_d * u.d;
  }
};

/// A product: y = k a b.
template <class P = double>
struct Product {
  static constexpr std::string_view type = "product";
  static constexpr std::string_view summary = "the product of two signals";

  P k;

  static constexpr auto fields() {
    return table<Product, P>(parameter("k", &Product::k, "1", "factor", any_value, 1.0),
                             input("a", "1", "signal", any_value, 1.0), input("b", "1", "signal", any_value, 1.0),
                             signal_output("y", "1", "the product"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    S a, b;
  };
  template <class S>
  using Through = SignalThrough<S>;

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    flow.y = k * u.a * u.b;
  }
};

}  // namespace wattloop
