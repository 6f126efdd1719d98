// What the fast path is off from IDA at a relative tolerance of 1e-8, with events.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "io/case_run.h"
#include "io/rack_record.h"

namespace wattloop {
namespace {

const std::string sixteen_racks = std::string(WATTLOOP_SOURCE_DIR) + "/tests/bench/plant_1152.yaml";
constexpr double most = 0.05;  // K

using Settings = std::vector<std::pair<std::string, std::string>>;

/// A pump trips and its standby takes over, a rack is lost and comes back, a job of five racks crashes and restarts: at
/// 1, 2 and 3 sixths of the run.
Settings with_events(double duration, const std::string& resolution) {
  const auto seconds = [&](double share) { return std::to_string(std::lround(share * duration)) + " s"; };
  const std::string block = "building.block.";
  const std::string events = "[{at: " + seconds(1.0 / 6) + ", fail: " + block +
                             "cdu_1.pump}, {at: " + seconds(2.0 / 6) + ", fail: " + block +
                             "rack_7}, {at: " + seconds(4.0 / 6) + ", repair: " + block +
                             "rack_7}, {at: " + seconds(5.0 / 6) + ", repair: " + block + "cdu_1.pump}]";
  return {{"run.duration", seconds(1.0)},
          {"run.resolution", resolution},
          {"run.record_interval", "15 s"},
          {"run.symmetry", "false"},
          {"workload.jobs.pretraining.crashes", "[" + seconds(3.0 / 6) + "]"},
          {"workload.jobs.pretraining.restart_delay", "1 min"},
          {"events", events}};
}

/// The hottest GPU of each rack and its return at each record, K.
struct Course {
  std::vector<double> T_die, T_return;
};

Course course(Settings settings, const std::string& tolerance, bool reference) {
  settings.emplace_back("run.tolerance", tolerance);
  Twin twin(read_case(sixteen_racks, settings), 1);
  CaseRun run(twin, reference);
  Course found;
  std::vector<double> out;
  run.on_record([&](int, double, const auto&) {
    for (const RackInstance& rack : twin.network().racks()) {
      const RackStatistics s = statistics_of(twin.system(), rack, run.state(), out);
      found.T_die.push_back(s.T_die_max);
      found.T_return.push_back(s.T_return);
    }
  });
  run.start();
  run.run(twin.description().run.duration);
  return found;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return std::nan("");
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

void compare(double duration, const std::string& resolution) {
  const Settings settings = with_events(duration, resolution);
  const Course fast = course(settings, "0.05 K", false);
  const Course exact = course(settings, "3e-6 K", true);  // 1e-8 of 300 K
  const auto [coolest, hottest] = std::minmax_element(exact.T_die.begin(), exact.T_die.end());
  EXPECT_GT(*hottest - *coolest, 20.0) << "the events are felt";
  const double die = largest_difference(fast.T_die, exact.T_die),
               back = largest_difference(fast.T_return, exact.T_return);
  EXPECT_LE(die, most);
  EXPECT_LE(back, most);
  testing::Test::RecordProperty("T_die_error_mK", std::to_string(die * 1e3));
  testing::Test::RecordProperty("T_return_error_mK", std::to_string(back * 1e3));
}

TEST(Accuracy, WithEvents) {
  compare(6 * 60.0, "rack");
}

TEST(Accuracy, TwoHoursOfEveryGpuWithEventsHeavy) {
  compare(2 * 3600.0, "gpu");
}

}  // namespace
}  // namespace wattloop
