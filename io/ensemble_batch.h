#pragma once
// Runs of several small plants with one integrator.

#include <functional>
#include <memory>
#include <vector>

#include "io/case_run.h"
#include "solver/side_by_side.h"

namespace wattloop {

/// The run of one member of an ensemble.
class MemberRun {
 public:
  /// Builds the plant. Throws InputError.
  explicit MemberRun(Case description);

  const RunSettings& settings() const { return twin_->description().run; }
  /// Whether its packs are so full that others would not help.
  bool is_large() const;
  /// By itself, with the symmetry of its plant. Throws SolverError.
  void run_alone(const std::function<bool()>& interrupted);
  Summary summary() { return run_->finish(); }

 private:
  friend class Batch;
  void begin(std::unique_ptr<Integrator> integrator);

  std::unique_ptr<Twin> twin_;
  std::unique_ptr<CaseRun> run_;
  SharedIntegrator* shared_ = nullptr;
};

/// Members with the same tolerance, forcing interval and duration, on their way together.
class Batch {
 public:
  explicit Batch(std::vector<MemberRun*> members);
  /// From the steady states to the end. Throws SolverError if one of them fails on the way.
  void run(const std::function<bool()>& interrupted);

 private:
  void start();
  void arrive(Integrator::Stop stop, double t_end);

  std::vector<MemberRun*> members_;
  SideBySide plants_;
  Sdirk integrator_;
  std::vector<double> own_;  ///< unknowns of one plant
};

/// Marks copies as one that nothing tells apart, where racks are the finest.
void merge_copies(Case& description);

}  // namespace wattloop
