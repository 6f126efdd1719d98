#include "io/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "io/case.h"
#include "io/field_text.h"
#include "io/schema_json.h"
#include "models/component_types.h"

namespace wattloop {

using namespace schema;

namespace {

std::string sentence(std::string_view meaning, std::string_view unit, const Range& range, const std::string& standard) {
  std::string line = fmt::format("{} [{}]", meaning, unit_text(unit));
  if (const std::string allowed = range_text(range); !allowed.empty()) line += ", " + allowed;
  if (!standard.empty()) line += ", default " + standard;
  return line;
}

Json parameter_schema(const ParameterInfo& p) {
  const std::string standard = default_text(p);
  if (p.choices.empty()) return quantity_of(p.unit, sentence(p.meaning, p.unit, p.range, standard));
  Json words(p.choices);
  for (const auto& [word, value] : {std::pair{"no", false}, {"yes", true}})  // what YAML 1.1 makes of these words
    if (std::find(p.choices.begin(), p.choices.end(), word) != p.choices.end()) words.push_back(value);
  return described({{"enum", words}}, fmt::format("{}, default {}", p.meaning, standard));
}

void add_parameters(Json& properties, const ComponentType& type) {
  for (const ParameterInfo& p : type.parameters) properties[std::string(p.name)] = parameter_schema(p);
}

Json common_keys() {
  return {{"count", whole("copies, named name_1, name_2, ...", 1)},
          {"in_parallel", whole("equal units that each copy stands for", 1)},
          {"note", text("for the reader")},
          {"source", text("where the figures come from")},
          {"confidence", one_of({"V", "T", "D", "A"}, "vendor or authority, third party, derived, assumption")}};
}

Json component_schema(const ComponentType& type) {
  Json properties = common_keys();
  properties["type"] = {{"const", type.name}};
  std::vector<std::string> must{"type"};
  add_parameters(properties, type);
  for (const ParameterInfo& p : type.parameters)
    if (std::isnan(p.default_value)) must.emplace_back(p.name);
  bool has_liquid = false;
  for (const Port& p : type.ports) {
    has_liquid = has_liquid || p.connector == Connector::liquid;
    if (p.connector != Connector::input) continue;
    const bool plain = p.unit == "1" || is_any(p.unit);
    properties[std::string(p.name)] =
        described(reference(plain ? "number_input" : "input"),
                  "input: " + sentence(p.meaning, p.unit, p.range, fmt::format("{:.6g}", p.held_value)));
  }
  if (type.is_reference && has_liquid) {
    properties["liquid"] = text("the liquid of the circuit, one of `liquids`");
    must.emplace_back("liquid");
  }
  return described(mapping(std::move(properties), must), std::string(type.summary));
}

Json device_schema(const ComponentType& type, const char* what) {
  Json properties{{"idle_power", quantity_of("W", "power of one when idle [W]")},
                  {"full_power", quantity_of("W", "power of one at full load [W]")}};
  add_parameters(properties, type);
  return described(mapping(std::move(properties)), what);
}

Json part_of_rack_schema(const ComponentType& type) {
  Json properties = Json::object();
  add_parameters(properties, type);
  return described(mapping(std::move(properties)), std::string(type.summary));
}

Json rack_schema() {
  Json properties = common_keys();
  properties["type"] = {{"const", "rack"}};
  properties["compute_trays"] = whole("compute trays in the rack", 1);
  properties["gpus_per_tray"] = whole("GPUs in a compute tray", 1);
  properties["cpus_per_tray"] = whole("CPUs in a compute tray", 1);
  properties["switch_trays"] = whole("switch trays in the rack", 1);
  properties["flow_per_power"] = quantity_of("m3/(s W)", "volume flow for each watt of liquid heat, \"1.3 L/min/kW\"");
  properties["dp_nominal"] = quantity_of("Pa", "pressure drop between the couplings at nominal flow [Pa]");
  properties["manifold_share"] = quantity_of("1", "share of dp_nominal in manifolds and couplings");
  properties["gpu"] = device_schema(type_named("cold_plate"), "a GPU on its cold plate");
  properties["cpu"] = device_schema(type_named("cold_plate"), "a CPU on its cold plate");
  properties["switch"] = device_schema(type_named("cold_plate"), "a switch tray on its cold plate");
  properties["tray_rest"] = device_schema(type_named("dc_load"), "the air-cooled rest of a compute tray");
  properties["manifold"] = part_of_rack_schema(type_named("manifold"));
  properties["shelf"] = part_of_rack_schema(type_named("power_shelf"));
  return described(mapping(std::move(properties), {"type"}), "a liquid-cooled rack");
}

Json template_use_schema() {
  Json properties = common_keys();
  properties["template"] = text("one of `templates`");
  return mapping(std::move(properties), {"template"});
}

/// A part is what its `type` says; with `use` alone only the catalogue knows.
Json part_schema() {
  std::vector<std::string> names{"rack"};
  for (const ComponentType* type : component_types()) names.emplace_back(type->name);
  Json schema{{"type", "object"},
              {"properties",
               {{"type", one_of(names, "the component type")},
                {"template", text("one of `templates`")},
                {"use", text("an entry of the catalogue")}}},
              {"anyOf", {{{"required", {"type"}}}, {{"required", {"template"}}}, {{"required", {"use"}}}}}};
  Json cases = Json::array();
  for (const std::string& name : names)
    cases.push_back(
        {{"if", {{"properties", {{"type", {{"const", name}}}}}, {"required", {"type"}}}}, {"then", reference(name)}});
  cases.push_back({{"if", {{"required", {"template"}}}}, {"then", reference("template_use")}});
  schema["allOf"] = std::move(cases);
  return schema;
}

Json body_keys() {
  return {
      {"parts", described(named(reference("part")), "components, racks and templates by name")},
      {"nodes", described(named(list_of({{"type", "string"}})), "ports joined to a node: [pump.inlet, pipe.outlet]")},
      {"sequences", described(named(reference("sequence")), "sampled controllers that switch equipment")}};
}

Json template_schema() {
  Json properties{{"ports", named(one_of({"liquid", "air", "ac", "dc", "heat"}, "what a port is"))}};
  properties.update(body_keys());
  Json changes{{"extends", text("the template whose changes these are")}};
  for (const auto& [name, section] : properties.items()) changes[name] = Json::object();
  return {{"if", {{"required", {"extends"}}}},
          {"then", mapping(std::move(changes), {"extends"})},
          {"else", mapping(std::move(properties), {"parts"})}};
}

Json job_schema(const std::string& kind, Json properties, std::vector<std::string> must) {
  properties["kind"] = {{"const", kind}};
  properties["racks"] =
      described(list_of({{"type", {"string", "integer"}}}), "racks of the site, counted from 1: [1-960, 963]");
  properties["start"] = quantity_of("s", "from the start of the run [s], default 0");
  properties["end"] = quantity_of("s", "from the start of the run [s], default never");
  must.insert(must.end(), {"kind", "racks"});
  return mapping(std::move(properties), must);
}

Json training_keys() {
  Json properties = Json::object();
  const auto add = [&](const char* key, const char* unit, const char* meaning) {
    properties[key] = quantity_of(unit, meaning);
  };
  add("period", "s", "one step [s]");
  add("duty", "1", "share of the period at `high`");
  add("high", "1", "activity while computing");
  add("low", "1", "activity while gradients are exchanged");
  add("edge", "s", "rise and fall of a step [s]");
  add("ramp_time", "s", "from idle to high at every start [s]");
  add("checkpoint_interval", "s", "from one pause to the next [s]; 0: none");
  add("checkpoint_pause", "s", "length of a pause [s]");
  add("checkpoint_level", "1", "activity in a pause");
  add("mean_time_between_crashes", "s", "of running [s], seeded; 0: none but those listed");
  add("crash_fall", "s", "from full activity to idle [s]");
  add("restart_delay", "s", "from a crash to the next start [s]");
  add("spread", "1", "how far the weakest GPU stands below the strongest");
  add("drift", "1", "how far a rack falls behind at most");
  add("drift_interval", "s", "between two values of the drift [s]");
  properties["crashes"] = list_of(reference("quantity"));
  return properties;
}

Json workload_schema() {
  const Json knots = list_of({{"type", "array"}, {"prefixItems", {reference("quantity"), reference("number")}}});
  const Json flag{{"type", "boolean"}};
  Json kinds = Json::array();
  kinds.push_back(job_schema("constant", {{"activity", quantity_of("1", "0 idle, 1 full load")}}, {"activity"}));
  kinds.push_back(
      job_schema("schedule", {{"knots", described(knots, "[[time, activity], ...]")}, {"repeat", flag}}, {"knots"}));
  kinds.push_back(job_schema("trace",
                             {{"file", text("CSV beside the case")},
                              {"quantity", one_of({"activity", "gpu_power", "rack_power"}, "what the columns hold")},
                              {"interpolation", one_of({"linear", "hold"}, "between rows")},
                              {"repeat", flag},
                              {"scale", quantity_of("1", "factor on the file's values")},
                              {"clamp", flag},
                              {"max_gap", quantity_of("s", "longest interval between rows [s]")}},
                             {"file"}));
  kinds.push_back(job_schema("training", training_keys(), {}));
  kinds.push_back(job_schema("inference",
                             {{"log", text("CSV with TIMESTAMP, ContextTokens, GeneratedTokens")},
                              {"period", quantity_of("s", "length of the log's ring [s]")},
                              {"repeat", flag},
                              {"multiply", flag},
                              {"gpus_per_server", whole("neighbouring GPUs that serve as one", 1)},
                              {"prefill_rate", quantity_of("1/s", "tokens a second, \"10000 1/s\"")},
                              {"decode_rate", quantity_of("1/s", "tokens a second and request, \"50 1/s\"")},
                              {"max_batch", whole("requests in flight", 1)},
                              {"prefill_activity", quantity_of("1", "activity while a prefill runs")},
                              {"decode_low", quantity_of("1", "activity with one request decoding")},
                              {"decode_high", quantity_of("1", "activity with a full batch decoding")}},
                             {"log"}));
  return mapping({{"jobs", named({{"anyOf", kinds}})}}, {"jobs"});
}

Json weather_schema() {
  const Json constant =
      mapping({{"T_db", quantity_of("K", "dry bulb")}, {"T_dp", quantity_of("K", "dew point")}}, {"T_db", "T_dp"});
  const Json day = mapping({{"T_high", quantity_of("K", "dry bulb at 16:00")},
                            {"T_low", quantity_of("K", "dry bulb at 04:00")},
                            {"T_dp", quantity_of("K", "dew point")}},
                           {"T_high", "T_low", "T_dp"});
  const Json file = mapping({{"file", text("TMY3, EPW or CSV")},
                             {"clock", one_of({"standard", "daylight"}, "of time stamps without an offset")}},
                            {"file"});
  return described({{"anyOf", {Json{{"type", "string"}}, constant, day, file}}},
                   "design_day, record_day, synthetic_year, a file, or a mapping");
}

Json run_schema() {
  return mapping(
      {{"start", text("ISO 8601, site standard time: 2026-07-15T00:00; or hottest_day, coldest_day")},
       {"duration", quantity_of("s", "default 24 h")},
       {"record_interval", quantity_of("s", "between records, default 1 min")},
       {"forcing_interval", quantity_of("s", "the workload's mean power is held over it, default 15 s")},
       {"sample_interval", quantity_of("s", "grid of the sequences, default 15 s")},
       {"sampled_controllers",
        described({{"type", "boolean"}}, "false: controllers with a sample_time are continuous; default true")},
       {"tolerance", quantity_of("delta_K", "of temperatures, default 0.05 K")},
       {"seed", whole("of the workload's and the synthetic year's random numbers", 0)},
       {"symmetry", described({{"type", "boolean"}}, "solve copies once that nothing tells apart, default true")},
       {"resolution", one_of({"plant", "block", "rack", "tray", "gpu"}, "how finely racks are meshed")}});
}

Json record_schema() {
  const Json paths = list_of({{"type", "string"}});
  return mapping({{"racks",
                   {{"anyOf", {Json{{"type", "string"}}, paths}},
                    {"description", "paths of racks or of what holds racks; without them all"}}},
                  {"detail", one_of({"rack", "tray", "gpu", "full"}, "statistics of each rack, or all that is in it")},
                  {"from", quantity_of("s", "from the start of the run, default 0")},
                  {"to", quantity_of("s", "from the start of the run, default its end")},
                  {"every", quantity_of("s", "between records, default run.record_interval")}});
}

Json site_schema() {
  return mapping({{"utc_offset", quantity_of("s", "of the site's standard time: -6 h")},
                  {"altitude", quantity_of("m", "above sea level")},
                  {"pressure", quantity_of("Pa", "where the weather states none")},
                  {"latitude", quantity_of("degree", "north positive")},
                  {"longitude", quantity_of("degree", "east positive")}});
}

Json tariff_schema() {
  return mapping({{"currency", text("its name, default USD")},
                  {"energy", quantity_of("1/J", "at the grid: 45 1/MWh")},
                  {"demand", quantity_of("1/W", "of each month's highest mean of 15 min: 6 1/kW")},
                  {"water", quantity_of("1/m3", "make-up: 1.5 1/m3")},
                  {"time_of_use", described(named(mapping({{"from", text("time of day: 14:00")},
                                                           {"to", text("time of day: 20:00")},
                                                           {"energy", quantity_of("1/J", "at the grid")}},
                                                          {"from", "to", "energy"})),
                                            "prices by time of day, by name")}});
}

Json event_schema() {
  Json properties{
      {"at", quantity_of("s", "from the start of the run")},
      {"set", text("path of an input")},
      {"dip", text("path of a voltage: it goes to a share of its value in the case")},
      {"phases",
       {{"enum", {3, 2, 1, "3", "2", "1"}},
        {"description",
         "that a dip has: 3 (default), 2: between two, 1: to earth; the circuit sees the positive sequence"}}},
      {"for", quantity_of("s", "then it takes the value of the case again [s], default never")},
      {"to", {{"type", {"string", "number"}}, {"description", "its value, with its unit"}}},
      {"fail", text("path of a unit")},
      {"repair", text("path of a unit")}};
  Json schema = mapping(std::move(properties));
  schema["anyOf"] = {{{"required", {"at", "set", "to"}}},
                     {{"required", {"at", "dip", "to"}}},
                     {{"required", {"at", "fail"}}},
                     {{"required", {"at", "repair"}}}};
  return schema;
}

/// Quantities and the ways to give them.
void add_values(Json& defs) {
  const auto sourced = [](const char* name) {
    return mapping({{"value", reference(name)},
                    {"source", {{"type", "string"}}},
                    {"confidence", one_of({"V", "T", "D", "A"}, "how sure")}},
                   {"value", "source", "confidence"});
  };
  const Json signal = mapping({{"signal", text("path of what drives the input: cold.T")}}, {"signal"});
  const Json recorded = mapping({{"csv", text("a file with time_s or time, and columns of values")},
                                 {"column", text("name of one of them")},
                                 {"scale", text("what 1 in the file is: 345 kV")},
                                 {"start", text("when the first row is, from the start of the run: 1 h")},
                                 {"interpolation", one_of({"hold", "linear"}, "between rows")}},
                                {"csv", "column"});
  defs["reduction"] = reduction_schema();
  const Json written{{"type", "string"}, {"pattern", "^[-+]?[.0-9]"}};
  for (const auto& [name, plain] : {std::pair{"quantity", false}, {"number", true}}) {
    const std::string bare = std::string("written_") + name;
    defs[bare] = plain ? Json{{"anyOf", {Json{{"type", "number"}}, written}}} : written;
    defs[name] = {{"anyOf", {reference(bare), sourced(bare.c_str())}}};
    const Json knot{{"type", "array"}, {"prefixItems", {reference("written_quantity"), reference(bare)}}};
    const Json schedule = mapping({{"schedule", list_of(knot)}}, {"schedule"});
    defs[plain ? "number_input" : "input"] = {
        {"anyOf", {reference(name), signal, reference("reduction"), schedule, recorded}}};
  }
}

/// A case that extends another holds any part of it: only its sections are known.
Json changes_schema(const Json& sections) {
  Json properties = Json::object();
  for (const auto& [name, section] : sections.items()) properties[name] = Json::object();
  for (const char* whole : {"wattloop", "name", "description"}) properties[whole] = sections.at(whole);
  properties["extends"] = text("path of the case whose changes these are, from this file");
  return mapping(std::move(properties), {"wattloop", "extends"});
}

}  // namespace

std::string case_schema() {
  Json defs = Json::object();
  add_values(defs);
  for (const ComponentType* type : component_types()) defs[std::string(type->name)] = component_schema(*type);
  defs["rack"] = rack_schema();
  defs["template_use"] = template_use_schema();
  defs["part"] = part_schema();
  defs["template"] = template_schema();
  defs["sequence"] = sequence_schema();

  Json liquid = mapping({{"kind", one_of({"water", "propylene_glycol", "ethylene_glycol"}, "what it is")},
                         {"fraction", quantity_of("1", "of glycol")},
                         {"basis", one_of({"mass", "volume"}, "of the fraction")}},
                        {"kind"});
  Json properties{{"wattloop", described({{"const", case_version}}, "version of the case format")},
                  {"name", text("of the case")},
                  {"description", text("of the case")},
                  {"site", site_schema()},
                  {"run", run_schema()},
                  {"weather", weather_schema()},
                  {"liquids", named(std::move(liquid))},
                  {"workload", workload_schema()},
                  {"events", list_of(event_schema())},
                  {"record", described(named(record_schema()), "racks recorded in full detail, by name of the rule")},
                  {"tariff", tariff_schema()},
                  {"carbon", carbon_schema()},
                  {"connection", connection_schema()},
                  {"calibration", calibration_schema()},
                  {"templates", named(reference("template"))}};
  properties.update(body_keys());
  const Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                    {"title", "a Wattloop case"},
                    {"type", "object"},
                    {"if", {{"required", {"extends"}}}},
                    {"then", changes_schema(properties)},
                    {"else", mapping(std::move(properties), {"wattloop", "parts"})},
                    {"$defs", std::move(defs)}};
  return schema.dump(2) + "\n";
}

}  // namespace wattloop
