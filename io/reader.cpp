#include "io/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "io/nearest.h"
#include "io/units.h"

namespace wattloop {
namespace {

const std::string any_text = "a text";

/// "10 degC to 60 degC" in the unit the value was written in.
std::string describe_range(Range range, std::string_view unit, std::string_view shown_unit) {
  const auto show = [&](double bound) {
    const double shown = convert(bound, unit, shown_unit);
    return shown_unit == "1" ? fmt::format("{:.6g}", shown) : fmt::format("{:.6g} {}", shown, shown_unit);
  };
  const bool low = std::isfinite(range.min), high = std::isfinite(range.max);
  if (low && high) return show(range.min) + " to " + show(range.max);
  if (high) return "at most " + show(range.max);
  return range.min == positive.min ? "more than " + show(0.0) : "at least " + show(range.min);
}

std::string kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a single value";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "";
}

}  // namespace

std::string Reader::key_path(std::string_view key) const {
  if (key.empty()) return path_;
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

Reader Reader::at(const YamlNode* node, std::string_view key) const {
  return {node, key_path(key), log_};
}

InputProblem Reader::problem(std::string what, std::string got, std::string allowed, std::string_view key) const {
  const YamlEntry* entry = node_ != nullptr && !key.empty() ? node_->find(key) : nullptr;
  const YamlNode* place = entry != nullptr ? &entry->value : node_;
  return problem_at(place != nullptr ? place->position : Position{}, key_path(key), std::move(what), std::move(got),
                    std::move(allowed));
}

void Reader::report(std::string what, std::string got, std::string allowed, std::string_view key) {
  if (node_ != nullptr) log_->problems.push_back(problem(std::move(what), std::move(got), std::move(allowed), key));
}

void Reader::report_file(const InputError& error, std::string_view key) {
  if (node_ == nullptr) return;
  for (const InputProblem& p : error.problems()) {
    if (p.line > 0)
      log_->problems.push_back(p);
    else
      report(p.what, p.file.empty() ? p.got : p.file, p.allowed, key);
  }
}

std::vector<InputProblem> Reader::places() const {
  std::vector<InputProblem> places;
  if (!is_mapping()) return places;
  for (const YamlEntry& entry : node_->entries) places.push_back(problem("", entry.key, "", entry.key));
  return places;
}

void Reader::ask(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
}

const YamlNode* Reader::find(std::string_view key, bool is_required, const std::string& allowed) {
  ask(key);
  if (node_ == nullptr) return nullptr;
  if (!is_mapping()) {
    report("wrong kind of value", kind_name(node_->kind), "a mapping");
    return nullptr;
  }
  const YamlEntry* entry = node_->find(key);
  if (entry == nullptr && is_required) report("required key is missing", "", allowed, key);
  return entry != nullptr ? &entry->value : nullptr;
}

bool Reader::has(std::string_view key) {
  ask(key);
  return node_ != nullptr && node_->find(key) != nullptr;
}

Reader Reader::child(std::string_view key) {
  return at(find(key, true, "a mapping"), key);
}

std::vector<Reader> Reader::items() {
  std::vector<Reader> readers;
  if (node_ == nullptr) return readers;
  if (!is_list()) {
    report("wrong kind of value", kind_name(node_->kind), "a list");
    return readers;
  }
  for (size_t i = 0; i < node_->entries.size(); ++i) {
    readers.emplace_back(&node_->entries[i].value, fmt::format("{}[{}]", path_, i), log_);
  }
  return readers;
}

std::vector<Reader> Reader::items(std::string_view key) {
  return at(find(key, true, "a list"), key).items();
}

std::vector<std::pair<std::string, Reader>> Reader::entries() {
  std::vector<std::pair<std::string, Reader>> readers;
  if (node_ == nullptr) return readers;
  if (!is_mapping()) {
    report("wrong kind of value", kind_name(node_->kind), "a mapping");
    return readers;
  }
  for (const YamlEntry& entry : node_->entries) {
    asked_.push_back(entry.key);
    readers.emplace_back(entry.key, at(&entry.value, entry.key));
  }
  return readers;
}

const std::string* Reader::scalar(const std::string& allowed) {
  if (node_ == nullptr) return nullptr;
  if (node_->kind == YamlNode::Kind::scalar) return &node_->text;
  report("wrong kind of value", kind_name(node_->kind), allowed);
  return nullptr;
}

std::string Reader::as_text() {
  const std::string* text = scalar(any_text);
  return text != nullptr ? *text : std::string();
}

double Reader::as_quantity(std::string_view unit, Range range) {
  if (is_mapping()) {
    const double value = quantity("value", unit, range);
    SourceNote note{path_, text("value", ""), text("source"), choice("confidence", {"V", "T", "D", "A"})};
    finish();
    log_->sources.push_back(std::move(note));
    return value;
  }
  const std::string* text = scalar(describe_unit(unit));
  if (text == nullptr) return required;
  try {
    const double value = wattloop::quantity(*text, unit);
    if (value >= range.min && value <= range.max) return value;
    report("out of range", *text,
           is_any(unit) ? describe_range(range, "1", "1") : describe_range(range, unit, written_unit(*text)));
  } catch (const InputError& error) {
    for (const InputProblem& p : error.problems()) report(p.what, p.got, p.allowed);
  }
  return required;
}

std::string Reader::text(std::string_view key, std::optional<std::string> default_value) {
  const YamlNode* node = find(key, !default_value, any_text);
  return node != nullptr ? at(node, key).as_text() : default_value.value_or("");
}

long Reader::integer(std::string_view key, long min, long max, std::optional<long> default_value) {
  const std::string allowed = fmt::format("a whole number from {} to {}", min, max);
  const YamlNode* node = find(key, !default_value, allowed);
  if (node == nullptr) return default_value.value_or(min);
  Reader reader = at(node, key);
  const std::string* text = reader.scalar(allowed);
  if (text == nullptr) return min;
  long value = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, value);
  if (error == std::errc() && rest == end && value >= min && value <= max) return value;
  const bool number = rest == end && error != std::errc::invalid_argument;
  reader.report(number ? "out of range" : "not a whole number", *text, allowed);
  return min;
}

