// Power smoothing of racks in a run against that of the electrical window, and where its energy goes.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "io/connection.h"
#include "io/grid_window.h"
#include "models/loss_curve.h"
#include "tests/io/played_case.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

/// The small case whose rack trains in steps of 4 s, with a floor, ramps and a hysteresis.
std::string smoothed_case(const std::string& in_run) {
  return with(
      {{"duration: 1 h}", "duration: 2 min, forcing_interval: 1 s, record_interval: 1 s}"},
       {"job: {kind: constant, racks: [1], activity: 80 %}",
        "job: {kind: training, racks: [1], period: 4 s, duty: 50 %, low: 20 %, edge: 1 ms, ramp_time: 1 ms, "
        "checkpoint_interval: 0 s, spread: 0, drift: 0, end: 1 min}"},
       {"sequences:\n",
        "connection:\n" + in_run +
            "  smoothing: {floor and ramps: {floor: 60 %, ramp_up: 400 W/s, ramp_down: 300 W/s, hysteresis: 3 s}}\n"
            "sequences:\n"}});
}

class SmoothingInARun : public testing::Test {
 protected:
  Played play_case(const std::string& in_run, const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
    return play(directory_.write("case.yaml", smoothed_case(in_run)), directory_, overrides);
  }
  Directory directory_;
};

/// What the shelves of a rack draw from both feeds for a load, W.
double drawn(double P) {
  constexpr double P_half = 132e3;
  return P + 2.0 * P_half * LossCurve<double>(0.970, 0.975, 0.972, 0.965)(0.5 * P / P_half);
}

constexpr const char* in_steps = "  smoothing_step: 5 ms\n";

/// The same law in the same steps: burned and held back as in the window; the course is its mean over each second.
TEST_F(SmoothingInARun, IsThatOfTheWindow) {
  const Played played = play_case(in_steps);
  Twin twin(read_case(directory_.path() / "case.yaml"), 1);
  const GridWindow window = grid_window(twin, {0.0, 120.0, 5e-3}, twin.description().connection->smoothing);
  const GridCourse& course = window.courses[1];
  EXPECT_GT(course.burned, 1e6);
  EXPECT_GT(course.held_back, 1e5);
  EXPECT_NEAR(played.summary.burned, course.burned, 1e-9 * course.burned);
  EXPECT_NEAR(played.summary.held_back, course.held_back, 1e-9 * course.held_back);

  // Behind the supplies the run's racks draw what the window says; records are at the end of each second.
  const std::vector<double> P = played.values("racks", "rack", "P_in");
  for (int second = 1; second < 120; second += 7) {
    const auto begin = course.P_it.begin() + 200 * (second - 1);
    const double mean = std::accumulate(begin, begin + 200, 0.0) / 200.0;
    EXPECT_NEAR(P[second], drawn(mean), 1e-5 * mean) << second;
  }
}

/// What is burned less what is held back is drawn from the grid beyond the losses, leaves as heat, and all closes.
TEST_F(SmoothingInARun, ItsEnergyIsInPowerAndHeat) {
  const Played with = play_case(in_steps), without = play_case("");
  EXPECT_TRUE(with.summary.is_smoothed);
  EXPECT_FALSE(without.summary.is_smoothed);
  const double duration = with.summary.duration;
  const double more = (with.summary.P_it - without.summary.P_it) * duration;
  const double net = with.summary.burned - with.summary.held_back;
  EXPECT_GT(more, 1.00 * net);  // and what the supplies lose on it
  EXPECT_LT(more, 1.06 * net);
  const auto heat = [&](const Summary& s) {
    double sum = s.stored;
    for (const auto& [meter, power] : s.outside)
      if (meter != "grid") sum -= power;
    return sum * duration;
  };
  EXPECT_NEAR(heat(with.summary) - heat(without.summary), (with.summary.P_grid - without.summary.P_grid) * duration,
              1e-5 * net);
  EXPECT_LE(with.summary.closure.energy, 1e-6);
  EXPECT_LE(with.summary.closure.electrical, 1e-9);
  EXPECT_GE(with.summary.T_die_max, without.summary.T_die_max - 1.0);
}

/// The floor holds for the hysteresis after the work and then lets go by its ramp.
TEST_F(SmoothingInARun, LetsGoAfterTheHysteresis) {
  const Played played = play_case(in_steps);
  const std::vector<double> P = played.values("racks", "rack", "P_in");
  const DevicePower power;
  const double floor = 0.6 * power.gpu_cap, idle = power.rack(0.0);
  EXPECT_NEAR(P[62], drawn(idle + power.gpus * (floor - power.gpu_idle)), 0.01 * idle)
      << "2 s after the job, within 3 s";
  const double fall = (floor - power.gpu_idle) / 300.0;  // s
  EXPECT_GT(P[64], P[66] + 100.0) << "on its way down";
  EXPECT_NEAR(P[static_cast<std::size_t>(std::ceil(63.0 + fall + 1.0))], drawn(idle), 0.01 * idle);
}

TEST_F(SmoothingInARun, AStepWithoutASmoothingIsAMistake) {
  const std::string problems =
      problems_of_case(with({{"sequences:\n", "connection: {smoothing_step: 20 ms}\nsequences:\n"}}));
  EXPECT_NE(problems.find("connection.smoothing_step"), std::string::npos) << problems;
  EXPECT_NE(problems.find("there is no smoothing that a run could take"), std::string::npos) << problems;
}

}  // namespace
}  // namespace wattloop
