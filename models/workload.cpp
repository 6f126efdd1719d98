#include "models/workload.h"

#include <algorithm>
#include <stdexcept>

#include "models/workload_build.h"
#include "models/workload_streams.h"

namespace wattloop {

Workload::Workload(const WorkloadSpec& spec)
    : gpus_per_rack_(static_cast<std::size_t>(std::max(spec.gpus_per_rack, 1))), power_(spec.power) {
  if (auto problems = check(spec); !problems.empty()) throw WorkloadError(std::move(problems));
  for (std::size_t j = 0; j < spec.jobs.size(); ++j) jobs_.push_back(make_job(spec, j));
  place(spec);

  const RandomStream random_spread(spec.seed, streams::gpu_spread);
  const auto racks = static_cast<std::size_t>(spec.racks);
  const bool spreads = std::any_of(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.spread != 0.0; });
  weakness_.reserve(racks * gpus_per_rack_);
  for (std::size_t rack = 0; rack < racks; ++rack) {
    double sum = 0.0;
    for (std::size_t gpu = 0; gpu < gpus_per_rack_; ++gpu) {
      weakness_.push_back(spreads ? std::clamp(0.5 + random_spread.normal(rack, gpu) / 6.0, 0.0, 1.0) : 0.0);
      sum += weakness_.back();
    }
    rack_weakness_.push_back(sum);
  }
}

Workload::Job Workload::make_job(const WorkloadSpec& spec, std::size_t j) {
  const JobSpec& job = spec.jobs[j];
  std::string notes;
  Job made{Constant{0.0}, 0.0, gpus_per_rack_};
  if (const auto* constant = std::get_if<ConstantSpec>(&job.kind)) {
    made.course = Constant{constant->activity};
  } else if (const auto* schedule = std::get_if<ScheduleSpec>(&job.kind)) {
    made.course = Curves{{schedule_curve(*schedule)}};
  } else if (const auto* trace = std::get_if<TraceSpec>(&job.kind)) {
    made.course = Curves{trace_curves(*trace, spec.power)};
  } else if (const auto* training = std::get_if<TrainingSpec>(&job.kind)) {
    made.course = TrainingCourse(*training, job.end - job.start, spec.seed, j);
    made.spread = training->spread;
  } else if (const auto* inference = std::get_if<InferenceSpec>(&job.kind)) {
    ServedLog served = serve(*inference);
    notes = served_note(served);
    made.course = Inference{std::move(served.activity), inference->multiply,
                            RandomStream(spec.seed, streams::server_shift).child(j)};
    made.server_size = static_cast<std::size_t>(inference->gpus_per_server);
  }
  description_ += job_description(spec, job, notes) + "\n";
  return made;
}

void Workload::place(const WorkloadSpec& spec) {
  std::vector<std::vector<Placement>> by_rack(static_cast<std::size_t>(spec.racks));
  for (std::size_t j = 0; j < spec.jobs.size(); ++j) {
    const JobSpec& job = spec.jobs[j];
    const double end = std::min(job.end, job.start + natural_duration(job));
    std::uint32_t slot = 0;
    for (const auto& [first, last] : job.racks) {
      for (int rack = first; rack <= last; ++rack) {
        by_rack[static_cast<std::size_t>(rack)].push_back({job.start, end, static_cast<std::uint32_t>(j), slot++});
      }
    }
  }
  placements_begin_.push_back(0);
  for (auto& placements : by_rack) {
    std::sort(placements.begin(), placements.end(),
              [](const Placement& a, const Placement& b) { return a.start < b.start; });
    placements_.insert(placements_.end(), placements.begin(), placements.end());
    placements_begin_.push_back(placements_.size());
  }
}

double Workload::shift(const Inference& inference, const Where& where) {
  if (!inference.shifted) return 0.0;
  return inference.log.period() * inference.random_shift.uniform(where.rack, where.server);
}

double Workload::integral(const Job& job, const Where& where, double a, double b) {
  if (const auto* training = std::get_if<TrainingCourse>(&job.course)) return training->integral(where.rack, a, b);
  if (const auto* constant = std::get_if<Constant>(&job.course)) return constant->activity * (b - a);
  if (const auto* curves = std::get_if<Curves>(&job.course)) {
    return curves->columns[curves->columns.size() == 1 ? 0 : where.slot].integral(a, b);
  }
  const auto& inference = std::get<Inference>(job.course);
  const double s = shift(inference, where);
  return inference.log.integral(a + s, b + s);
}

double Workload::value(const Job& job, const Where& where, double t) {
  if (const auto* training = std::get_if<TrainingCourse>(&job.course)) return training->value(where.rack, t);
  if (const auto* constant = std::get_if<Constant>(&job.course)) return constant->activity;
  if (const auto* curves = std::get_if<Curves>(&job.course)) {
    return curves->columns[curves->columns.size() == 1 ? 0 : where.slot].value(t);
  }
  const auto& inference = std::get<Inference>(job.course);
  return inference.log.value(t + shift(inference, where));
}

