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
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (int begin = 0; begin < groups[g]->size(); begin += size)
      chunks.push_back({groups[g], static_cast<int>(g), begin, std::min(begin + size, groups[g]->size())});
  // Neighbours in the list are of one type and cost the same: deal them out like cards.
  std::vector<Chunk> dealt;
  for (int hand = 0; hand < threads; ++hand)
    for (std::size_t i = hand; i < chunks.size(); i += threads) dealt.push_back(chunks[i]);
  return dealt;
}

}  // namespace wattloop
