#pragma once
// Fault levels against the rating of the gear, and the coordination of its protection, as text and as JSON.

#include <string>
#include <vector>

#include "meshes/gear_ratings.h"

namespace wattloop {

struct FaultReport {
  /// A fault at which a breaker further away opens before those next to it, or less than `margin` after them.
  struct Clash {
    int fault = 0, breaker = 0;
    double time = 0.0, cleared = 0.0;  ///< s: of that breaker, and of the last that should
  };
  static constexpr double margin = 0.1;  // s

  FaultNetwork network;
  std::vector<Fault> faults;
  std::vector<GearDuty> gear;    ///< by falling loading
  std::vector<Clash> clashes;    ///< by bus
  std::vector<int> not_cleared;  ///< faults that none of the breakers next to them opens
  std::vector<int> unrated;      ///< faults with a current at buses where no gear states a rating

  /// Whether all gear can bear what may flow.
  bool gear_is_strong_enough() const { return gear.empty() || gear.front().loading() <= 1.0; }
  /// Whether breakers clear every fault that has some next to it.
  bool clears_all() const { return not_cleared.empty(); }
};

FaultReport fault_report(FaultNetwork network);
/// Equal copies of a bus in one line.
std::string fault_text(const FaultReport& report);
std::string fault_json(const FaultReport& report);

}  // namespace wattloop
