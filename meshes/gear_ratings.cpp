#include "meshes/gear_ratings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace wattloop {

namespace {

using Rating = GearDuty::Rating;

/// The worst by bus and rating.
class Duties {
 public:
  void add(GearDuty duty) {
    if (duty.rated <= 0.0) return;  // not stated
    const auto [it, is_new] = worst_.try_emplace({duty.fault, duty.rating}, duty);
    if (!is_new && duty.loading() > it->second.loading()) it->second = std::move(duty);
  }
  std::vector<GearDuty> by_loading() const {
    std::vector<GearDuty> all;
    for (const auto& [at, duty] : worst_) all.push_back(duty);
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.loading() > b.loading(); });
    return all;
  }

 private:
  std::map<std::pair<int, Rating>, GearDuty> worst_;
};

}  // namespace

double rated_peak_factor(double V, double I) {
  if (V > 1e3) return 2.6;
  return I <= 5e3 ? 1.5 : I <= 10e3 ? 1.7 : I <= 20e3 ? 2.0 : I <= 50e3 ? 2.1 : 2.2;
}

std::vector<GearDuty> gear_duties(const FaultNetwork& network, const std::vector<Fault>& faults) {
  Duties duties;
  const auto peak = [&](double stated, int bus, double I) {
    return stated > 0.0 ? stated : rated_peak_factor(network.buses[bus].V, I) * I;
  };
  for (const FaultNetwork::Breaker& breaker : network.breakers) {
    const FaultNetwork::Branch& branch = network.branches[breaker.branch];
    for (const int bus : {branch.from, branch.to}) {
      duties.add({bus, Rating::interrupting, breaker.name, faults[bus].I_k, breaker.I_interrupting});
      duties.add(
          {bus, Rating::peak, breaker.name, faults[bus].I_peak, peak(breaker.I_making, bus, breaker.I_interrupting)});
    }
  }
  for (const FaultNetwork::Gear& gear : network.gear) {
    const Fault& fault = faults[gear.bus];
    const double cleared = fault.cleared(), t = cleared > 0.0 && std::isfinite(cleared) ? cleared : gear.short_time;
    duties.add({gear.bus, Rating::short_time, gear.name, fault.I_k * std::sqrt(t),
                gear.I_short_time * std::sqrt(gear.short_time)});
    duties.add({gear.bus, Rating::peak, gear.name, fault.I_peak, peak(gear.I_peak, gear.bus, gear.I_short_time)});
  }
  return duties.by_loading();
}

}  // namespace wattloop
