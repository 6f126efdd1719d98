#pragma once
// One parameter set of a rack, meshed at four resolutions.

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "models/device_power.h"
#include "solver/system.h"

namespace wattloop {

/// How finely racks are meshed.
///   plant: as block, and copies of any part are one that stands for all, where nothing tells them apart
///   block: the racks of one line of the case are one rack that stands for all of them
///   rack:  every rack is itself; its GPUs are one cold plate that stands for all of them
///   tray:  one cold plate a tray, standing for the GPUs of that tray
///   gpu:   every GPU has its own cold plate
enum class Resolution { plant, block, rack, tray, gpu };

/// Parameters of a component by their place in its table.
using ParameterValues = std::vector<std::pair<int, double>>;

/// A liquid-cooled rack. Nominal flows of the cold plates follow from `flow_per_power` and the devices' power at full
/// load, pressure drops from `dp_nominal`, unless they are given.
struct RackSpec {
  DevicePower power;
  double flow_per_power = 2.19e-5;  // kg/(s W) of liquid heat
  double dp_nominal = 150e3;        // Pa, between the couplings at nominal flow
  double manifold_share = 0.3;      // of dp_nominal, in manifolds and couplings
  ParameterValues gpu, cpu, switch_tray, manifold, shelf, tray_rest;

  /// Power of all liquid-cooled devices at full load, W.
  double liquid_power() const;
  double m_flow_nominal() const { return liquid_power() * flow_per_power; }
};

/// The devices of a kind that one component stands for.
struct RackDevice {
  enum class Kind { gpu, cpu, switch_tray, tray_rest };
  Kind kind;
  ComponentRef component;
  int first_gpu = 0, last_gpu = 0;  ///< the GPUs whose mean activity it follows: [first, last)
  int power_input = -1;             ///< which of its across-values asks for power
};

/// A rack in the expanded network; at block and plant resolution it stands for several equal ones.
struct RackInstance {
  std::string path;
  int instance = -1;
  std::vector<int> numbers;  ///< of the racks it stands for, among all racks of the case
  const RackSpec* spec = nullptr;
  int racks() const { return static_cast<int>(numbers.size()); }
  ComponentRef shelf, supply, back;
  std::array<double, 2> V_feed{1.0, 1.0};  ///< V, nominal, of feed_a and feed_b
  std::vector<RackDevice> devices;
};

/// The nodes a rack is joined to.
struct RackNodes {
  int inlet, outlet, feed_a, feed_b, air;
};

/// Adds a rack to a System that is being set up.
RackInstance build_rack(System& system, const RackSpec& spec, Resolution resolution, const std::string& path,
                        int region, double multiplicity, const RackNodes& nodes, double T_start, double p_start);

}  // namespace wattloop
