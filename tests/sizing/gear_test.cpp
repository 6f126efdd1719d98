// Gear of a written design bears the faults of its buses.

#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "io/fault_report.h"
#include "io/sizing/design_case.h"
#include "io/sizing/design_run.h"
#include "io/sizing/proof_tests.h"
#include "io/sizing/search.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

TEST(SizingGear, BearsTheFaultsOfTheWrittenDesign) {
  const Request r = childress({{"it.power", "100 MW"}});
  const auto design = search(r, nameplate_loads(r), bins_of(r)).best;
  ASSERT_TRUE(design);
  Twin twin(design_case(r, case_text(r, *design), {}), 1);
  const FaultReport report = fault_report(fault_network(twin.network()));
  EXPECT_TRUE(report.gear_is_strong_enough()) << fault_text(report);
  EXPECT_FALSE(report.gear.empty());
  EXPECT_TRUE(report.clears_all());
  EXPECT_TRUE(report.clashes.empty());
  // By hand, IEC 60909: a transformer of 2.5 MVA and 5.75 % has 3,478 A and gives 1.1/0.0575 of them over its
  // correction of 0.95 x 1.1/(1 + 0.6 x 0.0575) = 1.010, 65.9 kA; behind a bus some 30 times as stiff 64 kA.
  int sections = 0;
  for (const Fault& fault : report.faults) {
    const std::string& bus = report.network.buses[static_cast<std::size_t>(fault.bus)].name;
    if (fault.I_k == 0.0) continue;  // equal to another
    if (!bus.ends_with(".lv_a") && !bus.ends_with(".mech")) continue;
    EXPECT_NEAR(fault.I_k, 64e3, 2e3) << bus;
    ++sections;
  }
  EXPECT_GT(sections, 0);
}

/// 2(N+1): a spare on each side, one of the main transformers with its breaker open, and gear that bears the faults.
TEST(SizingGear, BearsTheFaultsWithSparesOnEachSide) {
  const Request plain = childress(), spare = childress({{"redundancy.transformer", "2(N+1)"},
                                                        {"redundancy.ups", "2(N+1)"},
                                                        {"redundancy.hv_transformer", "2(N+1)"}});
  const auto a = search(plain, nameplate_loads(plain), bins_of(plain)).best;
  const auto b = search(spare, nameplate_loads(spare), bins_of(spare)).best;
  ASSERT_TRUE(a && b);
  for (const auto* units : {&a->transformer, &a->ups, &a->hv_transformer}) EXPECT_EQ(units->installed, units->duty);
  for (const auto* units : {&b->transformer, &b->ups, &b->hv_transformer}) EXPECT_EQ(units->installed, units->duty + 1);
  // At most one more of each type that is best without spares.
  const int blocks = a->loads.buildings * a->loads.blocks;
  const double most =
      2.0 * blocks * (a->transformer.item.price + a->ups.item.price + a->battery.energy * a->battery.item.price) +
      2.0 * a->hv_transformer.item.price;
  EXPECT_GT(b->worth.price, a->worth.price);
  EXPECT_LE(b->worth.price, a->worth.price + most);
  Twin twin(design_case(spare, case_text(spare, *b), {}), 1);
  const FaultReport report = fault_report(fault_network(twin.network()));
  EXPECT_TRUE(report.gear_is_strong_enough()) << fault_text(report);
  EXPECT_TRUE(report.clears_all());
  // Side A without its spares carries all: that is what both losses of side B are.
  int losses = 0;
  for (const ProofTest& test : proof_tests(spare, *b)) {
    if (!test.event.ends_with(", A at N")) continue;
    ++losses;
    for (const auto& [part, units] : {std::pair{"transformer_a", &b->transformer}, std::pair{"ups_a", &b->ups}})
      EXPECT_EQ(
          std::count(test.settings.begin(), test.settings.end(),
                     std::pair{fmt::format("templates.block.parts.{}.in_parallel", part), std::to_string(units->duty)}),
          1)
          << part;
  }
  EXPECT_EQ(losses, 2);
}

}  // namespace wattloop::sizing
