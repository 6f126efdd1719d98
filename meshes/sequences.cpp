#include "meshes/sequences.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "meshes/network.h"

namespace wattloop {

namespace {

constexpr double never = -1e300;  // s

/// Finds the paths of a sequence; what is not there is collected.
class PathFinder {
 public:
  PathFinder(const Network& network, std::string sequence, const Origin& origin, InputOwners& owners)
      : network_(network), sequence_(std::move(sequence)), origin_(origin), owners_(owners) {}

  System::Unknown measure(int scope, const std::string& path) {
    const auto unknown = network_.find_unknown(scope, path);
    if (!unknown) add("nothing readable has this path", path, network_.readable_names(scope));
    return unknown.value_or(System::Unknown{});
  }
  void inputs(int scope, const std::string& path, std::vector<InputRef>& found) {
    const std::vector<InputRef> here = network_.find_inputs(scope, path);
    if (here.empty()) add("no input has this path", path, network_.input_names(scope));
    for (const InputRef& input : here)
      if (const auto [owner, is_free] = owners_.emplace(input.key(), "the sequence " + sequence_); !is_free) {
        add(fmt::format("{} drives this input already", owner->second), path, {"an input that nothing drives"});
        break;
      }
    found.insert(found.end(), here.begin(), here.end());
  }
  void add(std::string what, std::string got, std::vector<std::string> known) {
    problems_.push_back({origin_, std::move(what), std::move(got), std::move(known)});
  }
  void throw_if_any() const {
    if (!problems_.empty()) throw NetworkError(problems_);
  }

 private:
  const Network& network_;
  std::string sequence_;
  const Origin& origin_;
  InputOwners& owners_;
  std::vector<NetworkProblem> problems_;
};

bool write(System& system, const std::vector<InputRef>& inputs, double value, const InputSet& failed) {
  bool changed = false;
  for (const InputRef& input : inputs) {
    if (failed.count(input.key())) continue;
    double& held = system.group(input.component.group).held(input.component.index, input.across);
    changed = changed || held != value;
    held = value;
  }
  return changed;
}

class Staging final : public Sequence {
 public:
  Staging(const StagingSpec& spec, const std::string& owner, Network& network, int scope, const Origin& origin,
          InputOwners& owners)
      : spec_(spec), system_(network.system()) {
    PathFinder find(network, owner, origin, owners);
    if (!spec.measure.empty()) measure_ = find.measure(scope, spec.measure);
    for (int copy : network.find_copies(scope, spec.unit)) {
      Unit unit{network.instances()[copy].path, {}};
      for (const std::string& path : spec.enable) find.inputs(copy, path, unit.enable);
      units_.push_back(std::move(unit));
    }
    if (static_cast<int>(units_.size()) < spec.duty)
      find.add(fmt::format("{} units are to run but there are {}", spec.duty, units_.size()), spec.unit, {});
    find.throw_if_any();
    wanted_ = spec.duty;
  }

