// Inference jobs: a log of tokens on servers.

#include <gtest/gtest.h>

#include "models/workload_inference.h"
#include "tests/support/workload_jobs.h"

namespace wattloop {
namespace {

using test::job_of;
using test::one_job;
using test::small_inference;

TEST(Inference, ByHand) {
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

TEST(Inference, KeepsItsWorkWhenShiftedAndClosed) {
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

TEST(Inference, ServersOfSeveralGpusShareTheirCourse) {
  InferenceSpec s = small_inference();
  s.gpus_per_server = 16;
  const Workload workload(one_job(job_of(s)));
  EXPECT_EQ(workload.mean_gpu(0, 0, 5.0, 20.0), workload.mean_gpu(0, 15, 5.0, 20.0));
  EXPECT_NE(workload.mean_gpu(0, 15, 5.0, 20.0), workload.mean_gpu(0, 16, 5.0, 20.0));
  EXPECT_EQ(workload.mean_gpu(0, 64, 5.0, 20.0), workload.mean_gpu(0, 71, 5.0, 20.0));
}

}  // namespace
}  // namespace wattloop
