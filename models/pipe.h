#pragma once
// A length of pipe: liquid, wall and the loss to the air around it.

#include <array>
#include <numbers>

#include "models/connectors.h"
#include "models/friction.h"
#include "solver/fields.h"

namespace wattloop {

/// A round pipe of eight finite volumes, i = 1..8.
///
///   C dT_i/dt      = F_i-1/2 - F_i+1/2 + G_film (T_wall,i - T_i),  F = m+ h(T_left) + m- h(T_right) + m p/rho_ref
///   C_w dT_wall/dt = G_film (T_i - T_wall,i) - UA_loss dx (T_wall,i - T_room)
///   p_in - p_out   = (f L/D + K) m|m| / (2 rho A^2) + rho g dz
///
/// Advection is second order: values at the faces are extrapolated with the slope of van Albada, van Leer & Roberts
/// (1982), which falls back to first order at fronts; faces at the ends take the node's temperature as upstream value,
/// so a chain of pipes is as accurate as one long one. f after Churchill (1977), film after Gnielinski (1976),
/// viscosity and hydrostatic density at the mean temperature. Friction heats the liquid; dz > 0 rises, and what the
/// liquid gains in height is exchanged with gravity (the meter "gravity"), which is nothing around a closed circuit.
/// Heat capacities are constant, taken at T_nominal. Axial conduction is left out (Peclet number > 1e5).
/// Range: liquid full, Re up to 1e8, e/D up to 0.05; a velocity limit is not checked. No water hammer.
template <class P = double>
struct Pipe {
  static constexpr std::string_view type = "pipe";
  static constexpr std::string_view summary = "a pipe of eight cells with friction, wall and loss to the air around it";
  static constexpr std::string_view outside = "gravity";
  static constexpr int cells = 8;

  P length, diameter, roughness, wall_thickness, wall_capacity, K, dz, UA_loss, film, h_film, T_nominal;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<Pipe, P>(
        parameter("length", &Pipe::length, "m", "length", positive),
        parameter("diameter", &Pipe::diameter, "m", "inner diameter", positive),
        parameter("roughness", &Pipe::roughness, "m", "of the inner wall; commercial steel 0.045 mm", not_negative,
                  4.5e-5),
        parameter("wall_thickness", &Pipe::wall_thickness, "m", "of the wall", positive, 4.0e-3),
        parameter("wall_capacity", &Pipe::wall_capacity, "J/(m3 K)", "of the wall's material; steel 7,850 x 480",
                  positive, 3.77e6),
        parameter("K", &Pipe::K, "1", "sum of the loss coefficients of fittings", not_negative, 0.0),
        parameter("dz", &Pipe::dz, "m", "height of the outlet above the inlet", any_value, 0.0),
        parameter("UA_loss", &Pipe::UA_loss, "W/(m K)", "from wall to room, for each metre; insulated DN100 0.4 [A]",
                  positive, 0.4),
        choice("film", &Pipe::film, "film coefficient between liquid and wall", {"gnielinski", "constant"}),
        parameter("h_film", &Pipe::h_film, "W/(m2 K)", "the film coefficient, if constant", not_negative, 1000.0),
        parameter("T_nominal", &Pipe::T_nominal, "K", "temperature at which heat capacity is taken", positive, 318.15),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        port("room", Connector::heat, "air around the pipe"), temperature("T_1", "liquid, cell 1"),
        temperature("T_2", "liquid, cell 2"), temperature("T_3", "liquid, cell 3"),
        temperature("T_4", "liquid, cell 4"), temperature("T_5", "liquid, cell 5"),
        temperature("T_6", "liquid, cell 6"), temperature("T_7", "liquid, cell 7"),
        temperature("T_8", "liquid, cell 8"), temperature("T_wall_1", "wall, cell 1"),
        temperature("T_wall_2", "wall, cell 2"), temperature("T_wall_3", "wall, cell 3"),
        temperature("T_wall_4", "wall, cell 4"), temperature("T_wall_5", "wall, cell 5"),
        temperature("T_wall_6", "wall, cell 6"), temperature("T_wall_7", "wall, cell 7"),
        temperature("T_wall_8", "wall, cell 8"), algebraic("m_flow", "kg/s", "flow from inlet to outlet", 1.0),
        output("dp", "Pa", "pressure at the inlet above that at the outlet"),
        output("velocity", "m/s", "mean velocity"), output("Re", "1", "Reynolds number"),
        output("Q_loss", "W", "heat lost to the room"), output("T_mean", "K", "mean temperature of the liquid"));
  }

  template <class S>
  struct State {
    std::array<S, cells> T, T_wall;
    S m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    HeatPort<S> room;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S dp, velocity, Re, Q_loss, T_mean;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const double per_rho = 1.0 / liquid->rho_ref;
    const std::array<S, cells + 1> H = face_enthalpy_flows(x, u);
    flow.inlet = {x.m_flow, H[0] + x.m_flow * u.inlet.p * per_rho};
    flow.outlet = {-x.m_flow, -H[cells] - x.m_flow * u.outlet.p * per_rho};

