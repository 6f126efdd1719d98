#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "meshes/water_steady.h"

namespace wattloop {

/// What happened in one moment of an extended period that its reader should know.
struct WaterWarning {
  enum class Kind {
    unbalanced,
    singular,
    cut_off,
    pump_beyond_head,
    pump_beyond_flow,
    valve_beyond_flow,
    valve_beyond_pressure,
    negative_pressure,
    tank_empty,
    tank_full,
    controls_fight
  };
  Kind kind;
  long time = 0;  ///< s
  int node = -1, link = -1;
  int count = 1;  ///< of nodes it is about
};

/// Full demand of each junction at a time [m3/s]; returns the sum of those above 0.
double junction_demands(const WaterNetwork& network, long time, std::vector<double>& demand);

/// An extended period: steady states in a row. Between them tank levels move with the net inflow of the state before
/// (explicit Euler), and a step ends at the next hydraulic step, pattern period, report time, tank that fills or
/// empties, control or rule that acts, all in whole seconds and by the rules of EPANET 2.2 (User Manual 2020, ch. 12).
///
/// One moment: demands, reservoir heads and pump speeds from their patterns; simple controls; the steady state. Then
/// the length of the step, with rules tried every rule step within it while tank levels move.
class WaterPeriod {
 public:
  explicit WaterPeriod(const WaterNetwork& network);

  /// Goes through the whole period and calls `seen` after each steady state.
  void run(const std::function<void(const WaterPeriod&)>& seen);

  long time() const { return time_; }
  const WaterSteady& state() const { return state_; }
  const WaterSteady::Result& result() const { return result_; }
  /// Of the last moment.
  const std::vector<WaterWarning>& warnings() const { return warnings_; }
  /// Junctions of parts that closed links cut off and from which something is taken: nothing determines their heads.
  const std::vector<char>& undetermined() const { return undetermined_; }
  const WaterNetwork& network() const { return net_; }

 private:
  void apply_patterns();
  void apply_controls();
  long next_step();
  long limit_by_tanks(long step) const;
  long limit_by_controls(long step) const;
  long apply_rules(long step);
  void move_tanks(long step);
  bool check_rules(long step);
  bool premises_hold(const WaterRule& rule) const;
  bool holds(const RulePremise& premise) const;
  bool time_holds(const RulePremise& premise) const;
  bool status_holds(const RulePremise& premise) const;
  bool value_holds(const RulePremise& premise) const;
  std::optional<double> value_of(const RulePremise& premise) const;
  int act(const std::vector<const RuleAction*>& actions);
  double volume_at(const WaterTank& tank, double elevation, double head) const;
  double head_at(const WaterTank& tank, double elevation, double volume) const;
  void find_cut_off();
  void list_links();
  std::vector<char> reach(std::vector<int> nodes) const;
  void collect_warnings();

  const WaterNetwork& net_;
  WaterSteady state_;
  WaterSteady::Result result_;
  std::vector<double> volume_;  // of the tanks [m3]
  double system_demand_ = 0.0;  // m3/s
  long time_ = 0, next_report_ = 0, rule_interval_start_ = 0;
  std::vector<WaterWarning> warnings_;
  std::vector<char> closed_, cut_off_, undetermined_;
  std::vector<int> first_at_, at_;  // links at a node: at_[first_at_[i]] to at_[first_at_[i + 1]]
  std::set<int> fights_;            // links that two controls or rules want in two states at once
};

}  // namespace wattloop
