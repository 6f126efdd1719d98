#include "solver/group_base.h"

#include <algorithm>
#include <map>
#include <utility>

namespace wattloop {

namespace {
constexpr int many_in_a_place = 2 * pack_size;  // fewer between the same nodes go together with others

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
  places_.push_back(0);
  const std::size_t values = static_cast<std::size_t>(lane / pack_size + 1) * pack_size * n_across_;
  held_.resize(values, 0.0);
  across_slots_.resize(values, -1);
}

/// Which components may be in a pack together: those of one part with the same liquids; where there are enough of them,
/// those with the same parameters too, since such packs can share what follows from parameters. Many between the same
/// nodes have packs of their own, of like ones as far as these fill packs, so that they can be bundled.
std::vector<int> GroupBase::pack_kinds() const {
  const std::size_t ports = type().ports.size();
  std::map<std::pair<int, std::vector<const Liquid*>>, int> of_liquids;
  std::map<std::pair<int, std::uint64_t>, int> of_places, of_parameters;
  std::vector<int> kinds, alike, counts(size(), 0), counts_of_places(size(), 0);
  const auto number = [](auto& numbers, auto key) {
    return numbers.try_emplace(std::move(key), std::ssize(numbers)).first->second;
  };
  for (int i = 0; i < size(); ++i) {
    const auto first = liquids_.begin() + static_cast<std::ptrdiff_t>(i * ports);
    std::vector<const Liquid*> liquids(first, first + static_cast<std::ptrdiff_t>(ports));
    kinds.push_back(number(of_liquids, std::pair(parts_[i], std::move(liquids))));
    ++counts_of_places[number(of_places, std::pair(kinds[i], places_[i]))];
  }
  // What is together in its place is of a kind of its own.
  for (int i = 0; i < size(); ++i)
    if (const int place = number(of_places, std::pair(kinds[i], places_[i]));
        places_[i] != 0 && counts_of_places[place] >= many_in_a_place)
      kinds[i] = size() + place;
  for (int i = 0; i < size(); ++i) {
    alike.push_back(number(of_parameters, std::pair(kinds[i], fingerprint(i))));
    ++counts[alike[i]];
  }
  std::vector<int> seen(size(), 0);
  for (int i = 0; i < size(); ++i) {
    const bool is_in_place = kinds[i] >= size();
    const int fill = is_in_place                     ? counts[alike[i]] / pack_size * pack_size
                     : counts[alike[i]] >= pack_size ? size()
                                                     : 0;
    if (seen[alike[i]]++ < fill) kinds[i] = 2 * size() + alike[i];
  }
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
      held_[held_at(i, a)] =
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
  list_bundles();
}

void GroupBase::list_bundles() {
  bundles_.clear();
  bundle_of_.assign(packs(), -1);
  const auto is_electrical = [](const Port& p) { return p.connector == Connector::ac || p.connector == Connector::dc; };
  // Of a type without states nothing tells how far it is from linear but the balance of currents, which is strict.
  const bool shows_its_bends = n_states_ > 0 || std::any_of(type().ports.begin(), type().ports.end(), is_electrical);
  if (n_kept_ > 0 || n_through_ == 0 || !shows_its_bends) return;
  const auto all_common = [this](int pack) {
    if (places_[member(pack, 0)] == 0) return false;
    for (int a = 0; a < n_across_; ++a)
      if (wired_[pack * n_across_ + a] > 0 && common_slots_[pack * n_across_ + a] < 0) return false;
    for (int t = 0; t < n_through_; ++t)
      if (!sums_lanes(pack, t)) return false;
    return true;
  };
  const auto are_together = [this](int p, int q) {
    const int i = member(p, 0), j = member(q, 0);
    bool same = parts_[i] == parts_[j];
    for (int a = 0; a < n_across_; ++a) same = same && across_slot(i, a) == across_slot(j, a);
    for (int t = 0; t < n_through_; ++t) same = same && through_slot(i, t) == through_slot(j, t);
    return same;
  };
  for (int begin = 0, end = 0; begin < packs(); begin = end) {
    end = begin + 1;
    if (!all_common(begin)) continue;
    while (end < packs() && all_common(end) && are_together(begin, end)) ++end;
    if (end - begin < many_in_a_place / pack_size) continue;
    std::fill(bundle_of_.begin() + begin, bundle_of_.begin() + end, static_cast<int>(bundles_.size()));
    bundles_.emplace_back(begin, end);
  }
}

void GroupBase::follow(int begin, int end, const double* delta) {
  for (int first = begin; first < end; first = bundles_[bundle_of_[first]].second) {
    const int* nodes = common_slots_.data() + first * n_across_;
    const double* row = bundle_matrix(first);
    for (int t = 0; t < n_through_; ++t, row += n_across_) {
      double& sum = through_sums_[first * n_through_ + t];
      sum += std::exchange(condensed_sums_[first * n_through_ + t], 0.0);
      for (int a = 0; a < n_across_; ++a)
        if (nodes[a] >= 0) sum -= row[a] * delta[nodes[a]];
    }
  }
}

}  // namespace wattloop
