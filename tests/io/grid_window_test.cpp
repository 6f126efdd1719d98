#include "io/grid_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <numeric>

#include "io/grid_report.h"
#include "io/run.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

constexpr double mw = 1e6;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The small case with three racks that train in steps of a second.
std::string training_case() {
  return with({{"job: {kind: constant, racks: [1], activity: 80 %}",
                "job: {kind: training, racks: [1-3], period: 1 s, duty: 50 %, low: 20 %, edge: 1 ms, ramp_time: 1 ms, "
                "checkpoint_interval: 0 s, spread: 0, drift: 0}"},
               {"rack: {type: rack}", "rack: {type: rack, count: 3}"},
               {"m_flow_nominal: 3 kg/s\n    dp_nominal: 250", "m_flow_nominal: 9 kg/s\n    dp_nominal: 250"},
               {"UA_nominal: 20 kW/K\n    m_flow_nominal: 3 kg/s", "UA_nominal: 60 kW/K\n    m_flow_nominal: 9 kg/s"},
               {"m_air_nominal: 12 kg/s", "m_air_nominal: 36 kg/s"},
               {"UA: 5 kW/K, T_outside: 25 degC", "UA: 20 kW/K, T_outside: 25 degC"}});
}

class GridWindowOfThreeRacks : public testing::Test {
 protected:
  std::unique_ptr<Twin> twin(const std::vector<std::pair<std::string, std::string>>& overrides = {}, int threads = 1) {
    return std::make_unique<Twin>(read_case(directory_.write("case.yaml", training_case()), overrides), threads);
  }
  Directory directory_;
};

TEST_F(GridWindowOfThreeRacks, MeanIsThatOfTheWorkloadAndOfTheRun) {
  const auto plant = twin({{"run.duration", "2 min"}});
  const GridWindow window = grid_window(*plant, {60.0, 60.0, 5e-3}, {});
  const GridCourse& course = window.courses.front();
  EXPECT_NEAR(mean_of(course.P_it), window.P_it_mean, 1e-9 * window.P_it_mean);
  const DevicePower power;
  EXPECT_NEAR(window.P_it_mean, 3.0 * power.rack(0.6), 1e-6 * window.P_it_mean);

  // The run holds the mean of each 15 s; it differs by what the losses of a swing differ from those of its mean.
  RunOptions options;
  options.directory = (directory_.path() / "out").string();
  const auto same = twin({{"run.duration", "2 min"}});
  const RunOutcome outcome = run_case(*same, options);
  ASSERT_EQ(outcome.error, "");
  EXPECT_NEAR(mean_of(course.P), outcome.summary.P_grid, 2e-3 * outcome.summary.P_grid);
}

TEST_F(GridWindowOfThreeRacks, SwingIsThatOfTheRacksAndTheirLosses) {
  const auto plant = twin();
  const GridWindow window = grid_window(*plant, {0.0, 120.0, 5e-3}, {});
  const GridCourse& course = window.courses.front();
  const DevicePower power;
  const auto [least_it, most_it] = std::minmax_element(course.P_it.begin(), course.P_it.end());
  EXPECT_NEAR(*most_it - *least_it, 3.0 * (power.rack(1.0) - power.rack(0.2)), 1.0);
  const auto [least, most] = std::minmax_element(course.P.begin(), course.P.end());
  const double ratio = (*most - *least) / (*most_it - *least_it);
  EXPECT_GT(ratio, 1.02) << "a supply takes more than it gives";
  EXPECT_LT(ratio, 1.06);
  for (const GridCheck& check : window.checks) EXPECT_NEAR(check.P_solved, check.P_interpolated, 1e-5 * check.P_solved);
}

