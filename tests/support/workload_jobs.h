#pragma once
// Workloads of one job, and jobs that have something of everything.

#include <utility>

#include "models/workload.h"

namespace wattloop::test {

inline WorkloadSpec one_job(JobSpec job, int racks = 4) {
  WorkloadSpec spec;
  spec.seed = 42;
  spec.racks = racks;
  if (job.racks.empty()) job.racks = {{0, racks - 1}};
  spec.jobs = {std::move(job)};
  return spec;
}

inline JobSpec job_of(decltype(JobSpec::kind) kind) {
  JobSpec job;
  job.name = "job";
  job.kind = std::move(kind);
  return job;
}

inline TrainingSpec busy_training() {
  TrainingSpec s;
  s.period = 1.7;
  s.checkpoint_interval = 400.0;
  s.checkpoint_pause = 11.0;
  s.crashes = {1003.3, 2500.0};
  s.restart_delay = 120.0;
  s.drift_interval = 150.0;
  return s;
}

inline InferenceSpec small_inference() {
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

}  // namespace wattloop::test
