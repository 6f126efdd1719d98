#include "meshes/fault_levels.h"

#include <algorithm>
#include <cmath>

#include <Eigen/SparseLU>

namespace wattloop {

namespace {

using Complex = std::complex<double>;

/// Buses that a source feeds, and the zones into which breakers divide them.
class Zones {
 public:
  explicit Zones(const FaultNetwork& net) : net_(net), beside_(net.buses.size()) {
    for (std::size_t k = 0; k < net.branches.size(); ++k) {
      beside_[net.branches[k].from].push_back(static_cast<int>(k));
      beside_[net.branches[k].to].push_back(static_cast<int>(k));
    }
  }
  /// All that branches join to the given buses, `through_breakers` or up to them.
  std::vector<char> reached(std::vector<int> from, bool through_breakers) const {
    std::vector<char> seen(net_.buses.size(), 0);
    for (const int bus : from) seen[bus] = 1;
    while (!from.empty()) {
      const int bus = from.back();
      from.pop_back();
      for (const int k : beside_[bus]) {
        const FaultNetwork::Branch& branch = net_.branches[k];
        if (branch.breaker >= 0 && !through_breakers) continue;
        const int other = branch.from == bus ? branch.to : branch.from;
        if (!seen[other]) seen[other] = 1, from.push_back(other);
      }
    }
    return seen;
  }

 private:
  const FaultNetwork& net_;
  std::vector<std::vector<int>> beside_;
};

/// The admittance matrix over the buses that are fed, factorised.
class Admittances {
 public:
  Admittances(const FaultNetwork& net, const std::vector<char>& fed, bool with_decaying)
      : place_(net.buses.size(), -1) {
    int n = 0;
    for (std::size_t bus = 0; bus < fed.size(); ++bus)
      if (fed[bus]) place_[bus] = n++;
    std::vector<Eigen::Triplet<Complex>> entries;
    const auto add = [&](int a, int b, Complex y) { entries.emplace_back(place_[a], place_[b], y); };
    for (const FaultNetwork::Branch& k : net.branches) {
      if (!fed[k.from]) continue;
      const Complex y = 1.0 / k.Z;
      add(k.from, k.from, y / (k.ratio * k.ratio));
      add(k.from, k.to, -y / k.ratio);
      add(k.to, k.from, -y / k.ratio);
      add(k.to, k.to, y);
    }
    for (const FaultNetwork::Source& s : net.sources)
      if (fed[s.bus] && (with_decaying || !s.decays)) add(s.bus, s.bus, 1.0 / s.Z);
    Eigen::SparseMatrix<Complex> Y(n, n);
    Y.setFromTriplets(entries.begin(), entries.end());
    factors_.compute(Y);
  }
  /// Voltages at all buses under a current of 1 into one of them: a column of the impedance matrix.
  std::vector<Complex> column(int bus) {
    Eigen::VectorXcd one = Eigen::VectorXcd::Zero(factors_.rows());
    one[place_[bus]] = 1.0;
    const Eigen::VectorXcd z = factors_.solve(one);
    std::vector<Complex> all(place_.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (place_[i] >= 0) all[i] = z[place_[i]];
    return all;
  }

 private:
  std::vector<int> place_;
  Eigen::SparseLU<Eigen::SparseMatrix<Complex>> factors_;
};

/// A of a line at a bus for 1 per unit.
double base_current(const FaultNetwork& net, int bus) {
  return FaultNetwork::base / (std::sqrt(3.0) * net.buses[bus].V);
}

std::vector<BreakerDuty> duties(const FaultNetwork& net, const std::vector<Complex>& V, const std::vector<char>& zone) {
  constexpr double least = 1e-3;  // A: what rounding leaves in a branch without a source behind it
  std::vector<BreakerDuty> found;
  for (std::size_t b = 0; b < net.breakers.size(); ++b) {
    const FaultNetwork::Breaker& breaker = net.breakers[b];
    const FaultNetwork::Branch& branch = net.branches[breaker.branch];
    const Complex I = (V[branch.from] / branch.ratio - V[branch.to]) / branch.Z;
    const double amperes = std::abs(I) * base_current(net, branch.to) / breaker.in_parallel;
    if (amperes < least) continue;
    found.push_back({static_cast<int>(b), amperes, breaker.time(amperes), zone[branch.from] || zone[branch.to]});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return found;
}

}  // namespace

double FaultNetwork::Breaker::time(double I) const {
  if (I > I_instantaneous) return opening_time;
  if (I <= I_pickup) return std::numeric_limits<double>::infinity();
  return time_multiplier * k / (std::pow(I / I_pickup, alpha) - 1.0) + opening_time;
}

double Fault::cleared() const {
  double t = 0.0;
  bool any = false, some_open = false;
  for (const BreakerDuty& d : duties) {
    if (!d.is_next) continue;
    any = true;
    if (std::isfinite(d.time)) t = std::max(t, d.time), some_open = true;
  }
  return any && !some_open ? std::numeric_limits<double>::infinity() : t;
}

std::vector<Fault> find_faults(const FaultNetwork& network) {
  const Zones zones(network);
  std::vector<int> lasting;
  for (const FaultNetwork::Source& s : network.sources)
    if (!s.decays) lasting.push_back(s.bus);
  const std::vector<char> fed = zones.reached(lasting, true);
  Admittances at_once(network, fed, true), later(network, fed, false);
  std::vector<Fault> faults;
  for (int bus = 0; bus < static_cast<int>(network.buses.size()); ++bus) {
    Fault& fault = faults.emplace_back();
    fault.bus = bus;
    if (!fed[bus] || network.buses[bus].is_others) continue;
    const Complex Z = at_once.column(bus)[bus];
    fault.I_k = voltage_factor / std::abs(Z) * base_current(network, bus);
    const double kappa = Z.imag() > 0.0 ? 1.02 + 0.98 * std::exp(-3.0 * Z.real() / Z.imag()) : 1.02;
    fault.I_peak = kappa * std::sqrt(2.0) * fault.I_k;
    std::vector<Complex> V = later.column(bus);
    const Complex I = voltage_factor / V[bus];
    for (Complex& v : V) v *= I;
    fault.duties = duties(network, V, zones.reached({bus}, false));
  }
  return faults;
}

}  // namespace wattloop
