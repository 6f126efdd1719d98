#include "io/case_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "io/nearest.h"
#include "io/units.h"
#include "meshes/ac_buses.h"
#include "meshes/supply_capacity.h"
#include "meshes/unequal_voltages.h"

namespace wattloop {

namespace {

constexpr double freezing_margin = 3.0;  // K
constexpr double T_zero = 273.15;        // K, 0 degC

std::string in_celsius(double T) {
  return fmt::format("{:.1f} degC", T - T_zero);
}

class CaseChecker {
 public:
  CaseChecker(const Case& description, const Network& network) : case_(description), network_(network) {
    const System& system = network.system();
    for (const System::Connection& c : system.connections())
      if (system.node_connector(c.node) == Connector::liquid)
        circuit_.try_emplace({c.component.group, c.component.index}, c.node);
    for (int node = 0; node < system.nodes(); ++node)
      if (system.node_connector(node) == Connector::liquid)
        temperature_node_[system.node_unknown(node) + system.node_value_index(node, "T")] = node;
  }

  CaseFindings run() {
    if (case_.weather && check_weather()) check_frost();
    check_open_towers();
    for (const HeldInput& input : network_.held_inputs())
      check_temperature(input, group(input.input).held(input.input.component.index, input.input.across));
    for (const ScheduledSignal& schedule : network_.schedules())
      for (const auto& [time, value] : schedule.knots) check_temperature(schedule.driven, value);
    for (const CaseEvent& event : case_.events) check_event(event);
    check_lasting_events();
    check_frames();
    check_supply();
    for (const UnequalVoltages& v : unequal_voltages(network_))
      findings_.warnings.push_back(
          problem_of({case_.file, 0, 0, v.high},
                     fmt::format("made for {:g} V and joined with {} for {:g} V", v.V_high, v.low, v.V_low),
                     fmt::format("{:.3g} % more", 100.0 * (v.V_high / v.V_low - 1.0)),
                     fmt::format("at most {:.3g} %", 100.0 * (UnequalVoltages::most - 1.0))));
    for (InputProblem& p : check_record_rules(case_.record_rules, network_, case_.network.resolution))
      findings_.problems.push_back(std::move(p));
    return std::move(findings_);
  }

 private:
  /// Where a load is bound, or its path in the case.
  Origin load_origin(const std::string& path) const {
    for (const HeldInput& held : network_.held_inputs()) {
      const GroupBase& of = group(held.input);
      const bool is_power = of.type().ports[held.input.port].name == "power";
      if (is_power && of.path(held.input.component.index) == path) return held.origin;
    }
    return {case_.file, 0, 0, path};
  }

  void check_supply() {
    std::map<std::pair<double, double>, int> copies;
    for (const UnsuppliedLoad& load : loads_above_supply(network_)) {
      if (copies[{load.asked, load.capacity}]++ > 0) continue;
      problem(load_origin(load.path), fmt::format("{} is above everything upstream that could feed it", load.path),
              fmt::format("{:.6g} kW", load.asked / 1e3), fmt::format("at most {:.6g} kVA", load.capacity / 1e3));
    }
    for (const Bottleneck& b : bottlenecks(network_)) {
      const std::string more = b.parts.size() > 2 ? fmt::format(" and {} more", b.parts.size() - 2) : "";
      const std::string parts = fmt::format(
          "{}", fmt::join(b.parts.begin(), b.parts.begin() + std::min<std::ptrdiff_t>(2, std::ssize(b.parts)), ", "));
      findings_.warnings.push_back(
          problem_of({case_.file, 0, 0, b.parts.front()},
                     fmt::format("loads together ask for more than {}{} can carry", parts, more),
                     fmt::format("{:.6g} kW", b.asked / 1e3), fmt::format("at most {:.6g} kVA", b.capacity / 1e3)));
    }
  }

  const GroupBase& group(const InputRef& input) const { return network_.system().group(input.component.group); }

  void problem(const Origin& origin, std::string what, std::string got, std::string allowed) {
    findings_.problems.push_back(problem_of(origin, std::move(what), std::move(got), std::move(allowed)));
  }

  Origin section(const char* name) const {
    const auto place = case_.places.find(name);
    return place != case_.places.end() ? place->second : Origin{case_.file, 0, 0, name};
  }

  bool check_weather() {
    try {
      case_.weather->require(case_.run.start, case_.run.start + case_.run.duration);
      return true;
    } catch (const InputError& error) {
      for (const InputProblem& p : error.problems()) problem(section("weather"), p.what, p.got, p.allowed);
      return false;
    }
  }

  double coldest_air() const {
    constexpr double step = 900.0;  // s, for days that are sines without knots
    const double start = case_.run.start, end = start + case_.run.duration;
    double T = std::min(case_.weather->at(start).T_db, case_.weather->at(end).T_db);
    for (const double t : case_.weather->knots(start, end)) T = std::min(T, case_.weather->at(t).T_db);
    for (double t = start; t < std::min(end, start + seconds_per_day); t += step)
      T = std::min(T, case_.weather->at(t).T_db);
    return T;
  }

