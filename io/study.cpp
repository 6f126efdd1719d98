#include "io/study.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "io/units.h"

namespace wattloop {

namespace {

/// "35 degC" as 35 and "degC"; nothing if it does not begin with a number.
std::optional<std::pair<double, std::string>> number_with_unit(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  std::string unit(end, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' '));
  if (unit.empty()) return std::pair{value, std::string("1")};
  try {
    convert(value, unit, unit);
  } catch (const InputError&) {
    return std::nullopt;
  }
  return std::pair{value, unit};
}

}  // namespace

void find_numbers(StudyParameter& parameter) {
  StudyParameter& p = parameter;
  const double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> numbers, times;
  std::string unit;
  for (const std::string& value : p.values) {
    if (value.empty()) {
      numbers.push_back(none);
      continue;
    }
    const auto number = number_with_unit(value);
    if (number && (unit.empty() || number->second == unit)) numbers.push_back(number->first), unit = number->second;
    if (const auto time = parse_time(value, 0.0)) times.push_back(*time);
  }
  if (!p.values.empty() && times.size() == p.values.size()) {
    p.is_time = true;
    p.epoch = times.front();
    p.unit = "h";
    for (const double t : times) p.numbers.push_back((t - p.epoch) / seconds_per_hour);
  } else if (!unit.empty() && numbers.size() == p.values.size()) {
    p.numbers = std::move(numbers);
    p.unit = unit;
  }
  if (p.labels.empty()) p.labels = p.values;
}

double StudyParameter::number_at(double u) const {
  if (scale == Scale::logarithmic) return low * std::pow(high / low, u);
  return low + u * (high - low);
}

double StudyParameter::number(std::size_t level) const {
  if (!is_range) return numbers.empty() ? std::numeric_limits<double>::quiet_NaN() : numbers[level];
  if (level + 1 == count && count > 1) return high;
  return count > 1 ? number_at(static_cast<double>(level) / static_cast<double>(count - 1)) : low;
}

std::string StudyParameter::text_of(double number) const {
  if (is_time) {
    const std::string text = format_time(epoch + number * seconds_per_hour);
    return text.substr(0, text.size() - 1);  // by the clock of the site
  }
  return unit == "1" ? fmt::format("{}", number) : fmt::format("{} {}", number, unit);
}

std::string StudyParameter::text(std::size_t level) const {
  return is_range ? text_of(number(level)) : values[level];
}

const char* to_string(Study::Design design) {
  constexpr const char* names[] = {"grid", "list", "random", "latin_hypercube", "sobol", "saltelli"};
  return names[static_cast<int>(design)];
}

std::size_t Study::size() const {
  constexpr double most = 1e18;
  if (design == Design::list) return parameters.empty() ? 0 : parameters.front().levels();
  if (design != Design::grid) return points->size();
  double product = 1.0;
  std::size_t n = 1;
  for (const StudyParameter& p : parameters) {
    product *= static_cast<double>(p.levels());
    if (product > most) return static_cast<std::size_t>(most);
    n *= p.levels();
  }
  return n;
}

StudyPoint Study::point(std::size_t member) const {
  const std::size_t d = parameters.size();
  StudyPoint point{std::vector<std::size_t>(d), std::vector<double>(d), std::vector<std::string>(d)};
  const std::vector<double> u = points ? points->point(member) : std::vector<double>();
  std::size_t left = member;
  for (std::size_t k = d; k-- > 0;) {  // in a grid the last parameter goes fastest
    const StudyParameter& p = parameters[k];
    const std::size_t n = p.levels();
    if (points && p.is_range) {
      point.numbers[k] = p.number_at(u[k]);
      point.texts[k] = p.text_of(point.numbers[k]);
      continue;
    }
    const std::size_t level = design == Design::list   ? member
                              : design == Design::grid ? left % n
                                                       : static_cast<std::size_t>(u[k] * static_cast<double>(n));
    if (design == Design::grid) left /= n;
    point.levels[k] = level;
    point.numbers[k] = p.number(level);
    point.texts[k] = p.text(level);
  }
  return point;
}

}  // namespace wattloop
