#include "io/fault_report.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace wattloop {

namespace {

using nlohmann::ordered_json;

/// A path with the numbers of copies left out: "block_3.lv_a" is one of "block_*.lv_a".
std::string kind_of(const std::string& path) {
  std::string kind;
  for (std::size_t i = 0; i < path.size();) {
    std::size_t digits = i + 1;
    while (digits < path.size() && path[digits] >= '0' && path[digits] <= '9') ++digits;
    const bool ends = digits == path.size() || path[digits] == '.';
    if (path[i] == '_' && digits > i + 1 && ends) {
      kind += "_*";
      i = digits;
    } else {
      kind += path[i++];
    }
  }
  return kind;
}

std::string seconds(double t) {
  return std::isfinite(t) ? fmt::format("{:.3f} s", t) : "never";
}

/// The first breaker that opens, and how long the fault lasts.
std::string who_clears(const FaultReport& report, const Fault& fault) {
  for (const BreakerDuty& d : fault.duties)
    if (d.is_next) return fmt::format("{} in {}", kind_of(report.network.breakers[d.breaker].name), seconds(d.time));
  return "no breaker before the grid's own";
}

ordered_json time_json(double t) {
  return std::isfinite(t) ? ordered_json(t) : ordered_json(nullptr);
}

}  // namespace

FaultReport fault_report(FaultNetwork network) {
  FaultReport report;
  report.network = std::move(network);
  report.faults = find_faults(report.network);
  std::map<int, FaultReport::Gear> at;
  for (int b = 0; b < static_cast<int>(report.network.breakers.size()); ++b) {
    const FaultNetwork::Breaker& breaker = report.network.breakers[b];
    const FaultNetwork::Branch& branch = report.network.branches[breaker.branch];
    for (const int bus : {branch.from, branch.to}) {
      const double loading = report.faults[bus].I_k / breaker.I_interrupting;
      const auto [it, is_new] = at.try_emplace(bus, FaultReport::Gear{bus, b, loading});
      if (loading > it->second.loading) it->second = {bus, b, loading};
    }
  }
  for (const auto& [bus, gear] : at) report.gear.push_back(gear);
  std::stable_sort(report.gear.begin(), report.gear.end(),
                   [](const auto& a, const auto& b) { return a.loading > b.loading; });
  for (int f = 0; f < static_cast<int>(report.faults.size()); ++f) {
    const Fault& fault = report.faults[f];
    const double cleared = fault.cleared();
    if (cleared == 0.0) continue;  // no breaker is next to it: nothing to be selective with
    if (!std::isfinite(cleared)) report.not_cleared.push_back(f);
    for (const BreakerDuty& d : fault.duties)
      if (!d.is_next && std::isfinite(d.time) && d.time < cleared + FaultReport::margin)
        report.clashes.push_back({f, d.breaker, d.time, cleared});
  }
  return report;
}

