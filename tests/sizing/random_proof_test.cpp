// Requests at random, each feasible design run through its proof.

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "io/sizing/sizing.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

namespace {

/// Those of WATTLOOP_RANDOM_REQUESTS, "29,31", to repeat single ones; none: all.
std::set<int> chosen_requests() {
  std::set<int> chosen;
  const char* list = std::getenv("WATTLOOP_RANDOM_REQUESTS");
  std::istringstream text(list == nullptr ? "" : list);
  for (std::string number; std::getline(text, number, ',');) chosen.insert(std::stoi(number));
  return chosen;
}

}  // namespace

TEST(Sizing, RandomRequestsPassTheirProofHeavy) {
  std::mt19937 random(19);
  SizingOptions options;
  options.has_sensitivities = false;
  const std::set<int> chosen = chosen_requests();
  int feasible = 0;
  for (int i = 0; i < 60; ++i) {
    const Request r = random_request(random);
    if (!chosen.empty() && !chosen.contains(i)) continue;
    const SizingResult result = size(r, options);
    if (!result.design) continue;
    ++feasible;
    for (const ProofEvent& e : result.proof)
      EXPECT_FALSE(e.fails()) << i << ", " << r.annual_name << ", " << r.it_power << " W: " << e.event << ": "
                              << e.verdict;
  }
  if (chosen.empty()) {
    EXPECT_GT(feasible, 30);
  }
}

}  // namespace wattloop::sizing
