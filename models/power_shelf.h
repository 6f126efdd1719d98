#pragma once
// The power shelves of a rack: from two AC feeds to the DC busbar.

#include <string>

#include "models/ac_circuit.h"
#include "models/loss_curve.h"
#include "solver/fields.h"

namespace wattloop {

/// All power shelves of a rack, half of them on each feed.
///
///   V_bus = on A V_set - droop V_set^2/P_rated I           (I out of the shelves)
///   P_i = s_i P_out + on a_i P_half L(s_i P_out / P_half),   P_half = P_rated / 2,   i = a, b
///
/// a_i(V_i) tells whether feed i is there: 1 above V_minimum, 0 below V_cutoff, smooth between. A = 1 - (1-a_a)(1-a_b)
/// is 1 as long as one is whole. The feeds carry
///
///   s_a = (share_a a_a a_b + a_a (1 - a_b)) / A,   s_b = ((1 - share_a) a_a a_b + a_b (1 - a_a)) / A
///
/// so that a fading feed hands over to the other one, exactly share_a and 1 - share_a with both whole; without either
/// the busbar's voltage collapses and the loads with it. L is the cubic through four efficiencies. `P_in` is the "IT
/// power at the PSU input". The loss is heat to the hall's air. Stored energy (some 5 kJ) is left out. Assumed: equal
/// sharing inside a group; no current limit (the loading is reported and may exceed 1). Defaults: 8 shelves of 33 kW
/// (NVIDIA GB300 NVL72); efficiency 97.5 % at half and 96.5 % at full load, Open Rack v3 class as reported by third
/// parties, the other two points, voltage, droop and limits assumed, for 415 V.
template <class P = double>
struct PowerShelf {
  static constexpr std::string_view type = "power_shelf";
  static constexpr std::string_view summary = "the power shelves of a rack: two AC feeds to the DC busbar";

  P P_rated, V_set, droop, V_minimum, V_cutoff, power_factor, eta_25, eta_50, eta_75, eta_100;

  static constexpr auto fields() {
    return table<PowerShelf, P>(
        parameter("P_rated", &PowerShelf::P_rated, "W", "rated output of all shelves", positive, 264e3),
        parameter("V_set", &PowerShelf::V_set, "V", "busbar voltage without load", positive, 51.0),
        parameter("droop", &PowerShelf::droop, "1", "fall of the busbar voltage at rated output", Range{1e-5, 0.2},
                  0.01),
        parameter("V_minimum", &PowerShelf::V_minimum, "V", "voltage below which a feed hands over", positive, 332.0),
        parameter("V_cutoff", &PowerShelf::V_cutoff, "V", "voltage below which a feed gives nothing", positive, 290.0),
        parameter("power_factor", &PowerShelf::power_factor, "1", "of the inputs, lagging", Range{0.05, 1.0}, 0.99),
        parameter("eta_25", &PowerShelf::eta_25, "1", "efficiency at 25 % load", Range{0.1, 0.9999}, 0.970),
        parameter("eta_50", &PowerShelf::eta_50, "1", "efficiency at 50 % load", Range{0.1, 0.9999}, 0.975),
        parameter("eta_75", &PowerShelf::eta_75, "1", "efficiency at 75 % load", Range{0.1, 0.9999}, 0.972),
        parameter("eta_100", &PowerShelf::eta_100, "1", "efficiency at full load", Range{0.1, 0.9999}, 0.965),
        port("feed_a", Connector::ac, "feed of one half of the shelves"),
        port("feed_b", Connector::ac, "feed of the other half"), port("bus", Connector::dc, "the rack's busbar"),
        port("air", Connector::heat, "where the loss goes"),
        input("share_a", "1", "share of the load on feed a with both feeds whole", fraction, 0.5),
        input("on", "1", "1: the busbar is live, 0: it is not", fraction, 1.0),
        kept("I", "A", "current into the busbar", 0.0),
        output("P_in", "W", "power in from both feeds: IT power at the PSU input"),
        output("P_out", "W", "power into the busbar"), output("loss", "W", "heat to the air"),
        output("loading_a", "1", "output of the shelves on feed a over their rating"),
        output("loading_b", "1", "output of the shelves on feed b over their rating"),
        output("efficiency", "1", "P_out over P_in"));
  }

  template <class S>
  struct State {
    S I;
  };
  template <class S>
  struct Across {
    AcPort<S> feed_a, feed_b;
    DcPort<S> bus;
    HeatPort<S> air;
    S share_a, on;
  };
  template <class S>
  struct Through {
    AcFlow<S> feed_a, feed_b;
    DcFlow<S> bus;
    HeatFlow<S> air;
  };
  template <class S>
  struct Outputs {
    S P_in, P_out, loss, loading_a, loading_b, efficiency;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const Feeds<S> f = feeds(x, u);
    r.I = u.bus.V - (u.on * f.available * V_set - droop * V_set * V_set / P_rated * x.I);
    const P q = reactive_share(power_factor);
    flow.feed_a = ac_constant_power(f.P_a, S(q * f.P_a), u.feed_a, V_cutoff);
    flow.feed_b = ac_constant_power(f.P_b, S(q * f.P_b), u.feed_b, V_cutoff);
    flow.bus.I = -x.I;
    flow.air.Q_flow = -(f.loss_a + f.loss_b);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const Feeds<S> f = feeds(x, u);
    out.P_in = f.P_a + f.P_b;
    out.P_out = u.bus.V * x.I;
    out.loss = f.loss_a + f.loss_b;
    out.loading_a = f.load_a;
    out.loading_b = f.load_b;
    out.efficiency = out.P_out / magnitude(out.P_in, S(0.0));
  }

  std::string check() const {
    if (!(V_cutoff < V_minimum)) return "V_cutoff must be below V_minimum";
    if (!LossCurve<P>(eta_25, eta_50, eta_75, eta_100).plausible())
      return "the efficiencies give a loss that does not rise with load";
    return {};
  }

 private:
  template <class S>
  struct Feeds {
    S available;                 // A: 1 with a whole feed, 0 without any
    S load_a, load_b;            // shares of P_half
    S loss_a, loss_b, P_a, P_b;  // W
  };

  template <class S>
  Feeds<S> feeds(const State<S>& x, const Across<S>& u) const {
    constexpr double rounding = 1e-6;  // keeps the shares finite without feeds; moves them by its square with one
    const S a = supply_available(u.feed_a, V_cutoff, V_minimum);
    const S b = supply_available(u.feed_b, V_cutoff, V_minimum);
    const P P_half = 0.5 * P_rated;
    const LossCurve<P> curve(eta_25, eta_50, eta_75, eta_100);
    Feeds<S> f;
    f.available = a + b - a * b;
    const S both = a * b, whole = f.available / (f.available * f.available + rounding * rounding);
    const S P_out = u.bus.V * x.I * whole;
    const S out_a = (u.share_a * both + a - both) * P_out, out_b = ((1.0 - u.share_a) * both + b - both) * P_out;
    f.load_a = out_a / P_half;
    f.load_b = out_b / P_half;
    f.loss_a = u.on * a * P_half * curve(f.load_a);
    f.loss_b = u.on * b * P_half * curve(f.load_b);
    f.P_a = out_a + f.loss_a;
    f.P_b = out_b + f.loss_b;
    return f;
  }
};

}  // namespace wattloop
