// Rules of an extended period: IF premises THEN actions ELSE actions.

#include <algorithm>
#include <cmath>

#include "meshes/extended_period.h"

namespace wattloop {

namespace {

constexpr long day = 86400;  // s

bool contradict(const RuleAction& a, const RuleAction& b) {
  if (a.is_status != b.is_status) return true;
  return a.is_status ? a.status != b.status : std::abs(a.setting - b.setting) > a.tolerance;
}

}  // namespace

long WaterPeriod::apply_rules(long step) {
  const long start = time_;
  const long end = start + step;
  const long rule_step = net_.times.rule_step;
  long piece = std::min(rule_step - start % rule_step, step);  // to the next multiple of the rule step
  long rest = std::min(rule_step, step);
  if (piece == 0) piece = rest;
  do {
    time_ += piece;
    move_tanks(piece);
    if (check_rules(piece)) break;
    rest = std::min(rest, end - time_);
    piece = rest;
  } while (rest > 0);
  const long taken = time_ - start;
  time_ = start;
  return taken;
}

bool WaterPeriod::check_rules(long step) {
  rule_interval_start_ = time_ - step + 1;
  struct Choice {
    const RuleAction* action;
    double priority;
  };
  std::vector<Choice> choices;  // one a link, in the order of the rules
  for (const WaterRule& rule : net_.rules) {
    for (const RuleAction& action : premises_hold(rule) ? rule.then_actions : rule.else_actions) {
      const auto same = [&](const Choice& choice) { return choice.action->link == action.link; };
      const auto found = std::find_if(choices.begin(), choices.end(), same);
      if (found == choices.end()) {
        choices.push_back({&action, rule.priority});
      } else if (rule.priority > found->priority) {
        *found = {&action, rule.priority};
      } else if (rule.priority == found->priority && contradict(action, *found->action)) {
        fights_.insert(action.link);
      }
    }
  }
  std::vector<const RuleAction*> actions;
  for (const Choice& choice : choices) actions.push_back(choice.action);
  return act(actions) > 0;
}

bool WaterPeriod::premises_hold(const WaterRule& rule) const {
  bool result = true;
  for (const RulePremise& premise : rule.premises) {
    if (premise.is_or) {
      if (!result) result = holds(premise);
    } else {
      if (!result) return false;
      result = holds(premise);
    }
  }
  return result;
}

bool WaterPeriod::holds(const RulePremise& premise) const {
  if (premise.variable == RuleVariable::time || premise.variable == RuleVariable::clock_time) {
    return time_holds(premise);
  }
  return premise.is_status ? status_holds(premise) : value_holds(premise);
}

bool WaterPeriod::time_holds(const RulePremise& premise) const {
  long from = rule_interval_start_;
  long now = time_;
  if (premise.variable == RuleVariable::clock_time) {
    from = (from + net_.times.clock_start) % day;
    now = (now + net_.times.clock_start) % day;
  }
  const long x = static_cast<long>(premise.value);
  const bool within = now < from ? x >= from || x <= now : x >= from && x <= now;  // over midnight, or not
  switch (premise.relation) {
    case RuleRelation::below:
      return now < x;
    case RuleRelation::at_most:
      return now <= x;
    case RuleRelation::above:
      return now > x;
    case RuleRelation::at_least:
      return now >= x;
    case RuleRelation::equal:
      return within;
    case RuleRelation::not_equal:
      return !within;
  }
  return false;
}

bool WaterPeriod::status_holds(const RulePremise& premise) const {
  LinkStatus now = state_.status[premise.link];
  if (is_closed(now)) now = LinkStatus::closed;
  if (now > LinkStatus::active) now = LinkStatus::open;
  if (premise.relation == RuleRelation::equal) return now == premise.status;
  return premise.relation == RuleRelation::not_equal && now != premise.status;
}

// What a premise looks at now; nothing if there is no such thing.
std::optional<double> WaterPeriod::value_of(const RulePremise& premise) const {
  const int node = premise.node;
  switch (premise.variable) {
    case RuleVariable::demand:
      return node < 0 ? system_demand_ : state_.taken(node);
    case RuleVariable::head:
      return state_.head(node);
    case RuleVariable::level:
    case RuleVariable::pressure:
      return state_.head(node) - net_.nodes[node].elevation;
    case RuleVariable::flow:
      return std::abs(state_.flow(premise.link));
    case RuleVariable::setting:
      if (state_.setting[premise.link] == no_setting) return std::nullopt;
      return state_.setting[premise.link];
    case RuleVariable::fill_time:
    case RuleVariable::drain_time: {
      if (net_.is_junction(node) || net_.tank(node).is_reservoir()) return std::nullopt;
      const double q = state_.taken(node);
      const bool fill = premise.variable == RuleVariable::fill_time;
      const double least = 1e-6 * net_.options.cubic_foot;
      if (fill ? q <= least : q >= -least) return std::nullopt;
      const WaterTank& tank = net_.tank(node);
      return ((fill ? tank.max_volume : tank.min_volume) - volume_[node - net_.junctions.size()]) / q;
    }
    default:
      return std::nullopt;
  }
}

bool WaterPeriod::value_holds(const RulePremise& premise) const {
  const std::optional<double> value = value_of(premise);
  if (!value) return false;
  const double x = *value;
  const double y = premise.value;
  const double tolerance = premise.tolerance;
  switch (premise.relation) {
    case RuleRelation::equal:
      return std::abs(x - y) <= tolerance;
    case RuleRelation::not_equal:
      return std::abs(x - y) >= tolerance;
    case RuleRelation::below:
      return x <= y + tolerance;
    case RuleRelation::at_most:
      return x <= y - tolerance;
    case RuleRelation::above:
      return x >= y - tolerance;
    case RuleRelation::at_least:
      return x >= y + tolerance;
  }
  return false;
}

int WaterPeriod::act(const std::vector<const RuleAction*>& actions) {
  int changes = 0;
  for (const RuleAction* action : actions) {
    const int k = action->link;
    const LinkType type = net_.links[k].type;
    LinkStatus& status = state_.status[k];
    double& setting = state_.setting[k];
    if (action->is_status) {
      const bool open = action->status == LinkStatus::open;
      if (action->status == LinkStatus::active || open != is_closed(status)) continue;
      status = open ? LinkStatus::open : LinkStatus::closed;
      if (type == LinkType::pump) setting = open ? 1.0 : 0.0;
      if (is_valve(type) && type != LinkType::general_purpose) setting = no_setting;
      ++changes;
    } else if (std::abs(action->setting - setting) > action->tolerance) {
      if (type == LinkType::pump) {
        if (action->setting > 0.0 && is_closed(status)) status = LinkStatus::open;
        if (action->setting == 0.0) status = LinkStatus::closed;
      } else if (type == LinkType::flow_control) {
        status = LinkStatus::active;
      } else if (setting == no_setting && is_closed(status)) {
        status = LinkStatus::open;
      }
      setting = action->setting;
      ++changes;
    }
  }
  return changes;
}

}  // namespace wattloop
