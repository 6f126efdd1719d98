#include "meshes/power_variants.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "meshes/power_lanes.h"
#include "solver/lanes.h"

namespace wattloop {

namespace {

double magnitude_of(const AcPort<double>& V) {
  return std::hypot(V.V_re, V.V_im);
}

PowerOutcome outcome_of(const PowerFlow& flow, const PowerFlow::Result& result) {
  PowerOutcome outcome;
  outcome.converged = result.converged;
  outcome.iterations = result.iterations;
  outcome.reached = result.reached;
  outcome.taps_settled = result.taps_settled;
  const PowerNetwork& net = flow.network();
  const PowerIslands& islands = flow.equations().islands();
  if (!result.converged) return outcome;
  for (int bus = 0; bus < static_cast<int>(net.buses.size()); ++bus) {
    if (!islands.is_live(bus)) continue;
    const double V = magnitude_of(flow.voltage(bus));
    if (outcome.lowest_bus < 0 || V < outcome.lowest_voltage) outcome.lowest_bus = bus, outcome.lowest_voltage = V;
  }
  for (int k = 0; k < static_cast<int>(net.branches.size()); ++k) {
    if (net.branches[k].rating <= 0.0) continue;
    const double loading = flow.loading(k);
    if (outcome.worst_branch >= 0 && loading <= outcome.worst_loading) continue;
    outcome.worst_branch = k;
    outcome.worst_loading = loading;
  }
  for (const int bus : islands.slack)
    if (bus >= 0) outcome.slack = outcome.slack + flow.generation(bus);
  outcome.loss = flow.loss();
  return outcome;
}

/// Outcomes of the lanes that have settled.
class LaneOutcomes {
 public:
  explicit LaneOutcomes(const PowerLanes& lanes) : lanes_(lanes) {
    in_lanes([this] { look(); });
  }

  PowerOutcome of(int lane) const {
    PowerOutcome outcome;
    outcome.converged = true;
    outcome.iterations = lanes_.iterations(lane);
    outcome.lowest_bus = static_cast<int>(lowest_bus_[lane]);
    outcome.lowest_voltage = std::sqrt(lowest_square_[lane]);
    outcome.worst_branch = static_cast<int>(worst_branch_[lane]);
    outcome.worst_loading = std::sqrt(std::max(0.0, worst_square_[lane]));
    outcome.slack = {slack_.re[lane], slack_.im[lane]};
    outcome.loss = loss_[lane];
    return outcome;
  }

 private:
  void look() {
    const PowerNetwork& net = lanes_.base().network();
    const PowerIslands& islands = lanes_.base().equations().islands();
    for (int bus = 0; bus < static_cast<int>(net.buses.size()); ++bus) {
      if (!islands.is_live(bus)) continue;
      const Pack square = lanes_.voltage_squared(bus);
      const PackMask lower = square < lowest_square_;
      lowest_square_ = select(lower, square, lowest_square_);
      lowest_bus_ = select(lower, Pack(bus), lowest_bus_);
    }
    for (int k = 0; k < static_cast<int>(net.branches.size()); ++k) {
      if (!lanes_.base().equations().branch_on()[k]) continue;
      const PowerLanes::BranchPower power = lanes_.branch_power(k);
      loss_ += power.loss;
      const double rating = net.branches[k].rating;
      if (rating <= 0.0) continue;
      const Pack square = power.square * (1.0 / (rating * rating));
      const PackMask worse = square > worst_square_;
      worst_square_ = select(worse, square, worst_square_);
      worst_branch_ = select(worse, Pack(k), worst_branch_);
    }
    for (const int bus : islands.slack) {
      if (bus < 0) continue;
      const Phasor<Pack> S = lanes_.generation(bus);
      slack_ = slack_ + S;
    }
  }

