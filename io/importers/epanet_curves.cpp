// [PATTERNS] and [CURVES].

#include <fmt/format.h>

#include "io/importers/epanet_reader.h"

namespace wattloop {

void EpanetReader::read_patterns() {
  for (const InpLine& line : file_.section("PATTERNS")) {
    const std::string& id = line.words.front().text;
    const std::string path = "[PATTERNS] " + id;
    const auto [place, is_new] = patterns_.emplace(id, static_cast<int>(net_.patterns.size()));
    if (is_new) net_.patterns.emplace_back();
    if (!has_words(line, 2, path)) net_.patterns[place->second].push_back(1.0);
    for (std::size_t i = 1; i < line.words.size(); ++i) {
      net_.patterns[place->second].push_back(number(line, i, path, "multiplier"));
    }
  }
}

void EpanetReader::read_curves() {
  for (const InpLine& line : file_.section("CURVES")) {
    const std::string& id = line.words.front().text;
    const std::string path = "[CURVES] " + id;
    const auto [place, is_new] = curves_.emplace(id, static_cast<int>(curve_list_.size()));
    if (is_new) curve_list_.push_back({{}, line.number});
    if (!has_words(line, 3, path)) continue;
    PiecewiseLine& points = curve_list_[place->second].points;
    const double x = number(line, 1, path, "x of a point");
    if (!points.x.empty() && x <= points.x.back()) {
      problem(line, 1, path, "x does not increase", fmt::format("a number above {}", points.x.back()));
      continue;
    }
    points.x.push_back(x);
    points.y.push_back(number(line, 2, path, "y of a point"));
  }
}

const EpanetReader::Curve* EpanetReader::find_curve(const InpLine& line, std::size_t word, const std::string& path) {
  const int found = find(curves_, line, word, path, "curve");
  if (found < 0) return nullptr;
  if (curve_list_[found].points.x.empty()) {
    problem(line, word, path, "this curve has no points");
    return nullptr;
  }
  return &curve_list_[found];
}

int EpanetReader::find_pattern(const InpLine& line, std::size_t word, const std::string& path) {
  return find(patterns_, line, word, path, "pattern");
}

}  // namespace wattloop
