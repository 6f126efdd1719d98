#include "models/flickermeter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>

namespace wattloop {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double reference_frequency = 8.8;  // Hz, where the eye is most sensitive
constexpr double memory = 0.3;               // s, of the eye and brain
constexpr double adaption = 27.3;            // s, of the meter to the voltage: 10 to 90 % of a step in 1 min
constexpr double settling = 60.0;            // s
constexpr double longest_step = 5e-4;        // s: the filters' frequencies are then right within 0.2 % up to 42 Hz

/// (b2 s^2 + b1 s + b0) / (a2 s^2 + a1 s + a0), s in 1/s.
struct Analog {
  double b2, b1, b0, a2, a1, a0;

  std::complex<double> at(double frequency) const {
    const std::complex<double> s(0.0, two_pi * frequency);
    return (b2 * s * s + b1 * s + b0) / (a2 * s * s + a1 * s + a0);
  }
};

/// The same in steps, by the trapezoidal rule (bilinear transform), in transposed form.
class Filter {
 public:
  Filter(const Analog& h, double step) {
    const double k = 2.0 / step, k2 = k * k;
    const double a0 = h.a2 * k2 + h.a1 * k + h.a0;
    b0_ = (h.b2 * k2 + h.b1 * k + h.b0) / a0;
    b1_ = 2.0 * (h.b0 - h.b2 * k2) / a0;
    b2_ = (h.b2 * k2 - h.b1 * k + h.b0) / a0;
    a1_ = 2.0 * (h.a0 - h.a2 * k2) / a0;
    a2_ = (h.a2 * k2 - h.a1 * k + h.a0) / a0;
  }

  /// At rest at a constant input; returns the constant output.
  double rest(double x) {
    const double y = x * (b0_ + b1_ + b2_) / (1.0 + a1_ + a2_);
    z2_ = b2_ * x - a2_ * y;
    z1_ = b1_ * x - a1_ * y + z2_;
    return y;
  }

  double operator()(double x) {
    const double y = b0_ * x + z1_;
    z1_ = b1_ * x - a1_ * y + z2_;
    z2_ = b2_ * x - a2_ * y;
    return y;
  }

 private:
  double b0_, b1_, b2_, a1_, a2_, z1_ = 0.0, z2_ = 0.0;
};

Analog low_pass(double time_constant) {
  return {0.0, 0.0, 1.0, 0.0, time_constant, 1.0};
}

/// Figures of a lamp with the eye: IEC 61000-4-15 (2010), and the sine of 8.8 Hz that gives a sensation of 1.
struct LampFigures {
  double K, lambda, omega_1, omega_2, omega_3, omega_4;  // angular frequencies as Hz
  double cut_off;                                        // Hz
  double threshold;                                      // dV/V peak to peak
};

LampFigures figures(Lamp lamp) {
  if (lamp == Lamp::v230_50hz) return {1.74802, 4.05981, 9.15494, 2.27979, 1.22535, 21.9, 35.0, 0.00250};
  return {1.6357, 4.167375, 9.077169, 2.939902, 1.394468, 17.31512, 42.0, 0.00321};
}

std::array<Analog, 2> weighting(const LampFigures& f) {
  const double w1 = two_pi * f.omega_1, w2 = two_pi * f.omega_2, w3 = two_pi * f.omega_3, w4 = two_pi * f.omega_4;
  return {{{0.0, f.K * w1, 0.0, 1.0, 2.0 * two_pi * f.lambda, w1 * w1},
           {0.0, 1.0 / w2, 1.0, 1.0 / (w3 * w4), 1.0 / w3 + 1.0 / w4, 1.0}}};
}

std::vector<Analog> chain(const LampFigures& f) {
  constexpr double high_pass = 0.05;  // Hz
  std::vector<Analog> blocks{{0.0, 1.0, 0.0, 0.0, 1.0, two_pi * high_pass}};
  const double w = two_pi * f.cut_off;
  for (int pair = 0; pair < 3; ++pair)  // Butterworth, order 6
    blocks.push_back({0.0, 0.0, w * w, 1.0, 2.0 * w * std::sin(std::numbers::pi * (2 * pair + 1) / 12.0), w * w});
  for (const Analog& block : weighting(f)) blocks.push_back(block);
  return blocks;
}

/// What makes the peak of the sensation 1 at the threshold: the square of a sine is half a constant and half a sine of
/// twice the frequency, which the memory nearly removes.
double sensation_scale(const LampFigures& f) {
  std::complex<double> response = 1.0;
  for (const Analog& block : chain(f)) response *= block.at(reference_frequency);
  const double amplitude = f.threshold * std::abs(response);  // of V^2: twice that of V, which is half of dV/V
  const double peak = 0.5 * amplitude * amplitude * (1.0 + std::abs(low_pass(memory).at(2.0 * reference_frequency)));
  return 1.0 / peak;
}

class Meter {
 public:
  Meter(Lamp lamp, double step, double voltage)
      : scale_(sensation_scale(figures(lamp))), mean_(low_pass(adaption), step), memory_(low_pass(memory), step) {
    mean_.rest(voltage);
    double x = 1.0;
    for (const Analog& block : chain(figures(lamp))) x = blocks_.emplace_back(block, step).rest(x);
    memory_.rest(0.0);
  }

