// Water networks against published solutions and against EPANET 2.2 over time.

#include "meshes/extended_period.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "io/importers/epanet_reader.h"

namespace wattloop {
namespace {

const std::filesystem::path folder = std::filesystem::path(WATTLOOP_VALIDATION_DIR) / "epanet";

struct Moment {
  long time = 0;
  bool converged = false;
  std::vector<double> head, flow;
  std::vector<int> open;
  std::vector<WaterWarning> warnings;
  std::vector<char> undetermined;
};

std::vector<Moment> run(const WaterNetwork& net) {
  std::vector<Moment> moments;
  WaterPeriod period(net);
  period.run([&](const WaterPeriod& now) {
    Moment moment{now.time(), now.result().converged, {}, {}, {}, now.warnings(), now.undetermined()};
    for (std::size_t i = 0; i < net.nodes.size(); ++i) moment.head.push_back(now.state().head(static_cast<int>(i)));
    for (std::size_t k = 0; k < net.links.size(); ++k) {
      moment.flow.push_back(now.state().flow(static_cast<int>(k)));
      moment.open.push_back(is_closed(now.state().status[k]) ? 0 : 1);
    }
    moments.push_back(std::move(moment));
  });
  return moments;
}

Moment steady(const std::string& file) {
  const Moment moment = run(read_epanet((folder / file).string())).front();
  EXPECT_TRUE(moment.converged) << file;
  return moment;
}

// OWA-EPANET, small/todinitest.inp.
TEST(WaterSteady, TodiniFiveNodes) {
  const Moment m = steady("todini.inp");
  const double heads[] = {99.7572, 99.7621, 99.6968, 99.7019};
  const double flows[] = {50.2716, 49.7284, -6.0677, 22.6132, 23.7262, 23.6607, -6.2738};  // L/s
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(m.head[i], heads[i], 5.1e-5);
  for (int k = 0; k < 7; ++k) EXPECT_NEAR(1e3 * m.flow[k], flows[k], 5.1e-5);
}

// Elhay & Simpson, J. Hydraul. Eng. 137 (2011) 1216: three links without flow, where EPANET does not converge.
TEST(WaterSteady, ZeroFlowsAreExact) {
  const Moment m = steady("elhay.inp");
  const double heads[] = {36.6808, 36.6808, 33.3616, 33.3616, 30.0423, 30.0423, 26.7231};
  const double flows[] = {40, 0, 40, 40, 40, 0, 40, 40, 0, 40, 40};  // L/s
  for (int i = 0; i < 7; ++i) EXPECT_NEAR(m.head[i], heads[i], 5.1e-5);
  for (int k = 0; k < 11; ++k) EXPECT_NEAR(1e3 * m.flow[k], flows[k], 1e-7);
}

// Two reservoirs at one head through pipes of L and 2 L: q1/q2 = 2^(1/1.852); laminar 2:1, with a third path 4:2:0.005.
TEST(WaterSteady, SmallGradientsSplitAsTheLawSays) {
  const double ratio = std::pow(2.0, 1.0 / 1.852);
  for (const auto& [file, demand] : {std::pair{"gorev_hw_3.inp", 3.0}, {"gorev_hw_2.7.inp", 2.7}}) {
    const Moment m = steady(file);
    EXPECT_NEAR(1e3 * m.flow[0], demand * ratio / (1.0 + ratio), 1e-8) << file;
    EXPECT_NEAR(1e3 * m.flow[1], demand / (1.0 + ratio), 1e-8) << file;
  }
  const Moment two = steady("gorev_dw_2.7.inp");
  EXPECT_NEAR(1e3 * two.flow[0], 1.8, 1e-8);
  EXPECT_NEAR(1e3 * two.flow[1], 0.9, 1e-8);
  const Moment three = steady("gorev_dw_three.inp");
  EXPECT_NEAR(1e3 * three.flow[0], 2.7 * 4.0 / 6.005, 1e-8);
  EXPECT_NEAR(1e3 * three.flow[1], 2.7 * 2.0 / 6.005, 1e-8);
  EXPECT_NEAR(1e3 * three.flow[2], 2.7 * 0.005 / 6.005, 1e-8);
}

// What was solved before is a start, not part of the answer: one source (flows then follow the demands), and several.
TEST(WaterSteady, AnswersDoNotDependOnTheMomentBefore) {
  for (const char* file : {"elhay.inp", "todini.inp", "gorev_hw_3.inp", "gorev_dw_three.inp"}) {
    const WaterNetwork net = read_epanet((folder / file).string());
    WaterSteady fresh(net);
    junction_demands(net, 0, fresh.demand);
    WaterSteady used = fresh;
    for (std::size_t i = 0; i < used.demand.size(); ++i) used.demand[i] *= 1.0 + 0.1 * static_cast<double>(i % 3);
    EXPECT_TRUE(used.solve().converged) << file;
    used.demand = fresh.demand;
    EXPECT_TRUE(used.solve().converged) << file;
    EXPECT_TRUE(fresh.solve().converged) << file;
    for (int i = 0; i < static_cast<int>(net.nodes.size()); ++i) EXPECT_NEAR(used.head(i), fresh.head(i), 1e-9) << file;
    for (int k = 0; k < static_cast<int>(net.links.size()); ++k)
      EXPECT_NEAR(used.flow(k), fresh.flow(k), 1e-11) << file;
  }
}

// Every feature of the format three times, against EPANET: heads within 1 mm, flows within 1e-4 of themselves above a
// floor, statuses equal. See tests/validation/epanet/reference.py.
TEST(WaterPeriod, EqualsEpanet) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "cases")) {
    if (entry.path().extension() != ".inp") continue;
    ++cases;
    SCOPED_TRACE(entry.path().filename().string());
    const WaterNetwork net = read_epanet(entry.path().string());
    const std::vector<Moment> moments = run(net);
    const std::size_t nodes = net.nodes.size();
    const std::size_t links = net.links.size();
    std::ifstream file(std::filesystem::path(entry.path()).replace_extension(".csv"));
    std::size_t t = 0;
    for (std::string line; std::getline(file, line);) {
      if (line.front() == '#') continue;
      std::vector<double> x;
      std::istringstream fields(line);
      for (std::string field; std::getline(fields, field, ',');) x.push_back(std::stod(field));
      ASSERT_EQ(x.size(), 2 + nodes + 2 * links);
      ASSERT_LT(t, moments.size());
      const Moment& m = moments[t++];
      EXPECT_TRUE(m.converged);
      ASSERT_EQ(m.time, static_cast<long>(x[0]));
      for (std::size_t i = 0; i < nodes; ++i)
        EXPECT_NEAR(m.head[i], x[2 + i], 1e-3) << net.nodes[i].id << " " << m.time;
      const double* flow = x.data() + 2 + nodes;
      double floor = 1e-6;
      for (std::size_t k = 0; k < links; ++k) floor = std::max(floor, 1e-4 * std::abs(flow[k]));
      for (std::size_t k = 0; k < links; ++k) {
        EXPECT_NEAR(m.flow[k], flow[k], 1e-4 * std::max(floor, std::abs(flow[k])) + 2.0 * x[1]) << net.links[k].id;
        EXPECT_EQ(m.open[k], static_cast<int>(flow[links + k])) << net.links[k].id << " " << m.time;
      }
    }
    EXPECT_GT(t, 0u);
  }
  EXPECT_EQ(cases, 36);
}

