// Fault levels of a case by hand: units in parallel, ratings of the gear.

#include "io/fault_report.h"

#include <cmath>
#include <complex>

#include <nlohmann/json.hpp>

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

/// A switchgear of as many sections as there are units says that each unit has a section of its own, whatever hangs on.
TEST(FaultReport, SectionsOfASwitchgearAreFaultedByThemselves) {
  const auto at_lv = [](int sections) {
    const FaultReport report = report_of(three_units + "  gear: {type: switchgear, I_short_time: 85 kA, in_parallel: " +
                                             std::to_string(sections) + "}\n  load: {type: ac_load, power: 3 MW}\n",
                                         "  mv: [grid.supply, breaker.from]\n  feed: [breaker.to, unit.primary]\n"
                                         "  lv: [unit.secondary, gear.bus, load.supply]\n"
                                         "  room: [hall.air, breaker.room, unit.room, load.room]\n");
    return fault_at(report, "lv").I_k;
  };
  const double ratio = 415.0 / 34500.0;
  const auto by_hand = [&](double units) {
    return 1.1 * 415.0 / (std::sqrt(3.0) * std::abs(Complex(0.1, 1.2) * ratio * ratio + unit_impedance() / units));
  };
  EXPECT_NEAR(at_lv(3), by_hand(1.0), 1e-5 * by_hand(1.0));
  EXPECT_NEAR(at_lv(1), by_hand(3.0), 1e-5 * by_hand(3.0));
  EXPECT_NEAR(at_lv(2), by_hand(3.0), 1e-5 * by_hand(3.0)) << "two sections for three units: not told which is whose";
}

/// Fans of 40 x 20 kW direct on line feed the fault behind their locked rotors, 0.04 + j0.19, until they have slowed;
/// fans behind drives and fans that are off do not.
TEST(FaultReport, MotorsDirectOnLineFeedAFaultAtFirst) {
  const auto report_with = [](const std::string& fans) {
    return report_of(
        "  grid: {type: grid, V: 34.5 kV, X: 1.2 ohm}\n"
        "  breaker: {type: breaker, I_rated: 630 A, I_pickup: 0.12, R: 1 uohm}\n"
        "  unit: {type: transformer, S_n: 2.5 MVA, V_primary: 34.5 kV, V_secondary: 415 V, uk: 5.75 %, P0: 3.2 kW, "
        "Pk: 12.2 kW}\n"
        "  source: {type: liquid_source, liquid: chw, p: 3 bar, T: 20 degC}\n"
        "  sink: {type: liquid_source, liquid: chw, p: 2.5 bar, T: 30 degC}\n"
        "  fans: {use: fan_wall_400kw, in_parallel: 40, P_fan_nominal: 20 kW, " +
            fans + "}\n",
        "  mv: [grid.supply, breaker.from]\n  feed: [breaker.to, unit.primary]\n"
        "  lv: [unit.secondary, fans.supply]\n"
        "  cold: [source.port, fans.inlet]\n  warm: [fans.outlet, sink.port]\n"
        "  room: [hall.air, breaker.room, unit.room, fans.air]\n"
        "liquids:\n  chw: {kind: water}\n");
  };
  const FaultReport drives = report_with("type: fan_wall"), off = report_with("type: fan_wall_direct, on: 0"),
                    motors = report_with("type: fan_wall_direct");
  const Fault without = fault_at(drives, "lv"), with = fault_at(motors, "lv");
  const double ratio = 415.0 / 34500.0;
  const Complex Z = Complex(0.0, 1.2) * ratio * ratio + unit_impedance(),
                locked = Complex(0.04, 0.19) * (415.0 * 415.0 / (40.0 * 20e3)), both = Z * locked / (Z + locked);
  const auto I_k = [](Complex behind) { return 1.1 * 415.0 / (std::sqrt(3.0) * std::abs(behind)); };
  EXPECT_NEAR(without.I_k, I_k(Z), 1e-5 * without.I_k);
  EXPECT_EQ(fault_at(off, "lv").I_k, without.I_k);
  EXPECT_NEAR(with.I_k, I_k(both), 1e-5 * with.I_k);
  const double kappa = 1.02 + 0.98 * std::exp(-3.0 * both.real() / both.imag());
  EXPECT_NEAR(with.I_peak, kappa * std::sqrt(2.0) * I_k(both), 1e-5 * with.I_peak);
  ASSERT_EQ(with.duties.size(), 1u);
  EXPECT_NEAR(with.duties[0].I, without.duties[0].I, 1e-9 * with.duties[0].I) << "who opens later sees the grid alone";
  const Complex grid = Complex(0.0, 1.2) * ratio * ratio, behind = unit_impedance() + locked;
  const double at_mv = I_k(grid * behind / (grid + behind)) * ratio;
  EXPECT_NEAR(fault_at(motors, "mv").I_k, at_mv, 1e-5 * at_mv) << "through the transformer";
}

const GearDuty* duty_of(const FaultReport& report, const std::string& gear, GearDuty::Rating rating) {
  for (const GearDuty& duty : report.gear)
    if (duty.gear == gear && duty.rating == rating) return &duty;
  return nullptr;
}

