#include "io/consequences.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "models/connectors.h"

namespace wattloop {

namespace {

constexpr double V_alive = 0.5;  // share of V_set below which a busbar counts as dead; assumed

double earlier(double a, double b) {
  return std::fmin(a, b);  // a NaN counts as never
}

/// Where `a` < 0 became `b` >= 0 on the way from t_a to t_b; `otherwise` if it did not.
double crossing(double a, double b, double t_a, double t_b, double otherwise) {
  return a < 0.0 && b >= 0.0 ? t_a + (t_b - t_a) * (-a / (b - a)) : otherwise;
}

/// Share of the power a device asks for that a busbar at V gives it.
double served_share(double V, double V_minimum) {
  return V >= V_minimum ? 1.0 : V * constant_power_current(1.0, V, V_minimum);
}

void add(AreaConsequence& area, const RackConsequence& rack) {
  const int n = rack.racks;
  area.racks += n;
  if (!rack.any()) return;
  area.warned += std::isnan(rack.warned) ? 0 : n;
  area.throttled += std::isnan(rack.throttled) ? 0 : n;
  area.off += std::isnan(rack.off) ? 0 : n;
  area.still_out += std::isnan(rack.recovered) ? n : 0;
  area.first_warned = earlier(area.first_warned, rack.warned);
  area.first_throttled = earlier(area.first_throttled, rack.throttled);
  area.first_off = earlier(area.first_off, rack.off);
  area.last_recovered = std::fmax(area.last_recovered, rack.recovered);
  area.worst_cut = std::max(area.worst_cut, rack.worst_cut);
  area.lost += n * rack.lost;
}

bool runs_on(const JobSpec& job, int rack) {
  return std::any_of(job.racks.begin(), job.racks.end(),
                     [&](const RackRange& range) { return range.first <= rack && rack <= range.last; });
}

/// "3, +12.5 s": how many and the first of them; "-" for none.
std::string count_and_time(int count, double time, double zero) {
  return count == 0 ? "-" : fmt::format("{}, {:+.1f} s", count, time - zero);
}

std::string number_or_nothing(double value) {
  return std::isnan(value) ? "" : fmt::format("{:.3f}", value);
}

}  // namespace

ConsequenceMonitor::ConsequenceMonitor(Twin& twin) : twin_(twin) {
  const auto& racks = twin.network().racks();
  for (const RackInstance& rack : racks) {
    racks_.push_back({});
    racks_.back().path = rack.path;
    racks_.back().racks = rack.racks();
    watch(rack);
  }
  before_.resize(racks.size());
  now_.resize(racks.size());
  if (!twin.workload()) return;
  for (const JobSpec& job : twin.description().workload->jobs) {
    jobs_.push_back({job.name, 0.0, 1.0});
    std::vector<int> on;
    for (std::size_t i = 0; i < racks.size(); ++i)
      if (std::any_of(racks[i].numbers.begin(), racks[i].numbers.end(),
                      [&](int number) { return runs_on(job, number); }))
        on.push_back(static_cast<int>(i));
    job_racks_.push_back(std::move(on));
  }
}

/// Where its readings are and what they are compared with.
void ConsequenceMonitor::watch(const RackInstance& rack) {
  const GroupBase& shelves = twin_.system().group(rack.shelf.group);
  const ComponentType& shelf = shelves.type();
  Watched& watched = watched_.emplace_back();
  watched.bus = shelves.across_slot(rack.shelf.index, shelf.across_offset(shelf.port_index("bus")));
  watched.V_set = shelves.parameter(rack.shelf.index, shelf.parameter_index("V_set"));
}

ConsequenceMonitor::Look ConsequenceMonitor::look_at(std::size_t rack, const std::vector<double>& y) const {
  const Watched& watched = watched_[rack];
  const Look& before = before_[rack];
  const RackGpus& gpus = twin_.gpus(rack);
  Look look;
  const double V = y[watched.bus];
  look.switched_on = twin_.is_on(twin_.network().racks()[rack]);
  const bool voltage_counts = look.switched_on && before.switched_on;  // it follows a switch after the look
  look.on = look.switched_on && (!voltage_counts || V >= V_alive * watched.V_set);
  const double T_die = gpus.hottest(y);
  look.to_warn = T_die - gpus.T_warn, look.to_throttle = T_die - gpus.T_throttle;
  if (gpus.plates.empty()) return look;
  look.T_die = T_die;
  double share = voltage_counts ? served_share(V, gpus.V_minimum) : 1.0;
  if (look.to_throttle > 0.0) share *= 1.0 - throttle_of(twin_.system(), gpus.plate_at(T_die, y), y);
  look.cut = 1.0 - share;
  return look;
}

void ConsequenceMonitor::look(double t, const std::vector<double>& y) {
  twin_.system().pool().parallel_for(static_cast<int>(racks_.size()), 32, [&](int begin, int end) {
    for (int i = begin; i < end; ++i) now_[i] = look_at(i, y);
  });
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    if (any_ && t <= t_ && now_[i].switched_on && before_[i].switched_on) {  // the voltage has not followed yet
      now_[i].on = before_[i].on;
      now_[i].cut = before_[i].cut;
    }
    if (any_)
      note(i, before_[i], now_[i], t_, t);
    else
      note(i, Look{}, now_[i], t, t);
  }
  if (any_) add_lost_work(t - t_);
  before_.swap(now_);
  if (!any_) begin_ = t;
  t_ = t;
  any_ = true;
}

