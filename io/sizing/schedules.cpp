#include "io/sizing/schedules.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include <fmt/format.h>

#include "io/results.h"
#include "io/sizing/design_run.h"
#include "io/units.h"

namespace wattloop::sizing {

namespace {

using Row = std::vector<Schedule::Cell>;

Schedule equipment_schedule(const Request& r, const SizingResult& result) {
  Schedule s{"equipment",
             {"tag", "type", "count", "duty", "standby", "rating [kW]", "loading with those on duty [%]",
              "loading with all that run [%]"},
             {}};
  for (const EquipmentLine& e : equipment(r, result)) {
    Row row{e.tag, e.type, e.count, e.duty, e.count - e.duty, e.rating / 1e3, 100.0 * e.loading, "at rest"};
    if (e.loading_all_running) row.back() = 100.0 * *e.loading_all_running;
    s.rows.push_back(std::move(row));
  }
  return s;
}

/// Pumps with their points in the worst hour, as the case has them.
Schedule pump_schedule(const Request&, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& w = *result.worst_hour;
  const int buildings = d.loads.buildings, blocks = buildings * d.loads.blocks;
  Schedule s{"pumps",
             {"tag", "type", "count", "duty", "flow [kg/s]", "flow [m3/h]", "head [kPa]", "power [kW]", "speed [%]",
              "NPSH [m]", "NPSH required [m]"},
             {}};
  const auto add = [&](const char* tag, const std::string& type, int count, int duty, const std::string& name) {
    const auto value = [&](const char* key) { return value_of(w, name, key); };
    s.rows.push_back({tag, type, count, duty, value("m_flow_kg_per_s"), 3600.0 * value("V_flow_m3_per_s"),
                      value("dp_pa") / 1e3, value("P_w") / 1e3, 100.0 * value("speed_actual"), value("NPSH_m"),
                      value("NPSH_required_m")});
  };
  add("fws_pump", d.fws_pump.item.name, buildings * d.fws_pump.installed, buildings * d.fws_pump.duty, "fws_pump");
  add("chw_pump", d.chw_pump.item.name, buildings * d.chw_pump.installed, buildings * d.chw_pump.duty, "chw_pump");
  add("tcs_pump", d.cdu.item.pump, blocks * d.cdu.installed, blocks * d.cdu.duty, "cdu.pump");
  return s;
}

Schedule pipe_schedule(const Request& r, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& w = *result.worst_hour;
  const int buildings = d.loads.buildings, blocks = buildings * d.loads.blocks;
  Schedule s{"pipes",
             {"line", "DN", "inner diameter [mm]", "lines", "length of each [m]", "flow of each [kg/s]",
              "velocity [m/s]", "loss with fittings [Pa/m]", "gradient without fittings [Pa/m]",
              "limit of the supply's gradient [Pa/m]", "volume of all [m3]"},
             {}};
  const auto add = [&](const char* line, const Chosen<PipeItem>& pipe, int copies, double length, double K,
                       double limit) {
    const double area = 0.25 * std::numbers::pi * pipe.item.diameter * pipe.item.diameter;
    const int lines = copies * pipe.installed;
    const double m = value_of(w, line, "m_flow_kg_per_s"), v = value_of(w, line, "velocity_m_per_s"),
                 dp = value_of(w, line, "dp_pa");
    // K v2 rho/2, where the flow of one line is rho v A.
    const double fittings = 0.5 * K * m * v / area;
    s.rows.push_back({line, pipe.item.name, 1e3 * pipe.item.diameter, lines, length, m, v, dp / length,
                      (dp - fittings) / length, limit, area * length * lines});
  };
  add("fws_main_supply", d.fws_main, buildings, r.fws_main, r.fws_K, r.limits.fws_gradient);
  add("fws_main_return", d.fws_main, buildings, r.fws_main, r.fws_K, r.limits.fws_gradient);
  add("fws_branch_supply", d.fws_branch, blocks, r.fws_branch, r.fws_K, r.limits.fws_gradient);
  add("fws_branch_return", d.fws_branch, blocks, r.fws_branch, r.fws_K, r.limits.fws_gradient);
  add("chw_main_supply", d.chw_main, buildings, r.chw_main, r.chw_K, r.limits.chw_gradient);
  add("chw_main_return", d.chw_main, buildings, r.chw_main, r.chw_K, r.limits.chw_gradient);
  add("chw_branch_supply", d.chw_branch, blocks, r.chw_branch, r.chw_K, r.limits.chw_gradient);
  add("chw_branch_return", d.chw_branch, blocks, r.chw_branch, r.chw_K, r.limits.chw_gradient);
  add("supply_pipe", d.tcs_pipe, blocks, r.tcs_length, r.tcs_K, r.limits.tcs_gradient);
  add("return_pipe", d.tcs_pipe, blocks, r.tcs_length, r.tcs_K, r.limits.tcs_gradient);
  return s;
}

/// Kv: m3/h of water at 1 bar; dp_nominal at m_flow_nominal gives it.
Schedule valve_schedule(const Request& r, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& w = *result.worst_hour;
  const double rho = make_liquid(r.liquids.at("fws")).rho_ref;
  const double Kv = 3600.0 * d.cdu.item.valve_m_flow / rho * std::sqrt(1e5 / d.cdu.item.valve_dp * rho / 1000.0);
  double authority = 0.0;
  for (const ValveSummary& v : w.valves) authority = v.authority;
  Schedule s{
      "valves", {"tag", "type", "count", "Kv [m3/h]", "flow [kg/s]", "loss [kPa]", "position [%]", "authority"}, {}};
  s.rows.push_back({"cdu_valve", d.cdu.item.valve, d.loads.buildings * d.loads.blocks * d.cdu.installed, Kv,
                    value_of(w, "cdu.valve", "m_flow_kg_per_s"), value_of(w, "cdu.valve", "dp_pa") / 1e3,
                    100.0 * value_of(w, "cdu.valve", "position"), authority});
  s.rows.push_back({"isolating, check, balancing and safety valves", "not sized: this is the only one that controls",
                    "", "", "", "", "", ""});
  return s;
}

/// What the case says of a part, a number in SI or in the unit that follows it there.
double of_case(const SizingResult& result, const std::string& part, const std::string& key) {
  const std::size_t line = result.case_text.find(" " + part + ": {");
  const std::size_t at = result.case_text.find(" " + key + ": ", line);
  return std::strtod(result.case_text.c_str() + at + key.size() + 3, nullptr);
}

Schedule vessel_schedule(const Request&, const SizingResult& result) {
  const Design& d = *result.design;
  const int buildings = d.loads.buildings, blocks = buildings * d.loads.blocks;
  Schedule s{
      "vessels",
      {"tag", "count", "volume [m3]", "liquid of the circuit [m3]", "precharge [bar]", "set [bar]", "maximum [bar]"},
      {}};
  for (const auto& [tag, count] :
       {std::pair{"fws_vessel", buildings}, {"chw_vessel", buildings}, {"tcs_vessel", blocks}}) {
    const auto value = [&, name = tag](const char* key) { return of_case(result, name, key); };
    s.rows.push_back(
        {tag, count, value("V_vessel"), value("V_system"), value("p_precharge"), value("p_set"), value("p_maximum")});
  }
  return s;
}

Schedule cooler_schedule(const Request&, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& w = *result.worst_hour;
  Schedule s{"coolers",
             {"tag", "type", "count", "heat [kW]", "flow [kg/s]", "outlet [degC]", "approach to dry bulb [K]",
              "air in [degC]", "air out [degC]", "fans [kW]", "fan speed [%]", "make-up [L/h]"},
             {}};
  const auto value = [&](const char* key) { return value_of(w, "cooler", key); };
  s.rows.push_back({"dry_cooler", d.cooler.item.name, d.loads.buildings * d.cooler.installed, value("Q_flow_w") / 1e3,
                    value("m_flow_kg_per_s"), value("T_fluid_degC"), value("approach_k"), value("T_air_in_degC"),
                    value("T_air_out_degC"), value("P_fan_w") / 1e3, 100.0 * value_of(w, "fan_control", "output"),
                    3600.0 * value("m_make_up_kg_per_s")});
  const auto chiller = [&](const char* key) { return value_of(w, "chiller", key); };
  s.rows.push_back({"chiller", d.chiller.item.name, d.loads.buildings * d.chiller.installed, chiller("Q_flow_w") / 1e3,
                    chiller("m_flow_kg_per_s"), chiller("T_fluid_degC"), "", "", "", chiller("P_w") / 1e3,
                    100.0 * chiller("PLR"), 0.0});
  return s;
}

Schedule cdu_schedule(const Request&, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& w = *result.worst_hour;
  Schedule s{"cdus",
             {"type", "count", "duty", "heat [kW]", "loading [%]", "TCS flow [kg/s]", "TCS supply [degC]",
              "FWS flow [kg/s]", "FWS return [degC]", "UA [kW/K]", "approach [K]", "pump [kW]"},
             {}};
  const int blocks = d.loads.buildings * d.loads.blocks;
  const auto value = [&](const char* key) { return value_of(w, "cdu.exchanger", key); };
  s.rows.push_back({d.cdu.item.name, blocks * d.cdu.installed, blocks * d.cdu.duty, value("Q_flow_w") / 1e3,
                    100.0 * value("Q_flow_w") / d.cdu.item.rating, value("m_flow_a_kg_per_s"), value("T_a_degC"),
                    value("m_flow_b_kg_per_s"), value("T_b_degC"), value("UA_w_per_k") / 1e3, value("approach_k"),
                    value_of(w, "cdu.pump", "P_w") / 1e3});
  return s;
}

/// Connected: all that stand at their rating; running: in the worst hour.
Schedule electrical_schedule(const Request& r, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& w = *result.worst_hour;
  Schedule s{"electrical", {"load or source", "unit", "connected", "running", "standby", "note"}, {}};
  const auto part = [&](const char* name) {
    for (const auto& [path, power] : w.power_by_part)
      if (path.ends_with(name)) return power;
    return 0.0;
  };
  const int buildings = d.loads.buildings, blocks = buildings * d.loads.blocks;
  const auto add = [&](const char* name, double rating, int installed, int duty, double running) {
    s.rows.push_back({name, "kW", rating * installed / 1e3, running / 1e3, rating * (installed - duty) / 1e3, ""});
  };
  add("fws_pump", d.fws_pump.item.rating, buildings * d.fws_pump.installed, buildings * d.fws_pump.duty,
      part("fws_pump"));
  add("chw_pump", d.chw_pump.item.rating, buildings * d.chw_pump.installed, buildings * d.chw_pump.duty,
      part("chw_pump"));
  add("tcs_pump", rated_power(d.cdu.item.tcs_pump), blocks * d.cdu.installed, blocks * d.cdu.duty, part("cdu.pump"));
  s.rows.back().back() = "behind the UPS of both sides, a transfer switch in each CDU";
  add("dry_cooler fans", d.cooler.item.P_fan, buildings * d.cooler.installed, buildings * d.cooler.duty,
      part("cooler"));
  add("chiller", d.chiller.item.rating / d.chiller.item.COP, buildings * d.chiller.installed,
      buildings * d.chiller.duty, part("chiller"));
  add("hall fans", d.hall_fans.item.P_fan, blocks * d.hall_fans.installed, blocks * d.hall_fans.duty,
      part("hall_fans"));
  add("gallery fans", d.gallery_fans.item.P_fan, blocks * d.gallery_fans.installed, blocks * d.gallery_fans.duty,
      part("gallery_fans"));
  s.rows.push_back({"IT at the PSU inputs", "kW", r.it_power / 1e3, w.P_it / 1e3, 0.0, ""});
  s.rows.push_back({"grid", "kW", "", w.P_grid / 1e3, "", "worst hour"});
  // As the equipment has them; a side is the standby of the other, and both run.
  const std::vector<EquipmentLine> lines = equipment(r, result);
  const auto source = [&](const char* tag, const char* unit, bool has_sides, const std::string& note, int at_rest = 0) {
    const auto e = std::find_if(lines.begin(), lines.end(), [&](const EquipmentLine& x) { return x.tag == tag; });
    const double connected = e->rating * e->count / 1e3;
    const double loading = has_sides ? 0.5 * (value_of(w, fmt::format("{}_a", tag), "loading") +
                                              value_of(w, fmt::format("{}_b", tag), "loading"))
                                     : value_of(w, tag, "loading");
    s.rows.push_back({tag, unit, connected, loading * (connected - e->rating * at_rest / 1e3),
                      e->rating * (e->count - e->duty) / 1e3, note});
  };
  source("hv_transformer", "kVA", true, "two sides, each carries all",
         2 * (d.hv_transformer.installed - d.hv_transformer.duty));
  source("transformer", "kVA", true, "two sides, each carries all");
  source("busway", "kVA", true, "two sides, each carries all");
  source("mech_transformer", "kVA", false, "");
  source("ups", "kW", true,
         fmt::format("battery of {:.3g} min at its rating, {:.3g} min with both sides sharing", r.battery_time / 60.0,
                     r.battery_time / 60.0 / std::max(1e-3, value_of(w, "ups_a", "loading"))));
  const double ups = 2.0 * blocks * d.ups.installed, standby = ups - blocks * d.ups.duty;
  s.rows.push_back({"ups_battery", "kWh", ups * d.battery.energy, "", standby * d.battery.energy,
                    fmt::format("{:.4g} kWh each at the UPS output, {:.4g} MUSD in all", d.battery.energy,
                                ups * d.battery.energy * d.battery.item.price / 1e6)});
  const double I_switch = of_case(result, "network_switch_a", "I_rated");
  s.rows.push_back(
      {"network_switch", "A", 2 * blocks * I_switch, 2 * blocks * I_switch * value_of(w, "network_switch_a", "loading"),
       0.0,
       fmt::format("{} transfer switches of {:.4g} A for racks with two supplies, two a block", 2 * blocks, I_switch)});
  s.rows.push_back({"mv_cable", "m", 2 * blocks * of_case(result, "cable_a", "length"), "", "",
                    fmt::format("{} cables of 1,000 m, one to each side of a block; assumed, not sized", 2 * blocks)});
  source("genset", "kW", false, "carries IT and plant of a building; at rest; not part of designed.yaml");
  return s;
}

/// What the controllers of the case measure, counted.
Schedule instrument_schedule(const Request&, const SizingResult& result) {
  const Design& d = *result.design;
  const int buildings = d.loads.buildings, blocks = buildings * d.loads.blocks;
  Schedule s{"instruments", {"instrument", "where", "count", "for"}, {}};
  s.rows = {{"temperature", "TCS supply of each CDU", blocks * d.cdu.installed, "primary valve"},
            {"differential pressure", "rack headers of each block", blocks, "speed of TCS pumps"},
            {"differential pressure", "FWS headers of each building", buildings, "speed of FWS pumps"},
            {"temperature", "FWS behind the coolers of each building", buildings, "fans of dry coolers"},
            {"differential pressure", "CHW headers of each building", buildings, "speed of CHW pumps"},
            {"temperature", "leaving water of each chiller", buildings * d.chiller.installed, "chiller"},
            {"temperature", "air of hall and gallery of each block", 2 * blocks, "fan walls"},
            {"dry bulb", "site", 1, "pads"},
            {"pressure", "suction of each circuit", blocks + 2 * buildings, "vessels, NPSH alarms"},
            {"flow and heat meter", "FWS of each CDU", blocks * d.cdu.installed, "its duty; calibration"},
            {"flow and heat meter", "FWS and CHW of each building", 2 * buildings, "heat balance"},
            {"water meter", "make-up of each building", buildings, "WUE, cycles of concentration"},
            {"leak detection", "manifolds of each block, each CDU", blocks * (1 + d.cdu.installed), "alarm, isolation"},
            {"power meter", "each side of each block, each mechanical feed, grid", 2 * blocks + buildings + 1, "PUE"}};
  return s;
}

Schedule water_schedule(const Request&, const SizingResult& result) {
  Schedule s{"water", {"quantity", "value", "unit"}, {}};
  s.rows = {{"make-up in the worst hour", result.worst_hour->peak_make_up * 3.6, "m3/h"},
            {"make-up of a year at full load", result.annual.water, "m3"},
            {"WUE", result.annual.wue, "L/kWh"},
            {"store that carries a day of the worst hour", result.worst_hour->peak_make_up * 86.4, "m3"},
            {"cycles of concentration", result.design->cooler.item.cycles, "1"}};
  return s;
}

Schedule balance_schedule(const SizingResult& result) {
  Schedule s{"heat_balance", {"term (worst hour)", "MW into the site"}, {}};
  for (const auto& [name, power] : result.worst_hour->outside) s.rows.push_back({name, power / 1e6});
  s.rows.push_back({"stored", result.worst_hour->stored / 1e6});
  for (const auto& [purpose, power] : result.worst_hour->power_by_class)
    s.rows.push_back({"of the electricity: " + purpose, power / 1e6});
  return s;
}

Schedule annual_schedule(const Request& r, const SizingResult& result) {
  const Annual& a = result.annual;
  const Design& d = *result.design;
  Schedule s{"annual", {"quantity", "value", "unit"}, {}};
  s.rows = {{"PUE", a.pue, "1"},
            {"WUE", a.wue, "L/kWh"},
            {"energy from the grid", a.energy, "MWh"},
            {"of it plant and losses", a.overhead, "MWh"},
            {"water", a.water, "m3"},
            {"plant, losses and water", a.cost, "USD"},
            {"price of the design (assumed)", d.worth.price, "USD"},
            {"life cost", d.worth.price + r.objective.annuity() * a.cost, "USD"},
            {"objective", d.objective, "as weighted"},
            {"lower bound of the objective", d.lower_bound, "as weighted"}};
  return s;
}

Schedule sensitivity_schedule(const SizingResult& result) {
  Schedule s{"sensitivities", {"input", "from", "to", "unit", "objective", "change [%]"}, {}};
  for (const Sensitivity& x : result.sensitivities) {
    Row row{x.input, x.from, x.to, x.unit, "infeasible", ""};
    if (!x.to_level.empty()) row[1] = x.from_level, row[2] = x.to_level;
    if (x.objective) row[4] = *x.objective, row[5] = 100.0 * (*x.objective / result.same_search - 1.0);
    s.rows.push_back(std::move(row));
  }
  return s;
}

Schedule proof_schedule(const SizingResult& result) {
  Schedule s{"proof",
             {"event", "hottest GPU [degC]", "time to throttle [s]", "lowest rack flow [%]", "FWS supply [degC]",
              "nearest its limit", "verdict"},
             {}};
  for (const ProofEvent& e : result.proof) {
    Row row{e.event, celsius(e.T_gpu_max), "never", 100.0 * e.lowest_flow, celsius(e.T_fws), e.binding, e.told()};
    if (std::isfinite(e.time_to_throttle)) row[2] = e.time_to_throttle;
    s.rows.push_back(std::move(row));
  }
  return s;
}

}  // namespace

std::vector<Schedule> schedules(const Request& r, const SizingResult& result) {
  return {design_basis(r, result),        equipment_schedule(r, result), cdu_schedule(r, result),
          pump_schedule(r, result),       pipe_schedule(r, result),      valve_schedule(r, result),
          vessel_schedule(r, result),     cooler_schedule(r, result),    electrical_schedule(r, result),
          instrument_schedule(r, result), water_schedule(r, result),     balance_schedule(result),
          annual_schedule(r, result),     sensitivity_schedule(result),  proof_schedule(result)};
}

}  // namespace wattloop::sizing
