#include "meshes/power_sweep.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace wattloop {

namespace {
constexpr PowerEquations::Kind load_bus = PowerEquations::Kind::load;
}

PowerSweep::PowerSweep(const PowerEquations& equations) {
  const int n = equations.size();
  std::vector<char> reached(n, 0);
  std::vector<int> queue;
  for (const int slack : equations.islands().slack) {
    if (slack < 0) continue;
    queue.push_back(equations.place()[slack]);
    reached[queue.back()] = 1;
  }
  const auto find = [&](int i, int j) {
    int k = equations.first(i);
    while (equations.neighbour(k).place != j) ++k;
    return k;
  };
  int neighbours = 0;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const int i = queue[next];
    for (int k = equations.first(i); k < equations.first(i + 1); ++k) {
      const int j = equations.neighbour(k).place;
      ++neighbours;
      if (reached[j] != 0) continue;
      reached[j] = 1;
      queue.push_back(j);
      steps_.push_back({j, i, find(j, i), k});
    }
  }
  is_tree_ = neighbours == 2 * static_cast<int>(steps_.size());
  if (!is_tree_) steps_.clear();
  std::reverse(steps_.begin(), steps_.end());
}

bool PowerSweep::fits(const PowerEquations& equations) const {
  const auto& kind = equations.kind;
  return is_tree_ && std::none_of(kind.begin(), kind.end(), [](auto k) { return k == PowerEquations::Kind::voltage; });
}

void PowerSweep::eliminate(const PowerEquations& equations) {
  const int n = equations.size();
  self_.resize(n);
  share_.resize(n);
  current_.resize(n);
  for (int i = 0; i < n; ++i) self_[i] = equations.self(i);
  for (const Step& step : steps_) {
    if (equations.kind[step.place] != load_bus) continue;
    self_[step.place] = reciprocal(self_[step.place]);
    share_[step.place] = equations.neighbour(step.down).y * self_[step.place];
    self_[step.parent] = self_[step.parent] - share_[step.place] * equations.neighbour(step.up).y;
  }
}

double PowerSweep::sweep(const PowerEquations& equations, std::vector<AcPort<double>>& V) {
  for (int i = 0; i < equations.size(); ++i) {
    if (equations.kind[i] != load_bus) continue;
    const AcFlow<double> I = equations.taken(i, V[i]);
    current_[i] = {I.I_re, I.I_im};
  }
  for (const Step& step : steps_) {
    if (equations.kind[step.place] != load_bus) continue;
    current_[step.parent] = current_[step.parent] - share_[step.place] * current_[step.place];
  }
  double change = 0.0;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    AcPort<double>& own = V[step->place];
    if (equations.kind[step->place] != load_bus) continue;
    const AcPort<double>& parent = V[step->parent];
    const Phasor<double> I =
        current_[step->place] + equations.neighbour(step->up).y * Phasor<double>{parent.V_re, parent.V_im};
    const Phasor<double> next = self_[step->place] * I;
    change = std::max({change, std::abs(next.re + own.V_re), std::abs(next.im + own.V_im)});
    own = {-next.re, -next.im};
  }
  return change;
}

void PowerSweep::run(const PowerEquations& equations, std::vector<AcPort<double>>& V) {
  constexpr int most = 12;
  constexpr double near = 1e-4, slow = 0.3;  // Newton squares the rest, and is better where sweeps crawl
  const std::vector<AcPort<double>> before = V;
  eliminate(equations);
  double change = sweep(equations, V);
  for (int i = 1; i < most && change > near; ++i) {
    const double last = std::exchange(change, sweep(equations, V));
    if (!(change < last)) {
      V = before;
      return;
    }
    if (change > slow * last) return;
  }
}

}  // namespace wattloop
