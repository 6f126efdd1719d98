#include "io/sizing/racks.h"

#include <memory>

#include <fmt/format.h>

#include "io/nearest.h"
#include "models/component_types.h"
#include "models/loss_curve.h"

namespace wattloop::sizing {

namespace {

/// What decides the power of a rack of the catalogue.
struct RackEntry {
  DevicePower devices;
  double P_rated = 0.0, eta[4] = {};  ///< of its shelves, at 25, 50, 75 and 100 %

  LossCurve<double> loss_curve() const { return {eta[0], eta[1], eta[2], eta[3]}; }
  /// Power behind the shelves [W] that draw P.
  double behind_shelves(double P) const {
    const auto loss = loss_curve();
    double P_out = P;
    for (int i = 0; i < 50; ++i) P_out = P - P_rated * loss(P_out / P_rated);
    return P_out;
  }
};

double default_of(const ComponentType& type, std::string_view parameter) {
  return type.parameters[static_cast<std::size_t>(type.parameter_index(parameter))].default_value;
}

RackEntry read_entry(Reader& rack) {
  RackEntry entry;
  DevicePower& d = entry.devices;
  d.compute_trays = static_cast<int>(rack.integer("compute_trays", 1, 1000, d.compute_trays));
  d.gpus = d.compute_trays * static_cast<int>(rack.integer("gpus_per_tray", 1, 64, 4));
  d.cpus = d.compute_trays * static_cast<int>(rack.integer("cpus_per_tray", 1, 64, 2));
  d.switch_trays = static_cast<int>(rack.integer("switch_trays", 1, 100, d.switch_trays));
  const auto device = [&](const char* name, double& idle, double& cap) {
    if (!rack.has(name)) return;
    Reader reader = rack.child(name);
    idle = reader.quantity("idle_power", "W", not_negative, idle);
    cap = reader.quantity("full_power", "W", not_negative, cap);
  };
  device("gpu", d.gpu_idle, d.gpu_cap);
  device("cpu", d.cpu_idle, d.cpu_cap);
  device("switch", d.switch_tray_idle, d.switch_tray_cap);
  device("tray_rest", d.tray_rest_idle, d.tray_rest_cap);
  const ComponentType& shelves = type_named("power_shelf");
  const std::pair<const char*, double*> values[] = {{"P_rated", &entry.P_rated},
                                                    {"eta_25", &entry.eta[0]},
                                                    {"eta_50", &entry.eta[1]},
                                                    {"eta_75", &entry.eta[2]},
                                                    {"eta_100", &entry.eta[3]}};
  for (const auto& [name, value] : values) {
    *value = default_of(shelves, name);
    if (!rack.has("shelf")) continue;
    Reader shelf = rack.child("shelf");
    *value = shelf.quantity(name, name == std::string_view("P_rated") ? "W" : "1", positive, *value);
  }
  return entry;
}

/// Devices scaled so that the rack draws its power and gives the liquid its share; the shelves stay as they are.
void scale(RackItem& rack, const RackEntry& entry, Reader& reader) {
  DevicePower& d = rack.devices = entry.devices;
  const double P_air = entry.devices.compute_trays * d.tray_rest_cap;
  const double P_liquid = d.rack(1.0) - P_air;
  const double P_out = entry.behind_shelves(rack.power), wanted = rack.liquid * rack.power;
  if (rack.power > entry.P_rated)
    return reader.report(
        "the rack's power shelves are rated for less", fmt::format("{:.4g} kW", rack.power / 1e3),
        fmt::format("at most {:.4g} kW, or a rack of the catalogue with larger shelves", entry.P_rated / 1e3), "power");
  if (wanted > P_out || P_air <= 0.0)
    return reader.report("the losses of the power shelves go to the air", fmt::format("{:.4g} %", 100.0 * rack.liquid),
                         fmt::format("at most {:.4g} %", 100.0 * P_out / rack.power),
                         reader.has("liquid") ? "liquid" : "");
  const double liquid = wanted / P_liquid, air = (P_out - wanted) / P_air;
  for (double* power : {&d.gpu_idle, &d.gpu_cap, &d.cpu_idle, &d.cpu_cap, &d.switch_tray_idle, &d.switch_tray_cap})
    *power *= liquid;
  d.tray_rest_idle *= air, d.tray_rest_cap *= air;
  const double half = 0.5 * entry.P_rated;
  rack.one_feed = (P_out + half * entry.loss_curve()(P_out / half)) / rack.power;
}

}  // namespace

RackItem read_rack(Reader& racks, const std::string& name, Reader& reader, const Catalog& entries) {
  RackItem rack;
  rack.name = name;
  const YamlNode* node = entries.find(name);
  if (node == nullptr) racks.report("no such rack in the catalogue", name, suggestion(name, entries.names()), name);
  if (!reader.is_mapping()) {
    reader.report("a rack has its share of the IT power and its power", "", "{share: 91 %, power: 142 kW}");
    return rack;
  }
  rack.share = reader.quantity("share", "1", {1e-3, 1.0});
  rack.power = reader.quantity("power", "W", positive);
  rack.liquid = reader.quantity("liquid", "1", {0.1, 1.0}, rack.liquid);
  rack.flow = reader.quantity("flow", "m3/J", positive, rack.flow);
  rack.dp = reader.quantity("dp", "Pa", positive, rack.dp);
  reader.finish();
  if (node == nullptr || !(rack.power > 0.0)) return rack;
  const auto log = std::make_shared<ReadLog>();
  Reader entry(node, name, log);
  if (entry.text("type", "") != "rack") {
    racks.report("this entry of the catalogue is not a rack", name, "an entry with type: rack", name);
    return rack;
  }
  const RackEntry read = read_entry(entry);
  for (const InputProblem& p : log->problems)
    racks.report(fmt::format("the entry {} of the catalogue: {}", name, p.what), p.got, p.allowed, name);
  if (log->problems.empty()) scale(rack, read, reader);
  return rack;
}

}  // namespace wattloop::sizing
