// What a design is put through.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/sizing/sized.h"

namespace wattloop::sizing {

namespace {

/// One building with other inputs.
Request changed(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::vector<std::pair<std::string, std::string>> all{{"it.power", "25 MW"}, {"weather.record", "null"}};
  all.insert(all.end(), settings.begin(), settings.end());
  return childress(all);
}

/// As asked for, with a standby of each class.
const std::vector<ProofEvent>& proof_of_the_building() {
  static const std::vector<ProofEvent> events = proved(one_building(), sized_building());
  return events;
}

const ProofEvent* event_of(const std::vector<ProofEvent>& proof, const std::string& name) {
  const auto at = std::find_if(proof.begin(), proof.end(), [&](const ProofEvent& e) { return e.event == name; });
  return at == proof.end() ? nullptr : &*at;
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
  ASSERT_TRUE(sized_building().design);
  const auto& proof = proof_of_the_building();
  const ProofEvent* e = event_of(proof, dry);
  ASSERT_NE(e, nullptr);
  EXPECT_FALSE(e->is_asked());
  // Pads take 0.7 of a depression of 15.2 K off the air: the coolers at full speed give most of it back.
  EXPECT_GT(e->T_fws, 273.15 + 44.0);
  EXPECT_LT(e->T_fws, 273.15 + 53.0);
  EXPECT_GT(e->T_gpu_max, event_of(proof, "worst hour")->T_gpu_max + 4.0);
  const Request r = changed({{"weather.pads", "false"}, {"temperatures.fws", "44 degC"}});
  const auto without = search(r, nameplate_loads(r), bins_of(r)).best;
  ASSERT_TRUE(without);
  for (const ProofTest& test : proof_tests(r, *without)) EXPECT_NE(test.event, dry);
}

TEST(SizingProof, AGeneratorThatDoesNotStartIsCoveredByItsStandbySlow) {
  ASSERT_TRUE(sized_building().design);
  const auto& spare = proof_of_the_building();
  const ProofEvent* covered = event_of(spare, generator);
  ASSERT_NE(covered, nullptr);
  EXPECT_TRUE(covered->is_asked() && covered->holds()) << covered->verdict;
  EXPECT_EQ(events_of(*covered), events_of(*event_of(spare, "restart after a blackout")));
  // The engines are not part of the case: what the grid gives after the blackout is held against their ratings.
  EXPECT_STREQ(covered->by(), "run, generators by arithmetic");
  EXPECT_STREQ(event_of(spare, "worst hour")->by(), "run");
  EXPECT_NE(covered->told().find("(generators by arithmetic)"), std::string::npos);
  const Request r = changed({{"redundancy.genset", "N"}});
  const SizingResult none = sized_alone(r);
  ASSERT_TRUE(none.design);
  const auto proof = proved(r, none, {generator});
  const ProofEvent* shed = event_of(proof, generator);
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
  ASSERT_TRUE(sized_building().design);
  const auto& proof = proof_of_the_building();
  std::set<std::string> bindings;
  for (const ProofEvent& e : proof) {
    EXPECT_FALSE(e.binding.empty()) << e.event;
    bindings.insert(e.binding);
  }
  EXPECT_GE(bindings.size(), proof.size() / 2);
  EXPECT_NE(event_of(proof, "feed B of a block is lost")->binding.find("_a at "), std::string::npos)
      << event_of(proof, "feed B of a block is lost")->binding;
  EXPECT_NE(event_of(proof, dry)->binding.find("fan_control at 100 %, "), std::string::npos)
      << event_of(proof, dry)->binding;
}

/// On the record day too: half of its chillers are not enough for a hall.
TEST(SizingProof, HallsThatChillersDoNotCarryOnTheRecordDayAreNamedSlow) {
  const SizingResult& result = sized_building();
  ASSERT_TRUE(result.design);
  std::vector<ProofTest> tests = proof_tests(one_building(), *result.design);
  std::erase_if(tests, [](const ProofTest& test) { return test.event != "record day, hottest hour"; });
  ASSERT_EQ(tests.size(), 1u);
  tests.push_back(tests.front());
  tests.back().settings.emplace_back("templates.building.parts.chiller.count",
                                     std::to_string(result.design->chiller.installed / 2));
  const auto proof = prove(one_building(), result.case_text, tests, {});
  EXPECT_TRUE(proof.front().holds()) << proof.front().verdict;
  EXPECT_TRUE(proof.back().fails()) << proof.back().verdict;
}

/// A single unit without a standby: the verdict is told and asks nothing.
TEST(SizingProof, WithoutAStandbyNothingIsAskedSlow) {
  const Request r = changed({{"redundancy.cdu", "N"}});
  SizingResult result = sized_alone(r);
  ASSERT_TRUE(result.design);
  result.proof = proved(r, result, {"a CDU fails", "an FWS pump fails"});
  EXPECT_FALSE(event_of(result.proof, "a CDU fails")->is_asked());
  const std::string text = to_text(r, result);
  EXPECT_NE(text.find("(not asked to hold: redundancy.cdu is N)"), std::string::npos) << text;
  EXPECT_NE(text.find("event(s) not asked to hold"), std::string::npos) << text;
  EXPECT_TRUE(event_of(result.proof, "an FWS pump fails")->is_asked());
  EXPECT_TRUE(std::none_of(result.proof.begin(), result.proof.end(), [](const ProofEvent& e) { return e.fails(); }));
}

}  // namespace wattloop::sizing
