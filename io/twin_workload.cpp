// What the workload asks of each device of a Twin.

#include <algorithm>
#include <numeric>
#include <utility>

#include "io/case_checks.h"
#include "io/connection.h"
#include "io/twin.h"

namespace wattloop {

namespace {

double device_power(const DevicePower& power, RackDevice::Kind kind, double activity) {
  switch (kind) {
    case RackDevice::Kind::gpu:
      return power.gpu(activity);
    case RackDevice::Kind::cpu:
      return power.cpu(activity);
    case RackDevice::Kind::switch_tray:
      return power.switch_tray(activity);
    case RackDevice::Kind::tray_rest:
      return power.tray_rest(activity);
  }
  return 0.0;
}

}  // namespace

void Twin::bind_workload() {
  if (network_->racks().empty()) return;
  const RackInstance& first = network_->racks().front();
  const ComponentType& shelf = system().group(first.shelf.group).type();
  switch_across_ = shelf.across_offset(shelf.port_index("on"));
  for (const RackInstance& rack : network_->racks()) rack_gpus_.push_back(gpus_of(system(), rack));
  if (!case_.workload) case_.workload.emplace();
  WorkloadSpec& spec = *case_.workload;
  spec.racks = 0;
  for (const RackInstance& rack : network_->racks()) spec.racks += rack.racks();
  spec.gpus_per_rack = network_->racks().front().spec->power.gpus;
  spec.power = network_->racks().front().spec->power;
  if (spec.jobs.empty()) {
    JobSpec full;
    full.name = "full load";
    full.racks = {{0, spec.racks - 1}};
    full.kind = ConstantSpec{1.0};
    spec.jobs.push_back(full);
  }
  try {
    workload_.emplace(spec);
  } catch (const WorkloadError& error) {
    throw workload_error(case_, error);
  }
  if (case_.connection && case_.connection->smoothing_step > 0.0) {
    const SmoothingVariant& in_use = case_.connection->smoothing.front();
    smoothing_.emplace(in_use.gpu, case_.connection->smoothing_step, in_use.racks, workload_->racks());
  }
}

double Twin::mean_activity(const RackInstance& rack, double t0, double t1) const {
  const NetworkDefinition& network = case_.network;
  if (network.merges_copies && network.resolution == Resolution::rack)  // they are alike
    return workload_->mean_rack(rack.numbers.front(), t0, t1);
  double sum = 0.0;
  for (int number : rack.numbers) sum += workload_->mean_rack(number, t0, t1);
  return sum / rack.racks();
}

/// W by which smoothing moves the power of each GPU of a rack, mean over [t0, t1].
double Twin::smoothed(const RackInstance& rack, double t0, double t1) {
  if (!smoothing_) return 0.0;
  double sum = 0.0;
  for (const int number : rack.numbers) sum += smoothing_->advance(number, rack.spec->power, *workload_, t0, t1);
  return sum / rack.racks();
}

/// Whether that is new.
bool Twin::write_power(const RackInstance& rack, const RackDevice& device, double activity, double more_by_gpu) {
  GroupBase& group = system().group(device.component.group);
  double power = device_power(rack.spec->power, device.kind, activity);
  if (device.kind == RackDevice::Kind::gpu) power += more_by_gpu;
  return std::exchange(group.held(device.component.index, device.power_input), power) != power;
}

bool Twin::apply_activity(const RackInstance& rack, double activity) {
  bool changed = false;
  for (const RackDevice& device : rack.devices) changed |= write_power(rack, device, activity);
  return changed;
}

bool Twin::apply_workload(double t0, double t1) {
  if (!workload_) return false;
  const auto& racks = network_->racks();
  std::vector<char> changed(racks.size(), 0);
  system().pool().parallel_for(static_cast<int>(racks.size()), 8, [&](int begin, int end) {
    std::vector<double> gpus(workload_->gpus_per_rack());
    for (int i = begin; i < end; ++i) {
      const RackInstance& rack = racks[i];
      const bool by_gpu = case_.network.resolution > Resolution::rack;
      const double mean = mean_activity(rack, t0, t1), more_by_gpu = smoothed(rack, t0, t1);
      if (by_gpu) workload_->mean_gpus(rack.numbers.front(), t0, t1, gpus);
      for (const RackDevice& device : rack.devices) {
        double activity = mean;
        if (by_gpu && device.kind != RackDevice::Kind::switch_tray)
          activity = std::accumulate(gpus.begin() + device.first_gpu, gpus.begin() + device.last_gpu, 0.0) /
                     (device.last_gpu - device.first_gpu);
        if (write_power(rack, device, activity, more_by_gpu)) changed[i] = 1;
      }
    }
  });
  return std::any_of(changed.begin(), changed.end(), [](char c) { return c != 0; });
}

}  // namespace wattloop
