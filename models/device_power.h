#pragma once

namespace wattloop {

/// Electrical power of the devices of one rack, behind its power supplies, as a linear function of activity
/// (0 idle, 1 cap). Linear, so that the power of a mean activity is the mean power, exactly.
///
/// Defaults: GB300 NVL72. 72 GPU (1,400 W cap, 172-237 W idle: middle of public logs), 36 CPU (50-420 W, NVIDIA),
/// 9 switch trays (1.0-1.3 kW) and 18 compute trays with other parts (0.45-0.75 kW): the middle of each range at full
/// load, its low end at idle (assumption). Full load: 137.07 kW, idle: 33.66 kW.
struct DevicePower {
  double gpu_idle = 205.0;           // W
  double gpu_cap = 1400.0;           // W
  double cpu_idle = 50.0;            // W
  double cpu_cap = 420.0;            // W
  double switch_tray_idle = 1000.0;  // W
  double switch_tray_cap = 1150.0;   // W
  double tray_rest_idle = 450.0;     // W, NICs, DPU, drives, fans, regulators of one compute tray
  double tray_rest_cap = 600.0;      // W
  int gpus = 72;
  int cpus = 36;
  int switch_trays = 9;
  int compute_trays = 18;

  constexpr double gpu(double activity) const { return gpu_idle + activity * (gpu_cap - gpu_idle); }
  /// A CPU follows the mean activity of the GPUs of its tray.
  constexpr double cpu(double activity) const { return cpu_idle + activity * (cpu_cap - cpu_idle); }
  /// A switch tray follows the mean activity of the rack.
  constexpr double switch_tray(double activity) const {
    return switch_tray_idle + activity * (switch_tray_cap - switch_tray_idle);
  }
  /// The rest of a compute tray follows the mean activity of the GPUs of its tray.
  constexpr double tray_rest(double activity) const {
    return tray_rest_idle + activity * (tray_rest_cap - tray_rest_idle);
  }
  /// All devices of a rack at its mean activity.
  constexpr double rack(double activity) const {
    return gpus * gpu(activity) + cpus * cpu(activity) + switch_trays * switch_tray(activity) +
           compute_trays * tray_rest(activity);
  }
};

}  // namespace wattloop
