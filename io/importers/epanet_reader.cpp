#include "io/importers/epanet_reader.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace wattloop {

EpanetReader::EpanetReader(InpFile file, std::vector<InputProblem> problems)
    : file_(std::move(file)), problems_(std::move(problems)) {}

WaterNetwork EpanetReader::read() {
  for (const InpLine& line : file_.section("TITLE")) {
    for (const InpWord& word : line.words) net_.title += (net_.title.empty() ? "" : " ") + word.text;
  }
  read_options();
  read_patterns();
  finish_options();
  read_times();
  read_curves();
  read_junctions();
  read_reservoirs();
  read_tanks();
  read_pipes();
  read_pumps();
  read_valves();
  read_demands();
  read_emitters();
  read_status();
  read_controls();
  read_rules();
  check_valves();
  check_reach();
  if (!problems_.empty()) throw InputError(std::move(problems_));
  return std::move(net_);
}

void EpanetReader::problem(const InpLine& line, std::size_t word, const std::string& path, const std::string& what,
                           const std::string& allowed) {
  const bool there = word < line.words.size();
  problems_.push_back({file_.name, line.number, there ? line.words[word].column : 0, path, what,
                       there ? "'" + line.words[word].text + "'" : "nothing", allowed});
}

std::optional<double> parse_number(const std::string& word) {
  const char* begin = word.data();
  const char* end = begin + word.size();
  if (begin != end && *begin == '+') ++begin;
  double value = 0.0;
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || rest != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

double EpanetReader::number(const InpLine& line, std::size_t word, const std::string& path, const char* what,
                            const InpRange& range) {
  const bool limited = std::isfinite(range.least);
  const std::string allowed =
      limited ? fmt::format("a number {} {}", range.open ? "above" : "of at least", range.least) : "a number";
  const std::optional<double> value = word < line.words.size() ? parse_number(line.words[word].text) : std::nullopt;
  if (!value || *value < range.least || (range.open && *value == range.least)) {
    problem(line, word, path, what, allowed);
    return limited ? range.least + 1.0 : 0.0;
  }
  return *value;
}

double EpanetReader::number_or(const InpLine& line, std::size_t word, const std::string& path, const char* what,
                               double missing, const InpRange& range) {
  return word < line.words.size() ? number(line, word, path, what, range) : missing;
}

bool EpanetReader::has_words(const InpLine& line, std::size_t least, const std::string& path) {
  if (line.words.size() >= least) return true;
  problems_.push_back({file_.name, line.number, 0, path, "too few words in this line",
                       std::to_string(line.words.size()), fmt::format("at least {}", least)});
  return false;
}

int EpanetReader::find(const Index& index, const InpLine& line, std::size_t word, const std::string& path,
                       const char* kind) {
  if (word < line.words.size()) {
    const auto found = index.find(line.words[word].text);
    if (found != index.end()) return found->second;
  }
  problem(line, word, path, fmt::format("no {} has this name", kind));
  return -1;
}

bool EpanetReader::add_id(Index& index, const InpLine& line, int value, const std::string& path) {
  if (index.emplace(line.words.front().text, value).second) return true;
  problem(line, 0, path, "this name is already in use");
  return false;
}

std::optional<double> parse_hours(const std::string& time, const std::string& unit) {
  const bool am = begins_with(unit, "AM");
  const bool pm = begins_with(unit, "PM");
  double hours = 0.0;
  if (const std::optional<double> value = parse_number(time)) {
    hours = *value;
    if (begins_with(unit, "SEC")) return hours / 3600.0;
    if (begins_with(unit, "MIN")) return hours / 60.0;
    if (begins_with(unit, "DAY")) return hours * 24.0;
    if (!unit.empty() && !am && !pm && !begins_with(unit, "HOU")) return std::nullopt;
  } else {
    std::istringstream parts(time);
    double weight = 1.0;
    int count = 0;
    for (std::string part; std::getline(parts, part, ':'); weight /= 60.0, ++count) {
      const std::optional<double> piece = parse_number(part);
      if (!piece || *piece < 0.0) return std::nullopt;
      hours += *piece * weight;
    }
    if (count < 2 || count > 3 || time.back() == ':') return std::nullopt;
    if (!unit.empty() && !am && !pm) return std::nullopt;
  }
  if (!am && !pm) return hours;
  if (hours >= 13.0) return std::nullopt;
  if (hours >= 12.0) return am ? hours - 12.0 : hours;
  return am ? hours : hours + 12.0;
}

double EpanetReader::hours(const InpLine& line, std::size_t word, const std::string& path) {
  const std::size_t words = line.words.size();
  const std::string unit = word + 1 < words ? line.words[word + 1].text : "";
  const std::optional<double> value = word < words ? parse_hours(line.words[word].text, unit) : std::nullopt;
  constexpr double longest = 1e9;  // h
  if (value && *value >= 0.0 && *value < longest) return *value;
  problem(line, word, path, "this is no time",
          "a number of hours, h:mm, or a number with SEC, MIN, HOURS, DAYS, AM, PM");
  return 0.0;
}

WaterNetwork read_epanet_text(const std::string& name, std::string_view text) {
  std::vector<InputProblem> problems;
  InpFile file = split_inp(name, text, problems);
  return EpanetReader(std::move(file), std::move(problems)).read();
}

WaterNetwork read_epanet(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) throw InputError({{name, 0, 0, "", "cannot read this file", "", ""}});
  return read_epanet_text(name, text.str());
}

}  // namespace wattloop
