#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/errors.h"
#include "io/yaml_tree.h"

namespace wattloop {

/// A file that a case builds on.
struct BaseFile {
  std::string file, text;
};

/// A tree with `extends: FILE` at its top, read from `file`, becomes the tree of FILE with its own other keys as
/// changes, mapping by mapping: null takes a key away, lists and values are replaced (JSON Merge Patch, RFC 7396,
/// 2014). A value with its source replaces whole mappings. FILE is sought beside the file that names it and may itself
/// extend one. Keys keep the order of the base: racks are counted by it. Returns the files built on, the nearest first.
std::vector<BaseFile> apply_extends(YamlNode& root, const std::filesystem::path& file,
                                    std::vector<InputProblem>& problems);

/// A template of the tree with `extends: OTHER` becomes OTHER, another template, with its own other keys as changes, in
/// the same way. Throws InputError if that makes the tree too large.
void derive_templates(YamlNode& root, std::vector<InputProblem>& problems);

}  // namespace wattloop
