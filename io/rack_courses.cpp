#include "io/rack_courses.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace wattloop {

namespace {

constexpr int chunk_size = 16;          // racks
constexpr std::size_t tile = 4096;      // steps: the sums of all chunks stay small
constexpr double longest_lead = 120.0;  // s

}  // namespace

void require_racks(const std::vector<RackRange>& ranges, int last_rack, const std::string& where) {
  for (const auto& [first, last] : ranges)
    if (last > last_rack)
      throw InputError({{"", 0, 0, where, fmt::format("there are {} racks", last_rack + 1),
                         fmt::format("{}-{}", first + 1, last + 1), fmt::format("1-{}", last_rack + 1)}});
}

RackCourses::RackCourses(Twin& twin, const GridWindowSpan& span, const std::vector<SmoothingVariant>& variants)
    : twin_(twin), span_(span), variants_(variants) {
  variants_.insert(variants_.begin(), SmoothingVariant{"as asked for", {}, {}, {{0, -1}}});
  // What has no memory needs no lead.
  if (variants.size() > 0) lead_ = static_cast<std::size_t>(std::min(longest_lead, span.begin) / span.step);
  racks_.resize(twin.workload()->racks());
  for (const RackInstance& instance : twin.network().racks())
    for (const int number : instance.numbers) racks_[number].power = &instance.spec->power;
  for (Rack& rack : racks_) {
    rack.least = std::numeric_limits<double>::infinity();
    rack.most = -rack.least;
    rack.has.assign(variants_.size(), 0);
    rack.gpu.resize(variants_.size());
    rack.storage.resize(variants_.size());
    rack.energy.resize(variants_.size());
  }
  for (std::size_t v = 0; v < variants_.size(); ++v) {
    const int last_rack = static_cast<int>(racks_.size()) - 1;
    std::vector<RackRange> ranges = variants_[v].racks;
    if (ranges.empty()) ranges = {{0, last_rack}};
    require_racks(ranges, last_rack, "connection.smoothing." + variants_[v].name + ".racks");
    for (const auto& [first, last] : ranges)
      for (int number = first; number <= last; ++number) racks_[number].has[v] = 1;
  }
  chunks_.resize((racks_.size() + chunk_size - 1) / chunk_size);
}

double RackCourses::time(std::size_t step) const {
  return span_.begin + (static_cast<double>(step) - static_cast<double>(lead_)) * span_.step;
}

/// Steps [begin, end), counted from the beginning of the lead.
void RackCourses::advance(int number, std::size_t begin, std::size_t end, bool counts, Sums& sums) {
  Rack& rack = racks_[number];
  const DevicePower& power = *rack.power;
  const double h = span_.step, idle = power.rack(0.0), full = power.rack(1.0) - idle;
  for (std::size_t k = begin; k < end; ++k) {
    const double activity = twin_.workload()->mean_rack(number, time(k), time(k + 1));
    const double demand = power.rack(activity), gpu = power.gpu(activity);
    for (std::size_t v = 0; v < variants_.size(); ++v) {
      double allowed = gpu, load = demand, drawn = demand, stored = 0.0;
      if (rack.has[v]) {
        allowed = variants_[v].gpu.step(rack.gpu[v], activity, gpu, power.gpu_cap, h);
        load = demand + power.gpus * (allowed - gpu);
        stored = rack.storage[v].energy;
        drawn = variants_[v].storage.step(rack.storage[v], load, h);
      }
      if (!counts) continue;
      sums.P_it[v][k - begin] += drawn;
      sums.burned[v] += h * power.gpus * std::max(0.0, allowed - gpu);
      sums.held_back[v] += h * power.gpus * std::max(0.0, gpu - allowed);
      if (drawn > load) sums.storage_loss[v] += h * (drawn - load) - (rack.storage[v].energy - stored);
      rack.energy[v] += h * drawn;
      rack.least = std::min(rack.least, (drawn - idle) / full);
      rack.most = std::max(rack.most, (drawn - idle) / full);
    }
  }
}

void RackCourses::advance_chunk(int chunk, std::size_t begin, std::size_t end, bool counts) {
  Sums& sums = chunks_[chunk];
  sums.P_it.assign(variants_.size(), std::vector<double>(end - begin, 0.0));
  for (auto* sum : {&sums.burned, &sums.held_back, &sums.storage_loss}) sum->assign(variants_.size(), 0.0);
  const int last = std::min<int>((chunk + 1) * chunk_size, static_cast<int>(racks_.size()));
  for (int number = chunk * chunk_size; number < last; ++number) advance(number, begin, end, counts, sums);
}

std::vector<GridCourse> RackCourses::run() {
  const std::size_t steps = span_.steps();
  std::vector<GridCourse> courses(variants_.size());
  for (std::size_t v = 0; v < courses.size(); ++v) {
    courses[v].name = variants_[v].name;
    courses[v].P_it.assign(steps, 0.0);
  }
  for (std::size_t begin = 0; begin < lead_ + steps;) {
    const bool counts = begin >= lead_;
    const std::size_t end = std::min(begin + tile, counts ? lead_ + steps : lead_);
    twin_.system().pool().parallel_for(static_cast<int>(chunks_.size()), 1, [&](int first, int last) {
      for (int chunk = first; chunk < last; ++chunk) advance_chunk(chunk, begin, end, counts);
    });
    for (std::size_t v = 0; counts && v < courses.size(); ++v)
      for (const Sums& sums : chunks_) {
        for (std::size_t k = begin; k < end; ++k) courses[v].P_it[k - lead_] += sums.P_it[v][k - begin];
        courses[v].burned += sums.burned[v];
        courses[v].held_back += sums.held_back[v];
        courses[v].storage_loss += sums.storage_loss[v];
      }
    begin = end;
  }
  for (std::size_t v = 0; v < courses.size(); ++v)
    for (const Rack& rack : racks_) courses[v].rack_power.push_back(rack.energy[v] / span_.duration);
  return courses;
}

double RackCourses::exact_mean() const {
  double sum = 0.0;
  for (std::size_t number = 0; number < racks_.size(); ++number)
    sum += racks_[number].power->rack(twin_.workload()->mean_rack(
        number, span_.begin, span_.begin + static_cast<double>(span_.steps()) * span_.step));
  return sum;
}

}  // namespace wattloop
