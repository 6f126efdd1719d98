#pragma once
// Which racks stay connected through what the grid does, by the tables of their equipment.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "io/ride_through_file.h"
#include "models/random.h"

namespace wattloop {

/// The verdict by one table.
struct RideThroughReport {
  std::string equipment;
  int racks = 0, tripped = 0;
  int off = 0;  ///< of those that do not trip: switched off at the end of a run, by shedding or by an event
  double power = 0.0, tripped_power = 0.0;  ///< W
  std::optional<Trip> first{};              ///< the first trip of any rack
  bool stays_connected() const { return tripped == 0; }

  /// Counts a rack of a power, W.
  void add(const std::optional<Trip>& trip, double rack_power, bool is_off = false);
};

/// One report a table, without racks.
std::vector<RideThroughReport> empty_reports(const std::vector<RackRideThrough>& tables);

/// The table of each rack by its number: the one that names it, or the one without ranges; -1 where there is none.
/// Throws InputError where ranges name racks that are not there.
std::vector<int> tables_of_racks(const std::vector<RackRideThrough>& tables, std::size_t racks);

/// By what the voltage levels of each rack are moved: 1 to either side at most by the spread of its table.
class RideThroughSpread {
 public:
  explicit RideThroughSpread(std::uint64_t seed) : random_(seed, stream) {}
  double scale(const RideThroughTable& table, std::size_t rack) const {
    return 1.0 + table.spread * (2.0 * random_.uniform(rack) - 1.0);
  }

 private:
  static constexpr std::uint64_t stream = 0x51de;
  RandomStream random_;
};

/// A line a table.
std::string ride_through_text(const std::vector<RideThroughReport>& reports);
nlohmann::ordered_json ride_through_json(const std::vector<RideThroughReport>& reports);

}  // namespace wattloop
