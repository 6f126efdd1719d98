#pragma once
// Requests sized for tests, and the tests of a proof that they ask for.

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include "io/sizing/sizing.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

inline int threads_of_the_machine() {
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

/// Without proof, sensitivities and, unless asked for, contenders.
inline SizingResult sized_alone(const Request& request, bool tries_contenders = false) {
  SizingOptions options;
  options.tries_contenders = tries_contenders;
  options.threads = threads_of_the_machine();
  options.proves = options.has_sensitivities = false;
  return size(request, options);
}

/// Childress with one building of 25 MW.
inline const Request& one_building() {
  static const Request r = childress({{"it.power", "25 MW"}});
  return r;
}

/// `one_building`, sized once for all tests of a process.
inline const SizingResult& sized_building() {
  static const SizingResult result = sized_alone(one_building());
  return result;
}

/// Of the proof of a design those of the names; none: all.
inline std::vector<ProofEvent> proved(const Request& request, const SizingResult& result,
                                      const std::set<std::string>& events = {}) {
  std::vector<ProofTest> tests = proof_tests(request, *result.design);
  if (!events.empty()) std::erase_if(tests, [&](const ProofTest& test) { return !events.contains(test.event); });
  ProofOptions options;
  options.threads = threads_of_the_machine();
  return prove(request, result.case_text, tests, options);
}

}  // namespace wattloop::sizing
