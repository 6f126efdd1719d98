#include "models/ride_through.h"

namespace wattloop {
namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();

}  // namespace

RideThroughWatch::RideThroughWatch(const RideThroughTable& table, double scale) {
  add_limits(table.voltage, true, scale);
  add_limits(table.frequency, false, 1.0);
}

/// Beyond each row's level the row further out counts, beyond the outermost none.
void RideThroughWatch::add_limits(const RideThroughBand& band, bool by_voltage, double scale) {
  double duration = 0.0;
  for (const RideThroughRow& row : band.low) {
    limits_.push_back({by_voltage, true, row.level * scale, duration});
    duration = row.time;
  }
  duration = 0.0;
  for (auto row = band.high.rbegin(); row != band.high.rend(); ++row) {
    limits_.push_back({by_voltage, false, row->level * scale, duration});
    duration = row->time;
  }
}

bool RideThroughWatch::add(double begin, double end, double voltage, double frequency) {
  if (trip_) return false;
  double first = for_ever;
  for (Limit& limit : limits_) {
    const double value = limit.by_voltage ? voltage : frequency;
    const bool is_passed = limit.is_low ? value < limit.level : value > limit.level;
    if (!is_passed) {
      limit.since = for_ever;
      continue;
    }
    if (limit.since == for_ever) limit.since = begin;
    const double time = limit.since + limit.duration;
    if (time >= end || time >= first) continue;
    first = time;
    trip_ = {time, limit.by_voltage, limit.is_low, limit.level, limit.duration};
  }
  return trip_.has_value();
}

void RideThroughWatch::archive(Archive& archive) {
  for (Limit& limit : limits_) archive(limit.since);
  archive(trip_);
}

std::optional<Trip> first_trip(const RideThroughTable& table, std::span<const GridSample> samples, double scale) {
  RideThroughWatch watch(table, scale);
  for (std::size_t i = 0; i < samples.size() && !watch.trip(); ++i)
    watch.add(samples[i].time, i + 1 < samples.size() ? samples[i + 1].time : for_ever, samples[i].voltage,
              samples[i].frequency);
  return watch.trip();
}

RideThroughTable itic_table() {
  return {"ITIC curve",
          {{{0.0, 0.02}, {0.7, 0.5}, {0.8, 10.0}, {0.9, for_ever}},
           {{1.1, for_ever}, {1.2, 0.5}, {1.4, 0.003}, {2.0, 0.001}}},
          {},
          0.0};
}

}  // namespace wattloop
