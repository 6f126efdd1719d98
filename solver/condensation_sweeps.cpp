// Substitution: fronts of one size side by side in lanes, others alone.

#include <type_traits>
#include <utility>

#include "solver/condensation.h"
#include "solver/lanes.h"
#include "solver/pack.h"

namespace wattloop {

namespace {

/// Of the one front of a sweep, or of all in its lanes.
template <class S>
S load(const double* from) {
  if constexpr (std::is_same_v<S, double>)
    return *from;
  else
    return S::load(from);
}
inline void store(double value, double* to) {
  *to = value;
}
inline void store(const Pack& value, double* to) {
  value.store(to);
}

template <class S>
constexpr int lanes_of = sizeof(S) / sizeof(double);

/// to_i -= factor column_i, rows by lanes.
template <class S>
void subtract(const S& factor, const double* __restrict column, int rows, double* __restrict to) {
  constexpr int lanes = lanes_of<S>;
  for (int i = 0; i < rows * lanes; i += lanes) store(S(load<S>(to + i) - factor * load<S>(column + i)), to + i);
}

/// f is L^-1 of what is permuted by the pivots.
template <class S>
void solve_lower(int own, int size, const int* pivots, const double* lower, double* f) {
  constexpr int lanes = lanes_of<S>;
  for (int row = 0; row < own * lanes; ++row) std::swap(f[row], f[pivots[row]]);
  for (int k = 0; k < own; ++k) {
    const int below = size - k - 1;
    subtract(load<S>(f + k * lanes), lower, below, f + (k + 1) * lanes);
    lower += below * lanes;
  }
}

/// The own values of f are solved for; f holds the border's values behind them.
template <class S>
void solve_upper(int own, int size, const double* upper, double* f) {
  constexpr int lanes = lanes_of<S>;
  for (int k = size - 1; k >= own; --k, upper += own * lanes) subtract(load<S>(f + k * lanes), upper, own, f);
  for (int k = own - 1; k >= 0; --k) {
    const S value = load<S>(f + k * lanes) * load<S>(upper);
    store(value, f + k * lanes);
    upper += lanes;
    subtract(value, upper, k, f);
    upper += k * lanes;
  }
}

}  // namespace

/// Each sweep behind those that it is given terms by.
void Condensation::forward(std::span<const int> sweeps, const double* r) {
  in_lanes([&] {
    for (const int number : sweeps) {
      const Sweep& sweep = sweeps_[number];
      double* f = rhs_.data() + sweep.first_row;
      const int* unknowns = row_unknowns_.data() + sweep.first_row;
      const int* begin = term_begin_.data() + sweep.first_row;
      for (int row = 0; row < sweep.size * sweep.lanes; ++row) {
        double sum = row < sweep.own * sweep.lanes ? r[unknowns[row]] : 0.0;
        for (int k = begin[row]; k < begin[row + 1]; ++k) sum += *terms_[k];
        f[row] = sum;
      }
      const int* pivots = factors_now_->pivots.data() + sweep.first_row;
      const double* lower = factors_now_->lower.data() + sweep.first_lower;
      if (sweep.lanes == 1)
        solve_lower<double>(sweep.own, sweep.size, pivots, lower, f);
      else
        solve_lower<Pack>(sweep.own, sweep.size, pivots, lower, f);
    }
  });
}

/// The last sweep first.
void Condensation::backward(std::span<const int> sweeps, double* delta) {
  in_lanes([&] {
    for (auto number = sweeps.rbegin(); number != sweeps.rend(); ++number) {
      const Sweep& sweep = sweeps_[*number];
      double* f = rhs_.data() + sweep.first_row;
      const int* unknowns = row_unknowns_.data() + sweep.first_row;
      const int lanes = sweep.lanes, own_rows = sweep.own * lanes;
      for (int row = own_rows; row < sweep.size * lanes; ++row) f[row] = delta[unknowns[row]];
      const double* upper = factors_now_->upper.data() + sweep.first_upper;
      if (lanes == 1)
        solve_upper<double>(sweep.own, sweep.size, upper, f);
      else
        solve_upper<Pack>(sweep.own, sweep.size, upper, f);
      for (int first = 0; first < own_rows; first += lanes)
        for (int row = first; row < first + sweep.fronts; ++row) delta[unknowns[row]] = f[row];
    }
  });
}

void Condensation::forward_piece(int piece, const double* r) {
  forward(piece_sweeps_[piece], r);
}

void Condensation::forward_trunk(const double* r, ThreadPool& pool) {
  const auto up = [&](std::span<const int> sweeps) { forward(sweeps, r); };
  upwards(own_sweeps_, pool, up);
  shared_terms_.update(*s_.all_ranks);
  upwards(common_sweeps_, pool, up);
}

void Condensation::backward_trunk(double* delta, ThreadPool& pool) {
  const auto down = [&](std::span<const int> sweeps) { backward(sweeps, delta); };
  downwards(common_sweeps_, pool, down);
  downwards(own_sweeps_, pool, down);
}

void Condensation::backward_piece(int piece, double* delta) {
  backward(piece_sweeps_[piece], delta);
}

}  // namespace wattloop