  const PowerLanes& lanes_;
  Pack lowest_square_ = Pack(INFINITY), lowest_bus_ = Pack(-1.0);
  Pack worst_square_ = Pack(-1.0), worst_branch_ = Pack(-1.0), loss_ = Pack(0.0);
  Phasor<Pack> slack_{Pack(0.0), Pack(0.0)};
};

/// Buses that are live in the base and not with these branches, by the parts that they form.
std::vector<std::vector<int>> cut_off(const PowerFlow& base, const PowerIslands& islands) {
  std::vector<std::vector<int>> by_island(islands.slack.size()), dead;
  for (int bus = 0; bus < base.equations().size(); ++bus) {
    if (base.equations().islands().is_live(bus) && !islands.is_live(bus)) by_island[islands.of_bus[bus]].push_back(bus);
  }
  for (std::vector<int>& buses : by_island)
    if (!buses.empty()) dead.push_back(std::move(buses));
  return dead;
}

/// One thread's share of the variants. `Variants` puts them into lanes and solves one alone.
template <class Variants>
std::vector<PowerOutcome> solve_variants(const PowerFlow& base, int count, const Variants& variants, ThreadPool& pool) {
  std::vector<PowerOutcome> outcomes(count);
  const bool in_packs = base.network().taps.empty();  // taps move in steps, each variant's its own way
  const int packs = (count + pack_size - 1) / pack_size;
  pool.parallel_for(packs, 1, [&](int begin, int end) {
    PowerLanes lanes(base);
    std::unique_ptr<PowerFlow> alone;  // made where it is needed
    for (int pack = begin; pack < end; ++pack) {
      const int first = pack * pack_size, last = std::min(count, first + pack_size);
      std::array<bool, pack_size> settled{};
      if (in_packs) {
        lanes.reset();
        for (int i = first; i < last; ++i) variants.put(i, lanes, i - first);
        lanes.solve();
        const LaneOutcomes found(lanes);
        for (int i = first; i < last; ++i) {
          settled[i - first] = variants.fits_lane(i) && lanes.has_settled(i - first);
          if (settled[i - first]) outcomes[i] = found.of(i - first);
        }
      }
      for (int i = first; i < last; ++i) {
        if (settled[i - first]) continue;
        if (!alone) alone = std::make_unique<PowerFlow>(base);
        outcomes[i] = variants.solve_alone(i, *alone);
      }
    }
  });
  return outcomes;
}

class Outages {
 public:
  Outages(const PowerFlow& base, const std::vector<int>& outages)
      : base_(base), outages_(outages), bridge_(find_bridges(base.network(), base.equations().branch_on())) {}

  bool fits_lane(int i) const { return bridge_[outages_[i]] == 0; }
  void put(int i, PowerLanes& lanes, int lane) const {
    if (fits_lane(i)) lanes.take_out(lane, outages_[i]);
  }
  PowerOutcome solve_alone(int i, PowerFlow& flow) const {
    std::vector<char> on = base_.equations().branch_on();
    on[outages_[i]] = 0;
    PowerOutcome outcome = outcome_of(flow, flow.solve(on, &base_.voltages()));
    outcome.dead = cut_off(base_, flow.equations().islands());
    return outcome;
  }

 private:
  const PowerFlow& base_;
  const std::vector<int>& outages_;
  std::vector<char> bridge_;
};

class Loads {
 public:
  Loads(const PowerFlow& base, const std::vector<std::vector<Phasor<double>>>& demands)
      : base_(base), demands_(demands) {}

  bool fits_lane(int) const { return true; }
  void put(int i, PowerLanes& lanes, int lane) const { lanes.set_demand(lane, demands_[i]); }
  PowerOutcome solve_alone(int i, PowerFlow& flow) const {
    for (std::size_t bus = 0; bus < demands_[i].size(); ++bus)
      flow.equations().demand[flow.equations().place()[bus]] = demands_[i][bus];
    return outcome_of(flow, flow.solve(branches_on(base_.network()), &base_.voltages()));
  }

 private:
  const PowerFlow& base_;
  const std::vector<std::vector<Phasor<double>>>& demands_;
};

}  // namespace

std::vector<PowerOutcome> solve_outages(const PowerFlow& base, const std::vector<int>& outages, ThreadPool& pool) {
  return solve_variants(base, static_cast<int>(outages.size()), Outages(base, outages), pool);
}

std::vector<PowerOutcome> solve_loads(const PowerFlow& base, const std::vector<std::vector<Phasor<double>>>& demands,
                                      ThreadPool& pool) {
  return solve_variants(base, static_cast<int>(demands.size()), Loads(base, demands), pool);
}

}  // namespace wattloop
