#pragma once
// What a component feeds into a short circuit.

#include <complex>

namespace wattloop {

/// A voltage behind an impedance at a component's last AC port.
struct FaultSource {
  std::complex<double> Z;             ///< ohm of a phase, at once
  bool decays = false;                ///< within a few cycles, as what an induction motor feeds does
  std::complex<double> Z_later = {};  ///< ohm, behind which it stays after a few cycles; 0: that of the beginning
};

}  // namespace wattloop
