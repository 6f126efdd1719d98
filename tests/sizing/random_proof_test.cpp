// Requests at random: each feasible design run through its proof, of the others all designs of a reduced catalogue
// tried.

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "io/sizing/sizing.h"
#include "tests/sizing/exhaustive.h"

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

/// None of the designs of a reduced catalogue is feasible either. CDUs, coolers, chillers and fan walls stay all: what
/// makes a request infeasible is mostly that none of them reaches a temperature.
bool is_confirmed_infeasible(Request r, const Loads& loads) {
  if (!stays_liquid(r)) return true;
  reduce_pipes_and_pumps(r.catalogue);
  return exhaustive(r, loads) == Pricing::infeasible;
}

}  // namespace

TEST(Sizing, RandomRequestsPassTheirProofHeavy) {
  std::mt19937 random(19);
  SizingOptions options;
  options.has_sensitivities = false;
  const std::set<int> chosen = chosen_requests();
  int feasible = 0, infeasible = 0;
  for (int i = 0; i < 60; ++i) {
    const Request r = random_request(random);
    if (!chosen.empty() && !chosen.contains(i)) continue;
    const SizingResult result = size(r, options);
    if (!result.design) {
      EXPECT_FALSE(result.shortfalls.empty()) << i;
      EXPECT_TRUE(is_confirmed_infeasible(r, result.loads)) << i << ", " << r.annual_name << ", " << r.it_power << " W";
      ++infeasible;
      continue;
    }
    ++feasible;
    for (const ProofEvent& e : result.proof)
      EXPECT_FALSE(e.fails()) << i << ", " << r.annual_name << ", " << r.it_power << " W: " << e.event << ": "
                              << e.verdict;
  }
  if (chosen.empty()) {
    EXPECT_GT(feasible, 30);
    EXPECT_GT(infeasible, 0);
  }
}

}  // namespace wattloop::sizing
