#include "solver/lanes.h"

#include <cstdlib>
#include <string_view>

namespace wattloop {

namespace {

LaneSet widest() {
#if WATTLOOP_HAS_WIDE_LANES
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) return LaneSet::avx2;
#endif
  return LaneSet::sse2;
}

LaneSet choose() {
  const char* wanted = std::getenv("WATTLOOP_LANES");
  return wanted && std::string_view(wanted) == "sse2" ? LaneSet::sse2 : widest();
}

}  // namespace

LaneSet lane_set() {
  static const LaneSet set = choose();
  return set;
}

}  // namespace wattloop
