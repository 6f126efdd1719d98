#include "models/workload.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/support/workload_jobs.h"

namespace wattloop {
namespace {

using test::busy_training;
using test::job_of;
using test::one_job;
using test::small_inference;

ScheduleSpec jagged_schedule() {
  return {{{10.0, 0.1}, {20.0, 0.9}, {20.0, 0.3}, {35.0, 0.5}}, true};
}

TraceSpec small_trace(TraceSpec::Interpolation interpolation) {
  TraceSpec s;
  s.source = "small";
  s.time = {100.0, 115.0, 130.0, 145.0};
  s.columns = {{0.2, 0.8, 0.4, 1.0}};
  s.interpolation = interpolation;
  s.repeat = true;
  return s;
}

struct NamedKind {
  const char* name;
  decltype(JobSpec::kind) kind;
};

std::vector<NamedKind> all_kinds() {
  return {{"constant", ConstantSpec{0.7}},
          {"schedule", jagged_schedule()},
          {"trace_linear", small_trace(TraceSpec::Interpolation::linear)},
          {"trace_hold", small_trace(TraceSpec::Interpolation::hold)},
          {"training", busy_training()},
          {"inference", small_inference()}};
}

class EveryKind : public testing::TestWithParam<NamedKind> {};

INSTANTIATE_TEST_SUITE_P(Workload, EveryKind, testing::ValuesIn(all_kinds()),
                         [](const auto& kind) { return std::string(kind.param.name); });

// Midpoint rule: an interval of length T with steps of h errs at most h per jump; the courses have at most about three
// jumps or kinks a second.
TEST_P(EveryKind, MeanIsTheIntegralOfSample) {
  const Workload workload(one_job(job_of(GetParam().kind)));
  const RandomStream random(3, 0);
  for (std::uint64_t i = 0; i < 12; ++i) {
    const double t0 = 3000.0 * random.uniform(i, 0);
    const double t1 = t0 + 30.0 * random.uniform(i, 1);
    constexpr int steps = 200000;
    double sum = 0.0;
    for (int k = 0; k < steps; ++k) sum += workload.sample_gpu(1, 5, t0 + (t1 - t0) * (k + 0.5) / steps);
    EXPECT_NEAR(workload.mean_gpu(1, 5, t0, t1), sum / steps, 3e-5) << t0 << " " << t1;
  }
}

TEST_P(EveryKind, MeansAddUp) {
  const Workload workload(one_job(job_of(GetParam().kind)));
  for (const double step : {0.001, 0.4, 15.0, 600.0}) {
    double sum = 0.0;
    constexpr int steps = 200;
    const double t0 = 12.34;
    for (int k = 0; k < steps; ++k) {
      const double a = t0 + k * step;
      const double b = t0 + (k + 1) * step;
      sum += workload.mean_gpu(2, 7, a, b) * (b - a);
    }
    const double length = steps * step;
    EXPECT_NEAR(workload.mean_gpu(2, 7, t0, t0 + length) * length, sum, 1e-9 * std::max(1.0, length));
  }
}

TEST_P(EveryKind, RackIsTheAverageOfItsGpus) {
  const Workload workload(one_job(job_of(GetParam().kind)));
  std::vector<double> gpus(workload.gpus_per_rack());
  for (const auto& [t0, t1] : {std::pair{0.0, 3.0}, {100.0, 115.0}, {995.0, 1010.0}, {0.0, 4000.0}, {77.7, 77.7}}) {
    workload.mean_gpus(3, t0, t1, gpus);
    const double sum = std::accumulate(gpus.begin(), gpus.end(), 0.0);
    EXPECT_NEAR(workload.mean_rack(3, t0, t1), sum / 72.0, 1e-12);
    for (std::size_t g = 0; g < gpus.size(); ++g) {
      EXPECT_NEAR(gpus[g], workload.mean_gpu(3, g, t0, t1), 1e-12);
      EXPECT_GE(gpus[g], 0.0);
      EXPECT_LE(gpus[g], 1.0);
    }
    workload.sample_gpus(3, t0, gpus);
    EXPECT_NEAR(workload.sample_rack(3, t0), std::accumulate(gpus.begin(), gpus.end(), 0.0) / 72.0, 1e-12);
  }
}

TEST_P(EveryKind, AnyOrderAndThreadGivesTheSameBits) {
  const Workload workload(one_job(job_of(GetParam().kind)));
  constexpr int queries = 2000;
  const auto ask = [&](int i) { return workload.mean_gpu(i % 4, i % 72, 1.3 * i, 1.3 * i + 15.0); };
  std::vector<double> forward(queries), backward(queries), threaded(queries);
  for (int i = 0; i < queries; ++i) forward[i] = ask(i);
  for (int i = queries; i-- > 0;) backward[i] = ask(i);
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([&, n] {
      for (int i = n; i < queries; i += 4) threaded[i] = ask(i);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(forward, backward);
  EXPECT_EQ(forward, threaded);
}

TEST(Workload, ConstantReachesFullLoadAndEnds) {
  JobSpec job = job_of(ConstantSpec{1.0});
  job.racks = {{1, 2}};
  job.start = 100.0;
  job.end = 200.0;
  const Workload workload(one_job(job));
  EXPECT_EQ(workload.mean_gpu(1, 71, 100.0, 200.0), 1.0);
  EXPECT_EQ(workload.mean_rack(2, 110.0, 125.0), 1.0);
  EXPECT_EQ(workload.sample_rack(1, 100.0), 1.0);
  EXPECT_EQ(workload.sample_rack(1, 99.999), 0.0);
  EXPECT_EQ(workload.sample_rack(1, 200.0), 0.0);
  EXPECT_DOUBLE_EQ(workload.mean_rack(1, 0.0, 400.0), 0.25);
  EXPECT_EQ(workload.mean_rack(0, 0.0, 400.0), 0.0);
  EXPECT_EQ(workload.mean_rack(3, -50.0, 400.0), 0.0);
}

TEST(Workload, JobsFollowOneAnotherOnARack) {
  WorkloadSpec spec;
  spec.racks = 1;
  for (int i = 0; i < 20; ++i) {
    JobSpec job = job_of(ConstantSpec{0.05 * i});
    job.racks = {{0, 0}};
    job.start = 10.0 * i;
    job.end = 10.0 * (i + 1);
    spec.jobs.insert(spec.jobs.begin(), job);
  }
  const Workload workload(spec);
  EXPECT_NEAR(workload.mean_rack(0, 0.0, 200.0), 0.475, 1e-14);
  EXPECT_NEAR(workload.mean_rack(0, 95.0, 105.0), 0.475, 1e-14);
  EXPECT_EQ(workload.sample_rack(0, 190.0), 0.05 * 19);
}

TEST(Workload, ScheduleByHand) {
  const Workload workload(one_job(job_of(ScheduleSpec{{{10.0, 0.0}, {20.0, 1.0}, {20.0, 0.5}}, false})));
  EXPECT_EQ(workload.sample_rack(0, 5.0), 0.0);
  EXPECT_DOUBLE_EQ(workload.sample_rack(0, 12.5), 0.25);
  EXPECT_EQ(workload.sample_rack(0, 20.0), 0.5);
  EXPECT_DOUBLE_EQ(workload.mean_rack(0, 0.0, 40.0), (5.0 + 10.0) / 40.0);
}

TEST(Workload, TraceOfPowersHoldsAndRepeats) {
  TraceSpec trace = small_trace(TraceSpec::Interpolation::hold);
  trace.quantity = TraceSpec::Quantity::gpu_power;
  trace.columns = {{0.205, 1.4, 0.8025, 0.205}, {1.4, 1.4, 1.4, 1.4}};
  trace.scale = 1000.0;
  JobSpec job = job_of(trace);
  job.racks = {{2, 3}};
  const Workload workload(one_job(job));
  EXPECT_DOUBLE_EQ(workload.sample_gpu(2, 0, 20.0), 1.0);
  EXPECT_NEAR(workload.sample_gpu(2, 0, 60.0 + 31.0), 0.5, 1e-12);
  EXPECT_NEAR(workload.mean_rack(2, 0.0, 60.0), 1.5 / 4.0, 1e-12);
  EXPECT_DOUBLE_EQ(workload.mean_rack(3, 0.0, 600.0), 1.0);
}

TEST(Workload, TraceWithoutRepeatEndsItsJob) {
  TraceSpec trace = small_trace(TraceSpec::Interpolation::linear);
  trace.repeat = false;
  const Workload workload(one_job(job_of(trace)));
  EXPECT_NEAR(workload.mean_rack(0, 0.0, 45.0), (0.5 + 0.6 + 0.7) / 3.0, 1e-12);
  EXPECT_EQ(workload.sample_rack(0, 45.0), 0.0);
  JobSpec longer = job_of(trace);
  longer.end = 46.0;
  const auto problems = check(one_job(longer));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].path, "jobs[0].end");
  EXPECT_EQ(problems[0].allowed, "at most 45 s, or repeat: true");
}

// Fixed values: another platform or compiler which gives other bits fails.
TEST(Workload, BitsAreFixed) {
  const Workload training(one_job(job_of(busy_training())));
  EXPECT_EQ(training.mean_gpu(3, 17, 1234.5, 1249.5), 0x1.8e6b41af2e804p-1);
  const Workload inference(one_job(job_of(small_inference())));
  EXPECT_EQ(inference.mean_gpu(3, 17, 1234.5, 1249.5), 0x1.50849615b9acp-1);
}

TEST(Workload, SeedsDiffer) {
  WorkloadSpec spec = one_job(job_of(busy_training()));
  const Workload a(spec);
  spec.seed = 43;
  const Workload b(spec);
  EXPECT_NE(a.mean_gpu(0, 0, 0.0, 15.0), b.mean_gpu(0, 0, 0.0, 15.0));
}

TEST(Workload, DescribesWhatItRepeatsAndMultiplies) {
  InferenceSpec s = small_inference();
  JobSpec job = job_of(s);
  job.name = "chat";
  job.end = 2.0 * ring_period(s);
  const std::string text = Workload(one_job(job)).describe();
  EXPECT_NE(text.find("chat: 4 rack(s) from 0 s"), std::string::npos) << text;
  EXPECT_NE(text.find("repeated 2 times"), std::string::npos) << text;
  EXPECT_NE(text.find("multiplied on 288 serving units of 1 GPU(s)"), std::string::npos) << text;
  TraceSpec trace = small_trace(TraceSpec::Interpolation::linear);
  trace.scale = 2.0;
  trace.clamp = true;
  const std::string scaled = Workload(one_job(job_of(trace))).describe();
  EXPECT_NE(scaled.find("scaled by 2, 2 value(s) clamped to idle or cap"), std::string::npos) << scaled;
  EXPECT_NE(scaled.find("repeated every 45 s without end"), std::string::npos) << scaled;
}

TEST(WorkloadCheck, OverlapNamesRackAndJob) {
  WorkloadSpec spec = one_job(job_of(ConstantSpec{1.0}), 10);
  spec.jobs[0].name = "first";
  spec.jobs[0].racks = {{0, 5}};
  spec.jobs.push_back(job_of(ConstantSpec{1.0}));
  spec.jobs[1].racks = {{9, 9}, {4, 7}};
  const auto problems = check(spec);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].path, "jobs[1].racks");
  EXPECT_EQ(problems[0].got, "rack 4, also taken by jobs[0] 'first' from 0 s to inf s");
  spec.jobs[0].end = spec.jobs[1].start = 50.0;
  EXPECT_TRUE(check(spec).empty());
}

