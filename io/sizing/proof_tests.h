#pragma once
// What a design is put through: settings of its case, and what is asked of it.

#include <string>
#include <vector>

#include "io/sizing/design.h"
#include "io/sizing/design_run.h"

namespace wattloop::sizing {

constexpr double event_time = 60.0;  // s from the start of a run

struct ProofTest {
  std::string event;
  Settings settings;
  bool is_steady = false;
  bool holds_supply = true;  ///< the FWS stays near its set point, halls too
  double P_it = 0.0;         ///< W of IT at its beginning; 0: whatever it is
  bool is_asked = true;      ///< the request has a standby for it
};

/// Worst hour, record day, coldest hour, part load of 5 %, each single failure, loss of make-up water, blackout with
/// all generators and with one that does not start.
std::vector<ProofTest> proof_tests(const Request& request, const Design& design);

}  // namespace wattloop::sizing
