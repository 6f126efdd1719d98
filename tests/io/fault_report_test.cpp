// Fault levels of a case by hand: units in parallel, ratings of the gear.

#include "io/fault_report.h"

#include <cmath>
#include <complex>

#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

using Complex = std::complex<double>;

FaultReport report_of(const std::string& parts, const std::string& nodes) {
  static const Directory directory;
  const auto file = directory.write("case.yaml", network("duration: 1 s, record_interval: 1 s", parts, nodes, ""));
  const Twin twin(read_case(file, {}), 1);
  return fault_report(fault_network(twin.network()));
}

const Fault& fault_at(const FaultReport& report, const std::string& bus) {
  for (const Fault& fault : report.faults)
    if (report.network.buses[fault.bus].name == bus) return fault;
  throw std::invalid_argument("no bus " + bus);
}

/// A unit of 2.5 MVA, 5.75 %: Z at its secondary, ohm, with K_T (IEC 60909-0, 2016).
Complex unit_impedance() {
  const double r = 12.2 / 2500.0, x = std::sqrt(0.0575 * 0.0575 - r * r), K_T = 0.95 * 1.1 / (1.0 + 0.6 * x);
  return K_T * Complex(r, x) * (415.0 * 415.0 / 2.5e6);
}

const std::string three_units =
    "  grid: {type: grid, V: 34.5 kV, R: 0.1 ohm, X: 1.2 ohm}\n"
    "  breaker: {type: breaker, in_parallel: 3, I_rated: 630 A, I_pickup: 0.12, R: 1 uohm}\n"
    "  unit: {type: transformer, in_parallel: 3, S_n: 2.5 MVA, V_primary: 34.5 kV, V_secondary: 415 V, uk: 5.75 %, P0: "
    "3.2 kW, Pk: 12.2 kW}\n";

/// Each of three units has a bus of its own: the fault at one of them sees that unit alone.
TEST(FaultReport, AUnitInParallelWithABusOfItsOwnIsFaultedByItself) {
  const FaultReport report = report_of(
      three_units + "  ups: {type: ups, in_parallel: 3, P_rated: 2 MW}\n  load: {type: ac_load, power: 3 MW}\n",
      "  mv: [grid.supply, breaker.from]\n  feed: [breaker.to, unit.primary]\n"
      "  lv: [unit.secondary, ups.inlet]\n  out: [ups.outlet, load.supply]\n"
      "  room: [hall.air, breaker.room, unit.room, ups.room, load.room]\n");
  const double ratio = 415.0 / 34500.0;
  const Complex Z = Complex(0.1, 1.2) * ratio * ratio + unit_impedance();
  const double I_k = 1.1 * 415.0 / (std::sqrt(3.0) * std::abs(Z));
  const Fault& fault = fault_at(report, "lv");
  EXPECT_NEAR(fault.I_k, I_k, 1e-5 * I_k) << "62 kA; the contacts have 1 uohm";
  ASSERT_EQ(fault.duties.size(), 1u) << "the other two carry nothing";
  EXPECT_NEAR(fault.duties[0].I, I_k * ratio, 1e-5 * I_k * ratio);
  EXPECT_TRUE(report.clears_all());
}

/// On one bus together they feed its fault together.
TEST(FaultReport, UnitsInParallelOnOneBusFeedItsFaultTogether) {
  const FaultReport report = report_of(three_units + "  load: {type: ac_load, power: 3 MW}\n",
                                       "  mv: [grid.supply, breaker.from]\n  feed: [breaker.to, unit.primary]\n"
                                       "  lv: [unit.secondary, load.supply]\n"
                                       "  room: [hall.air, breaker.room, unit.room, load.room]\n");
  const double ratio = 415.0 / 34500.0;
  const Complex Z = Complex(0.1, 1.2) * ratio * ratio + unit_impedance() / 3.0;
  const double I_k = 1.1 * 415.0 / (std::sqrt(3.0) * std::abs(Z));
  EXPECT_NEAR(fault_at(report, "lv").I_k, I_k, 1e-5 * I_k);
}

}  // namespace
}  // namespace wattloop
