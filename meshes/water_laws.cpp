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
  evaluate_pipes(0, core_pipes_);
  for (const int k : others_) evaluate_link(k);
  evaluate_outlets();
}

// Pipes of Hazen-Williams or Chezy-Manning: most of what there is, so in loops that vectorise.
void WaterSteady::evaluate_pipes(int begin, int end) {
  const double n = net_.options.friction_exponent;
  for (int i = begin; i < end; ++i) power_[i] = flow_magnitude(flows_.flow[pipes_[i].row]);
  if (n != 2.0) raise_to_power({power_.data() + begin, power_.data() + end}, n - 1.0);
  for (int i = begin; i < end; ++i) {
    const Pipe& pipe = pipes_[i];
    if (is_closed(status[pipe.link])) {
      set_linear(pipe.link, high_slope_);
      continue;
    }
    const double q = flows_.flow[pipe.row];
    const double friction = pipe.r * power_[i];
    const double minor = pipe.minor_loss * std::abs(q);
    flows_.loss[pipe.row] = (friction + minor) * q;
    flows_.slope[pipe.row] = n * friction + 2.0 * minor;
  }
}

// Newton's method lets a flow that tends to zero fall to 1 - 1/n of itself in a step. Where the heads ask for less than
// half of a pipe's flow, the tangent of its law is taken at what they ask for.
void WaterSteady::move_tangents() {
  constexpr double asked = 0.5;
  constexpr double least = 0.1;  // of the flow: heads that are still wrong do not throw it away
  const double n = net_.options.friction_exponent;
  const auto difference = [this](const Pipe& pipe) {
    const auto [from, to] = flows_.links()[pipe.row];
    return flows_.head[from] - flows_.head[to];
  };
  for (int i = 0; i < core_pipes_; ++i) power_[i] = std::abs(difference(pipes_[i])) / pipes_[i].r + 1e-30;
  raise_to_power({power_.data(), power_.data() + core_pipes_}, 1.0 / n);
  for (int i = 0; i < core_pipes_; ++i) {
    const Pipe& pipe = pipes_[i];
    const double q = flows_.flow[pipe.row];
    if (power_[i] >= asked * std::abs(q) || is_closed(status[pipe.link])) continue;
    const double point = std::copysign(std::max(power_[i], least * std::abs(q)), difference(pipe));
    const double friction = pipe.r * std::pow(flow_magnitude(point), n - 1.0);
    const double minor = pipe.minor_loss * std::abs(point);
    const double slope = n * friction + 2.0 * minor;
    flows_.loss[pipe.row] = (friction + minor) * point + slope * (q - point);
    flows_.slope[pipe.row] = slope;
  }
}

void WaterSteady::hang_heads() {
  evaluate_pipes(core_pipes_, static_cast<int>(pipes_.size()));
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
