#include "io/run_smoothing.h"

#include <algorithm>
#include <cmath>

#include "io/rack_courses.h"

namespace wattloop {

RunSmoothing::RunSmoothing(const PowerSmoothing& law, double step, const std::vector<RackRange>& ranges,
                           std::size_t racks)
    : law_(law), step_(step), racks_(racks) {
  require_racks(ranges, static_cast<int>(racks) - 1, "connection.smoothing");
  for (Rack& rack : racks_) rack.is_smoothed = ranges.empty();
  for (const auto& [first, last] : ranges)
    for (int number = first; number <= last; ++number) racks_[number].is_smoothed = true;
}

double RunSmoothing::advance(std::size_t number, const DevicePower& power, const Workload& workload, double t0,
                             double t1) {
  constexpr double same_instant = 1e-6;  // s
  Rack& rack = racks_[number];
  if (!rack.is_smoothed) return 0.0;
  if (t0 < rack.end.t - same_instant) rack.end = rack.begin;
  rack.begin = rack.end;
  Course& course = rack.end;
  const auto steps = static_cast<int>(std::ceil((t1 - t0) / step_ - same_instant));
  const double h = (t1 - t0) / steps;
  double extra = 0.0;
  for (int k = 0; k < steps; ++k) {
    const double activity = workload.mean_rack(number, t0 + k * h, t0 + (k + 1) * h), demand = power.gpu(activity);
    const double more = law_.step(course.state, activity, demand, power.gpu_cap, h) - demand;
    extra += more / steps;
    (more > 0.0 ? course.burned : course.held_back) += h * power.gpus * std::abs(more);
  }
  course.t = t1;
  return extra;
}

double RunSmoothing::burned() const {
  double sum = 0.0;
  for (const Rack& rack : racks_) sum += rack.end.burned;
  return sum;
}

double RunSmoothing::held_back() const {
  double sum = 0.0;
  for (const Rack& rack : racks_) sum += rack.end.held_back;
  return sum;
}

void RunSmoothing::archive(Archive& archive) {
  archive.expect("smoothing");
  archive.fixed(racks_);
}

}  // namespace wattloop
