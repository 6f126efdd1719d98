#include <cmath>

#include <nlohmann/json.hpp>

#include "io/civil_time.h"
#include "io/summary_json.h"
#include "io/units.h"

namespace wattloop {

namespace {

nlohmann::json known(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

nlohmann::json year_json(const YearReport& year) {
  using nlohmann::json;
  const auto period = [](const PeriodTotals& p) {
    return json{{"name", p.name},
                {"hours_h", p.hours},
                {"it_gwh", p.it / 3.6e12},
                {"grid_gwh", p.grid / 3.6e12},
                {"pue", known(p.pue())},
                {"wue_l_per_kwh", known(p.wue())},
                {"water_m3", p.water / 1000.0},
                {"peak_grid_mw", p.peak_grid / 1e6},
                {"peak_make_up_m3_per_h", p.peak_make_up * 3.6},
                {"outdoor_mean_degC", celsius(p.T_db_mean())},
                {"hottest_gpu_degC", p.T_die_max > 0.0 ? known(celsius(p.T_die_max)) : json(nullptr)}};
  };
  json j{{"whole", period(year.whole)}, {"months", json::array()}, {"mode_hours_h", year.mode_hours}};
  for (const PeriodTotals& month : year.months) j["months"].push_back(period(month));
  return j;
}

nlohmann::json accounts_json(const Accounts& a) {
  using nlohmann::json;
  json j{{"carbon_t", known(a.carbon / 1e3)}};
  for (const auto& [period, energy] : a.energy) j["energy_mwh"][period] = energy / 3.6e9;
  for (const auto& [month, demand] : a.demand) j["demand_mw"][month] = demand / 1e6;
  if (!a.has_tariff) return j;
  j["currency"] = a.currency;
  j["energy_cost"] = a.energy_cost;
  j["demand_cost"] = a.demand_cost;
  j["water_cost"] = a.water_cost;
  j["cost"] = a.cost();
  return j;
}

nlohmann::json consequences_json(const Consequences& c) {
  using nlohmann::json;
  json j{{"first_event_s", known(c.first_event)}, {"areas", json::array()}, {"racks", json::array()}};
  for (const AreaConsequence& a : c.areas)
    j["areas"].push_back({{"path", a.path},
                          {"racks", a.racks},
                          {"warned", a.warned},
                          {"throttled", a.throttled},
                          {"off", a.off},
                          {"not_back", a.still_out},
                          {"first_warned_s", known(a.first_warned)},
                          {"first_throttled_s", known(a.first_throttled)},
                          {"first_off_s", known(a.first_off)},
                          {"last_back_s", known(a.last_recovered)},
                          {"worst_cut", a.worst_cut},
                          {"lost_rack_s", a.lost}});
  for (const RackConsequence& r : c.racks)
    j["racks"].push_back({{"path", r.path},
                          {"warned_s", known(r.warned)},
                          {"throttled_s", known(r.throttled)},
                          {"off_s", known(r.off)},
                          {"back_s", known(r.recovered)},
                          {"hottest_degC", celsius(r.T_die_max)},
                          {"worst_cut", r.worst_cut},
                          {"lost_s", r.lost}});
  j["jobs"] = json::array();
  for (const JobConsequence& job : c.jobs)
    j["jobs"].push_back({{"name", job.name}, {"lost_s", job.lost}, {"slowest", job.slowest}});
  return j;
}

}  // namespace

std::string to_json(const Summary& s) {
  return summary_json(s).dump(2) + "\n";
}

nlohmann::json summary_json(const Summary& s) {
  using nlohmann::json;
  json j;
  j["schema_version"] = 1;
  j["case"] = s.case_name;
  j["duration_s"] = s.duration;
  j["gpus"] = s.gpus;
  j["unknowns"] = s.unknowns;
  j["weather"] = s.weather.empty() ? json(nullptr) : json(s.weather);
  j["workload"] = s.workload;
  j["power"]["it_mw"] = known(s.P_it / 1e6);
  j["power"]["grid_mw"] = s.P_grid > 0.0 ? known(s.P_grid / 1e6) : json(nullptr);
  j["power"]["generators_mw"] = known(s.P_generators / 1e6);
  j["power"]["batteries_mw"] = known(s.P_batteries / 1e6);
  const PowerExtremes& extremes = s.extremes;
  j["power"]["frequency_min_hz"] = known(s.frequency.least);
  j["power"]["frequency_max_hz"] = known(s.frequency.most);
  j["power"]["rocof_hz_per_s"] = s.frequency.rocof;
  if (s.is_smoothed) j["smoothing"] = {{"burned_mwh", s.burned / 3.6e9}, {"held_back_mwh", s.held_back / 3.6e9}};
  j["power"]["generators_peak_mw"] = known(extremes.P_generators_max / 1e6);
  j["power"]["battery_charge_min"] = known(extremes.charge_min);
  j["pue"] = s.P_grid > 0.0 ? known(s.pue) : json(nullptr);
  for (const auto& [part, power] : s.power_by_part) j["power_by_part_mw"][part] = power / 1e6;
  for (const auto& [meter, power] : s.outside) j["outside_mw"][meter] = power / 1e6;
  j["stored_mw"] = s.stored / 1e6;
  const double it_kwh = s.P_it * (s.duration > 0.0 ? s.duration : 1.0) / 3.6e6;  // steady: its water is that of 1 s
  j["wue_l_per_kwh"] = it_kwh > 0.0 ? known(s.water / it_kwh) : json(nullptr);
  j["peak_make_up_m3_per_h"] = s.peak_make_up * 3.6;
  json& hottest = j["hottest_gpu"];
  hottest["path"] = s.hottest.empty() ? json(nullptr) : json(s.hottest);
  hottest["temperature_degC"] = s.T_die_max > 0.0 ? known(celsius(s.T_die_max)) : json(nullptr);
  hottest["margin_to_throttle_k"] = s.T_die_max > 0.0 ? known(s.T_throttle - s.T_die_max) : json(nullptr);
  hottest["time"] = s.duration > 0.0 ? json(format_time(s.start_epoch + s.hottest_time, s.utc_offset)) : json(nullptr);
  hottest["throttle_share"] = s.throttle_max;
  for (const auto& [liquid, T] : s.T_max_by_liquid) j["liquids"][liquid]["hottest_degC"] = known(celsius(T));
  j["closure"] = {{"energy", s.closure.energy},
                  {"energy_worst_component", s.closure.energy_component},
                  {"worst_component", s.closure.worst_component},
                  {"mass", s.closure.mass},
                  {"mass_worst_component", s.closure.mass_component},
                  {"electrical", s.closure.electrical}};
  for (const auto& [path, values] : s.components)
    for (const auto& [name, value] : values) j["components"][path][name] = known(value);
  j["alarms"] = json::array();
  for (const AlarmSummary& a : s.alarms)
    j["alarms"].push_back({{"part", a.part},
                           {"alarm", a.name},
                           {"meaning", a.meaning},
                           {"components", a.components},
                           {"first", a.first},
                           {"since_s", a.since},
                           {"duration_s", a.duration}});
  j["valves"] = json::array();
  for (const ValveSummary& v : s.valves)
    j["valves"].push_back({{"part", v.part},
                           {"components", v.components},
                           {"authority", v.authority},
                           {"path", v.path},
                           {"flow_share", v.flow_share}});
  for (const auto& [name, power] : s.power_by_class) j["power_by_class_mw"][name] = power / 1e6;
  for (const auto& [name, parts] : s.parts_by_class)  // they sum to the PUE
    for (const auto& [part, power] : parts)
      if (s.P_it > 0.0) j["pue_by_category"][name][part] = power / s.P_it;
  for (const auto& [sequence, count] : s.switching)
    j["sequences"][sequence] = {{"starts", count.starts},
                                {"most_starts_in_an_hour", count.most_in_an_hour},
                                {"shortest_run_s", known(count.shortest)}};
  for (const auto& [type, power] : s.losses) j["losses_mw"][type] = power / 1e6;
  if (s.duration > 0.0) j["accounts"] = accounts_json(s.accounts);
  if (!s.year.empty()) j["year"] = year_json(s.year);
  j["consequences"] = consequences_json(s.consequences);
  if (!s.ride_through.empty()) j["ride_through"] = nlohmann::json(ride_through_json(s.ride_through));
  j["events"] = json::array();
  for (const LogEntry& e : s.log) j["events"].push_back({{"time_s", e.time}, {"path", e.path}, {"what", e.what}});
  j["warnings"] = s.warnings;
  j["speed"] = {{"wall_s", s.wall_time},
                {"setup_s", s.setup_time},
                {"steady_state_s", s.steady_time},
                {"steps", s.statistics.steps},
                {"rejected", s.statistics.rejected},
                {"linearisations", s.statistics.linearisations},
                {"newton", s.statistics.newton},
                {"residuals", s.statistics.residuals}};
  for (const LogEntry& e : s.groupings)
    j["speed"]["symmetry"].push_back({{"time_s", e.time}, {"told_apart", e.path}, {"what", e.what}});
  return j;
}

}  // namespace wattloop
