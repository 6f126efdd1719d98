#pragma once

#include <cstddef>
#include <string>

namespace wattloop {

/// Writes run.xmf, run_xdmf3.xmf and run_view.py beside run.h5 (of whatever name: x.h5 gives x.xmf and so on). run.xmf
/// opens in ParaView 5.11 with the "XDMF Reader", run_xdmf3.xmf with the "Xdmf3 Reader", as the site in 3-D over time:
/// one block a placed record group, its variables as cell data named with their unit, e.g. "T_die_max [K]", NaN where a
/// rack is off. They hold no data: every array is a slab of run.h5, which the two readers want written in two ways.
/// Runs of more than `max_times` records appear with that many of them, evenly chosen, because XDMF spells out every
/// slab. run_view.py is a script for ParaView that opens run.xmf as a finished view. The file may be of a run that was
/// killed. Throws std::runtime_error if a file cannot be read or written.
void write_xdmf(const std::string& run_file, size_t max_times = 289);

}  // namespace wattloop
