#include "models/sampling.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <boost/random/sobol.hpp>

#include "models/random.h"

namespace wattloop {

namespace {

class RandomPoints final : public PointSet {
 public:
  RandomPoints(std::size_t n, std::size_t d, std::uint64_t seed) : size_(n), d_(d), random_(seed, 1) {}
  std::size_t size() const override { return size_; }
  std::vector<double> point(std::size_t i) const override {
    std::vector<double> x(d_);
    for (std::size_t k = 0; k < d_; ++k) x[k] = random_.uniform(i, k);
    return x;
  }

 private:
  std::size_t size_, d_;
  RandomStream random_;
};

class LatinHypercube final : public PointSet {
 public:
  LatinHypercube(std::size_t n, std::size_t d, std::uint64_t seed) : size_(n), places_(seed, 2), cells_(d) {
    for (std::size_t k = 0; k < d; ++k) {
      const RandomStream keys(seed, 3 + k);
      cells_[k].resize(n);
      std::iota(cells_[k].begin(), cells_[k].end(), 0u);
      std::stable_sort(cells_[k].begin(), cells_[k].end(),
                       [&](std::size_t a, std::size_t b) { return keys.bits(a) < keys.bits(b); });
    }
  }
  std::size_t size() const override { return size_; }
  std::vector<double> point(std::size_t i) const override {
    std::vector<double> x(cells_.size());
    for (std::size_t k = 0; k < x.size(); ++k)
      x[k] = (static_cast<double>(cells_[k][i]) + places_.uniform(i, k)) / static_cast<double>(size_);
    return x;
  }

 private:
  std::size_t size_;
  RandomStream places_;
  std::vector<std::vector<std::uint32_t>> cells_;  ///< by dimension: the cell of each point
};

class SobolPoints final : public PointSet {
 public:
  SobolPoints(std::size_t n, std::size_t d) : size_(n), d_(d), start_(d) {}
  std::size_t size() const override { return size_; }
  std::vector<double> point(std::size_t i) const override {
    Engine engine = start_;
    engine.seed(i);
    std::vector<double> x(d_);
    for (double& number : x) number = static_cast<double>(engine()) * 0x1p-52;
    return x;
  }

 private:
  using Engine = boost::random::sobol_engine<std::uint64_t, 52>;
  std::size_t size_, d_;
  Engine start_;
};

class SaltelliPoints final : public PointSet {
 public:
  SaltelliPoints(std::size_t base, std::size_t d) : base_(base, 2 * d), d_(d) {}
  std::size_t size() const override { return base_.size() * (d_ + 2); }
  std::vector<double> point(std::size_t i) const override {
    const std::vector<double> both = base_.point(i / (d_ + 2));
    const auto middle = both.begin() + static_cast<std::ptrdiff_t>(d_);
    const std::size_t which = i % (d_ + 2);
    if (which == d_ + 1) return {middle, both.end()};
    std::vector<double> x(both.begin(), middle);
    if (which > 0) x[which - 1] = both[d_ + which - 1];
    return x;
  }

 private:
  SobolPoints base_;
  std::size_t d_;
};

}  // namespace

std::unique_ptr<PointSet> random_points(std::size_t n, std::size_t dimensions, std::uint64_t seed) {
  return std::make_unique<RandomPoints>(n, dimensions, seed);
}

std::unique_ptr<PointSet> latin_hypercube_points(std::size_t n, std::size_t dimensions, std::uint64_t seed) {
  return std::make_unique<LatinHypercube>(n, dimensions, seed);
}

std::unique_ptr<PointSet> sobol_points(std::size_t n, std::size_t dimensions) {
  return std::make_unique<SobolPoints>(n, dimensions);
}

std::unique_ptr<PointSet> saltelli_points(std::size_t base, std::size_t dimensions) {
  return std::make_unique<SaltelliPoints>(base, dimensions);
}

}  // namespace wattloop
