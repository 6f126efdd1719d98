#include "models/spectrum.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <deque>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>

#include <unsupported/Eigen/FFT>

namespace wattloop {
namespace {

std::size_t steps_in(double window, double interval) {
  return static_cast<std::size_t>(std::max(1.0, std::round(window / interval)));
}

std::vector<double> hann(std::size_t n) {
  std::vector<double> window(n);
  for (std::size_t i = 0; i < n; ++i)
    window[i] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n));
  return window;
}

double sum_of_squares(std::span<const double> values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
}

/// The largest rise from the lowest value within the last `steps`.
double largest_rise(std::span<const double> values, std::size_t steps, double sign) {
  std::deque<std::size_t> lowest;  // values rise along it
  double rise = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    while (!lowest.empty() && sign * values[lowest.back()] >= sign * values[i]) lowest.pop_back();
    lowest.push_back(i);
    if (lowest.front() + steps < i) lowest.pop_front();
    rise = std::max(rise, sign * (values[i] - values[lowest.front()]));
  }
  return rise;
}

}  // namespace

double Spectrum::power(double low, double high) const {
  constexpr double rounding = 1e-9;
  double sum = 0.0;
  for (std::size_t k = 0; k < density.size(); ++k) {
    const double f = static_cast<double>(k) * resolution;
    if (f >= low * (1.0 - rounding) && f <= high * (1.0 + rounding)) sum += density[k] * resolution;
  }
  return sum;
}

double Spectrum::parseval_error() const {
  const double whole = power(0.0, std::numeric_limits<double>::infinity());
  return variance > 0.0 ? std::abs(whole - variance) / variance : std::abs(whole);
}

Spectrum welch_spectrum(std::span<const double> values, double interval, double segment) {
  if (values.size() < 2) throw std::invalid_argument("a spectrum needs two values");
  const std::size_t n = std::min(values.size(), std::max<std::size_t>(2, steps_in(segment, interval)));
  const std::size_t stride = std::max<std::size_t>(1, n / 2);
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  const std::vector<double> window = hann(n);
  const double weight = sum_of_squares(window);
  Spectrum spectrum;
  spectrum.resolution = 1.0 / (static_cast<double>(n) * interval);
  spectrum.density.assign(n / 2 + 1, 0.0);
  Eigen::FFT<double> fft;
  std::vector<double> piece(n);
  std::vector<std::complex<double>> line;
  for (std::size_t begin = 0; begin + n <= values.size(); begin += stride) {
    for (std::size_t i = 0; i < n; ++i) piece[i] = window[i] * (values[begin + i] - mean);
    fft.fwd(line, piece);
    for (std::size_t k = 0; k <= n / 2; ++k) {
      const bool is_alone = k == 0 || 2 * k == n;  // the others stand for a negative frequency too
      spectrum.density[k] += (is_alone ? 1.0 : 2.0) * std::norm(line[k]) * interval / weight;
    }
    spectrum.variance += sum_of_squares(piece) / weight;
    ++spectrum.segments;
  }
  for (double& d : spectrum.density) d /= spectrum.segments;
  spectrum.variance /= spectrum.segments;
  return spectrum;
}

std::vector<SpectralLine> strongest_lines(const Spectrum& spectrum, double low, double high, std::size_t most) {
  constexpr std::size_t reach = 2;
  const std::vector<double>& d = spectrum.density;
  std::vector<SpectralLine> lines;
  for (std::size_t k = reach; k + reach < d.size(); ++k) {
    const double f = static_cast<double>(k) * spectrum.resolution;
    if (f < low || f > high || d[k] <= 0.0) continue;
    double power = 0.0;
    bool is_highest = true;
    for (std::size_t j = k - reach; j <= k + reach; ++j) {
      power += d[j] * spectrum.resolution;
      is_highest = is_highest && (j < k ? d[j] < d[k] : d[j] <= d[k]);
    }
    if (is_highest) lines.push_back({f, std::sqrt(2.0 * power)});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.amplitude > b.amplitude; });
  lines.resize(std::min(most, lines.size()));
  return lines;
}

Ramp largest_ramp(std::span<const double> values, double interval, double window) {
  const std::size_t steps = steps_in(window, interval);
  return {window, largest_rise(values, steps, 1.0), largest_rise(values, steps, -1.0)};
}

double highest_mean(std::span<const double> values, double interval, double window) {
  const std::size_t n = std::min(values.size(), steps_in(window, interval));
  double sum = std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n), 0.0);
  double highest = sum;
  for (std::size_t i = n; i < values.size(); ++i) {
    sum += values[i] - values[i - n];
    highest = std::max(highest, sum);
  }
  return highest / static_cast<double>(n);
}

}  // namespace wattloop
