#include "solver/group_base.h"

#include <algorithm>
#include <map>
#include <utility>

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

/// Until packs are formed components stand in the order in which they were added.
void GroupBase::add_places() {
  const int lane = size() - 1;
  lanes_.push_back(lane);
  parts_.push_back(0);
  const std::size_t values = static_cast<std::size_t>(lane / pack_size + 1) * pack_size * n_across_;
  held_.resize(values, 0.0);
  across_slots_.resize(values, -1);
}

/// Which components may be in a pack together: those of one part with the same liquids; where there are enough of them,
/// those with the same parameters too, since such packs can share what follows from parameters.
std::vector<int> GroupBase::pack_kinds() const {
  const std::size_t ports = type().ports.size();
  std::map<std::pair<int, std::vector<const Liquid*>>, int> of_liquids;
  std::map<std::pair<int, std::uint64_t>, int> of_parameters;
  std::vector<int> kinds, alike, counts;
  for (int i = 0; i < size(); ++i) {
    const auto first = liquids_.begin() + static_cast<std::ptrdiff_t>(i * ports);
    std::vector<const Liquid*> liquids(first, first + static_cast<std::ptrdiff_t>(ports));
    kinds.push_back(
        of_liquids.try_emplace({parts_[i], std::move(liquids)}, size() + std::ssize(of_liquids)).first->second);
    alike.push_back(of_parameters.try_emplace({kinds[i], fingerprint(i)}, std::ssize(of_parameters)).first->second);
    counts.resize(of_parameters.size(), 0);
    ++counts[alike[i]];
  }
  for (int i = 0; i < size(); ++i)
    if (counts[alike[i]] >= pack_size) kinds[i] = alike[i];
  return kinds;
}

void GroupBase::form_packs(int first_unknown) {
  first_unknown_ = first_unknown;
  std::vector<int> lanes(size());
  members_.clear();
  widths_.clear();
  std::map<int, int> open;  // the pack that is not full, by kind
  const std::vector<int> kinds = pack_kinds();
  for (int i = 0; i < size(); ++i) {
    int& pack = open.try_emplace(kinds[i], -1).first->second;
    if (pack < 0 || widths_[pack] == pack_size) {
      pack = packs();
      widths_.push_back(0);
      members_.insert(members_.end(), pack_size, -1);
    }
    lanes[i] = pack * pack_size + widths_[pack]++;
    members_[lanes[i]] = i;
  }
  const std::vector<double> held = held_;
  const std::vector<int> before = std::exchange(lanes_, lanes);
  held_.assign(static_cast<std::size_t>(packs()) * pack_size * n_across_, 0.0);
  across_slots_.assign(held_.size(), -1);
  wired_.assign(static_cast<std::size_t>(packs()) * n_across_, 0);
  common_slots_.assign(wired_.size(), -1);
  common_rows_.assign(static_cast<std::size_t>(packs()) * n_through_, 0);
  through_sums_.assign(common_rows_.size(), 0.0);
  condensed_sums_ = through_sums_;
  for (int i = 0; i < size(); ++i)
    for (int a = 0; a < n_across_; ++a) {
      const int lane = before[i];
      held_[at(i, a, n_across_)] =
          held[(static_cast<std::size_t>(lane / pack_size) * n_across_ + a) * pack_size + lane % pack_size];
    }
  origins_.resize(size());
  strides_.resize(size());
  for (int pack = 0, origin = first_unknown; pack < packs(); origin += widths_[pack++] * n_states_)
    for (int lane = 0; lane < widths_[pack]; ++lane) {
      origins_[member(pack, lane)] = origin + lane;
      strides_[member(pack, lane)] = widths_[pack];
    }
}

std::pair<int, int> GroupBase::owner(int unknown) const {
  int begin = 0, end = packs();  // the pack's first unknown is not behind this one
  while (end - begin > 1) {
    const int middle = (begin + end) / 2;
    (first_of(middle) <= unknown ? begin : end) = middle;
  }
  const int offset = unknown - first_of(begin), width = widths_[begin];
  return {member(begin, offset % width), offset / width};
}

void GroupBase::wire_across(int component, int across, int unknown) {
  const std::size_t place = at(component, across, n_across_);
  const int pack = lanes_[component] / pack_size, lane = lanes_[component] % pack_size;
  across_slots_[place] = unknown;
  ++wired_[pack * n_across_ + across];
  if (lane > 0) return;
  for (int behind = widths_[pack]; behind < pack_size; ++behind) across_slots_[place + behind] = unknown;
}

void GroupBase::finish_wiring() {
  if (!in_packs_) return;
  const auto is_common = [&](int pack, const auto& slot) {
    for (int lane = 0; lane < widths_[pack]; ++lane)
      if (slot(member(pack, lane)) < 0 || slot(member(pack, lane)) != slot(member(pack, 0))) return false;
    return true;
  };
  for (int pack = 0; pack < packs(); ++pack) {
    for (int a = 0; a < n_across_; ++a)
      if (is_common(pack, [&](int i) { return across_slot(i, a); }))
        common_slots_[pack * n_across_ + a] = across_slot(member(pack, 0), a);
    for (int t = 0; t < n_through_; ++t)
      common_rows_[pack * n_through_ + t] = is_common(pack, [&](int i) { return through_slot(i, t); });
  }
}

}  // namespace wattloop
