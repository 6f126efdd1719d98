#include "meshes/sequence_binding.h"

#include <algorithm>

#include <fmt/format.h>

namespace wattloop {

namespace {

/// Signal blocks give pure numbers for anything; a difference of temperatures is in kelvin too.
bool fits(const std::string& measured, const std::string& unit) {
  const auto plain = [](const std::string& u) { return u == "delta_K" ? std::string("K") : u; };
  const auto is_number = [](const std::string& u) { return u.empty() || u == "1" || u == "kg/kg"; };
  return plain(measured) == plain(unit) || (is_number(measured) && is_number(unit));
}

}  // namespace

double BoundSignal::value(const System& system, const double* y) const {
  double result = y[system.unknown(readings.front().unknown)];
  double units = readings.front().units;
  if (over == Over::sum || over == Over::mean) result *= units;
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const double value = y[system.unknown(readings[i].unknown)];
    if (over == Over::max) result = std::max(result, value);
    if (over == Over::min) result = std::min(result, value);
    if (over == Over::sum || over == Over::mean) result += readings[i].units * value;
    units += readings[i].units;
  }
  return over == Over::mean ? result / units : result;
}

double BoundCondition::margin(const System& system, const double* y) const {
  const double value = measure.value(system, y) - (minus.empty() ? 0.0 : minus.value(system, y));
  return std::min(value - above, below - value);
}

bool all_hold(const std::vector<BoundCondition>& conditions, const System& system, const double* y) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const auto& c) { return c.holds(system, y); });
}

BoundSignal PathFinder::measure(int scope, const SignalPath& signal) {
  BoundSignal bound{{}, signal.over};
  if (signal.path.empty()) return bound;
  if (signal.over != Over::one)
    bound.readings = network_.find_unknowns(scope, signal.path);
  else if (const auto unknown = network_.find_unknown(scope, signal.path))
    bound.readings.push_back({*unknown, 1.0});
  if (bound.empty()) add("nothing readable has this path", signal.path, network_.readable_names(scope));
  return bound;
}

BoundSignal PathFinder::measure(int scope, const SignalPath& signal, const std::string& unit) {
  BoundSignal bound = measure(scope, signal);
  if (bound.empty()) return bound;
  const std::string measured = network_.unit_of(bound.readings.front().unknown);
  if (!fits(measured, unit))
    add(fmt::format("{} is in {}", signal.path, measured), fmt::format("a limit in {}", unit), {measured});
  return bound;
}

std::vector<BoundCondition> PathFinder::conditions(int scope, const std::vector<Condition>& conditions) {
  std::vector<BoundCondition> bound;
  for (const Condition& c : conditions)
    bound.push_back({measure(scope, c.measure, c.unit), measure(scope, c.minus, c.unit), c.above, c.below});
  return bound;
}

void PathFinder::inputs(int scope, const std::string& path, std::vector<InputRef>& found) {
  const std::vector<InputRef> here = network_.find_inputs(scope, path);
  if (here.empty()) add("no input has this path", path, network_.input_names(scope));
  for (const InputRef& input : here)
    if (const auto [owner, is_free] = owners_.emplace(input.key(), "the sequence " + sequence_); !is_free) {
      add(fmt::format("{} drives this input already", owner->second), path, {"an input that nothing drives"});
      break;
    }
  found.insert(found.end(), here.begin(), here.end());
}

void PathFinder::check_value(const std::vector<InputRef>& inputs, const std::string& path, double value,
                             const std::string& unit) {
  if (inputs.empty()) return;
  const Port& port = network_.system().group(inputs.front().component.group).type().ports[inputs.front().port];
  const std::string needed(port.unit);
  if (needed != "SI" && !fits(needed, unit))
    add(fmt::format("{} takes a value in {}", path, needed == "1" ? "no unit or in %" : needed),
        fmt::format("one in {}", unit), {needed});
  else if (value < port.range.min || value > port.range.max)
    add(fmt::format("out of the range of {}", path), fmt::format("{:.6g}", value),
        {fmt::format("{:.6g} to {:.6g}", port.range.min, port.range.max)});
}

void PathFinder::add(std::string what, std::string got, std::vector<std::string> known) {
  problems_.push_back({origin_, std::move(what), std::move(got), std::move(known)});
}

void PathFinder::throw_if_any() const {
  if (!problems_.empty()) throw NetworkError(problems_);
}

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

int ChangeTimes::within(double t, double time) const {
  return static_cast<int>(std::count_if(times_.begin(), times_.end(), [&](double s) { return s > t - time; }));
}

int ChangeTimes::most_in_an_hour() const {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < times_.size(); ++last) {
    while (times_[first] <= times_[last] - hour) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<int>(most);
}

}  // namespace wattloop
