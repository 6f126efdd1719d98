#pragma once
// What a sweep comes to: a table, a dataset, a summary.

#include <string>
#include <vector>

#include "io/study.h"
#include "io/sweep_journal.h"
#include "models/sensitivity.h"

namespace wattloop {

/// A row a member: its number, its name if the study names them, parameters, status (fine, failed or not run), metrics,
/// seconds of the wall clock, and the reason of a failure.
std::string to_csv(const Study& study, const SweepResults& results);

/// sweep.h5 as netCDF-4 lays it out. The dimensions of a grid are its parameters, those of other designs the member,
/// whose parameters are coordinates along it; metrics, `status` and `reason` are variables.
void write_dataset(const std::string& path, const Study& study, const SweepResults& results, const std::string& id);

/// What one metric does over the study.
struct MetricSummary {
  double least = 0.0, mean = 0.0, greatest = 0.0;
  std::size_t at_least = 0, at_greatest = 0;  ///< members
  std::vector<SobolIndex> indices;            ///< of each parameter, of Saltelli's design
  std::vector<MainEffect> effects;            ///< of each parameter, of other designs
};

struct SweepSummary {
  std::size_t members = 0, fine = 0, failed = 0;
  double seconds = 0.0;                                      ///< of all members together
  std::vector<std::pair<std::string, std::size_t>> reasons;  ///< of failures, the most frequent first
  std::vector<MetricSummary> metrics;
  std::vector<std::size_t> front;  ///< members that no other one beats in the objectives
};

/// The groups of a parameter by which main effects are told: its levels, or ten parts of its range.
struct ParameterGroups {
  std::vector<std::string> labels;
  std::vector<int> of_member;
};
ParameterGroups groups_of(const Study& study, std::size_t parameter);

SweepSummary summarise(const Study& study, const SweepResults& results);
std::string to_text(const Study& study, const SweepSummary& summary, const SweepResults& results);
std::string to_json(const Study& study, const SweepSummary& summary, const SweepResults& results);

/// A page of charts as a PNG: of each metric over the parameters that have the most to say about it, and the front.
/// Needs a display (see ensure_display).
void draw(const std::string& path, const Study& study, const SweepResults& results);

/// "tcs = 45 degC, failure = pump".
std::string describe(const Study& study, std::size_t member);

}  // namespace wattloop
