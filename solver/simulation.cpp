#include "solver/simulation.h"

#include <algorithm>

namespace wattloop {

namespace {
/// Instants closer than this are one, s.
constexpr double same_instant = 1e-6;
}  // namespace

void Simulation::at(double time, Action action) {
  events_.push_back({time, std::move(action)});
}

void Simulation::every(double period, Action action) {
  periodics_.push_back({period, std::move(action)});
}

void Simulation::record_every(double period, std::function<void(double, const std::vector<double>&)> record) {
  records_.push_back({period, std::move(record)});
}

void Simulation::when(std::function<double(const std::vector<double>& y)> condition, Action action) {
  integrator_.set_root(std::move(condition));
  root_action_ = std::move(action);
}

/// Events and samples due at t; true if any of them made an input jump.
bool Simulation::apply_due(double t) {
  bool jumped = false;
  for (; next_event_ < events_.size() && events_[next_event_].time <= t + same_instant; ++next_event_)
    jumped |= events_[next_event_].action(t, integrator_.state());
  for (Periodic& p : periodics_)
    if (t_start_ + static_cast<double>(p.done) * p.period <= t + same_instant) {
      jumped |= p.action(t, integrator_.state());
      ++p.done;
    }
  return jumped;
}

double Simulation::next_instant(double t_end) const {
  double next = t_end;
  if (next_event_ < events_.size()) next = std::min(next, events_[next_event_].time);
  for (const Periodic& p : periodics_) next = std::min(next, t_start_ + static_cast<double>(p.done) * p.period);
  for (const Record& r : records_) next = std::min(next, t_start_ + static_cast<double>(r.done) * r.period);
  return next;
}

bool Simulation::run(double t_end) {
  t_start_ = integrator_.time();
  std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.time < b.time; });
  while (true) {
    const double t = integrator_.time();
    if (apply_due(t)) integrator_.jumped();
    for (Record& r : records_)
      if (t_start_ + static_cast<double>(r.done) * r.period <= t + same_instant) {
        r.record(t, integrator_.state());
        ++r.done;
      }
    if (watch_) watch_(t, integrator_.state());
    if (stop_ && stop_(t)) return false;
    if (t >= t_end - same_instant) return true;
    if (integrator_.advance(next_instant(t_end)) == Integrator::Stop::root)
      if (root_action_(integrator_.time(), integrator_.state())) integrator_.jumped();
  }
}

}  // namespace wattloop