/// 34.5 kV, 0.1 + j1.2 ohm: 18.2 kA, kappa = 1.02 + 0.98 exp(-3 R/X) = 1.783, peak 45.9 kA. A breaker clears behind it.
TEST(FaultReport, RatingsOfGearByHand) {
  const FaultReport report = report_of(
      "  grid: {type: grid, V: 34.5 kV, R: 0.1 ohm, X: 1.2 ohm}\n"
      "  breaker: {type: breaker, I_rated: 630 A, R: 1 uohm, time_multiplier: 0.2, I_instantaneous: 1000, "
      "I_interrupting: "
      "20 kA, I_making: 40 kA}\n"
      "  gear: {type: switchgear, I_short_time: 16 kA, short_time: 1 s}\n"
      "  cable: {type: line, length: 1 m, R_per_metre: 1 uohm/m, X_per_metre: 1 uohm/m, I_rated: 300 A, I_short_time: "
      "10 "
      "kA}\n"
      "  load: {type: ac_load, power: 3 MW, V_minimum: 30 kV}\n",
      "  mv: [grid.supply, breaker.from]\n  bus: [breaker.to, gear.bus, cable.from]\n  end: [cable.to, load.supply]\n"
      "  room: [hall.air, breaker.room, cable.room, load.room]\n");
  const double I_k = 1.1 * 34.5e3 / (std::sqrt(3.0) * std::hypot(0.1, 1.2));
  const double peak = (1.02 + 0.98 * std::exp(-3.0 * 0.1 / 1.2)) * std::sqrt(2.0) * I_k;
  const double t = 0.2 * 0.14 / (std::pow(I_k / (1.2 * 630.0), 0.02) - 1.0) + 0.05;
  const auto expect = [&](const char* gear, GearDuty::Rating rating, double loading) {
    const GearDuty* duty = duty_of(report, gear, rating);
    ASSERT_TRUE(duty) << gear;
    EXPECT_NEAR(duty->loading(), loading, 1e-4 * loading) << gear;
  };
  expect("breaker", GearDuty::Rating::interrupting, I_k / 20e3);
  expect("breaker", GearDuty::Rating::peak, peak / 40e3);
  expect("cable", GearDuty::Rating::short_time, I_k * std::sqrt(t) / 10e3);
  EXPECT_GT(I_k, 16e3) << "more than the rated current, but for less than a second";
  EXPECT_LT(I_k * std::sqrt(t), 16e3);
  EXPECT_FALSE(report.gear_is_strong_enough()) << "the breaker cannot close on 45.9 kA";
}

/// What nothing clears lasts as long as the gear is rated for; the peak of a switchgear follows from the standards.
TEST(FaultReport, ASwitchgearAtTheGridsBus) {
  const FaultReport report = report_of(
      "  grid: {type: grid, V: 415 V, R: 1 mohm, X: 5 mohm}\n"
      "  gear: {type: switchgear, I_short_time: 50 kA}\n  load: {type: ac_load, power: 300 kW}\n",
      "  bus: [grid.supply, gear.bus, load.supply]\n  room: [hall.air, load.room]\n");
  const double I_k = 1.1 * 415.0 / (std::sqrt(3.0) * std::hypot(1e-3, 5e-3));
  const double peak = (1.02 + 0.98 * std::exp(-0.6)) * std::sqrt(2.0) * I_k;
  EXPECT_NEAR(duty_of(report, "gear", GearDuty::Rating::short_time)->loading(), I_k / 50e3, 1e-9);
  EXPECT_NEAR(duty_of(report, "gear", GearDuty::Rating::peak)->loading(), peak / (2.1 * 50e3), 1e-9);
}

/// Where no gear states a rating nothing can be too weak: those buses are told, equal ones once.
TEST(FaultReport, BusesWithoutARatingAreTold) {
  const auto told = [](const std::string& gear, const std::string& at_mv) {
    const FaultReport report = report_of(
        "  grid: {type: grid, V: 34.5 kV, R: 0.1 ohm, X: 1.2 ohm}\n"
        "  unit: {type: transformer, count: 2, S_n: 2.5 MVA, V_primary: 34.5 kV, V_secondary: 415 V, uk: 5.75 %, "
        "P0: 3.2 kW, Pk: 12.2 kW}\n  load: {type: ac_load, power: 3 MW}\n" +
            gear,
        "  mv: [grid.supply, " + at_mv +
            "unit.primary]\n  lv: [unit.secondary, load.supply]\n"
            "  room: [hall.air, unit.room, load.room]\n");
    EXPECT_EQ(nlohmann::json::parse(fault_json(report)).at("gear_unrated").size(), report.unrated.size());
    return fault_text(report);
  };
  const std::string rated = told("  gear: {type: switchgear, I_short_time: 25 kA}\n", "gear.bus, ");
  EXPECT_EQ(rated.find("gear, no rating stated: mv "), std::string::npos) << rated;
  EXPECT_NE(rated.find("gear, no rating stated: lv for "), std::string::npos) << rated;
  const std::string unrated = told("", "");
  EXPECT_NE(unrated.find("gear, no rating stated: mv for 18.2 kA, peak 45.9 kA, that may flow"), std::string::npos)
      << unrated;
}

TEST(FaultReport, PeakFactorsOfTheStandards) {
  EXPECT_EQ(rated_peak_factor(34.5e3, 40e3), 2.6);
  const double table[][2] = {{5e3, 1.5}, {10e3, 1.7}, {20e3, 2.0}, {50e3, 2.1}, {65e3, 2.2}};
  for (const auto& [I, n] : table) EXPECT_EQ(rated_peak_factor(415.0, I), n) << I;
}

}  // namespace
}  // namespace wattloop
