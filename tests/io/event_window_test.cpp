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

/// An eighth of the tolerance takes shorter steps; transfer, starts, closing, shedding stay in order and in time.
TEST(EventWindow, ShorterStepsDecideTheSame) {
  const std::vector<std::pair<std::string, std::string>> seconds = {{"run.record_interval", "5 s"},
                                                                    {"run.duration", "2 min"}};
  auto finer = seconds;
  finer.emplace_back("run.tolerance", "0.00625 K");
  const Played coarse = play_example("genset_fails", seconds), fine = play_example("genset_fails", finer);
  ASSERT_EQ(coarse.log.size(), fine.log.size());
  EXPECT_GT(coarse.log.size(), 15u) << coarse.story();
  double most = 0.0;
  for (std::size_t i = 0; i < coarse.log.size(); ++i) {
    EXPECT_EQ(coarse.log[i].path, fine.log[i].path) << i;
    EXPECT_EQ(coarse.log[i].what, fine.log[i].what) << i;
    most = std::max(most, std::abs(coarse.log[i].time - fine.log[i].time));
  }
  EXPECT_LT(most, 0.02) << "s, a step around the decisions";
  EXPECT_GT(5 * fine.summary.statistics.steps, 6 * coarse.summary.statistics.steps);
  fmt::print("steps {} and {}, decisions apart by at most {:.2g} s\n", coarse.summary.statistics.steps,
             fine.summary.statistics.steps, most);
}

}  // namespace
}  // namespace wattloop