bool Reader::boolean(std::string_view key, std::optional<bool> default_value) {
  const std::optional<std::string> default_text =
      default_value ? std::optional<std::string>(*default_value ? "true" : "false") : std::nullopt;
  return choice(key, {"true", "false"}, default_text) == "true";
}

std::string Reader::choice(std::string_view key, const std::vector<std::string>& allowed,
                           std::optional<std::string> default_value) {
  const std::string list = fmt::format("{}", fmt::join(allowed, ", "));
  const YamlNode* node = find(key, !default_value, list);
  if (node == nullptr) return default_value.value_or(allowed.front());
  Reader reader = at(node, key);
  const std::string* text = reader.scalar(list);
  if (text == nullptr) return allowed.front();
  if (std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) return *text;
  reader.report("unknown choice", *text, list);
  return allowed.front();
}

double Reader::quantity(std::string_view key, std::string_view unit, Range range, double default_value) {
  const YamlNode* node = find(key, std::isnan(default_value), describe_unit(unit));
  return node != nullptr ? at(node, key).as_quantity(unit, range) : default_value;
}

std::vector<double> Reader::quantities(std::string_view key, std::string_view unit, Range range) {
  std::vector<double> values;
  for (Reader& item : items(key)) values.push_back(item.as_quantity(unit, range));
  return values;
}

std::vector<std::string> Reader::texts(std::string_view key) {
  std::vector<std::string> values;
  for (Reader& item : items(key)) values.push_back(item.as_text());
  return values;
}

void Reader::finish() {
  if (!is_mapping()) return;
  for (const YamlEntry& entry : node_->entries) {
    if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) continue;
    log_->problems.push_back(
        problem_at(entry.position, key_path(entry.key), "unknown key", entry.key, suggestion(entry.key, asked_)));
  }
}

}  // namespace wattloop
