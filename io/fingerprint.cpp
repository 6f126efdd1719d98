// What a run is decided by, in 16 digits; and whether the state of one network fits another.

#include <fmt/format.h>

#include "io/checkpoint.h"
#include "io/twin.h"
#include "solver/archive.h"

namespace wattloop {

namespace {

/// The checksum of what is put in, piece by piece.
class Digest {
 public:
  template <class... T>
  void operator()(T... values) {
    Archive archive;
    archive(values...);
    hash_ = checksum(archive.bytes(), hash_);
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 14695981039346656037u;
};

void add_network(Digest& digest, Twin& twin) {
  System& system = twin.system();
  for (int g = 0; g < system.groups(); ++g) {
    const GroupBase& group = system.group(g);
    const int parameters = static_cast<int>(group.type().parameters.size());
    digest(std::string(group.type().name));
    for (int i = 0; i < group.size(); ++i) {
      std::vector<double> values{group.multiplicity(i)};
      for (int p = 0; p < parameters; ++p) values.push_back(group.parameter(i, p));
      std::vector<int> slots;
      for (int a = 0; a < group.across(); ++a) slots.push_back(group.across_slot(i, a));
      digest(group.path(i), std::move(values), std::move(slots));
    }
  }
  std::vector<double> held;
  system.held_values(held);
  digest(std::move(held));
  for (const System::Connection& c : system.connections()) digest(c.component.group, c.component.index, c.port, c.node);
  digest(system.start());
}

/// The weather by its knots and by the hour, the workload by the mean of each rack over the run and its powers.
void add_forcing(Digest& digest, const Twin& twin) {
  const Case& c = twin.description();
  const double begin = c.run.start, end = begin + c.run.duration;
  if (c.weather) {
    std::vector<double> times = c.weather->knots(begin, end);
    for (double t = begin; t < end; t += seconds_per_hour) times.push_back(t);
    times.push_back(end);
    for (const double t : times) {
      const WeatherSample sample = c.weather->at(t);
      digest(sample.T_db, sample.T_dp, sample.p);
    }
  }
  if (!twin.workload()) return;
  digest(twin.workload()->describe());
  for (std::size_t rack = 0; rack < twin.workload()->racks(); ++rack)
    digest(twin.workload()->mean_rack(rack, 0.0, c.run.duration));
  for (const RackInstance& rack : twin.network().racks()) {
    const DevicePower& power = rack.spec->power;
    for (const double activity : {0.0, 0.5, 1.0})
      digest(power.gpu(activity), power.cpu(activity), power.switch_tray(activity), power.tray_rest(activity));
  }
}

}  // namespace

std::string fingerprint(Twin& twin, bool reference) {
  const Case& c = twin.description();
  Digest digest;
  digest(c.text, c.overrides, reference);
  for (const BaseFile& base : c.bases) digest(base.text);
  digest(c.run.start, c.run.duration, c.run.record_interval, c.run.forcing_interval, c.run.sample_interval,
         c.run.tolerance, c.run.seed);
  add_network(digest, twin);
  add_forcing(digest, twin);
  return fmt::format("{:016x}", digest.value());
}

std::string structural_difference(const Twin& a, const Twin& b) {
  if (a.description().run.start != b.description().run.start) return "run.start";
  if (a.description().run.symmetry != b.description().run.symmetry) return "run.symmetry";
  return network_difference(a.network(), b.network());
}

std::string network_difference(const Network& a, const Network& b) {
  const System &x = a.system(), &y = b.system();
  for (int g = 0; g < std::min(x.groups(), y.groups()); ++g) {
    const GroupBase &p = x.group(g), &q = y.group(g);
    if (p.type().name != q.type().name)
      return fmt::format("parts of the types {} and {}", p.type().name, q.type().name);
    for (int i = 0; i < std::min(p.size(), q.size()); ++i)
      if (p.path(i) != q.path(i) || p.multiplicity(i) != q.multiplicity(i))
        return p.path(i) == q.path(i) ? fmt::format("how many units {} stands for", p.path(i))
                                      : fmt::format("{} and {}", p.path(i), q.path(i));
    if (p.size() != q.size()) return fmt::format("the number of parts of type {}", p.type().name);
  }
  if (x.groups() != y.groups()) return "the types of parts";
  for (int n = 0; n < std::min(x.nodes(), y.nodes()); ++n)
    if (x.node_path(n) != y.node_path(n) || x.node_connector(n) != y.node_connector(n))
      return fmt::format("the nodes {} and {}", x.node_path(n), y.node_path(n));
  if (x.nodes() != y.nodes()) return "the number of nodes, of which each signal and schedule is one";
  const auto same = [](const System::Connection& p, const System::Connection& q) {
    return p.component.group == q.component.group && p.component.index == q.component.index && p.port == q.port &&
           p.node == q.node;
  };
  if (!std::equal(x.connections().begin(), x.connections().end(), y.connections().begin(), y.connections().end(), same))
    return "what is joined at the nodes";
  return "";
}

}  // namespace wattloop
