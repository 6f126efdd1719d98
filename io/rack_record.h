#pragma once
// Racks as records: the statistics of each, and all that is in some.

#include <array>
#include <vector>

#include "io/record_rules.h"
#include "io/results.h"
#include "io/twin.h"

namespace wattloop {

/// UDUNITS reads "delta_K" as K; controllers' own unit stands for whatever they control.
std::string recorded_unit(std::string_view unit);

/// The statistics of one rack.
struct RackStatistics {
  double P_in, T_die_max, T_die_mean, T_supply, T_return, m_flow, throttle_max;
  double V_feed;         ///< of the better feed over the nominal one
  ComponentRef hottest;  ///< of its GPUs
  bool is_on;

  /// As they are recorded: NaN where the rack is off, but for the voltage that it sees.
  std::array<double, 8> recorded() const;
};

/// Voltage of a feed (0: feed_a, 1: feed_b) of a rack over the nominal one.
double feed_voltage(const System& system, const RackInstance& rack, int feed, const std::vector<double>& y);

/// The recorded statistics in their order.
const std::vector<Variable>& rack_variables();
/// `out` is room for the outputs of a component.
RackStatistics statistics_of(const System& system, const RackInstance& rack, const std::vector<double>& y,
                             std::vector<double>& out);

/// The outputs and states of a component type that are recorded: each name once.
struct RecordedFields {
  std::vector<int> outputs, states;
  std::vector<Variable> variables;

  explicit RecordedFields(const ComponentType& type);
  /// Writes those of a component as column `column` of `columns`.
  void write(const GroupBase& group, int component, const std::vector<double>& y, const std::vector<double>& out,
             std::size_t column, std::size_t columns, std::vector<double>& values) const;
};

/// Turns the racks that a rule chooses into records. Groups of the file: `detail/RULE/racks` (statistics) or
/// `detail/RULE/TYPE` for each component type in the racks.
class DetailRecorder {
 public:
  /// `series` is that of the rule in the file.
  DetailRecorder(const Twin& twin, const RecordRule& rule, int series);

  const std::vector<RecordGroup>& groups() const { return groups_; }
  /// The values of all groups at y, as ResultsFile::write takes them.
  const std::vector<std::vector<double>>& record(const std::vector<double>& y);

 private:
  struct ComponentGroup {
    int group;
    std::vector<int> components;
    RecordedFields fields;
  };
  void add_components(const RecordRule& rule, int series);

  const Twin& twin_;
  std::vector<int> racks_;
  bool shows_statistics_;
  std::vector<RecordGroup> groups_;
  std::vector<ComponentGroup> component_groups_;
  std::vector<std::vector<double>> values_;
  std::vector<double> out_;
};

}  // namespace wattloop
