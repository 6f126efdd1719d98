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

/// A thirty-second part of the tolerance takes shorter steps; what is decided stays in order and in time, and so does
/// who trips.
void expect_the_same_decisions(const std::string& example, const std::string& duration, std::size_t least_decisions) {
  const std::vector<std::pair<std::string, std::string>> seconds = {{"run.record_interval", "5 s"},
                                                                    {"run.duration", duration}};
  auto finer = seconds;
  finer.emplace_back("run.tolerance", "0.0015625 K");
  const Played coarse = play_example(example, seconds), fine = play_example(example, finer);
  ASSERT_EQ(coarse.log.size(), fine.log.size());
  EXPECT_GE(coarse.log.size(), least_decisions) << coarse.story();
  double most = 0.0;
  for (std::size_t i = 0; i < coarse.log.size(); ++i) {
    EXPECT_EQ(coarse.log[i].path, fine.log[i].path) << i;
    EXPECT_EQ(coarse.log[i].what, fine.log[i].what) << i;
    most = std::max(most, std::abs(coarse.log[i].time - fine.log[i].time));
  }
  EXPECT_LT(most, 0.02) << "s, a step around the decisions";
  EXPECT_EQ(ride_through_json(coarse.summary.ride_through), ride_through_json(fine.summary.ride_through));
  EXPECT_GT(5 * fine.summary.statistics.steps, 6 * coarse.summary.statistics.steps);
  fmt::print("{}: steps {} and {}, decisions apart by at most {:.2g} s\n", example, coarse.summary.statistics.steps,
             fine.summary.statistics.steps, most);
}

/// Transfer, starts, closing, shedding.
TEST(EventWindow, ShorterStepsDecideTheSame) {
  expect_the_same_decisions("genset_fails", "2 min", 16);
}

TEST(EventWindow, ShorterStepsDecideTheSameThroughDipsHeavy) {
  expect_the_same_decisions("utility_dip", "2 min", 4);
  expect_the_same_decisions("six_dips", "3 min", 12);
}

TEST(EventWindow, ShorterStepsDecideTheSameOnTheWayToTheGeneratorsAndBackHeavy) {
  expect_the_same_decisions("feed_loss_to_generators", "10 min", 20);
}

}  // namespace
}  // namespace wattloop
