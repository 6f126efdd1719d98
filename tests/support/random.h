#pragma once
// Random numbers for tests.

#include <cstdint>

#include "models/random.h"

namespace wattloop::test {

/// The same random numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform(double low = 0.0, double high = 1.0) {
    state_ += 0x9e3779b97f4a7c15u;
    return low + (high - low) * static_cast<double>(mix_bits(state_) >> 11) * 0x1p-53;
  }
  bool chance(double probability) { return uniform() < probability; }
  int below(int n) { return static_cast<int>(uniform() * n); }

 private:
  std::uint64_t state_;
};

}  // namespace wattloop::test
