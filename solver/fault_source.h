#pragma once
// What a component feeds into a short circuit.

#include <complex>

namespace wattloop {

/// A voltage behind an impedance at a component's AC port.
struct FaultSource {
  std::complex<double> Z;  ///< ohm of a phase
  bool decays = false;     ///< within a few cycles, as what an induction motor feeds does
};

}  // namespace wattloop
