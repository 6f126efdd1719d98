// Energy and electricity balance at each record of the electrical examples, not only at their end.

#include <algorithm>
#include <cmath>

#include "io/case_run.h"
#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// Of the run until a moment, J.
struct Balance {
  double in = 0.0;          ///< from outside and out of batteries
  double electrical = 0.0;  ///< into all components through their electrical ports: zero
  double residue = 0.0;     ///< from outside less what is stored: zero
};

Balance balance_of(const System& system, const std::vector<double>& y, const std::vector<double>& stored_before) {
  Balance b;
  std::size_t k = 0;
  for (int g = 0; g < system.groups(); ++g) {
    const GroupBase& group = system.group(g);
    for (int i = 0; i < group.size(); ++i, ++k) {
      const System::Meter m = system.meter_of({g, i});
      const double n = group.multiplicity(i), dE = group.stored_energy(i, y.data()) - stored_before[k];
      b.in += n * std::max(m.energy_outside, 0.0);
      if (group.type().stores_electricity) b.in += n * std::max(-dE, 0.0);
      b.electrical += n * m.electrical_ports;
      b.residue += n * (m.energy_outside - dE);
    }
  }
  return b;
}

/// Electrical power that goes into components and comes out of none, of what comes out of some; at the moment itself.
double lack_of_power(const System& system, const std::vector<double>& y) {
  double sum = 0.0, gross = 0.0;
  for (int g = 0; g < system.groups(); ++g)
    for (int i = 0; i < system.group(g).size(); ++i) {
      const double power = system.group(g).multiplicity(i) * system.group(g).exchange(i, y.data()).electrical_ports;
      sum += power, gross += std::abs(power);
    }
  return std::abs(sum) / (0.5 * gross);
}

std::vector<double> stored_energy(const System& system, const std::vector<double>& y) {
  std::vector<double> stored;
  for (int g = 0; g < system.groups(); ++g)
    for (int i = 0; i < system.group(g).size(); ++i) stored.push_back(system.group(g).stored_energy(i, y.data()));
  return stored;
}

/// At each record, electrical power to 1e-9; of what has come in until then, electricity to 1e-9 and energy with all
/// stores to 1e-6.
void expect_every_record_closed(const std::string& example,
                                const std::vector<std::pair<std::string, std::string>>& overrides,
                                std::size_t least_records) {
  Twin twin(read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/" + example + "/case.yaml", overrides), 1);
  CaseRun run(twin, false);
  run.start();
  const System& system = twin.system();
  const std::vector<double> stored = stored_energy(system, run.state());
  std::size_t records = 0;
  double worst_electrical = 0.0, worst_energy = 0.0, worst_instant = 0.0;
  run.on_record([&](int series, double t, const CaseRun::Values&) {
    if (series != 0 || t == 0.0) return;
    ++records;
    const Balance b = balance_of(system, run.state(), stored);
    worst_electrical = std::max(worst_electrical, std::abs(b.electrical) / b.in);
    worst_energy = std::max(worst_energy, std::abs(b.residue) / b.in);
    worst_instant = std::max(worst_instant, lack_of_power(system, run.state()));
  });
  EXPECT_TRUE(run.run(twin.description().run.duration));
  EXPECT_GE(records, least_records);
  EXPECT_LE(worst_instant, 1e-9) << example;
  EXPECT_LE(worst_electrical, 1e-9) << example;
  EXPECT_LE(worst_energy, 1e-6) << example;
  fmt::print("{}: {} records, electricity {:.1e}, at their moments {:.1e}, energy {:.1e}\n", example, records,
             worst_electrical, worst_instant, worst_energy);
}

TEST(RecordClosure, ThroughDips) {
  expect_every_record_closed("utility_dip", {{"run.record_interval", "50 ms"}}, 2400);
  expect_every_record_closed("six_dips", {{"run.duration", "3 min"}}, 720);
}

TEST(RecordClosure, OnTheWayToTheGeneratorsAndBack) {
  expect_every_record_closed("feed_loss_to_generators", {}, 1440);
  expect_every_record_closed("genset_fails", {}, 600);
}

TEST(RecordClosure, OnBatteriesUntilThrottling) {
  expect_every_record_closed("blackout_to_throttle", {}, 720);
}

TEST(RecordClosure, ThroughAFaultOnARing) {
  expect_every_record_closed("mv_ring", {{"run.record_interval", "10 ms"}, {"run.duration", "30 s"}}, 3000);
}

TEST(RecordClosure, OfTheSiteSlow) {
  expect_every_record_closed("childress_200mw",
                             {{"run.resolution", "block"},
                              {"run.duration", "2 min"},
                              {"run.record_interval", "0.5 s"},
                              {"events", "[{at: 60 s, set: grid.V, to: 241.5 kV, for: 0.5 s}]"}},
                             240);
}

}  // namespace
}  // namespace wattloop
