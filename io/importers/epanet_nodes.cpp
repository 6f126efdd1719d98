// [JUNCTIONS], [RESERVOIRS], [TANKS], [DEMANDS] and [EMITTERS].

#include <cmath>
#include <numbers>

#include "io/importers/epanet_reader.h"

namespace wattloop {

void EpanetReader::read_junctions() {
  const auto default_pattern = patterns_.find(default_pattern_);
  for (const InpLine& line : file_.section("JUNCTIONS")) {
    const std::string path = "[JUNCTIONS] " + line.words.front().text;
    if (!add_id(nodes_, line, static_cast<int>(net_.nodes.size()), path)) continue;
    node_lines_.push_back(line.number);
    net_.nodes.push_back({line.words.front().text, number_or(line, 1, path, "elevation", 0.0) * units_.length});
    WaterDemand demand{number_or(line, 2, path, "demand", 0.0) * units_.flow, -1};
    if (default_pattern != patterns_.end()) demand.pattern = default_pattern->second;
    if (line.words.size() > 3) demand.pattern = find_pattern(line, 3, path);
    net_.junctions.push_back({{demand}, 0.0});
  }
  junction_demand_.assign(net_.junctions.size(), 1);
}

void EpanetReader::read_reservoirs() {
  for (const InpLine& line : file_.section("RESERVOIRS")) read_reservoir(line, "[RESERVOIRS] ");
}

void EpanetReader::read_reservoir(const InpLine& line, const std::string& section) {
  const std::string path = section + line.words.front().text;
  if (!add_id(nodes_, line, static_cast<int>(net_.nodes.size()), path)) return;
  node_lines_.push_back(line.number);
  const double head = number_or(line, 1, path, "head", 0.0) * units_.length;
  WaterTank reservoir;
  reservoir.initial_head = reservoir.min_head = reservoir.max_head = head;
  if (line.words.size() > 2) reservoir.pattern = find_pattern(line, 2, path);
  net_.nodes.push_back({line.words.front().text, head});
  net_.tanks.push_back(reservoir);
}

void EpanetReader::read_tanks() {
  for (const InpLine& line : file_.section("TANKS")) {
    if (line.words.size() <= 3) {
      read_reservoir(line, "[TANKS] ");  // without levels it is one
    } else if (has_words(line, 6, "[TANKS] " + line.words.front().text)) {
      read_tank(line);
    }
  }
}

void EpanetReader::read_tank(const InpLine& line) {
  const std::string path = "[TANKS] " + line.words.front().text;
  if (!add_id(nodes_, line, static_cast<int>(net_.nodes.size()), path)) return;
  node_lines_.push_back(line.number);
  const double elevation = number(line, 1, path, "elevation");
  const double initial = number(line, 2, path, "initial level", {0.0});
  const double lowest = number(line, 3, path, "lowest level", {0.0});
  const double highest = number(line, 4, path, "highest level", {0.0});
  double diameter = number(line, 5, path, "diameter", {0.0});
  const double min_volume = number_or(line, 6, path, "least volume", 0.0, {0.0});
  if (initial > highest || lowest > highest || initial < lowest) {
    problem(line, 2, path, "levels do not agree", "lowest <= initial <= highest");
  }
  WaterTank tank;
  if (line.words.size() > 7 && !line.words[7].text.empty() && line.words[7].text.front() != '*') {
    diameter = set_volume_curve(line, path, lowest, highest, tank);
  }
  if (line.words.size() > 8) {
    tank.can_overflow = begins_with(line.words[8].text, "YES");
    if (!tank.can_overflow && !begins_with(line.words[8].text, "NO")) problem(line, 8, path, "overflow", "YES, NO");
  }
  // In EPANET's cubic feet, as the volumes are.
  const double feet = diameter * units_.length / foot;
  tank.area = std::numbers::pi * feet * feet / 4.0 * units_.cubic_foot / foot;
  if (tank.volume_of_level.x.empty()) {
    tank.min_volume = min_volume > 0.0 ? min_volume * units_.volume : tank.area * lowest * units_.length;
    tank.initial_volume = tank.min_volume + tank.area * (initial - lowest) * units_.length;
    tank.max_volume = tank.min_volume + tank.area * (highest - lowest) * units_.length;
  } else {
    tank.min_volume = tank.volume_of_level.clamped(lowest * units_.length);
    tank.initial_volume = tank.volume_of_level.clamped(initial * units_.length);
    tank.max_volume = tank.volume_of_level.clamped(highest * units_.length);
  }
  tank.initial_head = (elevation + initial) * units_.length;
  tank.min_head = (elevation + lowest) * units_.length;
  tank.max_head = (elevation + highest) * units_.length;
  net_.nodes.push_back({line.words.front().text, elevation * units_.length});
  net_.tanks.push_back(std::move(tank));
}

// Returns the diameter of the cylinder that holds as much between the ends of the curve [the file's unit].
double EpanetReader::set_volume_curve(const InpLine& line, const std::string& path, double lowest, double highest,
                                      WaterTank& tank) {
  const Curve* curve = find_curve(line, 7, path);
  if (curve == nullptr) return 1.0;
  const PiecewiseLine& points = curve->points;
  if (lowest < points.x.front() || highest > points.x.back()) {
    problem(line, 7, path, "the volume curve does not cover the levels of the tank");
  }
  for (std::size_t i = 1; i < points.y.size(); ++i) {
    if (points.y[i] > points.y[i - 1]) continue;
    problem(line, 7, path, "the volumes of this curve do not increase");
    break;
  }
  tank.volume_of_level = points;
  for (double& x : tank.volume_of_level.x) x *= units_.length;
  for (double& y : tank.volume_of_level.y) y *= units_.volume;
  if (points.x.size() == 1) return 1.0;
  const double mean_area = (points.y.back() - points.y.front()) / (points.x.back() - points.x.front());
  return std::sqrt(4.0 * std::abs(mean_area) / std::numbers::pi);
}

void EpanetReader::read_demands() {
  const auto default_pattern = patterns_.find(default_pattern_);
  for (const InpLine& line : file_.section("DEMANDS")) {
    const std::string path = "[DEMANDS] " + line.words.front().text;
    if (!has_words(line, 2, path)) continue;
    if (begins_with(line.words.front().text, "MULT")) {
      net_.options.demand_multiplier = number(line, 1, path, "multiplier", {0.0, true});
      continue;
    }
    const int node = find(nodes_, line, 0, path, "node");
    if (node < 0 || !net_.is_junction(node)) continue;
    WaterDemand demand{number(line, 1, path, "demand") * units_.flow, -1};
    if (default_pattern != patterns_.end()) demand.pattern = default_pattern->second;
    if (line.words.size() > 2) demand.pattern = find_pattern(line, 2, path);
    std::vector<WaterDemand>& demands = net_.junctions[node].demands;
    if (junction_demand_[node]) demands.clear();  // the first category replaces that of [JUNCTIONS]
    junction_demand_[node] = 0;
    demands.push_back(demand);
  }
}

void EpanetReader::read_emitters() {
  for (const InpLine& line : file_.section("EMITTERS")) {
    const std::string path = "[EMITTERS] " + line.words.front().text;
    if (!has_words(line, 2, path)) continue;
    const int node = find(nodes_, line, 0, path, "node");
    const double k = number(line, 1, path, "coefficient", {0.0});
    if (node >= 0 && !net_.is_junction(node)) problem(line, 0, path, "an emitter needs a junction");
    if (node < 0 || !net_.is_junction(node) || k == 0.0) continue;
    // q = k p^(1/n) in the file's units
    const double n = net_.options.emitter_exponent;
    net_.junctions[node].emitter = units_.pressure / std::pow(k * units_.flow, n);
  }
}

}  // namespace wattloop
