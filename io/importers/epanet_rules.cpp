// [RULES].

#include <fmt/format.h>

#include "io/importers/epanet_reader.h"

namespace wattloop {

namespace {

enum class Clause { none, premise, then_action, else_action };

std::optional<LinkStatus> status_of(const std::string& word) {
  if (begins_with(word, "OPEN")) return LinkStatus::open;
  if (begins_with(word, "CLOSED")) return LinkStatus::closed;
  if (begins_with(word, "ACTIVE")) return LinkStatus::active;
  return std::nullopt;
}

std::optional<RuleRelation> relation_of(const std::string& word) {
  if (word == "=" || begins_with(word, "IS")) return RuleRelation::equal;
  if (word == "<>" || begins_with(word, "NOT")) return RuleRelation::not_equal;
  if (word == "<=") return RuleRelation::at_most;
  if (word == ">=") return RuleRelation::at_least;
  if (word == "<" || begins_with(word, "BELOW")) return RuleRelation::below;
  if (word == ">" || begins_with(word, "ABOVE")) return RuleRelation::above;
  return std::nullopt;
}

bool is_any_of(const std::string& word, std::initializer_list<const char*> keywords) {
  for (const char* keyword : keywords) {
    if (begins_with(word, keyword)) return true;
  }
  return false;
}

}  // namespace

void EpanetReader::read_rules() {
  Clause clause = Clause::none;
  bool any = false;
  for (const InpLine& line : file_.section("RULES")) {
    const std::string& key = line.words.front().text;
    if (begins_with(key, "RULE")) {
      net_.rules.emplace_back();
      net_.rules.back().id = line.words.size() > 1 ? line.words[1].text : "";
      clause = Clause::none;
      any = true;
      continue;
    }
    const std::string path = "[RULES] " + (any ? net_.rules.back().id : "");
    if (!any) {
      problem(line, 0, path, "a clause before the first RULE");
      continue;
    }
    WaterRule& rule = net_.rules.back();
    if (begins_with(key, "PRIO")) {
      rule.priority = number(line, 1, path, "priority");
      continue;
    }
    const bool first = begins_with(key, "IF") && clause == Clause::none;
    const bool then = begins_with(key, "THEN") && clause == Clause::premise;
    const bool otherwise = begins_with(key, "ELSE") && clause == Clause::then_action;
    const bool goes_on = begins_with(key, "AND") && clause != Clause::none;
    const bool or_premise = begins_with(key, "OR") && clause == Clause::premise;
    if (first) clause = Clause::premise;
    if (then) clause = Clause::then_action;
    if (otherwise) clause = Clause::else_action;
    if (!first && !then && !otherwise && !goes_on && !or_premise) {
      problem(line, 0, path, "a clause out of order", "RULE, IF, AND, OR, THEN, ELSE, PRIORITY");
    } else if (clause == Clause::premise) {
      read_premise(line, rule);
    } else {
      read_action(line, clause == Clause::then_action ? rule.then_actions : rule.else_actions, path);
    }
  }
}

// IF/AND/OR object name variable relation value; IF SYSTEM variable relation value
void EpanetReader::read_premise(const InpLine& line, WaterRule& rule) {
  const std::string path = "[RULES] " + rule.id;
  RulePremise premise;
  premise.is_or = begins_with(line.words.front().text, "OR");
  std::size_t next = 0;
  if (!has_words(line, 5, path) || !premise_subject(line, premise, next, path)) return;
  if (line.words.size() < next + 3) {
    has_words(line, next + 3, path);
    return;
  }
  const std::optional<RuleRelation> relation = relation_of(line.words[next + 1].text);
  if (!relation) return problem(line, next + 1, path, "unknown relation", "=, <>, <, >, <=, >=, IS, NOT, BELOW, ABOVE");
  premise.relation = *relation;
  if (premise_value(line, premise, next, path)) rule.premises.push_back(premise);
}

// Object and name; `next` becomes the word of the variable.
bool EpanetReader::premise_subject(const InpLine& line, RulePremise& premise, std::size_t& next,
                                   const std::string& path) {
  const std::string& object = line.words[1].text;
  next = 3;
  if (begins_with(object, "SYST")) {
    next = 2;
  } else if (is_any_of(object, {"NODE", "JUNC", "RESERV", "TANK"})) {
    premise.node = find(nodes_, line, 2, path, "node");
    if (premise.node < 0) return false;
  } else if (is_any_of(object, {"LINK", "PIPE", "PUMP", "VALV"})) {
    premise.link = find(links_, line, 2, path, "link");
    if (premise.link < 0) return false;
  } else {
    problem(line, 1, path, "unknown object", "NODE, JUNCTION, RESERVOIR, TANK, LINK, PIPE, PUMP, VALVE, SYSTEM");
    return false;
  }
  return true;
}

bool EpanetReader::premise_value(const InpLine& line, RulePremise& premise, std::size_t next, const std::string& path) {
  struct Variable {
    const char* name;
    RuleVariable variable;
    char of;      // n: node, l: link, s: system
    double unit;  // in SI
  };
  const WaterLink* link = premise.link >= 0 ? &net_.links[premise.link] : nullptr;
  const Variable variables[] = {{"DEMA", RuleVariable::demand, 'n', units_.flow},
                                {"DEMA", RuleVariable::demand, 's', units_.flow},
                                {"HEAD", RuleVariable::head, 'n', units_.length},
                                {"GRADE", RuleVariable::head, 'n', units_.length},
                                {"LEVEL", RuleVariable::level, 'n', units_.length},
                                {"PRES", RuleVariable::pressure, 'n', units_.pressure},
                                {"FILL", RuleVariable::fill_time, 'n', 3600.0},
                                {"DRAI", RuleVariable::drain_time, 'n', 3600.0},
                                {"FLOW", RuleVariable::flow, 'l', units_.flow},
                                {"STATUS", RuleVariable::status, 'l', 1.0},
                                {"SETT", RuleVariable::setting, 'l', link != nullptr ? setting_unit(*link) : 1.0},
                                {"TIME", RuleVariable::time, 's', 3600.0},
                                {"CLOCKTIME", RuleVariable::clock_time, 's', 3600.0}};
  const char of = premise.node >= 0 ? 'n' : link != nullptr ? 'l' : 's';
  const Variable* variable = nullptr;
  for (const Variable& candidate : variables) {
    if (candidate.of == of && begins_with(line.words[next].text, candidate.name)) variable = &candidate;
  }
  if (variable == nullptr) {
    problem(line, next, path, "this object has no such variable");
    return false;
  }
  premise.variable = variable->variable;
  const std::size_t value = next + 2;
  const std::string& word = line.words[value].text;
  if (premise.variable == RuleVariable::time || premise.variable == RuleVariable::clock_time) {
    premise.value = hours(line, value, path) * 3600.0;
    return true;
  }
  if (const std::optional<LinkStatus> status = link != nullptr ? status_of(word) : std::nullopt) {
    premise.is_status = true;
    premise.status = *status;
    return true;
  }
  constexpr double tolerance = 1e-3;  // in the unit in which the value is compared
  premise.value = number(line, value, path, "value") * variable->unit;
  const bool is_time = premise.variable == RuleVariable::fill_time || premise.variable == RuleVariable::drain_time;
  premise.tolerance = is_time ? tolerance : tolerance * variable->unit;
  return true;
}

// THEN/ELSE/AND object name STATUS/SETTING =/IS value
void EpanetReader::read_action(const InpLine& line, std::vector<RuleAction>& actions, const std::string& path) {
  if (!has_words(line, 6, path)) return;
  if (!is_any_of(line.words[1].text, {"LINK", "PIPE", "PUMP", "VALV"})) {
    return problem(line, 1, path, "an action needs a link", "LINK, PIPE, PUMP, VALVE");
  }
  RuleAction action;
  action.link = find(links_, line, 2, path, "link");
  if (action.link < 0) return;
  const WaterLink& link = net_.links[action.link];
  if (link.type == LinkType::check_valve) return problem(line, 2, path, "a check valve cannot be controlled");
  if (const std::optional<LinkStatus> status = status_of(line.words[5].text)) {
    action.is_status = true;
    action.status = *status;
  } else {
    const double value = number(line, 5, path, "status or setting", {0.0});
    if (link.type == LinkType::general_purpose) {
      return problem(line, 5, path, "a general purpose valve has no setting", "OPEN, CLOSED");
    }
    if (link.type == LinkType::pipe) {
      action.is_status = true;
      action.status = value == 0.0 ? LinkStatus::closed : LinkStatus::open;
    }
    constexpr double tolerance = 1e-3;  // ft, ft3/s, or of a speed
    action.setting = value * setting_unit(link);
    action.tolerance = tolerance;
    if (link.type == LinkType::flow_control) action.tolerance *= units_.cubic_foot;
    if (link.type != LinkType::flow_control && setting_unit(link) != 1.0) action.tolerance *= foot;
  }
  actions.push_back(action);
}

}  // namespace wattloop
