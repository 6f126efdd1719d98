#pragma once
// Whether equipment stays connected through what a grid's voltage and frequency do.

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "solver/archive.h"

namespace wattloop {

/// Voltage and frequency from a time on, until the next.
struct GridSample {
  double time;       // s
  double voltage;    ///< pu
  double frequency;  // Hz
};

/// What equipment bears, as steps: from one level on to the next for a time. Low rows by rising level `down_to`, the
/// last of them for ever; high rows by rising level `up_to`, the first of them for ever.
struct RideThroughRow {
  double level;  ///< pu or Hz
  double time;   ///< s, may be infinite
};
struct RideThroughBand {
  std::vector<RideThroughRow> low, high;
};

struct RideThroughTable {
  std::string name;
  RideThroughBand voltage, frequency;  ///< an empty one is not watched
  double spread = 0.0;                 ///< of the voltage levels from rack to rack, largest share to either side
};

struct Trip {
  double time;      ///< s
  bool by_voltage;  ///< else by frequency
  bool is_low;
  double level;     ///< that was passed, pu or Hz
  double duration;  ///< s that it may be passed for
};

/// Holds what happens against a table, levels of voltage times `scale`. Each level has a timer that runs while the
/// value is beyond it and starts anew when it comes back; the trip is when a timer has run longer than the row beyond
/// the level allows. A value beyond the last row trips at once.
class RideThroughWatch {
 public:
  explicit RideThroughWatch(const RideThroughTable& table, double scale = 1.0);

  /// What holds from `begin`, the end of the piece before, to `end`; pu and Hz, not a number: not looked at. Returns
  /// whether it trips now.
  bool add(double begin, double end, double voltage, double frequency);
  /// The first.
  const std::optional<Trip>& trip() const { return trip_; }
  /// What has been seen.
  void archive(Archive& archive);

 private:
  /// A level with the time for which it may be passed.
  struct Limit {
    bool by_voltage, is_low;
    double level, duration;
    double since = std::numeric_limits<double>::infinity();  ///< passed, s
  };
  void add_limits(const RideThroughBand& band, bool by_voltage, double scale);

  std::vector<Limit> limits_;
  std::optional<Trip> trip_;
};

/// The first trip by a table; none if everything is ridden through. After the last sample its values go on for ever.
std::optional<Trip> first_trip(const RideThroughTable& table, std::span<const GridSample> samples, double scale = 1.0);

/// The ITIC curve (Information Technology Industry Council, 2000): no voltage for 20 ms, 70 % for 0.5 s, 80 % for 10 s,
/// 90 to 110 % for ever, 120 % for 0.5 s, 140 % for 3 ms, 200 % for 1 ms. It says nothing of frequency.
RideThroughTable itic_table();

}  // namespace wattloop
