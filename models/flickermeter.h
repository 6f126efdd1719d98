#pragma once
// Flicker of a voltage by the flickermeter of IEC 61000-4-15 (2010).

#include <span>
#include <vector>

namespace wattloop {

/// The lamp whose light the meter follows, with the frequency of its network.
enum class Lamp { v120_60hz, v230_50hz };

/// The weighting filter of block 3, lamp and eye, without its scale: 1 at 8.8 Hz for 230 V, 0.783 for 120 V.
double lamp_weighting(Lamp lamp, double frequency);

/// Instantaneous flicker sensation P_inst at each of the voltages, root mean square values `interval` (s) apart.
///
///   u = V / (mean of V with a time constant of 27.3 s), s = u^2
///   high pass 0.05 Hz, Butterworth low pass of order 6 (42 or 35 Hz), weighting of lamp and eye
///   P_inst = S (low pass of 0.3 s of the square)
///
/// S makes 1 the peak of P_inst for a sine of 8.8 Hz with dV/V = 0.321 % peak to peak (120 V) or 0.250 % (230 V).
/// The demodulation of the standard squares the carrier; squared root mean square values are the same without the
/// ripple at twice the network's frequency, which the low pass then has no need to remove. Between the values V is a
/// straight line. The meter is settled beforehand on the course read backwards from its beginning, for `settling`
/// seconds.
std::vector<double> flicker_sensation(std::span<const double> voltage, double interval, Lamp lamp);

/// Short-term severity P_st of a course of P_inst, of 10 minutes by the standard:
///   P_st^2 = 0.0314 P_0.1 + 0.0525 P_1s + 0.0657 P_3s + 0.28 P_10s + 0.08 P_50s
/// P_k is the level exceeded k % of the time; those with s are means over neighbouring k. Levels are taken from the
/// sorted values, not from classes.
double flicker_severity(std::vector<double> sensation);

inline constexpr double severity_period = 600.0;  // s

}  // namespace wattloop
