#include "io/accounts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "io/civil_time.h"
#include "tests/io/played_case.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

constexpr double hour = 3600.0, mw = 1e6, mwh = 3.6e9;
const double start = *parse_time("2026-07-31T12:00", -6.0 * hour);

/// Twelve hours to midnight and twelve of August, a record each `interval`.
template <class Power>
Accounts accounts_of(Power power, double interval, const std::optional<Tariff>& tariff,
                     const std::optional<CarbonIntensity>& carbon) {
  Accountant accountant(tariff, carbon, start, -6.0 * hour);
  for (double t = 0.0; t <= 24.0 * hour + 1.0; t += interval) accountant.add(t, power(t));
  return accountant.finish(240.0 * mwh, 5000.0);
}

TEST(Accounts, EnergyByTimeOfUseDemandByMonthAndWater) {
  const Tariff tariff{"USD", 40.0 / mwh, 5.0 / 1e3, 2.0 / 1e3, {{"evening", 18.0 * hour, 2.0 * hour, 100.0 / mwh}}};
  const Accounts a = accounts_of([](double) { return 10.0 * mw; }, 60.0, tariff, std::nullopt);
  EXPECT_NEAR(a.energy.at("evening"), 80.0 * mwh, 1e-6 * mwh);  // 18:00 to 02:00
  EXPECT_NEAR(a.energy.at("other"), 160.0 * mwh, 1e-6 * mwh);
  EXPECT_NEAR(a.energy_cost.at("evening"), 8000.0, 1e-6);
  EXPECT_NEAR(a.energy_cost.at("other"), 6400.0, 1e-6);
  ASSERT_EQ(a.demand.size(), 2u);
  EXPECT_NEAR(a.demand_cost, 2.0 * 10.0e3 * 5.0, 1e-6);
  EXPECT_NEAR(a.water_cost, 10.0, 1e-9);
  EXPECT_NEAR(a.cost(), 8000.0 + 6400.0 + 100000.0 + 10.0, 1e-3);
  EXPECT_TRUE(std::isnan(a.carbon));
}

TEST(Accounts, DemandIsTheHighestQuarterOfAnHour) {
  // 40 MW for five minutes within a quarter of 10 MW: (5 x 40 + 10 x 10) / 15.
  const auto power = [](double t) { return t >= 1260.0 && t < 1560.0 ? 40.0 * mw : 10.0 * mw; };
  const Accounts a = accounts_of(power, 1.0, Tariff{"USD"}, std::nullopt);
  EXPECT_NEAR(a.demand.at("2026-07"), 20.0 * mw, 0.02 * mw);
  EXPECT_NEAR(a.demand.at("2026-08"), 10.0 * mw, 1.0);
}

TEST(Accounts, CarbonFollowsItsCourse) {
  const CarbonIntensity carbon{{start, start + 6.0 * hour}, {100e-3 / 3.6e6, 500e-3 / 3.6e6}};
  const Accounts a = accounts_of([](double) { return 10.0 * mw; }, 900.0, std::nullopt, carbon);
  EXPECT_NEAR(a.carbon, 60e3 * 0.1 + 180e3 * 0.5, 1e-6 * a.carbon);
  EXPECT_FALSE(a.has_tariff);
}

TEST(Accounts, EnergyIsThatOfTheMeter) {
  const Accounts a = accounts_of([](double t) { return (10.0 + std::sin(t)) * mw; }, 60.0, Tariff{"USD"}, std::nullopt);
  EXPECT_NEAR(a.energy.at("other"), 240.0 * mwh, 1e-9 * mwh);
}