TEST_F(GridWindowOfThreeRacks, SquareSwingHasItsFourierSeries) {
  const auto plant = twin();
  const GridWindow window = grid_window(*plant, {0.0, 120.0, 5e-3}, {});
  const GridReport report = grid_report(window, {}, plant->description());
  const CourseReport& course = report.courses.front();
  const double amplitude = 2.0 / std::numbers::pi * course.peak_to_peak();
  ASSERT_GE(course.lines.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const double k = 2.0 * static_cast<double>(i) + 1.0;
    EXPECT_NEAR(course.lines[i].frequency, k, 1e-9);
    EXPECT_NEAR(course.lines[i].amplitude, amplitude / k, 0.01 * amplitude / k);
  }
  EXPECT_LT(course.spectrum.parseval_error(), 1e-12);
  EXPECT_GT(course.band_energy_share, 0.98);
  EXPECT_NEAR(course.ramps.front().rise, course.peak_to_peak(), 1e-3);
  EXPECT_TRUE(std::isnan(course.grids.front().worst())) << "two minutes have no severity of ten";
}

TEST_F(GridWindowOfThreeRacks, FlickerFallsWithTheFaultLevel) {
  const auto plant = twin();
  const GridWindow window = grid_window(*plant, {0.0, 600.0, 1e-2}, {});
  Connection connection;
  connection.short_circuit_power = {100e6, 200e6};
  const GridReport report = grid_report(window, connection, plant->description());
  const auto& grids = report.courses.front().grids;
  ASSERT_EQ(grids[0].severity.size(), 1u);
  EXPECT_NEAR(grids[0].worst() / grids[1].worst(), 2.0, 0.03);
  // Rectangular changes, 120 a minute, of (R dP + X dQ)/V^2: the standard's table has 0.82 % there by interpolation.
  const double change = grids[1].V_most - grids[1].V_least;
  EXPECT_NEAR(grids[1].worst(), 100.0 * change / 0.83, 0.08 * grids[1].worst());
}

TEST_F(GridWindowOfThreeRacks, GridThatCannotCarryTheLoadIsNoAnswer) {
  const auto plant = twin();
  const GridWindow window = grid_window(*plant, {0.0, 60.0, 1e-2}, {});
  Connection connection;
  connection.short_circuit_power = {0.5e6};
  const GridReport report = grid_report(window, connection, plant->description());
  EXPECT_FALSE(report.holds());
  EXPECT_NE(to_text(report).find("a grid of 0.5 MVA cannot carry the load"), std::string::npos);
}

TEST_F(GridWindowOfThreeRacks, SmoothingActsOnTheRacksThatHaveIt) {
  const auto plant = twin();
  const SmoothingVariant all{"all", {.floor = 0.9, .hysteresis = 5.0}, {}, {}};
  const SmoothingVariant one{"one", {.floor = 0.9, .hysteresis = 5.0}, {}, {{1, 1}}};
  const GridWindow window = grid_window(*plant, {0.0, 60.0, 1e-2}, {all, one});
  ASSERT_EQ(window.courses.size(), 3u);
  EXPECT_EQ(window.courses[0].burned, 0.0);
  EXPECT_NEAR(window.courses[2].burned, window.courses[1].burned / 3.0, 1e-6 * window.courses[1].burned);
  const DevicePower power;
  // Half of the time a GPU burns from its demand up to the floor.
  const double burned = 60.0 * 0.5 * 3 * power.gpus * (0.9 * power.gpu_cap - power.gpu(0.2));
  EXPECT_NEAR(window.courses[1].burned, burned, 2e-3 * burned);  // its edges take a millisecond
  EXPECT_NEAR(mean_of(window.courses[1].P_it) - mean_of(window.courses[0].P_it), window.courses[1].burned / 60.0, 1e-3);
}

TEST_F(GridWindowOfThreeRacks, VerdictsDoNotDependOnThreads) {
  std::string first;
  for (const int threads : {1, 2, 3}) {
    const auto plant = twin({}, threads);
    Connection connection;
    connection.smoothing = {{"floor", {.floor = 0.5}, {}, {}}};
    RideThroughTable table = itic_table();
    table.spread = 0.2;
    connection.ride_through = {{table, {}}};
    connection.events = {{0.0, 1.0, 60.0}, {1.0, 0.7, 60.0}, {2.0, 1.0, 60.0}};
    const GridWindow window = grid_window(*plant, {30.0, 20.0, 1e-2}, connection.smoothing);
    const std::string text = to_json(grid_report(window, connection, plant->description()));
    if (first.empty()) first = text;
    EXPECT_EQ(text, first) << threads;
  }
}