  bool sample(double t, const double* y, std::vector<LogEntry>& log) override {
    if (measure_) adjust_wanted(t, y[system_.unknown(*measure_)], log);
    bool changed = false;
    int running = 0;
    for (Unit& unit : units_) {
      if (unit.failed && unit.runs) {
        unit.runs = false;
        failed_since_ = t;
      }
      running += unit.runs;
    }
    for (Unit& unit : units_) {
      const bool start = running < wanted_ && !unit.runs && !unit.failed && t >= failed_since_ + spec_.changeover;
      if (start) unit.runs = true, ++running, note(log, t, unit, "starts");
    }
    for (auto unit = units_.rbegin(); unit != units_.rend(); ++unit)
      if (running > wanted_ && unit->runs) unit->runs = false, --running, note(log, t, *unit, "stops");
    for (Unit& unit : units_) changed |= write(system_, unit.enable, unit.runs ? 1.0 : 0.0, failed_);
    started_ = true;
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

  std::string state() const override {
    return fmt::format("{} running", std::count_if(units_.begin(), units_.end(), [](const Unit& u) { return u.runs; }));
  }

 private:
  struct Unit {
    std::string path;
    std::vector<InputRef> enable;
    bool runs = false, failed = false;
  };

  void adjust_wanted(double t, double measured, std::vector<LogEntry>& log) {
    if (measured <= spec_.up_above || wanted_ >= spec_.duty) high_since_ = std::numeric_limits<double>::infinity();
    if (measured >= spec_.down_below || wanted_ <= spec_.minimum) low_since_ = std::numeric_limits<double>::infinity();
    if (measured > spec_.up_above) high_since_ = std::min(high_since_, t);
    if (measured < spec_.down_below) low_since_ = std::min(low_since_, t);
    if (t < changed_at_ + spec_.min_run) return;
    const int before = wanted_;
    if (t >= high_since_ + spec_.delay) wanted_ = std::min(wanted_ + 1, spec_.duty);
    if (t >= low_since_ + spec_.delay) wanted_ = std::max(wanted_ - 1, spec_.minimum);
    if (wanted_ == before) return;
    changed_at_ = t;
    high_since_ = low_since_ = std::numeric_limits<double>::infinity();
    log.push_back({t, spec_.unit, fmt::format("{} units wanted", wanted_)});
  }

  void note(std::vector<LogEntry>& log, double t, const Unit& unit, const char* what) const {
    if (started_) log.push_back({t, unit.path, what});
  }

  StagingSpec spec_;
  System& system_;
  std::vector<Unit> units_;
  InputSet failed_;
  std::optional<System::Unknown> measure_;
  int wanted_ = 0;
  double changed_at_ = never, failed_since_ = never;
  double high_since_ = std::numeric_limits<double>::infinity();
  double low_since_ = std::numeric_limits<double>::infinity();
  bool started_ = false;
};

class Threshold final : public Sequence {
 public:
  Threshold(const ThresholdSpec& spec, const std::string& owner, Network& network, int scope, const Origin& origin,
            InputOwners& owners)
      : spec_(spec), system_(network.system()) {
    PathFinder find(network, owner, origin, owners);
    measure_ = find.measure(scope, spec.measure);
    for (const std::string& path : spec.write) find.inputs(scope, path, inputs_);
    find.throw_if_any();
  }

  bool sample(double t, const double* y, std::vector<LogEntry>& log) override {
    const bool reversed = spec_.off_below > spec_.on_above;
    const double measured = y[system_.unknown(measure_)];
    const bool on = reversed ? measured < spec_.on_above : measured > spec_.on_above;
    const bool off = reversed ? measured > spec_.off_below : measured < spec_.off_below;
    const bool wanted = on || (is_on_ && !off);
    if (wanted != is_on_ && t >= changed_at_ + spec_.min_hold) {
      is_on_ = wanted;
      if (started_) log.push_back({t, spec_.write.front(), wanted ? "on" : "off"});
      if (started_) changed_at_ = t;
    }
    started_ = true;
    return write(system_, inputs_, is_on_ ? spec_.on_value : spec_.off_value, failed_);
  }

  void set_failed(const InputSet& failed) override { failed_ = failed; }
  std::string state() const override { return is_on_ ? "on" : "off"; }

 private:
  ThresholdSpec spec_;
  System& system_;
  System::Unknown measure_;
  std::vector<InputRef> inputs_;
  InputSet failed_;
  bool is_on_ = false, started_ = false;
  double changed_at_ = never;
};

}  // namespace

std::unique_ptr<Sequence> bind(const StagingSpec& spec, const std::string& name, Network& network, int scope,
                               const Origin& origin, InputOwners& owners) {
  return std::make_unique<Staging>(spec, name, network, scope, origin, owners);
}
std::unique_ptr<Sequence> bind(const ThresholdSpec& spec, const std::string& name, Network& network, int scope,
                               const Origin& origin, InputOwners& owners) {
  return std::make_unique<Threshold>(spec, name, network, scope, origin, owners);
}

}  // namespace wattloop
