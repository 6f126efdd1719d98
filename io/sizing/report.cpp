// A sizing told to people and to programs.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/sizing/schedules.h"
#include "io/sizing/sizing.h"
#include "io/units.h"

namespace wattloop::sizing {

namespace {

using nlohmann::json;

json number(double x) {
  return std::isfinite(x) ? json(x) : json(nullptr);
}

std::string shortfall_text(const Shortfall& s) {
  const double excess = std::abs(s.value - s.limit);
  return fmt::format("{} ({}): {:.4g} {}, {} {:.4g} is needed: {:.3g} {} {}", s.constraint, s.element, s.value, s.unit,
                     s.at_least ? "at least" : "at most", s.limit, excess, s.unit, s.at_least ? "short" : "too much");
}

std::string cure_text(const Cure& c) {
  if (!c.to_level.empty()) return fmt::format("{}: {} instead of {}", c.input, c.to_level, c.from_level);
  const std::string unit = c.unit == "1" ? "" : " " + c.unit;
  return fmt::format("{}: {:.4g}{} instead of {:.4g}{}", c.input, c.to, unit, c.from, unit);
}

json cure_json(const Cure& c) {
  if (!c.to_level.empty()) return {{"input", c.input}, {"from", c.from_level}, {"to", c.to_level}, {"unit", nullptr}};
  return {{"input", c.input}, {"from", c.from}, {"to", c.to}, {"unit", c.unit}};
}

std::string events_text(const SizingResult& result) {
  std::size_t widest = 0;
  for (const ProofEvent& e : result.proof) widest = std::max(widest, e.event.size());
  std::string text = fmt::format("\n  {:<{}}{:>11}{:>12}{:>9}{:>8}  {:<60}  {}\n", "proof", widest, "GPU degC",
                                 "throttle s", "flow %", "FWS", "nearest its limit", "verdict");
  for (const ProofEvent& e : result.proof) {
    const std::string throttle = std::isnan(e.time_to_throttle) ? "-" : fmt::format("{:.0f}", e.time_to_throttle);
    text +=
        fmt::format("  {:<{}}{:>11.1f}{:>12}{:>9.0f}{:>8.1f}  {:<60}  {}\n", e.event, widest, celsius(e.T_gpu_max),
                    throttle, 100.0 * e.lowest_flow, celsius(e.T_fws), e.binding.empty() ? "-" : e.binding, e.told());
  }
  const auto not_asked =
      std::count_if(result.proof.begin(), result.proof.end(), [](const ProofEvent& e) { return !e.is_asked(); });
  const auto failed =
      std::count_if(result.proof.begin(), result.proof.end(), [](const ProofEvent& e) { return e.fails(); });
  text += fmt::format("  {} of the {} events that the design is asked to hold fail\n", failed,
                      static_cast<std::ptrdiff_t>(result.proof.size()) - not_asked);
  if (not_asked > 0)
    text += fmt::format(
        "  {} event(s) not asked to hold: the request has no standby for what fails there. What happens is told and "
        "does not count against the design\n",
        not_asked);
  return text;
}

}  // namespace

std::string to_text(const Request& r, const SizingResult& result) {
  std::string text = fmt::format("\n{}\n", r.name);
  if (!result.design) {
    text += "  INFEASIBLE: no design of this catalogue meets the request\n";
    for (const Shortfall& s : result.shortfalls) text += "    " + shortfall_text(s) + "\n";
    if (result.cures.empty())
      text += fmt::format("  no change of one input alone cures it{}: tried {}\n",
                          result.cure_pairs.empty() ? ", and none of the pairs looked at" : "", curable_inputs(r));
    for (const Cure& c : result.cures) text += fmt::format("  would be cured by {}\n", cure_text(c));
    for (const CurePair& pair : result.cure_pairs)
      text += fmt::format("  would be cured by {}, together with {}\n", cure_text(pair.first), cure_text(pair.second));
    return text;
  }
  const Design& d = *result.design;
  text += fmt::format("  {} building(s) of {} block(s); worst hour: {}\n", d.loads.buildings, d.loads.blocks,
                      r.design_text);
  text += fmt::format("\n  {:<22}{:<30}{:>8}{:>8}{:>9}{:>12}{:>10}{:>13}\n", "equipment of the site", "type", "count",
                      "duty", "standby", "rating kW", "loading %", "all run %");
  for (const EquipmentLine& line : equipment(r, result))
    text += fmt::format("  {:<22}{:<30}{:>8}{:>8}{:>9}{:>12.0f}{:>10.1f}{:>13}\n", line.tag, line.type, line.count,
                        line.duty, line.count - line.duty, line.rating / 1e3, 100.0 * line.loading,
                        line.loading_all_running ? fmt::format("{:.1f}", 100.0 * *line.loading_all_running) : "-");
  text += fmt::format("\n  {:<26}{:<30}{:>12}{:>12}{:>10}\n", "limit", "of", "value", "limit", "margin %");
  for (const Margin& m : d.margins)
    text += fmt::format("  {:<26}{:<30}{:>12.4g}{:>12.4g}{:>10.1f}{}\n", m.constraint, m.element, m.value, m.limit,
                        m.percent(), m.binds ? "  binds" : "");
  text += fmt::format(
      "\n  price {:.1f} MUSD, life cost {:.1f} MUSD over {:.3g} years with the energy and water of the runs; objective "
      "{:.6g} with those "
      "of the search's laws, lower bound {:.6g} ({:.2f} % below)\n",
      d.worth.price / 1e6, (d.worth.price + r.objective.annuity() * result.annual.cost) / 1e6, r.objective.life,
      d.objective, d.lower_bound, 100.0 * (1.0 - d.lower_bound / d.objective));
  text += fmt::format(
      "  a year at full load: PUE {:.4f}, WUE {:.4f} L/kWh, {:.0f} MWh, {:.0f} m3; plant and losses {:.0f} MWh, with "
      "water {:.2f} MUSD\n",
      result.annual.pue, result.annual.wue, result.annual.energy, result.annual.water, result.annual.overhead,
      result.annual.cost / 1e6);
  text +=
      fmt::format("  plant and losses by the laws of the search: {:.0f} MWh ({:+.2f} %), water {:.0f} m3 ({:+.2f} %)\n",
                  d.worth.energy, 100.0 * (d.worth.energy / result.annual.overhead - 1.0), d.worth.water,
                  100.0 * (d.worth.water / std::max(1e-9, result.annual.water) - 1.0));
  text += fmt::format("  {} choices priced; {} round(s) of search and runs to the design\n", result.considered,
                      result.rounds);
  for (const Contender& c : result.contenders)
    text += fmt::format("  with {} {} a block on duty instead: {:+.3f} % (run as well)\n", c.cdu.duty, c.cdu.name,
                        100.0 * (c.objective / d.objective - 1.0));
  if (!result.settled)
    text += fmt::format("  NOT SETTLED: after {} round(s) the loads of the search are not yet those of the case\n",
                        result.rounds);
  if (!result.proof.empty()) text += events_text(result);
  return text;
}

std::string to_json(const Request& r, const SizingResult& result) {
  json out;
  out["schema_version"] = 1;
  out["name"] = r.name;
  out["feasible"] = result.design.has_value();
  out["binding"] = json::array();
  out["margins"] = json::array();
  out["equipment"] = json::array();
  out["proof"] = json::array();
  for (const Shortfall& s : result.shortfalls) {
    out["binding"].push_back(
        {{"constraint", s.constraint},
         {"element", s.element},
         {"margin_percent", number(-100.0 * std::abs(s.value - s.limit) / std::abs(s.limit != 0.0 ? s.limit : 1.0))}});
    out["shortfalls"].push_back({{"constraint", s.constraint},
                                 {"element", s.element},
                                 {"value", number(s.value)},
                                 {"limit", number(s.limit)},
                                 {"unit", s.unit}});
  }
  for (const Cure& c : result.cures) out["cures"].push_back(cure_json(c));
  for (const CurePair& pair : result.cure_pairs)
    out["cure_pairs"].push_back(json::array({cure_json(pair.first), cure_json(pair.second)}));
  if (!result.design) {
    for (const char* key : {"cost_usd", "pue", "wue_l_per_kwh"}) out[key] = nullptr;
    return out.dump(2) + "\n";
  }
  const Design& d = *result.design;
  for (const Margin& m : d.margins) {
    const json entry{{"constraint", m.constraint}, {"element", m.element}, {"margin_percent", number(m.percent())}};
    out["margins"].push_back(entry);
    out["margins"].back()["value"] = number(m.value), out["margins"].back()["limit"] = number(m.limit);
    if (m.binds) out["binding"].push_back(entry);
  }
  for (const EquipmentLine& line : equipment(r, result))
    out["equipment"].push_back(
        {{"tag", line.tag},
         {"type", line.type},
         {"count", line.count},
         {"duty_count", line.duty},
         {"standby_count", line.count - line.duty},
         {"rating_kw", line.rating / 1e3},
         {"loading_percent", number(100.0 * line.loading)},
         {"loading_all_running_percent",
          line.loading_all_running ? number(100.0 * *line.loading_all_running) : json(nullptr)}});
  out["settled"] = result.settled;
  out["rounds"] = result.rounds;
  out["cost_usd"] = d.worth.price + r.objective.annuity() * result.annual.cost;
  out["price_usd"] = d.worth.price;
  const double kWh = 2.0 * d.loads.buildings * d.loads.blocks * d.ups.installed * d.battery.energy;
  out["battery"] = {{"energy_kwh", kWh}, {"price_usd", kWh * d.battery.item.price}};
  out["objective"] = d.objective;
  out["contenders"] = json::array();
  for (const Contender& c : result.contenders)
    out["contenders"].push_back({{"cdu", c.cdu.name}, {"duty_count", c.cdu.duty}, {"objective", c.objective}});
  out["lower_bound"] = d.lower_bound;
  out["pue"] = result.annual.pue;
  out["wue_l_per_kwh"] = result.annual.wue;
  out["annual"] = {{"energy_mwh", result.annual.energy},
                   {"water_m3", result.annual.water},
                   {"overhead_mwh", result.annual.overhead},
                   {"cost_usd", result.annual.cost}};
  out["laws"] = {{"overhead_mwh", d.worth.energy}, {"water_m3", d.worth.water}};
  out["sensitivities_from"] = result.same_search;
  for (const Sensitivity& s : result.sensitivities) {
    const bool is_level = !s.to_level.empty();
    out["sensitivities"].push_back({{"input", s.input},
                                    {"from", is_level ? json(s.from_level) : json(s.from)},
                                    {"to", is_level ? json(s.to_level) : json(s.to)},
                                    {"unit", is_level ? json(nullptr) : json(s.unit)},
                                    {"objective", s.objective ? json(*s.objective) : json(nullptr)}});
  }
  for (const ProofEvent& e : result.proof) {
    json settings = json::object();
    for (const auto& [path, value] : e.settings) settings[path] = value;
    out["proof"].push_back({{"event", e.event},
                            {"verdict", e.verdict},
                            {"by", e.by()},
                            {"asked_for", e.is_asked()},
                            {"not_asked_because", e.is_asked() ? json(nullptr) : json(e.not_asked)},
                            {"hottest_gpu_degC", number(celsius(e.T_gpu_max))},
                            {"time_to_throttle_s", number(e.time_to_throttle)},
                            {"lowest_flow_percent", number(100.0 * e.lowest_flow)},
                            {"fws_supply_degC", number(celsius(e.T_fws))},
                            {"binding", e.binding.empty() ? json(nullptr) : json(e.binding)},
                            {"settings", settings}});
  }
  return out.dump(2) + "\n";
}

}  // namespace wattloop::sizing
