// Requests at random, each feasible design run through its proof.

#include <gtest/gtest.h>

#include "io/sizing/sizing.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

TEST(Sizing, RandomRequestsPassTheirProofHeavy) {
  std::mt19937 random(19);
  SizingOptions options;
  options.has_sensitivities = false;
  int feasible = 0;
  for (int i = 0; i < 60; ++i) {
    const Request r = random_request(random);
    const SizingResult result = size(r, options);
    if (!result.design) continue;
    ++feasible;
    for (const ProofEvent& e : result.proof)
      EXPECT_FALSE(e.fails()) << i << ", " << r.annual_name << ", " << r.it_power << " W: " << e.event << ": "
                              << e.verdict;
  }
  EXPECT_GT(feasible, 30);
}

}  // namespace wattloop::sizing
