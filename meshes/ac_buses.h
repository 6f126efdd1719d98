#pragma once
// The AC buses of a case and what is joined to them.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meshes/network.h"

namespace wattloop {

struct AcBuses {
  using Ports = std::map<int, int>;  ///< bus by port of a component

  explicit AcBuses(const Network& network);

  const System& system;
  std::vector<std::string> names;
  std::vector<double> V;                        ///< nominal, line to line; 1 where nobody states it
  std::map<std::pair<int, int>, Ports> joined;  ///< by group and component
};

/// A parameter of a component by its name.
double parameter_of(const GroupBase& group, int component, std::string_view name);
/// The value of an input at the start; of one that a signal drives, `otherwise`.
double input_of(const GroupBase& group, int component, std::string_view name, double otherwise = 1.0);

/// By those of its inputs at the start that switch it, `on` and `closed`; on where it has none or signals drive them.
bool is_on(const GroupBase& group, int component);

}  // namespace wattloop
