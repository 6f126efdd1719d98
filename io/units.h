#pragma once

#include <string>
#include <string_view>

namespace wattloop {

/// Quantities with units, "45 degC" or "1200 gpm", by UDUNITS-2 with the aliases of the field added: gpm, cfm, Wh, var,
/// inH2O, mH2O, psid, TR, MMBtu, rpm, pu, USD, delta_degC, delta_degF (and kWh, Mvar ... by prefix).
///
/// Temperatures and their differences are told apart by the unit asked for: "K" is a temperature ("45 degC" is
/// 318.15 K), "delta_K" is a difference ("5 K", "9 delta_degF"; "5 degC" is refused). A speed in rpm is turns per
/// minute and converts to Hz, not to rad/s; angles never pass for plain numbers. VA and var count as W.
///
/// Safe to call from any thread.

/// The value of `text` in `unit`. A number alone is taken only where `unit` is "1", and must be finite.
/// Where `unit` is "SI" any quantity a controller may control is taken, where it is "1/SI" any reciprocal of one.
/// Throws InputError with what, got and allowed (file, line and path are the caller's to add).
double quantity(std::string_view text, std::string_view unit);

/// `value`, given in unit `from`, in unit `to`. Throws InputError for an unknown unit or another dimension.
double convert(double value, std::string_view from, std::string_view to);

/// A temperature in degC.
inline double celsius(double kelvin) {
  return kelvin - 273.15;
}

/// What is shown with so many decimals, but nothing as "-0.00".
double without_sign_of_zero(double value, int decimals);

/// The unit part of a quantity as written: "1200 gpm" gives "gpm", "0.3" gives "1".
std::string_view written_unit(std::string_view text);

/// Is it "SI" or "1/SI", any unit of a kind?
bool is_any(std::string_view unit);

/// The SI unit in which `quantity(text, unit)` is: `unit` itself unless that is any; empty if there is none.
std::string_view si_unit(std::string_view text, std::string_view unit);

/// What a quantity in `unit` looks like, for messages: "a quantity in W/K".
std::string describe_unit(std::string_view unit);

}  // namespace wattloop
