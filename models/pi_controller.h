#pragma once
// A proportional-integral controller.

#include <string>

#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A PI controller whose integral is a lag of its own limited output ("automatic reset").
///
///   e = +-(set_point - (measurement - reference))      (+ reverse acting, - direct acting)
///   u = clamp(bias + gain e + I, u_min, u_max),   T_i dI/dt = u - bias - I
///
/// Inside the limits this is u = bias + gain (e + integral of e / T_i); at a limit I settles at u - bias instead of
/// winding up (back-calculation with the tracking time T_i; Astrom & Hagglund, PID Controllers, 1995, section 3.5).
/// Reverse acting: u falls as the measurement rises (heating valve, pump speed on pressure); direct acting: u rises
/// with it (cooling valve on temperature). `reference` makes the measurement a difference. A proportional band X [unit
/// of the measurement] is gain = (u_max - u_min)/X. Switched off (enabled = 0) u is u_off and I follows it: switching
/// on is without a bump beyond gain e. The limits are exact; their corners are rounded over 0.5 % of the span.
///
/// With a sample time h the output is that of the last sample, held (`sampled` = 1, which a run sets after its steady
/// start). The integral goes on as the lag of the held output, which is the exact discrete law
/// I_{k+1} = I_k + (1 - exp(-h/T_i)) (u_k - bias - I_k) (Astrom & Wittenmark, Computer-Controlled Systems, 1997).
template <class P = double>
struct PiController {
  static constexpr std::string_view type = "pi_controller";
  static constexpr std::string_view summary = "a PI controller with anti-windup, continuous or sampled";

  P gain, T_i, u_min, u_max, u_off, sample_time, action;

  static constexpr auto fields() {
    using X = PiController;
    return table<X, P>(
        parameter("gain", &X::gain, "1/SI", "output for each unit of the measurement: output span / proportional band",
                  positive),
        parameter("T_i", &X::T_i, "s", "integral time", positive),
        parameter("u_min", &X::u_min, "1", "lowest output", any_value, 0.0),
        parameter("u_max", &X::u_max, "1", "highest output", any_value, 1.0),
        parameter("u_off", &X::u_off, "1", "output while not enabled", any_value, 0.0),
        parameter("sample_time", &X::sample_time, "s", "the output is held between samples; 0: continuous",
                  not_negative, 0.0),
        choice("action", &X::action, "what the output does when the measurement rises: reverse falls, direct rises",
               {"reverse", "direct"}),
        input("measurement", "SI", "what is controlled, in SI units", any_value, 0.0),
        input("reference", "SI", "taken off the measurement", any_value, 0.0),
        input("set_point", "SI", "what the measurement should be, in SI units", any_value, 0.0),
        input("bias", "1", "added to the output: feed-forward", any_value, 0.0),
        input("enabled", "1", "1 in control, 0 off", fraction, 1.0),
        input("sampled", "1", "1 holds the output of the last sample; the run writes it", fraction, 0.0),
        input("sample", "1", "output of the last sample; the run writes it", any_value, 0.0),
        signal_output("u", "1", "output"), differential("integral", "1", "integral part of the output", 0.0),
        kept("output", "1", "output", 0.5), output("error", "1", "set point less measurement, in SI units"),
        output("asked", "1", "what a sample taken now would hold"));
  }

  template <class S>
  struct State {
    S integral, output;
  };
  template <class S>
  struct Across {
    S measurement, reference, set_point, bias, enabled, sampled, sample;
  };
  template <class S>
  struct Through {
    S u;
  };
  template <class S>
  struct Outputs {
    S error, asked;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.integral = T_i * dx.integral - (x.output - u.bias - x.integral);
    r.output = x.output - (u.sampled * u.sample + (1.0 - u.sampled) * asked(x, u));
    flow.u = x.output;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.error = error(u);
    out.asked = asked(x, u);
  }

  std::string check() const { return u_max > u_min ? "" : "u_max must be above u_min"; }

 private:
  template <class S>
  static S error(const Across<S>& u) {
    return u.set_point - (u.measurement - u.reference);
  }

  template <class S>
  S asked(const State<S>& x, const Across<S>& u) const {
    constexpr double corner = 5e-3;  // of the span
    const S e = error(u);
    const S acting = select(S(action) < S(0.5), e, S(-e));
    const S limited = exact_clamp(S(u.bias + gain * acting + x.integral), u_min, u_max, corner * (u_max - u_min));
    return u.enabled * limited + (1.0 - u.enabled) * u_off;
  }
};

}  // namespace wattloop
