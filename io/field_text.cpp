#include "io/field_text.h"

#include <fmt/format.h>

#include <cmath>

#include "io/units.h"

namespace wattloop {

std::string range_text(const Range& range) {
  const bool low = std::isfinite(range.min), high = std::isfinite(range.max);
  if (low && range.min == positive.min)
    return high ? fmt::format("more than 0, at most {:.6g}", range.max) : "more than 0";
  if (low && high) return fmt::format("{:.6g} to {:.6g}", range.min, range.max);
  if (low) return fmt::format("at least {:.6g}", range.min);
  return high ? fmt::format("at most {:.6g}", range.max) : "";
}

std::string unit_text(std::string_view unit) {
  if (unit == "1") return "–";
  if (unit == "delta_K") return "K, a difference";
  if (unit == "SI") return "that of the measurement";
  if (unit == "1/SI") return "1 / that of the measurement";
  return std::string(unit);
}

std::string default_text(const ParameterInfo& parameter) {
  if (std::isnan(parameter.default_value)) return "";
  if (!parameter.choices.empty())
    return std::string(parameter.choices[static_cast<std::size_t>(parameter.default_value)]);
  return fmt::format("{:.6g}", parameter.default_value);
}

std::string choices_text(const ParameterInfo& parameter) {
  std::string text;
  for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
    if (i > 0) text += i + 1 == parameter.choices.size() ? " or " : ", ";
    text += parameter.choices[i];
  }
  return text;
}

}  // namespace wattloop