WaterNetwork network(const std::string& text) {
  return read_epanet_text("net.inp", text);
}

bool warns(const Moment& moment, WaterWarning::Kind kind) {
  const auto is = [kind](const WaterWarning& warning) { return warning.kind == kind; };
  return std::any_of(moment.warnings.begin(), moment.warnings.end(), is);
}

TEST(WaterWarnings, APartCutOffByAClosedLinkHasNoHead) {
  const std::string text =
      "[JUNCTIONS]\nA 10 1\nB 10 2\nC 10 0\n[RESERVOIRS]\nR 50\n[PIPES]\nP1 R A 10 100 100\n"
      "P2 A B 10 100 100 0 CLOSED\nP3 A C 10 100 100 0 CLOSED\n[OPTIONS]\nUNITS LPS\n";
  const Moment m = run(network(text)).front();
  EXPECT_TRUE(m.converged);
  EXPECT_TRUE(warns(m, WaterWarning::Kind::cut_off));
  EXPECT_EQ(m.undetermined, (std::vector<char>{0, 1, 0}));
  EXPECT_NEAR(m.head[2], m.head[0], 1e-6);  // nothing is taken there
  EXPECT_NEAR(m.flow[0], 3e-3, 1e-7);       // as in EPANET, what is asked for in the part still loads the rest
}

