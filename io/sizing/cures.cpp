#include "io/sizing/cures.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace wattloop::sizing {

namespace {

/// The fraction of glycol in a liquid, to be raised: of water, that of propylene glycol by mass.
double& glycol(Request& r, const char* name) {
  LiquidSpec& liquid = r.liquids[name];
  if (liquid.kind == LiquidKind::water) liquid = {LiquidKind::propylene_glycol, 0.0, FractionBasis::mass};
  return liquid.fraction;
}

/// An input of a request that may be moved.
struct Knob {
  std::string input;
  const char* unit;
  std::function<double&(Request&)> of;
  double step;                       ///< of sensitivities, in SI; 0: cures only
  double worst_case;                 ///< as far as a cure may go, in SI
  double scale = 1.0, offset = 0.0;  ///< shown = SI scale - offset
};

/// Those of every request, then those of its racks.
std::vector<Knob> knobs(const Request& request) {
  std::vector<Knob> list{
      {"temperatures.fws", "degC", [](Request& r) -> double& { return r.T_fws; }, 1.0, 333.15, 1.0, 273.15},
      {"temperatures.fws", "degC", [](Request& r) -> double& { return r.T_fws; }, -1.0, 283.15, 1.0, 273.15},
      {"temperatures.tcs", "degC", [](Request& r) -> double& { return r.T_tcs; }, 1.0, 338.15, 1.0, 273.15},
      {"temperatures.chw", "degC", [](Request& r) -> double& { return r.T_chw; }, 1.0, 303.15, 1.0, 273.15},
      {"limits.cdu_loading", "%", [](Request& r) -> double& { return r.limits.cdu_loading; }, 0.05, 1.0, 100.0},
      {"limits.tcs_velocity", "m/s", [](Request& r) -> double& { return r.limits.tcs_velocity; }, 0.25, 10.0},
      {"limits.fws_velocity", "m/s", [](Request& r) -> double& { return r.limits.fws_velocity; }, 0.25, 10.0},
      {"limits.tcs_gradient", "Pa/m", [](Request& r) -> double& { return r.limits.tcs_gradient; }, 50.0, 3000.0},
      {"limits.fws_gradient", "Pa/m", [](Request& r) -> double& { return r.limits.fws_gradient; }, 50.0, 3000.0},
      {"limits.chw_velocity", "m/s", [](Request& r) -> double& { return r.limits.chw_velocity; }, 0.25, 10.0},
      {"limits.chw_gradient", "Pa/m", [](Request& r) -> double& { return r.limits.chw_gradient; }, 50.0, 3000.0},
      {"limits.valve_authority", "%", [](Request& r) -> double& { return r.limits.valve_authority; }, -0.05, 0.05,
       100.0},
      {"limits.npsh_margin", "m", [](Request& r) -> double& { return r.limits.npsh_margin; }, 1.0, 0.0},
      {"limits.pump_speed", "%", [](Request& r) -> double& { return r.limits.pump_speed; }, -0.05, 1.2, 100.0},
      {"limits.valve_opening", "%", [](Request& r) -> double& { return r.limits.valve_opening; }, -0.05, 1.0, 100.0},
      {"limits.freeze_margin", "K", [](Request& r) -> double& { return r.limits.freeze_margin; }, 0.0, 0.0},
      {"liquids.fws.fraction", "%", [](Request& r) -> double& { return glycol(r, "fws"); }, 0.05, 0.6, 100.0},
      {"liquids.fws.fraction", "%", [](Request& r) -> double& { return glycol(r, "fws"); }, 0.0, 0.0, 100.0},
      {"liquids.chw.fraction", "%", [](Request& r) -> double& { return glycol(r, "chw"); }, 0.0, 0.6, 100.0},
      {"layout.fws_main", "m", [](Request& r) -> double& { return r.fws_main; }, 50.0, 10.0},
      {"layout.fws_branch", "m", [](Request& r) -> double& { return r.fws_branch; }, 0.0, 10.0},
      {"layout.tcs_length", "m", [](Request& r) -> double& { return r.tcs_length; }, 0.0, 10.0},
      {"layout.fws_fittings", "1", [](Request& r) -> double& { return r.fws_K; }, 0.0, 0.0},
      {"layout.chw_main", "m", [](Request& r) -> double& { return r.chw_main; }, 50.0, 10.0},
      {"layout.chw_fittings", "1", [](Request& r) -> double& { return r.chw_K; }, 0.0, 0.0},
      {"layout.tcs_fittings", "1", [](Request& r) -> double& { return r.tcs_K; }, 0.0, 0.0},
      {"it.margin", "%", [](Request& r) -> double& { return r.load_growth; }, 0.05, 0.0, 100.0},
      {"weather.design.T_db", "degC", [](Request& r) -> double& { return r.design.T_db; }, 1.0, 293.15, 1.0, 273.15},
      {"objective.energy_price", "USD/MWh", [](Request& r) -> double& { return r.objective.energy_price; }, 10.0, 0.0},
      {"objective.water_price", "USD/m3", [](Request& r) -> double& { return r.objective.water_price; }, 1.0, 0.0},
      {"objective.life", "year", [](Request& r) -> double& { return r.objective.life; }, 5.0, 1.0},
      {"objective.rate", "%", [](Request& r) -> double& { return r.objective.rate; }, 0.01, 0.0, 100.0},
  };
  constexpr double L_per_min_kW = 6e7, kPa = 1e-3;
  for (std::size_t i = 0; i < request.racks.size(); ++i) {
    const std::string rack = "it.racks." + request.racks[i].name;
    const auto flow = [i](Request& r) -> double& { return r.racks[i].flow; };
    list.push_back({rack + ".flow", "L/min/kW", flow, 0.1 / L_per_min_kW, 2.5 / L_per_min_kW, L_per_min_kW});
    list.push_back({rack + ".flow", "L/min/kW", flow, -0.1 / L_per_min_kW, 0.7 / L_per_min_kW, L_per_min_kW});
    const auto dp = [i](Request& r) -> double& { return r.racks[i].dp; };
    list.push_back({rack + ".dp", "kPa", dp, -20.0 / kPa, 20.0 / kPa, kPa});
  }
  return list;
}

double shown(const Knob& knob, double si) {
  return si * knob.scale - knob.offset;
}

/// In SI what is shown as four digits, on the far side of `value` seen from where it was.
double rounded_away(const Knob& knob, double value, double from) {
  const double x = shown(knob, value);
  if (x == 0.0) return value;
  const double step = std::pow(10.0, std::floor(std::log10(std::abs(x))) - 3.0);
  const bool rises = value > from;
  const double digits = rises ? std::ceil(x / step - 1e-9) : std::floor(x / step + 1e-9);
  return (digits * step + knob.offset) / knob.scale;
}

/// Loads of a request whose racks pass more or less than those that `loads` were found with.
Loads with_flow(Loads loads, const Request& before, const Request& now) {
  loads.m_tcs *= nameplate_loads(now).m_tcs / nameplate_loads(before).m_tcs;
  return loads;
}

/// The classes whose redundancy the search looks at: feeds can always be had.
const std::vector<std::string>& searched_classes() {
  static const std::vector<std::string> list{"cdu", "fws_pump", "cooler", "chiller", "chw_pump", "fan_wall"};
  return list;
}

/// Another redundancy of a class that makes a request feasible, the nearest one; of two as near the one with more.
std::optional<Cure> cure_by_redundancy(const Request& request, const Loads& loads, const std::string& name) {
  static const std::vector<Redundancy> levels{{0, false}, {1, false}, {2, false}, {0, true}};
  const Redundancy& asked = request.redundancy.at(name);
  const auto same = [&](const Redundancy& x) { return x.text() == asked.text(); };
  const auto place = std::find_if(levels.begin(), levels.end(), same) - levels.begin();
  const auto n = static_cast<long>(levels.size());
  for (long distance = 1; distance < n; ++distance)
    for (const long at : {place + distance, place - distance}) {
      if (at < 0 || at >= n) continue;
      Request r = request;
      r.redundancy[name] = levels[static_cast<std::size_t>(at)];
      if (is_feasible(r, loads))
        return Cure{"redundancy." + name, 0.0, 0.0, "", asked.text(), r.redundancy[name].text()};
    }
  return std::nullopt;
}

}  // namespace

std::vector<Cure> find_cures(const Request& request, const Loads& loads) {
  std::vector<Cure> cures;
  for (const Knob& knob : knobs(request)) {
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
  for (const Knob& knob : knobs(request))
    if (knob.input != last && !knob.input.starts_with("objective.")) {
      names += (names.empty() ? "" : ", ") + knob.input;
      last = knob.input;
    }
  for (const std::string& name : searched_classes()) names += ", redundancy." + name;
  return names;
}

std::vector<Sensitivity> find_sensitivities(const Request& request, const Loads& loads,
                                            const std::vector<WeatherBin>& bins) {
  std::vector<Sensitivity> list;
  for (const Knob& knob : knobs(request)) {
    Request r = request;
    double& x = knob.of(r);
    const double from = x;
    if (knob.step == 0.0) continue;
    x += knob.step;
    if (r.T_fws >= r.T_tcs || x < 0.0) continue;
    const auto found = search(r, with_flow(loads, request, r), bins).best;
    Sensitivity s{knob.input, shown(knob, from), shown(knob, x), knob.unit, std::nullopt};
    if (found) s.objective = found->objective;
    list.push_back(std::move(s));
  }
  return list;
}

}  // namespace wattloop::sizing