/// Calls visit(placement, a, b) for each job of the rack with its part [a, b] of [t0, t1], in job time. An instant
/// (t0 == t1) belongs to the job which runs then.
template <class Visit>
void Workload::for_each_placement(std::size_t rack, double t0, double t1, Visit visit) const {
  const Placement* p = placements_.data() + placements_begin_[rack];
  const Placement* last = placements_.data() + placements_begin_[rack + 1];
  if (last - p > 8) p = std::partition_point(p, last, [t0](const Placement& q) { return q.end <= t0; });
  for (; p != last && (p->start < t1 || p->start == t0); ++p) {
    if (p->end <= t0) continue;
    visit(*p, std::max(t0, p->start) - p->start, std::min(t1, p->end) - p->start);
  }
}

/// Sum over the GPUs of a rack of course(server) times the share of each GPU.
template <class Course>
double Workload::rack_total(const Job& job, const Placement& placement, std::size_t rack, Course course) const {
  if (job.server_size == gpus_per_rack_) {
    return course(Where{rack, placement.slot, 0}) *
           (static_cast<double>(gpus_per_rack_) - job.spread * rack_weakness_[rack]);
  }
  double total = 0.0;
  for (std::size_t first = 0; first < gpus_per_rack_; first += job.server_size) {
    const std::size_t gpus = std::min(job.server_size, gpus_per_rack_ - first);
    total += static_cast<double>(gpus) * course(Where{rack, placement.slot, first / job.server_size});
  }
  return total;
}

/// Adds course(server) times its share to each GPU of a rack.
template <class Course>
void Workload::add_gpus(const Job& job, const Placement& placement, std::size_t rack, std::span<double> out,
                        Course course) const {
  for (std::size_t first = 0; first < gpus_per_rack_; first += job.server_size) {
    const double common = course(Where{rack, placement.slot, first / job.server_size});
    const std::size_t end = std::min(first + job.server_size, gpus_per_rack_);
    for (std::size_t gpu = first; gpu < end; ++gpu) out[gpu] += common * share(job, rack, gpu);
  }
}

double Workload::mean_gpu(std::size_t rack, std::size_t gpu, double t0, double t1) const {
  if (t0 == t1) return sample_gpu(rack, gpu, t0);
  double total = 0.0;
  for_each_placement(rack, t0, t1, [&](const Placement& p, double a, double b) {
    const Job& job = jobs_[p.job];
    total += integral(job, {rack, p.slot, gpu / job.server_size}, a, b) * share(job, rack, gpu);
  });
  return total / (t1 - t0);
}

double Workload::mean_rack(std::size_t rack, double t0, double t1) const {
  if (t0 == t1) return sample_rack(rack, t0);
  double total = 0.0;
  for_each_placement(rack, t0, t1, [&](const Placement& p, double a, double b) {
    const Job& job = jobs_[p.job];
    total += rack_total(job, p, rack, [&](const Where& where) { return integral(job, where, a, b); });
  });
  return total / ((t1 - t0) * static_cast<double>(gpus_per_rack_));
}

void Workload::mean_gpus(std::size_t rack, double t0, double t1, std::span<double> out) const {
  if (t0 == t1) return sample_gpus(rack, t0, out);
  std::fill(out.begin(), out.end(), 0.0);
  for_each_placement(rack, t0, t1, [&](const Placement& p, double a, double b) {
    const Job& job = jobs_[p.job];
    add_gpus(job, p, rack, out, [&](const Where& where) { return integral(job, where, a, b) / (t1 - t0); });
  });
}

double Workload::sample_gpu(std::size_t rack, std::size_t gpu, double t) const {
  double activity = 0.0;
  for_each_placement(rack, t, t, [&](const Placement& p, double a, double) {
    const Job& job = jobs_[p.job];
    activity = value(job, {rack, p.slot, gpu / job.server_size}, a) * share(job, rack, gpu);
  });
  return activity;
}

double Workload::sample_rack(std::size_t rack, double t) const {
  double total = 0.0;
  for_each_placement(rack, t, t, [&](const Placement& p, double a, double) {
    const Job& job = jobs_[p.job];
    total += rack_total(job, p, rack, [&](const Where& where) { return value(job, where, a); });
  });
  return total / static_cast<double>(gpus_per_rack_);
}

void Workload::sample_gpus(std::size_t rack, double t, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for_each_placement(rack, t, t, [&](const Placement& p, double a, double) {
    const Job& job = jobs_[p.job];
    add_gpus(job, p, rack, out, [&](const Where& where) { return value(job, where, a); });
  });
}

}  // namespace wattloop
