#pragma once
// Loops over packs, compiled for more than one instruction set; the machine takes the widest that it has. With
// sanitizers for SSE2 alone: the same source, compiled in half the time.

#include "solver/sanitized.h"

#if defined(__x86_64__) && defined(__GNUC__) && !WATTLOOP_IS_SANITIZED
#define WATTLOOP_HAS_WIDE_LANES 1
#else
#define WATTLOOP_HAS_WIDE_LANES 0
#endif

namespace wattloop {

/// What loops over packs are run with. The arithmetic is the same, operation by operation (no fused multiply-add), and
/// so are the bits.
enum class LaneSet { sse2, avx2, avx512 };

/// The widest of this machine, or the one that the environment variable WATTLOOP_LANES names (sse2, avx2, avx512) where
/// the machine has it.
LaneSet lane_set();

namespace detail {
#if WATTLOOP_HAS_WIDE_LANES
template <class F>
__attribute__((target("avx2"), flatten)) void run_avx2(const F& f) {
  f();
}
template <class F>
__attribute__((target("avx512f,avx512dq,avx512vl"), flatten)) void run_avx512(const F& f) {
  f();
}
#endif
}  // namespace detail

/// Runs f(), with all that it calls inlined, for the widest lanes.
template <class F>
void in_lanes(const F& f) {
#if WATTLOOP_HAS_WIDE_LANES
  if (lane_set() == LaneSet::avx512) return detail::run_avx512(f);
  if (lane_set() == LaneSet::avx2) return detail::run_avx2(f);
#endif
  f();
}

}  // namespace wattloop
