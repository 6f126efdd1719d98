#pragma once
// Holds what the racks see in a run against the ride-through tables of the case.

#include <array>
#include <optional>
#include <vector>

#include "io/bus_frequencies.h"
#include "io/ride_through_report.h"
#include "io/twin.h"

namespace wattloop {

/// Watches voltage and frequency of both feeds of every rack at each step of a run, from the end of one to the end of
/// the next.
///
/// A feed trips by the table; a rack, whose other half of the shelves carries it, when both have. The frequency is that
/// of what feeds the bus, see BusFrequencies; where none is known the voltage alone decides. A verdict changes nothing
/// in the run: there the shelves themselves say what they bear.
class RideThroughMonitor {
 public:
  /// Throws InputError where tables name racks that are not there.
  explicit RideThroughMonitor(const Twin& twin);

  /// Whether the case has tables.
  bool watches() const { return !racks_.empty(); }
  void look(double begin, double end, const std::vector<double>& y);
  /// Counted with the power that a rack's devices ask for when it trips, at the end where it does not.
  std::vector<RideThroughReport> finish() const;
  /// What has been seen so far.
  void archive(Archive& archive);

 private:
  struct Rack {
    std::size_t instance;  ///< among those of the network
    int table;
    std::array<RideThroughWatch, 2> feeds;
    std::array<int, 2> nodes;    ///< that the feeds hang on
    double tripped_power = 0.0;  ///< W, asked for at the trip
  };
  static std::optional<Trip> trip_of(const Rack& rack);
  double asked_power(const Rack& rack) const;
  bool is_on(const Rack& rack) const;

  const Twin& twin_;
  std::vector<Rack> racks_;
  std::optional<BusFrequencies> frequencies_;  ///< where a table has bands of it
};

}  // namespace wattloop
