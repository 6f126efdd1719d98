// A design that is written rides through the loss of its grid and of a side of it: of its case, run as it is.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "io/case_run.h"
#include "io/sizing/design_run.h"
#include "io/sizing/generator_load.h"
#include "io/sizing/proof_tests.h"
#include "tests/sizing/sized.h"

namespace wattloop::sizing {

namespace {

/// Of parts of a type at one record: the least and the most.
struct Span {
  double least = INFINITY, most = -INFINITY;
};

class Watched {
 public:
  using Look = std::function<void(double t, const Watched&)>;

  Summary run(const Settings& settings, const Look& look) {
    Twin twin(design_case(one_building(), sized_building().case_text, settings), 1);
    CaseRun run(twin, false);
    run.start();
    run.on_record([&](int series, double t, const CaseRun::Values& values) {
      if (series != 0) return;
      groups_ = &run.recorder().groups(), values_ = &values;
      look(t, *this);
    });
    run.run(twin.description().run.duration);
    return run.finish();
  }

  Span operator()(const std::string& type, const std::string& name, const std::string& variable) const {
    Span span;
    for (std::size_t g = 0; g < groups_->size(); ++g) {
      const RecordGroup& group = (*groups_)[g];
      if (group.name != type) continue;
      const std::size_t n = std::max<std::size_t>(1, group.elements.size());
      for (std::size_t v = 0; v < group.variables.size(); ++v)
        for (std::size_t i = 0; i < n && group.variables[v].name == variable; ++i) {
          if (!name.empty() && !is_named(group.elements[i], name)) continue;
          const double x = (*values_)[g][v * n + i];
          span.least = std::min(span.least, x), span.most = std::max(span.most, x);
        }
    }
    EXPECT_TRUE(std::isfinite(span.most)) << type << " " << name << "." << variable;
    return span;
  }

