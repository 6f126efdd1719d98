#pragma once

#include <cstddef>
#include <string>

namespace wattloop {

/// Writes run.xmf and run_view.py beside run.h5 (of whatever name: x.h5 gives x.xmf and x_view.py). run.xmf opens in
/// ParaView 5.11 ("XDMF Reader"; "Xdmf3 Reader" shows the shapes without data, as it does not read slabs of an array)
/// as the site in 3-D over time: one block a placed record group, its variables as cell data named with their unit,
/// e.g. "T_die_max [K]", NaN where a rack is off. It holds no data: every array is a slab of run.h5. Runs of more than
/// `max_times` records appear with that many of them, evenly chosen, because XDMF spells out every slab. run_view.py is
/// a script for ParaView that opens run.xmf as a finished view. The file may be of a run that was killed. Throws
/// std::runtime_error if a file cannot be read or written.
void write_xdmf(const std::string& run_file, size_t max_times = 289);

}  // namespace wattloop
