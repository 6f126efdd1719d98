#pragma once
// C<Pack>: eight components of a type with their parameters side by side.

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "solver/pack.h"

namespace wattloop {

struct Liquid;

/// Tells a component or a pack of them which liquid is in a port; types without liquids take none.
template <class Any>
void give_liquid(Any& component, int port, const Liquid* liquid) {
  if constexpr (requires { component.set_liquid(port, liquid); })
    component.set_liquid(port, liquid);
  else if constexpr (requires { component.liquid = liquid; })
    component.liquid = liquid;
}

/// Packs with the same parameters and liquids are one: the plates of a hall are read from the cache.
template <template <class> class C>
class PackedComponents {
 public:
  using Component = C<double>;
  using Packed = C<Pack>;
  using Liquids = std::span<const Liquid* const>;

  bool empty() const { return index_.empty(); }
  const Packed& operator[](int pack) const { return packed_[index_[pack]]; }

  /// Packs of one kind are equal.
  int kind(int pack) const { return index_[pack]; }

  /// Adds the pack behind the last; `lanes` are its eight components, `liquids` those of its ports.
  void add(const std::array<const Component*, pack_size>& lanes, Liquids liquids) {
    static constexpr auto one = Component::fields();
    static constexpr auto eight = Packed::fields();
    std::vector<std::uint64_t> key;
    for (const auto& parameter : one.parameters)
      for (const Component* lane : lanes) key.push_back(std::bit_cast<std::uint64_t>(lane->*(parameter.member)));
    for (const Liquid* liquid : liquids) key.push_back(reinterpret_cast<std::uintptr_t>(liquid));
    const auto [kind, is_new] = kinds_.try_emplace(std::move(key), static_cast<int>(packed_.size()));
    index_.push_back(kind->second);
    if (!is_new) return;
    Packed& made = packed_.emplace_back();
    for (std::size_t k = 0; k < one.parameters.size(); ++k)
      for (int lane = 0; lane < pack_size; ++lane)
        (made.*(eight.parameters[k].member)).set(lane, lanes[lane]->*(one.parameters[k].member));
    for (std::size_t port = 0; port < liquids.size(); ++port)
      if (liquids[port]) give_liquid(made, static_cast<int>(port), liquids[port]);
  }
  /// The pack is then one of its own.
  void set_parameter(int pack, int lane, std::size_t parameter, const Component& from) {
    static constexpr auto one = Component::fields();
    static constexpr auto eight = Packed::fields();
    const Packed before = (*this)[pack];
    index_[pack] = static_cast<int>(packed_.size());
    packed_.push_back(before);
    (packed_.back().*(eight.parameters[parameter].member)).set(lane, from.*(one.parameters[parameter].member));
  }
  void clear() { packed_.clear(), index_.clear(), kinds_.clear(); }

 private:
  std::vector<Packed> packed_;
  std::vector<int> index_;                           ///< into packed_, by pack
  std::map<std::vector<std::uint64_t>, int> kinds_;  ///< by their parameters and liquids
};

/// Of a type whose lanes go one by one.
struct NotPacked {
  static bool empty() { return true; }
};

}  // namespace wattloop
