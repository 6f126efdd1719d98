#pragma once

#include <memory>
#include <vector>

#include "meshes/power_network.h"
#include "solver/block_lu.h"

namespace wattloop {

/// The balances of a power network in the voltages of its buses, in the form that the site's nodes have:
///
///   load bus       sum of currents into branches, shunts and loads = 0
///   voltage bus    sum of their powers = 0,  |V|^2 = V_set^2        (Q is what is left)
///   fixed bus      V is given: slack, dead or isolated
///
/// In currents the network is linear: off-diagonal blocks of the Jacobian are constant but in the rows of voltage
/// buses. Buses stand in the order of elimination, by `place`.
class PowerEquations {
 public:
  enum class Kind : char { load, voltage, fixed };

  explicit PowerEquations(const PowerNetwork& network);

  const PowerNetwork& network() const { return *net_; }
  int size() const { return static_cast<int>(kind.size()); }
  const std::vector<int>& place() const { return place_; }  ///< of each bus
  const std::shared_ptr<const BlockPattern>& pattern() const { return pattern_; }
  const PowerIslands& islands() const { return islands_; }
  const std::vector<TwoPort>& two_ports() const { return two_ports_; }  ///< of the branches

  /// Takes branches out or in and changes taps: admittances, islands and kinds of buses are made anew. Only branches
  /// that were on at first may be on.
  void set_branches(const std::vector<char>& on, const std::vector<double>& tap);
  const std::vector<char>& branch_on() const { return branch_on_; }

  // By place.
  std::vector<Kind> kind;
  std::vector<Phasor<double>> demand;      ///< of loads, at |V| = 1
  std::vector<Phasor<double>> generation;  ///< at voltage buses Q is ignored
  std::vector<double> V_set;               ///< of voltage buses

  /// Currents that leave each bus into branches and shunts.
  template <class T>
  void network_currents(const std::vector<AcPort<T>>& V, std::vector<AcFlow<T>>& I) const;
  /// What is left of the balances, two values a bus, for these currents into the network, with loads and generation
  /// times `load`. Returns the largest, per unit; not a number if one is none.
  template <class T>
  T residual(const std::vector<AcPort<T>>& V, const std::vector<AcFlow<T>>& I, const std::vector<Phasor<T>>& demands,
             double load, std::vector<T>& r) const;
  /// The Jacobian of the residual; I are currents into the network.
  void linearise(const std::vector<AcPort<double>>& V, const std::vector<AcFlow<double>>& I, double load,
                 BlockLu& jacobian) const;

  /// Voltages to begin with: 1 or what is held, at the angle that slack buses and phase shifters give without flow.
  std::vector<AcPort<double>> flat_start() const;
  /// What an admittance y from the voltage of another bus to the current of bus i adds to the Jacobian.
  Block coupling(int i, const AcPort<double>& V_i, const Phasor<double>& y) const;

  struct Neighbour {
    int place;
    int entry;  ///< in the pattern, -1: none
    Phasor<double> y;
  };
  const Phasor<double>& self(int i) const { return self_[i]; }  ///< admittance of a bus to itself
  /// Current of the loads of a bus less that of its generation.
  AcFlow<double> taken(int i, const AcPort<double>& V) const {
    AcFlow<double> I{0.0, 0.0};
    add_load(i, V, demand[i], 1.0, I);
    return I;
  }
  int first(int i) const { return first_[i]; }
  const Neighbour& neighbour(int k) const { return neighbours_[k]; }

 private:
  void order();
  void place_neighbours();
  void set_kinds();
  void set_admittances();
  template <class T, class P>
  void add_load(int i, const AcPort<T>& V, const Phasor<P>& taken, double load, AcFlow<T>& I) const;
  template <class T>
  std::array<T, 2> balance(int i, const AcPort<T>& V, const AcFlow<T>& I) const;

  const PowerNetwork* net_;
  std::vector<int> place_, bus_;
  std::shared_ptr<const BlockPattern> pattern_;
  PowerIslands islands_;
  std::vector<TwoPort> two_ports_;
  std::vector<char> asked_on_, branch_on_;  // those asked for, and without those at isolated buses
  std::vector<double> tap_;
  std::vector<LoadShares> shares_;  // by place
  std::vector<char> has_shares_;
  std::vector<Phasor<double>> self_;  // admittance of a bus to itself
  std::vector<int> first_;            // neighbours of place i: first_[i] to first_[i + 1]
  std::vector<Neighbour> neighbours_;
  std::vector<std::array<int, 2>> branch_neighbour_;  // of a branch: where ft and tf go
};

template <class T>
void PowerEquations::network_currents(const std::vector<AcPort<T>>& V, std::vector<AcFlow<T>>& I) const {
  const auto add = [](const Phasor<double>& y, const AcPort<T>& v, AcFlow<T>& sum) {
    sum.I_re += y.re * v.V_re - y.im * v.V_im;
    sum.I_im += y.re * v.V_im + y.im * v.V_re;
  };
  for (int i = 0, n = size(); i < n; ++i) {
    AcFlow<T> sum{T(0.0), T(0.0)};
    add(self_[i], V[i], sum);
    for (int k = first_[i]; k < first_[i + 1]; ++k) add(neighbours_[k].y, V[neighbours_[k].place], sum);
    I[i] = sum;
  }
}

/// Adds the current of loads less that of generation.
template <class T, class P>
void PowerEquations::add_load(int i, const AcPort<T>& V, const Phasor<P>& taken, double load, AcFlow<T>& I) const {
  const auto add = [&](const auto& S_0, const LoadShares& shares) {
    const AcFlow<T> more = load_current(S_0, shares, V);
    I.I_re += more.I_re;
    I.I_im += more.I_im;
  };
  const Phasor<double>& given = generation[i];
  const Phasor<P> net{load * (taken.re - given.re), load * (taken.im - given.im)};
  if (!has_shares_[i]) return add(net, LoadShares{});
  add(Phasor<P>{load * taken.re, load * taken.im}, shares_[i]);
  add(Phasor<double>{-load * given.re, -load * given.im}, LoadShares{});
}

template <class T>
std::array<T, 2> PowerEquations::balance(int i, const AcPort<T>& V, const AcFlow<T>& I) const {
  if (kind[i] == Kind::load) return {I.I_re, I.I_im};
  return {ac_power(V, I), V.V_re * V.V_re + V.V_im * V.V_im - V_set[i] * V_set[i]};
}

template <class T>
T PowerEquations::residual(const std::vector<AcPort<T>>& V, const std::vector<AcFlow<T>>& I,
                           const std::vector<Phasor<T>>& demands, double load, std::vector<T>& r) const {
  using detail::abs;
  using detail::select;
  T largest(0.0), poison(0.0);
  for (int i = 0, n = size(); i < n; ++i) {
    if (kind[i] == Kind::fixed) {
      r[2 * i] = r[2 * i + 1] = T(0.0);
      continue;
    }
    AcFlow<T> sum = I[i];
    add_load(i, V[i], demands[i], load, sum);
    const std::array<T, 2> left = balance(i, V[i], sum);
    for (int k = 0; k < 2; ++k) {
      const T size = abs(left[k]);
      largest = select(size > largest, size, largest);
      poison += size * 0.0;
      r[2 * i + k] = left[k];
    }
  }
  return largest + poison;
}

}  // namespace wattloop
