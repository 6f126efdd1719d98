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
  bool holds_supply = true;   ///< the FWS stays near its set point
  bool holds_rooms = true;    ///< halls stay near theirs
  double P_it = 0.0;          ///< W of IT at its beginning; 0: whatever it is
  std::string not_asked{};    ///< why it need not hold: "redundancy.cdu is N"; empty: it has to
  double P_generators = 0.0;  ///< W that generators carry once they are on the bus; 0: the grid does
};

/// Settings of the case that a test runs.
Settings run_settings(const ProofTest& test);

/// Side B of the site is lost for good: side A carries all racks and the plant, without its spares.
ProofTest loss_of_side_b(const std::string& event, const WeatherPoint& air, const Design& design);

/// The grid is lost and generators take its place: what it gives from then on is what they have to.
ProofTest restart_after_blackout(const Request& request, const Design& design);

/// Worst hour, record day, coldest hour, part load of 5 %, each single failure, loss of make-up water, blackout with
/// all generators and with one of each building that does not start.
std::vector<ProofTest> proof_tests(const Request& request, const Design& design);

}  // namespace wattloop::sizing
