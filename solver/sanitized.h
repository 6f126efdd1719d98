#pragma once

/// Whether the address or the thread sanitizer looks on.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATTLOOP_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATTLOOP_IS_SANITIZED 1
#endif
#endif
#if !defined(WATTLOOP_IS_SANITIZED)
#define WATTLOOP_IS_SANITIZED 0
#endif
