#include "tests/bench/sparse_jacobian.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "models/all.h"
#include "solver/dual.h"
#include "solver/group.h"

namespace wattloop::bench {

namespace {

/// One pass of dual numbers, scalar.
template <template <class> class C>
class Derivatives final : public ComponentDerivatives {
  static constexpr auto fields = C<double>::fields();
  static constexpr int n_x = static_cast<int>(fields.states.size());
  static constexpr int n_a = fields.across(), n_t = fields.through();
  using D = Dual<n_x + n_a>;

 public:
  explicit Derivatives(const Group<C>& group) : group_(group) {}

  void evaluate(int i, const double* y, const double* dy, double cj, double* jacobian) const override {
    std::array<D, n_x> x, dx;
    std::array<D, n_a> u;
    for (int k = 0; k < n_x; ++k) {
      x[k] = D::variable(y[group_.unknown(i, k)], k);
      dx[k] = D(dy[group_.unknown(i, k)]);
      dx[k].derivative[k] = cj;
    }
    for (int a = 0; a < n_a; ++a) {
      const int slot = group_.across_slot(i, a);
      u[a] = D::variable(slot < 0 ? group_.held(i, a) : y[slot], n_x + a);
    }
    using X = typename C<double>::template State<D>;
    using U = typename C<double>::template Across<D>;
    using T = typename C<double>::template Through<D>;
    X rows{};
    T flows{};
    group_.component(i).equations(load<X>(x), load<X>(dx), load<U>(u), rows, flows);
    auto take = [&, r = 0](const D& value) mutable {
      for (int c = 0; c < n_x + n_a; ++c) jacobian[r * (n_x + n_a) + c] = value.derivative[c];
      ++r;
    };
    for_each<n_x>(rows, take);
    for_each<n_t>(flows, take);
  }

 private:
  template <class Struct, class S, std::size_t n>
  static Struct load(const std::array<S, n>& values) {
    Struct result{};
    if constexpr (n > 0) std::memcpy(static_cast<void*>(&result), values.data(), sizeof(S) * n);
    return result;
  }
  template <int n, class Struct, class F>
  static void for_each(const Struct& from, F& f) {
    if constexpr (n > 0) {
      std::array<D, n> values;
      std::memcpy(static_cast<void*>(values.data()), static_cast<const void*>(&from), sizeof values);
      for (const D& value : values) f(value);
    }
  }

  const Group<C>& group_;
};

template <template <class> class... C>
std::unique_ptr<ComponentDerivatives> derivatives_of(const GroupBase& group, ComponentList<C...>) {
  std::unique_ptr<ComponentDerivatives> found;
  const auto try_type = [&]<template <class> class Type>() {
    if (group.type().name == Type<double>::type)
      found = std::make_unique<Derivatives<Type>>(static_cast<const Group<Type>&>(group));
  };
  (try_type.template operator()<C>(), ...);
  if (!found) throw std::logic_error("a component type that is not in the list: " + std::string(group.type().name));
  return found;
}

/// What n equal components send through their ports is n times as much; a signal is that of one.
std::vector<char> signals_of(const ComponentType& type) {
  std::vector<char> signals;
  for (const Port& p : type.ports)
    for (int k = 0; k < through_size(p.connector); ++k) signals.push_back(p.connector == Connector::output);
  return signals;
}

}  // namespace

SparseJacobian::SparseJacobian(System& system, const std::vector<double>& y) : system_(system) {
  for (int g = 0; g < system.groups(); ++g) derivatives_.push_back(derivatives_of(system.group(g), AllComponents{}));
  list_members();
  std::vector<char> used(entries_.size(), 0);
  std::vector<double> at = y, rate(y.size(), 0.0);
  std::uint64_t random = 1;
  for (int point = 0; point < 3; ++point) {
    evaluate_members(at.data(), rate.data(), 1.0);
    for (std::size_t e = 0; e < entries_.size(); ++e) used[e] |= values_[e] != 0.0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      at[i] = y[i] * (1.0 + 1e-3 * (static_cast<double>(random >> 40) * 0x1.0p-24 - 0.5));
    }
  }
  build_columns(used);
}

void SparseJacobian::list_members() {
  for (int g = 0; g < system_.groups(); ++g) {
    const GroupBase& group = system_.group(g);
    const std::vector<char> signals = signals_of(group.type());
    for (int i = 0; i < group.size(); ++i) {
      members_.push_back({g, i, static_cast<long>(entries_.size())});
      for (int r = 0; r < group.states() + group.through(); ++r) {
        const int t = r - group.states();
        const int row = t < 0 ? group.unknown(i, r) : group.through_slot(i, t);
        const double weight = t < 0 || signals[static_cast<std::size_t>(t)] ? 1.0 : group.multiplicity(i);
        for (int c = 0; c < group.states() + group.across(); ++c) {
          const int column = c < group.states() ? group.unknown(i, c) : group.across_slot(i, c - group.states());
          entries_.push_back({row, column, weight});
        }
      }
    }
  }
  values_.resize(entries_.size());
}

void SparseJacobian::evaluate_members(const double* y, const double* dy, double cj) {
  system_.pool().parallel_for(static_cast<int>(members_.size()), 64, [&](int begin, int end) {
    for (int m = begin; m < end; ++m) {
      const Member& member = members_[static_cast<std::size_t>(m)];
      derivatives_[static_cast<std::size_t>(member.group)]->evaluate(member.component, y, dy, cj,
                                                                     values_.data() + member.first);
    }
  });
}

void SparseJacobian::build_columns(const std::vector<char>& used) {
  std::vector<int> diagonal;  // rows of signals
  for (int node = 0; node < system_.nodes(); ++node)
    if (system_.node_connector(node) == Connector::output) diagonal.push_back(system_.node_unknown(node));
  std::vector<std::pair<int, int>> places;  // column, row
  for (std::size_t e = 0; e < entries_.size(); ++e)
    if (used[e] && entries_[e].row >= 0 && entries_[e].column >= 0)
      places.emplace_back(entries_[e].column, entries_[e].row);
  for (const int u : diagonal) places.emplace_back(u, u);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  column_begin_.assign(static_cast<std::size_t>(size()) + 1, 0);
  for (const auto& [column, row] : places) {
    ++column_begin_[static_cast<std::size_t>(column) + 1];
    rows_.push_back(row);
  }
  std::partial_sum(column_begin_.begin(), column_begin_.end(), column_begin_.begin());
  const auto slot = [&](int column, int row) {
    const auto first = rows_.begin() + column_begin_[static_cast<std::size_t>(column)];
    const auto last = rows_.begin() + column_begin_[static_cast<std::size_t>(column) + 1];
    return static_cast<long>(std::lower_bound(first, last, row) - rows_.begin());
  };
  slots_.assign(entries_.size(), -1);
  for (std::size_t e = 0; e < entries_.size(); ++e)
    if (used[e] && entries_[e].row >= 0 && entries_[e].column >= 0)
      slots_[e] = slot(entries_[e].column, entries_[e].row);
  for (const int u : diagonal) diagonal_slots_.push_back(slot(u, u));
}

void SparseJacobian::evaluate(const double* y, const double* dy, double cj, double* values) {
  evaluate_members(y, dy, cj);
  std::fill(values, values + rows_.size(), 0.0);
  for (std::size_t e = 0; e < entries_.size(); ++e)
    if (slots_[e] >= 0) values[slots_[e]] += entries_[e].weight * values_[e];
  for (const long slot : diagonal_slots_) values[slot] -= 1.0;
}

}  // namespace wattloop::bench
