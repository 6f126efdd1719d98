// Which copies of a part are one that stands for all, at the resolution of a plant, or where asked for.

#include "meshes/network_builder.h"

namespace wattloop {

/// Collects what singles copies out: names in paths of signals, sequences and events, and parts that are staged.
void NetworkBuilder::find_told_apart() {
  const auto add_path = [&](const std::string& path) {
    for (std::size_t begin = 0; begin <= path.size(); begin = path.find('.', begin) + 1) {
      told_apart_.insert(path.substr(begin, path.find('.', begin) - begin));
      if (path.find('.', begin) == std::string::npos) break;
    }
  };
  const auto add_conditions = [&](const std::vector<Condition>& conditions) {
    for (const Condition& c : conditions) add_path(c.measure.path), add_path(c.minus.path);
  };
  const auto add_body = [&](const Template& body) {
    for (const Part& part : body.parts)
      for (const InputBinding& input : part.inputs) add_path(input.signal.path);
    for (const SequenceLine& line : body.sequences) {
      if (const auto* staging = std::get_if<StagingSpec>(&line.spec)) {
        staged_.insert(staging->unit);
        add_path(staging->measure.path);
        add_conditions(staging->only_while);
      } else if (const auto* threshold = std::get_if<ThresholdSpec>(&line.spec)) {
        add_path(threshold->measure.path);
        for (const std::string& path : threshold->write) add_path(path);
      } else if (const auto* noise = std::get_if<NoiseSpec>(&line.spec)) {
        for (const std::string& path : noise->write) add_path(path);
      } else if (const auto* modes = std::get_if<ModesSpec>(&line.spec)) {
        for (const Mode& mode : modes->modes) {
          for (const WrittenValue& written : mode.write) add_path(written.input);
          for (const ModeChange& change : mode.leave) add_conditions(change.when);
        }
      }
    }
  };
  for (const std::string& path : definition_.event_paths) add_path(path);
  add_body(definition_.site);
  for (const auto& [name, body] : definition_.templates) add_body(body);
}

/// Whether the copies of a part are one that stands for all: they are joined alike and nothing tells them apart.
bool NetworkBuilder::is_merged(const Part& part, const std::map<std::string, PortNodes>& joined) const {
  if (part.count == 1) return false;
  if (!definition_.merges_copies || definition_.resolution > Resolution::rack) {
    if (definition_.resolution > Resolution::block) return false;
    if (definition_.resolution == Resolution::block) return part.rack != nullptr;
  }
  if (staged_.count(part.name)) return false;
  const auto first = joined.find(copy_name(part, 0));
  for (int i = 0; i < part.count; ++i) {
    const std::string copy = copy_name(part, i);
    const auto nodes = joined.find(copy);
    if (told_apart_.count(copy) || (nodes == joined.end()) != (first == joined.end())) return false;
    if (nodes != joined.end() && nodes->second != first->second) return false;
  }
  return true;
}

/// Racks in one copy of a part.
int NetworkBuilder::racks_in(const Part& part, int depth) const {
  constexpr int deepest = 64;  // of templates in templates: a template that contains itself is reported elsewhere
  if (part.rack) return 1;
  const auto body = definition_.templates.find(part.template_name);
  if (part.type || body == definition_.templates.end() || depth > deepest) return 0;
  int racks = 0;
  for (const Part& inner : body->second.parts) racks += inner.count * racks_in(inner, depth + 1);
  return racks;
}

/// Whether the racks of each copy of a part have the workload of those of the first, counted from the next rack on.
bool NetworkBuilder::has_like_racks(const Part& part) const {
  if (!definition_.merges_copies || definition_.resolution != Resolution::rack) return true;
  const auto kind = [&](int rack) {
    return rack < static_cast<int>(definition_.rack_kinds.size()) ? definition_.rack_kinds[rack] : -1;
  };
  const int of_copy = racks_in(part);
  for (int rack = of_copy; rack < part.count * of_copy; ++rack)
    if (kind(racks_ + rack) != kind(racks_ + rack % of_copy)) return false;
  return true;
}

}  // namespace wattloop
