#include "io/case_run.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace wattloop {

namespace {

/// After an event sequences are sampled at once and once more after this: longer than the usual changeover delay, s.
constexpr double changeover_time = 0.3;
constexpr double reference_restart = 600.0;  // s
constexpr double same_instant = 1e-6;        // s

bool same(const CaseEvent& a, const CaseEvent& b) {
  return a.time == b.time && a.kind == b.kind && a.path == b.path &&
         a.value == b.value;  // a share is in the value's words
}

bool is_among(const std::vector<CaseEvent>& events, const CaseEvent& event) {
  return std::any_of(events.begin(), events.end(), [&](const CaseEvent& e) { return same(e, event); });
}

/// Both ends of what changes too fast for the steps of an integrator.
std::set<double> jumps_of(const std::vector<ScheduledSignal>& schedules) {
  std::set<double> times;
  for (const ScheduledSignal& schedule : schedules)
    for (std::size_t i = 1; i < schedule.knots.size(); ++i) {
      const double before = schedule.knots[i - 1].first, after = schedule.knots[i].first;
      if (after - before <= longest_jump * 1.001) times.insert({before, after});
    }
  return times;
}

Statistics operator-(const Statistics& a, const Statistics& b) {
  return {a.steps - b.steps,
          a.rejected - b.rejected,
          a.newton - b.newton,
          a.residuals - b.residuals,
          a.linearisations - b.linearisations,
          a.restarts - b.restarts};
}

}  // namespace

CaseRun::CaseRun(Twin& twin, bool reference)
    : twin_(twin),
      integrator_(twin.integrator(reference)),
      simulation_(*integrator_),
      recorder_(twin),
      monitor_(twin),
      ride_through_(twin),
      frequency_(twin) {
  plan(reference);
}

CaseRun::CaseRun(Twin& twin, std::unique_ptr<Integrator> integrator)
    : twin_(twin),
      integrator_(std::move(integrator)),
      simulation_(*integrator_),
      recorder_(twin),
      monitor_(twin),
      ride_through_(twin),
      frequency_(twin) {
  plan(false);
}

void CaseRun::plan(bool reference) {
  const Case& c = twin_.description();
  const auto sample = [this](double t, const auto& y) { return twin_.sample_sequences(t, y); };
  for (const CaseEvent& event : c.events) {
    simulation_.at(event.time, [this, &event](double t, const auto&) { return twin_.apply_event(event, t); });
    // Standby equipment does not wait for the next sample: changeover is a matter of fractions of a second.
    simulation_.at(event.time, sample);
    simulation_.at(event.time + changeover_time, sample);
  }
  for (const double jump : jumps_of(twin_.network().schedules()))
    simulation_.at(jump, [](double, const auto&) { return true; });
  simulation_.every(c.run.forcing_interval, [this, h = c.run.forcing_interval](double t, const auto&) {
    return twin_.apply_workload(t, t + h);
  });
  simulation_.every(c.run.sample_interval, sample);
  for (const double h : twin_.sample_times())
    simulation_.every(h, [this, h](double, const auto& y) { return twin_.sample_controllers(h, y); });
  if (reference)
    simulation_.every(std::max(reference_restart, c.run.forcing_interval), [](double, const auto&) { return true; });
  simulation_.when([this](const auto& y) { return twin_.indicator(y); },
                   [this](double t, const auto& y) {
                     const bool tripped = twin_.trip_racks(t, y);
                     return twin_.sample_sequences(t, y) || tripped;
                   });
  simulation_.when_due([this] { return twin_.next_due(); }, sample);
  simulation_.record_every(c.run.record_interval, [this](double t, const auto& y) { record(t, y); });
  for (const RecordRule& rule : c.record_rules) {
    const int series = static_cast<int>(details_.size()) + 1;
    details_.emplace_back(twin_, rule, series);
    simulation_.record_within(rule.from, rule.to, rule.every, [this, series](double t, const auto& y) {
      if (write_) write_(series, t, details_[static_cast<std::size_t>(series - 1)].record(y));
    });
  }
  if (ride_through_.watches() || frequency_.watches())
    simulation_.watch_steps([this](double begin, double end, const auto& y) {
      ride_through_.look(begin, end, y);
      frequency_.look(end, y);
    });
  simulation_.watch([this](double t, const auto& y) {
    monitor_.look(t, y);
    summariser_->look(t, recorder_, y);
  });
}

