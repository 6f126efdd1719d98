#pragma once
// One component, or one in each lane, as arrays of numbers: its equations, their Jacobian and what elimination leaves.

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "solver/fields.h"
#include "solver/scalar.h"
#include "solver/small_matrix.h"

namespace wattloop {

/// "m_flow_nominal" and "m_flow_nominal_a" are the nominal values of "m_flow" and "m_flow_a".
inline bool is_nominal_of(std::string_view parameter, std::string_view state) {
  constexpr std::string_view mark = "_nominal";
  const std::size_t at = parameter.find(mark);
  return at != std::string_view::npos && parameter.substr(0, at) == state.substr(0, at) &&
         parameter.substr(at + mark.size()) == state.substr(std::min(at, state.size()));
}

/// The numbers of a component type, known when it is compiled: states x (kept ones last), across-values u, rows of its
/// own and through-values.
template <template <class> class C>
struct ComponentBlock {
  using Component = C<double>;
  static constexpr auto fields = Component::fields();
  static constexpr int n_x = static_cast<int>(fields.states.size());
  static constexpr int n_k = fields.kept();
  static constexpr int n_c = n_x - n_k;
  static constexpr int n_a = fields.across();
  static constexpr int n_t = fields.through();
  static constexpr int n_columns = n_k + n_a;  // of the border
  static constexpr int n_rows = n_k + n_t;

  static_assert(fields.kept_last(), "list kept states behind the condensed ones");

  template <class S>
  using State = typename Component::template State<S>;
  template <class S>
  using Across = typename Component::template Across<S>;
  template <class S>
  using Through = typename Component::template Through<S>;

  // The structs are arrays of S with names: the table lists their members in the same order.
  static_assert(n_x == 0 || sizeof(State<double>) == n_x * sizeof(double), "one field for each member of State");
  static_assert(n_a == 0 || sizeof(Across<double>) == n_a * sizeof(double), "one port for each member of Across");
  static_assert(n_t == 0 || sizeof(Through<double>) == n_t * sizeof(double), "one port for each member of Through");

  /// What n equal components send through their ports is n times as much; a signal is that of one.
  static constexpr auto is_signal = [] {
    std::array<bool, n_t> signal{};
    int t = 0;
    for (const Port& p : fields.ports)
      for (int k = 0; k < through_size(p.connector); ++k) signal[t++] = p.connector == Connector::output;
    return signal;
  }();

  template <class S>
  using Jacobian = SmallMatrix<n_x + n_t, n_x + n_a, S>;
  /// A^-1, A^-1 B and C A^-1 of one component, or of a pack.
  template <class S>
  struct Condensed {
    SmallMatrix<n_c, n_c, S> inverse;
    SmallMatrix<n_c, n_columns, S> left;
    SmallMatrix<n_rows, n_c, S> right;
  };
  template <class S>
  using Schur = SmallMatrix<n_rows, n_columns, S>;

  template <class Struct, class S, std::size_t n>
  static Struct load(const std::array<S, n>& values) {
    Struct result;
    if constexpr (n > 0) {
      S* to = reinterpret_cast<S*>(&result);
      for (std::size_t i = 0; i < n; ++i) to[i] = values[i];
    }
    return result;
  }
  template <class Struct, class S>
  static void store(const Struct& from, S* to) {
    if constexpr (!std::is_empty_v<Struct>) {
      const S* values = reinterpret_cast<const S*>(&from);
      for (std::size_t i = 0; i < sizeof(Struct) / sizeof(S); ++i) to[i] = values[i];
    }
  }
  /// The equations of a component, or of a pack of them, with values as arrays.
  template <class Of, class S>
  static void call_equations(const Of& component, const std::array<S, n_x>& x, const std::array<S, n_x>& dx,
                             const std::array<S, n_a>& u, std::array<S, n_x>& rows, std::array<S, n_t>& flows) {
    using X = typename Of::template State<S>;
    using U = typename Of::template Across<S>;
    X result;
    typename Of::template Through<S> through;
    component.equations(load<X>(x), load<X>(dx), load<U>(u), result, through);
    store(result, rows.data());
    store(through, flows.data());
  }

  /// [dF/dy + cj dF/dy'] of one component, or of a pack, by dual numbers of a few directions at a time: they stay in
  /// registers. Columns of inputs that are not `wired` may be left out.
  template <class S, class Of, class Wired>
  static Jacobian<S> differentiate(const Of& component, const std::array<S, n_x>& x, const std::array<S, n_x>& dx,
                                   const std::array<S, n_a>& u, double cj, const Wired& wired) {
    constexpr int directions = std::is_same_v<S, double> ? 8 : 3;
    using D = Dual<directions, S>;
    std::array<D, n_x> dual_x, dual_dx;
    std::array<D, n_a> dual_u;
    std::array<D, n_x> rows;
    std::array<D, n_t> flows;
    Jacobian<S> jacobian{};
    for (int first = 0; first < n_x + n_a; first += directions) {
      const int end = std::min(first + directions, n_x + n_a);
      bool is_wanted = first < n_x;
      for (int c = std::max(first, n_x); c < end; ++c) is_wanted = is_wanted || wired(c - n_x);
      if (!is_wanted) continue;
      const auto seed = [&](D& to, int column, double slope) {
        if (column >= first && column < end) to.derivative[column - first] = S(slope);
      };
      for (int k = 0; k < n_x; ++k) {
        seed(dual_x[k] = D(x[k]), k, 1.0);
        seed(dual_dx[k] = D(dx[k]), k, cj);
      }
      for (int a = 0; a < n_a; ++a) seed(dual_u[a] = D(u[a]), n_x + a, 1.0);
      call_equations(component, dual_x, dual_dx, dual_u, rows, flows);
      for (int c = first; c < end; ++c) {
        for (int r = 0; r < n_x; ++r) jacobian[r][c] = rows[r].derivative[c - first];
        for (int t = 0; t < n_t; ++t) jacobian[n_x + t][c] = flows[t].derivative[c - first];
      }
    }
    return jacobian;
  }

  /// Eliminates the condensed states; `weights` are those of the border rows.
  template <class S>
  static void eliminate(const Jacobian<S>& jacobian, const std::array<S, n_rows>& weights, Condensed<S>& m,
                        Schur<S>& schur, std::array<S, n_c>& pivots) {
    for (int r = 0; r < n_c; ++r)
      for (int c = 0; c < n_c; ++c) m.inverse[r][c] = jacobian[r][c];
    invert<n_c>(m.inverse, pivots);
    for (int r = 0; r < n_c; ++r)
      for (int c = 0; c < n_columns; ++c) {
        S sum = m.inverse[r][0] * jacobian[0][n_c + c];
        for (int k = 1; k < n_c; ++k) sum += m.inverse[r][k] * jacobian[k][n_c + c];
        m.left[r][c] = sum;
      }
    for (int r = 0; r < n_rows; ++r)
      for (int c = 0; c < n_c; ++c) {
        S sum = jacobian[n_c + r][0] * m.inverse[0][c];
        for (int k = 1; k < n_c; ++k) sum += jacobian[n_c + r][k] * m.inverse[k][c];
        m.right[r][c] = weights[r] * sum;
      }
    for (int r = 0; r < n_rows; ++r)
      for (int c = 0; c < n_columns; ++c) {
        S sum = jacobian[n_c + r][n_c + c];
        for (int k = 0; k < n_c; ++k) sum -= jacobian[n_c + r][k] * m.left[k][c];
        schur[r][c] = weights[r] * sum;
      }
  }
};

}  // namespace wattloop
