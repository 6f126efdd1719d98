#pragma once

#include <array>
#include <vector>

#include "meshes/power_flow.h"

namespace wattloop {

/// Eight variants of a solved power network side by side in the lanes of packs: other loads, or a branch out of
/// service.
///
/// The factors of the Jacobian at the solved state serve all of them. A branch taken out changes the Jacobian in the
/// rows and columns of its two buses, which is a correction of rank four (Sherman & Morrison 1950, Woodbury 1950):
///
///   (J + E D E')^-1 = J^-1 - W (1 + D E' W)^-1 D E' J^-1,   W = J^-1 E
///
/// The balances are evaluated exactly, so what settles is a solution; what does not is told, for a solution on its own.
class PowerLanes {
 public:
  /// The base is solved, its factors are those at its voltages, and it lives as long.
  explicit PowerLanes(const PowerFlow& base);

  /// Every lane as the base.
  void reset();
  void take_out(int lane, int branch);
  void set_demand(int lane, const std::vector<Phasor<double>>& demand_by_bus);

  void solve();

  /// Whether a lane has settled within the limits of reactive power that the base keeps.
  bool has_settled(int lane) const { return state_[lane] == State::settled; }
  int iterations(int lane) const { return iterations_[lane]; }
  Pack voltage_squared(int bus) const;
  /// Powers that leave a bus into branches, shunts and loads.
  Phasor<Pack> generation(int bus) const;
  /// Squares of the larger apparent power, and what is lost, in a branch; zero where it is out.
  struct BranchPower {
    Pack square, loss;
  };
  BranchPower branch_power(int branch) const;
  const PowerFlow& base() const { return base_; }

 private:
  enum class State : char { open, settled, failed };
  static constexpr int corner = 4;  // unknowns of the two buses of a branch
  using Corner = SmallMatrix<corner, corner, double>;

  void evaluate();
  Pack take_step();
  void correct_currents();
  void prepare_outages();
  Corner outage_jacobian(int branch) const;
  void apply_outages();
  void judge(const Pack& mismatch, const Pack& before, const Pack& step);
  void check_limits();
  int corner_place(int lane, int k) const;

  const PowerFlow& base_;
  std::vector<AcPort<Pack>> V_;
  std::vector<AcFlow<Pack>> I_;
  std::vector<Phasor<Pack>> demand_;
  std::vector<Pack> r_;
  std::array<std::vector<Pack>, corner> W_;
  std::array<Corner, pack_size> correction_;  // (1 + D E' W)^-1 D
  std::array<int, pack_size> outage_, iterations_;
  std::array<State, pack_size> state_;
  Pack mismatch_;
  bool has_outage_ = false;
};

}  // namespace wattloop
