#include "io/sizing/one_side.h"

#include <algorithm>

#include "io/case_run.h"
#include "io/sizing/design_run.h"
#include "io/sizing/proof_tests.h"
#include "io/sizing/search_context.h"
#include "solver/errors.h"

namespace wattloop::sizing {

namespace {

/// The largest loading of parts of a type whose paths end so.
double most_loaded(const std::vector<RecordGroup>& groups, const CaseRun::Values& values, const std::string& type,
                   const std::string& name) {
  double most = 0.0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].name != type) continue;
    const std::size_t n = groups[g].elements.size();
    for (std::size_t v = 0; v < groups[g].variables.size(); ++v) {
      if (groups[g].variables[v].name != "loading") continue;
      for (std::size_t i = 0; i < n; ++i)
        if (is_named(groups[g].elements[i], name)) most = std::max(most, values[g][v * n + i]);
    }
  }
  return most;
}

}  // namespace

void carry_one_side(Loads& loads, const Request& r, const Design& d, const std::string& case_text) {
  struct Carried {
    const char* type;
    const char* name;
    const Chosen<Item>& units;
    double& load;
    int running;  // spares of side A are out, those of the plant are not
    double most = 0.0;
  };
  Carried list[] = {{"transformer", "hv_transformer_a", d.hv_transformer, loads.S_hv, d.hv_transformer.duty},
                    {"transformer", "mech_transformer", d.mech_transformer, loads.S_mech, d.mech_transformer.installed},
                    {"transformer", "transformer_a", d.transformer, loads.S_transformer, d.transformer.duty},
                    {"ups", "ups_a", d.ups, loads.P_one_ups, d.ups.duty},
                    {"line", "busway_a", d.busway, loads.S_busway, d.busway.duty}};
  try {
    Twin twin(design_case(r, case_text, run_settings(loss_of_side_b("a side is lost", hottest_hour(r), d))), 1);
    CaseRun run(twin, false);
    run.start();
    run.on_record([&](int series, double, const CaseRun::Values& values) {
      if (series != 0) return;
      for (Carried& x : list) x.most = std::max(x.most, most_loaded(run.recorder().groups(), values, x.type, x.name));
    });
    run.run(twin.description().run.duration);
    run.finish();
  } catch (const SolverError&) {
    return;
  }
  for (const Carried& x : list) x.load = x.most * x.running * x.units.item.rating;
}

bool carries_one_side(const Request& r, const Design& d, const Loads& loads) {
  const auto carries = [&](const Chosen<Item>& units, double load, double limit) {
    return load * (1.0 + r.load_growth) <= limit * units.duty * units.item.rating;
  };
  return carries(d.hv_transformer, loads.S_hv, 1.0) &&
         carries(d.transformer, loads.S_transformer, r.limits.transformer_loading) &&
         carries(d.ups, loads.P_one_ups, r.limits.ups_loading) &&
         carries(d.busway, loads.S_busway, r.limits.busway_loading);
}

}  // namespace wattloop::sizing
