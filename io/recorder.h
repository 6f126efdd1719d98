#pragma once
// What a run records: every component outside the racks by its own table, racks by statistics, the site by totals.

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "io/rack_record.h"
#include "io/results.h"
#include "io/twin.h"

namespace wattloop {

/// Less IT power than this is none: what is left of a site whose racks are off is rounding, W.
inline constexpr double least_it_power = 1.0;

/// Extremes of the site's own generators and batteries; infinite where there are none.
struct PowerExtremes {
  double P_generators_max = -std::numeric_limits<double>::infinity();  ///< W, all together
  double charge_min = -P_generators_max;                               ///< 1, of a battery over that of a full one

  void include(const PowerExtremes& other);
  void archive(Archive& archive) { archive(P_generators_max, charge_min); }
};

/// The site at one moment.
struct SiteTotals {
  double P_it = 0.0;          ///< W, at the PSU inputs
  double P_grid = 0.0;        ///< W, delivered by the grid
  double P_generators = 0.0;  ///< W, delivered by the site's own
  double P_batteries = 0.0;   ///< W, out of them
  double pue = 0.0;           ///< (P_grid + P_generators + P_batteries) / P_it, 1
  double m_make_up = 0.0;     ///< kg/s of water
  double T_db = 0.0;          ///< K, outdoor air
  double T_die_max = 0.0;     ///< K
  double throttle_max = 0.0;  ///< 1
  std::string hottest;        ///< path of the hottest chip among GPUs
  PowerExtremes power;

  void archive(Archive& archive) {
    archive(P_it, P_grid, P_generators, P_batteries, pue, m_make_up, T_db, T_die_max, throttle_max, hottest, power);
  }
};

/// An alarm that is raised, of a component or of the liquid at a node.
struct RaisedAlarm {
  const std::string* path;
  std::string_view name, meaning;
};

/// Turns the state of a Twin into records.
///
/// Groups of the file: `site` (totals), `racks` (statistics; NaN where a rack is off), one for each component type
/// outside the racks (named after the type: its outputs and states as its table names them), `liquid_nodes` (p, T).
class Recorder {
 public:
  explicit Recorder(Twin& twin);

  const std::vector<RecordGroup>& groups() const { return groups_; }
  /// The values of all groups at y, as ResultsFile::write takes them.
  const std::vector<std::vector<double>>& record(const std::vector<double>& y);
  /// The totals of the last record.
  const SiteTotals& totals() const { return totals_; }
  /// The alarms raised at y.
  const std::vector<RaisedAlarm>& alarms(const std::vector<double>& y);

 private:
  struct ComponentGroup {
    int group;
    std::vector<int> components;
    RecordedFields fields;
    std::vector<int> alarms;  ///< outputs that warn
  };
  void add_component_groups();
  void add_node_alarms(const std::vector<double>& y);
  void record_racks(const std::vector<double>& y, std::vector<double>& values);
  void record_components(const ComponentGroup& group, const std::vector<double>& y, std::vector<double>& values);
  void add_power(const GroupBase& group, const std::vector<double>& out);
  void record_site(const std::vector<double>& y, std::vector<double>& values);

  Twin& twin_;
  std::vector<RecordGroup> groups_;
  std::vector<ComponentGroup> component_groups_;
  std::vector<int> nodes_;
  std::vector<std::vector<double>> values_;
  SiteTotals totals_;
  std::vector<RaisedAlarm> raised_;
  std::vector<double> outputs_;  ///< of one component
  std::vector<RackStatistics> rack_statistics_;
};

}  // namespace wattloop
