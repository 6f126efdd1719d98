#pragma once
// A strainer or filter that clogs while the plant runs.

#include "models/connectors.h"
#include "solver/fields.h"

namespace wattloop {

/// A strainer in a liquid circuit, without storage or loss of heat.
///
///   p_in - p_out = dp_nominal (1 + fouling + dirt) (m/m_nominal)^2
///   d dirt/dt = growth |m|/m_nominal (1 - dirt/dirt_maximum) - dirt (cleaning/60 s + 1/settling_time)
///
/// `dirt` is the strainer's own state: what has collected since it was clean, in multiples of the clean loss. Dirt
/// comes with the flow: `growth` [1/s] is its rate at nominal flow, an input that an event or a schedule raises during
/// the run. A run starts from rest, so growth from the very beginning means a strainer that is already full; `fouling`
/// is dirt that is there from the start, or given over time by a schedule. `cleaning` = 1 empties it within minutes.
/// settling_time is long: without growth the dirt stays for the run. Quadratic loss: turbulent flow through a screen.
template <class P = double>
struct Strainer {
  static constexpr std::string_view type = "strainer";
  static constexpr std::string_view summary = "a strainer or filter that clogs over time";

  P m_flow_nominal, dp_nominal, dp_maximum, dirt_maximum, settling_time;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using X = Strainer;
    return table<X, P>(
        parameter("m_flow_nominal", &X::m_flow_nominal, "kg/s", "nominal flow", positive),
        parameter("dp_nominal", &X::dp_nominal, "Pa", "pressure loss at nominal flow when clean", positive),
        parameter("dp_maximum", &X::dp_maximum, "Pa", "pressure loss at which it is to be cleaned [A]", positive, 5e4),
        parameter("dirt_maximum", &X::dirt_maximum, "1", "dirt that blocks it, in multiples of the clean loss [A]",
                  positive, 1e3),
        parameter("settling_time", &X::settling_time, "s", "in which dirt goes by itself", positive, 1e9),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        input("fouling", "1", "rise of the loss above that of the clean screen", not_negative, 0.0),
        input("growth", "1/s", "rise of the loss in a second at nominal flow", not_negative, 0.0),
        input("cleaning", "1", "1 while it is flushed or exchanged", fraction, 0.0),
        differential("dirt", "1", "collected since it was clean, in multiples of the clean loss", 0.0),
        kept("m_flow", "kg/s", "flow from inlet to outlet", 1.0), output("dp", "Pa", "pressure loss"),
        output("V_flow", "m3/s", "volume flow"), output("clogging", "1", "loss over that of the clean screen"),
        alarm("clogged", "the pressure loss is above its maximum"));
  }

  template <class S>
  struct State {
    S dirt, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    S fouling, growth, cleaning;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  struct Outputs {
    S dp, V_flow, clogging, clogged;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double flushing = 60.0;  // s
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, u.inlet, u.outlet, flow.inlet, flow.outlet);
    const S coming = u.growth * smooth_abs(S(x.m_flow / m_flow_nominal), small_flow) * (1.0 - x.dirt / dirt_maximum);
    r.dirt = dx.dirt - (coming - x.dirt * (u.cleaning / flushing + 1.0 / settling_time));
    r.m_flow = u.inlet.p - u.outlet.p - clogging(x, u) * power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 2.0);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    out.clogging = clogging(x, u);
    const S size = select(out.dp < S(0.0), S(-out.dp), out.dp);
    out.clogged = select(size > S(dp_maximum), S(1.0), S(0.0));
  }

 private:
  template <class S>
  S clogging(const State<S>& x, const Across<S>& u) const {
    return smooth_max(S(1.0 + u.fouling + x.dirt), S(1e-3), 1e-6);
  }
};

}  // namespace wattloop
