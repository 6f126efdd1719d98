#include "io/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "io/nearest.h"

namespace wattloop {
namespace {

constexpr std::string_view set_file = "--set";
constexpr const char* unknown_entry = "unknown catalogue entry";

/// "racks[3].power" as "racks", "[3]", "power".
std::vector<std::string> steps_of(std::string_view path) {
  std::vector<std::string> steps(1);
  for (const char c : path) {
    if (c == '.' || c == '[') steps.emplace_back();
    if (c != '.') steps.back() += c;
  }
  return steps;
}

/// The item "[3]" of a list or the key of a mapping, null if there is none.
YamlNode* step_into(YamlNode& node, const std::string& step) {
  if (!step.starts_with('[')) {
    YamlEntry* entry = node.find(step);
    return entry != nullptr ? &entry->value : nullptr;
  }
  size_t index = 0;
  const char* const end = step.data() + step.size();
  const auto [rest, error] = std::from_chars(step.data() + 1, end, index);
  const bool valid = error == std::errc() && std::string_view(rest, static_cast<size_t>(end - rest)) == "]";
  const bool inside = node.kind == YamlNode::Kind::list && index < node.entries.size();
  return valid && inside ? &node.entries[index].value : nullptr;
}

/// What could stand where `step` does not exist.
std::string steps_allowed(const YamlNode& node, const std::string& step) {
  if (node.kind == YamlNode::Kind::list) {
    return node.entries.empty() ? "nothing: the list is empty" : fmt::format("[0] to [{}]", node.entries.size() - 1);
  }
  std::vector<std::string> keys;
  for (const YamlEntry& entry : node.entries) keys.push_back(entry.key);
  return suggestion(step, keys);
}

void set_position(YamlNode& node, const Position& position) {
  node.position = position;
  for (YamlEntry& entry : node.entries) {
    entry.position = position;
    set_position(entry.value, position);
  }
}

/// Sets the value at `path`, null taking its key away, or returns why that path is unknown.
std::optional<InputProblem> set_value(YamlNode& root, const std::string& path, const YamlNode& value) {
  const std::vector<std::string> steps = steps_of(path);
  YamlNode* node = &root;
  for (size_t i = 0; i < steps.size(); ++i) {
    YamlNode* next = step_into(*node, steps[i]);
    const bool is_key = i + 1 == steps.size() && node->kind == YamlNode::Kind::mapping;
    const bool takes_away = is_key && value.kind == YamlNode::Kind::null;
    if (takes_away && next != nullptr) {
      node->entries.erase(node->entries.begin() + (node->find(steps[i]) - node->entries.data()));
      return std::nullopt;
    }
    const bool new_key = next == nullptr && is_key && !takes_away && !steps[i].empty() && !steps[i].starts_with('[');
    if (new_key) next = &node->entries.emplace_back(YamlEntry{steps[i], value.position, {}}).value;
    if (next == nullptr) {
      return problem_at(value.position, path, "unknown path", steps[i], steps_allowed(*node, steps[i]));
    }
    node = next;
  }
  *node = value;
  return std::nullopt;
}

/// Keys of `defaults` that `node` lacks are added to it, mapping by mapping.
void merge_defaults(YamlNode& node, const YamlNode& defaults) {
  for (const YamlEntry& entry : defaults.entries) {
    YamlEntry* own = node.find(entry.key);
    if (own == nullptr) {
      node.entries.push_back(entry);
    } else if (own->value.kind == YamlNode::Kind::mapping && entry.value.kind == YamlNode::Kind::mapping &&
               own->value.find("value") == nullptr) {
      merge_defaults(own->value, entry.value);
    }
  }
}

/// Replaces each `use: name` of a tree by the catalogue entry it names.
class CatalogExpansion {
 public:
  CatalogExpansion(const Catalog& catalog, std::shared_ptr<ReadLog> log) : catalog_(catalog), log_(std::move(log)) {}

  /// `chain`: the names of the entries that `node` is part of.
  void expand(YamlNode& node, const std::string& path, std::vector<std::string>& chain) {
    for (size_t i = 0; i < node.entries.size(); ++i) {
      YamlEntry& entry = node.entries[i];
      const bool is_item = node.kind == YamlNode::Kind::list;
      const std::string name = is_item ? fmt::format("[{}]", i) : (path.empty() ? "" : ".") + entry.key;
      expand(entry.value, path + name, chain);
    }
    const YamlEntry* use = node.find("use");
    if (use == nullptr) return;
    const YamlNode name = use->value;
    node.entries.erase(node.entries.begin() + (use - node.entries.data()));
    if (const YamlNode* entry = find(name, path, chain)) merge_entry(node, *entry, name.text, path, chain);
  }

