#include "io/record_rules.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/case.h"
#include "io/nearest.h"
#include "io/reader.h"

namespace wattloop {

namespace {

constexpr double same_instant = 1e-6;  // s
constexpr double most_records = 1e7;

Origin origin_at(const Reader& reader, std::string_view key) {
  const InputProblem p = reader.problem("", "", "", key);
  return {p.file, p.line, p.column, p.path};
}

RecordRule::Detail read_detail(Reader& reader) {
  const std::string name = reader.choice("detail", {"rack", "tray", "gpu", "full"}, "full");
  return name == "rack"   ? RecordRule::Detail::rack
         : name == "tray" ? RecordRule::Detail::tray
         : name == "gpu"  ? RecordRule::Detail::gpu
                          : RecordRule::Detail::full;
}

/// One path or a list of them.
void read_racks(Reader& reader, RecordRule& rule) {
  if (!reader.has("racks")) return;
  Reader racks = reader.child("racks");
  const auto add = [&rule](Reader& path) {
    rule.rack_origins.push_back(origin_at(path, ""));
    rule.racks.push_back(path.as_text());
  };
  if (!racks.is_list()) return add(racks);
  for (Reader& path : racks.items()) add(path);
}

void check_window(Reader& reader, const RecordRule& rule, const RunSettings& run) {
  const std::string within = fmt::format("0 to {:g} s", run.duration);
  if (rule.from > run.duration + same_instant)
    reader.report("the window begins outside the run", fmt::format("{:g} s", rule.from), within, "from");
  else if (rule.to > run.duration + same_instant)
    reader.report("the window ends outside the run", fmt::format("{:g} s", rule.to), within, "to");
  else if (rule.to < rule.from)
    reader.report("the window ends before it begins", fmt::format("{:g} s", rule.to),
                  fmt::format("{:g} s or more", rule.from), "to");
  else if ((rule.to - rule.from) / rule.every > most_records)
    reader.report("too many records", fmt::format("{:.3g}", (rule.to - rule.from) / rule.every),
                  fmt::format("at most {:.3g}", most_records), "every");
}

bool is_inside(const std::string& path, const std::string& part) {
  return part.empty() || (path + ".").starts_with(part + ".");
}

/// The parts that hold racks, for people: where a rule's path could have led.
std::vector<std::string> places_of_racks(const Network& network) {
  std::vector<std::string> places;
  for (const RackInstance& rack : network.racks())
    for (int at = rack.instance; at >= 0 && !network.instances()[at].path.empty(); at = network.instances()[at].parent)
      places.push_back(network.instances()[at].path);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace

bool RecordRule::is_due(double t) const {
  return t >= from - same_instant && t <= to + same_instant &&
         std::abs(std::remainder(t - from, every)) <= same_instant;
}

std::size_t RecordRule::records_from(double begin) const {
  if (begin > to + same_instant) return 0;
  const double first = std::max(0.0, std::ceil((begin - from - same_instant) / every));
  const double last = std::floor((to - from + same_instant) / every);
  return last < first ? 0 : static_cast<std::size_t>(last - first) + 1;
}

std::vector<RecordRule> read_record_rules(Reader& document, const RunSettings& run) {
  std::vector<RecordRule> rules;
  if (!document.has("record")) return rules;
  Reader section = document.child("record");
  for (auto& [name, reader] : section.entries()) {
    RecordRule rule;
    rule.name = name;
    if (name.empty() || name.find_first_of("./[] ") != std::string::npos)
      reader.report("a name holds no dots, slashes, brackets or blanks", name);
    read_racks(reader, rule);
    rule.detail = read_detail(reader);
    rule.from = reader.quantity("from", "s", not_negative, 0.0);
    rule.to = reader.quantity("to", "s", not_negative, run.duration);
    rule.every = reader.quantity("every", "s", positive, run.record_interval);
    rule.detail_origin = origin_at(reader, reader.has("detail") ? "detail" : "");
    check_window(reader, rule, run);
    reader.finish();
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::vector<InputProblem> check_record_rules(const std::vector<RecordRule>& rules, const Network& network,
                                             Resolution resolution) {
  std::vector<InputProblem> problems;
  const char* const names[] = {"plant", "block", "rack", "tray", "gpu"};
  for (const RecordRule& rule : rules) {
    for (std::size_t i = 0; i < rule.racks.size(); ++i) {
      RecordRule one = rule;
      one.racks = {rule.racks[i]};
      if (!chosen_racks(one, network).empty()) continue;
      const bool is_there = !network.find_all(rule.racks[i]).empty();
      problems.push_back(problem_of(rule.rack_origins[i], is_there ? "there is no rack in it" : "nothing has this path",
                                    rule.racks[i], suggestion(rule.racks[i], places_of_racks(network))));
    }
    const Resolution asked = rule.detail == RecordRule::Detail::gpu    ? Resolution::gpu
                             : rule.detail == RecordRule::Detail::tray ? Resolution::tray
                                                                       : Resolution::plant;
    if (asked > resolution)
      problems.push_back(
          problem_of(rule.detail_origin, "finer than the racks of this run", names[static_cast<int>(asked)],
                     fmt::format("rack or full, or run.resolution: {}", names[static_cast<int>(asked)])));
  }
  return problems;
}

std::vector<int> chosen_racks(const RecordRule& rule, const Network& network) {
  std::vector<char> chosen(network.racks().size(), rule.racks.empty());
  for (const std::string& path : rule.racks)
    for (const int part : network.find_all(path))
      for (std::size_t i = 0; i < chosen.size(); ++i)
        if (is_inside(network.racks()[i].path, network.instances()[part].path)) chosen[i] = 1;
  std::vector<int> racks;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) racks.push_back(static_cast<int>(i));
  return racks;
}

}  // namespace wattloop
