// Reading of MATPOWER cases: what is understood, and every mistake by line and object.

#include "io/importers/matpower_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace wattloop {
namespace {

/// A small case that is right: a line each of bus, gen and branch from line 5 on.
std::string sound_case() {
  return "function mpc = small\n"
         "mpc.version = '2';\n"
         "mpc.baseMVA = 100;\n"
         "mpc.bus = [ % number type Pd Qd Gs Bs area Vm Va kV zone Vmax Vmin\n"
         " 1 3 0 0 0 0 1 1 0 10 1 1.1 0.9;\n"
         " 2 1 10 5 0 0 1 1 0 10 1 1.1 0.9;\n"
         " 3 2 20 5 0 1 1 1 0 10 1 1.1 0.9;\n"
         "];\n"
         "mpc.gen = [\n"
         " 1 0 0 99 -99 1.02 100 1 99 0;\n"
         " 3 15 0 99 -99 1.01 100 1 99 0;\n"
         "];\n"
         "mpc.branch = [\n"
         " 1 2 0.01 0.1 0.02 100 0 0 0 0 1 -360 360;\n"
         " 2 3 0.01 0.1 0.02 100 0 0 0.98 10 1 -360 360;\n"
         "];\n";
}

/// The sound case with one text replaced by another, which must be there.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = sound_case();
  const std::size_t place = text.find(from);
  if (place == std::string::npos) throw std::invalid_argument(from);
  return text.replace(place, from.size(), to);
}