    const Friction<S> f = friction(x);
    const S heating = x.m_flow * ((u.inlet.p - u.outlet.p) * per_rho - gravity * dz) * (1.0 / cells);
    const P C_liquid = liquid_capacity(), C_wall = wall_heat_capacity(), loss = UA_loss * length * (1.0 / cells);
    S Q_room(0.0);
    for (int i = 0; i < cells; ++i) {
      const S Q_wall = f.G_film * (x.T_wall[i] - x.T[i]);
      const S Q_loss = loss * (x.T_wall[i] - u.room.T);
      r.T[i] = C_liquid * dx.T[i] - (H[i] - H[i + 1] + heating + Q_wall);
      r.T_wall[i] = C_wall * dx.T_wall[i] + Q_wall + Q_loss;
      Q_room = Q_room - Q_loss;
    }
    flow.room.Q_flow = Q_room;
    r.m_flow = u.inlet.p - u.outlet.p - f.rho * gravity * dz - f.dp;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const Friction<S> f = friction(x);
    out.dp = u.inlet.p - u.outlet.p;
    out.velocity = x.m_flow / (f.rho * area());
    out.Re = f.Re;
    S T_wall(0.0);
    for (int i = 0; i < cells; ++i) T_wall = T_wall + x.T_wall[i] * (1.0 / cells);
    out.Q_loss = UA_loss * length * (T_wall - u.room.T);
    out.T_mean = mean_temperature(x);
  }

  /// Flow of 1 m/s.
  State<P> start() const {
    State<P> x;
    x.T.fill(P(313.15));
    x.T_wall.fill(P(313.15));
    x.m_flow = m_flow_scale();
    return x;
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    S sum(0.0);
    for (int i = 0; i < cells; ++i) sum = sum + liquid_capacity() * x.T[i] + wall_heat_capacity() * x.T_wall[i];
    return sum;
  }

  /// What gravity gives to falling liquid, W.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>&) const {
    return -gravity * dz * x.m_flow;
  }

 private:
  static constexpr StateField temperature(std::string_view name, std::string_view meaning) {
    return differential(name, "K", meaning, 313.15);
  }

  P area() const { return (0.25 * std::numbers::pi) * diameter * diameter; }
  /// Flow at 1 m/s: the scale of the rounding through zero flow.
  P m_flow_scale() const { return liquid->rho_ref * area(); }
  /// Of the liquid in one cell, J/K.
  P liquid_capacity() const { return m_flow_scale() * length * (1.0 / cells) * liquid->cp(T_nominal); }
  /// Of the wall of one cell, J/K.
  P wall_heat_capacity() const {
    return std::numbers::pi * (diameter + wall_thickness) * wall_thickness * length * (1.0 / cells) * wall_capacity;
  }

  template <class S>
  S mean_temperature(const State<S>& x) const {
    S sum(0.0);
    for (const S& T : x.T) sum = sum + T;
    return sum * (1.0 / cells);
  }

  template <class S>
  struct Friction {
    S Re, dp, rho, G_film;
  };

  template <class S>
  Friction<S> friction(const State<S>& x) const {
    using std::sqrt;
    const S T = mean_temperature(x);
    const S mu = liquid->viscosity(T), rho = liquid->density(T), k = liquid->conductivity(T);
    const P A = area();
    const S magnitude = smooth_abs(x.m_flow, 1e-9 * m_flow_scale());
    const S Re = magnitude * diameter / (A * mu);
    const S f_Re = friction_f_Re(Re, roughness / diameter);
    const S local = K * diameter * magnitude / (A * mu);
    const S dp = (f_Re * length + local * diameter) * mu * x.m_flow / (2.0 * rho * A * diameter * diameter);
    const S h = k / diameter * pipe_nusselt(Re, S(mu * liquid->cp(T) / k), f_Re);
    const P surface = std::numbers::pi * diameter * length * (1.0 / cells);
    return {Re, dp, rho, surface * select(S(film) < S(0.5), h, S(h_film))};
  }

  /// The slope between two differences over neighbouring cells: their mean where they are alike, nearly nothing where
  /// they differ (van Albada et al. 1982).
  template <class S>
  static S limited(const S& a, const S& b) {
    constexpr double epsilon = 0.09;  // K2: differences below 0.3 K between cells are not limited
    const S a2 = a * a + epsilon, b2 = b * b + epsilon;
    return (a2 * b + b2 * a) / (a2 + b2);
  }

  /// m+ h(T_left) + m- h(T_right) at the nine faces, W.
  template <class S>
  std::array<S, cells + 1> face_enthalpy_flows(const State<S>& x, const Across<S>& u) const {
    constexpr int last = cells - 1;
    const auto& T = x.T;
    const Upwind<S> m(x.m_flow, small_flow * m_flow_scale());
    const S ahead = m.forward / (m.forward - m.backward);  // 1 forward, 0 backward
    // Beyond the ends: the node's temperature where the flow comes from it, else the differences go on in a line.
    const S before_first = ahead * 2.0 * (T[0] - u.inlet.T) + (1.0 - ahead) * (2.0 * (T[1] - T[0]) - (T[2] - T[1]));
    const S behind_last = ahead * (2.0 * (T[last] - T[last - 1]) - (T[last - 1] - T[last - 2])) +
                          (1.0 - ahead) * 2.0 * (u.outlet.T - T[last]);
    std::array<S, cells> half_slope;
    for (int i = 0; i < cells; ++i) {
      const S before = i == 0 ? before_first : S(T[i] - T[i - 1]);
      const S behind = i == last ? behind_last : S(T[i + 1] - T[i]);
      half_slope[i] = 0.5 * limited(before, behind);
    }
    std::array<S, cells + 1> H;
    for (int face = 0; face <= cells; ++face) {
      const S left = face == 0 ? u.inlet.T : S(T[face - 1] + half_slope[face - 1]);
      const S right = face == cells ? u.outlet.T : S(T[face] - half_slope[face]);
      H[face] = m.carry(liquid->enthalpy(left), liquid->enthalpy(right));
    }
    return H;
  }
};

}  // namespace wattloop
