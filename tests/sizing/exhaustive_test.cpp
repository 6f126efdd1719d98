// The search against designs priced one by one: all of a reduced catalogue, and 2,000 at random of the whole one.

#include <gtest/gtest.h>

#include <cmath>

#include "io/sizing/search.h"
#include "tests/sizing/pricing.h"

namespace wattloop::sizing {

namespace {

constexpr int most_coolers = 250, most_chillers = 60;  // of a building

/// An air side's objective and power of the plant.
struct AirPoint {
  double objective = 0.0, P = 0.0;
};

/// Every air side of the catalogue, but those that another beats in both.
std::vector<AirPoint> all_air_sides(const Request& r, Pricing& p) {
  std::vector<AirPoint> list;
  const auto add = [&](const AirPoint& x) {
    const auto beats = [](const AirPoint& a, const AirPoint& b) { return a.objective <= b.objective && a.P <= b.P; };
    if (std::any_of(list.begin(), list.end(), [&](const AirPoint& a) { return beats(a, x); })) return;
    std::erase_if(list, [&](const AirPoint& a) { return beats(x, a); });
    list.push_back(x);
  };
  for (const FanWallItem& wall : r.catalogue.fan_walls)
    for (int step = 0; step <= 15; ++step) {
      if (!p.set_walls(wall, 15e3 + 5e3 * step)) continue;
      for (const ChillerItem& chiller : r.catalogue.chillers)
        for (int n = 1; n <= most_chillers; ++n) {
          if (!p.set_chillers(chiller, n)) continue;
          for (const PipeItem& main : r.catalogue.chw_pipes)
            for (const PipeItem& branch : r.catalogue.chw_pipes)
              for (int mains = 1; mains <= 3; ++mains)
                for (int branches = 1; branches <= 2; ++branches)
                  for (const PumpItem& pump : r.catalogue.chw_pumps)
                    for (int pumps = 1; pumps <= 12; ++pumps) {
                      const double objective = p.price_air(main, mains, branch, branches, pump, pumps);
                      if (objective >= 0.0) add({objective, p.P_air});
                    }
        }
    }
  return list;
}

/// The least price over everything, without any bound but these counts; below zero if nothing is feasible.
double exhaustive(const Request& r, const Loads& loads) {
  Pricing p(r, loads);
  const std::vector<AirPoint> air = all_air_sides(r, p);
  double best = INFINITY, least_air = INFINITY;
  for (const AirPoint& a : air) least_air = std::min(least_air, a.objective);
  const auto whole = [&](double circuits) {
    if (circuits + least_air >= best) return;
    for (const AirPoint& a : air) best = std::min(best, circuits + a.objective + p.price_feeds(p.P_circuits + a.P));
  };
  for (const CduItem& cdu : r.catalogue.cdus)
    for (int duty = 1; duty <= 12; ++duty) {
      if (!p.set_cdu(cdu, duty)) continue;
      for (const PipeItem& tcs : r.catalogue.tcs_pipes)
        for (int lanes = 1; lanes <= 4; ++lanes) {
          const double a = p.price_tcs(tcs, lanes);
          if (a < 0.0) continue;
          // Of what follows only the heat of the pumps depends on the TCS pipes.
          for (const CoolerItem& cooler : r.catalogue.coolers)
            for (int n = 1; n <= most_coolers; ++n) {
              const double b = p.price_coolers(cooler, n);
              if (b < 0.0) continue;
              for (const PipeItem& main : r.catalogue.fws_pipes)
                for (const PipeItem& branch : r.catalogue.fws_pipes)
                  for (int mains = 1; mains <= 3; ++mains)
                    for (int branches = 1; branches <= 2; ++branches) {
                      const double c = p.price_pipes(main, mains, branch, branches);
                      if (c < 0.0) continue;
                      for (const PumpItem& pump : r.catalogue.fws_pumps)
                        for (int pumps = 1; pumps <= 12; ++pumps) {
                          const double d = p.price_pumps(pump, pumps);
                          if (d >= 0.0) whole(a + b + c + d);
                        }
                    }
            }
        }
    }
  return std::isfinite(best) ? best : Pricing::infeasible;
}

/// Few sizes of each class.
void reduce(Catalogue& c) {
  c.cdus.resize(2);
  c.coolers.erase(c.coolers.begin());
  c.fws_pumps.erase(c.fws_pumps.begin());
  c.tcs_pipes.erase(c.tcs_pipes.begin(), c.tcs_pipes.end() - 2);
  std::erase_if(c.fws_pipes, [](const PipeItem& p) { return p.name != "DN400" && p.name != "DN700"; });
  std::erase_if(c.chw_pipes, [](const PipeItem& p) { return p.name != "DN250" && p.name != "DN500"; });
}

bool stays_liquid(const Request& r) {
  for (const char* name : {"fws", "chw"})
    if (r.T_coldest - make_liquid(r.liquids.at(name)).T_freeze < r.limits.freeze_margin) return false;
  return true;
}

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

TEST(Sizing, AgreesWithExhaustiveSearch) {
  compare_with_exhaustive(5);
}

TEST(Sizing, AgreesWithExhaustiveSearchHeavy) {
  compare_with_exhaustive(60);
}

}  // namespace wattloop::sizing
