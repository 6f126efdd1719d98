#pragma once
// A design as a case that runs.

#include <string>

#include "io/sizing/design.h"

namespace wattloop::sizing {

/// The text of `designed.yaml`: buildings of blocks of CDUs as in examples/childress_200mw, with FWS mains and
/// branches. Equipment is taken from the catalogue by its name.
std::string case_text(const Request& request, const Design& design);
/// The entries of the request's catalogue that such a case uses, as a file of a catalogue beside it.
std::string used_entries(const Request& request, const std::string& case_text);
/// The part of a block that are its racks of one kind.
std::string rack_part(const Design& design, std::size_t kind);

/// Constant weather as a case has it.
std::string weather_text(const WeatherPoint& air);

}  // namespace wattloop::sizing