TEST(WorkloadCheck, ReportsEverythingAtOnce) {
  WorkloadSpec spec;
  spec.racks = 2;
  TrainingSpec training;
  training.high = 1.2;
  training.duty = std::nan("");
  training.crashes = {100.0, 150.0};
  training.mean_time_between_crashes = 3600.0;
  spec.jobs = {job_of(training), job_of(ScheduleSpec{{{5.0, 0.5}, {4.0, -1.0}}, false}), job_of(InferenceSpec{})};
  spec.jobs[0].racks = {{0, 2}};
  spec.jobs[1].racks = {{0, 0}};
  spec.jobs[1].start = 10.0;
  spec.jobs[1].end = 5.0;
  spec.jobs[2].racks = {{1, 0}};
  try {
    const Workload workload(spec);
    FAIL();
  } catch (const WorkloadError& error) {
    std::vector<std::string> paths;
    for (const auto& p : error.problems()) paths.push_back(p.path);
    const std::vector<std::string> expected = {"jobs[0].racks[0]",          "jobs[0].duty",          "jobs[0].high",
                                               "jobs[0].crashes[1]",        "jobs[0].end",           "jobs[1].end",
                                               "jobs[1].knots[1].activity", "jobs[1].knots[1].time", "jobs[2].racks[0]",
                                               "jobs[2].requests",          "jobs[2].multiply",      "jobs[1].racks"};
    EXPECT_EQ(paths, expected) << error.what();
  }
}

