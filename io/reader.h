#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/errors.h"
#include "io/yaml_tree.h"
#include "solver/fields.h"

namespace wattloop {

/// Where a value comes from: V published by the vendor or an authority, T third party, D derived, A assumption.
struct SourceNote {
  std::string path, value, source, confidence;
};

/// What reading a document leaves behind besides the values.
struct ReadLog {
  std::vector<InputProblem> problems;
  std::vector<SourceNote> sources;
};

/// A cursor on one value of a document. What is wrong is collected, never thrown: a read that fails returns its default
/// or an empty value (NaN, 0, no text) so that reading goes on and finds the rest; Document::throw_if_problems ends it.
///
/// Every key asked for is a known key. When all of a mapping is read, `finish` reports the others.
/// A reader is valid as long as its document.
class Reader {
 public:
  Reader(const YamlNode* node, std::string path, std::shared_ptr<ReadLog> log)
      : node_(node), path_(std::move(path)), log_(std::move(log)) {}
  Reader(const Reader&) = delete;  // two copies would each miss what the other one asks for
  Reader& operator=(const Reader&) = delete;
  Reader(Reader&&) = default;
  Reader& operator=(Reader&&) = default;

  const std::string& path() const { return path_; }
  bool has(std::string_view key);
  bool is_mapping() const { return node_ != nullptr && node_->kind == YamlNode::Kind::mapping; }
  bool is_list() const { return node_ != nullptr && node_->kind == YamlNode::Kind::list; }

  /// The value of a required key. If it is missing, that is reported once and the reader returned stays silent.
  Reader child(std::string_view key);
  /// The items of the list at a required key; empty where it is missing.
  std::vector<Reader> items(std::string_view key);
  /// The items of this list.
  std::vector<Reader> items();
  /// All keys of this mapping with their values: for keys that are names.
  std::vector<std::pair<std::string, Reader>> entries();

  std::string text(std::string_view key, std::optional<std::string> default_value = {});
  long integer(std::string_view key, long min, long max, std::optional<long> default_value = {});
  bool boolean(std::string_view key, std::optional<bool> default_value = {});
  std::string choice(std::string_view key, const std::vector<std::string>& allowed,
                     std::optional<std::string> default_value = {});
  /// In `unit`, within `range` (in `unit`); a default of NaN means required. The value is written "488 kW/K" or
  /// {value: 488 kW/K, source: ..., confidence: V|T|D|A}.
  double quantity(std::string_view key, std::string_view unit, Range range = any_value,
                  double default_value = required);
  std::vector<double> quantities(std::string_view key, std::string_view unit, Range range = any_value);
  std::vector<std::string> texts(std::string_view key);

  /// This value itself.
  std::string as_text();
  /// As YAML on one line, whatever it is.
  std::string as_yaml() const { return node_ != nullptr ? flow_text(*node_) : std::string(); }
  double as_quantity(std::string_view unit, Range range = any_value);

  /// Reports each key of this mapping that was not asked for, with the nearest known one.
  void finish();

  /// Reports a problem at this value, or at the one of its keys named `key`.
  void report(std::string what, std::string got = {}, std::string allowed = {}, std::string_view key = {});
  /// Reports what is wrong with a file that the value at `key` names: each problem at its line of that file, those of
  /// the file as a whole at the key.
  void report_file(const InputError& error, std::string_view key = {});
  /// Where the value of each key of this mapping stands; `got` is the key. Asking for places is not reading.
  std::vector<InputProblem> places() const;
  /// The same problem, to be reported later: what a reader finds out when everything is read.
  InputProblem problem(std::string what, std::string got = {}, std::string allowed = {},
                       std::string_view key = {}) const;

 private:
  /// Remembers that the key means something here.
  void ask(std::string_view key);
  /// The value of `key` or null; reports it missing if it is required.
  const YamlNode* find(std::string_view key, bool is_required, const std::string& allowed);
  Reader at(const YamlNode* node, std::string_view key) const;
  std::string key_path(std::string_view key) const;
  /// The text of this value or null, reported.
  const std::string* scalar(const std::string& allowed);

  const YamlNode* node_;
  std::string path_;
  std::shared_ptr<ReadLog> log_;
  std::vector<std::string> asked_;
};

}  // namespace wattloop
