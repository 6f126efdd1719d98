// What a study says: its members, and what is wrong with it.

#include "io/study.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "io/sweep_results.h"
#include "tests/io/document_support.h"

namespace wattloop {
namespace {

/// A study in a directory that holds something that looks like a case.
Study study_of(const Directory& directory, const std::string& text, const Settings& changes = {}) {
  directory.write("case.yaml", "wattloop: 1\n");
  return read_study(directory.write("study.yaml", "wattloop_study: 1\ncase: case.yaml\n" + text), changes);
}

std::string refused(const Directory& directory, const std::string& text) {
  try {
    study_of(directory, text);
  } catch (const InputError& error) {
    return directory.leave_out(error.what());
  }
  return "";
}

void expect_part(const std::string& message, const std::string& part) {
  EXPECT_NE(message.find(part), std::string::npos) << message;
}

TEST(Study, AGridTakesEveryCombinationTheLastParameterFastest) {
  const Directory directory;
  const Study study = study_of(directory, R"(
parameters:
  T: {path: [a.T, b.T], from: 30 degC, to: 40 degC, count: 3}
  what: {path: events, values: {nothing: [], "pump, one": [{at: 1 min, fail: "pump: 1"}]}}
  load: {path: x, from: 1, to: 100, count: 3, scale: log}
)");
  ASSERT_EQ(study.size(), 18u);
  const StudyPoint point = study.point(1 + 3 * (1 + 2 * 2));
  EXPECT_EQ(point.texts[0], "40 degC");
  EXPECT_EQ(point.texts[1], "[{at: 1 min, fail: \"pump: 1\"}]");
  EXPECT_EQ(point.texts[2], "10");
  EXPECT_EQ(study.point(6).texts[0], "35 degC");
  EXPECT_EQ(describe(study, 16), "T = 40 degC, what = pump, one, load = 10");
}

TEST(Study, TimesAreARangeToo) {
  const Directory directory;
  const Study study = study_of(
      directory, "parameters: {hour: {path: run.start, from: 2026-01-01T00:00, to: 2026-12-31T23:00, count: 8760}}");
  EXPECT_EQ(study.point(0).texts[0], "2026-01-01T00:00:00");
  EXPECT_EQ(study.point(24 * 31 + 5).texts[0], "2026-02-01T05:00:00");
  EXPECT_EQ(study.point(8759).texts[0], "2026-12-31T23:00:00");
  EXPECT_EQ(study.point(100).numbers[0], 100.0);
}

TEST(Study, DesignsFillTheRanges) {
  const Directory directory;
  for (const std::string design : {"random", "latin_hypercube", "sobol"}) {
    SCOPED_TRACE(design);
    const Study study = study_of(directory, "design: {type: " + design +
                                                ", members: 64}\nparameters: {a: {path: a, from: 2 kW, to: 4 kW}, "
                                                "b: {path: b, values: [x, y]}}");
    ASSERT_EQ(study.size(), 64u);
    double mean = 0.0;
    std::set<std::string> texts, levels;
    for (std::size_t i = 0; i < 64; ++i) {
      const StudyPoint point = study.point(i);
      EXPECT_GE(point.numbers[0], 2.0);
      EXPECT_LE(point.numbers[0], 4.0);
      mean += point.numbers[0] / 64.0;
      texts.insert(point.texts[0]);
      levels.insert(point.texts[1]);
    }
    EXPECT_NEAR(mean, 3.0, 4.0 * 2.0 / std::sqrt(12.0 * 64.0));
    EXPECT_EQ(texts.size(), 64u);
    EXPECT_EQ(levels, (std::set<std::string>{"x", "y"}));
  }
  const Study saltelli = study_of(
      directory,
      "design: {type: saltelli, base: 8}\nparameters: {a: {path: a, from: 0, to: 1}, b: {path: b, from: 0, to: 1}}");
  EXPECT_EQ(saltelli.size(), 32u);
}

TEST(Study, AListGoesThroughItsColumnsTogether) {
  const Directory directory;
  directory.write("members.csv", "name,parts.supply.T,events\nplain,,\nwarm,42 degC,\"[{at: 1 min, fail: pump}]\"\n");
  const Study study = study_of(directory, "design: {type: list, file: members.csv}");
  ASSERT_EQ(study.size(), 2u);
  EXPECT_EQ(study.names, (std::vector<std::string>{"plain", "warm"}));
  EXPECT_EQ(study.point(0).texts, (std::vector<std::string>{"", ""}));
  EXPECT_EQ(study.point(1).texts[1], "[{at: 1 min, fail: pump}]");
  EXPECT_EQ(study.parameters[0].unit, "degC");
  const Study zipped = study_of(
      directory, "design: {type: list}\nparameters: {a: {path: a, values: [1, 2]}, b: {path: b, values: [x, y]}}");
  EXPECT_EQ(zipped.size(), 2u);
  EXPECT_EQ(zipped.point(1).texts, (std::vector<std::string>{"2", "y"}));
}

TEST(Study, AStudyOfABillionBillionsIsCountedNotMade) {
  const Directory directory;
  std::string text = "parameters:\n";
  for (const char* name : {"a", "b", "c"})
    text += std::string("  ") + name + ": {path: " + name + ", from: 0, to: 1, count: 10000}\n";
  EXPECT_EQ(study_of(directory, text).size(), 1'000'000'000'000u);
  for (const char* name : {"d", "e", "f"})
    text += std::string("  ") + name + ": {path: " + name + ", from: 0, to: 1, count: 1000000}\n";
  EXPECT_EQ(study_of(directory, text).size(), 1'000'000'000'000'000'000u);
}

TEST(Study, MistakesAreFoundAtTheirPlaceAllAtOnce) {
  const Directory directory;
  const std::string all = refused(directory, R"(computes: stedy
design: {type: sobl}
parameters:
  a: {path: a, from: 1 kW, to: 2 degC, count: 3}
  b: {path: a, values: []}
metrics: [pue]
objectives: {pu: least}
)");
  expect_part(all, "study.yaml:3:11: computes: ");
  expect_part(all, "study.yaml:4:16: design.type: ");
  expect_part(all, "no range, got 1 kW to 2 degC");
  expect_part(all, "parameters.b.values: no values");
  expect_part(all, "not a metric of this study, got pu, allowed pue");
  expect_part(refused(directory, ""), "a study changes something");
  expect_part(refused(directory, "parameters: {a: {path: x, values: [1]}, b: {path: x, values: [1]}}"),
              "two parameters of one path, got x");
  expect_part(refused(directory, "parameters: {a: {path: x, from: 0, to: 1}}"),
              "parameters.a.count: required key is missing");
  expect_part(refused(directory, "parameters: {a: {path: x, from: -1, to: 1, count: 3, scale: log}}"),
              "a logarithmic range on both sides of zero");
  expect_part(
      refused(directory, "design: {type: list}\nparameters: {a: {path: x, values: [1, 2]}, b: {path: y, values: [1]}}"),
      "another number of values than the first parameter, got 1, allowed 2");
  expect_part(refused(directory, "runs_on: {slurm: {tasks: 0}}\nparameters: {a: {path: x, values: [1, 2]}}"),
              "runs_on.slurm.tasks: ");
  expect_part(refused(directory, "parametres: {}\nparameters: {a: {path: x, values: [1]}}"),
              "unknown key, got parametres, allowed parameters");
}

TEST(Study, MistakesInATableAreFoundAtTheirPlace) {
  const Directory directory;
  const auto with = [&](const std::string& table) {
    directory.write("members.csv", table);
    return refused(directory, "design: {type: list, file: members.csv}");
  };
  EXPECT_EQ(with("name,a.T\n# one member\nx,44 degC\n\ny,\n"), "");
  expect_part(with("name,a.T,b\nx,44 degC\n"), "members.csv:2:3: another number of fields");
  expect_part(with("a,b\n\"1,2\n"), "a quote that does not end");
  expect_part(with("name,name\na,b\n"), "members.csv:1:6: name: duplicate column");
  expect_part(with("a,b\n"), "no members");
}

}  // namespace
}  // namespace wattloop