TEST_F(GridWindowOfThreeRacks, RacksTripByTheirTable) {
  const auto plant = twin();
  const GridWindow window = grid_window(*plant, {0.0, 20.0, 1e-2}, {});
  Connection connection;
  RideThroughTable weak = itic_table();
  weak.name = "weak";
  weak.voltage.low = {{0.8, 0.5}, {0.9, std::numeric_limits<double>::infinity()}};
  connection.ride_through = {{itic_table(), {}}, {weak, {{1, 1}}}};
  connection.events = {{0.0, 1.0, 60.0}, {1.0, 0.5, 60.0}, {1.015, 1.0, 60.0}};
  const GridReport report = grid_report(window, connection, plant->description());
  ASSERT_EQ(report.ride_through.size(), 2u);
  EXPECT_EQ(report.ride_through[0].racks, 2);
  EXPECT_EQ(report.ride_through[0].tripped, 0);
  EXPECT_EQ(report.ride_through[1].tripped, 1);
  EXPECT_NEAR(report.ride_through[1].tripped_power, report.courses.front().P_mean / 3.0, 0.01 * mw);
  EXPECT_FALSE(report.holds());
}

/// A table for 50 Hz and dips without a frequency: voltage alone decides, and nothing is said of a frequency.
TEST_F(GridWindowOfThreeRacks, DipsWithoutAFrequencyAreOfVoltageAlone) {
  const auto plant = twin();
  const GridWindow window = grid_window(*plant, {0.0, 20.0, 1e-2}, {});
  Connection connection;
  RideThroughTable table = itic_table();
  const double for_ever = std::numeric_limits<double>::infinity();
  table.frequency = {{{47.5, 0.1}, {49.0, for_ever}}, {{51.0, for_ever}, {51.5, 0.1}}};
  connection.ride_through = {{table, {}}};
  const auto report_of = [&](const std::string& dips) {
    connection.events = read_grid_events(directory_.write("dips.csv", dips));
    return grid_report(window, connection, plant->description());
  };
  const GridReport alone = report_of("time_s,v_pu\n0,1\n1,0.9\n1.2,1\n");
  EXPECT_TRUE(alone.holds());
  EXPECT_FALSE(alone.frequency.has_value());
  EXPECT_NE(to_text(alone).find("against 3 samples of voltage alone"), std::string::npos) << to_text(alone);
  EXPECT_EQ(to_text(alone).find(" Hz/s"), std::string::npos);
  const GridReport both = report_of("time_s,v_pu,f_hz\n0,1,50\n1,0.9,52\n1.2,1,50\n");
  ASSERT_TRUE(both.ride_through.at(0).first.has_value());
  EXPECT_FALSE(both.ride_through.at(0).first->by_voltage);
  EXPECT_NE(to_text(both).find("samples of voltage and frequency"), std::string::npos);
}

/// Each limit is held just below what the course has and exceeded just above; a ramp within a minute and within five.
TEST_F(GridWindowOfThreeRacks, EachLimitIsHeldOrExceeded) {
  const auto plant = twin();
  const GridWindow window = grid_window(*plant, {0.0, 600.0, 2e-2}, {});
  Connection connection;
  connection.short_circuit_power = {100e6};
  const CourseReport seen = grid_report(window, connection, plant->description()).courses.front();
  EXPECT_NEAR(seen.ramps[2].rise, seen.ramps[3].rise, 1.0) << "a swing is as large within a minute as within five";
  const double minute = 60.0;
  struct Limit {
    double ConnectionLimits::*most;
    const char* what;
    double value, scale;  ///< SI, of the unit of the report
  };
  using L = ConnectionLimits;
  for (const Limit& limit :
       {Limit{&L::ramp_up, "ramp up within 60 s", seen.ramps[2].rise / minute, mw / minute},
        Limit{&L::ramp_down, "ramp down within 60 s", seen.ramps[2].fall / minute, mw / minute},
        Limit{&L::peak_to_peak, "peak to peak", seen.peak_to_peak(), mw},
        Limit{&L::band_share, "rms within 0.1 to 20 Hz over the mean", seen.band_rms / seen.P_mean, 1.0},
        Limit{&L::flicker, "flicker P_st at 100 MVA", seen.grids.front().worst(), 1.0},
        Limit{&L::power_factor, "power factor", seen.power_factor_least, 1.0}})
    for (const double margin : {0.999, 1.001}) {
      connection.limits = {};
      connection.limits.*limit.most = margin * limit.value;
      const GridReport report = grid_report(window, connection, plant->description());
      ASSERT_FALSE(report.limits.empty()) << limit.what;
      EXPECT_EQ(report.limits.front().what, limit.what);
      EXPECT_NEAR(report.limits.front().value, limit.value / limit.scale, 1e-9 * limit.value / limit.scale);
      EXPECT_EQ(report.holds(), (margin > 1.0) != (limit.most == &L::power_factor)) << limit.what << " " << margin;
      EXPECT_EQ(to_text(report).find("EXCEEDED") == std::string::npos, report.holds());
      if (limit.most == &L::ramp_up) {
        EXPECT_TRUE(report.limits.at(1).holds()) << "five minutes alone would pass";
      }
    }
}

