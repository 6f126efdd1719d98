#pragma once
// Regions: the nesting of a case.

#include <string>

namespace wattloop {

/// A node of the condensation tree. Regions are listed parents first; region 0 is the root and its own parent is -1.
struct Region {
  std::string path;
  int parent = -1;
};

}  // namespace wattloop
