#include "meshes/power_equations.h"

#include <algorithm>
#include <queue>

#include "solver/sparse_cholesky.h"

namespace wattloop {

namespace {

void add_to(Phasor<double>& sum, const Phasor<double>& y) {
  sum = sum + y;
}

/// y as it acts on (V_re, V_im).
Block block_of(const Phasor<double>& y) {
  return {{{y.re, -y.im}, {y.im, y.re}}};
}

/// Place of each row: what hangs on the rest like a tree from its leaves inwards, which makes no fill, then the rest.
std::vector<int> order_trees_first(int n, const std::vector<std::array<int, 2>>& pairs) {
  std::vector<std::vector<int>> beside(n);
  for (const auto& [i, j] : pairs) {
    beside[i].push_back(j);
    beside[j].push_back(i);
  }
  std::vector<int> left(n), place(n, -1), core;
  for (int i = 0; i < n; ++i) left[i] = static_cast<int>(beside[i].size());
  int next = 0;
  for (int leaf = 0; leaf < n; ++leaf) {
    for (int i = leaf; i >= 0 && place[i] < 0 && left[i] < 2;) {
      place[i] = next++;
      int inner = -1;
      for (const int j : beside[i]) {
        --left[j];
        if (place[j] < 0) inner = j;
      }
      i = inner;
    }
  }
  std::vector<int> number(n, -1);
  for (int i = 0; i < n; ++i) {
    if (place[i] >= 0) continue;
    number[i] = static_cast<int>(core.size());
    core.push_back(i);
  }
  std::vector<std::array<int, 2>> inside;
  for (const auto& [i, j] : pairs)
    if (number[i] >= 0 && number[j] >= 0) inside.push_back({number[i], number[j]});
  const std::vector<int> ordered = SparseCholesky::order(static_cast<int>(core.size()), inside);
  for (std::size_t i = 0; i < core.size(); ++i) place[core[i]] = next + ordered[i];
  return place;
}

}  // namespace

PowerEquations::PowerEquations(const PowerNetwork& network) : net_(&network), branch_on_(branches_on(network)) {
  const std::size_t n = network.buses.size();
  islands_ = find_islands(network, branch_on_);
  order();
  kind.resize(n);
  demand.resize(n);
  generation.resize(n);
  V_set.resize(n);
  shares_.resize(n);
  has_shares_.resize(n);
  for (std::size_t bus = 0; bus < n; ++bus) {
    const int i = place_[bus];
    demand[i] = network.buses[bus].demand;
    shares_[i] = network.buses[bus].shares;
    has_shares_[i] = shares_[i].is_constant_power() ? 0 : 1;
  }
  place_neighbours();
  std::vector<double> tap;
  for (const PowerBranch& branch : network.branches) tap.push_back(branch.tap);
  set_branches(branches_on(network), tap);
}

void PowerEquations::order() {
  const auto is_free = [&](int bus) { return islands_.is_live(bus) && islands_.slack[islands_.of_bus[bus]] != bus; };
  std::vector<std::array<int, 2>> pairs;
  for (std::size_t k = 0; k < net_->branches.size(); ++k) {
    const PowerBranch& branch = net_->branches[k];
    if (!branch_on_[k] || !is_free(branch.from) || !is_free(branch.to)) continue;
    pairs.push_back({std::min(branch.from, branch.to), std::max(branch.from, branch.to)});
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  const int n = static_cast<int>(net_->buses.size());
  place_ = order_trees_first(n, pairs);
  bus_.resize(n);
  for (int bus = 0; bus < n; ++bus) bus_[place_[bus]] = bus;
  for (auto& [i, j] : pairs) i = place_[i], j = place_[j];
  pattern_ = std::make_shared<const BlockPattern>(n, pairs);
}

void PowerEquations::place_neighbours() {
  struct Half {
    int row, column, branch, end;
  };
  std::vector<Half> halves;
  branch_neighbour_.assign(net_->branches.size(), {-1, -1});
  for (std::size_t k = 0; k < net_->branches.size(); ++k) {
    if (!branch_on_[k]) continue;
    const int from = place_[net_->branches[k].from], to = place_[net_->branches[k].to];
    halves.push_back({from, to, static_cast<int>(k), 0});
    halves.push_back({to, from, static_cast<int>(k), 1});
  }
  std::sort(halves.begin(), halves.end(), [](const Half& a, const Half& b) {
    return std::array{a.row, a.column, a.branch} < std::array{b.row, b.column, b.branch};
  });
  const auto is_free = [&](int i) {
    const int bus = bus_[i];
    return islands_.is_live(bus) && islands_.slack[islands_.of_bus[bus]] != bus;
  };
  first_.assign(size() + 1, 0);
  const Half* before = nullptr;
  for (const Half& half : halves) {
    if (before == nullptr || before->row != half.row || before->column != half.column) {
      const bool has_entry = is_free(half.row) && is_free(half.column);
      neighbours_.push_back({half.column, has_entry ? pattern_->entry(half.row, half.column) : -1, {0.0, 0.0}});
      ++first_[half.row + 1];
    }
    branch_neighbour_[half.branch][half.end] = static_cast<int>(neighbours_.size()) - 1;
    before = &half;
  }
  for (int i = 0; i < size(); ++i) first_[i + 1] += first_[i];
}

void PowerEquations::set_branches(const std::vector<char>& on, const std::vector<double>& tap) {
  if (self_.empty() || on != asked_on_ || tap != tap_) {
    asked_on_ = branch_on_ = on;
    tap_ = tap;
    islands_ = find_islands(*net_, on);
    set_admittances();
  }
  set_kinds();
}

void PowerEquations::set_admittances() {
  two_ports_.assign(net_->branches.size(), TwoPort{});
  self_.assign(size(), {0.0, 0.0});
  for (std::size_t bus = 0; bus < net_->buses.size(); ++bus) self_[place_[bus]] = net_->buses[bus].shunt;
  for (Neighbour& neighbour : neighbours_) neighbour.y = {0.0, 0.0};
  for (std::size_t k = 0; k < net_->branches.size(); ++k) {
    PowerBranch branch = net_->branches[k];
    const bool joins = branch_on_[k] && islands_.of_bus[branch.from] >= 0 && islands_.of_bus[branch.to] >= 0;
    branch_on_[k] = joins ? 1 : 0;
    if (!joins) continue;
    branch.tap = tap_[k];
    const TwoPort& y = two_ports_[k] = branch.two_port();
    add_to(self_[place_[branch.from]], y.ff);
    add_to(self_[place_[branch.to]], y.tt);
    add_to(neighbours_[branch_neighbour_[k][0]].y, y.ft);
    add_to(neighbours_[branch_neighbour_[k][1]].y, y.tf);
  }
}

void PowerEquations::set_kinds() {
  for (int i = 0; i < size(); ++i) {
    kind[i] = islands_.is_live(bus_[i]) ? Kind::load : Kind::fixed;
    generation[i] = {0.0, 0.0};
  }
  for (const PowerGenerator& generator : net_->generators) {
    if (!generator.on || !islands_.is_live(generator.bus)) continue;
    const int i = place_[generator.bus];
    const BusType type = net_->buses[generator.bus].type;
    add_to(generation[i], {generator.P, generator.Q});
    if (type == BusType::load) continue;
    kind[i] = type == BusType::slack ? Kind::fixed : Kind::voltage;
    V_set[i] = generator.V;
  }
}

std::vector<AcPort<double>> PowerEquations::flat_start() const {
  std::vector<double> angle(size(), 0.0);
  std::vector<char> reached(size(), 0);
  std::vector<std::vector<std::array<int, 2>>> branches_at;  // branch and bus beyond it; only where there are shifters
  const auto& branches = net_->branches;
  const bool shifts = std::any_of(branches.begin(), branches.end(), [](const auto& b) { return b.shift != 0.0; });
  std::vector<AcPort<double>> V(size(), {0.0, 0.0});
  for (std::size_t island = 0; island < islands_.slack.size(); ++island) {
    const int slack = islands_.slack[island];
    if (slack >= 0) angle[place_[slack]] = net_->buses[slack].angle;
  }
  if (shifts) {
    branches_at.resize(size());
    for (std::size_t k = 0; k < branches.size(); ++k) {
      if (!branch_on_[k]) continue;
      const int from = place_[branches[k].from], to = place_[branches[k].to];
      branches_at[from].push_back({static_cast<int>(k), to});
      branches_at[to].push_back({static_cast<int>(k), from});
    }
  }
  std::queue<int> next;
  for (const int slack : islands_.slack) {
    if (slack < 0) continue;
    next.push(place_[slack]);
    reached[place_[slack]] = 1;
  }
  while (shifts && !next.empty()) {
    const int i = next.front();
    next.pop();
    for (const auto& [k, j] : branches_at[i]) {
      if (reached[j]) continue;
      reached[j] = 1;
      angle[j] = angle[i] + (place_[branches[k].from] == i ? -branches[k].shift : branches[k].shift);
      next.push(j);
    }
  }
  for (int bus = 0; bus < size(); ++bus) {
    if (!islands_.is_live(bus)) continue;
    const int i = place_[bus];
    const double theta = shifts ? angle[i] : net_->buses[islands_.slack[islands_.of_bus[bus]]].angle;
    const Phasor<double> direction = unit_phasor(theta);
    const double magnitude = kind[i] == Kind::load ? 1.0 : V_set[i];
    V[i] = {magnitude * direction.re, magnitude * direction.im};
  }
  return V;
}

Block PowerEquations::coupling(int i, const AcPort<double>& V, const Phasor<double>& y) const {
  const Block b = block_of(y);
  if (kind[i] == Kind::load) return b;
  if (kind[i] == Kind::fixed) return Block{};
  return {{{V.V_re * b[0][0] + V.V_im * b[1][0], V.V_re * b[0][1] + V.V_im * b[1][1]}, {0.0, 0.0}}};
}

void PowerEquations::linearise(const std::vector<AcPort<double>>& V, const std::vector<AcFlow<double>>& I, double load,
                               BlockLu& jacobian) const {
  using D = Dual<2>;
  std::fill(jacobian.pairs.begin(), jacobian.pairs.end(), BlockLu::Pair{});
  for (int i = 0; i < size(); ++i) {
    if (kind[i] == Kind::fixed) {
      jacobian.diagonal[i] = {{{1.0, 0.0}, {0.0, 1.0}}};
      continue;
    }
    const AcPort<D> v{D::variable(V[i].V_re, 0), D::variable(V[i].V_im, 1)};
    AcFlow<D> current{D(I[i].I_re), D(I[i].I_im)};
    const Block own = block_of(self_[i]);
    current.I_re.derivative = own[0];
    current.I_im.derivative = own[1];
    add_load(i, v, demand[i], load, current);
    const std::array<D, 2> left = balance(i, v, current);
    jacobian.diagonal[i] = {left[0].derivative, left[1].derivative};
    for (int k = first_[i]; k < first_[i + 1]; ++k) {
      const Neighbour& other = neighbours_[k];
      if (other.entry < 0) continue;
      BlockLu::Pair& pair = jacobian.pairs[other.entry];
      (i < other.place ? pair.upper : pair.lower) = coupling(i, V[i], other.y);
    }
  }
}

}  // namespace wattloop
