#pragma once
// What one side of the feeds carries once the other one is lost.

#include <string>

#include "io/sizing/design.h"

namespace wattloop::sizing {

/// Runs the case of a design through the loss of side B in the hottest hour, as its proof does, and takes the most that
/// side A carries in it into the loads. They stay as they are if the run has no answer: the proof tells that.
void carry_one_side(Loads& loads, const Request& request, const Design& design, const std::string& case_text);

/// Whether main transformers and a block's transformers, UPS and busways carry these loads, with their growth.
bool carries_one_side(const Request& request, const Design& design, const Loads& loads);

}  // namespace wattloop::sizing
