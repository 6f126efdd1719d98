#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/catalog.h"
#include "io/errors.h"
#include "io/extends.h"
#include "io/reader.h"
#include "io/yaml_tree.h"

namespace wattloop {

/// An input file with the position of everything in it.
///
///   Document document = Document::parse_file("case.yaml");
///   document.set("weather", "record_day");
///   Reader reader = document.read(Catalog::for_case("case.yaml"));
///   ... read ...
///   document.throw_if_problems();
///
/// A mapping with `use: name` takes the keys of the catalogue entry `name` as defaults under its own, mapping by
/// mapping; a value of its own replaces one that carries a source. What comes from the catalogue is reported there.
/// A file with `extends: FILE` holds changes to that file (see apply_extends), a template with `extends: NAME` changes
/// to that template (see derive_templates).
class Document {
 public:
  /// Throw InputError if there is no tree to read (see parse_yaml). An empty text is an empty mapping.
  static Document parse_file(const std::filesystem::path& path);
  static Document parse_text(std::string text, std::string file);

  /// As it was read, for another set of overrides: reading a file is worth more than copying its tree.
  Document copy() const;

  /// Replaces the value at `path` ("racks[3].power") by `value`, or adds the last key of `path` to a mapping that is
  /// there. Takes effect in `read`, over what the catalogue gives.
  void set(std::string path, std::string value) { overrides_.emplace_back(std::move(path), std::move(value)); }

  /// Applies the overrides and the catalogue, once, and returns the reader of the whole document.
  Reader read(const Catalog& catalog = {});

  const std::string& text() const { return text_; }
  /// The files built on, the nearest first.
  const std::vector<BaseFile>& bases() const { return bases_; }
  const std::vector<SourceNote>& sources() const { return log_->sources; }

  /// Adds a problem found after reading.
  void report(InputProblem problem) { log_->problems.push_back(std::move(problem)); }
  /// Everything found so far, each once, in the order of the lines.
  std::vector<InputProblem> problems() const;
  void throw_if_problems() const;

 private:
  std::string text_;
  std::vector<BaseFile> bases_;
  std::unique_ptr<YamlNode> root_;
  std::vector<std::pair<std::string, std::string>> overrides_;
  std::shared_ptr<ReadLog> log_ = std::make_shared<ReadLog>();
};

}  // namespace wattloop