TEST(WaterWarnings, ATankThatDrainsIsFlagged) {
  const std::string text =
      "[JUNCTIONS]\nA 0 2\n[RESERVOIRS]\nR 5\n[TANKS]\nT 20 2 1 5 3\n[PIPES]\nP1 R A 1000 100 100\nP2 T A 10 200 100\n"
      "[OPTIONS]\nUNITS LPS\n[TIMES]\nDURATION 6\n";
  const std::vector<Moment> moments = run(network(text));
  EXPECT_FALSE(warns(moments.front(), WaterWarning::Kind::tank_empty));
  EXPECT_TRUE(warns(moments.back(), WaterWarning::Kind::tank_empty));
  EXPECT_EQ(moments.back().open[1], 0);  // its pipe closes
  EXPECT_NEAR(moments.back().head[2], 21.0, 1e-9);
}

TEST(WaterWarnings, ControlsThatFightAreFlagged) {
  const std::string text =
      "[JUNCTIONS]\nA 0 1\n[RESERVOIRS]\nR 30\n[TANKS]\nT 20 3 1 5 3\n[PIPES]\nP1 R A 100 100 100\nP2 T A 10 200 100\n"
      "[CONTROLS]\nLINK P1 CLOSED IF NODE T ABOVE 2\nLINK P1 OPEN IF NODE T BELOW 4\n[OPTIONS]\nUNITS LPS\n";
  EXPECT_TRUE(warns(run(network(text)).front(), WaterWarning::Kind::controls_fight));
}

TEST(WaterWarnings, ControlsOnPressuresThatFightAreFlagged) {
  // Closed, the pressure at A falls below 20 m and opens P1; open, it rises above 25 m and closes it.
  const std::string text =
      "[JUNCTIONS]\nA 0 20\n[RESERVOIRS]\nR 30\nS 15\n[PIPES]\nP1 R A 100 200 100\nP2 S A 100 100 100\n"
      "[CONTROLS]\nLINK P1 CLOSED IF NODE A ABOVE 25\nLINK P1 OPEN IF NODE A BELOW 20\n[OPTIONS]\nUNITS LPS\n";
  const Moment m = run(network(text)).front();
  EXPECT_FALSE(m.converged);
  EXPECT_TRUE(warns(m, WaterWarning::Kind::controls_fight));
}

TEST(WaterWarnings, RulesThatFightAreFlagged) {
  const std::string rules =
      "[JUNCTIONS]\nA 0 1\n[RESERVOIRS]\nR 30\n[TANKS]\nT 20 3 1 5 3\n[PIPES]\nP1 R A 100 100 100\nP2 T A 10 200 100\n"
      "[OPTIONS]\nUNITS LPS\n[TIMES]\nDURATION 2\n[RULES]\nRULE 1\nIF TANK T LEVEL > 1\nTHEN PIPE P1 STATUS = CLOSED\n"
      "PRIORITY 2\nRULE 2\nIF SYSTEM TIME > 0\nTHEN PIPE P1 STATUS = OPEN\n";
  EXPECT_TRUE(warns(run(network(rules + "PRIORITY 2\n")).back(), WaterWarning::Kind::controls_fight));
  EXPECT_FALSE(warns(run(network(rules + "PRIORITY 1\n")).back(), WaterWarning::Kind::controls_fight));
}

TEST(WaterWarnings, PumpsAndValvesBeyondTheirReachAreFlagged) {
  const std::string pump =
      "[JUNCTIONS]\nA 0 1\n[RESERVOIRS]\nR 0\nS 90\n[PUMPS]\nU R A HEAD C\n[PIPES]\nP A S 100 200 100\n[CURVES]\nC 10 "
      "30\n"
      "[OPTIONS]\nUNITS LPS\n";
  const Moment beyond = run(network(pump)).front();
  EXPECT_TRUE(warns(beyond, WaterWarning::Kind::pump_beyond_head));
  EXPECT_EQ(beyond.flow[1], 0.0);  // links are pipes, pumps, valves
  const std::string valve =
      "[JUNCTIONS]\nA 0 0\nB 0 1\n[RESERVOIRS]\nR 20\n[PIPES]\nP R A 100 100 100\n[VALVES]\nV A B 100 FCV "
      "5\n[OPTIONS]\n"
      "UNITS LPS\n";
  const Moment starved = run(network(valve)).front();
  EXPECT_TRUE(warns(starved, WaterWarning::Kind::valve_beyond_flow));
  EXPECT_NEAR(starved.flow[1], 1e-3, 1e-9);
}

}  // namespace
}  // namespace wattloop
