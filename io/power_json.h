#pragma once
// Results of a power flow as JSON and as a summary to read.

#include <string>
#include <vector>

#include "meshes/fault_levels.h"
#include "meshes/power_variants.h"

namespace wattloop {

/// A branch taken out, or a row of a table of loads, with what came of it.
struct PowerVariants {
  std::vector<int> outages;  ///< branches; empty where the variants are rows of loads
  std::vector<PowerOutcome> outcomes;
};

/// {converged, iterations, buses, branches, slack, loss_mw, ...}: MW, Mvar, per unit, degrees; null for what is not
/// known. `contingencies`, `variants` or `faults` [{id, v_kv, i_k_ka, i_peak_ka}] are added where there are any.
std::string power_json(const PowerFlow& flow, const PowerFlow::Result& result, const PowerVariants& variants = {},
                       const std::vector<Fault>& faults = {});

/// Lines to read: how it ended, slack, losses, extremes, dead islands, limits.
std::string power_summary(const PowerFlow& flow, const PowerFlow::Result& result);
/// The worst of the variants, in lines to read.
std::string variants_summary(const PowerFlow& flow, const PowerVariants& variants);
/// The least and the greatest fault level of each base voltage, in lines to read.
std::string faults_summary(const PowerNetwork& network, const std::vector<Fault>& faults);

}  // namespace wattloop
