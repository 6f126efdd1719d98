#pragma once
// Three-phase short-circuit currents of a network, and who clears them.

#include <complex>
#include <limits>
#include <string>
#include <vector>

namespace wattloop {

class Network;
struct PowerNetwork;

/// What a short circuit sees of a network, per unit of `base` and of the voltages of the buses.
struct FaultNetwork {
  static constexpr double base = 100e6;  // VA

  struct Bus {
    std::string name;
    double V = 0.0;          ///< nominal, line to line
    bool is_others = false;  ///< it stands for the equal buses beside a faulted one: no fault is put there
  };
  /// An ideal ratio at `from`, then an impedance.
  struct Branch {
    int from = 0, to = 0;
    std::complex<double> Z;
    double ratio = 1.0;
    int breaker = -1;
  };
  struct Source {
    int bus = 0;
    std::complex<double> Z;
    bool decays = false;  ///< before a breaker with a delay opens: an induction motor
  };
  /// An overcurrent unit with a curve of IEC 60255-151 (2009): t = time_multiplier k/((I/I_pickup)^alpha - 1) +
  /// opening.
  struct Breaker {
    std::string name;
    int branch = 0;
    double k = 0.14, alpha = 0.02, time_multiplier = 0.1, opening_time = 0.05;
    double I_pickup = 0.0, I_instantaneous = 0.0, I_interrupting = 0.0;  ///< A
    double I_making = 0.0;                                               ///< A, peak; 0: by the standards
    int in_parallel = 1;                                                 ///< which share the current

    /// s from a line current to open contacts; infinite below the pickup.
    double time(double I) const;
  };

  /// A line at one of its ends, or the busbars of a switchgear.
  struct Gear {
    std::string name;
    int bus = 0;
    double I_short_time = 0.0, short_time = 1.0;  ///< A for s; 0 A: not stated
    double I_peak = 0.0;                          ///< A; 0: by the standards
  };

  std::vector<Bus> buses;
  std::vector<Branch> branches;
  std::vector<Source> sources;
  std::vector<Breaker> breakers;
  std::vector<Gear> gear;
};

/// Voltage factor for the largest current: 1.1 (IEC 60909-0, 2016, table 1; low voltage with +10 %).
inline constexpr double voltage_factor = 1.1;
/// Correction of a transformer's impedance with the reactance x per unit of its rating (IEC 60909-0, 2016, eq. 12a).
inline double transformer_correction(double x) {
  return 0.95 * voltage_factor / (1.0 + 0.6 * x);
}

/// A breaker's part in a fault.
struct BreakerDuty {
  int breaker = 0;
  double I = 0.0;        ///< A through each of those in parallel, of sources that do not decay
  double time = 0.0;     ///< s to open contacts
  bool is_next = false;  ///< it bounds the zone of the fault: there is no breaker between them
};

struct Fault {
  int bus = 0;
  double I_k = 0.0;                 ///< A, initial symmetrical short-circuit current I"k; 0 where no source feeds
  double I_peak = 0.0;              ///< A
  std::vector<BreakerDuty> duties;  ///< of breakers that carry a current, in the order in which they open

  /// s until the last of the next breakers that open at all has opened; infinite where none does, 0 where there is
  /// none.
  double cleared() const;
};

/// A bolted three-phase fault at each bus by the equivalent voltage source of IEC 60909-0 (2016):
///
///   I"k = c V_n / (sqrt(3) |Z_k|),   I_peak = kappa sqrt(2) I"k,   kappa = 1.02 + 0.98 exp(-3 R/X)
///
/// Z_k is what the fault sees with all sources shorted, without loads, shunts and capacitances; the current of a branch
/// follows from the voltages that the source at the fault puts on the buses. kappa by R/X at the fault (method 6.3.2).
/// I"k and the peak are with the sources that decay, the currents of breakers and so their times without them; a bus
/// that no other source feeds has no fault.
std::vector<Fault> find_faults(const FaultNetwork& network);

/// The AC network of a case as a fault sees it at the start: grids and gensets that are on, transformers with their
/// correction, lines, closed breakers and transfer switches. A genset counts with its transient reactance, a motor
/// direct on line that is on with the impedance of its locked rotor. Converters (UPS, batteries, drives) give no more
/// than their load current and count as nothing; so does what is behind a UPS. A bus that joins only units
/// `in_parallel`, all of one number n, is one of n equal buses: it is faulted by itself, with the n - 1 others beside
/// it. So is one whose switchgear is n in parallel, sections of one board, where all that feeds it is n in parallel:
/// its loads are spread over the sections.
FaultNetwork fault_network(const Network& network);

/// A network in MATPOWER's format as a fault sees it: its fault sources behind |Z| = c V_n^2/S_k and its branches that
/// are on, ratios as they stand in the file. A branch between base voltages or with a ratio is a transformer; where it
/// has a rating it is corrected by K_T. Loads, shunts, line charging and phase shifts (they turn currents, and move
/// their size only in meshes) are left out; generators that are not among the fault sources count as nothing. Buses are
/// named by their numbers. Throws std::invalid_argument where a bus has no base voltage.
FaultNetwork fault_network(const PowerNetwork& network);

}  // namespace wattloop
