#pragma once
// Values that one rank makes and all need.

#include <span>
#include <vector>

#include "solver/ranks.h"

namespace wattloop {

/// A list of places in the memory of every rank, each with the rank that makes what stands there. The list must be the
/// same on all ranks.
class SharedValues {
 public:
  /// A place that stays where it is. It is written to by `update`: nothing may hold that it is constant.
  void add(int rank, const double& place) { of(rank).places.push_back(const_cast<double*>(&place)); }
  /// An entry of the vector that is given to `update`.
  void add_entry(int rank, int entry) { of(rank).entries.push_back(entry); }

  /// Brings what other ranks make up to date.
  void update(Ranks& ranks, double* vector = nullptr);

 private:
  struct Part {
    std::vector<double*> places;
    std::vector<int> entries;
  };
  Part& of(int rank);
  template <class F>
  void for_each(const Part& part, double* vector, const F& f);

  std::vector<Part> parts_;  ///< by rank
  std::vector<double> buffer_;
  std::vector<int> counts_;
};

}  // namespace wattloop
