#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "io/errors.h"
#include "io/yaml_tree.h"

namespace wattloop {

/// Equipment by name, from the files *.yaml of some directories; each file maps names to parameters with their
/// `type`, `source` and `confidence`. A name of an earlier directory hides the same name of a later one.
class Catalog {
 public:
  Catalog() = default;
  explicit Catalog(const std::vector<std::filesystem::path>& directories);

  /// What the case sees: the directory in the environment variable WATTLOOP_CATALOG, `catalog` next to the case or one
  /// level above, the installed one (share/wattloop/catalog beside the program's bin), the one of the source tree.
  static Catalog for_case(const std::filesystem::path& case_file);

  const YamlNode* find(const std::string& name) const;
  std::vector<std::string> names() const;
  /// What is wrong with the files themselves.
  const std::vector<InputProblem>& problems() const { return problems_; }

 private:
  void read_directory(const std::filesystem::path& directory);
  void read_file(const std::string& path, std::map<std::string, YamlNode>& entries);

  std::map<std::string, YamlNode> entries_;
  std::vector<InputProblem> problems_;
};

}  // namespace wattloop
