#include "models/workload.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <thread>
#include <vector>

namespace wattloop {
namespace {

WorkloadSpec one_job(JobSpec job, int racks = 4) {
  WorkloadSpec spec;
  spec.seed = 42;
  spec.racks = racks;
  if (job.racks.empty()) job.racks = {{0, racks - 1}};
  spec.jobs = {std::move(job)};
  return spec;
}

JobSpec job_of(decltype(JobSpec::kind) kind) {
  JobSpec job;
  job.name = "job";
  job.kind = std::move(kind);
  return job;
}

TrainingSpec busy_training() {
  TrainingSpec s;
  s.period = 1.7;
  s.checkpoint_interval = 400.0;
  s.checkpoint_pause = 11.0;
  s.crashes = {1003.3, 2500.0};
  s.restart_delay = 120.0;
  s.drift_interval = 150.0;
  return s;
}

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

InferenceSpec small_inference() {
  InferenceSpec s;
  s.source = "small";
  const RandomStream random(7, 0);
  double time = 0.0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    s.requests.push_back({time, 2000.0 * random.exponential(i, 1), 150.0 * random.exponential(i, 2)});
    time += 0.5 * random.exponential(i, 0);
  }
  s.repeat = true;
  s.multiply = true;
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

TEST(Workload, TrainingByHand) {
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

TEST(Workload, TrainingIsSynchronousWithinSpreadAndDrift) {
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

TEST(Workload, DriftIsContinuous) {
  TrainingSpec s = busy_training();
  s.high = s.low = s.checkpoint_level = 1.0;
  s.crashes = {};
  const Workload workload(one_job(job_of(s)));
  for (double t = 10.0; t < 5000.0; t += 0.5) {
    EXPECT_NEAR(workload.sample_rack(0, t), workload.sample_rack(0, t + 0.5), 1.01 * s.drift * 0.5 / s.drift_interval);
  }
  EXPECT_NE(workload.sample_rack(0, 100.0), workload.sample_rack(1, 100.0));
}

TEST(Workload, SeededCrashesComeAtTheirMeanRate) {
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

TEST(Workload, InferenceByHand) {
  InferenceSpec s;
  s.requests = {{0.0, 1000.0, 100.0}, {1.0, 500.0, 0.0}, {10.0, 0.0, 0.0}};
  s.prefill_rate = 1000.0;
  s.decode_rate = 50.0;
  s.max_batch = 1;
  s.gpus_per_server = 72;
  const Workload workload(one_job(job_of(s), 1));
  // 0..1 s prefill, 1..3 s decode, the second request waits for the only place: 3..3.5 s prefill.
  EXPECT_EQ(workload.sample_rack(0, 0.5), 1.0);
  EXPECT_EQ(workload.sample_rack(0, 2.0), 0.65);
  EXPECT_EQ(workload.sample_rack(0, 3.2), 1.0);
  EXPECT_EQ(workload.sample_rack(0, 4.0), 0.0);
  EXPECT_NEAR(workload.mean_rack(0, 0.0, 10.0), (1.0 + 2.0 * 0.65 + 0.5) / 10.0, 1e-14);
  EXPECT_EQ(workload.sample_rack(0, 10.0), 0.0);
  const ServedLog served = serve(s);
  EXPECT_NEAR(served.longest_wait, 2.0, 1e-12);
  EXPECT_NEAR(served.prefill_share, 0.15, 1e-12);
}

TEST(Workload, InferenceKeepsItsWorkWhenShiftedAndClosed) {
  const InferenceSpec s = small_inference();
  const ServedLog served = serve(s);
  const double period = ring_period(s);
  double prefill = 0.0;
  for (const auto& r : s.requests) prefill += r.context / s.prefill_rate;
  EXPECT_NEAR(served.prefill_share, prefill / period, 1e-12);
  const Workload workload(one_job(job_of(s)));
  const double mean = served.activity.whole().area / period;
  for (const std::size_t gpu : {0, 1, 71}) EXPECT_NEAR(workload.mean_gpu(1, gpu, 5.0, 5.0 + 3 * period), mean, 1e-12);
  EXPECT_NE(workload.mean_gpu(1, 0, 5.0, 10.0), workload.mean_gpu(1, 1, 5.0, 10.0));
}

TEST(Workload, ServersOfSeveralGpusShareTheirCourse) {
  InferenceSpec s = small_inference();
  s.gpus_per_server = 16;
  const Workload workload(one_job(job_of(s)));
  EXPECT_EQ(workload.mean_gpu(0, 0, 5.0, 20.0), workload.mean_gpu(0, 15, 5.0, 20.0));
  EXPECT_NE(workload.mean_gpu(0, 15, 5.0, 20.0), workload.mean_gpu(0, 16, 5.0, 20.0));
  EXPECT_EQ(workload.mean_gpu(0, 64, 5.0, 20.0), workload.mean_gpu(0, 71, 5.0, 20.0));
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

TEST(Workload, FarFromTheOriginNothingIsLost) {
  TrainingSpec s = busy_training();
  s.crashes = {};
  s.drift = 0.0;
  const Workload workload(one_job(job_of(s)));
  const double late = 365.0 * 86400.0;
  const double cycles = std::floor(late / s.checkpoint_interval) * s.checkpoint_interval;
  EXPECT_NEAR(workload.mean_rack(0, cycles + 50.0, cycles + 65.0), workload.mean_rack(0, 450.0, 465.0), 1e-8);
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
