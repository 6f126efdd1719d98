#pragma once
// The case of a design, steady or through time.

#include <string>
#include <utility>
#include <vector>

#include "io/sizing/request.h"
#include "io/summary.h"

namespace wattloop::sizing {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// The case of a request's design with settings as `--set` takes them; it sees the catalogue of the request.
Case design_case(const Request& request, const std::string& text, const Settings& settings);
/// Its steady state at plant resolution. Throws SolverError.
Summary steady(const Request& request, const std::string& text, Settings settings);

/// Whether a path ends in `name`, numbers of copies apart: "building_1.block.cdu_1.pump" does in "cdu.pump".
bool is_named(const std::string& path, const std::string& name);
/// The values of the first component whose path ends in `name`: "cdu.pump" finds building_1.block.cdu_1.pump. Null if
/// there is none.
const std::map<std::string, double>* component(const Summary& summary, const std::string& name);
/// One of its values; `otherwise` where there is none.
double value_of(const Summary& summary, const std::string& name, const std::string& key, double otherwise = 0.0);

}  // namespace wattloop::sizing
