// Reading of EPANET files: what is understood, and every mistake by line and object.

#include "io/importers/epanet_reader.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wattloop {
namespace {

/// A small network that is right, with one section's text added and the options replaced.
std::string network(const std::string& more = "", const std::string& options = "UNITS LPS") {
  return "[JUNCTIONS]\nA 10 5\nB 12 3\n[RESERVOIRS]\nR 60\n[TANKS]\nT 40 3 1 6 10\n"
         "[PIPES]\nP1 R A 100 200 120\nP2 A B 150 150 110 0.5\nP3 B T 80 200 120\n"
         "[CURVES]\nONE 20 30\nTHREE 0 40\nTHREE 20 30\nTHREE 40 10\nRISING 0 10\nRISING 5 12\nRISING 9 20\nRISING 12 "
         "30\n"
         "[PATTERNS]\nDAY 1 2 3\n[OPTIONS]\n" +
         options + "\n" + more + "\n[END]\n";
}

std::string errors_of(const std::string& text) {
  try {
    read_epanet_text("net.inp", text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

struct Mistake {
  const char* name;
  const char* text;
  std::vector<const char*> told;
};

class EpanetMistake : public testing::TestWithParam<Mistake> {};

TEST_P(EpanetMistake, IsNamedWithLineAndObject) {
  const std::string told = errors_of(network(GetParam().text));
  for (const char* part : GetParam().told) EXPECT_NE(told.find(part), std::string::npos) << part << "\nin:\n" << told;
  EXPECT_NE(told.find("net.inp:"), std::string::npos) << told;
}

INSTANTIATE_TEST_SUITE_P(
    All, EpanetMistake,
    testing::Values(
        Mistake{
            "UnreachedPart", "[JUNCTIONS]\nX 1\nY 2\n[PIPES]\nPX X Y 10 100 100", {"[JUNCTIONS] X", "[JUNCTIONS] Y"}},
        Mistake{"LoneNode", "[JUNCTIONS]\nX 1", {"net.inp:26", "[JUNCTIONS] X", "no link leads"}},
        Mistake{"NegativeLength", "[PIPES]\nP9 A B -5 100 100", {"net.inp:26:8", "[PIPES] P9", "length", "'-5'"}},
        Mistake{"ZeroDiameter", "[PIPES]\nP9 A B 5 0 100", {"[PIPES] P9", "diameter", "above 0"}},
        Mistake{"ZeroRoughness", "[PIPES]\nP9 A B 5 100 0", {"[PIPES] P9", "roughness"}},
        Mistake{"PumpWithoutCurve", "[PUMPS]\nU R B", {"[PUMPS] U", "no head curve and no power"}},
        Mistake{"PumpCurveMissing", "[PUMPS]\nU R B HEAD NONE", {"[PUMPS] U", "no curve has this name", "'NONE'"}},
        Mistake{"PumpCurveRises", "[PUMPS]\nU R B HEAD RISING", {"[PUMPS] U", "do not fall", "line 17"}},
        Mistake{"CurveXFalls", "[CURVES]\nBAD 5 1\nBAD 4 2", {"[CURVES] BAD", "x does not increase", "above 5"}},
        Mistake{"LossCurveFalls",
                "[CURVES]\nL 0 5\nL 9 1\n[VALVES]\nV A B 100 GPV L",
                {"[VALVES] V", "head losses of this curve"}},
        Mistake{"RuleNamesNothing",
                "[RULES]\nRULE 1\nIF TANK NOWHERE LEVEL > 3\nTHEN PIPE NOPE STATUS = CLOSED",
                {"net.inp:27", "'NOWHERE'", "net.inp:28", "'NOPE'"}},
        Mistake{"RuleWithoutIf", "[RULES]\nRULE 1\nTHEN PIPE P1 STATUS = CLOSED", {"out of order"}},
        Mistake{"ControlNamesNothing", "[CONTROLS]\nLINK NOPE OPEN AT TIME 5", {"[CONTROLS] NOPE", "no link"}},
        Mistake{"ControlsFight",
                "[CONTROLS]\nLINK P1 OPEN IF NODE T BELOW 2\nLINK P1 CLOSED IF NODE T BELOW 2",
                {"net.inp:27", "fights with the control in line 26"}},
        Mistake{"ControlTime", "[CONTROLS]\nLINK P1 OPEN AT TIME noon", {"[CONTROLS] P1", "'noon'"}},
        Mistake{"DuplicateNode", "[RESERVOIRS]\nA 5", {"[RESERVOIRS] A", "already in use"}},
        Mistake{"DuplicateLink", "[PIPES]\nP1 A B 5 100 100", {"[PIPES] P1", "already in use"}},
        Mistake{"BadNumber", "[JUNCTIONS]\nC 1x 2\n[PIPES]\nP9 A C 5 100 100", {"[JUNCTIONS] C", "'1x'", "a number"}},
        Mistake{"NotFinite", "[JUNCTIONS]\nC nan inf\n[PIPES]\nP9 A C 5 100 100", {"'nan'", "'inf'"}},
        Mistake{"UnknownNode", "[PIPES]\nP9 A Q 5 100 100", {"[PIPES] P9", "no node", "'Q'"}},
        Mistake{"LoopOnItself", "[PIPES]\nP9 A A 5 100 100", {"[PIPES] P9", "same node"}},
        Mistake{"UnknownPattern", "[DEMANDS]\nA 3 NIGHT", {"[DEMANDS] A", "no pattern", "'NIGHT'"}},
        Mistake{"TankLevels", "[TANKS]\nT2 40 9 1 6 10\n[PIPES]\nP9 T2 A 5 100 100", {"[TANKS] T2", "levels"}},
        Mistake{
            "VolumeCurve", "[TANKS]\nT2 40 3 1 6 10 0 ONE\n[PIPES]\nP9 T2 A 5 100 100", {"[TANKS] T2", "volume curve"}},
        Mistake{"VolumesFall",
                "[CURVES]\nV 0 9\nV 9 1\n[TANKS]\nT2 40 3 1 6 10 0 V\n[PIPES]\nP9 T2 A 5 100 100",
                {"[TANKS] T2", "volumes of this curve do not increase"}},
        Mistake{"ValveAtTank", "[VALVES]\nV A T 100 PRV 20", {"[VALVES] V", "tank or reservoir"}},
        Mistake{"ValvesInSeries",
                "[JUNCTIONS]\nC 1\nD 1\n[VALVES]\nV1 A C 100 PRV 20\nV2 C D 100 PRV 10",
                {"[VALVES] V1", "beside valve V2"}},
        Mistake{"ValveType", "[VALVES]\nV A B 100 XYZ 20", {"[VALVES] V", "PRV, PSV"}},
        Mistake{
            "StatusOfCheckValve", "[PIPES]\nC A B 10 100 100 0 CV\n[STATUS]\nC CLOSED", {"[STATUS] C", "check valve"}},
        Mistake{"EmitterAtTank", "[EMITTERS]\nT 1", {"[EMITTERS] T", "junction"}},
        Mistake{"UnknownSection", "[ZONES]\nx y", {"unknown section", "[ZONES]"}},
        Mistake{"UnknownOption", "[OPTIONS]\nCOLOUR BLUE", {"unknown option", "'COLOUR'"}},
        Mistake{"UnknownUnit", "[OPTIONS]\nUNITS FURLONGS", {"unknown flow unit", "LPS"}},
        Mistake{"TooFewWords", "[PIPES]\nP9 A B", {"[PIPES] P9", "too few words"}}),
    [](const testing::TestParamInfo<Mistake>& mistake) { return std::string(mistake.param.name); });

TEST(EpanetReader, TellsAllMistakesAtOnce) {
  const std::string told = errors_of(network("[PIPES]\nP8 A B -1 100 100\nP9 A Z 5 100 0\n[PUMPS]\nU R B"));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n') + 1, 4) << told;
}

TEST(EpanetReader, WithoutSourceIsAnError) {
  EXPECT_NE(errors_of("[JUNCTIONS]\nA 1\nB 2\n[PIPES]\nP A B 1 1 1\n").find("no tank or reservoir"), std::string::npos);
  EXPECT_NE(errors_of("").find("no nodes"), std::string::npos);
  EXPECT_NE(errors_of("A 1\n[JUNCTIONS]\n").find("before the first section"), std::string::npos);
}

TEST(EpanetReader, CarriesEveryUnitToSI) {
  struct Unit {
    const char* name;
    double flow, length, diameter;  // one of the file's in SI
  };
  const double inch = 0.0254;
  const Unit units[] = {{"CFS", 0.028316846592, 0.3048, inch},  {"GPM", 6.30901964e-5, 0.3048, inch},
                        {"MGD", 0.0438126363889, 0.3048, inch}, {"IMGD", 0.0526167824074, 0.3048, inch},
                        {"AFD", 0.0142764101568, 0.3048, inch}, {"LPS", 1e-3, 1.0, 1e-3},
                        {"LPM", 1.66666666667e-5, 1.0, 1e-3},   {"MLD", 0.0115740740741, 1.0, 1e-3},
                        {"CMH", 2.77777777778e-4, 1.0, 1e-3},   {"CMD", 1.15740740741e-5, 1.0, 1e-3}};
  for (const Unit& unit : units) {
    const WaterNetwork net = read_epanet_text("net.inp", network("", std::string("UNITS ") + unit.name));
    EXPECT_NEAR(net.junctions[0].demands[0].base, 5.0 * unit.flow, 1e-9 * unit.flow) << unit.name;
    EXPECT_NEAR(net.nodes[0].elevation, 10.0 * unit.length, 1e-12) << unit.name;
    EXPECT_NEAR(net.links[0].diameter, 200.0 * unit.diameter, 1e-12) << unit.name;
    EXPECT_NEAR(net.tanks[1].max_head, 46.0 * unit.length, 1e-12) << unit.name;
  }
}

TEST(EpanetReader, KnowsTimesInEveryForm) {
  EXPECT_EQ(parse_hours("5", ""), 5.0);
  EXPECT_EQ(parse_hours("90", "MIN"), 1.5);
  EXPECT_EQ(parse_hours("7200", "SEC"), 2.0);
  EXPECT_EQ(parse_hours("2", "DAYS"), 48.0);
  EXPECT_EQ(parse_hours("1:30", ""), 1.5);
  EXPECT_NEAR(*parse_hours("1:30:36", ""), 1.51, 1e-12);
  EXPECT_EQ(parse_hours("12", "AM"), 0.0);
  EXPECT_EQ(parse_hours("12:30", "PM"), 12.5);
  EXPECT_EQ(parse_hours("1:30", "pm"), 13.5);
  for (const auto& [time, unit] : {std::pair{"13", "PM"}, {"x", ""}, {"1:", ""}, {"5", "parsecs"}, {"", ""}}) {
    EXPECT_FALSE(parse_hours(time, unit)) << time << " " << unit;
  }
}

TEST(EpanetReader, SkipsWhatIsNotHydraulics) {
  const WaterNetwork net = read_epanet_text(
      "net.inp",
      network("[ENERGY]\nGLOBAL PRICE 5\n[QUALITY]\nA 1\n[REACTIONS]\nORDER BULK 1\n[REPORT]\nSTATUS FULL\n"
              "[COORDINATES]\nA 1 2\n[VERTICES]\nP1 1 2\n[TAGS]\nNODE A x\n[MIXING]\nT MIXED\n[SOURCES]\n"
              "A CONCEN 5\n[LABELS]\n1 2 \"a label\"\n[BACKDROP]\nUNITS None\n[TIMES]\nQUALITY TIMESTEP 0:05\n"
              "STATISTIC NONE"));
  EXPECT_EQ(net.nodes.size(), 4u);
  EXPECT_EQ(net.links.size(), 3u);
}

TEST(EpanetReader, ReadsDemandsPumpsControlsAndRules) {
  const WaterNetwork net = read_epanet_text(
      "net.inp",
      network("[DEMANDS]\nA 1 DAY\nA 2\n[PUMPS]\nU1 R A HEAD ONE SPEED 0.9 PATTERN DAY\nU2 R A POWER 10\n[STATUS]\nU2 "
              "CLOSED\n"
              "[CONTROLS]\nLINK U1 0.5 IF NODE T ABOVE 5\nLINK P2 CLOSED AT CLOCKTIME 1:30 PM\n"
              "[RULES]\nRULE X\nIF TANK T LEVEL >= 5\nOR SYSTEM CLOCKTIME > 6 PM\nTHEN PUMP U1 SETTING = 0.8\n"
              "ELSE PIPE P2 STATUS IS OPEN\nPRIORITY 4"));
  ASSERT_EQ(net.junctions[0].demands.size(), 2u);  // the first of [DEMANDS] replaces that of [JUNCTIONS]
  EXPECT_EQ(net.junctions[0].demands[0].pattern, 0);
  EXPECT_EQ(net.junctions[0].demands[1].pattern, -1);
  ASSERT_EQ(net.pumps.size(), 2u);
  EXPECT_NEAR(net.pumps[0].shut_off_head, 1.33334 * 30.0, 1e-12);
  EXPECT_NEAR(net.pumps[0].n, 2.0, 1e-4);
  EXPECT_EQ(net.links[3].setting, 0.9);
  EXPECT_EQ(net.links[4].status, LinkStatus::closed);
  ASSERT_EQ(net.controls.size(), 2u);
  EXPECT_NEAR(net.controls[0].head, 45.0, 1e-12);
  EXPECT_EQ(net.controls[1].time, 48600);
  ASSERT_EQ(net.rules.size(), 1u);
  EXPECT_EQ(net.rules[0].premises.size(), 2u);
  EXPECT_EQ(net.rules[0].then_actions.size(), 1u);
  EXPECT_EQ(net.rules[0].else_actions.size(), 1u);
  EXPECT_EQ(net.rules[0].priority, 4.0);
}

}  // namespace
}  // namespace wattloop
