#pragma once
// What a run records beside its statistics: chosen racks in full detail, in chosen windows.

#include <string>
#include <vector>

#include "meshes/network.h"

namespace wattloop {

class Reader;
struct InputProblem;
struct RunSettings;

/// A rule of the section `record` of a case.
struct RecordRule {
  /// rack: the statistics that every rack has; the others: every state and output of every component in the racks, as
  /// the run meshes them, which must be at least as finely as tray or GPU by GPU where that is asked for.
  enum class Detail { rack, tray, gpu, full };

  std::string name;
  std::vector<std::string> racks;    ///< paths of racks or of what holds racks; none: all racks
  std::vector<Origin> rack_origins;  ///< of each
  Detail detail = Detail::full;
  double from = 0.0, to = 0.0;  ///< the window, s from the start of the run; both ends are in it
  double every = 0.0;           ///< between records, s
  Origin detail_origin;

  /// Whether there is a record at `t`, s.
  bool is_due(double t) const;
  /// Records in the part of the window that is not before `begin`, s.
  std::size_t records_from(double begin) const;
};

/// Reads the section `record`, a mapping of rules by name. Windows outside the run are reported.
std::vector<RecordRule> read_record_rules(Reader& document, const RunSettings& run);

/// What the rules of a case ask for and its network does not have.
std::vector<InputProblem> check_record_rules(const std::vector<RecordRule>& rules, const Network& network,
                                             Resolution resolution);

/// The racks that a rule chooses, by their place among those of the network, each once, in order.
std::vector<int> chosen_racks(const RecordRule& rule, const Network& network);

}  // namespace wattloop
