#include "io/sizing/request.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/case.h"
#include "io/case_sections.h"
#include "io/results.h"
#include "io/sizing/catalogue.h"
#include "io/sizing/racks.h"
#include "io/sizing/weather_bins.h"
#include "io/units.h"

namespace wattloop::sizing {

std::string Redundancy::text() const {
  const std::string side = spare == 0 ? "N" : fmt::format("N+{}", spare);
  if (!twice) return side;
  return spare == 0 ? "2N" : fmt::format("2({})", side);
}

std::string Request::id() const {
  return fnv1a_64(inputs);
}

double Objective::annuity() const {
  return rate > 0.0 ? (1.0 - std::pow(1.0 + rate, -life)) / rate : life;
}

const std::vector<std::string>& redundancy_classes() {
  static const std::vector<std::string> classes{
      "cdu",         "fws_pump", "cooler",         "chiller",          "chw_pump", "fan_wall",
      "transformer", "ups",      "hv_transformer", "mech_transformer", "genset"};
  return classes;
}

bool is_of_two_sides(const std::string& name) {
  return name == "transformer" || name == "ups" || name == "hv_transformer";
}

namespace {

void check_version(Reader& reader) {
  if (reader.integer("wattloop_size", 1, 1, -1) < 0)
    reader.report("a request begins with the version of its format", "", "wattloop_size: 1");
}

void read_it(Reader& document, const Catalog& entries, Request& r) {
  Reader it = document.child("it");
  r.it_power = it.quantity("power", "W", {1e6, 2e9});
  r.load_growth = it.quantity("margin", "1", {0.0, 1.0}, r.load_growth);
  double share = 0.0;
  Reader racks = it.child("racks");
  auto listed = racks.entries();
  if (racks.is_mapping() && listed.empty())
    racks.report("a site has liquid-cooled racks", "", "{gb300_nvl72: {share: 91 %, power: 142 kW}}");
  for (auto& [name, entry] : listed) {
    r.racks.push_back(read_rack(racks, name, entry, entries));
    share += r.racks.back().share;
  }
  if (share > 1.0 + 1e-9)
    racks.report("the shares of the racks are more than the whole", fmt::format("{:.4g}", share), "at most 1");
  it.finish();
}

void read_layout(Reader& document, Request& r) {
  if (!document.has("layout")) return;
  Reader layout = document.child("layout");
  r.building = layout.quantity("building", "W", {1e6, 500e6}, r.building);
  r.block = layout.quantity("block", "W", {0.5e6, 100e6}, r.block);
  if (r.block > r.building)
    layout.report("a block is larger than its building", fmt::format("{:.4g} MW", r.block / 1e6),
                  fmt::format("at most {:.4g} MW", r.building / 1e6), layout.has("block") ? "block" : "");
  r.tcs_length = layout.quantity("tcs_length", "m", positive, r.tcs_length);
  r.fws_main = layout.quantity("fws_main", "m", positive, r.fws_main);
  r.fws_branch = layout.quantity("fws_branch", "m", positive, r.fws_branch);
  r.chw_main = layout.quantity("chw_main", "m", positive, r.chw_main);
  r.chw_branch = layout.quantity("chw_branch", "m", positive, r.chw_branch);
  r.tcs_K = layout.quantity("tcs_fittings", "1", not_negative, r.tcs_K);
  r.fws_K = layout.quantity("fws_fittings", "1", not_negative, r.fws_K);
  r.chw_K = layout.quantity("chw_fittings", "1", not_negative, r.chw_K);
  layout.finish();
}

void read_temperatures(Reader& document, Request& r) {
  if (!document.has("temperatures")) return;
  Reader t = document.child("temperatures");
  r.T_tcs = t.quantity("tcs", "K", {283.15, 343.15}, r.T_tcs);
  r.T_fws = t.quantity("fws", "K", {278.15, 338.15}, r.T_fws);
  r.T_chw = t.quantity("chw", "K", {278.15, 303.15}, r.T_chw);
  if (r.T_fws >= r.T_tcs)
    t.report("the FWS cannot cool the TCS: no approach is left", fmt::format("{:.4g} degC", celsius(r.T_fws)),
             fmt::format("below {:.4g} degC", celsius(r.T_tcs)), t.has("fws") ? "fws" : "");
  t.finish();
}

void read_liquids(Reader& document, Request& r) {
  r.liquids = {{"tcs", {LiquidKind::propylene_glycol, 0.25, FractionBasis::mass}},
               {"fws", {LiquidKind::propylene_glycol, 0.40, FractionBasis::mass}},
               {"chw", {LiquidKind::propylene_glycol, 0.30, FractionBasis::mass}}};
  if (!document.has("liquids")) return;
  Reader liquids = document.child("liquids");
  for (const char* name : {"tcs", "fws", "chw"})
    if (liquids.has(name)) {
      Reader liquid = liquids.child(name);
      r.liquids[name] = read_liquid(liquid);
    }
  liquids.finish();
}

/// The worst hour: a built-in day's high, a percentile of the annual weather, or what is given.
void read_design_hour(Reader& weather, const std::filesystem::path& directory, Request& r) {
  if (!weather.has("design")) {
    r.design = point_at_high(design_day(r.site));
    r.design_text = "design day: 37.2 degC with a wet bulb of 22.0 degC";
    return;
  }
  Reader design = weather.child("design");
  if (design.is_mapping() && design.has("percentile")) {
    const double share = design.quantity("percentile", "1", {1e-5, 0.5});
    design.finish();
    if (!r.annual || std::isnan(share)) return;
    r.design = hour_exceeded(*r.annual, share);
    r.design_text = fmt::format("exceeded in {:.4g} % of the hours of {}", 100.0 * share, r.annual_name);
    return;
  }
  const auto day = read_weather(weather, "design", r.site, directory, 1);
  if (!day) return;
  r.design = point_at_high(*day);
  r.design_text = day->description();
}

void read_design_weather(Reader& document, const std::filesystem::path& directory, Request& r) {
  r.annual = synthetic_year(r.site, 1);
  r.record = record_day(r.site);
  if (!document.has("weather")) {
    r.T_coldest = point_at_low(*r.annual).T_db;
    r.design = point_at_high(design_day(r.site));
    r.design_text = "design day";
    return;
  }
  Reader weather = document.child("weather");
  if (weather.has("annual")) {
    r.annual = read_weather(weather, "annual", r.site, directory, 1);
    Reader annual = weather.child("annual");
    r.annual_name = annual.is_mapping() ? annual.text("file", "what is given") : annual.as_text();
    if (r.annual && r.annual->is_one_day())
      weather.report("a year is not one day for ever", r.annual_name, "synthetic_year, or a file of TMY3, EPW or CSV",
                     "annual");
    else if (r.annual && hours_covered(*r.annual) < 8760)
      weather.report("less than a year", fmt::format("{}: {} h", r.annual_name, hours_covered(*r.annual)),
                     "at least 8760 h", "annual");
  }
  if (weather.has("record")) r.record = read_weather(weather, "record", r.site, directory, 1);
  read_design_hour(weather, directory, r);
  if (r.annual) r.T_coldest = point_at_low(*r.annual).T_db;
  r.pads = weather.boolean("pads", r.pads);
  if (weather.has("recirculation")) r.recirculation = weather.quantity("recirculation", "delta_K", {0.0, 20.0});
  weather.finish();
}

void read_redundancy(Reader& document, Request& r) {
  for (const std::string& name : redundancy_classes()) {
    r.redundancy[name] = is_of_two_sides(name) ? Redundancy{0, true} : Redundancy{1, false};
  }
  if (!document.has("redundancy")) return;
  Reader reader = document.child("redundancy");
  for (const std::string& name : redundancy_classes()) {
    const std::vector<Redundancy> levels = is_of_two_sides(name)
                                               ? std::vector<Redundancy>{{0, true}, {1, true}}
                                               : std::vector<Redundancy>{{0, false}, {1, false}, {2, false}, {0, true}};
    std::vector<std::string> allowed;
    for (const Redundancy& level : levels) allowed.push_back(level.text());
    const std::string text = reader.choice(name, allowed, r.redundancy[name].text());
    for (const Redundancy& level : levels)
      if (level.text() == text) r.redundancy[name] = level;
  }
  reader.finish();
}

void read_limits(Reader& document, Request& r) {
  r.battery_time = 300.0;
  r.generator_time = 15.0;
  const std::string allowed =
      "tcs_velocity, fws_velocity, chw_velocity, tcs_gradient, fws_gradient, chw_gradient, cdu_loading, pump_speed, "
      "npsh_margin, valve_opening, "
      "valve_authority, transformer_loading, ups_loading, busway_loading, freeze_margin, battery_time, generator_time";
  // An override without a value would take the limit away unnoticed.
  for (const auto& [path, value] : r.settings)
    if (path.starts_with("limits.") && value.find_first_not_of(' ') == std::string::npos)
      document.report("a limit without a value", "nothing", "its value, as in limits.cdu_loading=80%", "limits");
  if (!document.has("limits")) return;
  Reader reader = document.child("limits");
  if (reader.is_mapping() && reader.places().empty()) reader.report("limits without any", "{}", allowed);
  Limits& l = r.limits;
  l.tcs_velocity = reader.quantity("tcs_velocity", "m/s", {0.1, 10.0}, l.tcs_velocity);
  l.fws_velocity = reader.quantity("fws_velocity", "m/s", {0.1, 10.0}, l.fws_velocity);
  l.chw_velocity = reader.quantity("chw_velocity", "m/s", {0.1, 10.0}, l.chw_velocity);
  l.tcs_gradient = reader.quantity("tcs_gradient", "Pa/m", positive, l.tcs_gradient);
  l.fws_gradient = reader.quantity("fws_gradient", "Pa/m", positive, l.fws_gradient);
  l.chw_gradient = reader.quantity("chw_gradient", "Pa/m", positive, l.chw_gradient);
  l.cdu_loading = reader.quantity("cdu_loading", "1", {0.1, 1.0}, l.cdu_loading);
  l.pump_speed = reader.quantity("pump_speed", "1", {0.3, 1.2}, l.pump_speed);
  l.npsh_margin = reader.quantity("npsh_margin", "m", not_negative, l.npsh_margin);
  l.valve_opening = reader.quantity("valve_opening", "1", {0.2, 1.0}, l.valve_opening);
  l.valve_authority = reader.quantity("valve_authority", "1", {0.05, 0.9}, l.valve_authority);
  l.transformer_loading = reader.quantity("transformer_loading", "1", {0.1, 1.2}, l.transformer_loading);
  l.ups_loading = reader.quantity("ups_loading", "1", {0.1, 1.0}, l.ups_loading);
  l.busway_loading = reader.quantity("busway_loading", "1", {0.1, 1.0}, l.busway_loading);
  l.freeze_margin = reader.quantity("freeze_margin", "delta_K", not_negative, l.freeze_margin);
  r.battery_time = reader.quantity("battery_time", "s", positive, r.battery_time);
  r.generator_time = reader.quantity("generator_time", "s", {0.1, 600.0}, r.generator_time);
  reader.finish();
}

void read_objective(Reader& document, Request& r) {
  if (!document.has("objective")) return;
  Reader reader = document.child("objective");
  Objective& o = r.objective;
  const std::string what = reader.choice("minimise", {"cost", "energy", "water", "footprint", "weighted"}, "cost");
  constexpr double ties = 1e-10;  // per USD: of designs that are the same by what is asked for the cheapest
  if (what != "cost") o.cost = ties;
  if (what == "energy") o.energy = 1.0;
  if (what == "water") o.water = 1.0;
  if (what == "footprint") o.footprint = 1.0;
  if (what == "weighted") {
    Reader weights = reader.child("weights");
    const double cost = weights.quantity("cost", "1", not_negative, 0.0);
    o.energy = weights.quantity("energy", "1", not_negative, 0.0);
    o.water = weights.quantity("water", "1", not_negative, 0.0);
    o.footprint = weights.quantity("footprint", "1", not_negative, 0.0);
    weights.finish();
    if (cost + o.energy + o.water + o.footprint <= 0.0)
      weights.report("all weights are zero", "", "at least one above 0");
    o.cost = std::max(cost, ties);
  }
  o.life = reader.quantity("life", "year", {1.0, 50.0}, o.life);
  o.rate = reader.quantity("rate", "1", {0.0, 0.5}, o.rate);
  o.energy_price = reader.quantity("energy_price", "USD/MWh", not_negative, o.energy_price);
  o.water_price = reader.quantity("water_price", "USD/m3", not_negative, o.water_price);
  reader.finish();
}

/// What the files say, not what they are called: a design follows from that.
std::string inputs_of(const Request& r, const Document& document) {
  std::string text = r.text;
  for (const BaseFile& base : document.bases()) text += base.text;
  for (const auto& [path, value] : r.settings) text += path + "=" + value + "\n";
  for (const auto& weather : {r.annual, r.record})
    if (weather)
      for (const WeatherSample& s : hours_of(*weather)) text += fmt::format("{} {} {}\n", s.T_db, s.T_dp, s.p);
  text += fmt::format("{} {} {}\n", r.design.T_db, r.design.T_dp, r.design.p);
  for (const std::string& name : r.entries->names()) text += name + ": " + flow_text(*r.entries->find(name)) + "\n";
  return text;
}

}  // namespace

Request read_request(const std::filesystem::path& path,
                     const std::vector<std::pair<std::string, std::string>>& settings) {
  const std::filesystem::path file = find_case(path);
  Document document = Document::parse_file(file);
  for (const auto& [key, value] : settings) document.set(key, value);
  Request r;
  r.entries = std::make_shared<const Catalog>(Catalog::for_case(file));
  const Catalog& entries = *r.entries;
  Reader reader = document.read(entries);
  r.file = file.string();
  r.text = document.text();
  r.settings = settings;
  if (!reader.is_mapping())
    throw InputError(
        {reader.problem("a request is a mapping", "", "wattloop_size: 1, then it, weather, catalogue ...")});
  check_version(reader);
  r.name = reader.text("name", file.parent_path().filename().string());
  reader.text("description", "");
  read_site(reader, r.site);
  read_it(reader, entries, r);
  read_layout(reader, r);
  read_temperatures(reader, r);
  read_liquids(reader, r);
  read_design_weather(reader, file.parent_path(), r);
  read_redundancy(reader, r);
  read_limits(reader, r);
  read_objective(reader, r);
  if (reader.has("catalogue"))
    r.catalogue = read_catalogue(reader, entries);
  else
    reader.report("a request names what may be chosen", "", "catalogue: {use: sizing_catalogue}");
  if (r.recirculation)
    for (CoolerItem& cooler : r.catalogue.coolers) cooler.dT_recirculation = *r.recirculation;
  reader.finish();
  document.throw_if_problems();
  r.inputs = inputs_of(r, document);
  return r;
}

}  // namespace wattloop::sizing
