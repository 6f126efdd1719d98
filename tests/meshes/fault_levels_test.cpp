// Short-circuit currents against the closed form and pandapower, and who clears a fault.

#include "meshes/fault_levels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

namespace wattloop {
namespace {

using Complex = std::complex<double>;

/// 10 kV; a source, three breakers in a row with a line behind each.
FaultNetwork feeder() {
  FaultNetwork net;
  net.sources.push_back({0, {0.0, 0.5}});
  for (int i = 0; i < 7; ++i) net.buses.push_back({"bus_" + std::to_string(i), 10e3});
  for (int i = 0; i < 3; ++i) {
    FaultNetwork::Breaker breaker{"breaker_" + std::to_string(i), 2 * i};
    breaker.I_pickup = 600.0;
    breaker.I_instantaneous = 1e5;
    breaker.time_multiplier = 0.4 - 0.15 * i;
    breaker.I_interrupting = 20e3;
    net.breakers.push_back(breaker);
    net.branches.push_back({2 * i, 2 * i + 1, {1e-6, 0.0}, 1.0, i});
    net.branches.push_back({2 * i + 1, 2 * i + 2, {0.1, 0.2}});
  }
  return net;
}

TEST(FaultLevels, FeederInClosedForm) {
  const FaultNetwork net = feeder();
  const std::vector<Fault> faults = find_faults(net);
  const double base = 100e6 / (std::sqrt(3.0) * 10e3);
  for (int lines = 0; lines <= 3; ++lines) {
    const Complex Z(0.1 * lines + 1e-6 * lines, 0.5 + 0.2 * lines);
    const Fault& fault = faults[2 * lines];
    EXPECT_NEAR(fault.I_k, 1.1 * base / std::abs(Z), 1e-9 * fault.I_k) << lines;
    const double kappa = 1.02 + 0.98 * std::exp(-3.0 * Z.real() / Z.imag());
    EXPECT_NEAR(fault.I_peak, kappa * std::sqrt(2.0) * fault.I_k, 1e-9 * fault.I_peak) << lines;
    EXPECT_EQ(fault.duties.size(), static_cast<std::size_t>(lines));
    for (const BreakerDuty& d : fault.duties) EXPECT_NEAR(d.I, fault.I_k, 1e-6 * fault.I_k);
  }
}

TEST(FaultLevels, TheBreakerNextToTheFaultOpensFirst) {
  const std::vector<Fault> faults = find_faults(feeder());
  const Fault& end = faults[6];
  ASSERT_EQ(end.duties.size(), 3u);
  EXPECT_EQ(end.duties[0].breaker, 2);
  EXPECT_TRUE(end.duties[0].is_next);
  EXPECT_FALSE(end.duties[1].is_next);
  const double by_curve = 0.1 * 0.14 / (std::pow(end.I_k / 600.0, 0.02) - 1.0) + 0.05;
  EXPECT_NEAR(end.duties[0].time, by_curve, 1e-9);
  EXPECT_NEAR(end.cleared(), by_curve, 1e-9);
  EXPECT_EQ(faults[0].cleared(), 0.0);  // the grid's own breaker must
}

TEST(FaultLevels, WhatNoSourceFeedsHasNone) {
  FaultNetwork net = feeder();
  net.branches.erase(net.branches.begin() + 4, net.branches.end());
  net.breakers.pop_back();
  const std::vector<Fault> faults = find_faults(net);
  EXPECT_GT(faults[4].I_k, 0.0);
  EXPECT_EQ(faults[5].I_k, 0.0);
  EXPECT_TRUE(faults[6].duties.empty());
}

FaultNetwork read_network(const nlohmann::json& text) {
  FaultNetwork net;
  for (const auto& kv : text["buses_kv"]) net.buses.push_back({"", 1e3 * kv.get<double>()});
  const auto base_ohm = [&](int bus) { return net.buses[bus].V * net.buses[bus].V / FaultNetwork::base; };
  for (const auto& s : text["sources"]) {  // |Z| = c V^2 / S_k
    const double Z = voltage_factor * FaultNetwork::base / (1e6 * s["s_k_mva"].get<double>()), rx = s["rx"];
    const double X = Z / std::sqrt(1.0 + rx * rx);
    net.sources.push_back({s["bus"], {rx * X, X}});
  }
  for (const auto& t : text["transformers"]) {
    const double r = t["r"], uk = t["uk"], x = std::sqrt(uk * uk - r * r), S = 1e6 * t["s_mva"].get<double>();
    net.branches.push_back({t["from"], t["to"], transformer_correction(x) * Complex(r, x) * FaultNetwork::base / S});
  }
  for (const auto& l : text["lines"]) {
    const double km = l["km"];
    net.branches.push_back({l["from"], l["to"], Complex(l["r"], l["x"]) * km / base_ohm(l["to"])});
  }
  return net;
}

TEST(FaultLevels, AgreesWithPandapower) {
  std::ifstream file(WATTLOOP_VALIDATION_DIR "/fault_levels/networks.json");
  const nlohmann::json reference = nlohmann::json::parse(file);
  int buses = 0;
  for (const auto& text : reference["networks"]) {
    for (const Fault& fault : find_faults(read_network(text))) {
      const double I_k = 1e3 * text["i_k_ka"][fault.bus].get<double>();
      const double I_p = 1e3 * text["ip_ka"][fault.bus].get<double>();
      EXPECT_NEAR(fault.I_k, I_k, 1e-8 * I_k) << text["seed"] << " bus " << fault.bus;
      EXPECT_NEAR(fault.I_peak, I_p, 1e-8 * I_p) << text["seed"] << " bus " << fault.bus;
      ++buses;
    }
  }
  EXPECT_GE(buses, 60);
}

}  // namespace
}  // namespace wattloop
