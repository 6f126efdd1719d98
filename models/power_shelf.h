#pragma once
// The power shelves of a rack: from two AC feeds to the DC busbar.

#include <string>

#include "models/ac_circuit.h"
#include "models/loss_curve.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// All power shelves of a rack, half of them on each feed, with the energy that they store.
///
///   V_bus = on d A' V_set - droop V_set^2/P_rated I - V_set sag   (I out of the shelves),   A' = A + b - A b
///   P_i = out_i + on a_i P_half L(out_i / P_half),   P_half = P_rated / 2,   i = a, b
///
/// a_i(V_i) tells whether feed i is there: 1 above V_minimum, 0 below V_cutoff, smooth between. A = 1 - (1-a_a)(1-a_b)
/// is 1 as long as one is whole. The feeds carry
///
///   out_a = (share_a a_a a_b + a_a (1 - a_b)) (P_out / A' + P_charge / A),   out_b alike with 1 - share_a
///
/// so that a fading feed hands over to the other one, exactly share_a and 1 - share_a with both whole. Without either
/// the store holds the busbar up (b is 1 above 1 % of its charge):
///
///   dE/dt = P_charge - P_store,   P_store = P_out b (1 - A) / A':   hold-up of a constant power t = E/P
///
/// Is it empty, the shelves drop out: d falls to 0 in some milliseconds and the loads, which become impedances, with
/// the busbar. With a feed back they start anew, and the busbar is live after `restart`. A group whose output would
/// exceed `limit` of its rating lets the busbar sag until the loads, impedances below their own minimum, take no more:
/// with 1 the loss of a feed caps the rack, with more it overloads the other group.
///
/// L is the cubic through four efficiencies. `P_in` is the "IT power at the PSU input". The loss is heat to the hall's
/// air. A swell is told (`overvoltage`) and changes nothing: what a supply does above its range is not published.
/// Assumed: equal sharing inside a group; the store is usable to its end, gives without loss, and is charged from
/// both feeds. Defaults: 8 shelves of 33 kW (NVIDIA GB300 NVL72); efficiency 97.5 % at half and 96.5 % at full load,
/// Open Rack v3 class, and 65 J a GPU, as reported by third parties; the other points, voltage, droop and limits
/// assumed, for 415 V.
template <class P = double>
struct PowerShelf {
  static constexpr std::string_view type = "power_shelf";
  static constexpr std::string_view summary = "the power shelves of a rack: two AC feeds to the DC busbar";

