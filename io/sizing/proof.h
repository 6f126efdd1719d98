#pragma once
// A design put to the test: the case that was made of it is run, event by event.

#include <functional>
#include <string>
#include <vector>

#include "io/sizing/design.h"
#include "io/sizing/proof_tests.h"

namespace wattloop::sizing {

/// One test and what became of it.
struct ProofEvent {
  std::string event;
  std::string verdict;                                        ///< "holds", or what went wrong
  double T_gpu_max = 0.0;                                     // K
  double time_to_throttle;                                    ///< s from the event; not a number: never
  double lowest_flow = 1.0;                                   ///< of a rack over its flow before
  double T_fws = 0.0;                                         // K, warmest supply
  std::string binding;                                        ///< what came nearest to its end
  std::vector<std::pair<std::string, std::string>> settings;  ///< of the case, to repeat it
  bool has_generators = false;  ///< they are not part of the case: their load is held against their ratings
  std::string not_asked;  ///< why the request does not ask for it, so that only what happens is told; empty: it does
  bool is_asked() const { return not_asked.empty(); }
  bool holds() const { return verdict == "holds"; }
  bool fails() const { return is_asked() && !holds(); }
  /// What the verdict rests on.
  const char* by() const { return has_generators ? "run, generators by arithmetic" : "run"; }
  std::string told() const {
    return verdict + (has_generators ? " (generators by arithmetic)" : "") +
           (is_asked() ? "" : " (not asked to hold: " + not_asked + ")");
  }
};

struct ProofOptions {
  int threads = 1;
  std::function<void(std::size_t done, std::size_t all, const std::string& event)> progress;
  std::function<bool()> interrupted;
};

/// Runs the tests, `proof_tests` of a design for a whole proof.
std::vector<ProofEvent> prove(const Request& request, const std::string& case_text, const std::vector<ProofTest>& tests,
                              const ProofOptions& options);

}  // namespace wattloop::sizing
