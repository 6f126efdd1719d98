#include "io/run_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/civil_time.h"
#include "io/colour_map.h"
#include "io/errors.h"

namespace wattloop {

namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// Records of one moment.
Pairs common_records(const RunFile& a, const RunFile& b) {
  constexpr double same_instant = 1e-3;  // s
  Pairs pairs;
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.times().size(); ++i) {
    const double t = a.start_time() + a.times()[i];
    while (j < b.times().size() && b.start_time() + b.times()[j] < t - same_instant) ++j;
    if (j < b.times().size() && b.start_time() + b.times()[j] <= t + same_instant) pairs.emplace_back(i, j);
  }
  return pairs;
}

template <class Named>
std::map<std::string, std::size_t> numbers_of(const std::vector<Named>& list) {
  std::map<std::string, std::size_t> numbers;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if constexpr (std::is_same_v<Named, std::string>)
      numbers.emplace(list[i], i);
    else
      numbers.emplace(list[i].name, i);
  }
  return numbers;
}

/// Numbers of what both have; the names of the others.
template <class Named>
Pairs common(const std::vector<Named>& a, const std::vector<Named>& b, const std::string& prefix,
             RunComparison& result) {
  const auto in_a = numbers_of(a), in_b = numbers_of(b);
  Pairs pairs;
  for (const auto& [name, i] : in_a) {
    if (const auto found = in_b.find(name); found != in_b.end())
      pairs.emplace_back(i, found->second);
    else
      result.only_in_a.push_back(prefix + name);
  }
  for (const auto& [name, i] : in_b)
    if (!in_a.count(name)) result.only_in_b.push_back(prefix + name);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

VariableDifference difference_of(const RunFile& a, const RunFile& b, const RecordGroup& group, const Variable& variable,
                                 const Pairs& records, const Pairs& elements) {
  VariableDifference d;
  d.group = group.name;
  d.variable = variable.name;
  d.units = variable.units;
  d.elements = elements.size();
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const auto& [i, j] : records) {
    const std::vector<double> x = a.values(group.name, variable.name, i), y = b.values(group.name, variable.name, j);
    for (const auto& [p, q] : elements) {
      if (!std::isfinite(x[p]) || !std::isfinite(y[q])) {
        d.known_in_one += std::isfinite(x[p]) != std::isfinite(y[q]);
        continue;
      }
      const double difference = y[q] - x[p];
      ++d.values;
      d.rms += difference * difference;
      d.mean += difference;
      low = std::min(low, x[p]);
      high = std::max(high, x[p]);
      if (d.values > 1 && std::abs(difference) <= std::abs(d.largest)) continue;
      d.largest = difference;
      d.element = group.elements.empty() ? "" : group.elements[p];
      d.time = a.times()[i];
      d.value_a = x[p];
      d.value_b = y[q];
    }
  }
  if (d.values == 0) return d;
  d.rms = std::sqrt(d.rms / static_cast<double>(d.values));
  d.mean /= static_cast<double>(d.values);
  d.range = high - low;
  return d;
}

/// Of something constant: its own size.
double proportion(const VariableDifference& d) {
  const double size = std::max(d.range, 1e-6 * std::abs(d.value_a));
  return size > 0.0 ? std::abs(d.largest) / size : std::abs(d.largest);
}

}  // namespace

RunComparison compare(const RunFile& a, const RunFile& b) {
  RunComparison result;
  const Pairs records = common_records(a, b);
  result.records = records.size();
  if (records.empty())
    throw InputError(
        {{b.path(), 0, 0, "", "has no record at a time of the other run", a.path(), "runs of the same time"}});
  for (const auto& [ga, gb] : common(a.groups(), b.groups(), "", result)) {
    const RecordGroup &group = a.groups()[ga], &other = b.groups()[gb];
    if (group.series != 0 || other.series != 0) continue;  // they have times of their own
    Pairs elements{{0, 0}};
    if (!group.elements.empty()) elements = common(group.elements, other.elements, group.name + "/", result);
    if (elements.empty()) continue;
    for (const auto& [va, vb] : common(group.variables, other.variables, group.name + "/", result))
      result.differences.push_back(difference_of(a, b, group, group.variables[va], records, elements));
  }
  std::stable_sort(result.differences.begin(), result.differences.end(),
                   [](const auto& x, const auto& y) { return proportion(x) > proportion(y); });
  return result;
}

std::string to_text(const RunComparison& c, const RunFile& a, const RunFile& b) {
  constexpr std::size_t most = 40, most_names = 10;
  std::string text = fmt::format("A {}: {}\nB {}: {}\n  {} records at the same times\n", a.path(), a.title(), b.path(),
                                 b.title(), c.records);
  const auto list = [&](const char* where, const std::vector<std::string>& names) {
    if (names.empty()) return;
    const std::size_t shown = std::min(most_names, names.size());
    const std::vector<std::string> first(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown));
    text += fmt::format("  only in {}: {}{}\n", where, fmt::join(first, ", "),
                        shown < names.size() ? fmt::format(" and {} more", names.size() - shown) : "");
  };
  list("A", c.only_in_a);
  list("B", c.only_in_b);
  const auto differs = [](const VariableDifference& d) { return d.largest != 0.0 || d.known_in_one > 0; };
  const auto n = static_cast<std::size_t>(std::count_if(c.differences.begin(), c.differences.end(), differs));
  text += fmt::format("  {} of {} variables differ\n", n, c.differences.size());
  if (n == 0) return text;
  text += fmt::format("  {:<34} {:>11} {:>11} {:>11} {:>11}   where and when it is largest\n", "B - A", "largest",
                      "rms", "A there", "B there");
  std::size_t shown = 0;
  for (const VariableDifference& d : c.differences) {
    if (!differs(d) || shown++ >= most) continue;
    const DisplayUnit unit = display_unit(d.units);
    text += fmt::format("  {:<34} {:>11.4g} {:>11.4g} {:>11.5g} {:>11.5g}   {}{}\n",
                        fmt::format("{}/{} [{}]", d.group, d.variable, unit.name), d.largest * unit.factor,
                        d.rms * unit.factor, unit.shown(d.value_a), unit.shown(d.value_b),
                        d.element.empty() ? "" : d.element + ", ",
                        format_time(a.start_time() + d.time, a.utc_offset()).substr(0, 19));
  }
  if (n > most) text += fmt::format("  and {} more (--json has all)\n", n - most);
  return text;
}

std::string to_json(const RunComparison& c) {
  using nlohmann::ordered_json;
  ordered_json j{{"schema_version", 1}, {"records", c.records}, {"only_in_a", c.only_in_a}, {"only_in_b", c.only_in_b}};
  j["differences"] = ordered_json::array();
  for (const VariableDifference& d : c.differences)
    j["differences"].push_back({{"group", d.group},
                                {"variable", d.variable},
                                {"units", d.units},
                                {"elements", d.elements},
                                {"values", d.values},
                                {"largest", d.largest},
                                {"rms", d.rms},
                                {"mean", d.mean},
                                {"element", d.element},
                                {"time_s", d.time},
                                {"value_a", d.value_a},
                                {"value_b", d.value_b},
                                {"range_a", d.range},
                                {"known_in_one", d.known_in_one}});
  return j.dump(2) + "\n";
}

}  // namespace wattloop
