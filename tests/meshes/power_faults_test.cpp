// Fault levels of networks in MATPOWER's format, against pandapower.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "meshes/fault_levels.h"
#include "meshes/power_network.h"

namespace wattloop {
namespace {

/// One of the networks that pandapower has computed, as its tables in MATPOWER's format would be.
PowerNetwork read_network(const nlohmann::json& text) {
  PowerNetwork net;
  net.base_mva = 50.0;
  int id = 0;
  for (const auto& kv : text["buses_kv"]) {
    PowerBus& bus = net.buses.emplace_back();
    bus.id = ++id;
    bus.base_kv = kv;
  }
  for (const auto& s : text["sources"])
    net.fault_sources.push_back({s["bus"], 1e6 * s["s_k_mva"].get<double>(), 1.0 / s["rx"].get<double>()});
  const auto add = [&](int from, int to, double R, double X) -> PowerBranch& {
    PowerBranch& branch = net.branches.emplace_back();
    branch.from = from, branch.to = to, branch.R = R, branch.X = X;
    return branch;
  };
  for (const auto& t : text["transformers"]) {
    const double r = t["r"], uk = t["uk"], per_base = net.base_mva / t["s_mva"].get<double>();
    add(t["from"], t["to"], r * per_base, std::sqrt(uk * uk - r * r) * per_base).rating = 1.0 / per_base;
  }
  for (const auto& l : text["lines"]) {
    const double kv = net.buses[l["to"].get<int>()].base_kv, per_ohm = l["km"].get<double>() * net.base_mva / (kv * kv);
    add(l["from"], l["to"], l["r"].get<double>() * per_ohm, l["x"].get<double>() * per_ohm);
  }
  return net;
}

TEST(PowerFaults, AgreeWithPandapower) {
  std::ifstream file(WATTLOOP_VALIDATION_DIR "/fault_levels/networks.json");
  const nlohmann::json reference = nlohmann::json::parse(file);
  int buses = 0;
  for (const auto& text : reference["networks"])
    for (const Fault& fault : find_faults(fault_network(read_network(text)))) {
      const double I_k = 1e3 * text["i_k_ka"][fault.bus].get<double>(),
                   I_p = 1e3 * text["ip_ka"][fault.bus].get<double>();
      EXPECT_NEAR(fault.I_k, I_k, 1e-8 * I_k) << text["seed"] << " bus " << fault.bus;
      EXPECT_NEAR(fault.I_peak, I_p, 1e-8 * I_p) << text["seed"] << " bus " << fault.bus;
      ++buses;
    }
  EXPECT_GE(buses, 60);
}

/// 110 kV, a source of 2 GVA; a transformer without rating and with a ratio of 0.95, another branch off.
PowerNetwork two_buses() {
  PowerNetwork net;
  net.buses.resize(3);
  net.buses[0].base_kv = 110.0, net.buses[1].base_kv = net.buses[2].base_kv = 20.0;
  net.buses[0].id = 7, net.buses[1].id = 8, net.buses[2].id = 9;
  net.fault_sources.push_back({0, 2e9, 1e6});
  PowerBranch unit;
  unit.from = 0, unit.to = 1, unit.X = 0.2, unit.tap = 0.95;
  net.branches = {unit, unit};
  net.branches[1].to = 2, net.branches[1].on = false;
  return net;
}

TEST(PowerFaults, InClosedForm) {
  const std::vector<Fault> faults = find_faults(fault_network(two_buses()));
  EXPECT_NEAR(faults[0].I_k, 2e9 / (std::sqrt(3.0) * 110e3), 1.0);  // S_k is I"k's, with c
  const double Z = 1.1 * 100.0 / 2000.0 / (0.95 * 0.95) + 0.2;      // seen through the ratio
  EXPECT_NEAR(faults[1].I_k, 1.1 / Z * 100e6 / (std::sqrt(3.0) * 20e3), 1.0);
  EXPECT_EQ(faults[2].I_k, 0.0) << "off";
}

TEST(PowerFaults, ABusWithoutABaseVoltageIsNamed) {
  PowerNetwork net = two_buses();
  net.buses[1].base_kv = 0.0;
  try {
    fault_network(net);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "bus 8 has no base voltage");
  }
}

}  // namespace
}  // namespace wattloop
