#pragma once
// What MATPOWER's tables have no columns for, in a small YAML file beside the case; and tables of loads.

#include <string>
#include <vector>

#include "meshes/power_network.h"

namespace wattloop {

/// Voltage-dependent loads and transformers that hold a voltage:
///
///   loads:
///     - {bus: all, impedance: 30 %, current: 20 %}       # the rest is constant power; later lines win
///   taps:
///     - {from: 4, to: 7, holds: 7, voltage: 1.02, step: 1.25 %, lowest: 0.9, highest: 1.1}
///
/// and what feeds short circuits:
///
///   sources:
///     - {bus: 1, short_circuit_power: 3 GVA, x_over_r: 15}
///
/// Throws InputError with every problem.
void read_power_options(const std::string& file, PowerNetwork& network);

/// A table of loads: one variant a line. Columns: `scale` (times all loads), p_ID and q_ID (MW and Mvar of bus ID, not
/// scaled). Returns demands[variant][bus] per unit. Throws InputError with every problem.
std::vector<std::vector<Phasor<double>>> read_load_table(const std::string& file, const PowerNetwork& network);

}  // namespace wattloop
