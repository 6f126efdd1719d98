#pragma once
// What generators of a design carry after a blackout.

#include <string>

#include "io/sizing/design.h"

namespace wattloop::sizing {

/// The most [W] of a building from generators on, as the case draws it after a blackout in the hotter of worst hour and
/// record day: a plant that catches up, UPS that charge their batteries. 0 where the run has no answer.
double generator_load(const Request& request, const Design& design, const std::string& case_text);

}  // namespace wattloop::sizing
