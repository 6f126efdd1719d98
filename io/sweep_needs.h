#pragma once
// What a sweep needs before it is begun: memory to gather its results, room for its files.

#include "io/study.h"

namespace wattloop {

struct SweepNeeds {
  double memory = 0.0, files = 0.0;  // bytes
};

/// Of all members, from what each has at least: short reasons, numbers of usual length.
SweepNeeds needs_of(const Study& study);

/// Bytes of memory that this machine has.
double memory_of_machine();

/// "180 TB".
std::string bytes_text(double bytes);

}  // namespace wattloop