 private:
  const std::vector<RecordGroup>* groups_ = nullptr;
  const CaseRun::Values* values_ = nullptr;
};

ProofTest test_of(const std::string& event) {
  const auto tests = proof_tests(one_building(), *sized_building().design);
  return *std::find_if(tests.begin(), tests.end(), [&](const ProofTest& t) { return t.event == event; });
}

int racks_off(const Summary& s) {
  for (const AreaConsequence& area : s.consequences.areas)
    if (area.path == "site") return area.off;
  return 0;
}

/// W that the batteries of a building take at most while they charge: what the documentation of the UPS says.
double most_charging() {
  const Design& d = *sized_building().design;
  constexpr double battery_loss = 0.04, charge_time = 36000.0;  // of the entry of the catalogue: defaults
  return 2.0 * d.loads.blocks * d.ups.installed * d.ups.item.rating * one_building().battery_time *
         (1.0 + battery_loss) / charge_time;
}

}  // namespace

TEST(SizingBlackout, ThePlantIsDeadAndTheRacksAreOnBatteriesSlow) {
  ASSERT_TRUE(sized_building().design);
  const ProofTest restart = test_of("restart after a blackout");
  double FWS_before = 0.0, FWS_least = INFINITY, TCS_before = 0.0, TCS_least = INFINITY, soc = 1.0;
  double P_before = 0.0, P_most = 0.0;
  const double begin = event_time, back = event_time + one_building().generator_time;
  const Summary s = Watched().run(run_settings(restart), [&](double t, const Watched& at) {
    const double P_grid = at("site", "", "P_grid").most;
    if (t < begin) {
      FWS_before = at("pump", "fws_pump", "m_flow").most, TCS_before = at("pump", "cdu.pump", "m_flow").most;
      P_before = P_grid;
      EXPECT_EQ(at("ups", "", "on_battery").most, 0.0) << t;
    }
    if (t > begin && t < back) {
      EXPECT_NEAR(P_grid, 0.0, 1e3) << t;
      EXPECT_EQ(at("ups", "", "on_battery").least, 1.0) << t;
      for (const char* fans : {"cooler", "hall_fans", "gallery_fans"})
        EXPECT_LT(at(std::string(fans) == "cooler" ? "dry_cooler" : "fan_wall", fans, "P_fan").most, 1.0) << t;
      EXPECT_LT(at("air_cooled_chiller", "chiller", "P").most, 1.0) << t;
      EXPECT_LT(at("pump", "fws_pump", "P").most, 1.0) << t;
    }
    if (t > begin) {
      FWS_least = std::min(FWS_least, at("pump", "fws_pump", "m_flow").most);
      TCS_least = std::min(TCS_least, at("pump", "cdu.pump", "m_flow").most);
    }
    if (t > back) P_most = std::max(P_most, P_grid);
    soc = std::min(soc, at("ups", "", "soc").least);
  });
  EXPECT_EQ(racks_off(s), 0);
  EXPECT_EQ(s.throttle_max, 0.0);
  EXPECT_LT(FWS_least, 0.1 * FWS_before);  // coasted down
  EXPECT_GT(TCS_least, 0.9 * TCS_before);
  // 15 s at not quite half load, and as much as half of the walk-in of 15 s: of 300 s.
  EXPECT_LT(soc, 0.985);
  EXPECT_GT(soc, 0.93);
  // What catches up and charges, and no more than generators were chosen for.
  const Design& d = *sized_building().design;
  EXPECT_GT(P_most, P_before + 0.5 * d.loads.buildings * most_charging());
  EXPECT_LE(P_most, d.loads.buildings * d.genset.duty * d.genset.item.rating);
  // They carry the record day too.
  const double hottest = generator_load(one_building(), d, sized_building().case_text) * d.loads.buildings;
  EXPECT_GE(hottest, P_most);
  EXPECT_LE(hottest, d.loads.buildings * d.genset.duty * d.genset.item.rating);
}

/// The test bites: without batteries the same loss takes all racks.
TEST(SizingBlackout, WithoutBatteriesAllRacksGoOffSlow) {
  ASSERT_TRUE(sized_building().design);
  Settings settings = run_settings(test_of("restart after a blackout"));
  for (const char* ups : {"ups_a", "ups_b"})
    settings.emplace_back(std::string("templates.block.parts.") + ups + ".battery", "no");
  settings.emplace_back("run.duration", "2 min");
  const Summary s = Watched().run(settings, [](double, const Watched&) {});
  const Loads& l = sized_building().design->loads;
  EXPECT_EQ(racks_off(s), l.buildings * l.blocks * l.racks.front());
}

TEST(SizingBlackout, ASideThatIsLostIsDeadAndItsBatteriesRunEmptySlow) {
  ASSERT_TRUE(sized_building().design);
  const ProofTest lost = test_of("transformer A of the grid is lost");
  double soc_a = 1.0, soc_b = 1.0, P_out_a = INFINITY, transformer_a = 0.0;
  const Summary s = Watched().run(run_settings(lost), [&](double t, const Watched& at) {
    if (t > event_time && t < event_time + one_building().generator_time) {
      EXPECT_LT(at("air_cooled_chiller", "chiller", "P").most, 1.0) << t;
      transformer_a = std::max(transformer_a, at("transformer", "block.transformer_a", "loading").most);
      EXPECT_EQ(at("ups", "ups_a", "on_battery").least, 1.0) << t;
    }
    soc_a = std::min(soc_a, at("ups", "ups_a", "soc").most), soc_b = std::min(soc_b, at("ups", "ups_b", "soc").least);
    P_out_a = at("ups", "ups_a", "P_out").most;
  });
  EXPECT_LT(transformer_a, 1e-3);
  EXPECT_LT(soc_a, 0.02);
  EXPECT_NEAR(soc_b, 1.0, 1e-6);
  EXPECT_LT(P_out_a, 1e3);  // at the end side B has all
  EXPECT_EQ(racks_off(s), 0);
  EXPECT_EQ(s.throttle_max, 0.0);
}

}  // namespace wattloop::sizing