  double operator()(double voltage) {
    const double u = voltage / mean_(voltage);
    double x = u * u;
    for (Filter& block : blocks_) x = block(x);
    return scale_ * std::max(0.0, memory_(x * x));  // rounding of nothing may be negative
  }

 private:
  double scale_;
  Filter mean_, memory_;
  std::vector<Filter> blocks_;
};

/// The level that a share of the values exceeds; the values in falling order.
double exceeded(const std::vector<double>& falling, double percent) {
  const double place = 0.01 * percent * static_cast<double>(falling.size() - 1);
  const auto i = static_cast<std::size_t>(place);
  const double next = falling[std::min(i + 1, falling.size() - 1)];
  return falling[i] + (place - static_cast<double>(i)) * (next - falling[i]);
}

}  // namespace

double lamp_weighting(Lamp lamp, double frequency) {
  std::complex<double> response = 1.0;
  for (const Analog& block : weighting(figures(lamp))) response *= block.at(frequency);
  return std::abs(response);
}

std::vector<double> flicker_sensation(std::span<const double> voltage, double interval, Lamp lamp) {
  if (voltage.empty() || !(interval > 0.0))
    throw std::invalid_argument("flicker needs voltages at a positive interval");
  const int pieces = static_cast<int>(std::ceil(interval / longest_step));
  double mean = 0.0;
  for (const double v : voltage) mean += v / static_cast<double>(voltage.size());
  if (!(mean > 0.0)) throw std::invalid_argument("flicker needs a voltage");
  Meter meter(lamp, interval / pieces, mean);
  const auto go = [&](double from, double to) {
    double sensation = 0.0;
    for (int i = 1; i <= pieces; ++i) sensation = meter(from + (to - from) * i / pieces);
    return sensation;
  };
  const std::size_t lead = std::min(voltage.size() - 1, static_cast<std::size_t>(settling / interval));
  for (std::size_t i = lead; i > 0; --i) go(voltage[i], voltage[i - 1]);
  std::vector<double> sensation;
  sensation.reserve(voltage.size());
  for (std::size_t i = 0; i < voltage.size(); ++i) sensation.push_back(go(voltage[i > 0 ? i - 1 : 0], voltage[i]));
  return sensation;
}

double flicker_severity(std::vector<double> sensation) {
  if (sensation.empty()) throw std::invalid_argument("flicker severity needs a course");
  std::sort(sensation.begin(), sensation.end(), std::greater<>());
  const auto mean = [&](std::initializer_list<double> percents) {
    double sum = 0.0;
    for (const double percent : percents) sum += exceeded(sensation, percent);
    return sum / static_cast<double>(percents.size());
  };
  return std::sqrt(0.0314 * exceeded(sensation, 0.1) + 0.0525 * mean({0.7, 1.0, 1.5}) + 0.0657 * mean({2.2, 3.0, 4.0}) +
                   0.28 * mean({6.0, 8.0, 10.0, 13.0, 17.0}) + 0.08 * mean({30.0, 50.0, 80.0}));
}

}  // namespace wattloop
