#include "solver/bdf_meters.h"

#include <algorithm>

namespace wattloop {

namespace {

constexpr int grain = 1024;

/// Values and slopes at `at` of the Lagrange polynomials of `count` points.
struct Lagrange {
  std::array<double, 7> value{}, slope{};
  Lagrange(const double* points, int count, double at) {
    for (int j = 0; j < count; ++j) {
      double p = 1.0, dp = 0.0;
      for (int i = 0; i < count; ++i) {
        if (i == j) continue;
        const double scale = 1.0 / (points[j] - points[i]);
        dp = (dp * (at - points[i]) + p) * scale;
        p *= (at - points[i]) * scale;
      }
      value[j] = p;
      slope[j] = dp;
    }
  }
};

}  // namespace

BdfMeters::BdfMeters(System& system) : system_(system) {
  std::size_t components = 0;
  for (int g = 0; g < system.groups(); ++g) components += static_cast<std::size_t>(system.group(g).size());
  for (Values& v : values_) v.resize(components);
  for (Values* v : {&rates_, &handed_over_, &sum_}) v->resize(components);
}

void BdfMeters::read_exchange(const double* y) {
  System::Meter* rate = rates_.data();
  for (int g = 0; g < system_.groups(); ++g) {
    const GroupBase& group = system_.group(g);
    system_.pool().parallel_for(group.size(), grain, [&](int begin, int end) {
      for (int i = begin; i < end; ++i) rate[i] = group.exchange(i, y);
    });
    rate += group.size();
  }
}

/// sum += weights of the values.
void BdfMeters::combine(const std::array<double, most>& weights, int count, Values& sum) const {
  system_.pool().parallel_for(static_cast<int>(sum.size()), grain, [&](int begin, int end) {
    for (int j = 0; j < count; ++j)
      for (int i = begin; i < end; ++i) sum[i].add(weights[j], values_[j][i]);
  });
}

void BdfMeters::start(const double* y) {
  read_exchange(y);
  for (Values* v : {&values_[0], &handed_over_}) std::fill(v->begin(), v->end(), System::Meter{});
  times_[0] = 0.0;
  order_ = 0;
  first_ = true;
}

void BdfMeters::step(double h, int order, const double* y) {
  if (first_) {  // IDA's first predictor is the tangent: it goes through a point one step before the start
    for (std::size_t i = 0; i < rates_.size(); ++i) {
      values_[1][i] = {};
      values_[1][i].add(-h, rates_[i]);
    }
    times_[1] = -h;
    first_ = false;
  }
  read_exchange(y);
  double harmonic = 0.0;
  for (int i = 1; i <= order; ++i) harmonic += 1.0 / i;
  const double gain = h / harmonic;
  const Lagrange predictor(times_.data(), order + 1, h);
  std::array<double, most> weights{};
  for (int j = 0; j <= order; ++j) weights[j] = predictor.value[j] - gain * predictor.slope[j];
  for (std::size_t i = 0; i < rates_.size(); ++i) {
    sum_[i] = {};
    sum_[i].add(gain, rates_[i]);
  }
  combine(weights, order + 1, sum_);
  std::rotate(values_.begin(), values_.end() - 1, values_.end());
  std::swap(values_[0], sum_);
  std::rotate(times_.begin(), times_.end() - 1, times_.end());
  times_[0] = h;
  for (double& t : times_) t -= h;
  order_ = order;
}

void BdfMeters::advance_to(double offset) {
  const Lagrange interpolant(times_.data(), order_ + 1, offset);
  std::fill(sum_.begin(), sum_.end(), System::Meter{});
  combine(interpolant.value, order_ + 1, sum_);
  std::size_t k = 0;
  for (int g = 0; g < system_.groups(); ++g)
    for (int i = 0; i < system_.group(g).size(); ++i, ++k) {
      System::Meter increment = sum_[k];
      increment.add(-1.0, handed_over_[k]);
      system_.add_to_meter({g, i}, increment);
    }
  std::swap(sum_, handed_over_);
}

}  // namespace wattloop
