#pragma once
// Pieces of the JSON Schema of a case.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/units.h"

namespace wattloop::schema {

using Json = nlohmann::ordered_json;

inline Json described(Json schema, std::string description) {
  schema["description"] = std::move(description);
  return schema;
}

inline Json reference(const std::string& name) {
  return {{"$ref", "#/$defs/" + name}};
}
inline Json text(std::string description) {
  return described({{"type", "string"}}, std::move(description));
}
inline Json whole(std::string description, long least) {
  return described({{"type", "integer"}, {"minimum", least}}, std::move(description));
}
inline Json one_of(const std::vector<std::string>& words, std::string description) {
  return described({{"enum", words}}, std::move(description));
}
inline Json list_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}
inline Json named(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

/// A quantity; "1" may be a bare number.
inline Json quantity_of(std::string_view unit, std::string description) {
  return described(reference(unit == "1" || is_any(unit) ? "number" : "quantity"), std::move(description));
}

/// A mapping of known keys. A catalogue entry named by `use` may bring those that are required.
inline Json mapping(Json properties, const std::vector<std::string>& must = {}) {
  properties["use"] = text("an entry of the catalogue, whose keys are defaults here");
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!must.empty()) schema["anyOf"] = {{{"required", must}}, {{"required", {"use"}}}};
  return schema;
}

/// {max: path} and the like.
Json reduction_schema();
/// A sampled controller of any type.
Json sequence_schema();
/// What the grid sees, and the carbon of its energy.
Json connection_schema();
Json carbon_schema();
/// What was measured, and what is fitted to it.
Json calibration_schema();

}  // namespace wattloop::schema
