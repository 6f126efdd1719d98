#include "io/sizing/design_case.h"

#include <cmath>
#include <numbers>
#include <set>

#include <fmt/format.h>

namespace wattloop::sizing {

namespace {

constexpr double V_mv = 34.5e3;  // V of the site

/// A text as YAML reads it.
std::string yaml(const std::string& text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = text;
  return flow_text(node);
}

void collect_used(const YamlNode& node, std::set<std::string>& names) {
  for (const YamlEntry& entry : node.entries)
    if (entry.key == "use")
      names.insert(entry.value.text);
    else
      collect_used(entry.value, names);
}

std::string liquid_text(const LiquidSpec& liquid) {
  if (liquid.kind == LiquidKind::water) return "{kind: water}";
  return fmt::format("{{kind: {}, fraction: {:.6g} %, basis: {}}}",
                     liquid.kind == LiquidKind::propylene_glycol ? "propylene_glycol" : "ethylene_glycol",
                     100.0 * liquid.fraction, liquid.basis == FractionBasis::volume ? "volume" : "mass");
}

double run_volume(const Chosen<PipeItem>& pipe, double length) {
  return 2.0 * pipe.installed * length * 0.25 * std::numbers::pi * std::pow(pipe.item.diameter, 2.0);
}

std::string vessel(const char* name, const char* liquid, double V_system, double p_maximum) {
  return fmt::format(
      "      {}: {{type: expansion_vessel, liquid: {}, V_vessel: {:.4g} m3, V_system: {:.4g} m3, p_precharge: 1.5 bar, "
      "p_set: 2.5 bar, p_maximum: {:.3g} bar, m_flow_nominal: {:.3g} kg/s}}\n",
      name, liquid, std::max(0.5, 0.08 * V_system), V_system, p_maximum, std::max(2.0, 0.08 * V_system));
}

std::string controller(const char* name, const char* supply, const char* back, double set_point, double T_i,
                       double u_min) {
  return fmt::format(
      "      {}: {{type: pi_controller, measurement: {{signal: {}}}, reference: {{signal: {}}}, set_point: {:.6g} kPa, "
      "gain: 3e-6 1/Pa, T_i: {:.3g} s, u_min: {:.3g}}}\n",
      name, supply, back, set_point / 1e3, T_i, u_min);
}

/// A part of which `installed` stand, or one without a number.
std::string counted(int n) {
  return n > 1 ? fmt::format(", count: {}", n) : "";
}

std::string pipe(const char* name, const Chosen<PipeItem>& p, double length, double K, double roughness) {
  return fmt::format(
      "      {}: {{type: pipe, length: {:.6g} m, diameter: {:.6g} mm, in_parallel: {}, roughness: {:.3g} mm, "
      "wall_thickness: "
      "6 mm, K: {:.4g}, note: {}}}\n",
      name, length, 1e3 * p.item.diameter, p.installed, 1e3 * roughness, K, yaml(p.item.name));
}

std::string staging(const char* name, const char* unit, int duty, const char* enable) {
  return fmt::format("      {}: {{type: staging, unit: {}, duty: {}, enable: [{}]}}\n", name, unit, duty, enable);
}

/// kA that medium-voltage gear bears: behind one main transformer, or behind several in parallel. A spare one stands
/// by with its breaker open.
const char* mv_rating(const Design& d) {
  return d.hv_transformer.duty > 1 ? "63 kA" : "40 kA";
}

/// A breaker before each of so many transformers, and the sections of low-voltage gear behind them, one of each: ties
/// between them are open. Settings let the transformer's inrush and overload pass: assumed.
std::string gear(const Design& d, const char* breaker, const char* sections, const Chosen<Item>& transformers) {
  const double I_rated = transformers.item.rating / (std::sqrt(3.0) * V_mv);
  return fmt::format(
      "      {}: {{type: breaker, in_parallel: {}, I_rated: {:.4g} A, I_pickup: 1.8, I_instantaneous: 30, "
      "I_interrupting: {}}}\n      {}: {{type: switchgear, in_parallel: {}, I_short_time: 85 kA}}\n",
      breaker, transformers.installed, I_rated, mv_rating(d), sections, transformers.installed);
}

std::string site_text(const Request& r, const Design& d) {
  const bool one = d.loads.buildings == 1;
  const double I_main = d.hv_transformer.duty * d.hv_transformer.item.rating / (std::sqrt(3.0) * V_mv);
  std::string s = fmt::format(
      "wattloop: 1\nname: {}\ndescription: {}\n\n"
      "site: {{utc_offset: {:.6g} s, altitude: {:.6g} m, pressure: {:.8g} Pa}}\n"
      "run: {{start: 2026-07-15T14:00, duration: 1 h, resolution: block, record_interval: 15 s}}\nweather: "
      "{}\n\nliquids:\n",
      yaml(r.name + ": the design"),
      yaml(fmt::format("Written by wattloop size. Full load in the worst hour: {}.", r.design_text)), r.site.utc_offset,
      r.site.altitude, site_pressure(r.site), weather_text(r.design));
  for (const auto& [name, liquid] : r.liquids) s += fmt::format("  {}: {}\n", name, liquid_text(liquid));
  s += fmt::format(
      "\nparts:\n  grid: {{type: grid, V: 345 kV, R: 0.53 ohm, X: 7.92 ohm}}\n"
      "  outdoor_air: {{type: ambient, T_db: {{signal: weather.T_db}}, W: {{signal: weather.W}}, p: {{signal: "
      "weather.p}}}}\n"
      "  hv_yard: {{type: air_zone, volume: 20000 m3, equipment: 0, UA: {:.4g} MW/K, T_outside: {{signal: "
      "weather.T_db}}}}\n"
      "  hv_transformer_a: {{use: {}, in_parallel: {}}}\n  hv_transformer_b: {{use: {}, in_parallel: {}}}\n"
      "  building: {{template: building{}}}\n",
      std::max(1.0, 2.5e-8 * r.it_power), yaml(d.hv_transformer.item.component), d.hv_transformer.duty,
      yaml(d.hv_transformer.item.component), d.hv_transformer.duty,
      one ? "" : fmt::format(", count: {}", d.loads.buildings));
  for (const char side : {'a', 'b'})
    s += fmt::format(
        "  mv_gear_{0}: {{type: switchgear, I_short_time: {1}}}\n"
        "  main_{0}: {{type: breaker, I_rated: {2:.4g} A, I_pickup: 1.4, I_instantaneous: 1000, I_interrupting: "
        "{1}}}\n",
        side, mv_rating(d), I_main);
  s += "\nnodes:\n  hv: [grid.supply, hv_transformer_a.primary, hv_transformer_b.primary]\n"
       "  behind_a: [hv_transformer_a.secondary, main_a.from]\n  behind_b: [hv_transformer_b.secondary, main_b.from]\n"
       "  mv_a: [main_a.to, mv_gear_a.bus, building.mv_a]\n  mv_b: [main_b.to, mv_gear_b.bus, building.mv_b]\n"
       "  yard: [hv_yard.air, hv_transformer_a.room, hv_transformer_b.room, main_a.room, main_b.room]\n"
       "  outdoors: [outdoor_air.air, building.outdoors]\n\ntemplates:\n";
  return s;
}

std::string building_text(const Request& r, const Design& d) {
  const double V_fws = run_volume(d.fws_main, r.fws_main) + d.loads.blocks * run_volume(d.fws_branch, r.fws_branch) +
                       d.cooler.installed * 0.6 + d.loads.blocks * d.cdu.installed * 0.08;
  const double V_chw = run_volume(d.chw_main, r.chw_main) + d.loads.blocks * run_volume(d.chw_branch, r.chw_branch) +
                       d.chiller.installed * 0.7 +
                       d.loads.blocks * (d.hall_fans.installed + d.gallery_fans.installed) * 0.2;
  std::string s = "  building:\n    ports: {mv_a: ac, mv_b: ac, outdoors: air}\n    parts:\n";
  s += fmt::format("      block: {{template: block{}}}\n", counted(d.loads.blocks));
  s += fmt::format("      fws_pump: {{use: {}{}, speed: {{signal: fws_dp_control.u}}}}\n",
                   yaml(d.fws_pump.item.component), counted(d.fws_pump.installed));
  const std::string recirculation =
      r.recirculation ? fmt::format(", dT_recirculation: {:.6g} K", *r.recirculation) : "";
  s += fmt::format("      cooler: {{use: {}{}{}, fan_speed: {{signal: fan_control.u}}}}\n",
                   yaml(d.cooler.item.component), counted(d.cooler.installed), recirculation);
  s += pipe("fws_main_supply", d.fws_main, r.fws_main, r.fws_K, 4.5e-5) +
       pipe("fws_main_return", d.fws_main, r.fws_main, r.fws_K, 4.5e-5);
  s += vessel("fws_vessel", "fws", V_fws, 11.0);
  s += controller("fws_dp_control", "fws_supply.p", "fws_return.p", d.dp_fws, 12.0, 0.2);
  s += fmt::format(
      "      fan_control: {{type: pi_controller, action: direct, measurement: {{signal: fws_cooled.T}}, set_point: "
      "{:.6g} "
      "K, gain: 0.12 1/K, T_i: 200 s, u_min: 0.05}}\n",
      r.T_fws);
  s += fmt::format("      chiller: {{use: {}{}, set_point: {:.6g} K}}\n", yaml(d.chiller.item.component),
                   counted(d.chiller.installed), r.T_chw);
  s += fmt::format("      chw_pump: {{use: {}{}, speed: {{signal: chw_dp_control.u}}}}\n",
                   yaml(d.chw_pump.item.component), counted(d.chw_pump.installed));
  s += pipe("chw_main_supply", d.chw_main, r.chw_main, r.chw_K, 4.5e-5) +
       pipe("chw_main_return", d.chw_main, r.chw_main, r.chw_K, 4.5e-5);
  s += vessel("chw_vessel", "chw", V_chw, 7.0);
  s += controller("chw_dp_control", "chw_supply.p", "chw_return.p", d.dp_chw, 12.0, 0.2);
  s += fmt::format("      mech_transformer: {{use: {}, in_parallel: {}}}\n", yaml(d.mech_transformer.item.component),
                   d.mech_transformer.installed);
  s += gear(d, "mech_breaker", "mech_gear", d.mech_transformer);
  s += "      yard_air: {type: air_zone, volume: 10000 m3, equipment: 0, UA: 2 MW/K, T_outside: {signal: "
       "weather.T_db}}\n"
       "    nodes:\n      mv_a: [block.mv_a, mech_breaker.from]\n      mech_feed: [mech_breaker.to, "
       "mech_transformer.primary]\n      mv_b: [block.mv_b]\n"
       "      mech: [mech_transformer.secondary, mech_gear.bus, block.mech, fws_pump.electric, chw_pump.electric, "
       "cooler.supply, "
       "chiller.supply]\n"
       "      outdoors: [cooler.air, chiller.air]\n"
       "      yard: [yard_air.air, mech_breaker.room, mech_transformer.room, fws_pump.room, chw_pump.room, block.yard, "
       "fws_main_supply.room, fws_main_return.room, chw_main_supply.room, chw_main_return.room]\n"
       "      fws_return: [block.fws_return, fws_main_return.inlet]\n"
       "      fws_suction: [fws_main_return.outlet, fws_pump.inlet, fws_vessel.port]\n"
       "      fws_pumped: [fws_pump.outlet, cooler.inlet]\n      fws_cooled: [cooler.outlet, fws_main_supply.inlet]\n"
       "      fws_supply: [fws_main_supply.outlet, block.fws_supply]\n"
       "      chw_return: [block.chw_return, chw_main_return.inlet]\n"
       "      chw_suction: [chw_main_return.outlet, chw_pump.inlet, chw_vessel.port]\n"
       "      chw_pumped: [chw_pump.outlet, chiller.inlet]\n      chw_cooled: [chiller.outlet, chw_main_supply.inlet]\n"
       "      chw_supply: [chw_main_supply.outlet, block.chw_supply]\n    sequences:\n";
  if (d.fws_pump.installed > 1) s += staging("fws_pumps", "fws_pump", d.fws_pump.duty, "on");
  if (d.chw_pump.installed > 1) s += staging("chw_pumps", "chw_pump", d.chw_pump.duty, "on");
  if (r.pads)
    s += fmt::format(
        "      pads: {{type: threshold, measure: weather.T_db, unit: K, write: [cooler.pads], on_above: {:.6g} K, "
        "off_below: {:.6g} K, min_hold: 10 min}}\n",
        r.pads_on_above, r.pads_off_below);
  return s;
}

std::string racks_of(const Design& d, const std::string& port) {
  std::string s;
  for (std::size_t i = 0; i < d.loads.racks.size(); ++i) s += fmt::format(", {}.{}", rack_part(d, i), port);
  return s;
}

/// A rack of the catalogue with the power, flow and pressure drop that were asked for. All racks of a header take the
/// same drop: that of a rack with a lower one includes its balancing valve.
std::string rack_text(const RackItem& rack, int n, double dp) {
  const DevicePower& p = rack.devices;
  const auto device = [](const char* name, double idle, double full) {
    return fmt::format(", {}: {{idle_power: {:.8g} W, full_power: {:.8g} W}}", name, idle, full);
  };
  constexpr double L_per_min_kW = 6e7;
  return fmt::format("{{use: {}{}, flow_per_power: {:.6g} L/min/kW, dp_nominal: {:.6g} kPa{}{}{}{}}}", yaml(rack.name),
                     counted(n), L_per_min_kW * rack.flow, dp / 1e3, device("gpu", p.gpu_idle, p.gpu_cap),
                     device("cpu", p.cpu_idle, p.cpu_cap), device("switch", p.switch_tray_idle, p.switch_tray_cap),
                     device("tray_rest", p.tray_rest_idle, p.tray_rest_cap));
}

std::string block_parts(const Request& r, const Design& d) {
  std::string s =
      "  block:\n    ports: {fws_supply: liquid, fws_return: liquid, chw_supply: liquid, chw_return: liquid, mv_a: ac, "
      "mv_b: ac, mech: ac, yard: heat}\n    parts:\n";
  for (std::size_t i = 0; i < r.racks.size(); ++i)
    s += fmt::format("      {}: {}\n", rack_part(d, i), rack_text(r.racks[i], d.loads.racks[i], d.dp_tcs));
  // Racks with two supplies, half of them on each side: a switch stands for their handing over. Rated with 25 % to
  // spare.
  const double I_rated = 1.25 * 0.5 * d.loads.network / (std::sqrt(3.0) * 415.0 * 0.98);
  for (const char side : {'a', 'b'})
    s += fmt::format(
        "      network_racks_{0}: {{type: ac_load, it: yes, power: {1:.8g} kW}}\n"
        "      network_switch_{0}: {{type: transfer_switch, I_rated: {2:.6g} A}}\n",
        side, d.loads.network / 2e3, std::max(1.0, I_rated));
  s += fmt::format("      cdu: {{template: cdu{}}}\n", counted(d.cdu.installed));
  s += pipe("supply_pipe", d.tcs_pipe, r.tcs_length, r.tcs_K, 1.5e-5) +
       pipe("return_pipe", d.tcs_pipe, r.tcs_length, r.tcs_K, 1.5e-5);
  s += pipe("fws_branch_supply", d.fws_branch, r.fws_branch, r.fws_K, 4.5e-5) +
       pipe("fws_branch_return", d.fws_branch, r.fws_branch, r.fws_K, 4.5e-5) +
       pipe("chw_branch_supply", d.chw_branch, r.chw_branch, r.chw_K, 4.5e-5) +
       pipe("chw_branch_return", d.chw_branch, r.chw_branch, r.chw_K, 4.5e-5);
  s += vessel("tcs_vessel", "tcs", std::max(1.0, 1.25e-6 * d.loads.Q_liquid), 10.0);
  s += controller("tcs_dp_control", "rack_supply.p", "rack_return.p", d.dp_tcs, 10.0, 0.15);
  for (const auto& [name, fans, volume, T] :
       {std::tuple{"hall", &d.hall_fans, 12000.0, T_hall}, std::tuple{"gallery", &d.gallery_fans, 3000.0, T_gallery}}) {
    s += fmt::format("      {}_air: {{type: air_zone, volume: {:.6g} m3, T_outside: {{signal: weather.T_db}}}}\n", name,
                     volume);
    s +=
        fmt::format("      {0}_fans: {{use: {1}{2}, fan_speed: {{signal: {0}_control.u}}, p: {{signal: weather.p}}}}\n",
                    name, yaml(fans->item.component), counted(fans->installed));
    s += fmt::format(
        "      {0}_control: {{type: pi_controller, action: direct, measurement: {{signal: {0}.T}}, set_point: {1:.6g} "
        "K, "
        "gain: 0.1 1/K, T_i: 200 s, u_min: 0.1}}\n",
        name, T);
  }
  s += gear(d, "unit_breaker_a", "lv_gear_a", d.transformer) + gear(d, "unit_breaker_b", "lv_gear_b", d.transformer);
  for (const char side : {'a', 'b'})
    s += fmt::format(
        "      cable_{0}: {{use: mv_cable, length: 1000 m}}\n      transformer_{0}: {{use: {1}, in_parallel: {2}}}\n"
        "      ups_{0}: {{use: {3}, in_parallel: {4}, battery: yes, battery_time: {5:.6g} s}}\n      busway_{0}: "
        "{{use: {6}, length: "
        "80 m, in_parallel: {7}}}\n",
        side, yaml(d.transformer.item.component), d.transformer.installed, yaml(d.ups.item.component), d.ups.installed,
        r.battery_time, yaml(d.busway.item.component), d.busway.installed);
  return s;
}

std::string block_nodes(const Design& d) {
  std::string s = "    nodes:\n      tcs_supply: [cdu.tcs_supply, supply_pipe.inlet]\n";
  s += fmt::format("      rack_supply: [supply_pipe.outlet{}]\n      rack_return: [return_pipe.inlet{}]\n",
                   racks_of(d, "inlet"), racks_of(d, "outlet"));
  s += "      tcs_return: [return_pipe.outlet, cdu.tcs_return, tcs_vessel.port]\n"
       "      fws_supply: [fws_branch_supply.inlet]\n      fws_header: [fws_branch_supply.outlet, cdu.fws_supply]\n"
       "      fws_collector: [cdu.fws_return, fws_branch_return.inlet]\n      fws_return: [fws_branch_return.outlet]\n"
       "      chw_supply: [chw_branch_supply.inlet]\n"
       "      chw_header: [chw_branch_supply.outlet, hall_fans.inlet, gallery_fans.inlet]\n"
       "      chw_collector: [hall_fans.outlet, gallery_fans.outlet, chw_branch_return.inlet]\n"
       "      chw_return: [chw_branch_return.outlet]\n";
  s += fmt::format(
      "      hall: [hall_air.air, hall_fans.air{}, network_racks_a.room, network_racks_b.room, network_switch_a.room, "
      "network_switch_b.room, supply_pipe.room, "
      "return_pipe.room, fws_branch_supply.room, fws_branch_return.room, chw_branch_supply.room, "
      "chw_branch_return.room, cdu.room]\n",
      racks_of(d, "air"));
  s += "      gallery: [gallery_air.air, gallery_fans.air, ups_a.room, ups_b.room, busway_a.room, busway_b.room]\n"
       "      yard: [cable_a.room, cable_b.room, unit_breaker_a.room, unit_breaker_b.room, "
       "transformer_a.room, transformer_b.room]\n"
       "      mech: [hall_fans.supply, gallery_fans.supply]\n";
  for (const char side : {'a', 'b'})
    s += fmt::format(
        "      mv_{0}: [cable_{0}.from]\n      cable_end_{0}: [cable_{0}.to, unit_breaker_{0}.from]\n"
        "      transformer_feed_{0}: [unit_breaker_{0}.to, transformer_{0}.primary]\n"
        "      lv_{0}: [transformer_{0}.secondary, lv_gear_{0}.bus, ups_{0}.inlet]\n      ups_bus_{0}: "
        "[ups_{0}.outlet, "
        "busway_{0}.from]\n"
        "      rack_feed_{0}: [busway_{0}.to{1}, network_switch_{0}.source_1, network_switch_{2}.source_2, "
        "cdu.feed_{0}]\n"
        "      network_{0}: [network_switch_{0}.load, network_racks_{0}.supply]\n",
        side, racks_of(d, fmt::format("feed_{}", side)), side == 'a' ? 'b' : 'a');
  if (d.cdu.installed > d.cdu.duty)
    s += "    sequences:\n" + staging("cdus", "cdu", d.cdu.duty, "pump.on, temperature_control.enabled");
  return s;
}

/// A CDU has two supplies and a transfer switch of its own between them, a contactor's: assumed. Rated with 25 % to
/// spare.
std::string cdu_text(const Request& r, const Design& d) {
  const double I_rated = 1.25 * rated_power(d.cdu.item.tcs_pump) / (std::sqrt(3.0) * 415.0 * 0.98);
  return fmt::format(
      "  cdu:\n    ports: {{tcs_supply: liquid, tcs_return: liquid, fws_supply: liquid, fws_return: liquid, feed_a: "
      "ac, "
      "feed_b: ac, room: heat}}\n"
      "    parts:\n      exchanger: {{use: {}}}\n      pump: {{use: {}, speed: {{signal: tcs_dp_control.u}}}}\n"
      "      valve: {{use: {}, opening: {{signal: temperature_control.u}}}}\n"
      "      supply: {{type: transfer_switch, I_rated: {:.4g} A, detection: 20 ms, break_time: 50 ms}}\n"
      "      temperature_control: {{type: pi_controller, action: direct, measurement: {{signal: cooled.T}}, set_point: "
      "{:.6g} K, "
      "gain: 0.1 1/K, T_i: 60 s}}\n"
      "    nodes:\n      tcs_return: [exchanger.inlet_a]\n      cooled: [exchanger.outlet_a, pump.inlet]\n"
      "      tcs_supply: [pump.outlet]\n      fws_supply: [exchanger.inlet_b]\n      fws_outlet: [exchanger.outlet_b, "
      "valve.inlet]\n"
      "      fws_return: [valve.outlet]\n      feed_a: [supply.source_1]\n      feed_b: [supply.source_2]\n      "
      "fed: [supply.load, pump.electric]\n      room: [pump.room, supply.room]\n",
      yaml(d.cdu.item.exchanger), yaml(d.cdu.item.pump), yaml(d.cdu.item.valve), I_rated, r.T_tcs);
}

}  // namespace

std::string case_text(const Request& r, const Design& d) {
  return site_text(r, d) + building_text(r, d) + "\n" + block_parts(r, d) + block_nodes(d) + "\n" + cdu_text(r, d);
}

std::string used_entries(const Request& r, const std::string& case_text) {
  std::vector<InputProblem> problems;
  std::set<std::string> names;
  collect_used(parse_yaml(case_text, "designed.yaml", problems), names);
  std::string text = "# Written by wattloop size: what designed.yaml uses of the request's catalogue.\n";
  for (const std::string& name : names)
    if (const YamlNode* entry = r.entries->find(name)) text += fmt::format("{}: {}\n", yaml(name), flow_text(*entry));
  return text;
}

std::string weather_text(const WeatherPoint& air) {
  return fmt::format("{{T_db: {:.10g} K, T_dp: {:.10g} K}}", air.T_db, air.T_dp);
}

std::string rack_part(const Design& design, std::size_t kind) {
  return design.loads.racks.size() > 1 ? fmt::format("rack_type_{}", kind + 1) : "rack";
}

}  // namespace wattloop::sizing
