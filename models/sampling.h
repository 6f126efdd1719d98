#pragma once
// Where to look in a space of parameters: points of the unit cube.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wattloop {

/// Points of [0, 1)^d, each a function of its number alone: any process may ask for any of them.
class PointSet {
 public:
  virtual ~PointSet() = default;
  virtual std::size_t size() const = 0;
  virtual std::vector<double> point(std::size_t i) const = 0;
};

/// Independent uniform numbers.
std::unique_ptr<PointSet> random_points(std::size_t n, std::size_t dimensions, std::uint64_t seed);

/// Latin hypercube (McKay, Beckman & Conover 1979): in each dimension one point in each of n equal cells, at a random
/// place in it.
std::unique_ptr<PointSet> latin_hypercube_points(std::size_t n, std::size_t dimensions, std::uint64_t seed);

/// Sobol's sequence with the direction numbers of Joe & Kuo (2008), not scrambled, without its first point, the
/// origin: points that fill the cube more evenly than random ones. It is balanced where n + 1 is a power of two.
std::unique_ptr<PointSet> sobol_points(std::size_t n, std::size_t dimensions);
inline constexpr std::size_t most_sobol_dimensions = 3666;

/// Saltelli's design (Saltelli et al. 2010) for Sobol indices: of base points A_j and B_j, halves of a Sobol point of
/// twice the dimensions, the d + 2 points A_j, A_j with its i-th number from B_j for each i, B_j.
std::unique_ptr<PointSet> saltelli_points(std::size_t base, std::size_t dimensions);

}  // namespace wattloop
