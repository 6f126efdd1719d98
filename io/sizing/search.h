#pragma once
// The best design of a catalogue.

#include <optional>
#include <string>
#include <vector>

#include "io/sizing/design.h"

namespace wattloop::sizing {

/// CDUs of a type, so many of them on duty in a block.
struct CduChoice {
  std::string name;
  int duty = 0;
  bool operator==(const CduChoice&) const = default;
};

struct SearchResult {
  std::optional<Design> best;
  /// With which there is a design that is at most 0.5 % dearer, those of the best first.
  std::vector<CduChoice> contenders;
  std::vector<Shortfall> shortfalls;  ///< where there is none: the nearest miss of each class
  long considered = 0;                ///< combinations that were priced
};

/// Looks at everything the catalogue allows. CDUs with their TCS pipes, FWS pipes, coolers and pumps hang together by
/// flow and head; the feeds carry them and the air side alike. For each CDU all FWS pipes and coolers are priced, those
/// that others beat in objective, pressure loss and power alike are left out, and what is left is combined with each
/// pump and each unbeaten air side. Of CDUs it tries the least count and two more, of coolers up to 1.6 times the
/// least, of pumps up to twelve. A pump's power rises with its head where q <= 1.5 (its parabola of efficiency), and q
/// is held below 1.3; feeds cost no less for more power: what is left out cannot be part of a better design, so the
/// best one found is the best of these counts by these laws. `lower_bound` of the design drops the coupling: for each
/// CDU the sum of the least that each class can cost with any of the others.
/// `only`: with no other CDUs.
SearchResult search(const Request& request, const Loads& loads, const std::vector<WeatherBin>& bins,
                    const std::optional<CduChoice>& only = {});

/// The first one it comes upon instead of the best, or what is missed.
SearchResult any_design(const Request& request, const Loads& loads);

/// Whether there is one.
bool is_feasible(const Request& request, const Loads& loads);

}  // namespace wattloop::sizing
