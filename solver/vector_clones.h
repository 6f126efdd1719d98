#pragma once

#include "solver/sanitized.h"

/// Before a function with simple loops: it is compiled for AVX2 too, and the machine takes what it has. The arithmetic
/// is the same, operation by operation (no fused multiply-add), so the bits are. Not with sanitizers, whose start-up
/// does not stand the dispatch.
#if defined(__x86_64__) && defined(__GNUC__) && !WATTLOOP_IS_SANITIZED
#define WATTLOOP_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define WATTLOOP_VECTOR_CLONES
#endif
