#pragma once
// A water network as EPANET describes one: what is there, in SI units. See meshes/extended_period.h for what it does.

#include <string>
#include <vector>

#include "models/network_laws.h"

namespace wattloop {

/// A setting that does not exist: the valve is fixed open or closed.
inline constexpr double no_setting = -1e10;

/// In the order of EPANET; everything up to `closed` carries no flow.
enum class LinkStatus {
  cannot_deliver_head,  ///< a pump asked for more than its shut-off head
  temporarily_closed,   ///< by a tank that is full or empty
  closed,
  open,
  active,                  ///< a valve that controls, or a pump by its setting
  cannot_deliver_flow,     ///< a flow control valve, fully open
  cannot_supply_pressure,  ///< a pressure valve, fully open
};

inline bool is_closed(LinkStatus status) {
  return status <= LinkStatus::closed;
}

enum class LinkType {
  check_valve,
  pipe,
  pump,
  pressure_reducing,
  pressure_sustaining,
  pressure_breaker,
  flow_control,
  throttle,
  general_purpose
};

inline bool is_valve(LinkType type) {
  return type > LinkType::pump;
}
/// Valves whose status follows the flow: they start as active unless fixed.
inline bool is_regulator(LinkType type) {
  return type == LinkType::pressure_reducing || type == LinkType::pressure_sustaining || type == LinkType::flow_control;
}

/// One category of demand: base times the pattern times the network's multiplier.
struct WaterDemand {
  double base = 0.0;  ///< m3/s
  int pattern = -1;
};

struct WaterJunction {
  std::vector<WaterDemand> demands;
  double emitter = 0.0;  ///< h = emitter q |q|^(emitter_exponent - 1) [m], 0: none
};

/// A tank, or a reservoir: a head that is given (area 0), times its pattern.
struct WaterTank {
  double area = 0.0;  ///< m2
  double initial_head = 0.0, min_head = 0.0, max_head = 0.0;
  double initial_volume = 0.0, min_volume = 0.0, max_volume = 0.0;  ///< m3
  PiecewiseLine volume_of_level;                                    ///< empty: a cylinder
  int pattern = -1;                                                 ///< of the head of a reservoir
  bool can_overflow = false;

  bool is_reservoir() const { return area == 0.0; }
};

/// How a pump's head depends on its flow.
enum class PumpCurve { none, constant_power, power_function, points };

struct WaterPump {
  PumpCurve kind = PumpCurve::none;
  double shut_off_head = 0.0, r = 0.0, n = 1.0;  ///< power_function: h = shut_off_head - r q^n
  double power_head = 0.0;                       ///< constant_power: h q [m m3/s]
  PiecewiseLine curve;                           ///< points: head over flow
  double max_head = 0.0, max_flow = 0.0, design_flow = 0.0;
  int speed_pattern = -1;
};

struct WaterNode {
  std::string id;
  double elevation = 0.0;  ///< m; of a reservoir its head
};

struct WaterLink {
  std::string id;
  int from = 0, to = 0;
  LinkType type = LinkType::pipe;
  LinkStatus status = LinkStatus::open;
  double setting = no_setting;     ///< speed, head [m], flow [m3/s] or loss coefficient, by type
  double diameter = 0.0;           ///< m
  double area = 0.0;               ///< of flow [m2]
  double r = 0.0;                  ///< friction: r q^n [m]
  double minor_loss = 0.0;         ///< minor_loss q^2 [m]
  double minor_per_setting = 0.0;  ///< of a throttle: minor loss for a setting of 1
  DarcyWeisbach darcy;
  int pump = -1;
  PiecewiseLine loss_curve;  ///< of a general purpose valve: head loss over flow
};

/// LINK x status IF NODE y ABOVE/BELOW z, or AT a time.
struct WaterControl {
  enum class Kind { below, above, at_time, at_clock_time };
  int link = 0;
  LinkStatus status = LinkStatus::active;
  double setting = no_setting;
  Kind kind = Kind::at_time;
  int node = -1;
  double head = 0.0;  ///< m
  long time = 0;      ///< s
};

enum class RuleVariable {
  demand,
  head,
  level,
  pressure,
  flow,
  status,
  setting,
  time,
  clock_time,
  fill_time,
  drain_time
};
enum class RuleRelation { equal, not_equal, below, at_most, above, at_least };

struct RulePremise {
  bool is_or = false;
  RuleVariable variable = RuleVariable::time;
  int node = -1, link = -1;  ///< both -1: the system
  RuleRelation relation = RuleRelation::equal;
  bool is_status = false;
  LinkStatus status = LinkStatus::open;
  double value = 0.0;      ///< in SI
  double tolerance = 0.0;  ///< of the comparison, in SI
};

struct RuleAction {
  int link = 0;
  bool is_status = false;
  LinkStatus status = LinkStatus::open;
  double setting = 0.0;    ///< in SI
  double tolerance = 0.0;  ///< a setting nearer than this is the same
};

struct WaterRule {
  std::string id;
  std::vector<RulePremise> premises;
  std::vector<RuleAction> then_actions, else_actions;
  double priority = 0.0;
};

enum class FrictionLaw { hazen_williams, darcy_weisbach, chezy_manning };

/// Everything that is about the whole network. Small flows and heads are EPANET's, in SI.
struct WaterOptions {
  FrictionLaw friction = FrictionLaw::hazen_williams;
  double friction_exponent = 1.852;
  double demand_multiplier = 1.0;
  double emitter_exponent = 2.0;  ///< of the flow: 1 / EPANET's emitter exponent
  bool pressure_driven = false;
  double min_pressure = 0.0, required_pressure = 0.0;  ///< of pressure-driven demand [m]
  double pressure_exponent = 2.0;                      ///< head over demand: 1 / EPANET's pressure exponent
  double pressure_per_head = 1.0;                      ///< specific gravity
  double accuracy = 1e-3;                              ///< sum of flow changes over sum of flows
  double head_error = 0.0, flow_change = 0.0;          ///< further limits [m], [m3/s]; 0: none
  int trials = 200;
  int check_frequency = 2, max_check = 10;
  double damp_limit = 0.0;
  bool stop_if_unbalanced = true;
  double head_tolerance = 0.0005 * 0.3048;      ///< of status checks [m]
  double flow_tolerance = 1e-4 * 0.0283168466;  ///< of status checks [m3/s]
  double cubic_foot = 0.0283168466;             ///< as EPANET rounds it in the file's flow unit [m3]
};

/// All in s.
struct WaterTimes {
  long duration = 0, hydraulic_step = 3600, pattern_step = 3600, pattern_start = 0, report_step = 3600,
       report_start = 0, rule_step = 360, clock_start = 0;
};

/// Nodes are the junctions, then tanks and reservoirs: node junctions.size() + i is tanks[i].
struct WaterNetwork {
  std::string title;
  std::vector<WaterNode> nodes;
  std::vector<WaterJunction> junctions;
  std::vector<WaterTank> tanks;
  std::vector<WaterLink> links;
  std::vector<WaterPump> pumps;
  std::vector<std::vector<double>> patterns;
  std::vector<WaterControl> controls;
  std::vector<WaterRule> rules;
  WaterOptions options;
  WaterTimes times;

  bool is_junction(int node) const { return node < static_cast<int>(junctions.size()); }
  WaterTank& tank(int node) { return tanks[node - junctions.size()]; }
  const WaterTank& tank(int node) const { return tanks[node - junctions.size()]; }
};

}  // namespace wattloop
