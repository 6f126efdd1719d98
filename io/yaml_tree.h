#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/errors.h"

namespace wattloop {

/// Where something stands in an input file, line and column from 1; line 0 means the whole file.
struct Position {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;
};

struct YamlEntry;

/// A YAML value with its position. Aliases are expanded and tags are ignored.
struct YamlNode {
  enum class Kind { null, scalar, list, mapping };
  Kind kind = Kind::null;
  Position position;
  std::string text;                ///< of a scalar
  std::vector<YamlEntry> entries;  ///< of a mapping in the order written, or of a list (with empty keys)

  const YamlEntry* find(std::string_view key) const;
  YamlEntry* find(std::string_view key);
};

/// A key, where it stands, and its value.
struct YamlEntry {
  std::string key;
  Position position;
  YamlNode value;
};

/// The text is refused beyond these, so that hostile input costs neither stack nor memory.
struct YamlLimits {
  static constexpr size_t bytes = 16u << 20;
  static constexpr size_t depth = 64;
  static constexpr size_t nodes = 1'000'000;  ///< after the expansion of aliases and catalogue entries
};

/// Number of nodes and levels of a tree.
struct YamlSize {
  size_t nodes = 0;
  size_t depth = 0;
};
YamlSize size_of(const YamlNode& node);

/// A tree as YAML on one line, which reads as the same tree.
std::string flow_text(const YamlNode& node);

/// A problem at `position`.
InputProblem problem_at(const Position& position, std::string path, std::string what, std::string got = {},
                        std::string allowed = {});

/// Reads one YAML document. What leaves the tree readable (a key given twice: the first counts) is added to `problems`.
/// Throws InputError if there is no tree: too large, not UTF-8, tabs as indentation, too deeply nested, not YAML.
YamlNode parse_yaml(std::string_view text, std::string file, std::vector<InputProblem>& problems);

/// The bytes of a file, at most one more than YamlLimits::bytes. Throws InputError if it cannot be read.
std::string read_text_file(const std::string& path);

}  // namespace wattloop