  /// Each liquid that stands outdoors against the coldest air of the run.
  void check_frost() {
    const double T_air = coldest_air();
    std::set<std::pair<std::string, std::string>> seen;  // liquid and kind of equipment
    for (const Instance& instance : network_.instances()) {
      const bool is_cooler = instance.kind == "dry_cooler" || instance.kind == "closed_tower";
      if (!is_cooler && instance.kind != "air_cooled_chiller" && instance.kind != "cooling_tower") continue;
      const Liquid& liquid = *network_.liquid_of(circuit_.at({instance.component.group, instance.component.index}));
      if (T_air > liquid.T_freeze + freezing_margin || !seen.insert({liquid.name, instance.kind}).second) continue;
      const bool freezes = T_air <= liquid.T_freeze;
      auto& list = is_cooler && freezes ? findings_.problems : findings_.warnings;
      list.push_back(problem_of(
          section("weather"),
          fmt::format("{} in {} {}", liquid.name, instance.path, freezes ? "freezes" : "comes close to freezing"),
          fmt::format("{} at the coldest", in_celsius(T_air)), fmt::format("above {}", in_celsius(liquid.T_freeze))));
    }
  }

  /// An open tower evaporates what runs through it.
  void check_open_towers() {
    for (const Instance& instance : network_.instances()) {
      if (instance.kind != "cooling_tower") continue;
      const Liquid& liquid = *network_.liquid_of(circuit_.at({instance.component.group, instance.component.index}));
      if (liquid.mass_fraction == 0.0) continue;
      problem(section("liquids"), fmt::format("an open tower runs on water alone: {}", instance.path), liquid.name,
              "water");
      return;
    }
  }

  /// The liquid whose temperature an input sets: that of its component, or that which its controller measures.
  const Liquid* liquid_set_by(const InputRef& input) const {
    const ComponentType& type = group(input).type();
    const Port& port = type.ports[input.port];
    int node = -1;
    if (port.unit == "K") {
      const auto found = circuit_.find({input.component.group, input.component.index});
      if (found != circuit_.end()) node = found->second;
    } else if (port.unit == "SI" && port.name == "set_point") {
      const int slot =
          group(input).across_slot(input.component.index, type.across_offset(type.port_index("measurement")));
      const int reference =
          group(input).across_slot(input.component.index, type.across_offset(type.port_index("reference")));
      const auto found = temperature_node_.find(slot);
      if (found != temperature_node_.end() && reference < 0) node = found->second;
    }
    return node < 0 ? nullptr : network_.liquid_of(node);
  }

  void check_temperature(const HeldInput& input, double T) {
    const Liquid* liquid = liquid_set_by(input.input);
    if (liquid == nullptr) return;
    if (T <= liquid->T_freeze)
      problem(input.origin, fmt::format("{} freezes at this temperature", liquid->name), in_celsius(T),
              fmt::format("above {}", in_celsius(liquid->T_freeze)));
    else if (T > liquid->T_max)
      problem(input.origin, fmt::format("beyond the range of {}", liquid->name), in_celsius(T),
              fmt::format("at most {}", in_celsius(liquid->T_max)));
  }

  void check_event(const CaseEvent& event) {
    if (event.time > case_.run.duration)
      findings_.warnings.push_back(problem_of(event.origin, "the run ends before this event",
                                              fmt::format("{:g} s", event.time),
                                              fmt::format("at most {:g} s", case_.run.duration)));
    if (event.kind == CaseEvent::Kind::restore) return;  // of what was set
    if (event.kind != CaseEvent::Kind::set) return check_failure(event);
    const std::vector<InputRef> inputs = network_.find_inputs(0, event.path);
    if (inputs.empty()) {
      problem(event.origin, "no input has this path", event.path, suggestion(event.path, network_.input_names(0)));
      return;
    }
    for (const InputRef& input : inputs)
      if (const std::string owner = network_.owner_of(input); !owner.empty()) {
        problem(event.origin, fmt::format("{} drives this input: an event cannot set it", owner), event.path,
                "an input that nothing drives");
        return;
      }
    check_event_value(event, inputs);
  }

  /// While an event with `for` lasts nothing else may set its inputs: its end gives them the value of the case,
  /// whatever else was meant to hold then.
  void check_lasting_events() {
    std::vector<const CaseEvent*> in_time;
    for (const CaseEvent& event : case_.events) in_time.push_back(&event);
    std::stable_sort(in_time.begin(), in_time.end(), [](const auto* a, const auto* b) { return a->time < b->time; });
    const auto end_of = [&](const CaseEvent* event) {  // stands behind what it ends
      const CaseEvent* next = event + 1;
      return next != &case_.events.back() + 1 && next->kind == CaseEvent::Kind::restore ? next : nullptr;
    };
    std::map<std::array<int, 3>, const CaseEvent*> lasting;  // input -> its event that has not ended
    for (const CaseEvent* event : in_time) {
      if (event->kind != CaseEvent::Kind::set && event->kind != CaseEvent::Kind::restore) continue;
      for (const InputRef& input : network_.find_inputs(0, event->path)) {
        const CaseEvent*& here = lasting[input.key()];
        if (event->kind == CaseEvent::Kind::restore) {
          if (here != nullptr && end_of(here) == event) here = nullptr;
        } else if (here == nullptr) {
          here = end_of(event) != nullptr ? event : nullptr;
        } else {
          problem(event->origin, "set while another event with `for` lasts", fmt::format("at {:g} s", event->time),
                  fmt::format("from {:g} s on, when that of line {} has ended", end_of(here)->time, here->origin.line));
          break;
        }
      }
    }
  }

