#pragma once

#include <cstdint>

/// The streams of random numbers a workload draws from one seed.
namespace wattloop::streams {

inline constexpr std::uint64_t gpu_spread = 1;    // (rack, gpu)
inline constexpr std::uint64_t rack_drift = 2;    // child: job; (rack, interval)
inline constexpr std::uint64_t server_shift = 3;  // child: job; (rack, server)
inline constexpr std::uint64_t crash = 4;         // child: job; (number)

}  // namespace wattloop::streams
