#pragma once
// Steady states at which those of their neighbours begin.

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "io/ensemble.h"

namespace wattloop {

/// The space of a study in cells: each value of a parameter with labels, thirds of a parameter with numbers, where a
/// cell has enough members to pay for the steady state of its middle. Which cell a member is in, and where its middle
/// is, follows from the study alone, so that who computes what changes nothing.
class SweepBases {
 public:
  SweepBases(const Study& study, const Ensemble& ensemble, std::function<EnsembleMember(const StudyPoint&)> member_at);

  /// The base of a member's cell, made when it is first asked for; null if it has no steady state. Safe to be called
  /// by several threads.
  const SteadyBase* of(std::size_t member);
  std::size_t cells() const { return bases_.size(); }

 private:
  struct Base {
    std::once_flag made;
    std::unique_ptr<SteadyBase> base;
  };
  std::size_t cell_of(std::size_t member) const;
  StudyPoint middle_of(std::size_t cell) const;

  const Study& study_;
  const Ensemble& ensemble_;
  std::function<EnsembleMember(const StudyPoint&)> member_at_;
  std::vector<std::size_t> parts_;  ///< of each parameter
  std::vector<Base> bases_;
};

}  // namespace wattloop
