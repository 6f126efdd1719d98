// Milliseconds around an event inside a run of minutes: what the steps decide and what they cost.

#include <algorithm>
#include <cmath>

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

Played play_example(const std::string& name, const std::vector<std::pair<std::string, std::string>>& overrides) {
  const Directory directory;
  return play(std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples" / name / "case.yaml", directory, overrides);
}

using Overrides = std::vector<std::pair<std::string, std::string>>;

/// What is decided stays in order and in time, and so do the verdicts of ride-through tables.
void expect_the_same_decisions(const Played& coarse, const Played& fine, double apart, std::size_t least_decisions) {
  ASSERT_EQ(coarse.log.size(), fine.log.size());
  EXPECT_GE(coarse.log.size(), least_decisions) << coarse.story();
  double most = 0.0;
  for (std::size_t i = 0; i < coarse.log.size(); ++i) {
    EXPECT_EQ(coarse.log[i].path, fine.log[i].path) << i;
    EXPECT_EQ(coarse.log[i].what, fine.log[i].what) << i;
    most = std::max(most, std::abs(coarse.log[i].time - fine.log[i].time));
  }
  EXPECT_LE(most, apart);
  EXPECT_EQ(ride_through_json(coarse.summary.ride_through), ride_through_json(fine.summary.ride_through));
  fmt::print("steps {} and {}, {} decisions apart by at most {:.2g} s\n", coarse.summary.statistics.steps,
             fine.summary.statistics.steps, coarse.log.size(), most);
}

/// Steps as the error asks for, of 20 ms at most, and of half of that: no decision moves by more than a step.
void expect_the_same_with_half_the_step(const std::string& example, const Overrides& window,
                                        std::size_t least_decisions) {
  constexpr double step = 20e-3;  // s
  const auto played = [&](const char* largest_step) {
    Overrides overrides = window;
    if (largest_step) overrides.emplace_back("run.forcing_interval", largest_step);
    return play_example(example, overrides);
  };
  const Played chosen = played(nullptr), whole = played("20 ms"), half = played("10 ms");
  expect_the_same_decisions(chosen, whole, step, least_decisions);
  expect_the_same_decisions(whole, half, step, least_decisions);
  const auto at_least = [&](double largest) { return whole.summary.duration / largest; };
  EXPECT_GE(static_cast<double>(half.summary.statistics.steps), at_least(0.5 * step));
  EXPECT_GE(static_cast<double>(whole.summary.statistics.steps), at_least(step));
  EXPECT_LT(static_cast<double>(whole.summary.statistics.steps), at_least(0.5 * step));
  EXPECT_GT(whole.summary.statistics.steps, 2 * chosen.summary.statistics.steps);
}

Overrides seconds_of(const std::string& duration) {
  return {{"run.record_interval", "5 s"}, {"run.duration", duration}};
}

/// A thirty-second part of the tolerance takes shorter steps where the error decides.
TEST(EventWindow, AFinerToleranceDecidesTheSame) {
  Overrides finer = seconds_of("2 min");
  finer.emplace_back("run.tolerance", "0.0015625 K");
  const Played coarse = play_example("genset_fails", seconds_of("2 min")), fine = play_example("genset_fails", finer);
  expect_the_same_decisions(coarse, fine, 0.02, 16);
  EXPECT_GT(5 * fine.summary.statistics.steps, 6 * coarse.summary.statistics.steps);
}

TEST(EventWindow, HalfTheStepDecidesTheSameThroughDips) {
  expect_the_same_with_half_the_step("utility_dip", seconds_of("80 s"), 4);
}

/// Transfer, starts, closing, shedding.
TEST(EventWindow, HalfTheStepDecidesTheSameWhereASetFailsSlow) {
  expect_the_same_with_half_the_step("genset_fails", seconds_of("2 min"), 16);
}

/// A trip by its curve, the way back by an interlock.
TEST(EventWindow, HalfTheStepDecidesTheSameOnARing) {
  expect_the_same_with_half_the_step("mv_ring", seconds_of("15 s"), 3);
}

TEST(EventWindow, HalfTheStepDecidesTheSameThroughSixDipsHeavy) {
  expect_the_same_with_half_the_step("six_dips", seconds_of("3 min"), 12);
}

TEST(EventWindow, HalfTheStepDecidesTheSameOnTheWayToTheGeneratorsAndBackHeavy) {
  expect_the_same_with_half_the_step("feed_loss_to_generators", seconds_of("10 min"), 20);
}

/// Batteries, coast-down of the facility pumps, throttling, and the way back.
TEST(EventWindow, HalfTheStepDecidesTheSameFromADeadGridToTheGpuThatThrottlesHeavy) {
  expect_the_same_with_half_the_step("blackout_to_throttle", seconds_of("8 min"), 10);
}

/// The whole site, rack by rack: a dip in which all racks go out and come back.
TEST(EventWindow, HalfTheStepDecidesTheSameOnTheSite) {
  expect_the_same_with_half_the_step("childress_200mw",
                                     {{"run.duration", "8 s"},
                                      {"run.record_interval", "1 s"},
                                      {"run.start", "2026-07-15T14:00"},
                                      {"connection", "{ride_through: itic}"},
                                      {"workload.jobs", "{full: {kind: constant, racks: [1-1280], activity: 1}}"},
                                      {"events", "[{at: 2 s, set: grid.V, to: 241.5 kV, for: 0.5 s}]"}},
                                     1);
}

}  // namespace
}  // namespace wattloop
