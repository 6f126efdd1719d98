#include "io/fault_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

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

/// The first breaker that opens, by its name or that of its kind, and how long the fault lasts.
std::string who_clears(const FaultReport& report, const Fault& fault, bool by_kind) {
  for (const BreakerDuty& d : fault.duties) {
    const std::string& name = report.network.breakers[d.breaker].name;
    if (d.is_next) return fmt::format("{} in {}", by_kind ? kind_of(name) : name, seconds(d.time));
  }
  return "no breaker before the grid's own";
}

const char* name_of(GearDuty::Rating rating) {
  static constexpr const char* names[] = {"interrupting", "peak", "short-time"};
  return names[static_cast<int>(rating)];
}

/// Kinds of buses where no gear states a rating, with what may flow at the worst of each.
std::string unrated_text(const FaultReport& report) {
  std::map<std::string, std::pair<int, const Fault*>> kinds;
  for (const int f : report.unrated) {
    auto& [copies, worst] = kinds[kind_of(report.network.buses[report.faults[f].bus].name)];
    if (copies++ == 0 || report.faults[f].I_k > worst->I_k) worst = &report.faults[f];
  }
  std::string text;
  for (const auto& [kind, what] : kinds)
    text += fmt::format("gear, no rating stated: {}{} for {:.1f} kA, peak {:.1f} kA, that may flow\n", kind,
                        what.first > 1 ? fmt::format(" ({})", what.first) : "", what.second->I_k / 1e3,
                        what.second->I_peak / 1e3);
  return text;
}

/// The highest loading of each rating, and all kinds of gear that are too weak.
std::string gear_text(const FaultReport& report) {
  std::string text;
  std::map<GearDuty::Rating, int> most;
  std::map<std::tuple<std::string, std::string, GearDuty::Rating>, int> told;
  for (const GearDuty& g : report.gear) {
    const std::string bus = kind_of(report.network.buses[report.faults[g.fault].bus].name), gear = kind_of(g.gear);
    if (most[g.rating]++ > 0 && g.loading() <= 1.0) continue;
    if (told[{bus, gear, g.rating}]++ > 0) continue;
    const char* unit = g.rating == GearDuty::Rating::short_time ? "kA sqrt(s)" : "kA";
    text += fmt::format("gear, {}: {} at {} has {:.1f} {} for {:.1f} that may flow{}\n", name_of(g.rating), gear, bus,
                        g.rated / 1e3, unit, g.flows / 1e3, g.loading() <= 1.0 ? ", the most of all" : ": TOO WEAK");
  }
  return text;
}

ordered_json time_json(double t) {
  return std::isfinite(t) ? ordered_json(t) : ordered_json(nullptr);
}

}  // namespace

FaultReport fault_report(FaultNetwork network) {
  FaultReport report;
  report.network = std::move(network);
  report.faults = find_faults(report.network);
  report.gear = gear_duties(report.network, report.faults);
  std::set<int> rated;
  for (const GearDuty& g : report.gear) rated.insert(g.fault);
  for (int f = 0; f < static_cast<int>(report.faults.size()); ++f) {
    const Fault& fault = report.faults[f];
    if (fault.I_k > 0.0 && !report.network.buses[fault.bus].is_others && !rated.contains(f))
      report.unrated.push_back(f);
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
  // Copies whose level and first breaker are alike are one line, under the name of their kind; others under their own.
  using Alike = std::tuple<std::string, std::string, std::string>;
  const auto what_happens = [&](const Fault& fault) {
    return Alike{kind_of(report.network.buses[fault.bus].name), fmt::format("{:.4g}", fault.I_k),
                 who_clears(report, fault, true)};
  };
  std::map<std::string, std::set<Alike>> of_kind;
  for (const Fault& fault : report.faults)
    if (!report.network.buses[fault.bus].is_others)
      of_kind[kind_of(report.network.buses[fault.bus].name)].insert(what_happens(fault));
  std::vector<std::string> order;
  std::map<std::string, Line> lines;
  for (const Fault& fault : report.faults) {
    const std::string& bus = report.network.buses[fault.bus].name;
    if (report.network.buses[fault.bus].is_others) continue;
    const std::string kind = kind_of(bus), name = of_kind[kind].size() > 1 ? bus : kind;
    Line& line = lines[name];
    if (line.copies++ == 0) order.push_back(name);
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
      text += fmt::format("{:>8.2f} kA {:>8.2f} kA   {}\n", fault.I_k / 1e3, fault.I_peak / 1e3,
                          who_clears(report, fault, lines[kind].copies > 1));
  }
  text += gear_text(report) + unrated_text(report);
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
  ordered_json gear = ordered_json::array(), clashes = ordered_json::array();
  const auto names = [&](const std::vector<int>& faults) {
    ordered_json list = ordered_json::array();
    for (const int f : faults) list.push_back(report.network.buses[report.faults[f].bus].name);
    return list;
  };
  for (const GearDuty& g : report.gear)
    gear.push_back({{"bus", report.network.buses[report.faults[g.fault].bus].name},
                    {"gear", g.gear},
                    {"rating", name_of(g.rating)},
                    {"loading", g.loading()}});
  for (const FaultReport::Clash& c : report.clashes)
    clashes.push_back({{"bus", report.network.buses[report.faults[c.fault].bus].name},
                       {"breaker", name(c.breaker)},
                       {"time_s", c.time},
                       {"cleared_s", time_json(c.cleared)}});
  return ordered_json{{"voltage_factor", voltage_factor},
                      {"buses", buses},
                      {"gear", gear},
                      {"gear_unrated", names(report.unrated)},
                      {"selective", report.clashes.empty()},
                      {"not_selective", clashes},
                      {"not_cleared", names(report.not_cleared)}}
             .dump(1) +
         "\n";
}

}  // namespace wattloop
