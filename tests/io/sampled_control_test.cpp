// Controllers with a sample time, against the closed form of a sampled loop.

#include <cmath>

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

constexpr double tau = 50.0, T_i = 60.0, h = 20.0, set_point = 0.4;  // s, s, s, 1

/// A PI controller on a plant tau dy/dt = u - y; the set point jumps between two samples.
std::string loop(double gain, double sample_time) {
  return fmt::format(R"(wattloop: 1
run: {{duration: 20 min, record_interval: 20 s, forcing_interval: 20 s, tolerance: 1e-5 K}}
parts:
  plant: {{type: lag, time_constant: {} s, x: {{signal: control.u}}}}
  control:
    type: pi_controller
    measurement: {{signal: plant.y}}
    gain: {}
    T_i: {} s
    sample_time: {} s
    u_min: -100
    u_max: 100
events:
  - {{at: 5 s, set: control.set_point, to: {}}}
)",
                     tau, gain, T_i, sample_time, set_point);
}

/// The plant at the samples, u held between them: y' = a y + (1 - a) u, I' = I + (1 - b)(u - I), u = gain e + I.
std::vector<double> closed_form(double gain, std::size_t samples) {
  const double a = std::exp(-h / tau), b = std::exp(-h / T_i);
  std::vector<double> values;
  double y = 0.0, integral = 0.0;
  for (std::size_t k = 0; k < samples; ++k) {
    values.push_back(y);
    const double u = gain * ((k == 0 ? 0.0 : set_point) - y) + integral;
    y = a * y + (1.0 - a) * u;
    integral += (1.0 - b) * (u - integral);
  }
  return values;
}

TEST(SampledControl, FollowsTheClosedFormOfASampledLoop) {
  const Directory directory;
  const Played played = play(directory.write("case.yaml", loop(2.0, h)), directory);
  const std::vector<double> y = played.values("lag", "plant", "value");
  const std::vector<double> u = played.values("pi_controller", "control", "output");
  const std::vector<double> expected = closed_form(2.0, y.size());
  ASSERT_EQ(y.size(), 61u);
  for (std::size_t k = 0; k < y.size(); ++k) EXPECT_NEAR(y[k], expected[k], 1e-6) << k;
  EXPECT_EQ(u[1], 0.0) << "the set point jumps between samples: nothing happens until the next";
  EXPECT_NEAR(u[2], 2.0 * set_point, 1e-7) << "held until the end of the interval";
  EXPECT_NEAR(y.back(), set_point, 1e-3);
}

/// What is stable when continuous hunts when it is sampled too seldom: a root of the
/// sampled loop passes -1 at the gain 2 (1 + a)/((1 - a)(1 + b)).
TEST(SampledControl, HuntsWhereTheSampledLoopIsUnstable) {
  const Directory directory;
  const auto last_error = [&](double gain, double sample_time) {
    const Played played = play(directory.write("case.yaml", loop(gain, sample_time)), directory);
    return std::abs(played.values("lag", "plant", "value").back() - set_point);
  };
  const double a = std::exp(-h / tau), b = std::exp(-h / T_i), limit = 2.0 * (1.0 + a) / ((1.0 - a) * (1.0 + b));
  EXPECT_LT(last_error(1.1 * limit, 0.0), 1e-3);
  EXPECT_LT(last_error(0.9 * limit, h), 1e-2);
  EXPECT_GT(last_error(1.1 * limit, h), 1.0);
}

/// A CDU whose controllers are sampled rests where the continuous one does; a run may also take them as continuous.
TEST(SampledControl, RestsWhereTheContinuousLoopDoes) {
  const Directory directory;
  const std::filesystem::path cdu = std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/cdu_loop/case.yaml";
  const auto supply = [&](const char* sampled) {
    const Played played = play(cdu, directory,
                               {{"run.duration", "30 min"},
                                {"workload.jobs.training.start", "5 min"},
                                {"run.sampled_controllers", sampled},
                                {"templates.cdu.parts.temperature_control.sample_time", "5 s"},
                                {"parts.tcs_dp_control.sample_time", "1 s"}});
    return played.values("pi_controller", "cdu.temperature_control", "error").back();
  };
  EXPECT_NEAR(supply("true"), 0.0, 0.05);
  EXPECT_NEAR(supply("false"), 0.0, 0.05);
}

}  // namespace
}  // namespace wattloop
