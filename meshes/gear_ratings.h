#pragma once
// Short-circuit currents against the ratings of the gear that they pass.

#include <vector>

#include "meshes/fault_levels.h"

namespace wattloop {

/// A rating of the standards and what may flow against it.
struct GearDuty {
  enum class Rating {
    interrupting,  ///< I"k against what a breaker can interrupt
    peak,          ///< the peak against what a breaker can make or a bus withstands
    short_time     ///< I"k sqrt(t) against the short-time current for its time
  };
  int fault = 0;
  Rating rating = Rating::interrupting;
  std::string gear;
  double flows = 0.0, rated = 0.0;  ///< A, or A sqrt(s) for `short_time`
  double loading() const { return flows / rated; }
};

/// Peak over symmetrical current that gear is rated for at a nominal voltage: 2.6 above 1 kV (IEC 62271-1, 2017, 60 Hz
/// with a time constant of 45 ms), n of IEC 61439-1 (2020), table 7, below.
double rated_peak_factor(double V, double I);

/// At each bus with gear and for each rating the one with the highest loading; by falling loading.
///
/// Breakers and lines count at both of their ends, since a fault may be just behind their terminals. The time of a
/// fault is that until the breakers next to it have opened; where there are none, or none opens, the rated one.
std::vector<GearDuty> gear_duties(const FaultNetwork& network, const std::vector<Fault>& faults);

}  // namespace wattloop
