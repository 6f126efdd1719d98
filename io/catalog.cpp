#include "io/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace wattloop {

Catalog::Catalog(const std::vector<std::filesystem::path>& directories) {
  for (const std::filesystem::path& directory : directories) read_directory(directory);
}

Catalog Catalog::for_case(const std::filesystem::path& case_file) {
  std::vector<std::filesystem::path> candidates;
  const std::filesystem::path beside = case_file.parent_path();
  candidates.push_back(beside / "catalog");
  candidates.push_back(beside / ".." / "catalog");
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  candidates.push_back(program.parent_path() / ".." / "share" / "wattloop" / "catalog");
#ifdef WATTLOOP_CATALOG_DIR
  candidates.emplace_back(WATTLOOP_CATALOG_DIR);
#endif
  std::erase_if(candidates, [&](const auto& path) { return !std::filesystem::is_directory(path, error); });
  if (const char* named = std::getenv("WATTLOOP_CATALOG")) candidates.insert(candidates.begin(), named);
  return Catalog(candidates);
}

void Catalog::read_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator file(directory, error), end; !error && file != end; file.increment(error)) {
    if (file->path().extension() == ".yaml") files.push_back(file->path().lexically_normal().string());
  }
  if (error) {
    const Position place{std::make_shared<const std::string>(directory.string())};
    problems_.push_back(problem_at(place, "", "the catalogue cannot be read", error.message()));
  }
  std::sort(files.begin(), files.end());
  std::map<std::string, YamlNode> entries;
  for (const std::string& path : files) {
    try {
      read_file(path, entries);
    } catch (const InputError& file_error) {
      problems_.insert(problems_.end(), file_error.problems().begin(), file_error.problems().end());
    }
  }
  entries_.merge(entries);
}

void Catalog::read_file(const std::string& path, std::map<std::string, YamlNode>& entries) {
  YamlNode file = parse_yaml(read_text_file(path), path, problems_);
  if (file.kind == YamlNode::Kind::null) return;
  if (file.kind != YamlNode::Kind::mapping) {
    problems_.push_back(problem_at(file.position, "", "not a catalogue", "", "a mapping of names to parameters"));
  }
  for (YamlEntry& entry : file.entries) {
    if (entry.value.kind != YamlNode::Kind::mapping) {
      problems_.push_back(problem_at(entry.position, entry.key, "not a catalogue entry", "", "a mapping"));
      continue;
    }
    const auto [first, is_new] = entries.emplace(entry.key, entry.value);
    if (is_new) continue;
    const Position& other = first->second.position;
    problems_.push_back(problem_at(entry.position, "", "duplicate name", entry.key,
                                   fmt::format("once (first in {}:{})", *other.file, other.line)));
  }
}

const YamlNode* Catalog::find(const std::string& name) const {
  const auto entry = entries_.find(name);
  return entry != entries_.end() ? &entry->second : nullptr;
}

std::vector<std::string> Catalog::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

}  // namespace wattloop
