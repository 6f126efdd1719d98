#include "models/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/random.h"

namespace wattloop {

namespace {

/// The values of one base point: A, then those with a number of B, then B.
struct Row {
  double a, b;
  std::span<const double> mixed;
};

std::vector<SobolIndex> indices_of(const std::vector<Row>& rows, std::size_t inputs) {
  const auto n = static_cast<double>(rows.size());
  double mean = 0.0, variance = 0.0, centre = 0.0;
  for (const Row& row : rows) {
    mean += (row.a + row.b) / (2.0 * n);
    centre += std::accumulate(row.mixed.begin(), row.mixed.end(), row.a + row.b);
  }
  centre /= n * static_cast<double>(inputs + 2);
  for (const Row& row : rows)
    variance += ((row.a - mean) * (row.a - mean) + (row.b - mean) * (row.b - mean)) / (2.0 * n);
  if (!(variance > 1e-24 * mean * mean)) return {};
  std::vector<SobolIndex> indices(inputs);
  for (std::size_t i = 0; i < inputs; ++i) {
    for (const Row& row : rows) {
      indices[i].first += (row.b - centre) * (row.mixed[i] - row.a);
      indices[i].total += 0.5 * (row.a - row.mixed[i]) * (row.a - row.mixed[i]);
    }
    indices[i].first /= n * variance;
    indices[i].total /= n * variance;
  }
  return indices;
}

}  // namespace

std::vector<SobolIndex> sobol_indices(std::span<const double> values, std::size_t inputs, std::uint64_t seed) {
  const std::size_t width = inputs + 2;
  std::vector<Row> rows;
  for (std::size_t j = 0; j + width <= values.size(); j += width) {
    const auto row = values.subspan(j, width);
    if (std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v); }))
      rows.push_back({row.front(), row.back(), row.subspan(1, inputs)});
  }
  if (rows.size() < 2) return {};
  std::vector<SobolIndex> indices = indices_of(rows, inputs);
  if (indices.empty()) return {};
  constexpr int samples = 200;
  constexpr double half_width = 1.96;  // standard deviations of a normal distribution: 95 %
  const RandomStream random(seed, 17);
  std::vector<SobolIndex> sums(inputs), squares(inputs);
  std::vector<Row> sample(rows.size());
  int drawn = 0;
  for (int s = 0; s < samples; ++s) {
    for (std::size_t j = 0; j < rows.size(); ++j)
      sample[j] = rows[static_cast<std::size_t>(random.uniform(s, j) * static_cast<double>(rows.size()))];
    const std::vector<SobolIndex> again = indices_of(sample, inputs);
    if (again.empty()) continue;
    ++drawn;
    for (std::size_t i = 0; i < inputs; ++i) {
      sums[i].first += again[i].first, squares[i].first += again[i].first * again[i].first;
      sums[i].total += again[i].total, squares[i].total += again[i].total * again[i].total;
    }
  }
  const auto spread = [&](double sum, double square) {
    return half_width * std::sqrt(std::max(0.0, square / drawn - (sum / drawn) * (sum / drawn)));
  };
  for (std::size_t i = 0; i < inputs && drawn > 0; ++i) {
    indices[i].first_error = spread(sums[i].first, squares[i].first);
    indices[i].total_error = spread(sums[i].total, squares[i].total);
  }
  return indices;
}

MainEffect main_effect(std::span<const double> values, std::span<const int> groups, int count) {
  MainEffect effect;
  effect.means.assign(count, 0.0);
  effect.counts.assign(count, 0.0);
  double mean = 0.0, n = 0.0, variance = 0.0, between = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]) || groups[i] < 0) continue;
    effect.means[groups[i]] += values[i];
    effect.counts[groups[i]] += 1.0;
    mean += values[i];
    n += 1.0;
  }
  mean /= n;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i]) && groups[i] >= 0) variance += (values[i] - mean) * (values[i] - mean);
  for (int g = 0; g < count; ++g) {
    effect.means[g] /= effect.counts[g];
    if (effect.counts[g] > 0.0) between += effect.counts[g] * (effect.means[g] - mean) * (effect.means[g] - mean);
  }
  effect.share = variance > 1e-24 * n * mean * mean ? between / variance : 0.0;
  return effect;
}

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& objectives) {
  if (objectives.empty()) return {};
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < objectives.front().size(); ++i)
    if (std::all_of(objectives.begin(), objectives.end(), [&](const auto& o) { return std::isfinite(o[i]); }))
      order.push_back(i);
  const auto before = [&](std::size_t a, std::size_t b) {
    for (const auto& o : objectives)
      if (o[a] != o[b]) return o[a] < o[b];
    return false;
  };
  std::stable_sort(order.begin(), order.end(), before);
  // Who comes later in this order beats nobody that came before.
  std::vector<std::size_t> front;
  for (const std::size_t i : order) {
    const auto beats = [&](std::size_t other) {
      bool better = false;
      for (const auto& o : objectives) {
        if (o[other] > o[i]) return false;
        better = better || o[other] < o[i];
      }
      return better;
    };
    if (std::none_of(front.begin(), front.end(), beats)) front.push_back(i);
  }
  return front;
}

}  // namespace wattloop
