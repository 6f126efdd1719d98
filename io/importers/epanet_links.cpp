// [PIPES], [PUMPS] and [VALVES].

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "io/importers/epanet_reader.h"

namespace wattloop {

WaterLink* EpanetReader::start_link(const InpLine& line, const std::string& path) {
  if (!add_id(links_, line, static_cast<int>(net_.links.size()), path)) return nullptr;
  WaterLink link;
  link.id = line.words.front().text;
  link.from = find(nodes_, line, 1, path, "node");
  link.to = find(nodes_, line, 2, path, "node");
  if (link.from >= 0 && link.from == link.to) problem(line, 2, path, "both ends are the same node");
  link_lines_.push_back(line.number);
  net_.links.push_back(std::move(link));
  return &net_.links.back();
}

// h = 0.02517 K/d^4 q^2 in feet: K v^2/2g.
double EpanetReader::minor_loss(double coefficient, double diameter) const {
  const double feet = diameter / foot;
  return units_.resistance(0.02517 * coefficient / (feet * feet) / (feet * feet), 2.0);
}

void EpanetReader::read_pipes() {
  const InpRange positive{0.0, true};
  for (const InpLine& line : file_.section("PIPES")) {
    const std::string path = "[PIPES] " + line.words.front().text;
    if (!has_words(line, 6, path)) continue;
    WaterLink* link = start_link(line, path);
    if (link == nullptr) continue;
    link->type = LinkType::pipe;
    const double length = number(line, 3, path, "length", positive) * units_.length;
    link->diameter = number(line, 4, path, "diameter", positive) * units_.diameter;
    link->area = std::numbers::pi * link->diameter * link->diameter / 4.0;
    const double roughness = number(line, 5, path, "roughness", positive);
    double coefficient = 0.0;
    for (std::size_t i = 6; i < line.words.size() && i < 8; ++i) {
      const std::string& word = line.words[i].text;
      if (begins_with(word, "CV")) {
        link->type = LinkType::check_valve;
      } else if (begins_with(word, "CLOSED")) {
        link->status = LinkStatus::closed;
      } else if (begins_with(word, "OPEN")) {
        link->status = LinkStatus::open;
      } else if (i == 6) {
        coefficient = number(line, i, path, "minor loss coefficient or status", {0.0});
      } else {
        problem(line, i, path, "unknown status", "OPEN, CLOSED, CV");
      }
    }
    link->minor_loss = minor_loss(coefficient, link->diameter);
    set_friction(*link, length, roughness);
  }
}

void EpanetReader::set_friction(WaterLink& link, double length, double roughness) {
  const double l = length / foot;
  const double d = link.diameter / foot;
  const double area = std::numbers::pi * d * d / 4.0;
  constexpr double g = 32.2;  // ft/s2
  switch (net_.options.friction) {
    case FrictionLaw::hazen_williams:
      link.r = units_.resistance(4.727 * l / std::pow(roughness, 1.852) / std::pow(d, 4.871), 1.852);
      return;
    case FrictionLaw::darcy_weisbach:
      link.darcy.r = units_.resistance(l / 2.0 / g / d / (area * area), 2.0);
      link.darcy.flow_scale = viscosity_ * d * units_.cubic_foot;
      link.darcy.roughness = roughness * units_.roughness / link.diameter;
      return;
    case FrictionLaw::chezy_manning: {
      const double ratio = 4.0 * roughness / (1.49 * std::numbers::pi * d * d);
      link.r = units_.resistance(ratio * ratio * std::pow(d / 4.0, -1.333) * l, 2.0);
      return;
    }
  }
}

void EpanetReader::read_pumps() {
  for (const InpLine& line : file_.section("PUMPS")) {
    const std::string path = "[PUMPS] " + line.words.front().text;
    if (!has_words(line, 3, path)) continue;
    WaterLink* link = start_link(line, path);
    if (link == nullptr) continue;
    link->type = LinkType::pump;
    link->setting = 1.0;
    link->pump = static_cast<int>(net_.pumps.size());
    WaterPump pump;
    if (line.words.size() > 3 && parse_number(line.words[3].text)) {
      read_pump_numbers(line, pump, path);
    } else {
      read_pump_words(line, *link, pump, path);
    }
    if (pump.kind == PumpCurve::none)
      problem(line, line.words.size(), path, "no head curve and no power", "HEAD, POWER");
    net_.pumps.push_back(std::move(pump));
  }
}

// The form of EPANET 1: power, or one point, or shut-off head and two points.
void EpanetReader::read_pump_numbers(const InpLine& line, WaterPump& pump, const std::string& path) {
  std::vector<double> x;
  for (std::size_t i = 3; i < line.words.size(); ++i) x.push_back(number(line, i, path, "number of the pump curve"));
  bool fits = true;
  if (x.size() == 1) {
    pump.kind = PumpCurve::constant_power;
    pump.power_head = units_.resistance(8.814 * x[0] * units_.power, -1.0);
    pump.design_flow = units_.cubic_foot;
  } else if (x.size() < 5) {
    fits = fit_pump(pump, 1.33334 * x[0], x[1], x[0], 2.0 * x[1], 0.0);
  } else {
    fits = fit_pump(pump, x[0], x[2], x[1], x[4], x[3]);
  }
  if (!fits) problem(line, 3, path, "heads do not fall while flows rise");
}

void EpanetReader::read_pump_words(const InpLine& line, WaterLink& link, WaterPump& pump, const std::string& path) {
  for (std::size_t i = 3; i < line.words.size(); i += 2) {
    const std::string& key = line.words[i].text;
    if (i + 1 == line.words.size()) {
      problem(line, i, path, "a keyword without its value");
    } else if (begins_with(key, "POWE")) {
      const double power = number(line, i + 1, path, "power", {0.0, true});
      pump.kind = PumpCurve::constant_power;
      // h q = 8.814 P in ft, ft3/s and horsepower: 550/62.4
      pump.power_head = units_.resistance(8.814 * power * units_.power, -1.0);
      pump.design_flow = units_.cubic_foot;
    } else if (begins_with(key, "HEAD")) {
      set_pump_curve(line, i + 1, pump, path);
    } else if (begins_with(key, "PATT")) {
      pump.speed_pattern = find_pattern(line, i + 1, path);
    } else if (begins_with(key, "SPEE")) {
      link.setting = number(line, i + 1, path, "speed", {0.0});
    } else {
      problem(line, i, path, "unknown keyword", "HEAD, POWER, SPEED, PATTERN");
    }
  }
}

void EpanetReader::set_pump_curve(const InpLine& line, std::size_t word, WaterPump& pump, const std::string& path) {
  pump.kind = PumpCurve::points;  // also where it cannot be read: that problem is told once
  const Curve* curve = find_curve(line, word, path);
  if (curve == nullptr) return;
  const PiecewiseLine& points = curve->points;
  bool fits = true;
  if (points.x.size() == 1) {
    fits = fit_pump(pump, 1.33334 * points.y[0], points.x[0], points.y[0], 2.0 * points.x[0], 0.0);
  } else if (points.x.size() == 3 && points.x[0] == 0.0) {
    fits = fit_pump(pump, points.y[0], points.x[1], points.y[1], points.x[2], points.y[2]);
  } else {
    for (std::size_t i = 1; i < points.y.size(); ++i) fits = fits && points.y[i] < points.y[i - 1];
    pump.curve = points;
    for (double& x : pump.curve.x) x *= units_.flow;
    for (double& y : pump.curve.y) y *= units_.length;
    pump.max_head = pump.curve.y.front();
    pump.max_flow = pump.curve.x.back();
    pump.design_flow = 0.5 * (pump.curve.x.front() + pump.max_flow);
  }
  if (!fits) problem(line, word, path, fmt::format("the heads of this curve (line {}) do not fall", curve->line));
}

// h = h0 - r q^n through two points, in the file's units.
bool EpanetReader::fit_pump(WaterPump& pump, double h0, double q1, double h1, double q2, double h2) {
  constexpr double least = 1e-6;
  pump.kind = PumpCurve::power_function;
  if (h0 < least || h0 - h1 < least || h1 - h2 < least || q1 < least || q2 - q1 < least) return false;
  const double n = std::log((h0 - h2) / (h0 - h1)) / std::log(q2 / q1);
  if (n <= 0.0 || n > 20.0) return false;
  const double r = (h0 - h1) / std::pow(q1, n);
  pump.n = std::abs(n - 1.0) < least ? 1.0 : n;
  pump.shut_off_head = h0 * units_.length;
  pump.r = r * units_.length / std::pow(units_.flow, n);
  pump.design_flow = q1 * units_.flow;
  pump.max_flow = std::pow(h0 / r, 1.0 / n) * units_.flow;
  pump.max_head = pump.shut_off_head;
  return true;
}

void EpanetReader::read_valves() {
  struct Kind {
    const char* name;
    LinkType type;
  };
  constexpr Kind kinds[] = {{"PRV", LinkType::pressure_reducing}, {"PSV", LinkType::pressure_sustaining},
                            {"PBV", LinkType::pressure_breaker},  {"FCV", LinkType::flow_control},
                            {"TCV", LinkType::throttle},          {"GPV", LinkType::general_purpose}};
  for (const InpLine& line : file_.section("VALVES")) {
    const std::string path = "[VALVES] " + line.words.front().text;
    if (!has_words(line, 6, path)) continue;
    WaterLink* link = start_link(line, path);
    if (link == nullptr) continue;
    link->diameter = number(line, 3, path, "diameter", {0.0, true}) * units_.diameter;
    link->area = std::numbers::pi * link->diameter * link->diameter / 4.0;
    link->status = LinkStatus::active;
    const Kind* kind = nullptr;
    for (const Kind& candidate : kinds) {
      if (begins_with(line.words[4].text, candidate.name)) kind = &candidate;
    }
    if (kind == nullptr) {
      problem(line, 4, path, "unknown type of valve", "PRV, PSV, PBV, FCV, TCV, GPV");
      continue;
    }
    link->type = kind->type;
    link->minor_loss = minor_loss(number_or(line, 6, path, "minor loss coefficient", 0.0, {0.0}), link->diameter);
    link->minor_per_setting = minor_loss(1.0, link->diameter);
    if (kind->type == LinkType::general_purpose) {
      const Curve* curve = find_curve(line, 5, path);
      if (curve == nullptr) continue;
      link->loss_curve = curve->points;
      if (curve->points.x.size() < 2) problem(line, 5, path, "this curve needs two points or more");
      for (std::size_t i = 1; i < curve->points.y.size(); ++i) {
        if (curve->points.y[i] >= curve->points.y[i - 1]) continue;
        problem(line, 5, path, fmt::format("the head losses of this curve (line {}) fall", curve->line));
        break;
      }
      for (double& x : link->loss_curve.x) x *= units_.flow;
      for (double& y : link->loss_curve.y) y *= units_.length;
      link->setting = 0.0;
    } else {
      link->setting = number(line, 5, path, "setting") * setting_unit(*link);
    }
  }
}

}  // namespace wattloop
