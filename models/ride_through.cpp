#include "models/ride_through.h"

#include <limits>

namespace wattloop {
namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();

/// A level with the time for which it may be passed.
struct Limit {
  bool by_voltage, is_low;
  double level, duration;

  bool is_passed(const GridSample& sample) const {
    const double value = by_voltage ? sample.voltage : sample.frequency;
    return is_low ? value < level : value > level;
  }
};

/// Beyond each row's level the row further out counts, beyond the outermost none.
void add_limits(const RideThroughBand& band, bool by_voltage, double scale, std::vector<Limit>& limits) {
  double duration = 0.0;
  for (const RideThroughRow& row : band.low) {
    limits.push_back({by_voltage, true, row.level * scale, duration});
    duration = row.time;
  }
  duration = 0.0;
  for (auto row = band.high.rbegin(); row != band.high.rend(); ++row) {
    limits.push_back({by_voltage, false, row->level * scale, duration});
    duration = row->time;
  }
}

/// When a limit is first passed for too long; `for_ever` if never.
double trip_time(const Limit& limit, std::span<const GridSample> samples) {
  double since = for_ever;
  for (const GridSample& sample : samples) {
    if (since + limit.duration < sample.time) break;
    if (!limit.is_passed(sample))
      since = for_ever;
    else if (since == for_ever)
      since = sample.time;
  }
  return since + limit.duration;
}

}  // namespace

std::optional<Trip> first_trip(const RideThroughTable& table, std::span<const GridSample> samples, double scale) {
  std::vector<Limit> limits;
  add_limits(table.voltage, true, scale, limits);
  add_limits(table.frequency, false, 1.0, limits);
  std::optional<Trip> first;
  for (const Limit& limit : limits) {
    const double time = trip_time(limit, samples);
    if (time < (first ? first->time : for_ever))
      first = {time, limit.by_voltage, limit.is_low, limit.level, limit.duration};
  }
  return first;
}

RideThroughTable itic_table() {
  return {"ITIC curve",
          {{{0.0, 0.02}, {0.7, 0.5}, {0.8, 10.0}, {0.9, for_ever}},
           {{1.1, for_ever}, {1.2, 0.5}, {1.4, 0.003}, {2.0, 0.001}}},
          {},
          0.0};
}

}  // namespace wattloop
