#pragma once
// A stratified tank of liquid.

#include <array>
#include <string>

#include "models/connectors.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// An upright tank of twelve equal cells, cell 1 on top; flow is positive from the top port to the bottom port.
///
///   C dT_i/dt = F_i-1/2 - F_i+1/2 + M_i+1/2 - M_i-1/2 - UA_loss/12 (T_i - T_room)
///   F = m+ h(T_above) + m- h(T_below) + m p/rho_ref + G (T_above - T_below),   G = k A/dx
///   M = C/tau max(T_below - T_above, 0): what rises where the order is inverted, W
///   p_top - p_bottom = dp_nominal (m/m_nominal)^2
///
/// Finite volumes with first-order upwind: without G and M the tank answers a step as twelve stirred tanks in a row,
/// T = P(12, 12 t/t_fill) of the incomplete gamma function; that smears a front over about 29 % of the tank, which
/// stands for the mixing at diffusers. k is the liquid's conductivity and the wall's share together. tau is the time in
/// which an inversion decays (assumed, minutes). Inlets are diffusers: their jets do not mix more than this.
/// Charging and discharging loops meet at the nodes of the two ports; both ports are taken at one height.
/// Heat capacity constant, at T_nominal. Water below 4 degC would float: left out.
template <class P = double>
struct StorageTank {
  static constexpr std::string_view type = "storage_tank";
  static constexpr std::string_view summary = "a stratified storage tank of twelve cells";
  static constexpr int cells = 12;

  P volume, height, m_flow_nominal, dp_nominal, conductivity, mixing_time, UA_loss, T_cold, T_warm, T_nominal;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using X = StorageTank;
    return table<X, P>(
        parameter("volume", &X::volume, "m3", "of the liquid", positive),
        parameter("height", &X::height, "m", "of the liquid", positive),
        parameter("m_flow_nominal", &X::m_flow_nominal, "kg/s", "nominal flow", positive),
        parameter("dp_nominal", &X::dp_nominal, "Pa", "pressure drop of the diffusers at nominal flow [A]", positive,
                  1e4),
        parameter("conductivity", &X::conductivity, "W/(m K)", "upright, of liquid and wall together [A]", not_negative,
                  1.0),
        parameter("mixing_time", &X::mixing_time, "s", "in which an inversion between two cells decays [A]", positive,
                  100.0),
        parameter("UA_loss", &X::UA_loss, "W/K", "to the air around it", not_negative),
        parameter("T_cold", &X::T_cold, "K", "of a store full of cold: charge 1", positive, 280.15),
        parameter("T_warm", &X::T_warm, "K", "of a store without: charge 0", positive, 290.15),
        parameter("T_nominal", &X::T_nominal, "K", "temperature at which heat capacity is taken", positive, 290.15),
        port("top", Connector::liquid, "warm end"), port("bottom", Connector::liquid, "cold end"),
        port("room", Connector::heat, "air around the tank"),
        signal_output("charge", "1", "cold in store: 1 all at T_cold, 0 all at T_warm"),
        signal_output("middle", "K", "temperature at half height"), temperature("T_1", "cell 1, top"),
        temperature("T_2", "cell 2"), temperature("T_3", "cell 3"), temperature("T_4", "cell 4"),
        temperature("T_5", "cell 5"), temperature("T_6", "cell 6"), temperature("T_7", "cell 7"),
        temperature("T_8", "cell 8"), temperature("T_9", "cell 9"), temperature("T_10", "cell 10"),
        temperature("T_11", "cell 11"), temperature("T_12", "cell 12, bottom"),
        kept("m_flow", "kg/s", "flow from top to bottom", 0.0), output("T_mean", "K", "mean temperature"),
        output("T_top", "K", "temperature of the top cell"), output("T_bottom", "K", "temperature of the bottom cell"),
        output("charge", "1", "cold in store: 1 all at T_cold, 0 all at T_warm"),
        output("Q_loss", "W", "heat to the room"),
        output("Q_mixing", "W", "heat that rises where the order is inverted"));
  }

  template <class S>
  struct State {
    std::array<S, cells> T;
    S m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> top, bottom;
    HeatPort<S> room;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> top, bottom;
    HeatFlow<S> room;
    S charge, middle;
  };
  template <class S>
  struct Outputs {
    S T_mean, T_top, T_bottom, charge, Q_loss, Q_mixing;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double still = 1e-4;  // share of the nominal flow below which the faces of the cells mix
    const double per_rho = 1.0 / liquid->rho_ref;
    const Upwind<S> m(x.m_flow, still * m_flow_nominal);
    const P C = heat_capacity(), G = conductivity * volume / height * (cells / height), loss = UA_loss * (1.0 / cells);
    std::array<S, cells + 1> F;  // W downwards
    for (int face = 0; face <= cells; ++face) {
      const S& above = face == 0 ? u.top.T : x.T[face - 1];
      const S& below = face == cells ? u.bottom.T : x.T[face];
      F[face] = m.carry(liquid->enthalpy(above), liquid->enthalpy(below));
      if (face > 0 && face < cells) F[face] = F[face] + G * (above - below) - rising(above, below);
    }
    const S friction = x.m_flow * (u.top.p - u.bottom.p) * (per_rho / cells);
    S Q_room(0.0);
    for (int i = 0; i < cells; ++i) {
      const S Q_loss = loss * (x.T[i] - u.room.T);
      r.T[i] = C * dx.T[i] - (F[i] - F[i + 1] + friction - Q_loss);
      Q_room = Q_room - Q_loss;
    }
    r.m_flow = u.top.p - u.bottom.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 2.0);
    flow.top = {x.m_flow, F[0] + x.m_flow * u.top.p * per_rho};
    flow.bottom = {-x.m_flow, -F[cells] - x.m_flow * u.bottom.p * per_rho};
    flow.room.Q_flow = Q_room;
    flow.charge = charge(x);
    flow.middle = 0.5 * (x.T[cells / 2 - 1] + x.T[cells / 2]);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.T_mean = mean(x);
    out.T_top = x.T[0];
    out.T_bottom = x.T[cells - 1];
    out.charge = charge(x);
    out.Q_loss = UA_loss * (out.T_mean - u.room.T);
    out.Q_mixing = S(0.0);
    for (int i = 1; i < cells; ++i) out.Q_mixing = out.Q_mixing + rising(x.T[i - 1], x.T[i]);
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return cells * heat_capacity() * mean(x);
  }

  std::string check() const { return T_cold < T_warm ? "" : "T_cold must be below T_warm"; }

 private:
  static constexpr StateField temperature(std::string_view name, std::string_view meaning) {
    return differential(name, "K", meaning, 290.15);
  }

  /// Of one cell, J/K.
  P heat_capacity() const { return volume * liquid->rho_ref * liquid->cp(T_nominal) * (1.0 / cells); }

  template <class S>
  static S mean(const State<S>& x) {
    S sum(0.0);
    for (const S& T : x.T) sum = sum + T;
    return sum * (1.0 / cells);
  }
  template <class S>
  S charge(const State<S>& x) const {
    return (T_warm - mean(x)) / (T_warm - T_cold);
  }
  /// Heat that rises between two cells of inverted order, W.
  template <class S>
  S rising(const S& above, const S& below) const {
    constexpr double corner = 0.02;  // K
    return heat_capacity() / mixing_time * ramp(S(below - above - corner), corner);
  }
};

}  // namespace wattloop
