#include "solver/simulation.h"

#include <algorithm>
#include <limits>

namespace wattloop {

namespace {
/// Instants closer than this are one, s.
constexpr double same_instant = 1e-6;
}  // namespace

void Simulation::at(double time, Action action) {
  const auto later = std::upper_bound(events_.begin(), events_.end(), time,
                                      [](double t, const Event& event) { return t < event.time; });
  events_.insert(later, {time, std::move(action)});
}

void Simulation::every(double period, Action action) {
  periodics_.push_back({period, std::move(action)});
}

void Simulation::record_every(double period, std::function<void(double, const std::vector<double>&)> record) {
  record_within(0.0, std::numeric_limits<double>::infinity(), period, std::move(record));
}

void Simulation::record_within(double begin, double end, double period,
                               std::function<void(double, const std::vector<double>&)> record) {
  records_.push_back({begin, end, period, std::move(record)});
}

double Simulation::Record::next() const {
  const double t = begin + static_cast<double>(done) * period;
  return t <= end + same_instant ? t : std::numeric_limits<double>::infinity();
}

void Simulation::when(std::function<double(const std::vector<double>& y)> condition, Action action) {
  integrator_.set_root(std::move(condition));
  root_action_ = std::move(action);
}

void Simulation::when_due(std::function<double()> next, Action action) {
  next_due_ = std::move(next);
  due_action_ = std::move(action);
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
  if (next_due_ && next_due_() <= t + same_instant) jumped |= due_action_(t, integrator_.state());
  return jumped;
}

double Simulation::next_instant(double t_end) const {
  double next = t_end;
  if (next_event_ < events_.size()) next = std::min(next, events_[next_event_].time);
  for (const Periodic& p : periodics_) next = std::min(next, t_start_ + static_cast<double>(p.done) * p.period);
  for (const Record& r : records_) next = std::min(next, t_start_ + r.next());
  if (next_due_)
    if (const double due = next_due_(); due > integrator_.time() + same_instant) next = std::min(next, due);
  return next;
}

void Simulation::take_records() {
  const double t = integrator_.time();
  for (Record& r : records_)
    if (t_start_ + r.next() <= t + same_instant) {
      r.record(t, integrator_.state());
      ++r.done;
    }
}

/// Everything at the integrator's time.
void Simulation::happen() {
  const double t = integrator_.time();
  if (apply_due(t)) integrator_.jumped();
  if (watch_) watch_(t, integrator_.state());
}

void Simulation::begin() {
  if (!goes_on_) {
    t_start_ = integrator_.time();
    take_records();
    happen();
  }
  goes_on_ = false;
}

void Simulation::arrive(Integrator::Stop stop) {
  take_records();
  if (stop == Integrator::Stop::root)
    if (root_action_(integrator_.time(), integrator_.state())) integrator_.jumped();
  happen();
}

bool Simulation::run(double t_end) {
  begin();
  while (true) {
    const double t = integrator_.time();
    if (stop_ && stop_(t)) return false;
    if (t >= t_end - same_instant) return true;
    arrive(integrator_.advance(next_instant(t_end)));
  }
}

void Simulation::archive(Archive& archive) {
  archive.expect("simulation");
  archive(t_start_, next_event_);
  for (Periodic& p : periodics_) archive(p.done);
  for (Record& r : records_) archive(r.done);
  if (archive.reads()) goes_on_ = true;
}

void Simulation::go_on_from(double t) {
  t_start_ = 0.0;
  const auto later = std::upper_bound(events_.begin(), events_.end(), t + same_instant,
                                      [](double time, const Event& event) { return time < event.time; });
  next_event_ = static_cast<std::size_t>(later - events_.begin());
  const auto done = [t](double period) {
    long k = 0;
    while (static_cast<double>(k) * period <= t + same_instant) ++k;
    return k;
  };
  for (Periodic& p : periodics_) p.done = done(p.period);
  for (Record& r : records_)
    while (r.next() <= t + same_instant) ++r.done;
  goes_on_ = true;
}

}  // namespace wattloop