TEST_F(GridWindowOfThreeRacks, LimitsOfRampsCountForTheWindowsThatAreStated) {
  const auto plant = twin({{"connection",
                            "{limits: {ramp_up: 5 MW/min, ramp_down: 6 MW/min, peak_to_peak: 7 MW, band_share: 8 %, "
                            "flicker: 0.9, power_factor: 0.95}}"}});
  const GridWindow window = grid_window(*plant, {0.0, 30.0, 2e-2}, {});
  Connection connection = *plant->description().connection;
  const ConnectionLimits& limits = connection.limits;
  EXPECT_DOUBLE_EQ(limits.ramp_up, 5.0 * mw / 60.0);
  EXPECT_DOUBLE_EQ(limits.ramp_down, 6.0 * mw / 60.0);
  EXPECT_DOUBLE_EQ(limits.peak_to_peak, 7.0 * mw);
  EXPECT_DOUBLE_EQ(limits.band_share, 0.08);
  EXPECT_DOUBLE_EQ(limits.flicker, 0.9);
  EXPECT_DOUBLE_EQ(limits.power_factor, 0.95);
  connection.limits = {.ramp_up = limits.ramp_up};
  const auto what = [&] { return grid_report(window, connection, plant->description()).limits.at(0).what; };
  EXPECT_EQ(what(), "ramp up within 10 s") << "the longest that the window holds";
  connection.ramp_windows = {1.0};
  EXPECT_EQ(what(), "ramp up within 1 s");
}

/// Six periods of the lowest frequency, a minute for 0.1 Hz: a segment that cannot tell it apart is refused.
TEST_F(GridWindowOfThreeRacks, SegmentsTooShortForTheBandAreRefused) {
  const auto problems = [&](const std::string& connection) -> std::string {
    try {
      read_case(directory_.write("case.yaml", training_case()), {{"connection", connection}});
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(problems("{segment: 60 s}"), "");
  EXPECT_EQ(problems("{segment: 30 s, band: [0.2 Hz, 20 Hz]}"), "");
  EXPECT_NE(problems("{segment: 59 s}")
                .find("segments of the spectrum are too short for the band, got 59 s, allowed "
                      "at least 60 s for 0.1 Hz"),
            std::string::npos);
  EXPECT_NE(problems("{band: [0.05 Hz, 20 Hz]}").find("at least 120 s for 0.05 Hz"), std::string::npos);
}

TEST(GridWindow, NeedsRacksAndAGrid) {
  const Directory directory;
  Twin twin(read_case(directory.write("case.yaml", R"(wattloop: 1
run: {duration: 1 h}
parts:
  grid: {type: grid, V: 415 V}
  load: {type: ac_load, power: 10 kW}
nodes:
  bus: [grid.supply, load.supply]
  room: [load.room]
)")),
            1);
  EXPECT_THROW(grid_window(twin, {0.0, 10.0, 1e-2}, {}), InputError);
}

}  // namespace
}  // namespace wattloop
