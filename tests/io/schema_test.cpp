#include "io/schema.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "models/component_types.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

using Json = nlohmann::ordered_json;

/// Checks a YAML tree by the keywords of JSON Schema that the schema of a case uses; all others are refused.
class Validator {
 public:
  explicit Validator(const Json& schema) : root_(schema) {}

  /// The first thing wrong, empty if nothing is.
  std::string check(const YamlNode& node) const { return check(node, root_, ""); }

 private:
  static bool is_number(const YamlNode& node) {
    double value = 0.0;
    const char* const end = node.text.data() + node.text.size();
    const auto [rest, error] = std::from_chars(node.text.data(), end, value);
    return error == std::errc() && rest == end;
  }

  static bool has_type(const YamlNode& node, const std::string& type) {
    if (type == "object") return node.kind == YamlNode::Kind::mapping;
    if (type == "array") return node.kind == YamlNode::Kind::list;
    if (node.kind != YamlNode::Kind::scalar) return false;
    const bool flag = node.text == "true" || node.text == "false";
    if (type == "boolean") return flag;
    if (type == "number") return is_number(node);
    if (type == "integer") return is_number(node) && node.text.find_first_of(".eE") == std::string::npos;
    return type == "string" && !flag && !is_number(node);
  }

  static bool equals(const YamlNode& node, const Json& value) {
    return node.kind == YamlNode::Kind::scalar &&
           node.text == (value.is_string() ? value.get<std::string>() : value.dump());
  }

  std::string check_object(const YamlNode& node, const Json& schema, const std::string& path) const {
    if (node.kind != YamlNode::Kind::mapping) return "";
    for (const Json& key : schema.value("required", Json::array()))
      if (node.find(key.get<std::string>()) == nullptr) return fmt::format("{}: no {}", path, key.dump());
    const Json properties = schema.value("properties", Json::object());
    for (const YamlEntry& entry : node.entries) {
      const std::string at = path + "." + entry.key;
      if (properties.contains(entry.key)) {
        if (std::string e = check(entry.value, properties[entry.key], at); !e.empty()) return e;
      } else if (schema.contains("additionalProperties")) {
        const Json& other = schema["additionalProperties"];
        if (other == false) return at + ": unknown key";
        if (std::string e = check(entry.value, other, at); !e.empty()) return e;
      }
    }
    return "";
  }

  std::string check_list(const YamlNode& node, const Json& schema, const std::string& path) const {
    if (node.kind != YamlNode::Kind::list) return "";
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
      const std::string at = fmt::format("{}[{}]", path, i);
      std::string e;
      if (schema.contains("items")) e = check(node.entries[i].value, schema["items"], at);
      if (schema.contains("prefixItems") && i < schema["prefixItems"].size())
        e = check(node.entries[i].value, schema["prefixItems"][i], at);
      if (!e.empty()) return e;
    }
    return "";
  }

  std::string check_any(const YamlNode& node, const Json& options, const std::string& path) const {
    std::string all;
    for (const Json& option : options) {
      const std::string e = check(node, option, path);
      if (e.empty()) return "";
      all += (all.empty() ? "" : " or ") + e;
    }
    return all;
  }

  std::string check(const YamlNode& node, const Json& schema, const std::string& path) const {
    static const std::set<std::string> known = {
        "$schema", "title",       "$defs",      "$ref",     "description",
        "type",    "enum",        "const",      "pattern",  "minimum",
        "items",   "prefixItems", "properties", "required", "additionalProperties",
        "anyOf",   "allOf",       "if",         "then",     "else"};
    for (const auto& [keyword, unused] : schema.items()) EXPECT_TRUE(known.contains(keyword)) << keyword;
    if (schema.contains("$ref")) {
      const Json& target = root_.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
      if (std::string e = check(node, target, path); !e.empty()) return e;
    }
    if (schema.contains("type")) {
      const Json& types = schema["type"];
      bool fits = false;
      for (const Json& type : types.is_array() ? types : Json::array({types})) fits = fits || has_type(node, type);
      if (!fits) return fmt::format("{}: not of type {}", path, types.dump());
    }
    if (schema.contains("const") && !equals(node, schema["const"])) return path + ": not " + schema["const"].dump();
    if (schema.contains("enum")) {
      bool found = false;
      for (const Json& value : schema["enum"]) found = found || equals(node, value);
      if (!found) return path + ": none of " + schema["enum"].dump();
    }
    if (std::string e = check_object(node, schema, path); !e.empty()) return e;
    if (std::string e = check_list(node, schema, path); !e.empty()) return e;
    if (schema.contains("anyOf"))
      if (std::string e = check_any(node, schema["anyOf"], path); !e.empty()) return e;
    for (const Json& part : schema.value("allOf", Json::array()))
      if (std::string e = check(node, part, path); !e.empty()) return e;
    if (schema.contains("if") && check(node, schema["if"], path).empty()) return check(node, schema["then"], path);
    if (schema.contains("else")) return check(node, schema["else"], path);
    return "";
  }

  const Json& root_;
};

