#include "models/workload_training.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "models/workload_streams.h"

namespace wattloop {
namespace {

/// One step, from its high phase on: edges count half to each side, so its mean is low + duty (high - low), exactly.
Curve step_curve(const TrainingSpec& s) {
  const double high_end = s.duty * s.period;
  const std::array<Curve::Knot, 5> knots{
      {{0.0, s.high}, {high_end - s.edge, s.high}, {high_end, s.low}, {s.period - s.edge, s.low}, {s.period, s.high}}};
  return Curve(knots, true);
}

Curve ramp_curve(const TrainingSpec& s) {
  const std::array<Curve::Knot, 2> knots{{{0.0, 0.0}, {s.ramp_time, s.high}}};
  return Curve(knots, false);
}

Curve pause_curve(const TrainingSpec& s, double level_before) {
  const double pause = std::max(s.checkpoint_pause, 2.0 * s.edge);  // shorter only where there are no checkpoints
  const std::array<Curve::Knot, 4> knots{
      {{0.0, level_before}, {s.edge, s.checkpoint_level}, {pause - s.edge, s.checkpoint_level}, {pause, s.high}}};
  return Curve(knots, false);
}

Curve fall_curve(const TrainingSpec& s) {
  const std::array<Curve::Knot, 2> knots{{{0.0, 1.0}, {s.crash_fall, 0.0}}};
  return Curve(knots, false);
}

}  // namespace

TrainingCourse::TrainingCourse(const TrainingSpec& spec, double duration, std::uint64_t seed, std::size_t job)
    : step_(step_curve(spec)),
      ramp_(ramp_curve(spec)),
      pause_(pause_curve(spec, step_.value(std::max(0.0, spec.checkpoint_interval - spec.checkpoint_pause)))),
      fall_(fall_curve(spec)),
      cycle_(spec.checkpoint_interval),
      cycles_per_second_(cycle_ > 0.0 ? 1.0 / cycle_ : 0.0),
      compute_(spec.checkpoint_interval - spec.checkpoint_pause),
      drift_(spec.drift),
      drift_interval_(spec.drift_interval),
      drift_intervals_per_second_(1.0 / drift_interval_),
      random_drift_(RandomStream(seed, streams::rack_drift).child(job)) {
  if (cycle_ > 0.0) whole_cycle_ = cycle_until(cycle_);
  const RandomStream random_crash = RandomStream(seed, streams::crash).child(job);
  double start = 0.0;
  const auto end_run = [&](double crash) {
    append_run(start, crash);
    start = crash + spec.restart_delay;
  };
  std::size_t drawn = 0;
  const auto add_seeded_crashes = [&](double before) {
    if (spec.mean_time_between_crashes <= 0.0) return;
    for (;;) {
      const double crash = start + spec.mean_time_between_crashes * random_crash.exponential(drawn++);
      if (crash >= before) return;
      end_run(crash);
    }
  };
  for (const double crash : spec.crashes) {
    add_seeded_crashes(crash - spec.restart_delay);
    end_run(crash);
  }
  add_seeded_crashes(duration);
  append_run(start, std::numeric_limits<double>::infinity());
}

void TrainingCourse::append_run(double start, double crash) {
  Moments before;
  if (!runs_.empty()) {
    const Run& last = runs_.back();
    before = last.before + shifted(run_until(last, start - last.start), last.start);
  }
  const double length = std::max(0.0, crash - start);
  runs_.push_back({start, length, std::isinf(length) ? 0.0 : running_value(length), before});
}

const TrainingCourse::Run& TrainingCourse::run_at(double t) const {
  const auto next =
      std::upper_bound(runs_.begin() + 1, runs_.end(), t, [](double time, const Run& r) { return time < r.start; });
  return *(next - 1);
}

double TrainingCourse::running_value(double x) const {
  if (x < ramp_.period()) return ramp_.value(x);
  double y = x - ramp_.period();
  if (cycle_ > 0.0) {
    y = std::max(0.0, y - whole_turns(y * cycles_per_second_) * cycle_);
    if (y >= compute_) return pause_.value(y - compute_);
  }
  return step_.value(y);
}

/// Integrals over one cycle from its start to y.
Moments TrainingCourse::cycle_until(double y) const {
  if (y <= compute_) return step_.until(y);
  return step_.until(compute_) + shifted(pause_.until(y - compute_), compute_);
}

/// Integrals over a run without crash, from its start to x.
Moments TrainingCourse::running_until(double x) const {
  const double ramp = ramp_.period();
  if (x <= ramp) return ramp_.until(x);
  const double y = x - ramp;
  if (cycle_ <= 0.0) return ramp_.whole() + shifted(step_.until(y), ramp);
  const double turns = whole_turns(y * cycles_per_second_);
  const double begin = turns * cycle_;
  return ramp_.whole() + shifted(repeated(whole_cycle_, cycle_, turns), ramp) +
         shifted(cycle_until(std::max(0.0, y - begin)), ramp + begin);
}

Moments TrainingCourse::run_until(const Run& run, double x) const {
  if (x <= run.length) return running_until(x);
  return running_until(run.length) + shifted(run.level_at_crash * fall_.until(x - run.length), run.length);
}

Moments TrainingCourse::until(double t) const {
  const Run& run = run_at(t);
  return run.before + shifted(run_until(run, t - run.start), run.start);
}

double TrainingCourse::value(std::size_t rack, double t) const {
  const Run& run = run_at(t);
  const double x = t - run.start;
  const double common = x < run.length ? running_value(x) : run.level_at_crash * fall_.value(x - run.length);
  if (drift_ == 0.0) return common;
  const double n = whole_turns(t * drift_intervals_per_second_);
  const auto k = static_cast<std::uint64_t>(n);
  const double d0 = drift_ * random_drift_.uniform(rack, k);
  const double d1 = drift_ * random_drift_.uniform(rack, k + 1);
  return common * (1.0 - (d0 + (d1 - d0) * (t - n * drift_interval_) * drift_intervals_per_second_));
}

double TrainingCourse::integral(std::size_t rack, double a, double b) const {
  Moments from = until(a);
  if (drift_ == 0.0) return until(b).area - from.area;
  double total = 0.0;
  auto k = static_cast<std::uint64_t>(a * drift_intervals_per_second_);
  double d0 = drift_ * random_drift_.uniform(rack, k);
  for (;; ++k) {
    const double begin = static_cast<double>(k) * drift_interval_;
    const double end = begin + drift_interval_;
    const double d1 = drift_ * random_drift_.uniform(rack, k + 1);
    const double slope = (d1 - d0) * drift_intervals_per_second_;
    const Moments to = until(std::min(b, end));
    const Moments piece = to - from;
    total += piece.area * (1.0 - d0 + slope * begin) - slope * piece.moment;
    if (b <= end) return total;
    from = to;
    d0 = d1;
  }
}

}  // namespace wattloop
