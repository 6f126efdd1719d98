#include "io/sizing/generator_load.h"

#include <algorithm>

#include "io/case_run.h"
#include "io/sizing/design_case.h"
#include "io/sizing/design_run.h"
#include "io/sizing/proof_tests.h"
#include "io/sizing/search_context.h"
#include "solver/errors.h"

namespace wattloop::sizing {

double generator_load(const Request& r, const Design& d, const std::string& case_text) {
  Settings settings = run_settings(restart_after_blackout(r, d));
  settings.emplace_back("weather", weather_text(hottest_hour(r)));
  double most = 0.0;
  try {
    Twin twin(design_case(r, case_text, settings), 1);
    CaseRun run(twin, false);
    run.start();
    const auto& groups = run.recorder().groups();
    const auto site = std::find_if(groups.begin(), groups.end(), [](const RecordGroup& g) { return g.name == "site"; });
    const auto P_grid = std::find_if(site->variables.begin(), site->variables.end(),
                                     [](const Variable& v) { return v.name == "P_grid"; });
    const auto group = static_cast<std::size_t>(site - groups.begin());
    const auto variable = static_cast<std::size_t>(P_grid - site->variables.begin());
    run.on_record([&](int series, double t, const CaseRun::Values& values) {
      if (series == 0 && t > event_time) most = std::max(most, values[group][variable]);
    });
    run.run(twin.description().run.duration);
    run.finish();
  } catch (const SolverError&) {
    return 0.0;
  }
  return most / d.loads.buildings;
}

}  // namespace wattloop::sizing
