#pragma once
// Many variants of one case, advanced together: for parameter sweeps.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "io/case.h"

namespace wattloop {

/// A variant of a case: settings as `--set` takes them, path and value.
struct EnsembleMember {
  std::string name;
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<Origin> origins{};  ///< of each value in the input, or empty
};

/// What became of a member.
struct MemberResult {
  std::string error;            ///< why it has no result; empty if it has
  std::vector<double> metrics;  ///< as Ensemble::metric_names lists them; NaN where there is none
  bool was_run = false;         ///< false: the ensemble was interrupted before
};

struct EnsembleOptions {
  int threads = 1;
  /// Members that advance together, with common steps. Results depend on it within the tolerance of the integrator; on
  /// the number of threads they do not.
  int batch = 16;
  /// Called now and then, by one thread at a time.
  std::function<void(std::size_t done, std::size_t all)> progress;
  /// Asked now and then by any thread; true ends with what is done.
  std::function<bool()> interrupted;
};

/// Each member is a run of its own, with its weather, workload, events, sequences and trips; its records serve the
/// metrics only. Copies within a member that nothing tells apart (same wiring, same workload, not named in an event or
/// a signal) are one that stands for all, so the pods of a site cost as much as one. Members that are small then are
/// put into one System, `batch` neighbours in the list at a time, where their equal components share lanes; large ones
/// run one by one, with the symmetry of `wattloop run`.
///
/// A member that fails takes no other with it: its batch is run again without it, with the bits it has without it.
class Ensemble {
 public:
  /// Reads the case for every member and builds the plant of the first. Throws InputError with everything that is wrong
  /// there; a later member whose parts do not fit together fails when it is run.
  Ensemble(std::filesystem::path case_file, std::vector<EnsembleMember> members, int threads);

  const std::vector<EnsembleMember>& members() const { return members_; }
  /// "pue", "P_it_w", "T_die_max_degC", ...: the unit stands in the name.
  const std::vector<std::string>& metric_names() const { return metric_names_; }
  /// One result for each member, in their order.
  std::vector<MemberResult> run(const EnsembleOptions& options) const;

 private:
  Case read(std::size_t member) const;
  void check(int threads) const;
  std::vector<MemberResult> run_batch(std::size_t begin, std::size_t end, const EnsembleOptions& options) const;

  std::filesystem::path file_;
  std::string text_;
  Catalog catalog_;
  std::shared_ptr<LiquidPool> liquids_ = std::make_shared<LiquidPool>();
  std::vector<EnsembleMember> members_;
  std::vector<std::string> metric_names_, liquid_names_;
};

/// The members in a CSV file: its header names the paths (and `name`, if there is such a column), each row is a member.
/// Fields with commas stand in double quotes; an empty field leaves what the case says. Throws InputError.
std::vector<EnsembleMember> read_members(const std::filesystem::path& file);

/// A row a member: name, settings, status (fine, failed or not run), metrics and error.
std::string to_csv(const Ensemble& ensemble, const std::vector<MemberResult>& results);
/// The same as a list of objects, null for what is not known.
std::string to_json(const Ensemble& ensemble, const std::vector<MemberResult>& results);

}  // namespace wattloop
