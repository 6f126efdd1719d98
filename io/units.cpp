#include "io/units.h"

#include <udunits2.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "io/errors.h"

namespace wattloop {
namespace {

struct FreeUnit {
  void operator()(ut_unit* unit) const { ut_free(unit); }
};
struct FreeConverter {
  void operator()(cv_converter* converter) const { cv_free(converter); }
};
using Unit = std::unique_ptr<ut_unit, FreeUnit>;
using Converter = std::unique_ptr<cv_converter, FreeConverter>;

constexpr std::pair<const char*, const char*> aliases[] = {
    {"gpm", "231 inch3/minute"},     // US gallon, exact
    {"cfm", "ft3/minute"},           //
    {"Wh", "W hour"},                //
    {"var", "W"},                    //
    {"inH2O", "inch H2O"},           // conventional water, 1000 kg/m3
    {"mH2O", "m H2O"},               //
    {"psid", "psi"},                 //
    {"TR", "ton_of_refrigeration"},  // 12000 Btu/h
    {"MMBtu", "1e6 Btu"},            //
    {"rpm", "1/minute"},             // turns, see units.h
    {"pu", "1"},                     //
    {"delta_K", "K"},                //
    {"delta_degC", "K"},             //
    {"delta_degF", "K/1.8"},         //
};

/// The one UDUNITS-2 database of the program. The library keeps its state in globals: one caller at a time.
class UnitSystem {
 public:
  static UnitSystem& instance() {
    static UnitSystem system;
    return system;
  }
  UnitSystem(const UnitSystem&) = delete;
  UnitSystem& operator=(const UnitSystem&) = delete;

  /// Sets `value` from one unit to another, or returns what is wrong.
  const char* convert(double& value, std::string_view from, std::string_view to) {
    const std::lock_guard lock(mutex_);
    const auto [known, is_new] = converters_.try_emplace(std::pair{std::string(from), std::string(to)});
    if (is_new) {
      const Unit source = parse(from);
      const Unit target = parse(to);
      const char* problem = !source || !target                            ? "unknown unit"
                            : !same_dimension(source.get(), target.get()) ? "wrong dimension"
                                                                          : nullptr;
      if (problem != nullptr) {
        converters_.erase(known);
        return problem;
      }
      known->second.reset(ut_get_converter(source.get(), target.get()));
    }
    value = cv_convert_double(known->second.get(), value);
    return nullptr;
  }

 private:
  UnitSystem() {
    ut_set_error_message_handler(ut_ignore);
    system_ = ut_read_xml(nullptr);
    if (system_ == nullptr) {
      throw std::runtime_error("the unit database of UDUNITS-2 cannot be read: set UDUNITS2_XML_PATH to udunits2.xml");
    }
    ut_unmap_symbol_to_unit(system_, "rpm", UT_UTF8);
    for (const auto& [name, definition] : aliases) {
      ut_map_name_to_unit(name, UT_UTF8, Unit(ut_parse(system_, definition, UT_UTF8)).get());
    }
    ut_map_name_to_unit("USD", UT_UTF8, Unit(ut_new_base_unit(system_)).get());
  }
  ~UnitSystem() { ut_free_system(system_); }

  /// UDUNITS-2 reads numbers, offsets and time origins inside a unit ("200 gpm", "K @ 3"); here a unit has a digit only
  /// as an exponent or within a name, or is a reciprocal "1/h".
  static bool well_formed(std::string_view unit) {
    if (unit.size() > 64) return false;
    if (unit.starts_with("1/")) unit.remove_prefix(2);
    char before = ' ';
    for (const char c : unit) {
      const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
      const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
      if (!plain && std::string_view(" */^-%_()'\"").find(c) == std::string_view::npos) return false;
      if (digit && std::string_view(" */(").find(before) != std::string_view::npos) return false;
      before = c;
    }
    return !unit.empty();
  }

  Unit parse(std::string_view unit) const {
    if (unit == "1") return Unit(ut_get_dimensionless_unit_one(system_));
    return Unit(well_formed(unit) ? ut_parse(system_, std::string(unit).c_str(), UT_UTF8) : nullptr);
  }

  /// UDUNITS-2 lets a radian pass for 1, by which 50 Hz would be 50 rad/s: a quotient that has an angle is refused.
  static bool same_dimension(const ut_unit* a, const ut_unit* b) {
    if (ut_are_convertible(a, b) == 0) return false;
    const Unit quotient(ut_divide(a, b));
    char text[256] = "";
    const bool formatted = quotient && ut_format(quotient.get(), text, sizeof text, UT_ASCII | UT_DEFINITION) > 0;
    return !formatted || std::string_view(text).find("rad") == std::string_view::npos;
  }

