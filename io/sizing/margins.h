#pragma once
// How far the limits of a design are, and which of them hold it where it is.

#include <algorithm>
#include <optional>

#include "io/sizing/search_context.h"

namespace wattloop::sizing {

/// The next smaller step of a class: one unit less on duty or, of a single one, the next smaller type. Nothing where
/// there is none.
template <class T, class Key>
std::optional<Chosen<T>> next_smaller(const Chosen<T>& x, const std::vector<T>& types, const Key& size) {
  if (x.duty > 1) return Chosen<T>{x.item, x.duty - 1, x.installed - 1};
  const T* best = nullptr;
  for (const T& type : types)
    if (size(type) < size(x.item) && (best == nullptr || size(type) > size(*best))) best = &type;
  if (best == nullptr) return std::nullopt;
  return Chosen<T>{*best, x.duty, x.installed};
}

/// Load of the units on duty over their ratings, at most `limit` of it.
Margin loading_margin(const char* constraint, const Chosen<Item>& chosen, const std::vector<Item>& types, double load,
                      double limit);

/// Margins of the circuits and of the air side of a complete design.
void add_margins(const SearchContext& s, Design& d);

}  // namespace wattloop::sizing
