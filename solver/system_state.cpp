// What of a System changes along a run.

#include <algorithm>

#include "solver/system.h"

namespace wattloop {

std::size_t System::held_size() const {
  std::size_t size = 0;
  for (const auto& group : groups_) size += group->held_values().size();
  return size;
}

void System::held_values(std::vector<double>& values) const {
  values.clear();
  for (const auto& group : groups_) {
    const std::vector<double>& held = group->held_values();
    values.insert(values.end(), held.begin(), held.end());
  }
}

void System::set_held_values(const std::vector<double>& values) {
  auto from = values.begin();
  for (auto& group : groups_) {
    std::vector<double>& held = group->held_values();
    std::copy_n(from, held.size(), held.begin());
    from += static_cast<std::ptrdiff_t>(held.size());
  }
}

void System::archive(Archive& archive) {
  archive.expect("system");
  for (auto& group : groups_) archive.fixed(group->held_values());
  for (auto& meters : meters_) archive.fixed(meters);
}

}  // namespace wattloop
