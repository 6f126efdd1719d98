#include "io/ride_through_monitor.h"

#include <limits>

#include "io/connection.h"
#include "io/rack_record.h"

namespace wattloop {

RideThroughMonitor::RideThroughMonitor(const Twin& twin) : twin_(twin) {
  const Case& c = twin.description();
  if (!c.connection || c.connection->ride_through.empty() || !twin.workload()) return;
  const std::vector<RackRideThrough>& tables = c.connection->ride_through;
  const std::vector<int> table_of = tables_of_racks(tables, twin.workload()->racks());
  const RideThroughSpread spread(c.run.seed);
  for (std::size_t i = 0; i < twin.network().racks().size(); ++i)
    for (const int number : twin.network().racks()[i].numbers) {
      const int table = table_of[number];
      if (table < 0) continue;
      const RideThroughWatch feed(tables[table].table, spread.scale(tables[table].table, number));
      racks_.push_back({i, table, {feed, feed}});
    }
}

/// Of the feed that goes last.
std::optional<Trip> RideThroughMonitor::trip_of(const Rack& rack) {
  const auto &a = rack.feeds[0].trip(), &b = rack.feeds[1].trip();
  if (!a || !b) return {};
  return a->time < b->time ? b : a;
}

double RideThroughMonitor::asked_power(const Rack& rack) const {
  const RackInstance& instance = twin_.network().racks()[rack.instance];
  double power = 0.0;
  for (const RackDevice& device : instance.devices) {
    const GroupBase& group = twin_.network().system().group(device.component.group);
    power += group.multiplicity(device.component.index) * group.held(device.component.index, device.power_input);
  }
  return power / instance.racks();
}

void RideThroughMonitor::look(double begin, double end, const std::vector<double>& y) {
  const System& system = twin_.network().system();
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  for (Rack& rack : racks_) {
    if (trip_of(rack)) continue;
    const RackInstance& instance = twin_.network().racks()[rack.instance];
    for (int feed = 0; feed < 2; ++feed)
      rack.feeds[feed].add(begin, end, feed_voltage(system, instance, feed, y), unknown);
    if (trip_of(rack)) rack.tripped_power = asked_power(rack);
  }
}

std::vector<RideThroughReport> RideThroughMonitor::finish() const {
  if (!watches()) return {};
  std::vector<RideThroughReport> reports = empty_reports(twin_.description().connection->ride_through);
  for (const Rack& rack : racks_) {
    const std::optional<Trip> trip = trip_of(rack);
    reports[rack.table].add(trip, trip ? rack.tripped_power : asked_power(rack));
  }
  return reports;
}

void RideThroughMonitor::archive(Archive& archive) {
  archive.expect("ride-through");
  for (Rack& rack : racks_) {
    for (RideThroughWatch& feed : rack.feeds) feed.archive(archive);
    archive(rack.tripped_power);
  }
}

}  // namespace wattloop
