// Laws of the links of a water network in the state they are in.

#include <cmath>
#include <limits>

#include "meshes/water_steady.h"
#include "models/fast_power.h"

namespace wattloop {

namespace {

using Number = Dual<1>;

struct Law {
  std::vector<double>&loss, &slope;
  std::size_t link;
  void operator=(const Number& h) {
    loss[link] = h.value;
    slope[link] = h.derivative[0];
  }
};

}  // namespace

void WaterSteady::evaluate() {
  flows_.one_way.clear();
  evaluate_pipes(0, flows_.core_links());
  for (const int k : others_) evaluate_link(k);
  evaluate_outlets();
}

void WaterSteady::evaluate_anew() {
  closed_pipes_.clear();
  for (const Pipe& pipe : pipes_) {
    const bool closed = is_closed(status[pipe.link]);
    friction_[pipe.row] = closed ? 0.0 : pipe.r;
    if (closed) closed_pipes_.push_back(pipe.link);
  }
  evaluate();
}

// Pipes of Hazen-Williams or Chezy-Manning: most of what there is, so a loop over all rows that vectorises; what is no
// such pipe is written after it.
void WaterSteady::evaluate_pipes(std::size_t begin, std::size_t end) {
  if (pipes_.empty()) return;
  const double n = net_.options.friction_exponent;
  const double* flow = flows_.flow.data();
  for (std::size_t i = begin; i < end; ++i) power_[i] = flow_magnitude(flow[i]);
  if (n != 2.0) raise_to_power({power_.data() + begin, power_.data() + end}, n - 1.0);
  for (std::size_t i = begin; i < end; ++i) {
    const double friction = friction_[i] * power_[i];
    const double minor = minor_loss_[i] * std::abs(flow[i]);
    flows_.loss[i] = (friction + minor) * flow[i];
    flows_.slope[i] = n * friction + 2.0 * minor;
  }
  for (const int k : closed_pipes_) set_linear(k, high_slope_);
}

// Nothing is known of the flows: pipes begin as linear resistances, so that the first step does not depend on them.
void WaterSteady::take_linear_laws() {
  for (int row = 0; row < flows_.core_links(); ++row) {
    if (friction_[row] > 0.0) flows_.loss[row] = flows_.slope[row] * flows_.flow[row];
  }
}

// Newton's method lets a flow that tends to zero fall to 1 - 1/n of itself in a step. Where the heads ask for less than
// 0.8 of a pipe's flow, the tangent of its law is taken at what they ask for. Laws must be those at the flows.
void WaterSteady::move_tangents() {
  constexpr double asked = 0.8;
  constexpr double least = 0.1;  // of the flow: heads that are still wrong do not throw it away
  const double n = net_.options.friction_exponent;
  const double share = std::pow(asked, n);
  const double least_share = std::pow(least, n);
  moving_.clear();
  asked_.clear();
  for (int row = 0; row < flows_.core_links(); ++row) {
    const auto [from, to] = flows_.links()[row];
    const double difference = std::abs(flows_.head[from] - flows_.head[to]);
    const double q = std::abs(flows_.flow[row]);
    const double friction_loss = friction_[row] * power_[row] * q;
    if (difference >= share * friction_loss) continue;
    if (difference <= least_share * friction_loss) {
      move_tangent(row, least * q, least_share * friction_loss);
    } else {
      moving_.push_back(row);
      asked_.push_back(difference / friction_[row]);
    }
  }
  raise_to_power(asked_, 1.0 / n);
  for (std::size_t i = 0; i < moving_.size(); ++i) {
    const auto [from, to] = flows_.links()[moving_[i]];
    move_tangent(moving_[i], asked_[i], std::abs(flows_.head[from] - flows_.head[to]));
  }
}

// To the flow `size` in the direction that the heads ask for, where friction takes `friction_loss`.
void WaterSteady::move_tangent(int row, double size, double friction_loss) {
  const auto [from, to] = flows_.links()[row];
  const double friction = friction_loss / size;
  const double minor = minor_loss_[row] * size;
  const double slope = net_.options.friction_exponent * friction + 2.0 * minor;
  const double point = std::copysign(size, flows_.head[from] - flows_.head[to]);
  flows_.loss[row] = (friction + minor) * point + slope * (flows_.flow[row] - point);
  flows_.slope[row] = slope;
}

void WaterSteady::hang_heads() {
  evaluate_pipes(flows_.core_links(), flows_.links().size());
  for (const int k : hanging_others_) evaluate_link(k);
  flows_.hang_heads();
}

void WaterSteady::set_linear(int k, double slope) {
  flows_.loss[order_.row[k]] = slope * flows_.flow[order_.row[k]];
  flows_.slope[order_.row[k]] = slope;
}

void WaterSteady::evaluate_link(int k) {
  const WaterLink& link = net_.links[k];
  if (is_closed(status[k])) return set_linear(k, high_slope_);
  switch (link.type) {
    case LinkType::check_valve:
    case LinkType::pipe: {
      const Number q = Number::variable(flows_.flow[order_.row[k]], 0);
      Number h = link.darcy.loss(q);
      if (link.minor_loss > 0.0) h += power_loss(q, link.minor_loss, 2.0);
      Law{flows_.loss, flows_.slope, static_cast<std::size_t>(order_.row[k])} = h;
      return;
    }
    case LinkType::pump:
      return evaluate_pump(k);
    case LinkType::throttle:
      return evaluate_valve(k, setting[k] == no_setting ? link.minor_loss : link.minor_per_setting * setting[k]);
    case LinkType::pressure_breaker: {
      const double q = flows_.flow[order_.row[k]];
      const bool fixed = setting[k] == no_setting || setting[k] == 0.0;
      if (fixed || link.minor_loss * q * q > setting[k]) return evaluate_valve(k, link.minor_loss);
      flows_.loss[order_.row[k]] = setting[k];
      flows_.slope[order_.row[k]] = 0.0;
      return;
    }
    case LinkType::general_purpose:
      return evaluate_general_purpose(k);
    case LinkType::flow_control:
      if (status[k] == LinkStatus::active && setting[k] != no_setting) {
        flows_.loss[order_.row[k]] = high_slope_ * (flows_.flow[order_.row[k]] - setting[k]);
        flows_.slope[order_.row[k]] = high_slope_;
        return;
      }
      return evaluate_valve(k, link.minor_loss);
    case LinkType::pressure_reducing:
    case LinkType::pressure_sustaining:
      if (status[k] == LinkStatus::active && setting[k] != no_setting) {
        flows_.loss[order_.row[k]] = 0.0;  // whatever balances the node that it holds
        flows_.slope[order_.row[k]] = std::numeric_limits<double>::infinity();
        return;
      }
      return evaluate_valve(k, link.minor_loss);
  }
}

void WaterSteady::evaluate_valve(int k, double minor_loss) {
  if (minor_loss <= 0.0) return set_linear(k, low_slope_);
  const double q = flows_.flow[order_.row[k]];
  flows_.loss[order_.row[k]] = minor_loss * q * std::abs(q);
  flows_.slope[order_.row[k]] = 2.0 * minor_loss * std::abs(q);
}

void WaterSteady::evaluate_pump(int k) {
  const double speed = setting[k];
  if (speed == 0.0) return set_linear(k, high_slope_);
  const WaterPump& pump = net_.pumps[net_.links[k].pump];
  const double flow = flows_.flow[order_.row[k]];
  switch (pump.kind) {
    case PumpCurve::none:
      return set_linear(k, low_slope_);
    case PumpCurve::constant_power: {
      flows_.one_way.push_back(order_.row[k]);
      const double c = pump.power_head * speed * speed * speed;
      const double least_flow = std::sqrt(c / high_slope_);
      if (flow < least_flow) {  // where the law is as steep as a closed link it goes on as a straight line
        flows_.loss[order_.row[k]] = -c / least_flow + high_slope_ * (flow - least_flow);
        flows_.slope[order_.row[k]] = high_slope_;
        return;
      }
      flows_.loss[order_.row[k]] = -c / flow;
      flows_.slope[order_.row[k]] = c / (flow * flow);
      return;
    }
    case PumpCurve::power_function: {
      const Number q = Number::variable(flow, 0);
      Law{flows_.loss, flows_.slope, static_cast<std::size_t>(order_.row[k])} =
          pump_power_loss(q, pump.shut_off_head, pump.r, pump.n, speed);
      return;
    }
    case PumpCurve::points: {
      const PiecewiseLine::Segment line = pump.curve.segment(std::abs(flow) / speed);
      flows_.slope[order_.row[k]] = -line.slope * speed;
      flows_.loss[order_.row[k]] = -line.intercept * speed * speed + flows_.slope[order_.row[k]] * flow;
      return;
    }
  }
}

void WaterSteady::evaluate_general_purpose(int k) {
  const double least_flow = 1e-6 * net_.options.cubic_foot;
  const double q = flows_.flow[order_.row[k]];
  const PiecewiseLine::Segment line = net_.links[k].loss_curve.segment(std::max(std::abs(q), least_flow));
  const double slope = std::max(line.slope, low_slope_);
  flows_.slope[order_.row[k]] = slope;
  flows_.loss[order_.row[k]] = (line.intercept + slope * std::abs(q)) * (q < 0.0 ? -1.0 : 1.0);
}

void WaterSteady::evaluate_outlets() {
  std::size_t outlet = net_.links.size();
  for (const int junction : emitters_) {
    const auto k = static_cast<std::size_t>(order_.row[outlet++]);
    const Number q = Number::variable(flows_.flow[k], 0);
    Law{flows_.loss, flows_.slope, k} = power_loss(q, net_.junctions[junction].emitter, net_.options.emitter_exponent);
  }
  const WaterOptions& options = net_.options;
  const double range = std::max(options.required_pressure - options.min_pressure, 0.1 * 0.3048);
  for (const int junction : driven_) {
    const auto k = static_cast<std::size_t>(order_.row[outlet++]);
    if (demand[junction] <= 0.0) {
      flows_.loss[k] = 0.0;
      flows_.slope[k] = std::numeric_limits<double>::infinity();
    } else {
      const Number q = Number::variable(flows_.flow[k], 0);
      Law{flows_.loss, flows_.slope, k} = pressure_driven_head(q, demand[junction], range, options.pressure_exponent);
    }
  }
}

}  // namespace wattloop
