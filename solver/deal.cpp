#include "solver/deal.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "solver/pack.h"

namespace wattloop {

namespace {

/// With everything that is in them.
std::vector<double> whole_weights(const std::vector<Region>& regions, std::vector<double> weights) {
  for (std::size_t r = regions.size() - 1; r > 0; --r) weights[regions[r].parent] += weights[r];
  return weights;
}

/// Gives parts to ranks; the load of the one that has most.
double give(const std::vector<int>& open, const std::vector<double>& whole, int ranks, std::vector<int>& rank) {
  std::vector<int> order = open;
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return whole[a] > whole[b]; });
  std::vector<double> load(ranks, 0.0);
  for (int part : order) {
    const auto least = std::min_element(load.begin(), load.end());
    *least += whole[part];
    rank[part] = static_cast<int>(least - load.begin());
  }
  return *std::max_element(load.begin(), load.end());
}

}  // namespace

std::vector<int> parts(const std::vector<Region>& regions, const std::vector<double>& weights) {
  constexpr double smallest_share = 1.0 / 256.0, least = 1000.0;
  const std::vector<double> whole = whole_weights(regions, weights);
  const double smallest = std::max(least, smallest_share * whole[0]);
  std::vector<int> part(regions.size(), 0);
  for (std::size_t r = 1; r < regions.size(); ++r)
    part[r] = whole[r] >= smallest ? static_cast<int>(r) : part[regions[r].parent];
  return part;
}

std::vector<int> deal(const std::vector<Region>& regions, const std::vector<double>& weights,
                      const std::vector<int>& part, int ranks) {
  const int n = static_cast<int>(regions.size());
  if (ranks == 1) return std::vector<int>(n, 0);
  const std::vector<double> whole = whole_weights(regions, weights);
  std::vector<std::vector<int>> inner(n);  // parts in a part
  for (int r = 1; r < n; ++r)
    if (part[r] == r) inner[part[regions[r].parent]].push_back(r);

  std::vector<int> closed = inner[0], best;
  double common = whole[0], least = std::numeric_limits<double>::infinity();
  for (int r : closed) common -= whole[r];
  while (true) {
    std::vector<int> rank(n, -1);
    if (const double load = common + (closed.empty() ? 0.0 : give(closed, whole, ranks, rank)); load < least)
      least = load, best = rank;
    int heaviest = -1;
    for (int r : closed)
      if (!inner[r].empty() && (heaviest < 0 || whole[r] > whole[heaviest])) heaviest = r;
    if (heaviest < 0) break;
    std::erase(closed, heaviest);
    common += whole[heaviest];
    for (int r : inner[heaviest]) common -= whole[r], closed.push_back(r);
  }
  for (int r = 1; r < n; ++r)
    if (best[regions[r].parent] >= 0) best[r] = best[regions[r].parent];
  return best;
}

std::vector<int> pieces(const std::vector<Region>& regions, const std::vector<double>& weights,
                        const std::vector<int>& part) {
  constexpr double most_wanted = 3000.0, largest = 4.0 * most_wanted;  // weights: unknowns of some 300 bytes
  constexpr double least_wanted = 500.0, wanted_pieces = 2.0;          // of a small plant
  const int n = static_cast<int>(regions.size());
  const std::vector<double> whole = whole_weights(regions, weights);
  const double wanted = std::clamp((whole[0] - weights[0]) / wanted_pieces, least_wanted, most_wanted);
  const auto fills_lanes = [=](int siblings) {
    return wanted < most_wanted ? siblings >= pack_size : siblings % pack_size == 0;
  };
  std::vector<char> holds_part(n, 0);  // beside itself
  for (int r = n - 1; r > 0; --r)
    if (holds_part[r] || part[r] == r) holds_part[regions[r].parent] = 1;

  struct Open {
    int piece = -1, siblings = 0;
    double weight = 0.0;
  };
  std::map<std::pair<int, int>, Open> open;  // by parent and part
  std::vector<int> piece(n, -1);
  int count = 0;
  for (int r = 1; r < n; ++r) {
    const int parent = regions[r].parent;
    if (piece[parent] >= 0) {
      piece[r] = piece[parent];
      continue;
    }
    if (whole[r] > largest || holds_part[r]) continue;
    Open& run = open[{parent, part[r]}];
    const bool is_full = run.weight + 0.5 * whole[r] > wanted && fills_lanes(run.siblings);
    if (run.piece < 0 || is_full || run.weight + whole[r] > largest) run = {count++, 0, 0.0};
    piece[r] = run.piece;
    ++run.siblings;
    run.weight += whole[r];
  }
  return piece;
}

}  // namespace wattloop
