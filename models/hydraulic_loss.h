#pragma once
// The pressure loss of equipment known by one point: a resistance with a choice of exponent.

#include "models/connectors.h"

namespace wattloop {

/// power_law_loss with the exponent of a selector: 0 is 2 (fully turbulent: valves, strainers), 1 is 1.8 (smooth
/// channels: cold plates, plate exchangers; Blasius 1913 gives 1.75).
template <class S, class P>
S selected_loss(const S& m_flow, const P& m_flow_nominal, const P& dp_nominal, const P& selector) {
  return select(S(selector) < S(0.5), power_law_loss(m_flow, m_flow_nominal, dp_nominal, 2.0),
                power_law_loss(m_flow, m_flow_nominal, dp_nominal, 1.8));
}

}  // namespace wattloop
