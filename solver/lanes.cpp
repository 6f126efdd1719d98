#include "solver/lanes.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace wattloop {

namespace {

LaneSet widest() {
#if WATTLOOP_HAS_WIDE_LANES
  __builtin_cpu_init();
  const bool avx512 =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512) return LaneSet::avx512;
  if (__builtin_cpu_supports("avx2")) return LaneSet::avx2;
#endif
  return LaneSet::sse2;
}

LaneSet choose() {
  const char* wanted = std::getenv("WATTLOOP_LANES");
  const std::string_view name = wanted ? wanted : "";
  const LaneSet most = widest();
  if (name == "sse2") return LaneSet::sse2;
  if (name == "avx2") return std::min(LaneSet::avx2, most);
  return most;
}

}  // namespace

LaneSet lane_set() {
  static const LaneSet set = choose();
  return set;
}

}  // namespace wattloop
