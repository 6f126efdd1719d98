#pragma once
// The members of a study, computed by threads and processes.

#include <functional>
#include <string>
#include <vector>

#include "io/ensemble.h"
#include "io/study.h"
#include "io/sweep_journal.h"

namespace wattloop {

/// What one process computes.
struct SweepOptions {
  std::string directory;
  int threads = 1;
  int part = 0, parts = 1;  ///< of the processes that share the study
  /// Called now and then with the members of this part, by one thread at a time.
  std::function<void(std::size_t done, std::size_t all)> progress;
  /// Asked now and then by any thread; true ends with what is done.
  std::function<bool()> interrupted;
};

/// Steady states are independent of each other. Members of a run go 16 at a time, neighbours in their order, whoever
/// computes them and however often it was begun: so neither threads nor processes nor kills change a bit.
class Sweep {
 public:
  /// Throws InputError with what is wrong with the case of the first member.
  explicit Sweep(Study study);

  const Study& study() const { return study_; }
  /// 16 digits of what decides the results.
  const std::string& id() const { return id_; }
  /// Each value once, the others as in the first member; of a list the first 1,000 members. Throws InputError with
  /// everything that is wrong with them.
  void check(int threads) const;
  /// Adds what is missing to the journal of the part.
  void run(const SweepOptions& options) const;

  EnsembleMember member(std::size_t i) const;

 private:
  std::string describe() const;

  Study study_;
  Ensemble ensemble_;
  std::string id_;
};

}  // namespace wattloop
