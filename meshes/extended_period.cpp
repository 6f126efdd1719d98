#include "meshes/extended_period.h"

#include <algorithm>
#include <cmath>

namespace wattloop {

namespace {

constexpr long day = 86400;                      // s
constexpr double no_flow = 1e-6 * 0.0283168466;  // m3/s

long rounded(double x) {
  // As a C cast after adding a half: away from zero.
  if (!(std::abs(x) < 1e15)) return 0;
  return static_cast<long>(x > 0.0 ? x + 0.5 : x - 0.5);
}

double pattern_factor(const WaterNetwork& net, int pattern, long time) {
  if (pattern < 0) return 1.0;
  const auto period = static_cast<std::size_t>((time + net.times.pattern_start) / net.times.pattern_step);
  const std::vector<double>& values = net.patterns[pattern];
  return values[period % values.size()];
}

}  // namespace

WaterPeriod::WaterPeriod(const WaterNetwork& network)
    : net_(network),
      state_(network),
      next_report_(network.times.report_step),
      cut_off_(network.junctions.size(), 0),
      undetermined_(network.junctions.size(), 0) {
  for (const WaterTank& tank : net_.tanks) volume_.push_back(tank.initial_volume);
}

void WaterPeriod::run(const std::function<void(const WaterPeriod&)>& seen) {
  for (;;) {
    apply_patterns();
    apply_controls();
    result_ = state_.solve();
    collect_warnings();
    seen(*this);
    const bool halt = !result_.converged && net_.options.stop_if_unbalanced;
    if (halt || time_ >= net_.times.duration) return;
    time_ += next_step();
    if (time_ >= next_report_) next_report_ += net_.times.report_step;
  }
}

double junction_demands(const WaterNetwork& net, long time, std::vector<double>& demand) {
  double total = 0.0;
  for (std::size_t i = 0; i < net.junctions.size(); ++i) {
    double sum = 0.0;
    for (const WaterDemand& category : net.junctions[i].demands) {
      const double q = category.base * pattern_factor(net, category.pattern, time) * net.options.demand_multiplier;
      total += std::max(q, 0.0);
      sum += q;
    }
    demand[i] = sum;
  }
  return total;
}

void WaterPeriod::apply_patterns() {
  const auto factor = [this](int pattern) { return pattern_factor(net_, pattern, time_); };
  system_demand_ = junction_demands(net_, time_, state_.demand);
  for (std::size_t i = 0; i < net_.tanks.size(); ++i) {
    const auto node = static_cast<int>(net_.junctions.size() + i);
    if (net_.tanks[i].is_reservoir() && net_.tanks[i].pattern >= 0) {
      state_.set_fixed_head(node, net_.nodes[node].elevation * factor(net_.tanks[i].pattern));
    }
  }
  for (std::size_t k = 0; k < net_.links.size(); ++k) {
    const int pump = net_.links[k].pump;
    if (pump < 0 || net_.pumps[pump].speed_pattern < 0) continue;
    const double speed = factor(net_.pumps[pump].speed_pattern);
    state_.setting[k] = speed;
    if (speed > 0.0 && is_closed(state_.status[k])) state_.status[k] = LinkStatus::open;
    if (speed == 0.0) state_.status[k] = LinkStatus::closed;
  }
}

void WaterPeriod::apply_controls() {
  std::vector<const WaterControl*> acted;
  for (const WaterControl& control : net_.controls) {
    bool acts = false;
    switch (control.kind) {
      case WaterControl::Kind::at_time:
        acts = control.time == time_;
        break;
      case WaterControl::Kind::at_clock_time:
        acts = (time_ + net_.times.clock_start) % day == control.time;
        break;
      default: {
        if (net_.is_junction(control.node)) continue;
        const WaterTank& tank = net_.tank(control.node);
        const double elevation = net_.nodes[control.node].elevation;
        const double soon = std::abs(state_.taken(control.node));  // what flows in a second
        const double now = volume_at(tank, elevation, state_.head(control.node));
        const double limit = volume_at(tank, elevation, control.head);
        acts = control.kind == WaterControl::Kind::below ? now <= limit + soon : now >= limit - soon;
      }
    }
    if (!acts) continue;
    const int k = control.link;
    const auto contradicts = [&](const WaterControl* other) {
      return other->link == k && (other->status != control.status || other->setting != control.setting);
    };
    if (std::any_of(acted.begin(), acted.end(), contradicts)) fights_.insert(k);
    acted.push_back(&control);
    const LinkStatus before = is_closed(state_.status[k]) ? LinkStatus::closed : LinkStatus::open;
    const double next = net_.links[k].type > LinkType::pipe ? control.setting : state_.setting[k];
    if (before == control.status && state_.setting[k] == next) continue;
    state_.status[k] = control.status;
    state_.setting[k] = next;
  }
}

long WaterPeriod::next_step() {
  const WaterTimes& times = net_.times;
  long step = times.hydraulic_step;
  const auto shorten = [&step](long to) {
    if (to > 0 && to < step) step = to;
  };
  const long period = (time_ + times.pattern_start) / times.pattern_step + 1;
  shorten(period * times.pattern_step - time_);
  shorten(next_report_ - time_);
  step = limit_by_tanks(step);
  step = limit_by_controls(step);
  if (!net_.rules.empty()) return apply_rules(step);
  move_tanks(step);
  return step;
}

long WaterPeriod::limit_by_tanks(long step) const {
  for (std::size_t i = 0; i < net_.tanks.size(); ++i) {
    const WaterTank& tank = net_.tanks[i];
    const auto node = static_cast<int>(net_.junctions.size() + i);
    const double q = state_.taken(node);
    const double head = state_.head(node);
    if (tank.is_reservoir() || std::abs(q) <= no_flow) continue;
    double missing = 0.0;
    if (q > 0.0 && head < tank.max_head) {
      missing = tank.max_volume - volume_[i];
    } else if (q < 0.0 && head > tank.min_head) {
      missing = tank.min_volume - volume_[i];
    } else {
      continue;
    }
    const long t = rounded(missing / q);
    if (t > 0 && t < step) step = t;
  }
  return step;
}

long WaterPeriod::limit_by_controls(long step) const {
  for (const WaterControl& control : net_.controls) {
    long t = 0;
    if (control.kind == WaterControl::Kind::at_time) {
      if (control.time > time_) t = control.time - time_;
    } else if (control.kind == WaterControl::Kind::at_clock_time) {
      const long now = (time_ + net_.times.clock_start) % day;
      t = control.time >= now ? control.time - now : day - now + control.time;
    } else {
      if (net_.is_junction(control.node)) continue;
      const double q = state_.taken(control.node);
      const double head = state_.head(control.node);
      if (std::abs(q) <= no_flow) continue;
      const bool rises = control.kind == WaterControl::Kind::above && head < control.head && q > 0.0;
      const bool falls = control.kind == WaterControl::Kind::below && head > control.head && q < 0.0;
      if (!rises && !falls) continue;
      const std::size_t tank = control.node - net_.junctions.size();
      const double limit = volume_at(net_.tanks[tank], net_.nodes[control.node].elevation, control.head);
      t = rounded((limit - volume_[tank]) / q);
    }
    if (t <= 0 || t >= step) continue;
    const int k = control.link;
    const bool other_setting = net_.links[k].type > LinkType::pipe && state_.setting[k] != control.setting;
    if (other_setting || state_.status[k] != control.status) step = t;
  }
  return step;
}

void WaterPeriod::move_tanks(long step) {
  for (std::size_t i = 0; i < net_.tanks.size(); ++i) {
    const WaterTank& tank = net_.tanks[i];
    if (tank.is_reservoir()) continue;
    const auto node = static_cast<int>(net_.junctions.size() + i);
    const double q = state_.taken(node);
    double& v = volume_[i];
    v += q * static_cast<double>(step);
    // Full or empty if it would be within the next second.
    if (v + q >= tank.max_volume) v = tank.max_volume;
    if (v - q <= tank.min_volume) v = tank.min_volume;
    state_.set_fixed_head(node, head_at(tank, net_.nodes[node].elevation, v));
  }
}

double WaterPeriod::volume_at(const WaterTank& tank, double elevation, double head) const {
  if (!tank.volume_of_level.x.empty()) return tank.volume_of_level.clamped(head - elevation);
  return tank.min_volume + (head - tank.min_head) * tank.area;
}

double WaterPeriod::head_at(const WaterTank& tank, double elevation, double volume) const {
  if (tank.volume_of_level.x.empty()) return tank.min_head + (volume - tank.min_volume) / tank.area;
  const PiecewiseLine level{tank.volume_of_level.y, tank.volume_of_level.x};
  return elevation + level.clamped(volume);
}

}  // namespace wattloop
