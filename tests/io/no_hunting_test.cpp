// With the catalogue's tuning no loop hunts: load steps from 5 to 100 % and back.

#include <algorithm>
#include <cmath>
#include <tuple>

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

constexpr double step = 1800.0, settling = 900.0, record_interval = 15.0;  // s

/// Spans of the sensors: temperature 0 to 50 degC wide, differential pressure 0 to 250 kPa, flow 0 to 60 kg/s. 2 % of a
/// span is 1 K, 5 kPa and 1.2 kg/s.
double span_of(const std::string& controller) {
  if (controller.find("bypass") != std::string::npos) return 60.0;  // kg/s
  const bool is_pressure = controller.find("dp_") != std::string::npos ||
                           controller.find("secondary") != std::string::npos ||
                           controller.find("tower_pump") != std::string::npos;
  return is_pressure ? 250e3 : 50.0;  // Pa, K
}

/// The measurement of every controller stays within 2 % of its span of where it is at the end of the step, from 15 min
/// after the step. Its error stands for it: set points are constant or follow the weather slowly.
void expect_settled(const Played& played, int steps) {
  const RunFile file(played.results);
  const auto& times = file.times();
  for (const RecordGroup& group : file.groups()) {
    if (group.name != "pi_controller") continue;
    std::vector<std::vector<double>> errors;
    for (std::size_t i = 0; i < times.size(); ++i) errors.push_back(file.values(group.name, "error", i));
    for (std::size_t c = 0; c < group.elements.size(); ++c)
      for (int s = 0; s < steps; ++s) {
        const auto at = [&](double t) {
          return static_cast<std::size_t>(std::lround((s * step + t) / record_interval));
        };
        const double settled = errors[at(step) - 1][c];
        double worst = 0.0;
        for (std::size_t i = at(settling); i < at(step); ++i) worst = std::max(worst, std::abs(errors[i][c] - settled));
        EXPECT_LT(worst, 0.02 * span_of(group.elements[c])) << group.elements[c] << " in step " << s;
      }
  }
}

void expect_few_starts(const Played& played, double least_run) {
  EXPECT_FALSE(played.summary.switching.empty());
  for (const auto& [sequence, count] : played.summary.switching) {
    EXPECT_LE(count.most_in_an_hour, 4) << sequence;
    EXPECT_GE(count.shortest, least_run) << sequence;
  }
}

/// Knots of a staircase through the loads, each rise 6 s wide.
std::string stairs(const std::vector<double>& loads, const std::string& unit = "") {
  std::string knots = fmt::format("[[0 s, {} {}]", loads[0], unit);
  for (std::size_t i = 1; i < loads.size(); ++i) {
    const double t = static_cast<double>(i) * step;
    knots += fmt::format(", [{} s, {} {}], [{} s, {} {}]", t, loads[i - 1], unit, t + 6.0, loads[i], unit);
  }
  return knots + "]";
}

Played stepped(const std::string& example, const std::vector<double>& loads, const Directory& directory) {
  const std::filesystem::path file = std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples" / example / "case.yaml";
  return play(file, directory,
              {{"run.duration", fmt::format("{} s", static_cast<double>(loads.size()) * step)},
               {"run.record_interval", "15 s"},
               {"run.resolution", "block"},
               {"events", "[]"},
               {"workload.jobs", "{steps: {kind: schedule, racks: [1-80], knots: " + stairs(loads) + "}}"}});
}

TEST(NoHunting, OfTheBlock) {
  const Directory directory;
  const std::vector<double> loads = {0.05, 0.2, 0.5, 1.0, 0.5, 0.2, 0.05, 1.0, 0.05};
  const Played played = stepped("block", loads, directory);
  expect_settled(played, static_cast<int>(loads.size()));
  expect_few_starts(played, 600.0);
}

TEST(NoHunting, OfTheBlockOnTowers) {
  const Directory directory;
  const std::vector<double> loads = {0.05, 0.2, 0.5, 1.0, 0.5, 0.2, 0.05, 1.0, 0.05};
  const Played played = stepped("tower_plant", loads, directory);
  expect_settled(played, static_cast<int>(loads.size()));
  expect_few_starts(played, 900.0);
}

/// Chillers for the whole load, chillers behind the economiser, and free cooling.
TEST(NoHunting, OfTheChilledWaterPlant) {
  const Directory directory;
  const std::filesystem::path plant = std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/chilled_water_plant";
  const std::vector<double> stairs_only = {50, 200, 500, 1000, 500, 200, 50};  // kW
  std::vector<double> with_jump = stairs_only;
  with_jump.insert(with_jump.end(), {1000, 50});
  const std::tuple<const char*, const char*, std::vector<double>> runs[] = {
      {"{T_db: 26 degC, T_dp: 12 degC}", "mechanical", with_jump},
      {"{T_db: 10 degC, T_dp: 2 degC}", "integrated", with_jump},
      {"{T_db: 6 degC, T_dp: -2 degC}", "free", stairs_only}};
  for (const auto& [weather, mode, loads] : runs) {
    SCOPED_TRACE(mode);
    const Played played = play(plant, directory,
                               {{"weather", weather},
                                {"run.duration", fmt::format("{} s", static_cast<double>(loads.size()) * step)},
                                {"run.record_interval", "15 s"},
                                {"parts.it_load.power", "{schedule: " + stairs(loads, "kW") + "}"}});
    EXPECT_EQ(played.states.back(), mode);
    expect_settled(played, static_cast<int>(loads.size()));
    expect_few_starts(played, 900.0);
  }
}

}  // namespace
}  // namespace wattloop