const Json& schema() {
  static const Json parsed = Json::parse(case_schema());
  return parsed;
}

std::string schema_problem(const std::string& text) {
  std::vector<InputProblem> problems;
  return Validator(schema()).check(parse_yaml(text, "case.yaml", problems));
}

TEST(Schema, EveryExampleConforms) {
  int examples = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples")) {
    const std::filesystem::path file = entry.path() / "case.yaml";
    if (!std::filesystem::exists(file)) continue;
    const std::string text = read_text_file(file.string());
    if (text.find("wattloop_size:") != std::string::npos) continue;  // a request, not a case
    SCOPED_TRACE(file);
    EXPECT_EQ(schema_problem(text), "");
    ++examples;
  }
  EXPECT_GT(examples, 0);
  EXPECT_EQ(schema_problem(small_case), "");
}

TEST(Schema, WhatIsWrongDoesNotConform) {
  EXPECT_EQ(schema_problem(with({{"wattloop: 1", "wattloop: 2"}})), ".wattloop: not 1");
  EXPECT_EQ(schema_problem(with({{"duration: 1 h", "duratoin: 1 h"}})), ".run.duratoin: unknown key");
  EXPECT_EQ(schema_problem(with({{"dp_shutoff", "dp_shutof"}})), ".parts.pump.dp_shutof: unknown key");
  EXPECT_NE(schema_problem(with({{"dp_nominal: 250 kPa", "dp_nominal: 250"}})), "");
  EXPECT_NE(schema_problem(with({{"    dp_shutoff: 350 kPa\n", ""}})), "");
  EXPECT_NE(schema_problem(with({{"type: pump", "type: pum"}})), "");
  EXPECT_NE(schema_problem(with({{"action: direct", "action: indirect"}})), "");
  EXPECT_NE(schema_problem(with({{"kind: constant", "kind: training"}})), "");
  EXPECT_EQ(schema_problem(with({{"{type: rack}", "{use: gb300_nvl72, gpu: {full_power: 1200 W}}"}})), "");
  EXPECT_EQ(schema_problem(with({{"set_point: 45 degC", "set_point: {schedule: [[0 s, 45 degC]]}"}})), "");
}

TEST(Schema, HasEveryComponentType) {
  for (const ComponentType* type : component_types()) {
    const Json& properties = schema()["$defs"].at(std::string(type->name)).at("properties");
    for (const ParameterInfo& p : type->parameters) EXPECT_TRUE(properties.contains(p.name)) << type->name << p.name;
    for (const Port& p : type->ports)
      EXPECT_EQ(properties.contains(p.name), p.connector == Connector::input) << type->name << " " << p.name;
  }
}

}  // namespace
}  // namespace wattloop
