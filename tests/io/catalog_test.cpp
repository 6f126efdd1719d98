#include "io/catalog.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/document.h"
#include "tests/io/document_support.h"

namespace wattloop {
namespace {

class CatalogTest : public testing::Test {
 protected:
  Catalog catalog() const { return Catalog({directory_.path() / "catalog"}); }
  std::string file(const std::string& name) const { return (directory_.path() / "catalog" / name).string(); }
  void write(const std::string& name, const std::string& text) const { directory_.write("catalog/" + name, text); }

  Directory directory_;
};

constexpr const char* heat_exchangers = R"(hx_1360kw:
  type: plate_heat_exchanger
  source: vendor sheet, 2025
  confidence: V
  UA: 488 kW/K
  hot: {dp: 50 kPa, volume: {value: 30 L, source: guess, confidence: A}}
)";

TEST_F(CatalogTest, EntriesAreDefaultsUnderTheOwnKeys) {
  write("hx.yaml", heat_exchangers);
  Document document = Document::parse_text("hx:\n  use: hx_1360kw\n  hot: {volume: 25 L}\n", "case.yaml");
  document.set("hx.hot.dp", "60 kPa");
  Reader r = document.read(catalog());
  Reader hx = r.child("hx");
  EXPECT_EQ(hx.text("type"), "plate_heat_exchanger");
  EXPECT_DOUBLE_EQ(hx.quantity("UA", "W/K"), 488e3);
  Reader hot = hx.child("hot");
  EXPECT_DOUBLE_EQ(hot.quantity("dp", "Pa"), 60e3);
  EXPECT_NEAR(hot.quantity("volume", "m3"), 0.025, 1e-15);
  hot.finish();
  hx.finish();
  EXPECT_NO_THROW(document.throw_if_problems());
  ASSERT_EQ(document.sources().size(), 1u);  // the own volume has not the catalogue's source
  EXPECT_EQ(document.sources()[0].path, "hx");
  EXPECT_EQ(document.sources()[0].value, "hx_1360kw");
  EXPECT_EQ(document.sources()[0].source, "vendor sheet, 2025");
}

TEST_F(CatalogTest, SetReachesWhatTheCatalogueBrings) {
  write("hx.yaml", heat_exchangers);
  const Read read = [](Reader& r) { EXPECT_DOUBLE_EQ(r.child("hx").child("hot").quantity("dp", "Pa"), 70e3); };
  EXPECT_EQ(problems_of("hx: {use: hx_1360kw}", read, catalog(), {{"hx.hot.dp", "70 kPa"}}), "");
  EXPECT_EQ(problems_of("hx: {use: none, hot: {dp: 70 kPa}}", read, catalog(), {{"hx.use", "hx_1360kw"}}), "");
}

TEST_F(CatalogTest, PositionsPointIntoTheCatalogue) {
  write("hx.yaml", heat_exchangers);
  const Read read = [](Reader& r) { r.child("hx").quantity("UA", "W"); };
  EXPECT_EQ(problems_of("hx: {use: hx_1360kw}", read, catalog()),
            file("hx.yaml") + ":5:7: hx.UA: wrong dimension, got 488 kW/K, allowed a quantity in W");
}

TEST_F(CatalogTest, UnknownNamesCyclesAndChains) {
  write("a.yaml", "aa: {use: bb, x: 1}\nbb: {part: {use: aa}}\nsolo: {y: 2, use: base}\nbase: {y: 1, z: 3}\n");
  const Read read = [](Reader& r) {
    Reader solo = r.child("s");
    EXPECT_EQ(solo.text("y") + solo.text("z"), "23");
  };
  EXPECT_EQ(problems_of("s: {use: solo}", read, catalog()), "");
  EXPECT_EQ(problems_of("s: {use: slo}", read_nothing, catalog()),
            "case.yaml:1:10: s: unknown catalogue entry, got slo, allowed solo");
  EXPECT_EQ(problems_of("s: {use: aa}", read_nothing, catalog()),
            file("a.yaml") + ":2:18: s.part: catalogue entry uses itself, got aa -> bb -> aa");
  EXPECT_EQ(problems_of("s: {use: solo, t: {use: solo}}", read_nothing, catalog()), "");
}

TEST_F(CatalogTest, ExpansionIsBounded) {
  std::string text = "e0: {x: 1}\n";
  for (int i = 1; i < 40; ++i) text += fmt::format("e{0}: {{a: {{use: e{1}}}, b: {{use: e{1}}}}}\n", i, i - 1);
  write("laughs.yaml", text);
  EXPECT_TRUE(problems_of("s: {use: e39}", read_nothing, catalog()).ends_with("too large, allowed 1000000 values"));
}

TEST_F(CatalogTest, DuplicateNamesAndBadFiles) {
  write("a.yaml", "pump: {x: 1}\n");
  write("b.yaml", "pump: {x: 2}\nfan: 3\n");
  write("c.yaml", "fan: [\n");
  write("notes.txt", "not read");
  const std::vector<InputProblem> problems = catalog().problems();
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(to_string(problems[0]),
            file("b.yaml") + ":1:1: duplicate name, got pump, allowed once (first in " + file("a.yaml") + ":1)");
  EXPECT_EQ(to_string(problems[1]), file("b.yaml") + ":2:1: fan: not a catalogue entry, allowed a mapping");
  EXPECT_EQ(to_string(problems[2]).rfind(file("c.yaml") + ":2:1: not YAML: ", 0), 0u);
}

TEST_F(CatalogTest, TheOneNextToTheCaseHidesTheOthers) {
  directory_.write("catalog/a.yaml", "pump: {x: far}\nvalve: {x: far}\n");
  directory_.write("cases/catalog/a.yaml", "pump: {x: near}\n");
  const Catalog found = Catalog::for_case(directory_.path() / "cases" / "case.yaml");
  ASSERT_NE(found.find("pump"), nullptr);
  ASSERT_NE(found.find("valve"), nullptr);
  EXPECT_EQ(found.find("pump")->find("x")->value.text, "near");
}

}  // namespace
}  // namespace wattloop
