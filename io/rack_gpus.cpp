#include "io/rack_gpus.h"

#include <algorithm>

#include "solver/pack.h"

namespace wattloop {

double RackGpus::hottest(const std::vector<double>& y) const {
  Pack hottest(-std::numeric_limits<double>::infinity());
  for (const auto& [begin, end] : dies)
    for (int u = begin; u < end; u += pack_size) {
      const Pack T_die = Pack::load(&y[u], std::min(pack_size, end - u));
      hottest = select(T_die > hottest, T_die, hottest);
    }
  double of_all = hottest[0];
  for (int lane = 1; lane < pack_size; ++lane) of_all = std::max(of_all, hottest[lane]);
  return of_all;
}

ComponentRef RackGpus::plate_at(double T_die, const std::vector<double>& y) const {
  std::size_t plate = 0;
  for (const auto& [begin, end] : dies)
    for (int u = begin; u < end; ++u, ++plate)
      if (y[u] == T_die) return plates[plate];
  return {};
}

RackGpus gpus_of(const System& system, const RackInstance& rack) {
  RackGpus gpus;
  for (const RackDevice& device : rack.devices) {
    if (device.kind != RackDevice::Kind::gpu) continue;
    const GroupBase& group = system.group(device.component.group);
    const int i = device.component.index, T_die = group.unknown(i, group.type().state_index("T_die"));
    if (gpus.plates.empty()) {
      const auto value = [&](const char* name) { return group.parameter(i, group.type().parameter_index(name)); };
      gpus.T_warn = value("T_warn"), gpus.T_throttle = value("T_throttle"), gpus.T_trip = value("T_trip");
      gpus.V_minimum = value("V_minimum");
    }
    gpus.plates.push_back(device.component);
    if (gpus.dies.empty() || gpus.dies.back().second != T_die) gpus.dies.emplace_back(T_die, T_die);
    ++gpus.dies.back().second;
  }
  return gpus;
}

double throttle_of(const System& system, ComponentRef plate, const std::vector<double>& y) {
  const GroupBase& plates = system.group(plate.group);
  std::vector<double> outputs(plates.type().outputs.size());
  plates.outputs(plate.index, y.data(), outputs.data());
  return outputs[plates.type().output_index("throttle")];
}

}  // namespace wattloop
