#pragma once
// C<Pack>: eight components of a type with their parameters side by side.

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

template <template <class> class C>
class PackedComponents {
 public:
  using Component = C<double>;
  using Packed = C<Pack>;

  void resize(int packs) { packed_.assign(packs, Packed{}); }
  bool empty() const { return packed_.empty(); }
  const Packed& operator[](int pack) const { return packed_[pack]; }

  void set_liquid(int pack, int port, const Liquid* liquid) { give_liquid(packed_[pack], port, liquid); }
  void set_parameter(int pack, int lane, std::size_t parameter, const Component& from) {
    static constexpr auto one = Component::fields();
    static constexpr auto eight = Packed::fields();
    (packed_[pack].*(eight.parameters[parameter].member)).set(lane, from.*(one.parameters[parameter].member));
  }

 private:
  std::vector<Packed> packed_;
};

/// Of a type whose lanes go one by one.
struct NotPacked {
  static bool empty() { return true; }
};

}  // namespace wattloop
