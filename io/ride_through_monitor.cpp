#include "io/ride_through_monitor.h"

#include <limits>

#include "io/connection.h"
#include "io/rack_record.h"

namespace wattloop {

namespace {

/// The nodes that both feeds of each rack's shelves hang on, by the shelves' index.
std::vector<std::array<int, 2>> feed_nodes(const System& system, int shelves) {
  const GroupBase& group = system.group(shelves);
  const int a = group.type().port_index("feed_a"), b = group.type().port_index("feed_b");
  std::vector<std::array<int, 2>> nodes(static_cast<std::size_t>(group.size()));
  for (const System::Connection& c : system.connections())
    if (c.component.group == shelves && (c.port == a || c.port == b)) nodes[c.component.index][c.port == b] = c.node;
  return nodes;
}

}  // namespace

RideThroughMonitor::RideThroughMonitor(const Twin& twin) : twin_(twin) {
  const Case& c = twin.description();
  if (!c.connection || c.connection->ride_through.empty() || !twin.workload()) return;
  const std::vector<RackRideThrough>& tables = c.connection->ride_through;
  const std::vector<int> table_of = tables_of_racks(tables, twin.workload()->racks());
  const RideThroughSpread spread(c.run.seed);
  const System& system = twin.network().system();
  const std::vector<RackInstance>& racks = twin.network().racks();
  const auto nodes = feed_nodes(system, racks.front().shelf.group);
  for (std::size_t i = 0; i < racks.size(); ++i)
    for (const int number : racks[i].numbers) {
      const int table = table_of[number];
      if (table < 0) continue;
      const RideThroughWatch feed(tables[table].table, spread.scale(tables[table].table, number));
      racks_.push_back({i, table, {feed, feed}, nodes[racks[i].shelf.index]});
      const RideThroughBand& band = tables[table].table.frequency;
      if (!frequencies_ && !(band.low.empty() && band.high.empty())) frequencies_.emplace(system);
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

bool RideThroughMonitor::is_on(const Rack& rack) const {
  const ComponentRef shelf = twin_.network().racks()[rack.instance].shelf;
  const GroupBase& group = twin_.network().system().group(shelf.group);
  return group.held(shelf.index, group.type().across_offset(group.type().port_index("on"))) > 0.5;
}

void RideThroughMonitor::look(double begin, double end, const std::vector<double>& y) {
  const System& system = twin_.network().system();
  if (frequencies_) frequencies_->look(y);
  for (Rack& rack : racks_) {
    if (trip_of(rack)) continue;
    const RackInstance& instance = twin_.network().racks()[rack.instance];
    for (int feed = 0; feed < 2; ++feed) {
      const double f = frequencies_ ? frequencies_->at(rack.nodes[feed]) : std::numeric_limits<double>::quiet_NaN();
      rack.feeds[feed].add(begin, end, feed_voltage(system, instance, feed, y), f);
    }
    if (trip_of(rack)) rack.tripped_power = asked_power(rack);
  }
}

std::vector<RideThroughReport> RideThroughMonitor::finish() const {
  if (!watches()) return {};
  std::vector<RideThroughReport> reports = empty_reports(twin_.description().connection->ride_through);
  for (const Rack& rack : racks_) {
    const std::optional<Trip> trip = trip_of(rack);
    reports[rack.table].add(trip, trip ? rack.tripped_power : asked_power(rack), !is_on(rack));
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