TEST(WorkloadCheck, RefusesMoreWorkThanAUnitCanDo) {
  InferenceSpec s = small_inference();
  s.prefill_rate = 1000.0;
  const auto problems = check(one_job(job_of(s)));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].path, "jobs[0].requests");
}

TEST(DevicePower, FullLoadClosesAtTheSupplies) {
  const DevicePower power;
  EXPECT_NEAR(power.rack(1.0), 137070.0, 1e-6);
  EXPECT_NEAR(power.rack(1.0) / 0.965, 142000.0, 100.0);  // 96.5 % at full load, 142 kW at the inputs
  EXPECT_NEAR(power.rack(0.0), 33660.0, 1e-6);
  EXPECT_DOUBLE_EQ(power.rack(0.3), 0.7 * power.rack(0.0) + 0.3 * power.rack(1.0));
}

TEST(Workload, Speed) {
  const Workload workload(one_job(job_of(TrainingSpec{}), 1280));
  const auto start = std::chrono::steady_clock::now();
  double sum = 0.0;
  constexpr int calls = 400000;
  for (int i = 0; i < calls; ++i)
    sum += workload.mean_gpu(i % 1280, i % 72, 1.5 * (i % 50000), 1.5 * (i % 50000) + 15.0);
  const std::chrono::duration<double, std::nano> each = (std::chrono::steady_clock::now() - start) / calls;
  RecordProperty("nanoseconds_per_mean_gpu", std::to_string(each.count()));
  EXPECT_GT(sum, 0.0);
  EXPECT_LT(each.count(), 5000.0);
}

}  // namespace
}  // namespace wattloop
