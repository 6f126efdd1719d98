#include "solver/sparse_cholesky.h"

namespace wattloop {

void SparseCholesky::analyse(int size, const std::vector<std::array<int, 2>>& entries) {
  entries_ = entries;
  std::vector<Eigen::Triplet<double>> t;
  for (int i = 0; i < size; ++i) t.emplace_back(i, i, 1.0);
  for (auto [i, j] : entries) t.emplace_back(std::max(i, j), std::min(i, j), 1.0);
  matrix_.resize(size, size);
  matrix_.setFromTriplets(t.begin(), t.end());
  ldlt_.analyzePattern(matrix_);
}

int SparseCholesky::factorise(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal) {
  for (int i = 0; i < static_cast<int>(diagonal.size()); ++i) matrix_.coeffRef(i, i) = diagonal[i];
  for (std::size_t k = 0; k < entries_.size(); ++k) {
    matrix_.coeffRef(std::max(entries_[k][0], entries_[k][1]), std::min(entries_[k][0], entries_[k][1])) = off_diagonal[k];
  }
  ldlt_.factorize(matrix_);
  if (ldlt_.info() == Eigen::Success) {
    const auto d = ldlt_.vectorD();
    for (int i = 0; i < d.size(); ++i) {
      const int original = ldlt_.permutationPinv().indices()[i];
      if (!(d[i] > 1e-14 * diagonal[original])) return original;
    }
    return -1;
  }
  return 0;
}

void SparseCholesky::solve(std::vector<double>& b) const {
  Eigen::Map<Eigen::VectorXd> v(b.data(), static_cast<int>(b.size()));
  v = ldlt_.solve(v).eval();
}

}  // namespace wattloop