TEST(Accounts, OfARunCloseWithItsMeter) {
  const Directory directory;
  directory.write("carbon.csv", "time,gco2_per_kwh\n2026-07-15T00:00,400\n2026-07-15T00:30,200\n");
  const std::string text = with({{"workload:\n",
                                  "tariff: {energy: 50 1/MWh, time_of_use: {night: {from: 22:00, to: "
                                  "06:00, energy: 20 1/MWh}}}\ncarbon: {file: carbon.csv}\nworkload:\n"}});
  const Played played = play(directory.write("case.yaml", text), directory);
  const Summary& s = played.summary;
  double energy = 0.0;
  for (const auto& [period, joules] : s.accounts.energy) energy += joules;
  EXPECT_NEAR(energy, s.P_grid * s.duration, 1e-9 * energy);
  EXPECT_NEAR(s.accounts.cost(), 20.0 * energy / mwh, 1e-9 * s.accounts.cost());
  EXPECT_NEAR(s.accounts.carbon, 0.3 * energy / 3.6e6, 0.01 * s.accounts.carbon);
  ASSERT_EQ(s.losses.count("power_shelf"), 1u);
  EXPECT_NEAR(s.losses.at("power_shelf"), 0.028 * s.P_it, 0.01 * s.P_it);
}

TEST(Accounts, WhatIsWrongWithThemIsSaid) {
  const Directory directory;
  directory.write("carbon.csv", "time,gco2_per_kwh\n2026-07-15T01:00,400\n2026-07-15T00:30,-5\n");
  const std::string problems =
      problems_of_case(with({{"workload:\n",
                              "tariff: {time_of_use: {night: {from: 25:00, to: 06:00, energy: 20}}}\n"
                              "carbon: {file: carbon.csv}\nworkload:\n"}}),
                       directory);
  EXPECT_NE(problems.find("carbon.csv:3:1: time goes back"), std::string::npos) << problems;
  EXPECT_NE(problems.find("carbon.csv:3:18: out of range"), std::string::npos) << problems;
  EXPECT_NE(problems.find("not a time of day, got 25:00"), std::string::npos) << problems;
  EXPECT_NE(problems.find("unit missing"), std::string::npos) << problems;
}

TEST(RecordedInput, DipsOfAFileDriveTheGrid) {
  const Directory directory;
  directory.write("dips.csv", "time_s,v_pu,f_hz\n0,1.0,60\n100,0.95,59.9\n160,1.0,60\n");
  const std::string text = with({{"V: 415 V, X: 1 mohm",
                                  "V: {csv: dips.csv, column: v_pu, scale: 415 V, start: 60 s}, X: 1 mohm, "
                                  "frequency: {csv: dips.csv, column: f_hz, scale: 1 Hz, interpolation: linear}"},
                                 {"duration: 1 h", "duration: 5 min, record_interval: 10 s"}});
  const Played played = play(directory.write("case.yaml", text), directory);
  const std::vector<double> voltage = played.values("grid", "grid", "voltage");
  const std::vector<double> frequency = played.values("grid", "grid", "frequency");
  ASSERT_EQ(voltage.size(), 31u);
  for (std::size_t i = 0; i < voltage.size(); ++i) {
    const bool is_low = i >= 16 && i < 22;  // 160 s to 220 s
    EXPECT_NEAR(voltage[i], is_low ? 0.95 * 415.0 : 415.0, 2.0) << 10 * i << " s";
  }
  EXPECT_NEAR(frequency[5], 59.95, 1e-5);  // recorded as floats
  EXPECT_NEAR(frequency[30], 60.0, 1e-5);
  EXPECT_LT(played.summary.closure.energy, 1e-6);
  EXPECT_LT(played.summary.closure.electrical, 1e-9);
}

TEST(RecordedInput, WhatIsWrongIsSaid) {
  const Directory directory;
  directory.write("dips.csv", "time_s,v_pu\n0,1.0\n100,-0.5\n");
  const auto problems = [&](const std::string& value) {
    return problems_of_case(with({{"V: 415 V, X", "V: " + value + ", X"}}), directory);
  };
  EXPECT_NE(problems("{csv: dips.csv, column: v, scale: 415 V}").find("no such column, got v, allowed v_pu"),
            std::string::npos)
      << problems("{csv: dips.csv, column: v, scale: 415 V}");
  EXPECT_NE(problems("{csv: dips.csv, column: v_pu, scale: 415 V}").find("row 2 of the file is out of range"),
            std::string::npos);
  EXPECT_NE(problems("{csv: dips.csv, column: v_pu}").find("scale"), std::string::npos);
  EXPECT_NE(problems("{csv: none.csv, column: v_pu, scale: 415 V}").find("none.csv"), std::string::npos);
}

}  // namespace
}  // namespace wattloop
