#pragma once
// Many variants of one case: what they share is made once.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/study.h"
#include "io/summary.h"
#include "io/twin.h"

namespace wattloop {

/// A variant of a case: settings as `--set` takes them.
struct EnsembleMember {
  std::string name;
  Settings settings;
  std::vector<Origin> origins{};  ///< of each value in the input, or empty
};

/// What became of a member.
struct MemberResult {
  std::string error;            ///< why it has no result; empty if it has
  std::vector<double> metrics;  ///< in the order of the ensemble's; NaN where there is none
  bool was_run = false;         ///< false: it was interrupted before
  double seconds = 0.0;         ///< of the wall clock; members that go together share them
};

/// A steady state that others may begin at.
struct SteadyBase {
  std::unique_ptr<Twin> twin;
  std::vector<double> y;
};

/// Each member is a case of its own, with its weather, workload, events, sequences and trips, read from one tree.
/// Copies within a member that nothing tells apart (same wiring, same workload, not named in an event or a signal) are
/// one that stands for all, so the pods of a site cost as much as one.
///
/// Steady states begin at that of a neighbour where the structure is the same. Runs of members that are small
/// are put into one System, where their equal components share lanes; large ones run one by one, with the symmetry of
/// `wattloop run`. A member that fails takes no other with it: its batch is run again without it, with the bits it has
/// without it.
class Ensemble {
 public:
  /// Reads the case and builds the plant of `base`. Throws InputError with everything that is wrong there, or with a
  /// metric that the summary does not have.
  Ensemble(std::filesystem::path case_file, Study::Computes computes, std::vector<StudyMetric> metrics,
           const EnsembleMember& base);

  /// Reads these members, and builds the first 200. Throws InputError with everything that is wrong in any of them,
  /// placed where the members' settings are.
  void check(std::span<const EnsembleMember> members, int threads) const;

  /// A result for each; those of a run go together, with common steps: who is among them changes results within the
  /// tolerance of the integrator. Safe to be called by several threads. `interrupted` is asked now and then. Steady
  /// states begin at `base`.
  std::vector<MemberResult> run(std::span<const EnsembleMember> members, const std::function<bool()>& interrupted = {},
                                const SteadyBase* base = nullptr) const;

  /// The steady state of a member, found from nothing; null if it has none.
  std::unique_ptr<SteadyBase> base_at(const EnsembleMember& member) const;

  /// 16 digits of what decides the results but for the members: see fingerprint() of a run.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  Case read(const EnsembleMember& member) const;
  void require_metrics() const;
  MemberResult settle(const EnsembleMember& member, const SteadyBase* base) const;
  std::vector<double> metrics_of(const Summary& summary) const;
  std::vector<MemberResult> run_batch(std::span<const EnsembleMember> members,
                                      const std::function<bool()>& interrupted) const;

  std::filesystem::path file_;
  Document document_;
  Catalog catalog_;
  Study::Computes computes_;
  std::vector<StudyMetric> metrics_;
  std::shared_ptr<LiquidPool> liquids_ = std::make_shared<LiquidPool>();
  std::unique_ptr<Twin> base_;
  std::string fingerprint_;
};

/// f(i) for all i < n, by several threads. Rethrows the exception of the lowest i that threw.
void for_each_index(std::size_t n, int threads, const std::function<void(std::size_t)>& f);

}  // namespace wattloop
