#pragma once
// The inputs of a request that cures and sensitivities move.

#include <functional>
#include <string>
#include <vector>

#include "io/sizing/design.h"

namespace wattloop::sizing {

/// An input of a request that may be moved.
struct Knob {
  std::string input;
  const char* unit;
  std::function<double&(Request&)> of;
  double step;                                ///< of sensitivities, in SI; 0: cures only
  double worst_case;                          ///< as far as a cure may go, in SI
  double scale = 1.0, offset = 0.0;           ///< shown = SI scale - offset
  std::function<void(Request&)> follow = {};  ///< makes what hangs on the value agree with it
};

/// Those of every request, then those of its racks.
std::vector<Knob> knobs(const Request& request);
/// What sensitivities move: those with a step, and inputs that are no cure or whose step as a sensitivity is another.
std::vector<Knob> sensitivity_knobs(const Request& request);

/// A value in SI in the unit of its knob.
double shown(const Knob& knob, double si);
/// In SI what is shown as four digits, on the far side of `value` seen from where it was.
double rounded_away(const Knob& knob, double value, double from);

/// The classes whose redundancy the search looks at: feeds can always be had.
const std::vector<std::string>& searched_classes();
/// What redundancies there are, from the least to the most.
const std::vector<Redundancy>& redundancy_levels();
/// The places in that list but the one of `asked`, the nearest first; of two as near the one with more.
std::vector<std::size_t> other_levels(const Redundancy& asked);

/// Loads of a request whose racks pass more or less, or give more or less of their heat to the liquid, than those that
/// `loads` were found with.
Loads with_flow(Loads loads, const Request& before, const Request& now);

}  // namespace wattloop::sizing