  P P_rated, V_set, droop, V_minimum, V_cutoff, power_factor, eta_25, eta_50, eta_75, eta_100;
  P E_full, charge_time, restart, limit, V_maximum;

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
        parameter("energy", &PowerShelf::E_full, "J", "that the shelves store, 0: none", not_negative, 4680.0),
        parameter("charge_time", &PowerShelf::charge_time, "s", "that charging an empty store takes, about [A]",
                  positive, 5.0),
        parameter("restart", &PowerShelf::restart, "s", "from a feed's return to a live busbar after a drop-out [A]",
                  Range{0.05, 3600.0}, 3.0),
        parameter("limit", &PowerShelf::limit, "1", "largest output of a group over its rating [A]", Range{0.1, 10.0},
                  1.5),
        parameter("V_maximum", &PowerShelf::V_maximum, "V", "voltage of a feed above which they warn [A]", positive,
                  477.0),
        port("feed_a", Connector::ac, "feed of one half of the shelves"),
        port("feed_b", Connector::ac, "feed of the other half"), port("bus", Connector::dc, "the rack's busbar"),
        port("air", Connector::heat, "where the loss goes"),
        input("share_a", "1", "share of the load on feed a with both feeds whole", fraction, 0.5),
        input("on", "1", "1: the busbar is live, 0: it is not", fraction, 1.0),
        differential("store", "1", "charge of the store over that of a full one", 1.0),
        differential("run", "1", "1: the shelves run, 0: they have dropped out", 1.0),
        differential("sag", "1", "fall of the busbar voltage by which the shelves keep to their limit, over V_set",
                     0.0),
        kept("I", "A", "current into the busbar", 0.0),
        output("P_in", "W", "power in from both feeds: IT power at the PSU input"),
        output("P_out", "W", "power into the busbar"), output("loss", "W", "heat to the air"),
        output("loading_a", "1", "output of the shelves on feed a over their rating"),
        output("loading_b", "1", "output of the shelves on feed b over their rating"),
        output("efficiency", "1", "P_out over P_in"), output("P_store", "W", "power out of the store"),
        alarm("held_up", "the store carries the busbar"), alarm("dropped_out", "neither feed nor store: no busbar"),
        alarm("limited", "a group gives all that it may and the busbar sags"),
        alarm("overvoltage", "a feed is above V_maximum"));
  }

  template <class S>
  struct State {
    S store, run, sag, I;
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
    S P_in, P_out, loss, loading_a, loading_b, efficiency, P_store, held_up, dropped_out, limited, overvoltage;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double drop = 2e-3;      // s, in which the shelves drop out
    constexpr double settling = 0.05;  // of the restart
    constexpr double control = 2e-3;   // s, of the limit
    const Feeds<S> f = feeds(x, u);
    const S live = u.on * smooth_step(x.run, 0.8, 0.95);
    r.I = u.bus.V - (live * f.available * V_set - droop * V_set * V_set / P_rated * x.I - V_set * x.sag);
    const P full = smooth_max(E_full, P(1.0), 1e-3);
    r.store = dx.store - (f.P_charge - f.P_store) / full + (1.0 - has_store()) * (x.store - 1.0);
    const S fed = smooth_step(f.available, 0.2, 0.8);
    const S to_go = smooth_sign(S((1.0 - x.run) / settling));
    r.run = dx.run - fed * to_go / restart + (1.0 - fed) * x.run / drop;
    const S excess = smooth_max(f.load_a, f.load_b, 1e-4) - limit;
    r.sag = control * dx.sag - (ramp(S(excess + x.sag), 1e-3) - x.sag);
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
    out.efficiency = out.P_out / magnitude(S(out.P_in + f.P_store), S(0.0));
    const S one(1.0), zero(0.0);
    out.P_store = f.P_store;
    out.held_up = select(f.P_store > S(1e-3 * P_rated), one, zero);
    out.dropped_out = u.on * select(x.run < S(0.8), one, zero);
    out.limited = select(x.sag > S(0.02), one, zero);
    const S highest = smooth_max(voltage(u.feed_a), voltage(u.feed_b), 1e-6);
    out.overvoltage = select(highest > S(V_maximum), one, zero);
  }

  /// J.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return has_store() * E_full * x.store;
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
    S available;                 // A': 1 with a whole feed or a charged store, 0 without any
    S load_a, load_b;            // shares of P_half
    S loss_a, loss_b, P_a, P_b;  // W
    S P_store, P_charge;         // W, out of the store and into it
  };

  /// 1 with a store, 0 without.
  P has_store() const { return select(E_full > P(0.0), P(1.0), P(0.0)); }

  template <class S>
  Feeds<S> feeds(const State<S>& x, const Across<S>& u) const {
    constexpr double rounding = 1e-6;  // keeps the shares finite without feeds; moves them by its square with one
    constexpr double end = 0.01;       // of the charge, over which the busbar falls as the store ends
    constexpr double taper = 0.05;     // of the charge, over which charging ends
    const S a = supply_available(u.feed_a, V_cutoff, V_minimum);
    const S b = supply_available(u.feed_b, V_cutoff, V_minimum);
    const S both = a * b, fed = a + b - both, charged = has_store() * smooth_step(S(x.store / end), 0.0, 1.0);
    const P P_half = 0.5 * P_rated;
    const LossCurve<P> curve(eta_25, eta_50, eta_75, eta_100);
    Feeds<S> f;
    f.available = fed + charged - fed * charged;
    const S whole = f.available / (f.available * f.available + rounding * rounding), P_out = u.bus.V * x.I * whole;
    f.P_store = charged * (1.0 - fed) * P_out;
    const P P_full = has_store() * E_full / charge_time;
    const S charging = P_full * smooth_sign(S((1.0 - x.store) / taper));
    f.P_charge = fed * charging;
    const S out_a = (u.share_a * both + a - both) * (P_out + charging);
    const S out_b = ((1.0 - u.share_a) * both + b - both) * (P_out + charging);
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
