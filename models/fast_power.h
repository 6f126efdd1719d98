#pragma once
// x^p for arrays of positive x, in loops that vectorise: a pipe network takes one of these a pipe and iteration.

#include <span>

namespace wattloop {

/// x[i]^p in place of x[i], for positive normal numbers with |p ln x| < 700: within 4e-16 (1 + |p ln x|) of itself.
void raise_to_power(std::span<double> x, double p);

}  // namespace wattloop
