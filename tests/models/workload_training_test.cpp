// Training jobs: steps, checkpoints, crashes, spread and drift.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/workload_jobs.h"

namespace wattloop {
namespace {

using test::busy_training;
using test::job_of;
using test::one_job;

TEST(Training, ByHand) {
  TrainingSpec s;
  s.period = 2.0;
  s.duty = 0.6;
  s.high = 0.9;
  s.low = 0.3;
  s.spread = 0.0;
  s.drift = 0.0;
  s.ramp_time = 10.0;
  s.checkpoint_interval = 620.0;
  s.checkpoint_pause = 20.0;
  s.checkpoint_level = 0.1;
  s.crashes = {1300.4};
  const Workload workload(one_job(job_of(s)));
  EXPECT_DOUBLE_EQ(workload.mean_rack(0, 0.0, 10.0), 0.45);
  const double step = 0.3 + 0.6 * 0.6;
  EXPECT_NEAR(workload.mean_rack(0, 10.0, 12.0), step, 1e-14);
  EXPECT_NEAR(workload.mean_rack(0, 10.0, 610.0), step, 1e-14);
  const double pause = 0.1 * 20.0 + 2.0 * 0.5 * 0.05 * 0.8;  // two edges between 0.1 and 0.9
  EXPECT_NEAR(workload.mean_rack(0, 610.0, 630.0), pause / 20.0, 1e-12);
  EXPECT_NEAR(workload.mean_rack(0, 10.0, 10.0 + 2 * 620.0), (600.0 * step + pause) / 620.0, 1e-12);
  EXPECT_DOUBLE_EQ(workload.sample_rack(0, 10.5), 0.9);
  EXPECT_DOUBLE_EQ(workload.sample_rack(0, 11.5), 0.3);
  EXPECT_NEAR(workload.sample_rack(0, 1300.4), 0.9, 1e-12);
  EXPECT_NEAR(workload.sample_rack(0, 1300.65), 0.45, 1e-9);
  EXPECT_EQ(workload.sample_rack(0, 1301.0), 0.0);
  EXPECT_NEAR(workload.mean_rack(0, 1300.4, 1600.4), 0.9 * 0.25 / 300.0, 1e-11);
  EXPECT_NEAR(workload.sample_rack(0, 1600.4 + 5.0), 0.45, 1e-9);
}

TEST(Training, IsSynchronousWithinSpreadAndDrift) {
  const TrainingSpec s = busy_training();
  const Workload workload(one_job(job_of(s), 50));
  const double high_phase = s.ramp_time + 50 * s.period + 0.1;
  double lowest = 1.0, highest = 0.0, sum = 0.0;
  for (std::size_t rack = 0; rack < 50; ++rack) {
    for (std::size_t gpu = 0; gpu < 72; ++gpu) {
      const double a = workload.sample_gpu(rack, gpu, high_phase);
      lowest = std::min(lowest, a);
      highest = std::max(highest, a);
      sum += a;
    }
  }
  EXPECT_GE(lowest, (1.0 - s.spread) * (1.0 - s.drift));
  EXPECT_LE(highest, 1.0);
  EXPECT_LT(lowest, 0.97);
  EXPECT_GT(highest, 0.985);
  EXPECT_NEAR(sum / 3600.0, (1.0 - 0.5 * s.spread) * (1.0 - 0.5 * s.drift), 0.003);
}

TEST(Training, DriftIsContinuous) {
  TrainingSpec s = busy_training();
  s.high = s.low = s.checkpoint_level = 1.0;
  s.crashes = {};
  const Workload workload(one_job(job_of(s)));
  for (double t = 10.0; t < 5000.0; t += 0.5) {
    EXPECT_NEAR(workload.sample_rack(0, t), workload.sample_rack(0, t + 0.5), 1.01 * s.drift * 0.5 / s.drift_interval);
  }
  EXPECT_NE(workload.sample_rack(0, 100.0), workload.sample_rack(1, 100.0));
}

TEST(Training, SeededCrashesComeAtTheirMeanRate) {
  TrainingSpec s;
  s.mean_time_between_crashes = 3600.0;
  s.crashes = {86400.0};
  JobSpec job = job_of(s);
  job.end = 400.0 * 86400.0;
  const Workload workload(one_job(job, 1));
  int down = 0;
  constexpr int samples = 200000;
  for (int i = 0; i < samples; ++i) down += workload.sample_rack(0, job.end * (i + 0.5) / samples) == 0.0 ? 1 : 0;
  // Down 299.5 s of every 3900 s on average; about 8,860 crashes: one standard deviation is 1 % of the share.
  EXPECT_NEAR(static_cast<double>(down) / samples, 299.5 / 3900.0, 0.03 * 299.5 / 3900.0);
  EXPECT_EQ(workload.sample_rack(0, 86400.0 + 1.0), 0.0);
}

TEST(Training, FarFromTheOriginNothingIsLost) {
  TrainingSpec s = busy_training();
  s.crashes = {};
  s.drift = 0.0;
  const Workload workload(one_job(job_of(s)));
  const double late = 365.0 * 86400.0;
  const double cycles = std::floor(late / s.checkpoint_interval) * s.checkpoint_interval;
  EXPECT_NEAR(workload.mean_rack(0, cycles + 50.0, cycles + 65.0), workload.mean_rack(0, 450.0, 465.0), 1e-8);
}

}  // namespace
}  // namespace wattloop
