#include "solver/group_base.h"

#include <algorithm>

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

std::vector<Chunk> cut_into_chunks(const std::vector<GroupBase*>& groups, int threads) {
  constexpr int size = 32;
  std::vector<Chunk> chunks;
  for (int part = 0; part < threads; ++part)
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const auto cut = [&](int p) {
        return static_cast<int>(static_cast<std::int64_t>(groups[g]->size()) * p / threads);
      };
      for (int begin = cut(part); begin < cut(part + 1); begin += size)
        chunks.push_back({groups[g], static_cast<int>(g), begin, std::min(begin + size, cut(part + 1))});
    }
  return chunks;
}

}  // namespace wattloop
