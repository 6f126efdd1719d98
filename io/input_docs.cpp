#include "io/input_docs.h"

#include <fmt/format.h>

#include <cctype>
#include <vector>

#include "io/field_text.h"
#include "meshes/rack.h"
#include "models/component_types.h"

namespace wattloop {

namespace {

std::string code(std::string_view text) {
  return fmt::format("`{}`", text);
}

/// A table of Markdown; bars within a cell would end it.
std::string table_of(const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += '|';
    for (const std::string& cell : rows[i]) {
      text += ' ';
      for (const char c : cell) text += c == '|' ? std::string("\\|") : std::string(1, c);
      text += " |";
    }
    text += '\n';
    if (i > 0) continue;
    for (std::size_t column = 0; column < rows[i].size(); ++column) text += "|---";
    text += "|\n";
  }
  return text;
}

std::string parameters_of(const ComponentType& type) {
  std::vector<std::vector<std::string>> rows{{"parameter", "unit", "default", "allowed", "meaning"}};
  for (const ParameterInfo& p : type.parameters) {
    const std::string standard = default_text(p);
    const bool chosen = !p.choices.empty();
    rows.push_back({code(p.name), chosen ? "a word" : unit_text(p.unit), standard.empty() ? "**required**" : standard,
                    chosen ? choices_text(p) : range_text(p.range), std::string(p.meaning)});
  }
  return rows.size() > 1 ? table_of(rows) + "\n" : "";
}

std::string ports_of(const ComponentType& type) {
  std::vector<std::vector<std::string>> rows{{"port", "connector", "meaning"}};
  for (const Port& p : type.ports)
    if (p.connector != Connector::input)
      rows.push_back({code(p.name),
                      p.connector == Connector::output ? "signal out" : std::string(to_string(p.connector)),
                      std::string(p.meaning)});
  return rows.size() > 1 ? table_of(rows) + "\n" : "";
}

std::string inputs_of(const ComponentType& type) {
  std::vector<std::vector<std::string>> rows{{"input", "unit", "held if not given", "allowed", "meaning"}};
  for (const Port& p : type.ports)
    if (p.connector == Connector::input)
      rows.push_back({code(p.name), unit_text(p.unit), fmt::format("{:.6g}", p.held_value), range_text(p.range),
                      std::string(p.meaning)});
  return rows.size() > 1 ? table_of(rows) + "\n" : "";
}

std::string results_of(const ComponentType& type) {
  std::vector<std::vector<std::string>> rows{{"result", "unit", "kind", "meaning"}};
  for (const StateField& s : type.states)
    rows.push_back({code(s.name), unit_text(s.unit), s.role == Role::kept ? "state, readable by signals" : "state",
                    std::string(s.meaning)});
  for (const OutputField& o : type.outputs)
    rows.push_back({code(o.name), unit_text(o.unit), "output", std::string(o.meaning)});
  return rows.size() > 1 ? table_of(rows) + "\n" : "";
}

std::string section_of(const ComponentType& type) {
  std::string text = fmt::format("### {}\n{}.", type.name, type.summary);
  text[5 + type.name.size()] = static_cast<char>(std::toupper(static_cast<unsigned char>(type.summary.front())));
  bool has_liquid = false;
  for (const Port& p : type.ports) has_liquid = has_liquid || p.connector == Connector::liquid;
  if (type.is_reference && has_liquid)
    text += " It fixes the pressure of its circuit and names its liquid: `liquid`, one of `liquids`, is required.";
  if (type.allows_others) text += " A circuit may have several of this type.";
  if (!type.outside.empty()) text += fmt::format(" It exchanges energy with the outside: {}.", type.outside);
  return text + "\n\n" + parameters_of(type) + ports_of(type) + inputs_of(type) + results_of(type);
}

/// The keys of a rack with the values of an unchanged one.
std::string rack_section() {
  constexpr double W_per_kW = 1e3;
  const RackSpec rack;
  const DevicePower& p = rack.power;
  const auto power = [](double watt) { return fmt::format("{:.6g} W", watt); };
  std::vector<std::vector<std::string>> rows{{"key", "default", "meaning"}};
  const auto add = [&](const char* key, std::string standard, const char* meaning) {
    rows.push_back({code(key), std::move(standard), meaning});
  };
  add("compute_trays", fmt::format("{}", p.compute_trays), "compute trays in the rack");
  add("gpus_per_tray", fmt::format("{}", p.gpus / p.compute_trays), "GPUs in each");
  add("cpus_per_tray", fmt::format("{}", p.cpus / p.compute_trays), "CPUs in each");
  add("switch_trays", fmt::format("{}", p.switch_trays), "switch trays in the rack");
  add("flow_per_power", "1.3 L/min/kW", "coolant for each kilowatt of liquid heat at full load");
  add("dp_nominal", fmt::format("{:.6g} kPa", rack.dp_nominal / W_per_kW), "between the couplings at that flow");
  add("manifold_share", fmt::format("{:.6g} %", 100.0 * rack.manifold_share), "of it, in manifolds and couplings");
  add("gpu.idle_power, gpu.full_power", power(p.gpu_idle) + ", " + power(p.gpu_cap), "of one GPU");
  add("cpu.idle_power, cpu.full_power", power(p.cpu_idle) + ", " + power(p.cpu_cap), "of one CPU");
  add("switch.idle_power, switch.full_power", power(p.switch_tray_idle) + ", " + power(p.switch_tray_cap),
      "of one switch tray");
  add("tray_rest.idle_power, tray_rest.full_power", power(p.tray_rest_idle) + ", " + power(p.tray_rest_cap),
      "of what is air-cooled in one compute tray");
  std::string text = "### rack\nA liquid-cooled rack, meshed at the resolution of the run.\n\n" + table_of(rows);
  text +=
      "\nBeside these, `gpu`, `cpu` and `switch` take the parameters of `cold_plate`, `tray_rest` those of `dc_load`, "
      "`manifold` those of `manifold` and `shelf` those of `power_shelf`. Nominal flows and pressure drops of cold "
      "plates and manifolds follow from the rack's unless they are given.\n\n";
  const std::vector<std::vector<std::string>> ports{{"port", "connector", "meaning"},
                                                    {"`inlet`", "liquid", "supply coupling"},
                                                    {"`outlet`", "liquid", "return coupling"},
                                                    {"`feed_a`", "ac", "first feed of the power shelf"},
                                                    {"`feed_b`", "ac", "second feed of the power shelf"},
                                                    {"`air`", "heat", "air of the hall around it"}};
  return text + table_of(ports) + "\n";
}

}  // namespace

std::string input_reference() {
  std::string text(input_introduction);
  text +=
      "## Component types\nUnits are those of the tables inside the program; a case may give any unit of the same "
      "dimension. Results are recorded in the units of the tables.\n\n";
  std::vector<std::vector<std::string>> index{{"type", "what it is"}};
  index.push_back({"[rack](#rack)", "a liquid-cooled rack"});
  for (const ComponentType* type : component_types())
    index.push_back({fmt::format("[{0}](#{0})", type->name), std::string(type->summary)});
  text += table_of(index) + "\n" + rack_section();
  for (const ComponentType* type : component_types()) text += section_of(*type);
  text.erase(text.find_last_not_of('\n') + 2);
  return text;
}

}  // namespace wattloop