std::string errors_of(const std::string& text) {
  try {
    read_matpower_text("small.m", text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(MatpowerReader, ReadsTables) {
  const PowerNetwork net = read_matpower_text("small.m", sound_case());
  ASSERT_EQ(net.buses.size(), 3u);
  EXPECT_EQ(net.buses[0].type, BusType::slack);
  EXPECT_DOUBLE_EQ(net.buses[1].demand.re, 0.1);
  EXPECT_DOUBLE_EQ(net.buses[2].shunt.im, 0.01);
  EXPECT_DOUBLE_EQ(net.generators[1].Q_max, 0.99);
  EXPECT_DOUBLE_EQ(net.branches[0].tap, 1.0);
  EXPECT_DOUBLE_EQ(net.branches[1].tap, 0.98);
  EXPECT_NEAR(net.branches[1].shift, 0.17453292519943295, 1e-16);
  EXPECT_DOUBLE_EQ(net.branches[1].rating, 1.0);
}

TEST(MatpowerReader, UnderstandsWhatFilesAreWrittenLike) {
  const std::string more =
      "%% comments, a block\n%{\nmpc.bus = nothing(1);\n%}\n"
      "mpc.gencost = [2, 0, 0, 3, 0.11, +5., .5; 2 0 0 3 1e-2 -5 Inf];\r\n"
      "mpc.bus_name = {\n 'North'; 'it''s'; \"x } y\" % }\n};\n"
      "mpc.note = 'a % in a text';\n"
      "mpc.areas = [1 ... the rest of this line is a comment\n 2];";
  const PowerNetwork net = read_matpower_text("small.m", sound_case() + more);
  EXPECT_EQ(net.buses.size(), 3u);
  EXPECT_EQ(read_matpower_text("small.m", changed("mpc.version = '2'", "mpc.version = \"2\"")).buses.size(), 3u);
  EXPECT_EQ(read_matpower_text("small.m", changed(" 1 3 0 0 0 0", "1,\t3,0 0 0 0")).buses.size(), 3u);
}

struct Mistake {
  const char* name;
  std::string text;
  std::vector<std::string> told;
};

class MatpowerMistake : public testing::TestWithParam<Mistake> {};

TEST_P(MatpowerMistake, IsToldWithItsPlace) {
  const std::string errors = errors_of(GetParam().text);
  for (const std::string& told : GetParam().told)
    EXPECT_NE(errors.find(told), std::string::npos) << told << "\nin\n" << errors;
}

std::vector<Mistake> mistakes() {
  return {
      {"Call",
       sound_case() + "mpc = ext2int(mpc);\n",
       {"small.m:17:1: this is code: only data is read, nothing is run"}},
      {"Loop",
       sound_case() + "for k = 1:3\n  x = k;\nend\n",
       {"small.m:17:1: this is code", "small.m:18:3:", "small.m:19:1:"}},
      {"OhmToPerUnit",
       sound_case() + "mpc.branch(:, [3 4]) = mpc.branch(:, [3 4]) / (Vbase^2 / Sbase);\n",
       {"small.m:17:1: this is code", "r and x per unit (ohm / (kV^2 / MVA))"}},
      {"Expression", changed("mpc.baseMVA = 100;", "mpc.baseMVA = 10 * 10;"), {"small.m:3:1: this is code"}},
      {"ExpressionInAMatrix",
       changed("0.01 0.1 0.02", "1/100 0.1 0.02"),
       {"small.m:14:6: branch: only numbers are read", "'1/100'"}},
      {"NameInAMatrix", changed("1 2 0.01", "1 2 pi"), {"small.m:14:6: branch: only numbers are read", "'pi'"}},
      {"Transposed", changed("];\nmpc.gen", "]';\nmpc.gen"), {"this is code"}},
      {"System", sound_case() + "!rm -rf x\n", {"small.m:17:1: this is code"}},
      {"Truncated",
       sound_case().substr(0, sound_case().find(" 2 3 0.01")),
       {"branch: the matrix that begins in line 13 is not closed"}},
      {"TruncatedInARow",
       sound_case().substr(0, sound_case().find(" 0.98")),
       {"branch row 2: number of columns, got 8, allowed at least 11", "not closed"}},
      {"NoBranches", sound_case().substr(0, sound_case().find("mpc.branch")), {"mpc.branch is missing"}},
      {"Empty", "", {"mpc.bus is missing", "mpc.gen is missing", "mpc.branch is missing", "version"}},
      {"Version1", changed("'2'", "'1'"), {"small.m:2: version: version of the case format, got '1'"}},
      {"Base",
       changed("baseMVA = 100", "baseMVA = 0"),
       {"small.m:3:15: baseMVA: base power [MVA], got 0, allowed a number above 0"}},
      {"Width",
       changed(" 2 1 10 5 0 0 1 1 0 10 1 1.1 0.9;", " 2 1 10 5 0 0 1 1 0 10 1 1.1 0.9 7;"),
       {"small.m:6: bus row 2: number of columns, got 14, allowed 13 as in the first row"}},
      {"DuplicateBus",
       changed(" 2 1 10", " 1 1 10"),
       {"small.m:6:2: bus 1: this number is already that of a bus", "line 5 has it"}},
      {"NoNumberOfABus", changed(" 2 1 10", " 2.5 1 10"), {"small.m:6:2: bus 2.5: number of a bus"}},
      {"Type", changed(" 2 1 10", " 2 7 10"), {"small.m:6:4: bus 2: type, got 7"}},
      {"NotANumber",
       changed(" 2 1 10", " 2 1 NaN"),
       {"small.m:6:6: bus 2: active load [MW], got nan, allowed a finite number"}},
      {"UnknownBusOfAGenerator",
       changed(" 3 15 0", " 9 15 0"),
       {"small.m:11:2: generator 2 at bus 9: no bus has this number"}},
      {"UnknownBusOfABranch",
       changed(" 2 3 0.01", " 2 8 0.01"),
       {"small.m:15:4: branch 2-8: no bus has this number, got 8"}},
      {"ZeroImpedance", changed("1 2 0.01 0.1", "1 2 0 0"), {"small.m:14:8: branch 1-2: r and x are as good as zero"}},
      {"AlmostZeroImpedance",
       changed("1 2 0.01 0.1", "1 2 0 1e-300"),
       {"small.m:14:8: branch 1-2: r and x are as good as zero", "1e-06 pu or more, or status 0"}},
      {"NegativeResistance",
       changed("1 2 0.01", "1 2 -0.01"),
       {"small.m:14:6: branch 1-2: resistance [pu], got -0.01, allowed a number of at least 0"}},
      {"OneBusAtBothEnds", changed(" 2 3 0.01", " 3 3 0.01"), {"branch 3-3: both ends are the same bus"}},
      {"Tap", changed("0.98 10", "-0.98 10"), {"branch 2-3: tap ratio"}},
      {"Status", changed("0.98 10 1", "0.98 10 2"), {"small.m:15:36: branch 2-3: status, got 2"}},
      {"HeldVoltage", changed("1.01 100", "0 100"), {"generator 2 at bus 3: voltage that is held [pu], got 0"}},
      {"Limits", changed("3 15 0 99 -99", "3 15 0 -99 99"), {"generator 2 at bus 3: lowest reactive power"}},
      {"TwoSlacks",
       changed(" 3 2 20", " 3 3 20"),
       {"small.m:7: bus 3: a second slack bus (type 3) in one island, got bus 1 too, in line 5"}},
      {"NoSlack", changed(" 1 3 0", " 1 2 0"), {"no bus has a source, got no slack bus"}},
      {"SlackWithoutGenerator", changed("1.02 100 1 99", "1.02 100 0 99"), {"small.m:5: bus 1: no bus has a source"}},
      {"BusWithoutSource",
       changed("];\nmpc.gen", " 4 1 1 0 0 0 1 1 0 10 1 1.1 0.9;\n];\nmpc.gen"),
       {"small.m:8: bus 4: this bus has no source"}},
      {"TwiceSet", sound_case() + "mpc.baseMVA = 10;\n", {"small.m:17:1: this is set a second time"}},
      {"AllAtOnce", changed("1 2 0.01 0.1", "1 2 -1 0.1") + "x = 1\n", {"small.m:14:6:", "small.m:17:1:"}},
  };
}

INSTANTIATE_TEST_SUITE_P(All, MatpowerMistake, testing::ValuesIn(mistakes()),
                         [](const auto& mistake) { return std::string(mistake.param.name); });

TEST(MatpowerReader, SkipsAByteOrderMark) {
  EXPECT_EQ(errors_of("\xEF\xBB\xBF" + sound_case()), "");
}

TEST(MatpowerReader, NotesLinesBetweenBaseVoltages) {
  const auto notes = [](const std::string& text) { return read_matpower_text("small.m", text).notes; };
  EXPECT_TRUE(notes(sound_case()).empty());
  EXPECT_TRUE(notes(changed(" 3 2 20 5 0 1 1 1 0 10", " 3 2 20 5 0 1 1 1 0 20")).empty())
      << "a transformer by its ratio";
  const auto told = notes(changed(" 1 3 0 0 0 0 1 1 0 10", " 1 3 0 0 0 0 1 1 0 110"));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(
      told[0],
      "1 branch of tap ratio 0, as of a line, between buses of different base voltages: taken as a transformer of "
      "ratio 1; branch 1-2 in line 14 (110 and 10 kV)");
}

/// Whatever the bytes are, a case is read or refused with the places of what is wrong.
class MatpowerBytes : public testing::TestWithParam<int> {
 protected:
  static void read(const std::string& text) {
    try {
      const PowerNetwork net = read_matpower_text("small.m", text);
      for (const PowerBranch& branch : net.branches) {
        EXPECT_LT(static_cast<std::size_t>(branch.from), net.buses.size());
        EXPECT_LT(static_cast<std::size_t>(branch.to), net.buses.size());
        EXPECT_TRUE(std::isfinite(branch.R + branch.X + branch.B + branch.tap + branch.shift));
      }
    } catch (const InputError& error) {
      ASSERT_FALSE(error.problems().empty());
      for (const InputProblem& p : error.problems()) {
        EXPECT_FALSE(p.what.empty());
        EXPECT_LE(p.line, 1 + std::count(text.begin(), text.end(), '\n'));
      }
    }
  }
};

TEST_P(MatpowerBytes, RandomOnesAreRefused) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  std::string text(random() % 400, ' ');
  for (char& c : text) c = static_cast<char>(random() % 256);
  EXPECT_NE(errors_of(text), "");
  read(text);
}

TEST_P(MatpowerBytes, ChangedOnesAreReadOrRefused) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const std::string marks = "[]{}'\"%;,.-+eE0123456789 \n\t=NaI";
  for (int round = 0; round < 200; ++round) {
    std::string text = sound_case();
    for (auto changes = 1 + random() % 8; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      const char to = random() % 4 == 0 ? static_cast<char>(random() % 256) : marks[random() % marks.size()];
      if (const auto kind = random() % 3; kind == 0)
        text[at] = to;
      else if (kind == 1)
        text.insert(at, 1, to);
      else
        text.erase(at, 1 + random() % 20);
      if (text.empty()) text = " ";
    }
    read(text);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MatpowerBytes, testing::Range(1, 9));

TEST(MatpowerReader, WhatIsSwitchedOffIsNoMistake) {
  const PowerNetwork net = read_matpower_text("small.m", changed("0.98 10 1", "0.98 10 0"));
  EXPECT_FALSE(find_islands(net, branches_on(net)).is_live(2));
  EXPECT_EQ(errors_of(changed("2 3 0.01 0.1 0.02 100 0 0 0.98 10 1", "2 3 0 0 0 100 0 0 0 0 0")), "");
  const std::string isolated = changed("];\nmpc.gen", " 4 4 1 0 0 0 1 1 0 10 1 1.1 0.9;\n];\nmpc.gen");
  EXPECT_EQ(read_matpower_text("small.m", isolated).buses.size(), 4u);
}

}  // namespace
}  // namespace wattloop
