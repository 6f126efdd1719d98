#pragma once
// A power network as MATPOWER's case format (version 2) describes it.

#include <cmath>
#include <string>
#include <vector>

#include "models/power_laws.h"

namespace wattloop {

enum class BusType { load = 1, voltage = 2, slack = 3, isolated = 4 };  ///< PQ, PV, reference, out of service

/// Powers are per unit of the network's base, angles in radians.
struct PowerBus {
  int id = 0;  ///< its number in the file
  BusType type = BusType::load;
  Phasor<double> demand{0.0, 0.0};  ///< P + jQ taken at |V| = 1
  Phasor<double> shunt{0.0, 0.0};   ///< G + jB to ground
  double angle = 0.0;               ///< of a slack bus
  double base_kv = 0.0;
  LoadShares shares;
  int line = 0;  ///< of the file
};

struct PowerGenerator {
  int bus = 0;
  double P = 0.0, Q = 0.0;  ///< delivered
  double Q_min = -INFINITY, Q_max = INFINITY;
  double V = 1.0;  ///< magnitude that it holds where its bus is of a type that does
  bool on = true;
  int line = 0;
};

struct PowerBranch {
  int from = 0, to = 0;
  double R = 0.0, X = 0.0, B = 0.0;
  double tap = 1.0, shift = 0.0;
  double rating = 0.0;  ///< apparent power; 0: none
  bool on = true;
  int line = 0;

  TwoPort two_port() const {
    const Phasor<double> direction = unit_phasor(shift);
    return PiBranch{R, X, B, {tap * direction.re, tap * direction.im}}.two_port();
  }
};

/// A transformer that changes its tap by steps to hold the voltage of a bus.
struct TapControl {
  int branch = 0, bus = 0;
  double V = 1.0, band = 0.0;  ///< it moves while | |V| - V | > band
  double step = 0.0125, lowest = 0.9, highest = 1.1;
};

/// What feeds a short circuit at a bus: MATPOWER's tables do not say it.
struct PowerFaultSource {
  int bus = 0;
  double S_k = 0.0;        ///< VA, I"k = S_k/(sqrt(3) V_n)
  double x_over_r = 10.0;  ///< of its impedance
};

struct PowerNetwork {
  std::string title;
  double base_mva = 100.0;
  std::vector<PowerBus> buses;
  std::vector<PowerGenerator> generators;
  std::vector<PowerBranch> branches;
  std::vector<TapControl> taps;
  std::vector<PowerFaultSource> fault_sources;
  bool q_limits = true;            ///< generators that hold a voltage do so within Q_min and Q_max only
  std::vector<std::string> notes;  ///< what the reader wants to be known

  /// "4-7", or "4-7 (2nd)" for parallel ones.
  std::string branch_name(int branch) const;
};

/// The parts into which branches that are on divide the network. Isolated buses have no part (-1).
struct PowerIslands {
  std::vector<int> of_bus;
  std::vector<int> slack;  ///< the slack bus of a part that is live, -1 of a dead one

  bool is_live(int bus) const { return of_bus[bus] >= 0 && slack[of_bus[bus]] >= 0; }
};
PowerIslands find_islands(const PowerNetwork& network, const std::vector<char>& branch_on);
/// Branches whose loss divides a part in two (Tarjan, Inf. Process. Lett. 2 (1974) 160).
std::vector<char> find_bridges(const PowerNetwork& network, const std::vector<char>& branch_on);
/// The branches that are on in the file.
std::vector<char> branches_on(const PowerNetwork& network);

}  // namespace wattloop