void CaseRun::record(double t, const std::vector<double>& y) {
  if (!write_) return;
  const Values& values = recorder_.record(y);
  write_(0, t, values);
  summariser_->add(t, recorder_);
}

void CaseRun::start() {
  const SteadyStateResult steady = twin_.steady_state();
  // Only what rises above its trip while the run goes on is looked for.
  if (twin_.hottest_above_trip(steady.y) >= 0.0) twin_.trip_racks(0.0, steady.y);
  integrator_->restart(0.0, steady.y);
  frequency_.look(0.0, steady.y);
  summariser_.emplace(twin_, steady.y);
}

void CaseRun::archive(Archive& archive) {
  if (!summariser_) summariser_.emplace(twin_, twin_.system().start());
  twin_.archive(archive);
  integrator_->archive(archive);
  simulation_.archive(archive);
  monitor_.archive(archive);
  ride_through_.archive(archive);
  frequency_.archive(archive);
  summariser_->archive(archive);
  archive(begin_, statistics_before_, shows_begin_);
}

void CaseRun::branch(const BranchPoint& point) {
  const Case& c = twin_.description();
  for (const CaseEvent& event : c.events)
    if (event.time < point.time - same_instant && !is_among(point.events, event))
      throw InputError({problem_of(event.origin, "an event before the moment of the branch",
                                   fmt::format("{} s", event.time), fmt::format("{} s or later", point.time))});
  std::vector<double> own_held, held;
  twin_.system().held_values(own_held);
  try {
    Archive state(point.state);
    twin_.archive(state);
    integrator_->archive(state);
  } catch (const ArchiveError& error) {
    throw InputError({{point.origin, 0, 0, "", "the state of this run does not fit the changed case", error.what(),
                       "changes of values only: no other parts, wiring or sequences"}});
  }
  begin_ = point.time;
  statistics_before_ = integrator_->statistics();
  twin_.log().clear();
  twin_.system().held_values(held);
  for (std::size_t i = 0; i < held.size(); ++i)
    if (own_held[i] != point.held[i]) held[i] = own_held[i];
  twin_.system().set_held_values(held);
  twin_.release_controllers();
  integrator_->settle_meters();  // what they have counted so far is not of this run
  summariser_.emplace(twin_, integrator_->state());
  simulation_.go_on_from(begin_);
  if (point.has_changes) apply_changes(point);
  shows_begin_ = true;
}

/// What is due at the moment by the changed case.
void CaseRun::apply_changes(const BranchPoint& point) {
  const Case& c = twin_.description();
  const double h = c.run.forcing_interval;
  const double grid = std::floor((begin_ + same_instant) / h) * h;
  twin_.apply_workload(grid, grid + h);
  bool any = false;
  for (const CaseEvent& event : c.events)
    if (std::abs(event.time - begin_) <= same_instant && !is_among(point.events, event))
      any |= twin_.apply_event(event, begin_);
  if (any) twin_.sample_sequences(begin_, integrator_->state());
  integrator_->jumped();
}

bool CaseRun::run(double t_end) {
  if (shows_begin_) {
    shows_begin_ = false;
    record(time(), integrator_->state());
    for (std::size_t i = 0; write_ && i < details_.size(); ++i)
      if (twin_.description().record_rules[i].is_due(time()))
        write_(static_cast<int>(i) + 1, time(), details_[i].record(integrator_->state()));
    monitor_.look(time(), integrator_->state());
  }
  return simulation_.run(t_end);
}

Summary CaseRun::finish() {
  integrator_->settle_meters();
  summariser_->add_components(recorder_, recorder_.record(integrator_->state()));
  Summary summary = summariser_->finish(integrator_->state(), time() - begin_);
  summary.consequences = monitor_.finish();
  summary.ride_through = ride_through_.finish();
  summary.frequency = frequency_.extremes();
  summary.groupings = twin_.groupings();
  summary.statistics = integrator_->statistics() - statistics_before_;
  return summary;
}

}  // namespace wattloop