  /// What turns beside a grid whose frequency is not nominal all the time has to be told (its `frame`), or it pulls
  /// against it for ever.
  void check_frames() {
    const auto is_frequency = [&](const InputRef& input) {
      const ComponentType& type = group(input).type();
      return type.name == "grid" && type.ports[input.port].name == "frequency";
    };
    std::string grid;
    const auto note = [&](const InputRef& input) {
      if (is_frequency(input)) grid = group(input).path(input.component.index);
    };
    for (const ScheduledSignal& schedule : network_.schedules()) note(schedule.driven.input);
    for (const HeldInput& driven : network_.driven_inputs()) note(driven.input);
    for (const CaseEvent& event : case_.events)
      if (event.kind == CaseEvent::Kind::set)
        for (const InputRef& input : network_.find_inputs(0, event.path)) note(input);
    const System& system = network_.system();
    for (int g = 0; g < system.groups(); ++g)
      for (int i = 0; system.group(g).type().name == "grid" && i < system.group(g).size(); ++i) {
        const double nominal = parameter_of(system.group(g), i, "f_nominal");
        if (input_of(system.group(g), i, "frequency", nominal) != nominal) grid = system.group(g).path(i);
      }
    if (grid.empty()) return;
    for (int g = 0; g < system.groups(); ++g) {
      const int port = system.group(g).type().port_index("frame");
      for (int i = 0; port >= 0 && i < system.group(g).size(); ++i)
        if (system.group(g).across_slot(i, system.group(g).type().across_offset(port)) < 0)
          findings_.warnings.push_back(
              problem_of({case_.file, 0, 0, system.group(g).path(i)},
                         "the frequency of the grid leaves the nominal one and its frame does not", "",
                         fmt::format("frame: {{signal: {}.frequency_pu}}", grid)));
    }
  }

  /// A failure turns something off: a part without a switch cannot fail.
  void check_failure(const CaseEvent& event) {
    const std::vector<int> parts = network_.find_all(event.path);
    const int part = parts.empty() ? -1 : parts.front();
    if (part < 0) {
      std::vector<std::string> known;
      for (const Instance& instance : network_.instances())
        if (instance.component.group >= 0 || instance.kind == "rack" || !instance.children.empty())
          if (!instance.path.empty()) known.push_back(instance.path);
      problem(event.origin, "nothing has this path", event.path, suggestion(event.path, known));
    } else if (network_.switches(part).empty()) {
      problem(event.origin,
              fmt::format("no switch in a part of type {} that could fail", network_.instances()[part].kind),
              event.path, one_of(parts_that_can_fail(network_.instances()[part].parent)));
    }
  }

  /// Beside a part, else further out; of copies the first.
  std::vector<std::string> parts_that_can_fail(int scope) const {
    std::vector<std::string> paths;
    for (; scope >= 0 && paths.empty(); scope = network_.instances()[scope].parent)
      for (const auto& [name, child] : network_.instances()[scope].children) {
        const std::size_t number = name.rfind('_');
        const bool is_later_copy = number != std::string::npos && name.substr(number) != "_1" &&
                                   network_.instances()[scope].children.count(name.substr(0, number) + "_1") > 0;
        if (!is_later_copy && !network_.switches(child).empty()) paths.push_back(network_.instances()[child].path);
      }
    return paths;
  }

  void check_event_value(const CaseEvent& event, const std::vector<InputRef>& inputs) {
    const Port& port = group(inputs.front()).type().ports[inputs.front().port];
    if (!std::isnan(event.share)) {
      if (port.unit != "V")
        problem(event.origin, "only a voltage dips", fmt::format("an input in {}", port.unit), "an input in V, or set");
      return;
    }
    try {
      const double value = quantity(event.value, port.unit);
      if (value >= port.range.min && value <= port.range.max) {
        for (const InputRef& input : inputs) check_temperature({input, event.value_origin}, value);
        return;
      }
      problem(event.value_origin, "out of range", event.value,
              fmt::format("{:.6g} to {:.6g}{}", port.range.min, port.range.max,
                          port.unit == "1" ? "" : " " + std::string(port.unit)));
    } catch (const InputError& error) {
      const InputProblem& p = error.problems().front();
      problem(event.value_origin, p.what, p.got, p.allowed);
    }
  }

  const Case& case_;
  const Network& network_;
  std::map<std::pair<int, int>, int> circuit_;  // group and index of a component -> a liquid node of it
  std::map<int, int> temperature_node_;         // unknown -> the liquid node whose temperature it is
  CaseFindings findings_;
};

}  // namespace

CaseFindings check_case(const Case& description, const Network& network) {
  return CaseChecker(description, network).run();
}

}  // namespace wattloop
