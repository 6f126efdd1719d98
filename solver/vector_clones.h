#pragma once

/// Before a function with simple loops: it is compiled for AVX2 too, and the machine takes what it has. The arithmetic
/// is the same, operation by operation (no fused multiply-add), so the bits are. Not with sanitizers, whose start-up
/// does not stand the dispatch.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATTLOOP_VECTOR_CLONES
#endif
#endif
#if !defined(WATTLOOP_VECTOR_CLONES)
#define WATTLOOP_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#else
#define WATTLOOP_VECTOR_CLONES
#endif
