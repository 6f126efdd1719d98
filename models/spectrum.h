#pragma once
// What a course of power swings with: spectrum, lines, ramps.

#include <span>
#include <vector>

namespace wattloop {

/// Power spectral density by Welch's method (IEEE Trans. Audio Electroacoust. 15 (1967) 70): segments that overlap by
/// half, each about the mean of the whole, under a Hann window.
struct Spectrum {
  double resolution = 0.0;      ///< Hz, between values: the inverse of a segment
  std::vector<double> density;  ///< unit^2/Hz at k resolution, k = 0, 1, ...; one-sided
  int segments = 0;
  double variance = 0.0;  ///< of the windowed segments, in the time domain

  /// Integral of the density over the values with low <= f <= high.
  double power(double low, double high) const;
  /// Parseval: how far the integral over all frequencies is from `variance`, relative to it.
  double parseval_error() const;
};

/// `segment` in s; a course shorter than that is one segment. Needs two values.
Spectrum welch_spectrum(std::span<const double> values, double interval, double segment);

/// A line of a spectrum: a sine of this amplitude.
struct SpectralLine {
  double frequency, amplitude;
};

/// The strongest lines within a band, strongest first: maxima of the density with their two neighbours on each side,
/// which hold all of a sine under a Hann window.
std::vector<SpectralLine> strongest_lines(const Spectrum& spectrum, double low, double high, std::size_t most);

/// The largest rise and fall within any stretch of a length, max P(t2) - P(t1) and max P(t1) - P(t2) over
/// t1 <= t2 <= t1 + window: the difference of the ends alone would not see a swing whose period divides the window.
struct Ramp {
  double window = 0.0;            // s
  double rise = 0.0, fall = 0.0;  ///< in the unit of the values, not negative
};
Ramp largest_ramp(std::span<const double> values, double interval, double window);

/// The highest mean over any stretch of a length (of the whole where it is shorter).
double highest_mean(std::span<const double> values, double interval, double window);

}  // namespace wattloop
