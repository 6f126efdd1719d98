#pragma once
// Small linear and nonlinear components for tests of the solver.

#include <string_view>

#include "solver/component_type.h"
#include "solver/fields.h"

namespace wattloop::test {

template <class S>
struct Heat {
  S T;
};
template <class S>
struct HeatIn {
  S Q_flow;
};
template <class S>
struct Empty {};

/// A body behind a resistance: C dT/dt = G (T_node - T) + power + k (T_skin - T), where T_skin has no mass of its own:
/// G (T_node - T_skin) = k (T_skin - T) - beta T_skin.
template <class P = double>
struct ToyBody {
  static constexpr std::string_view type = "toy_body", summary = "a body with a skin", outside = "power";
  P C, G, k, beta;
  static constexpr auto fields() {
    using X = ToyBody;
    return table<X, P>(parameter("C", &X::C, "J/K", "capacity", positive, 10.0),
                       parameter("G", &X::G, "W/K", "to the node", positive, 2.0),
                       parameter("k", &X::k, "W/K", "from skin to core", positive, 3.0),
                       parameter("beta", &X::beta, "W/K", "gain of the skin", any_value, 0.0),
                       port("node", Connector::heat, "outside"), input("power", "W", "into the core", any_value, 0.0),
                       differential("T", "K", "core", 300.0), algebraic("T_skin", "K", "skin", 300.0));
  }
  template <class S>
  struct State {
    S T, T_skin;
  };
  template <class S>
  struct Across {
    Heat<S> node;
    S power;
  };
  template <class S>
  struct Through {
    HeatIn<S> node;
  };
  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    flow.node.Q_flow = G * (u.node.T - x.T_skin);
    const S inner = k * (x.T_skin - x.T);
    r.T = C * dx.T - inner - u.power;
    r.T_skin = inner - flow.node.Q_flow - beta * x.T_skin;
  }
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C * x.T;
  }
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    return u.power + beta * x.T_skin;
  }
};

/// Q = G (T_a - T_b) + cubic (T_a - T_b)^3: no states.
template <class P = double>
struct ToyConductor {
  static constexpr std::string_view type = "toy_conductor", summary = "a conductor";
  P G, cubic;
  static constexpr auto fields() {
    using X = ToyConductor;
    return table<X, P>(parameter("G", &X::G, "W/K", "conductance", any_value, 1.0),
                       parameter("cubic", &X::cubic, "1", "W/K3", any_value, 0.0),
                       port("a", Connector::heat, "one end"), port("b", Connector::heat, "the other end"));
  }
  template <class S>
  using State = Empty<S>;
  template <class S>
  struct Across {
    Heat<S> a, b;
  };
  template <class S>
  struct Through {
    HeatIn<S> a, b;
  };
  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    const S d = u.a.T - u.b.T;
    flow.a.Q_flow = G * d + cubic * d * d * d;
    flow.b.Q_flow = -flow.a.Q_flow;
  }
};

/// An ideal source: T_node = T_set, whatever flows. Its own pivot is zero: the flow is kept.
template <class P = double>
struct ToySource {
  static constexpr std::string_view type = "toy_source", summary = "holds a temperature", outside = "source";
  static constexpr auto fields() {
    return table<ToySource, P>(port("node", Connector::heat, "what it holds"),
                               input("T_set", "K", "temperature", any_value, 300.0),
                               kept("Q_flow", "W", "out of the source", 0.0));
  }
  template <class S>
  struct State {
    S Q_flow;
  };
  template <class S>
  struct Across {
    Heat<S> node;
    S T_set;
  };
  template <class S>
  struct Through {
    HeatIn<S> node;
  };
  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.Q_flow = u.node.T - u.T_set;
    flow.node.Q_flow = -x.Q_flow;
  }
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>&) const {
    return x.Q_flow;
  }
};

/// Declares as condensed what nothing in it determines.
template <class P = double>
struct ToyStuck {
  static constexpr std::string_view type = "toy_stuck", summary = "singular on its own";
  static constexpr auto fields() {
    return table<ToyStuck, P>(port("node", Connector::heat, "node"), algebraic("Q_flow", "W", "heat", 0.0));
  }
  template <class S>
  struct State {
    S Q_flow;
  };
  template <class S>
  struct Across {
    Heat<S> node;
  };
  template <class S>
  struct Through {
    HeatIn<S> node;
  };
  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.Q_flow = u.node.T - 300.0;
    flow.node.Q_flow = x.Q_flow;
  }
};

/// y' = -rate (y - x), z' = omega v, v' = -omega z: a lag behind its input and an oscillator.
template <class P = double>
struct ToyLag {
  static constexpr std::string_view type = "toy_lag", summary = "a lag and an oscillator";
  P rate, omega;
  static constexpr auto fields() {
    using X = ToyLag;
    return table<X, P>(parameter("rate", &X::rate, "1/s", "of the lag", any_value, 1.0),
                       parameter("omega", &X::omega, "1/s", "of the oscillator", any_value, 1.0),
                       input("x", "1", "input", any_value, 0.0), signal_output("out", "1", "y"),
                       differential("y", "1", "lag", 1.0), differential("z", "1", "oscillator", 1.0),
                       differential("v", "1", "its rate", 0.0));
  }
  template <class S>
  struct State {
    S y, z, v;
  };
  template <class S>
  struct Across {
    S x;
  };
  template <class S>
  struct Through {
    S out;
  };
  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.y = dx.y + rate * (x.y - u.x);
    r.z = dx.z - omega * x.v;
    r.v = dx.v + omega * x.z;
    flow.out = x.y;
  }
};

/// y' = -z, y = z + z^3: of index 1. ln z + 1.5 z^2 falls by one each second.
template <class P = double>
struct ToyDae {
  static constexpr std::string_view type = "toy_dae", summary = "a differential-algebraic pair";
  static constexpr auto fields() {
    return table<ToyDae, P>(signal_output("out", "1", "z"), differential("y", "1", "y", 2.0),
                            algebraic("z", "1", "z", 1.0));
  }
  template <class S>
  struct State {
    S y, z;
  };
  template <class S>
  using Across = Empty<S>;
  template <class S>
  struct Through {
    S out;
  };
  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>&, State<S>& r, Through<S>& flow) const {
    r.y = dx.y + x.z;
    r.z = x.z + x.z * x.z * x.z - x.y;
    flow.out = x.z;
  }
};

}  // namespace wattloop::test
