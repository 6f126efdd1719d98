#include "io/sizing/design_run.h"

#include <algorithm>

namespace wattloop::sizing {

namespace {

/// "building_1.block.cdu_1.pump" as "building.block.cdu.pump".
std::string without_numbers(const std::string& path) {
  std::string plain;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    std::string step = path.substr(begin, end - begin);
    const std::size_t line = step.rfind('_');
    const bool is_numbered = line != std::string::npos && line + 1 < step.size() &&
                             std::all_of(step.begin() + static_cast<long>(line) + 1, step.end(), ::isdigit);
    if (is_numbered && step.find("_type_") == std::string::npos) step.resize(line);
    plain += (plain.empty() ? "" : ".") + step;
    begin = end + 1;
  }
  return plain;
}

}  // namespace

bool is_named(const std::string& numbered, const std::string& name) {
  const std::string path = without_numbers(numbered);
  if (path == name) return true;
  return path.size() > name.size() && path.ends_with(name) && path[path.size() - name.size() - 1] == '.';
}

Case design_case(const Request& request, const std::string& text, const Settings& settings) {
  const std::string file = "designed.yaml";
  Document document = Document::parse_text(text, file);
  for (const auto& [path, value] : settings) document.set(path, value);
  Case description = read_case(std::move(document), file, *request.entries);
  description.overrides = settings;
  return description;
}

Summary steady(const Request& request, const std::string& text, Settings settings) {
  settings.insert(settings.begin(), {"run.resolution", "plant"});
  Twin twin(design_case(request, text, settings), 1);
  const SteadyStateResult result = twin.steady_state();
  return summarise_steady(twin, result.y);
}

const std::map<std::string, double>* component(const Summary& summary, const std::string& name) {
  for (const auto& [path, values] : summary.components)
    if (is_named(path, name)) return &values;
  return nullptr;
}

double value_of(const Summary& summary, const std::string& name, const std::string& key, double otherwise) {
  const auto* values = component(summary, name);
  if (values == nullptr) return otherwise;
  const auto found = values->find(key);
  return found == values->end() ? otherwise : found->second;
}

}  // namespace wattloop::sizing
