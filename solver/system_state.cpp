// What of a System changes along a run.

#include "solver/system.h"

namespace wattloop {

std::size_t System::held_size() const {
  std::size_t size = 0;
  for (const auto& group : groups_) size += static_cast<std::size_t>(group->size()) * group->across();
  return size;
}

void System::held_values(std::vector<double>& values) const {
  values.clear();
  for (const auto& group : groups_)
    for (int i = 0; i < group->size(); ++i)
      for (int a = 0; a < group->across(); ++a) values.push_back(group->held(i, a));
}

void System::set_held_values(const std::vector<double>& values) {
  auto value = values.begin();
  for (auto& group : groups_)
    for (int i = 0; i < group->size(); ++i)
      for (int a = 0; a < group->across(); ++a) group->held(i, a) = *value++;
}

void System::archive(Archive& archive) {
  archive.expect("system");
  std::vector<double> held;
  held_values(held);
  archive.fixed(held);
  if (archive.reads())
    set_held_values(held);
  else
    complete_meters();
  for (int g = 0; g < groups(); ++g) {
    std::vector<Meter> meters;
    for (int i = 0; i < groups_[g]->size(); ++i) meters.push_back(meter_of({g, i}));
    archive.fixed(meters);
    for (int i = 0; i < groups_[g]->size() && archive.reads(); ++i) set_meter({g, i}, meters[i]);
  }
}

}  // namespace wattloop