 private:
  const YamlNode* find(const YamlNode& name, const std::string& path, const std::vector<std::string>& chain) {
    const auto report = [&](const char* what, std::string got, std::string allowed) {
      log_->problems.push_back(problem_at(name.position, path, what, std::move(got), std::move(allowed)));
    };
    const YamlNode* entry = catalog_.find(name.text);
    if (entry == nullptr) {
      report(unknown_entry, name.text, suggestion(name.text, catalog_.names()));
    } else if (std::find(chain.begin(), chain.end(), name.text) != chain.end()) {
      report("catalogue entry uses itself", fmt::format("{} -> {}", fmt::join(chain, " -> "), name.text), "");
      entry = nullptr;
    } else if (chain.size() >= YamlLimits::depth) {
      report("nested too deeply", "", fmt::format("{} catalogue entries", YamlLimits::depth));
      entry = nullptr;
    }
    return entry;
  }

  void merge_entry(YamlNode& node, YamlNode entry, const std::string& name, const std::string& path,
                   std::vector<std::string>& chain) {
    chain.push_back(name);
    expand(entry, path, chain);
    chain.pop_back();
    nodes_ += size_of(entry).nodes;
    if (nodes_ > YamlLimits::nodes) {
      throw InputError({problem_at(node.position, path, "too large", "", fmt::format("{} values", YamlLimits::nodes))});
    }
    Reader reader(&entry, path, log_);
    if (reader.has("source") || reader.has("confidence")) {
      log_->sources.push_back({path, name, reader.text("source"), reader.choice("confidence", {"V", "T", "D", "A"})});
    }
    std::erase_if(entry.entries, [](const YamlEntry& e) { return e.key == "source" || e.key == "confidence"; });
    merge_defaults(node, entry);
  }

  const Catalog& catalog_;
  std::shared_ptr<ReadLog> log_;
  size_t nodes_ = 0;
};

/// A required key that is there under a name near to its own is one problem, that of the unknown key; so is one that an
/// unknown catalogue entry would have brought.
void drop_consequences(std::vector<InputProblem>& problems) {
  std::set<std::string> meant;       // paths
  std::vector<std::string> emptied;  // paths of mappings, each with its dot
  for (const InputProblem& p : problems) {
    if (p.what == "unknown key") meant.insert(p.path.substr(0, p.path.size() - p.got.size()) + p.allowed);
    if (p.what == unknown_entry) emptied.push_back(p.path + ".");
  }
  std::erase_if(problems, [&](const InputProblem& p) {
    const auto holds = [&](const std::string& mapping) { return p.path.starts_with(mapping); };
    return p.what == "required key is missing" &&
           (meant.contains(p.path) || std::any_of(emptied.begin(), emptied.end(), holds));
  });
}

}  // namespace

Document Document::parse_file(const std::filesystem::path& path) {
  return parse_text(read_text_file(path.string()), path.string());
}

Document Document::parse_text(std::string text, std::string file) {
  Document document;
  document.root_ = std::make_unique<YamlNode>(parse_yaml(text, file, document.log_->problems));
  document.text_ = std::move(text);
  YamlNode& root = *document.root_;
  if (root.kind == YamlNode::Kind::null) {
    root.kind = YamlNode::Kind::mapping;
    root.position = {std::make_shared<const std::string>(file), 1, 1};
  }
  document.bases_ = apply_extends(root, file, document.log_->problems);
  return document;
}

Document Document::copy() const {
  Document other;
  other.text_ = text_;
  other.bases_ = bases_;
  other.root_ = std::make_unique<YamlNode>(*root_);
  other.overrides_ = overrides_;
  *other.log_ = *log_;
  return other;
}

Reader Document::read(const Catalog& catalog) {
  const Position place{std::make_shared<const std::string>(set_file)};
  std::vector<std::pair<std::string, YamlNode>> within_catalog;  // paths that the catalogue may bring
  for (const auto& [path, text] : overrides_) {
    try {
      YamlNode value = parse_yaml(text, *place.file, log_->problems);
      set_position(value, place);
      if (set_value(*root_, path, value)) within_catalog.emplace_back(path, std::move(value));
    } catch (const InputError& error) {
      for (const InputProblem& p : error.problems()) report(problem_at(place, path, p.what, text, p.allowed));
    }
  }
  overrides_.clear();
  derive_templates(*root_, log_->problems);
  log_->problems.insert(log_->problems.end(), catalog.problems().begin(), catalog.problems().end());
  std::vector<std::string> chain;
  CatalogExpansion(catalog, log_).expand(*root_, "", chain);
  for (const auto& [path, value] : within_catalog) {
    if (const std::optional<InputProblem> problem = set_value(*root_, path, value)) report(*problem);
  }
  return {root_.get(), "", log_};
}

std::vector<InputProblem> Document::problems() const {
  std::vector<InputProblem> problems = log_->problems;
  drop_consequences(problems);
  const auto place = [](const InputProblem& p) { return std::tie(p.file, p.line, p.column); };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const InputProblem& a, const InputProblem& b) { return place(a) < place(b); });
  const auto same = [](const InputProblem& a, const InputProblem& b) { return to_string(a) == to_string(b); };
  problems.erase(std::unique(problems.begin(), problems.end(), same), problems.end());
  return problems;
}

void Document::throw_if_problems() const {
  if (std::vector<InputProblem> found = problems(); !found.empty()) throw InputError(std::move(found));
}

}  // namespace wattloop
