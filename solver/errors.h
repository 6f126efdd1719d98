#pragma once
// What can go wrong while solving.

#include <stdexcept>
#include <string>

namespace wattloop {

/// The equations have no acceptable solution here. Names the component, the time and the likely cause.
class SolverError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A block of the matrix has no pivot: `where` is the path of the component or region it belongs to.
class SingularBlock : public SolverError {
 public:
  SingularBlock(const std::string& where, const std::string& unknown)
      : SolverError((where.empty() ? "the network" : where) + ": singular block: nothing determines '" + unknown +
                    "' (a part without a reference, or two that fix the same quantity?)") {}
  explicit SingularBlock(const std::string& what) : SolverError(what) {}
};

}  // namespace wattloop
