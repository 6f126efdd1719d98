// Numbers of a summary by their path.

#include <cmath>
#include <limits>

#include "io/summary_json.h"

namespace wattloop {

namespace {

using nlohmann::json;

bool is_number(const json& value) {
  return value.is_number() || value.is_boolean() || value.is_null();
}

/// What an item of a list is called.
std::string name_of(const json& item) {
  if (item.is_object())
    for (const char* key : {"path", "name", "part", "label"})
      if (const auto found = item.find(key); found != item.end() && found->is_string())
        return found->get<std::string>();
  return "";
}

/// f(key, value) for each part of a tree that has a name, until one of them gives something.
template <class F>
void for_each_part(const json& tree, const F& f) {
  if (tree.is_object())
    for (const auto& [key, value] : tree.items()) f(key, value);
  if (tree.is_array())
    for (const json& item : tree)
      if (const std::string name = name_of(item); !name.empty()) f(name, item);
}

void collect(const json& tree, const std::string& path, std::vector<std::string>& paths) {
  for_each_part(tree, [&](const std::string& key, const json& value) {
    const std::string here = path.empty() ? key : path + "." + key;
    if (is_number(value))
      paths.push_back(here);
    else
      collect(value, here, paths);
  });
}

}  // namespace

std::optional<double> number_at(const nlohmann::json& tree, std::string_view path) {
  std::optional<double> found;
  for_each_part(tree, [&](const std::string& key, const json& value) {
    if (found || !path.starts_with(key)) return;
    const std::string_view rest = path.substr(key.size());
    if (!rest.empty() && rest.front() == '.')
      found = number_at(value, rest.substr(1));
    else if (rest.empty() && value.is_null())
      found = std::numeric_limits<double>::quiet_NaN();
    else if (rest.empty() && is_number(value))
      found = value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
  });
  return found;
}

std::vector<std::string> number_paths(const nlohmann::json& tree) {
  std::vector<std::string> paths;
  collect(tree, "", paths);
  return paths;
}

}  // namespace wattloop
