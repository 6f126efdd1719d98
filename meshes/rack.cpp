#include "meshes/rack.h"

#include <array>

#include <fmt/format.h>

#include "models/component_types.h"

namespace wattloop {

double RackSpec::liquid_power() const {
  return power.gpus * power.gpu(1.0) + power.cpus * power.cpu(1.0) + power.switch_trays * power.switch_tray(1.0);
}

namespace {

/// Puts the parts of one rack into a System.
class RackMesher {
 public:
  RackMesher(System& system, const RackSpec& spec, RackInstance& rack, int region, double multiplicity,
             const RackNodes& nodes)
      : system_(system), spec_(spec), rack_(rack), region_(region), multiplicity_(multiplicity), outside_(nodes) {}

  void mesh(Resolution resolution, double T, double p) {
    constexpr double bus_voltage = 50.0;  // V, start of the search
    supply_ = add_node(Connector::liquid, "supply", {p, T});
    return_ = add_node(Connector::liquid, "return", {p - spec_.dp_nominal, T});
    bus_ = add_node(Connector::dc, "bus", {bus_voltage, 0.0});
    rack_.supply = add_manifold("supply_manifold", outside_.inlet, supply_);
    rack_.back = add_manifold("return_manifold", return_, outside_.outlet);
    rack_.shelf = add(type_named("power_shelf"), "shelf", 1.0, spec_.shelf);
    connect(rack_.shelf,
            {{"feed_a", outside_.feed_a}, {"feed_b", outside_.feed_b}, {"bus", bus_}, {"air", outside_.air}});

    const DevicePower& power = spec_.power;
    const int trays = power.compute_trays;
    if (resolution <= Resolution::rack) {
      add_plates(RackDevice::Kind::gpu, "gpu", power.gpus, 0, power.gpus);
      add_plates(RackDevice::Kind::cpu, "cpu", power.cpus, 0, power.gpus);
      add_plates(RackDevice::Kind::switch_tray, "switch", power.switch_trays, 0, power.gpus);
      add_rest("tray_rest", trays, 0, power.gpus);
      return;
    }
    const int gpus = power.gpus / trays;
    for (int tray = 0; tray < trays; ++tray) {
      const std::string name = fmt::format("tray_{}", tray + 1);
      const int first = tray * gpus;
      if (resolution == Resolution::tray)
        add_plates(RackDevice::Kind::gpu, name + ".gpu", gpus, first, first + gpus);
      else
        for (int i = 0; i < gpus; ++i)
          add_plates(RackDevice::Kind::gpu, fmt::format("{}.gpu_{}", name, i + 1), 1, first + i, first + i + 1);
      add_plates(RackDevice::Kind::cpu, name + ".cpu", power.cpus / trays, first, first + gpus);
      add_rest(name + ".rest", 1, first, first + gpus);
    }
    for (int i = 0; i < power.switch_trays; ++i)
      add_plates(RackDevice::Kind::switch_tray, fmt::format("switch_{}", i + 1), 1, 0, power.gpus);
  }

 private:
  int add_node(Connector connector, std::string_view name, std::array<double, 2> start) {
    return system_.add_node(connector, fmt::format("{}.{}", rack_.path, name), start);
  }

  ComponentRef add(const ComponentType& type, std::string_view name, double count, const ParameterValues& values) {
    const ComponentRef c =
        system_.add_component(type, fmt::format("{}.{}", rack_.path, name), region_, multiplicity_ * count);
    for (const auto& [parameter, value] : values) system_.group(c.group).set_parameter(c.index, parameter, value);
    return c;
  }

  /// Sets what the input left open.
  void set_default(ComponentRef c, std::string_view parameter, double value, const ParameterValues& given) {
    GroupBase& group = system_.group(c.group);
    const int wanted = group.type().parameter_index(parameter);
    for (const auto& [index, unused] : given)
      if (index == wanted) return;
    group.set_parameter(c.index, wanted, value);
  }

  void connect(ComponentRef c, std::initializer_list<std::pair<std::string_view, int>> joins) {
    const ComponentType& type = system_.group(c.group).type();
    for (const auto& [port, node] : joins) system_.connect(c, type.port_index(port), node);
  }

  ComponentRef add_manifold(std::string_view name, int inlet, int outlet) {
    const ComponentRef c = add(type_named("manifold"), name, 1.0, spec_.manifold);
    set_default(c, "m_flow_nominal", spec_.m_flow_nominal(), spec_.manifold);
    set_default(c, "dp_nominal", 0.5 * spec_.manifold_share * spec_.dp_nominal, spec_.manifold);
    connect(c, {{"inlet", inlet}, {"outlet", outlet}});
    return c;
  }

  int power_input_of(ComponentRef device) const {
    const ComponentType& type = system_.group(device.group).type();
    return type.across_offset(type.port_index("power"));
  }

  void add_plates(RackDevice::Kind kind, std::string_view name, int count, int first_gpu, int last_gpu) {
    const bool is_gpu = kind == RackDevice::Kind::gpu, is_cpu = kind == RackDevice::Kind::cpu;
    const ParameterValues& values = is_gpu ? spec_.gpu : is_cpu ? spec_.cpu : spec_.switch_tray;
    const double cap = is_gpu ? spec_.power.gpu(1.0) : is_cpu ? spec_.power.cpu(1.0) : spec_.power.switch_tray(1.0);
    const ComponentRef c = add(type_named("cold_plate"), name, count, values);
    set_default(c, "m_flow_nominal", cap * spec_.flow_per_power, values);
    set_default(c, "dp_nominal", (1.0 - spec_.manifold_share) * spec_.dp_nominal, values);
    connect(c, {{"inlet", supply_}, {"outlet", return_}, {"supply", bus_}});
    rack_.devices.push_back({kind, c, first_gpu, last_gpu, power_input_of(c)});
  }

  void add_rest(std::string_view name, int count, int first_gpu, int last_gpu) {
    const ComponentRef c = add(type_named("dc_load"), name, count, spec_.tray_rest);
    connect(c, {{"supply", bus_}, {"air", outside_.air}});
    rack_.devices.push_back({RackDevice::Kind::tray_rest, c, first_gpu, last_gpu, power_input_of(c)});
  }

  System& system_;
  const RackSpec& spec_;
  RackInstance& rack_;
  int region_;
  double multiplicity_;
  RackNodes outside_;
  int supply_ = -1, return_ = -1, bus_ = -1;
};

}  // namespace

RackInstance build_rack(System& system, const RackSpec& spec, Resolution resolution, const std::string& path,
                        int region, double multiplicity, const RackNodes& nodes, double T_start, double p_start) {
  RackInstance rack;
  rack.path = path;
  rack.spec = &spec;
  RackMesher(system, spec, rack, region, multiplicity, nodes).mesh(resolution, T_start, p_start);
  return rack;
}

}  // namespace wattloop
