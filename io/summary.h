#pragma once
// What a run or a steady state comes to: for people on the terminal, for programs as JSON.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/accounts.h"
#include "io/consequences.h"
#include "io/frequency_monitor.h"
#include "io/recorder.h"
#include "io/ride_through_report.h"
#include "io/twin.h"
#include "io/year_report.h"
#include "meshes/valve_authority.h"

namespace wattloop {

/// How well the balances close, from each component's own meters. Component errors are relative to what flows through
/// the component, at least a millionth of the whole; the others to the heat that came in and the mass moved.
struct Closure {
  double energy = 0.0;            ///< of the whole: what came in, less what went out and what is stored
  double energy_component = 0.0;  ///< of the component that closes worst ...
  std::string worst_component;    ///< ... and its path
  double mass = 0.0;              ///< of the whole, relative to the mass that has moved through components
  double mass_component = 0.0;    ///< of the component that closes worst ...
  std::string worst_in_mass;      ///< ... and its path
  double electrical = 0.0;        ///< of the whole
};

/// An alarm over a run, as seen at the records: equal parts of the site together.
struct AlarmSummary {
  std::string part, name, meaning;  ///< "cdu.pump", "suction_low", what it means
  int components = 0;               ///< that raised it
  std::string first;                ///< path of the first of them ...
  double since = 0.0;               ///< ... and when, s from the start
  double duration = 0.0;            ///< for which it was raised anywhere, s

  void archive(Archive& archive) { archive(part, name, meaning, components, first, since, duration); }
};

/// The authority of control valves that a controller moves: the least among equal parts of the site.
struct ValveSummary {
  std::string part;         ///< "cdu.valve"
  int components = 0;       ///< of those that had flow
  double authority = 1.0;   ///< the least ...
  std::string path;         ///< ... whose ...
  double flow_share = 0.0;  ///< ... and at which flow over the nominal one
};

struct Summary {
  std::string case_name;
  std::string weather;                ///< what it is; empty: none
  std::vector<std::string> workload;  ///< a line a job: also what was repeated, multiplied, scaled or clamped
  double duration = 0.0;              ///< s; 0: a steady state
  int gpus = 0, unknowns = 0;
  // Means over the run; of a steady state its values.
  double P_it = 0.0, P_grid = 0.0, P_generators = 0.0, P_batteries = 0.0;  // W
  double P_site() const { return P_grid + P_generators + P_batteries; }    // W
  double pue = 0.0;
  PowerExtremes extremes;                ///< of the records
  FrequencyMonitor::Extremes frequency;  ///< of the steps
  double burned = 0.0, held_back = 0.0;  ///< J, by power smoothing of the racks: above and below the demand
  bool is_smoothed = false;
  std::map<std::string, double>
      power_by_part;  ///< W that parts of this name draw and neither pass on nor store, all together
  std::map<std::string, double> power_by_class;                         ///< W: IT, cooling, distribution, other
  std::map<std::string, std::map<std::string, double>> parts_by_class;  ///< W, the same by part
  std::map<std::string, double> losses;   ///< W by type of electrical equipment: transformers, cables, UPS ...
  std::map<std::string, double> outside;  ///< W into the site from beyond, by meter
  double stored = 0.0;                    // W, mean rate of what is stored
  double water = 0.0;                     // kg
  double peak_make_up = 0.0;              // kg/s
  double T_die_max = 0.0;                 // K
  std::string hottest;
  double hottest_time = 0.0;  // s from the start
  double T_throttle = 0.0;    // K, the lowest of the case's GPUs
  double throttle_max = 0.0;
  std::map<std::string, double> T_max_by_liquid;  ///< K, of the hottest node of its circuits: their return
  Closure closure;
  /// The last record of every component outside the racks, of cases with few: path -> name with unit -> value.
  std::map<std::string, std::map<std::string, double>> components;
  std::vector<AlarmSummary> alarms;
  std::vector<ValveSummary> valves;
  Consequences consequences;
  std::vector<RideThroughReport> ride_through;   ///< by the tables of the case
  std::map<std::string, SwitchCount> switching;  ///< of staging and modes, by sequence
  YearReport year;                               ///< of runs of a week and more
  std::string year_text;
  Accounts accounts;
  std::vector<std::string> warnings;
  std::vector<LogEntry> log;
  double start_epoch = 0.0, utc_offset = 0.0;                   // s
  double wall_time = 0.0, setup_time = 0.0, steady_time = 0.0;  // s
  Statistics statistics;
  std::vector<LogEntry> groupings;  ///< as Twin::groupings
};

/// Gathers a Summary along a run.
class Summariser {
 public:
  Summariser(Twin& twin, const std::vector<double>& y_start);
  /// At every instant, of the state y: alarms and extremes do not wait for a record.
  void look(double t, Recorder& recorder, const std::vector<double>& y);
  /// After each record.
  void add(double t, const Recorder& recorder);
  /// The values of components at the end, for cases of up to 300 of them.
  void add_components(const Recorder& recorder, const std::vector<std::vector<double>>& values);
  /// At the end, from the meters of the System.
  Summary finish(const std::vector<double>& y_end, double duration);
  /// What has been gathered so far.
  void archive(Archive& archive);

 private:
  void add_alarms(double interval, double t, const std::vector<RaisedAlarm>& raised);
  void add_hottest(double t, const std::vector<double>& y);
  void add_valves();
  void add_liquids(const std::vector<double>& y);

  Twin& twin_;
  std::vector<std::pair<std::string, std::vector<int>>> liquids_;  ///< temperatures of their nodes, unknowns
  std::vector<std::vector<double>> stored_energy_, stored_mass_;   ///< [group][component] at the start
  Summary summary_;
  double last_time_ = 0.0;
  double last_look_ = 0.0;     // s
  std::vector<double> T_die_;  ///< of the hottest GPU of each rack, K
  bool has_looked_ = false;
  SiteTotals last_;
  YearReporter year_;
  Accountant accountant_;
  ValveAuthorities authorities_;
  bool any_ = false;
  std::map<std::pair<std::string, std::string>, std::size_t> alarm_index_;  ///< (part, name) -> Summary::alarms
  std::set<std::pair<std::string, std::string>> alarmed_;                   ///< (path, name)
};

/// For a steady state: powers instead of energies.
Summary summarise_steady(Twin& twin, const std::vector<double>& y);

std::string to_text(const Summary& summary);
/// Numbers carry their unit in the key; temperatures in degC; null where nothing is known.
std::string to_json(const Summary& summary);

}  // namespace wattloop
