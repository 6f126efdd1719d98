// [STATUS] and [CONTROLS].

#include <fmt/format.h>

#include "io/importers/epanet_reader.h"

namespace wattloop {

/// What one unit of a setting is in SI.
double EpanetReader::setting_unit(const WaterLink& link) const {
  switch (link.type) {
    case LinkType::pressure_reducing:
    case LinkType::pressure_sustaining:
    case LinkType::pressure_breaker:
      return units_.pressure;
    case LinkType::flow_control:
      return units_.flow;
    default:
      return 1.0;
  }
}

void EpanetReader::read_status() {
  for (const InpLine& line : file_.section("STATUS")) {
    const std::string path = "[STATUS] " + line.words.front().text;
    if (!has_words(line, 2, path)) continue;
    const std::size_t last = line.words.size() - 1;
    std::optional<LinkStatus> status;
    double value = 0.0;
    if (begins_with(line.words[last].text, "OPEN")) {
      status = LinkStatus::open;
    } else if (begins_with(line.words[last].text, "CLOSED")) {
      status = LinkStatus::closed;
    } else {
      value = number(line, last, path, "status or setting", {0.0});
    }
    if (last == 1) {
      const int k = find(links_, line, 0, path, "link");
      if (k < 0) continue;
      const LinkType type = net_.links[k].type;
      if (type == LinkType::check_valve) {
        problem(line, 0, path, "the status of a check valve follows its flow");
      } else if (type == LinkType::general_purpose && !status) {
        problem(line, 1, path, "a general purpose valve has no setting", "OPEN, CLOSED");
      } else {
        set_status(k, status, value);
      }
      continue;
    }
    // A range of names, as numbers if both are, else in the order of letters.
    const std::optional<double> low = parse_number(line.words[0].text);
    const std::optional<double> high = parse_number(line.words[1].text);
    for (std::size_t k = 0; k < net_.links.size(); ++k) {
      const std::string& id = net_.links[k].id;
      const std::optional<double> name = parse_number(id);
      const bool within =
          low && high ? name && *name >= *low && *name <= *high : id >= line.words[0].text && id <= line.words[1].text;
      if (within && net_.links[k].type != LinkType::check_valve) set_status(static_cast<int>(k), status, value);
    }
  }
}

void EpanetReader::set_status(int k, std::optional<LinkStatus> status, double value) {
  WaterLink& link = net_.links[k];
  if (link.type == LinkType::pipe || link.type == LinkType::general_purpose) {
    if (status) link.status = *status;
  } else if (link.type == LinkType::pump) {
    if (!status) {
      link.setting = value;
      link.status = value == 0.0 ? LinkStatus::closed : LinkStatus::open;
    } else {
      if (*status == LinkStatus::open) link.setting = 1.0;
      link.status = *status;
    }
  } else if (is_valve(link.type)) {
    link.setting = status ? no_setting : value * setting_unit(link);
    link.status = status.value_or(LinkStatus::active);
  }
}

void EpanetReader::read_controls() {
  for (const InpLine& line : file_.section("CONTROLS")) read_control(line);
  check_controls_agree();
}

// LINK x status IF NODE y ABOVE/BELOW z; LINK x status AT TIME/CLOCKTIME t
void EpanetReader::read_control(const InpLine& line) {
  const std::string path = "[CONTROLS] " + (line.words.size() > 1 ? line.words[1].text : "");
  if (!has_words(line, 6, path)) return;
  WaterControl control;
  control.link = find(links_, line, 1, path, "link");
  if (control.link < 0 || !read_control_setting(line, path, control)) return;
  if (begins_with(line.words[4].text, "TIME") || begins_with(line.words[4].text, "CLOCKTIME")) {
    const bool clock = begins_with(line.words[4].text, "CLOCKTIME");
    control.kind = clock ? WaterControl::Kind::at_clock_time : WaterControl::Kind::at_time;
    control.time = static_cast<long>(3600.0 * hours(line, 5, path));
    if (clock) control.time %= 86400;
  } else {
    if (!has_words(line, 8, path)) return;
    control.node = find(nodes_, line, 5, path, "node");
    if (control.node < 0) return;
    const bool below = begins_with(line.words[6].text, "BELOW");
    if (!below && !begins_with(line.words[6].text, "ABOVE")) problem(line, 6, path, "unknown relation", "ABOVE, BELOW");
    control.kind = below ? WaterControl::Kind::below : WaterControl::Kind::above;
    const double unit = net_.is_junction(control.node) ? units_.pressure : units_.length;
    control.head = net_.nodes[control.node].elevation + number(line, 7, path, "level or pressure") * unit;
  }
  net_.controls.push_back(control);
  control_lines_.push_back(line.number);
}

bool EpanetReader::read_control_setting(const InpLine& line, const std::string& path, WaterControl& control) {
  const WaterLink& link = net_.links[control.link];
  const bool general = link.type == LinkType::general_purpose;
  if (link.type == LinkType::check_valve) {
    problem(line, 1, path, "a check valve cannot be controlled");
    return false;
  }
  const std::string& word = line.words[2].text;
  const bool opens = begins_with(word, "OPEN");
  if (opens || begins_with(word, "CLOSED")) {
    control.status = opens ? LinkStatus::open : LinkStatus::closed;
    if (link.type == LinkType::pump) control.setting = opens ? 1.0 : 0.0;
    if (general) control.setting = link.setting;
    return true;
  }
  if (general) {
    problem(line, 2, path, "a general purpose valve has no setting", "OPEN, CLOSED");
    return false;
  }
  const double value = number(line, 2, path, "status or setting");
  control.setting = value * setting_unit(link);
  if (!is_valve(link.type)) {
    if (value < 0.0) problem(line, 2, path, "status or setting", "a number of at least 0");
    control.status = value == 0.0 ? LinkStatus::closed : LinkStatus::open;
  }
  return true;
}

}  // namespace wattloop
