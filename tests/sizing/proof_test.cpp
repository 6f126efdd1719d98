// What a design is put through.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "io/sizing/proof_tests.h"
#include "io/sizing/sizing.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

namespace {

/// One building, with its proof.
SizingResult proved(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::vector<std::pair<std::string, std::string>> all{{"it.power", "25 MW"}, {"weather.record", "null"}};
  all.insert(all.end(), settings.begin(), settings.end());
  SizingOptions options;
  options.has_sensitivities = false;
  return size(childress(all), options);
}

/// With a standby of each class.
const SizingResult& proved_as_asked() {
  static const SizingResult result = proved({});
  return result;
}

const ProofEvent* event_of(const SizingResult& result, const std::string& name) {
  const auto at =
      std::find_if(result.proof.begin(), result.proof.end(), [&](const ProofEvent& e) { return e.event == name; });
  return at == result.proof.end() ? nullptr : &*at;
}

std::string events_of(const ProofEvent& e) {
  for (const auto& [path, value] : e.settings)
    if (path == "events") return value;
  return "";
}

constexpr const char* dry = "make-up water fails, pads run dry";
constexpr const char* generator = "a generator does not start";

}  // namespace

TEST(SizingProof, WithoutMakeUpWaterTheSupplyWarmsSlow) {
  const SizingResult& result = proved_as_asked();
  ASSERT_TRUE(result.design);
  const ProofEvent* e = event_of(result, dry);
  ASSERT_NE(e, nullptr);
  EXPECT_FALSE(e->is_asked());
  // Pads take 0.7 of a depression of 15.2 K off the air: the coolers at full speed give most of it back.
  EXPECT_GT(e->T_fws, 273.15 + 44.0);
  EXPECT_LT(e->T_fws, 273.15 + 53.0);
  EXPECT_GT(e->T_gpu_max, event_of(result, "worst hour")->T_gpu_max + 4.0);
  const SizingResult without = proved({{"weather.pads", "false"}, {"temperatures.fws", "44 degC"}});
  ASSERT_TRUE(without.design);
  EXPECT_EQ(event_of(without, dry), nullptr);
}

TEST(SizingProof, AGeneratorThatDoesNotStartIsCoveredByItsStandbySlow) {
  const SizingResult& spare = proved_as_asked();
  ASSERT_TRUE(spare.design);
  const ProofEvent* covered = event_of(spare, generator);
  ASSERT_NE(covered, nullptr);
  EXPECT_TRUE(covered->is_asked() && covered->holds()) << covered->verdict;
  EXPECT_EQ(events_of(*covered), events_of(*event_of(spare, "restart after a blackout")));
  // The engines are not part of the case: what the grid gives after the blackout is held against their ratings.
  EXPECT_STREQ(covered->by(), "run, generators by arithmetic");
  EXPECT_STREQ(event_of(spare, "worst hour")->by(), "run");
  EXPECT_NE(covered->told().find("(generators by arithmetic)"), std::string::npos);
  const SizingResult none = proved({{"redundancy.genset", "N"}});
  ASSERT_TRUE(none.design);
  const ProofEvent* shed = event_of(none, generator);
  ASSERT_NE(shed, nullptr);
  EXPECT_FALSE(shed->is_asked());
  // What is shed is enough for those that run.
  EXPECT_EQ(shed->verdict.find("generators at"), std::string::npos) << shed->verdict;
  // As many chillers stay off as the missing power takes, and no more.
  const Design& d = *none.design;
  const double missing = d.loads.P_building - (d.genset.installed - 1) * d.genset.item.rating;
  ASSERT_GT(missing, 0.0);
  const std::string events = events_of(*shed);
  int returning = 0;
  for (std::size_t at = 0; (at = events.find("repair: building.chiller", at)) != std::string::npos; ++at) ++returning;
  EXPECT_LT(returning, d.chiller.installed);
  if (returning > 0) {
    const double P = value_of(*none.worst_hour, "chiller", "P_w");
    EXPECT_NEAR(d.chiller.installed - returning, missing / P, 1.2);
  }
}

/// What came nearest to its end: of what the event has moved.
TEST(SizingProof, EachEventHasWhatComesNearestToItsEndSlow) {
  const SizingResult& result = proved_as_asked();
  ASSERT_TRUE(result.design);
  std::set<std::string> bindings;
  for (const ProofEvent& e : result.proof) {
    EXPECT_FALSE(e.binding.empty()) << e.event;
    bindings.insert(e.binding);
  }
  EXPECT_GE(bindings.size(), result.proof.size() / 2);
  EXPECT_NE(event_of(result, "feed B of a block is lost")->binding.find("_a at "), std::string::npos)
      << event_of(result, "feed B of a block is lost")->binding;
  EXPECT_NE(event_of(result, dry)->binding.find("fan_control at 100 %, "), std::string::npos)
      << event_of(result, dry)->binding;
}

/// A single unit without a standby: the verdict is told and asks nothing.
TEST(SizingProof, WithoutAStandbyNothingIsAskedSlow) {
  const SizingResult result = proved({{"redundancy.cdu", "N"}});
  ASSERT_TRUE(result.design);
  EXPECT_FALSE(event_of(result, "a CDU fails")->is_asked());
  const std::string text = to_text(childress({{"it.power", "25 MW"}, {"redundancy.cdu", "N"}}), result);
  EXPECT_NE(text.find("(not asked to hold: redundancy.cdu is N)"), std::string::npos) << text;
  EXPECT_NE(text.find("event(s) not asked to hold"), std::string::npos) << text;
  EXPECT_TRUE(event_of(result, "an FWS pump fails")->is_asked());
  EXPECT_TRUE(std::none_of(result.proof.begin(), result.proof.end(), [](const ProofEvent& e) { return e.fails(); }));
}

}  // namespace wattloop::sizing
