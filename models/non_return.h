#pragma once
// What keeps liquid from flowing back.

#include "models/smooth_limits.h"

namespace wattloop {

/// Pressure that a closed non-return valve holds, Pa: zero for forward flow, dp_shut at the flow `leak` backward and
/// linear beyond, convex between, so that Newton's method does not cycle between open and closed. m_flow, leak in kg/s.
template <class S, class P>
S non_return_loss(const S& m_flow, const P& leak, const P& dp_shut) {
  return dp_shut * ramp(S(-m_flow / leak - 0.5), 0.5);
}

}  // namespace wattloop
