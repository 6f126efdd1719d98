#include "io/ride_through_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "io/rack_courses.h"

namespace wattloop {

namespace {

constexpr double mw = 1e6;

}  // namespace

void RideThroughReport::add(const std::optional<Trip>& trip, double rack_power, bool is_off) {
  ++racks;
  power += rack_power;
  if (!trip) off += is_off ? 1 : 0;
  if (!trip) return;
  ++tripped;
  tripped_power += rack_power;
  if (!first || trip->time < first->time) first = trip;
}

std::vector<RideThroughReport> empty_reports(const std::vector<RackRideThrough>& tables) {
  std::vector<RideThroughReport> reports;
  for (const RackRideThrough& t : tables) reports.push_back({t.table.name});
  return reports;
}

std::vector<int> tables_of_racks(const std::vector<RackRideThrough>& tables, std::size_t racks) {
  for (const RackRideThrough& t : tables)
    require_racks(t.racks, static_cast<int>(racks) - 1, "ride-through of " + t.table.name);
  std::vector<int> table(racks, -1);
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (tables[i].racks.empty()) std::fill(table.begin(), table.end(), static_cast<int>(i));
  for (std::size_t i = 0; i < tables.size(); ++i)
    for (const auto& [first, last] : tables[i].racks)
      std::fill(table.begin() + first, table.begin() + last + 1, static_cast<int>(i));
  return table;
}

std::string ride_through_text(const std::vector<RideThroughReport>& reports) {
  std::string text;
  for (const RideThroughReport& r : reports) {
    text += fmt::format("  ride-through by {}: ", r.equipment);
    const std::string off = r.off > 0 ? fmt::format("; {} are switched off at the end for other reasons", r.off) : "";
    if (r.stays_connected()) {
      text += fmt::format("all {} racks stay connected by their table ({:.3f} MW){}\n", r.racks, r.power / mw, off);
      continue;
    }
    const Trip& t = *r.first;
    text += fmt::format("{} of {} racks trip, {:.3f} of {:.3f} MW; first at {:.3f} s, {} {} {:.4g} {} for {:.6g} s{}\n",
                        r.tripped, r.racks, r.tripped_power / mw, r.power / mw, t.time,
                        t.by_voltage ? "voltage" : "frequency", t.is_low ? "below" : "above", t.level,
                        t.by_voltage ? "pu" : "Hz", t.duration, off);
  }
  return text;
}

nlohmann::ordered_json ride_through_json(const std::vector<RideThroughReport>& reports) {
  nlohmann::ordered_json tables = nlohmann::ordered_json::array();
  for (const RideThroughReport& r : reports) {
    tables.push_back({{"equipment", r.equipment},
                      {"racks", r.racks},
                      {"stays_connected", r.stays_connected()},
                      {"tripped_racks", r.tripped},
                      {"switched_off_racks", r.off},
                      {"power_mw", r.power / mw},
                      {"tripped_mw", r.tripped_power / mw}});
    if (!r.first) continue;
    tables.back()["first_trip"] = {{"time_s", r.first->time},
                                   {"by", r.first->by_voltage ? "voltage" : "frequency"},
                                   {"beyond", r.first->is_low ? "below" : "above"},
                                   {r.first->by_voltage ? "level_pu" : "level_hz", r.first->level},
                                   {"for_s", r.first->duration}};
  }
  return tables;
}

}  // namespace wattloop