void ConsequenceMonitor::note(std::size_t i, const Look& before, const Look& now, double t_before, double t) {
  RackConsequence& rack = racks_[i];
  rack.T_die_max = std::max(rack.T_die_max, now.T_die);
  rack.worst_cut = std::max(rack.worst_cut, before.on ? now.cut : 0.0);
  rack.lost += (t - t_before) * (1.0 - speed(before, now));
  rack.warned = earlier(rack.warned, crossing(before.to_warn, now.to_warn, t_before, t, never));
  rack.throttled = earlier(rack.throttled, crossing(before.to_throttle, now.to_throttle, t_before, t, never));
  if (before.on && !now.on) rack.off = earlier(rack.off, t);
  const bool well = now.on && now.to_warn < 0.0 && now.cut <= 0.0;
  if (!well) rack.recovered = never;
  if (well && rack.any() && std::isnan(rack.recovered))
    rack.recovered = before.on ? crossing(-before.to_warn, -now.to_warn, t_before, t, t) : t;
}

void ConsequenceMonitor::add_lost_work(double duration) {
  const auto& jobs = twin_.description().workload;
  for (std::size_t j = 0; j < jobs_.size(); ++j) {
    const JobSpec& job = jobs->jobs[j];
    const double end = job.start + std::min(natural_duration(job), job.end - job.start);
    if (t_ < job.start || t_ >= end || job_racks_[j].empty()) continue;
    const bool synchronous = std::holds_alternative<TrainingSpec>(job.kind);
    double slowest = 1.0, sum = 0.0;
    for (int rack : job_racks_[j]) {
      const double of_rack = speed(before_[rack], now_[rack]);
      slowest = std::min(slowest, of_rack);
      sum += of_rack;
    }
    const double of_job = synchronous ? slowest : sum / static_cast<double>(job_racks_[j].size());
    jobs_[j].slowest = std::min(jobs_[j].slowest, of_job);
    jobs_[j].lost += duration * (1.0 - of_job);
  }
}

void ConsequenceMonitor::archive(Archive& archive) {
  archive.expect("consequences");
  archive.fixed(racks_);
  archive.fixed(before_);
  archive.fixed(jobs_);
  archive(begin_, t_, any_);
}

Consequences ConsequenceMonitor::finish() const {
  Consequences c;
  for (const CaseEvent& event : twin_.description().events)
    if (event.kind != CaseEvent::Kind::repair && event.kind != CaseEvent::Kind::restore && event.time >= begin_ &&
        event.time < t_)
      c.first_event = earlier(c.first_event, event.time);
  AreaConsequence site;
  site.path = "site";
  std::map<std::string, AreaConsequence> areas;
  for (const RackConsequence& rack : racks_) {
    add(site, rack);
    for (std::size_t dot = rack.path.find('.'); dot != std::string::npos; dot = rack.path.find('.', dot + 1))
      add(areas[rack.path.substr(0, dot)], rack);
    if (rack.any()) c.racks.push_back(rack);
  }
  c.areas.push_back(site);
  for (auto& [path, area] : areas) {
    area.path = path;
    if (area.warned + area.off > 0 || area.worst_cut > 0.0) c.areas.push_back(area);
  }
  for (const JobConsequence& job : jobs_)
    if (job.lost > 0.0) c.jobs.push_back(job);
  return c;
}

std::string to_text(const Consequences& c, const std::string& time_of_first_event) {
  constexpr std::size_t most_areas = 16;
  const bool events = !std::isnan(c.first_event);
  if (c.racks.empty())
    return events
               ? fmt::format("  consequences of the events from {} on: no GPU warns, throttles, trips or lacks power\n",
                             time_of_first_event)
               : "";
  const double zero = events ? c.first_event : 0.0;
  std::string text = events ? fmt::format("  consequences, after the event at {}\n", time_of_first_event)
                            : std::string("  consequences, from the start of the run\n");
  text += fmt::format("    {:<22}{:>6}{:>18}{:>18}{:>18}{:>11}  {}\n", "", "racks", "warn", "throttle", "off",
                      "worst cut", "back");
  for (std::size_t i = 0; i < std::min(c.areas.size(), most_areas); ++i) {
    const AreaConsequence& a = c.areas[i];
    const std::string back =
        a.still_out > 0 ? fmt::format("{} not", a.still_out) : fmt::format("all, {:+.1f} s", a.last_recovered - zero);
    text += fmt::format("    {:<22}{:>6}{:>18}{:>18}{:>18}{:>9.1f} %  {}\n", a.path, a.racks,
                        count_and_time(a.warned, a.first_warned, zero),
                        count_and_time(a.throttled, a.first_throttled, zero), count_and_time(a.off, a.first_off, zero),
                        100.0 * a.worst_cut, back);
  }
  if (c.areas.size() > most_areas) text += fmt::format("    and {} more areas\n", c.areas.size() - most_areas);
  for (const JobConsequence& job : c.jobs)
    text += fmt::format("    job {}: loses {:.1f} min, slowest {:.0f} % of its speed\n", job.name, job.lost / 60.0,
                        100.0 * job.slowest);
  return text;
}

std::string to_csv(const Consequences& c) {
  std::string text =
      "path,racks,warned_racks,throttled_racks,off_racks,not_back_racks,warned_s,throttled_s,off_s,back_s,worst_cut,"
      "lost_rack_s\n";
  const auto line = [&](const AreaConsequence& a) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{:.4f},{:.1f}\n", a.path, a.racks, a.warned, a.throttled, a.off,
                        a.still_out, number_or_nothing(a.first_warned), number_or_nothing(a.first_throttled),
                        number_or_nothing(a.first_off), number_or_nothing(a.last_recovered), a.worst_cut, a.lost);
  };
  for (const AreaConsequence& area : c.areas) line(area);
  for (const RackConsequence& rack : c.racks) {
    AreaConsequence alone;
    alone.path = rack.path;
    add(alone, rack);
    line(alone);
  }
  return text;
}

}  // namespace wattloop
