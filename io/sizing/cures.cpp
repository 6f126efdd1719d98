#include "io/sizing/cures.h"

#include "io/ensemble.h"
#include "io/sizing/knobs.h"

namespace wattloop::sizing {

namespace {

/// Another redundancy of a class that makes a request feasible, the nearest one; of two as near the one with more.
std::optional<Cure> cure_by_redundancy(const Request& request, const Loads& loads, const std::string& name) {
  const Redundancy& asked = request.redundancy.at(name);
  for (const std::size_t level : other_levels(asked)) {
    Request r = request;
    r.redundancy[name] = redundancy_levels()[level];
    if (is_feasible(r, loads)) return Cure{"redundancy." + name, 0.0, 0.0, "", asked.text(), r.redundancy[name].text()};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Cure> find_cures(const Request& request, const Loads& loads, const std::function<bool()>& interrupted) {
  std::vector<Cure> cures;
  for (const Knob& knob : knobs(request)) {
    if (interrupted && interrupted()) return cures;
    Request r = request;
    double& x = knob.of(r);
    const double from = x;
    const auto fits = [&](double value) {
      x = value;
      return r.T_fws < r.T_tcs && is_feasible(r, with_flow(loads, request, r));
    };
    double good = 0.0, bad = from;
    bool found = false;
    constexpr int looks = 8;  // on the way to the end: the way may be feasible only between
    for (int i = 1; i <= looks && !found; ++i) {
      const double value = from + (knob.worst_case - from) * i / looks;
      if (value == from) break;
      if (fits(value))
        good = value, found = true;
      else
        bad = value;
    }
    if (!found) continue;
    for (int i = 0; i < 10; ++i) {
      const double middle = 0.5 * (good + bad);
      (fits(middle) ? good : bad) = middle;
    }
    if (const double round = rounded_away(knob, good, from); fits(round)) good = round;
    cures.push_back({knob.input, shown(knob, from), shown(knob, good), knob.unit});
  }
  for (const std::string& name : searched_classes())
    if (auto cure = cure_by_redundancy(request, loads, name)) cures.push_back(std::move(*cure));
  return cures;
}

std::string curable_inputs(const Request& request) {
  std::string names, last;
  Request r = request;
  for (const Knob& knob : knobs(request))
    if (knob.input != last && !knob.input.starts_with("objective.") && knob.of(r) != knob.worst_case) {
      names += (names.empty() ? "" : ", ") + knob.input;
      last = knob.input;
    }
  for (const std::string& name : searched_classes()) names += ", redundancy." + name;
  return names;
}

std::vector<Sensitivity> find_sensitivities(const Request& request, const Loads& loads,
                                            const std::vector<WeatherBin>& bins, int threads,
                                            const std::function<bool()>& interrupted) {
  std::vector<Sensitivity> list;
  std::vector<Request> requests;
  const auto add = [&](Sensitivity s, Request r) {
    list.push_back(std::move(s));
    requests.push_back(std::move(r));
  };
  for (const Knob& knob : sensitivity_knobs(request)) {
    Request r = request;
    double& x = knob.of(r);
    const double from = x;
    x += knob.step;
    if (r.T_fws >= r.T_tcs || x < 0.0) continue;
    if (knob.follow) knob.follow(r);
    const double to = x;
    add({knob.input, shown(knob, from), shown(knob, to), knob.unit, std::nullopt}, std::move(r));
  }
  for (const std::string& name : redundancy_classes()) {
    if (is_of_two_sides(name)) continue;
    Request r = request;
    const std::string asked = r.redundancy.at(name).text();
    r.redundancy[name] = redundancy_levels()[other_levels(r.redundancy.at(name)).front()];
    const std::string next = r.redundancy[name].text();
    add({"redundancy." + name, 0.0, 0.0, "", std::nullopt, asked, next}, std::move(r));
  }
  for_each_index(list.size(), threads, [&](std::size_t i) {
    if (interrupted && interrupted()) return;
    const auto found = search(requests[i], with_flow(loads, request, requests[i]), bins).best;
    if (found) list[i].objective = found->objective;
  });
  return list;
}

}  // namespace wattloop::sizing
