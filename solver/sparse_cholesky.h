#pragma once

#include <array>
#include <vector>

#include <Eigen/SparseCholesky>

namespace wattloop {

/// A x = b for a sparse symmetric positive definite matrix whose pattern stays while its values change.
class SparseCholesky {
 public:
  /// Orders and analyses a pattern of off-diagonal entries (i, j), i != j, each named once in either order.
  void analyse(int size, const std::vector<std::array<int, 2>>& entries);
  /// The row without a positive pivot, or -1 if there is none.
  int factorise(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal);
  void solve(std::vector<double>& b) const;

 private:
  std::vector<std::array<int, 2>> entries_;
  std::vector<int> slot_, diagonal_slot_;
  Eigen::SparseMatrix<double> matrix_;
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> ldlt_;
};

}  // namespace wattloop
