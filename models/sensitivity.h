#pragma once
// What outputs of a study depend on, and which of its members are best.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace wattloop {

/// Shares of the variance of an output that an input explains, with the half-width of a 95 % interval.
struct SobolIndex {
  double first = 0.0, first_error = 0.0;  ///< by itself
  double total = 0.0, total_error = 0.0;  ///< with all its interactions
};

/// Of the values at saltelli_points, in their order. With A, B and A_i as there and V the variance over A and B:
///   first = mean(B (A_i - A)) / V        (Saltelli et al., Comput. Phys. Commun. 181 (2010) 259)
///   total = mean((A - A_i)^2) / (2 V)    (Jansen, Comput. Phys. Commun. 117 (1999) 35)
/// Values are taken about their mean, which lessens the error of the first. Base points with a value that is not a
/// number are left out. Intervals by 200 bootstrap samples of the base points. Empty where nothing varies or is left.
std::vector<SobolIndex> sobol_indices(std::span<const double> values, std::size_t inputs, std::uint64_t seed = 1);

/// What the mean of an output does over the groups that an input sorts the members into.
struct MainEffect {
  double share = 0.0;          ///< of the variance that is that of the groups' means (correlation ratio)
  std::vector<double> means;   ///< of each group; not a number where it is empty
  std::vector<double> counts;  ///< members of each
};

/// Values that are not a number are left out.
MainEffect main_effect(std::span<const double> values, std::span<const int> groups, int count);

/// Members that no other one beats: none is at least as good in each objective and better in one. `objectives[k][i]`
/// is to be least; members with one that is not a number do not count. In the order of the first objective.
std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& objectives);

}  // namespace wattloop
