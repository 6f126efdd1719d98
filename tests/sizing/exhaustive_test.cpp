// The search against designs priced one by one: all of a reduced catalogue, and 2,000 at random of the whole one.

#include <gtest/gtest.h>

#include <cmath>

#include "io/sizing/search.h"
#include "tests/sizing/exhaustive.h"

namespace wattloop::sizing {

namespace {

void compare_with_exhaustive(int requests) {
  std::mt19937 random(7);
  int feasible = 0;
  for (int i = 0; i < requests; ++i) {
    Request r = random_request(random);
    reduce(r.catalogue);
    const Loads loads = nameplate_loads(r);
    const SearchResult found = search(r, loads, bins_of(r));
    const double least = stays_liquid(r) ? exhaustive(r, loads) : Pricing::infeasible;
    ASSERT_EQ(found.best.has_value(), least >= 0.0)
        << i << ": " << r.annual_name << ", " << r.it_power << " W, FWS " << r.T_fws << " K";
    if (!found.best) {
      EXPECT_FALSE(found.shortfalls.empty());
      continue;
    }
    ++feasible;
    Pricing p(r, loads);
    EXPECT_NEAR(p.price(*found.best), least, 1e-9 * least) << i << ": " << r.annual_name;
  }
  EXPECT_GT(feasible, 0);
  EXPECT_LT(feasible, requests);
}

}  // namespace

/// The whole design: circuits, air side and what feeds them.
TEST(Sizing, NoRandomDesignIsBetter) {
  const Request r = childress();
  const Loads loads = nameplate_loads(r);
  const SearchResult found = search(r, loads, bins_of(r));
  ASSERT_TRUE(found.best);
  Pricing p(r, loads);
  const double best = p.price(*found.best);
  ASSERT_GT(best, 0.0);
  EXPECT_NEAR(p.P_circuits + p.P_air, found.best->P_plant, 1e-9 * found.best->P_plant);
  EXPECT_LE(found.best->lower_bound, found.best->objective);
  EXPECT_GE(found.best->lower_bound, 0.98 * found.best->objective);
  std::mt19937 random(11);
  const auto one_of = [&](const auto& items) -> const auto& {
    return items[random() % items.size()];
  };
  const auto up_to = [&](unsigned most) { return 1 + static_cast<int>(random() % most); };
  const Catalogue& c = r.catalogue;
  const auto random_circuits = [&]() {
    if (!p.set_cdu(one_of(c.cdus), 3 + up_to(8))) return Pricing::infeasible;
    double sum = 0.0;
    const auto add = [&](double part) { return sum += part, part >= 0.0; };
    const bool fits = add(p.price_tcs(one_of(c.tcs_pipes), up_to(4))) &&
                      add(p.price_pipes(one_of(c.fws_pipes), up_to(3), one_of(c.fws_pipes), up_to(2))) &&
                      add(p.price_coolers(one_of(c.coolers), 17 + up_to(50))) &&
                      add(p.price_pumps(one_of(c.fws_pumps), up_to(8)));
    return fits ? sum : Pricing::infeasible;
  };
  const auto random_air_side = [&]() {
    if (!p.set_walls(one_of(c.fan_walls), 10e3 + 5e3 * up_to(16)) || !p.set_chillers(one_of(c.chillers), up_to(20)))
      return Pricing::infeasible;
    return p.price_air(one_of(c.chw_pipes), up_to(3), one_of(c.chw_pipes), up_to(2), one_of(c.chw_pumps), up_to(12));
  };
  int feasible = 0;
  long tries = 0;
  for (; feasible < 2000 && tries < 4'000'000; ++tries) {
    const double circuits = random_circuits();
    if (circuits < 0.0) continue;
    double air = Pricing::infeasible;
    for (int i = 0; i < 1000 && air < 0.0; ++i) air = random_air_side();
    if (air < 0.0) continue;
    ++feasible;
    ASSERT_GE(circuits + air + p.price_feeds(p.P_circuits + p.P_air), best * (1.0 - 1e-12));
  }
  EXPECT_EQ(feasible, 2000) << tries;
}

TEST(Sizing, AgreesWithExhaustiveSearchSlow) {
  compare_with_exhaustive(5);
}

TEST(Sizing, AgreesWithExhaustiveSearchHeavy) {
  compare_with_exhaustive(60);
}

}  // namespace wattloop::sizing