  std::mutex mutex_;
  ut_system* system_ = nullptr;
  std::map<std::pair<std::string, std::string>, Converter> converters_;  ///< those found once, by from and to
};

InputError unit_error(std::string what, std::string_view got, std::string allowed) {
  InputProblem problem;
  problem.what = std::move(what);
  problem.got = got;
  problem.allowed = std::move(allowed);
  return InputError({problem});
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const size_t first = text.find_first_not_of(blank);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

struct NumberAndUnit {
  double number = 0.0;
  std::string_view unit;
  const char* problem = nullptr;
};

NumberAndUnit split(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  NumberAndUnit result;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, result.number);
  std::string word;  // ".inf" and ".nan" are how YAML writes them
  for (const char c : text.substr(0, 5)) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool named = word.starts_with(".inf") || word.starts_with("-.inf") || word.starts_with(".nan");
  if (named || error == std::errc::result_out_of_range || (error == std::errc() && !std::isfinite(result.number))) {
    result.problem = "not a finite number";
  } else if (error != std::errc()) {
    result.problem = "not a number";
  }
  if (result.problem == nullptr) {
    result.unit = trimmed({rest, static_cast<size_t>(end - rest)});
    const bool goes_on = !result.unit.empty() && std::string_view(",.0123456789").find(result.unit[0]) != text.npos;
    if (goes_on && !result.unit.starts_with("1/")) result.problem = "not a number";
  }
  return result;
}

/// What a unit "SI" may be: that of a signal whose quantity only the case knows. In "1/SI" are their reciprocals.
constexpr std::string_view any_units[] = {"1", "K", "Pa", "kg/s", "W", "V", "m3/s", "Hz", "A", "J"};
constexpr std::string_view any_reciprocals[] = {"1", "1/K", "1/Pa", "s/kg", "1/W", "1/V", "s/m3", "s", "1/A", "1/J"};

bool is_difference(std::string_view unit) {
  return unit.starts_with("delta_");
}

/// Converts `value`, or says what is wrong. C and F, in the field often a temperature, are SI's here.
const char* conversion_problem(double& value, std::string_view from, std::string_view to) {
  const char* problem = UnitSystem::instance().convert(value, from, to);
  if (problem == nullptr) return nullptr;
  const auto is_temperature = [](std::string_view unit) {
    double unused = 0.0;
    return UnitSystem::instance().convert(unused, unit, "K") == nullptr;
  };
  for (const auto& [unit, other] : {std::pair{from, to}, std::pair{to, from}})
    if ((unit == "C" || unit == "F") && is_temperature(other))
      return unit == "C" ? "C is the coulomb" : "F is the farad";
  return problem;
}

/// Why `unit` cannot be where `expected` is, as far as temperatures and their differences go.
const char* temperature_problem(std::string_view unit, std::string_view expected) {
  double zero = 0.0;
  if (UnitSystem::instance().convert(zero, unit, "K") != nullptr) return nullptr;
  if (is_difference(expected) && zero != 0.0) return "a temperature where a difference is needed: write K";
  if (!is_difference(expected) && is_difference(unit)) return "a temperature difference where a temperature is needed";
  return nullptr;
}

}  // namespace

bool is_any(std::string_view unit) {
  return unit == "SI" || unit == "1/SI";
}

std::string_view si_unit(std::string_view text, std::string_view unit) {
  if (!is_any(unit)) return unit;
  const std::string_view written = written_unit(text);
  for (const std::string_view candidate : unit == "SI" ? any_units : any_reciprocals) {
    double unused = 0.0;
    if (UnitSystem::instance().convert(unused, written, candidate) == nullptr) return candidate;
  }
  return "";
}

std::string describe_unit(std::string_view unit) {
  if (unit == "1") return "a number without a unit or in %";
  if (unit == "K") return "a temperature in degC or K";
  if (unit == "delta_K") return "a temperature difference in K";
  if (is_any(unit)) return "a number with the unit of what is controlled";
  return "a quantity in " + std::string(unit);
}

std::string_view written_unit(std::string_view text) {
  const std::string_view unit = split(text).unit;
  return unit.empty() ? std::string_view("1") : unit;
}

double convert(double value, std::string_view from, std::string_view to) {
  if (const char* problem = conversion_problem(value, from, to)) throw unit_error(problem, from, describe_unit(to));
  return value;
}

double quantity(std::string_view text, std::string_view unit) {
  const NumberAndUnit parts = split(text);
  const auto refuse = [&](const char* what) { return unit_error(what, trimmed(text), describe_unit(unit)); };
  if (parts.problem != nullptr) throw refuse(parts.problem);
  if (is_any(unit)) {
    const std::string_view found = si_unit(text, unit);
    if (found.empty()) throw refuse("no unit that is known here");
    return quantity(text, found);
  }
  if (parts.unit.empty()) {
    if (unit != "1") throw refuse("unit missing");
    return parts.number;
  }
  double value = parts.number;
  if (const char* problem = conversion_problem(value, parts.unit, unit)) throw refuse(problem);
  if (const char* problem = temperature_problem(parts.unit, unit)) throw refuse(problem);
  if (!std::isfinite(value)) throw refuse("not a finite number");
  return value;
}

double without_sign_of_zero(double value, int decimals) {
  const bool is_nothing = std::abs(value) < 0.5 * std::pow(10.0, -decimals);
  return is_nothing ? 0.0 : value;
}

}  // namespace wattloop
