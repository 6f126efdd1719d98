#include "solver/group_base.h"

namespace wattloop {

namespace {
template <class Fields>
int index_of(const Fields& fields, std::string_view wanted) {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == wanted) return static_cast<int>(i);
  return -1;
}
}  // namespace

int ComponentType::parameter_index(std::string_view wanted) const {
  return index_of(parameters, wanted);
}
int ComponentType::port_index(std::string_view wanted) const {
  return index_of(ports, wanted);
}
int ComponentType::state_index(std::string_view wanted) const {
  return index_of(states, wanted);
}
int ComponentType::output_index(std::string_view wanted) const {
  return index_of(outputs, wanted);
}

int ComponentType::across_offset(int port) const {
  int offset = 0;
  for (int i = 0; i < port; ++i) offset += across_size(ports[i].connector);
  return offset;
}
int ComponentType::through_offset(int port) const {
  int offset = 0;
  for (int i = 0; i < port; ++i) offset += through_size(ports[i].connector);
  return offset;
}

}  // namespace wattloop
