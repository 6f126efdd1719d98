// Named modes with conditions, and ordered steps.

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "meshes/sequence_binding.h"

namespace wattloop {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class Modes final : public Sequence {
 public:
  Modes(const ModesSpec& spec, Network& network, int scope, PathFinder& find)
      : spec_(spec), system_(network.system()), modes_(spec.modes.size()), was_in_(spec.modes.size(), false) {
    std::map<std::string, std::vector<InputRef>> inputs;
    for (const Mode& mode : spec.modes)
      for (const WrittenValue& written : mode.write) {
        const auto [found, is_new] = inputs.try_emplace(written.input);
        if (is_new) find.inputs(scope, written.input, found->second);
        find.check_value(found->second, written.input, written.value, written.unit);
      }
    for (std::size_t m = 0; m < modes_.size(); ++m) {
      for (const WrittenValue& written : spec.modes[m].write)
        modes_[m].write.push_back({inputs[written.input], written.value});
      for (const ModeChange& change : spec.modes[m].leave) {
        const auto to = std::find_if(spec.modes.begin(), spec.modes.end(),
                                     [&](const Mode& mode) { return mode.name == change.to; });
        modes_[m].leave.push_back({static_cast<std::size_t>(to - spec.modes.begin()),
                                   find.conditions(scope, change.when), change.lasting, change.entered, change.within});
      }
    }
  }

  bool sample(double t, const double* y, std::vector<LogEntry>& log) override {
    if (!started_at_) {
      started_at_ = t;
      enter(0, t, y);
    } else if (const Change* change = due(t, y)) {
      if (t > *started_at_) {
        changes_.add(t);
        if (since_ > *started_at_) shortest_ = std::min(shortest_, t - since_);
        log.push_back({t, label, fmt::format("goes to {}", spec_.modes[change->to].name)});
      }
      enter(change->to, t, y);
    }
    bool changed = false;
    for (const Write& w : modes_[mode_].write) changed |= write(system_, w.inputs, w.value, failed_);
    return changed;
  }

  bool acts_at_once() const override { return spec_.at_once; }

  /// The largest margin of a change whose conditions do not hold yet, and of those that hold what would end that.
  double indicator(const double* y) const override {
    double most = -infinity;
    for (const Change& change : modes_[mode_].leave) {
      if (!spec_.at_once || change.when.empty() || !change.is_open) continue;
      double margin = infinity;
      for (const BoundCondition& c : change.when) margin = std::min(margin, c.margin(system_, y));
      most = std::max(most, std::isfinite(change.since) ? -margin : margin);
    }
    return most;
  }
  double next_due() const override {
    double next = infinity;
    for (const Change& change : modes_[mode_].leave)
      if (spec_.at_once && change.is_open)
        next = std::min(next, std::max(change.since + change.lasting, since_ + spec_.modes[mode_].hold));
    return next;
  }

  void set_failed(const InputSet& failed) override { failed_ = failed; }
  std::string state() const override { return spec_.modes[mode_].name; }
  std::optional<SwitchCount> switch_count() const override {
    return SwitchCount{changes_.count(), changes_.most_in_an_hour(), shortest_};
  }
  void archive(Archive& archive) override {
    archive.expect("modes " + label);
    archive(mode_, started_at_, since_, shortest_, changes_);
    archive.fixed(was_in_);
    archive.fixed(modes_);
  }

 private:
  struct Write {
    std::vector<InputRef> inputs;
    double value;
  };
  struct Change {
    std::size_t to;
    std::vector<BoundCondition> when;
    double lasting;
    int entered;
    double within;
    bool is_open = true;      ///< its mode has begun often enough
    double since = infinity;  ///< the conditions hold, s
    void archive(Archive& archive) { archive(is_open, since); }
  };
  struct BoundMode {
    std::vector<Write> write;
    std::vector<Change> leave;
    ChangeTimes begun{};
    void archive(Archive& archive) {
      archive.fixed(leave);
      archive(begun);
    }
  };

  /// One that acts at once counts from here on what holds already; others see it at their next sample.
  void enter(std::size_t mode, double t, const double* y) {
    mode_ = mode;
    since_ = t;
    was_in_[mode] = true;
    BoundMode& begun = modes_[mode];
    begun.begun.add(t);
    for (Change& change : begun.leave) {
      change.is_open = change.entered <= 1 || begun.begun.within(t, change.within) >= change.entered;
      const bool holds = change.when.empty() || (spec_.at_once && all_hold(change.when, system_, y));
      change.since = holds ? t : infinity;
    }
  }

  const Change* due(double t, const double* y) {
    const Change* first = nullptr;
    for (Change& change : modes_[mode_].leave) {
      const bool holds = all_hold(change.when, system_, y);
      change.since = holds ? std::min(change.since, t) : infinity;
      const bool at_start = t <= *started_at_;
      const bool is_due = at_start ? !change.when.empty() && holds && !was_in_[change.to]
                                   : t >= change.since + change.lasting && t >= since_ + spec_.modes[mode_].hold;
      if (first == nullptr && is_due && change.is_open) first = &change;
    }
    return first;
  }

  ModesSpec spec_;
  System& system_;
  std::vector<BoundMode> modes_;
  std::vector<bool> was_in_;
  InputSet failed_;
  std::size_t mode_ = 0;
  std::optional<double> started_at_;
  double since_ = 0.0, shortest_ = infinity;
  ChangeTimes changes_;
};

}  // namespace

std::unique_ptr<Sequence> bind_modes(const ModesSpec& spec, Network& network, int scope, PathFinder& find) {
  return std::make_unique<Modes>(spec, network, scope, find);
}

}  // namespace wattloop
