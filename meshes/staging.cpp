// Staging of equal units.

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "meshes/sequence_binding.h"

namespace wattloop {

namespace {

constexpr double never = -1e300;  // s
constexpr double infinity = std::numeric_limits<double>::infinity();

class Staging final : public Sequence {
 public:
  Staging(const StagingSpec& spec, Network& network, int scope, PathFinder& find)
      : spec_(spec), system_(network.system()), wanted_(spec.duty) {
    measure_ = find.measure(scope, spec.measure, spec.limit_unit);
    only_while_ = find.conditions(scope, spec.only_while);
    for (int copy : network.find_copies(scope, spec.unit)) {
      Unit unit{network.instances()[copy].path, {}, {}};
      for (const std::string& path : spec.enable) find.inputs(copy, path, unit.enable);
      units_.push_back(std::move(unit));
    }
    if (static_cast<int>(units_.size()) < spec.duty)
      find.add(fmt::format("{} units are to run but there are {}", spec.duty, units_.size()), spec.unit, {});
  }

  bool sample(double t, const double* y, std::vector<LogEntry>& log) override {
    is_first_ = !started_at_;
    if (is_first_) started_at_ = t;
    if (!measure_.empty() && !is_first_) adjust_wanted(t, measure_.value(system_, y), log);
    const int target = is_first_ || all_hold(only_while_, system_, y) ? wanted_ : 0;
    for (Unit& unit : units_)
      if (unit.failed && unit.runs) {
        end_run(unit, t);
        failed_since_ = t;
      }
    const bool rotates = is_due_to_rotate(t, target);
    while (running() < target + rotates) {
      const bool may_start = t >= std::max(failed_since_ + spec_.changeover, begun_at_ + spec_.stagger);
      Unit* next = may_start ? next_to_start(t) : nullptr;
      if (next == nullptr) break;
      begin_run(*next, t, log);
    }
    while (running() > target) {
      Unit* next = next_to_stop(t);
      if (next == nullptr) break;
      end_run(*next, t);
      note(log, t, *next, "stops");
    }
    bool changed = false;
    for (Unit& unit : units_) changed |= write(system_, unit.enable, unit.runs ? 1.0 : 0.0, failed_);
    return changed;
  }

  void set_failed(const InputSet& failed) override {
    failed_ = failed;
    for (Unit& unit : units_)
      unit.failed = std::any_of(unit.enable.begin(), unit.enable.end(),
                                [&](const InputRef& input) { return failed.count(input.key()) > 0; });
  }

  std::vector<InputRef> switches() const override {
    std::vector<InputRef> all;
    for (const Unit& unit : units_) all.insert(all.end(), unit.enable.begin(), unit.enable.end());
    return all;
  }

  std::string state() const override { return fmt::format("{} running", running()); }

  void archive(Archive& archive) override {
    archive.expect("staging " + label);
    archive(wanted_, started_at_, is_first_, changed_at_, failed_since_, rotated_at_, begun_at_);
    archive(high_since_, low_since_, shortest_run_);
    archive.fixed(units_);
  }

  std::optional<SwitchCount> switch_count() const override {
    SwitchCount count;
    count.shortest = shortest_run_;
    for (const Unit& unit : units_) {
      count.starts += unit.starts.count();
      count.most_in_an_hour = std::max(count.most_in_an_hour, unit.starts.most_in_an_hour());
    }
    return count;
  }

 private:
  struct Unit {
    std::string path;
    std::vector<InputRef> enable;
    ChangeTimes starts;
    bool runs = false, failed = false;
    double since = never;  ///< of running or standing, s

    void archive(Archive& archive) { archive(starts, runs, since); }
  };

  bool is_start(double t) const { return t <= *started_at_; }
  int running() const {
    return static_cast<int>(std::count_if(units_.begin(), units_.end(), [](const Unit& u) { return u.runs; }));
  }

  void begin_run(Unit& unit, double t, std::vector<LogEntry>& log) {
    unit.runs = true;
    if (is_start(t)) return;
    unit.since = begun_at_ = t;
    unit.starts.add(t);
    note(log, t, unit, "starts");
  }

  void end_run(Unit& unit, double t) {
    unit.runs = false;
    if (is_start(t)) return;
    if (unit.since > never && !unit.failed) shortest_run_ = std::min(shortest_run_, t - unit.since);
    unit.since = t;
  }

  /// The first in order; of rotating units the one that has stood or run longest.
  Unit* longest(bool runs, double t, double least) {
    Unit* found = nullptr;
    for (Unit& unit : units_) {
      if (unit.runs != runs || t < unit.since + least) continue;
      if (!runs && (unit.failed || unit.starts.in_last_hour(t) >= spec_.starts_per_hour)) continue;
      const bool earlier = found != nullptr && unit.since < found->since;
      const bool later_in_line = found != nullptr && runs && (spec_.rotate == 0.0 || unit.since == found->since);
      if (found == nullptr || (spec_.rotate > 0.0 && earlier) || later_in_line) found = &unit;
    }
    return found;
  }
  Unit* next_to_start(double t) { return longest(false, t, is_start(t) ? never : spec_.min_stop); }
  Unit* next_to_stop(double t) { return longest(true, t, is_start(t) ? never : spec_.min_run); }

  /// Whether lead changes now: one more starts, so that the one that has run longest stops.
  bool is_due_to_rotate(double t, int target) {
    if (spec_.rotate == 0.0 || t < std::max(rotated_at_, *started_at_) + spec_.rotate || target == 0) return false;
    if (running() != target || next_to_start(t) == nullptr || next_to_stop(t) == nullptr) return false;
    rotated_at_ = t;
    return true;
  }

  void adjust_wanted(double t, double measured, std::vector<LogEntry>& log) {
    if (is_start(t)) {
      if (measured < spec_.down_below) wanted_ = std::max(wanted_ - 1, spec_.minimum);
      return;
    }
    if (measured <= spec_.up_above || wanted_ >= spec_.duty) high_since_ = infinity;
    if (measured >= spec_.down_below || wanted_ <= spec_.minimum) low_since_ = infinity;
    if (measured > spec_.up_above) high_since_ = std::min(high_since_, t);
    if (measured < spec_.down_below) low_since_ = std::min(low_since_, t);
    if (t < changed_at_ + spec_.between) return;
    const int before = wanted_;
    if (t >= high_since_ + spec_.delay) wanted_ = std::min(wanted_ + 1, spec_.duty);
    if (t >= low_since_ + spec_.delay) wanted_ = std::max(wanted_ - 1, spec_.minimum);
    if (wanted_ == before) return;
    changed_at_ = t;
    high_since_ = low_since_ = infinity;
    log.push_back({t, spec_.unit, fmt::format("{} units wanted", wanted_)});
  }

  void note(std::vector<LogEntry>& log, double t, const Unit& unit, const char* what) const {
    if (!is_start(t)) log.push_back({t, unit.path, what});
  }

  StagingSpec spec_;
  System& system_;
  std::vector<Unit> units_;
  InputSet failed_;
  BoundSignal measure_;
  std::vector<BoundCondition> only_while_;
  int wanted_;
  std::optional<double> started_at_;
  bool is_first_ = true;
  double changed_at_ = never, failed_since_ = never, rotated_at_ = never, begun_at_ = never;
  double high_since_ = infinity, low_since_ = infinity;
  double shortest_run_ = infinity;
};

}  // namespace

std::unique_ptr<Sequence> bind_staging(const StagingSpec& spec, Network& network, int scope, PathFinder& find) {
  return std::make_unique<Staging>(spec, network, scope, find);
}

}  // namespace wattloop