std::string fault_text(const FaultReport& report) {
  struct Line {
    int copies = 0;
    const Fault* worst = nullptr;
  };
  std::vector<std::string> order;
  std::map<std::string, Line> lines;
  for (const Fault& fault : report.faults) {
    if (report.network.buses[fault.bus].is_others) continue;
    const std::string kind = kind_of(report.network.buses[fault.bus].name);
    Line& line = lines[kind];
    if (line.copies++ == 0) order.push_back(kind);
    if (!line.worst || fault.I_k > line.worst->I_k) line.worst = &fault;
  }
  std::string text = "three-phase faults (IEC 60909): current at once and peak, first breaker that clears\n";
  for (const std::string& kind : order) {
    const Fault& fault = *lines[kind].worst;
    const std::string copies = lines[kind].copies > 1 ? fmt::format(" ({})", lines[kind].copies) : "";
    text += fmt::format("  {:<40} {:>7.3g} kV ", kind + copies, report.network.buses[fault.bus].V / 1e3);
    if (fault.I_k == 0.0)
      text += "  no source but converters\n";
    else
      text +=
          fmt::format("{:>8.2f} kA {:>8.2f} kA   {}\n", fault.I_k / 1e3, fault.I_peak / 1e3, who_clears(report, fault));
  }
  if (!report.gear.empty()) {
    const FaultReport::Gear& worst = report.gear.front();
    const FaultNetwork::Breaker& breaker = report.network.breakers[worst.breaker];
    text += fmt::format("gear: {} at {} has {:.1f} kA for {:.1f} kA that may flow{}\n", breaker.name,
                        report.network.buses[report.faults[worst.fault].bus].name, breaker.I_interrupting / 1e3,
                        report.faults[worst.fault].I_k / 1e3,
                        report.gear_is_strong_enough() ? ", the most of all" : ": IT CANNOT INTERRUPT IT");
  }
  if (report.network.breakers.empty())
    text += "no breakers: nothing trips\n";
  else if (report.clashes.empty() && report.clears_all())
    text += fmt::format("protection is selective: {:g} s or more between breakers\n", FaultReport::margin);
  std::map<std::string, int> passed;
  for (const int f : report.not_cleared) {
    const std::string bus = kind_of(report.network.buses[report.faults[f].bus].name);
    if (passed[bus]++ == 0)
      text += fmt::format("NOT CLEARED: a fault at {} with {:.1f} kA; no breaker upstream of it picks up\n", bus,
                          report.faults[f].I_k / 1e3);
  }
  std::map<std::pair<std::string, std::string>, int> told;
  for (const FaultReport::Clash& clash : report.clashes) {
    const std::string bus = kind_of(report.network.buses[report.faults[clash.fault].bus].name);
    const std::string breaker = kind_of(report.network.breakers[clash.breaker].name);
    if (told[{bus, breaker}]++ == 0)
      text += fmt::format("not selective: a fault at {} opens {} after {}, and what is next to it after {}\n", bus,
                          breaker, seconds(clash.time), seconds(clash.cleared));
  }
  return text;
}

std::string fault_json(const FaultReport& report) {
  ordered_json buses = ordered_json::array();
  const auto name = [&](int breaker) { return report.network.breakers[breaker].name; };
  for (const Fault& fault : report.faults) {
    const FaultNetwork::Bus& bus = report.network.buses[fault.bus];
    if (bus.is_others) continue;
    ordered_json entry = {{"bus", bus.name},
                          {"v_kv", bus.V / 1e3},
                          {"i_k_ka", fault.I_k / 1e3},
                          {"i_peak_ka", fault.I_peak / 1e3},
                          {"breakers", ordered_json::array()}};
    for (const BreakerDuty& d : fault.duties)
      entry["breakers"].push_back(
          {{"name", name(d.breaker)}, {"i_ka", d.I / 1e3}, {"time_s", time_json(d.time)}, {"is_next", d.is_next}});
    buses.push_back(std::move(entry));
  }
  ordered_json gear = ordered_json::array(), clashes = ordered_json::array(), not_cleared = ordered_json::array();
  for (const int f : report.not_cleared) not_cleared.push_back(report.network.buses[report.faults[f].bus].name);
  for (const FaultReport::Gear& g : report.gear)
    gear.push_back({{"bus", report.network.buses[report.faults[g.fault].bus].name},
                    {"breaker", name(g.breaker)},
                    {"loading", g.loading}});
  for (const FaultReport::Clash& c : report.clashes)
    clashes.push_back({{"bus", report.network.buses[report.faults[c.fault].bus].name},
                       {"breaker", name(c.breaker)},
                       {"time_s", c.time},
                       {"cleared_s", time_json(c.cleared)}});
  return ordered_json{{"voltage_factor", voltage_factor},    {"buses", buses},           {"gear", gear},
                      {"selective", report.clashes.empty()}, {"not_selective", clashes}, {"not_cleared", not_cleared}}
             .dump(1) +
         "\n";
}

}  // namespace wattloop
