#pragma once
// How much say control valves have over the flow of their branches.

#include <vector>

#include "meshes/network.h"
#include "solver/archive.h"

namespace wattloop {

/// A valve with less of it hardly changes the flow before it is nearly shut, then all at once.
inline constexpr double least_authority = 0.25;

/// Authority of control valves whose opening a signal drives: the pressure loss of the open valve over that of its
/// branch with the valve open, at the largest flow seen,
///
///   N = dp_open / (dp_open + dp_rest),   dp_open = dp_nominal (m/m_nominal)^2
///
/// (Petitjean, Total Hydronic Balancing, 1994, who asks for 0.25). dp_rest is what else in the branch takes of the
/// pressure; it grows with the square of the flow as dp_open does, so N is that of the design whatever the valve's
/// position. The branch is what stands in series with the valve: it goes on through passive parts to where its flow
/// divides or joins another. Limits: parts behind a manifold are not counted (N is then too large); flows below a tenth
/// of the valve's nominal flow are not looked at.
class ValveAuthorities {
 public:
  struct Valve {
    HeldInput opening;
    int first, last;               ///< nodes at the ends of the branch, p in the direction of the valve
    int inlet, outlet;             ///< nodes of the valve
    double m_nominal, dp_nominal;  // kg/s, Pa
    double m_flow = 0.0;           ///< kg/s, the largest seen
    double authority = 1.0;        ///< at that flow; 1 while none was seen

    void archive(Archive& archive) { archive(m_flow, authority); }
  };

  explicit ValveAuthorities(const Network& network);
  /// Looks at a state.
  void look(const double* y);
  const std::vector<Valve>& valves() const { return valves_; }
  void archive(Archive& archive) { archive.fixed(valves_); }

 private:
  const Network& network_;
  std::vector<Valve> valves_;
};

}  // namespace wattloop
