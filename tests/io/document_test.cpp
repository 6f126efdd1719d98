#include "io/document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/io/document_support.h"

namespace wattloop {
namespace {

/// The problem of one quantity `x: ...` in `unit`.
std::string quantity_problem(const std::string& value, const std::string& unit, Range range = any_value) {
  return problems_of("x: " + value, [&](Reader& r) { EXPECT_TRUE(std::isnan(r.quantity("x", unit, range))); });
}

TEST(Errors, FormatLeavesOutWhatIsEmpty) {
  EXPECT_EQ(to_string(InputProblem{"a.yaml", 3, 7, "x.y", "unit missing", "45", "45 degC"}),
            "a.yaml:3:7: x.y: unit missing, got 45, allowed 45 degC");
  EXPECT_EQ(to_string(InputProblem{"a.csv", 3, 0, "", "gap", "", ""}), "a.csv:3: gap");
  EXPECT_EQ(to_string(InputProblem{"", 0, 0, "", "wrong", "1", ""}), "wrong, got 1");
}

TEST(Document, ReadsEveryKindOfValue) {
  const std::string text = R"(# a case
name: "two words"
racks: 80
spare: true
kind: plate
T_supply: 45 degC
hx:
  UA: {value: 488 kW/K, source: data sheet 7, confidence: V}
curve: [[0 L/min, 300 kPa], [900 L/min, 250 kPa]]
levels: [10 %, 0.5]
tags:
  - a
  - b
pipes:
  north: {length: 120 m}
  south: {length: 80 m}
)";
  Document document = Document::parse_text(text, "case.yaml");
  Reader r = document.read();
  EXPECT_EQ(r.text("name"), "two words");
  EXPECT_EQ(r.text("note", "none"), "none");
  EXPECT_EQ(r.integer("racks", 1, 1000), 80);
  EXPECT_EQ(r.integer("seed", 0, 9, 7), 7);
  EXPECT_TRUE(r.boolean("spare"));
  EXPECT_TRUE(r.boolean("dry", true));
  EXPECT_EQ(r.choice("kind", {"plate", "tube"}), "plate");
  EXPECT_DOUBLE_EQ(r.quantity("T_supply", "K"), 318.15);
  EXPECT_DOUBLE_EQ(r.quantity("T_return", "K", any_value, 330.0), 330.0);
  Reader hx = r.child("hx");
  EXPECT_DOUBLE_EQ(hx.quantity("UA", "W/K", positive), 488e3);
  hx.finish();
  std::vector<Reader> curve = r.items("curve");
  ASSERT_EQ(curve.size(), 2u);
  EXPECT_EQ(curve[1].path(), "curve[1]");
  EXPECT_DOUBLE_EQ(curve[1].items()[1].as_quantity("Pa"), 250e3);
  EXPECT_EQ(r.quantities("levels", "1", fraction), (std::vector<double>{0.1, 0.5}));
  EXPECT_EQ(r.texts("tags"), (std::vector<std::string>{"a", "b"}));
  Reader pipes = r.child("pipes");
  std::vector<std::pair<std::string, Reader>> entries = pipes.entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].first, "south");
  EXPECT_DOUBLE_EQ(entries[1].second.quantity("length", "m"), 80.0);
  pipes.finish();
  r.finish();
  EXPECT_NO_THROW(document.throw_if_problems());
  ASSERT_EQ(document.sources().size(), 1u);
  EXPECT_EQ(document.sources()[0].path, "hx.UA");
  EXPECT_EQ(document.sources()[0].source, "data sheet 7");
  EXPECT_EQ(document.sources()[0].confidence, "V");
  EXPECT_EQ(document.text(), text);
}

TEST(Document, QuantityProblemsHavePositionAndRange) {
  EXPECT_EQ(quantity_problem("45", "K"), "case.yaml:1:4: x: unit missing, got 45, allowed a temperature in degC or K");
  EXPECT_EQ(quantity_problem("45 kg", "W/K"),
            "case.yaml:1:4: x: wrong dimension, got 45 kg, allowed a quantity in W/K");
  EXPECT_EQ(quantity_problem("70 degC", "K", {283.15, 338.15}),
            "case.yaml:1:4: x: out of range, got 70 degC, allowed 10 degC to 65 degC");
  EXPECT_EQ(quantity_problem("0 kW", "W", positive),
            "case.yaml:1:4: x: out of range, got 0 kW, allowed more than 0 kW");
  EXPECT_EQ(quantity_problem("-1 kW", "W", not_negative),
            "case.yaml:1:4: x: out of range, got -1 kW, allowed at least 0 kW");
  EXPECT_EQ(quantity_problem("120 %", "1", fraction),
            "case.yaml:1:4: x: out of range, got 120 %, allowed 0 % to 100 %");
  EXPECT_EQ(quantity_problem("1.2", "1", fraction), "case.yaml:1:4: x: out of range, got 1.2, allowed 0 to 1");
  EXPECT_EQ(quantity_problem(".nan", "W"), "case.yaml:1:4: x: not a finite number, got .nan, allowed a quantity in W");
  EXPECT_EQ(quantity_problem("inf W", "W"),
            "case.yaml:1:4: x: not a finite number, got inf W, allowed a quantity in W");
  EXPECT_EQ(quantity_problem("", "W"), "case.yaml:1:1: x: wrong kind of value, got nothing, allowed a quantity in W");
  EXPECT_EQ(quantity_problem("[1 W]", "W"),
            "case.yaml:1:4: x: wrong kind of value, got a list, allowed a quantity in W");
  EXPECT_EQ(quantity_problem("{value: 5 W, source: book, confidence: X}", "K"),
            "case.yaml:1:12: x.value: wrong dimension, got 5 W, allowed a temperature in degC or K\n"
            "case.yaml:1:43: x.confidence: unknown choice, got X, allowed V, T, D, A");
}

TEST(Document, EveryProblemOfAFileAtOnceInOrder) {
  const std::string text = R"(templates:
  cdu:
    parts:
      hx:
        UAA: 488 kW/K
        dp: 50
      pump:
        kind: piston
        count: many
        runs: maybe
racks: 0
)";
  const std::string got = problems_of(text, [](Reader& r) {
    Reader parts = r.child("templates").child("cdu").child("parts");
    Reader hx = parts.child("hx");
    hx.quantity("UA", "W/K");
    hx.quantity("dp", "Pa");
    hx.finish();
    Reader pump = parts.child("pump");
    pump.choice("kind", {"centrifugal", "inline"});
    pump.integer("count", 1, 9);
    pump.boolean("runs");
    pump.finish();
    Reader missing = parts.child("filter");
    missing.quantity("dp", "Pa");
    EXPECT_TRUE(missing.items("tags").empty());
    missing.finish();
    r.integer("racks", 1, 100);
    r.finish();
  });
  EXPECT_EQ(got,
            "case.yaml:4:7: templates.cdu.parts.filter: required key is missing, allowed a mapping\n"
            "case.yaml:5:9: templates.cdu.parts.hx.UAA: unknown key, got UAA, allowed UA\n"
            "case.yaml:6:13: templates.cdu.parts.hx.dp: unit missing, got 50, allowed a quantity in Pa\n"
            "case.yaml:8:15: templates.cdu.parts.pump.kind: unknown choice, got piston, allowed centrifugal, inline\n"
            "case.yaml:9:16: templates.cdu.parts.pump.count: not a whole number, got many, "
            "allowed a whole number from 1 to 9\n"
            "case.yaml:10:15: templates.cdu.parts.pump.runs: unknown choice, got maybe, allowed true, false\n"
            "case.yaml:11:8: racks: out of range, got 0, allowed a whole number from 1 to 100");
}

TEST(Document, UnknownKeysNameTheNearestOrAll) {
  const auto read = [](Reader& r) {
    r.text("weather", "");
    r.text("resolution", "");
    r.finish();
  };
  EXPECT_EQ(problems_of("wether: x", read), "case.yaml:1:1: wether: unknown key, got wether, allowed weather");
  EXPECT_EQ(problems_of("RESOLUTION: x", read),
            "case.yaml:1:1: RESOLUTION: unknown key, got RESOLUTION, allowed resolution");
  EXPECT_EQ(problems_of("qqq: x", read),
            "case.yaml:1:1: qqq: unknown key, got qqq, allowed one of weather, resolution");
}

TEST(Document, WrongKindsOfValue) {
  EXPECT_EQ(problems_of("a: 5", [](Reader& r) { r.child("a").text("b"); }),
            "case.yaml:1:4: a: wrong kind of value, got a single value, allowed a mapping");
  EXPECT_EQ(problems_of("a: {b: 1}", [](Reader& r) { r.items("a"); }),
            "case.yaml:1:4: a: wrong kind of value, got a mapping, allowed a list");
  EXPECT_EQ(problems_of("[1, 2]", [](Reader& r) { r.text("a"); }),
            "case.yaml:1:1: wrong kind of value, got a list, allowed a mapping");
  EXPECT_EQ(problems_of("", [](Reader& r) { r.text("a"); }),
            "case.yaml:1:1: a: required key is missing, allowed a text");
}

TEST(Document, ProblemsFoundLaterKeepTheirPlace) {
  Document document = Document::parse_text("a: 1\nconnect:\n  from: pump.outlt\n", "case.yaml");
  Reader r = document.read();
  Reader connect = r.child("connect");
  connect.text("from");
  document.report(connect.problem("dangling connection", "pump.outlt", "pump.outlet", "from"));
  ASSERT_EQ(document.problems().size(), 1u);
  EXPECT_EQ(to_string(document.problems()[0]),
            "case.yaml:3:9: connect.from: dangling connection, got pump.outlt, allowed pump.outlet");
}

TEST(Document, DuplicateKeysNameBothLines) {
  EXPECT_EQ(problems_of("a:\n  x: 1\n  y: 2\n  x: 3\nb: 1\na: 4\n", read_nothing),
            "case.yaml:4:3: duplicate key, got x, allowed once (first in line 2)\n"
            "case.yaml:6:1: duplicate key, got a, allowed once (first in line 1)");
}

TEST(Document, TabsAreReportedLineByLine) {
  EXPECT_EQ(problems_of("a:\n\tx: 1\n  \ty: 2\nz: 1\t# fine\n\t\n", read_nothing),
            "case.yaml:2:1: tab used as indentation, allowed spaces\n"
            "case.yaml:3:3: tab used as indentation, allowed spaces");
}

TEST(Document, NestingIsBounded) {
  const auto nested = [](size_t n) { return "a: " + std::string(n, '[') + std::string(n, ']'); };
  EXPECT_EQ(problems_of(nested(YamlLimits::depth - 1), read_nothing), "");
  EXPECT_EQ(problems_of(nested(YamlLimits::depth), read_nothing),
            "case.yaml:1:67: nested too deeply, allowed 64 levels");
  const size_t bomb = 3u << 20;
  EXPECT_EQ(problems_of(std::string(bomb, '['), read_nothing),
            "case.yaml:1:1025: nested too deeply, allowed 64 levels");
  std::string braces;
  for (size_t i = 0; i < bomb / 3; ++i) braces += "{a:";
  EXPECT_EQ(problems_of(braces, read_nothing), "case.yaml:1:3073: nested too deeply, allowed 64 levels");
  std::string dashes;
  for (size_t i = 0; i < bomb / 2; ++i) dashes += "- ";
  EXPECT_EQ(problems_of(dashes, read_nothing), "case.yaml:1:129: nested too deeply, allowed 64 levels");
  EXPECT_EQ(problems_of(std::string(YamlLimits::bytes + 1, ' '), read_nothing),
            "case.yaml: too large, allowed 16777216 bytes");
}

TEST(Document, AliasesAreBounded) {
  const Read read = [](Reader& r) {
    r.child("a");
    EXPECT_DOUBLE_EQ(r.child("b").quantity("x", "W"), 5.0);
  };
  EXPECT_EQ(problems_of("a: &one {x: 5 W}\nb: *one\n", read), "");
  EXPECT_EQ(problems_of("a: &one [1, *one]\n", read_nothing), "case.yaml:1:13: alias of a value that is not complete");
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    laughs += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_TRUE(problems_of(laughs, read_nothing).ends_with("too large, allowed 1000000 values"));
  EXPECT_EQ(problems_of("a: *none\n", read_nothing).rfind("case.yaml:1:4: not YAML: ", 0), 0u);
}

TEST(Document, WhatIsNotATextOrNotYaml) {
  EXPECT_EQ(problems_of(std::string("a: 1\nb: \xff\n"), read_nothing),
            "case.yaml:2:4: not a text, got byte 0xFF, allowed UTF-8");
  EXPECT_EQ(problems_of(std::string("a\0b", 3), read_nothing),
            "case.yaml:1:2: not a text, got byte 0x00, allowed UTF-8");
  EXPECT_EQ(problems_of("a: \xc3\xa9\xe2\x82\xac \xc0\xaf", read_nothing),
            "case.yaml:1:7: not a text, got byte 0xC0, allowed UTF-8");
  EXPECT_EQ(problems_of("a: [1, 2\nb: 3\n", read_nothing).rfind("case.yaml:2:2: not YAML: ", 0), 0u);
  EXPECT_EQ(problems_of("a: 1\n---\nb: 2\n", read_nothing),
            "case.yaml:2:1: more than one document, allowed one document a file");
  EXPECT_EQ(problems_of("[a, b]: 1\n", read_nothing), "case.yaml:1:1: not a key, allowed a word");
}

TEST(Document, RandomTextNeverDoesMoreThanThrow) {
  const std::string alphabet = "ab:-[]{}&*!|>'\"%@`#,? \n\n  0~\\<=";
  unsigned long long state = 20260715;
  const auto next = [&] { return state = state * 6364136223846793005ULL + 1442695040888963407ULL, state >> 33; };
  for (int i = 0; i < 3000; ++i) {
    std::string words, bytes;
    for (unsigned long long k = next() % 60; k > 0; --k) words += alphabet[next() % alphabet.size()];
    for (unsigned long long k = next() % 60; k > 0; --k) bytes += static_cast<char>(next() % 256);
    for (const std::string& text : {words, bytes}) {
      problems_of(text, [](Reader& r) { r.finish(); });
    }
  }
}

TEST(Document, FilesThatCannotBeRead) {
  const Directory directory;
  const std::string missing = (directory.path() / "missing.yaml").string();
  const auto message = [](const std::string& path) {
    try {
      Document::parse_file(path);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message(missing), missing + ": cannot be read, got No such file or directory");
  EXPECT_EQ(message(directory.path().string()), directory.path().string() + ": cannot be read, got Is a directory");
  EXPECT_EQ(message("/dev/zero"), "/dev/zero: too large, allowed 16777216 bytes");
  Document document = Document::parse_file(directory.write("good.yaml", "a: 1\n"));
  EXPECT_EQ(document.read().text("a"), "1");
}

TEST(Document, SetReplacesAndAdds) {
  const std::string text = "racks:\n  - {power: 100 kW}\n  - {power: 120 kW}\nweather: design_day\n";
  const Read read = [](Reader& r) {
    std::vector<Reader> racks = r.items("racks");
    ASSERT_EQ(racks.size(), 2u);
    EXPECT_DOUBLE_EQ(racks[1].quantity("power", "W"), 142e3);
    EXPECT_EQ(r.text("weather"), "childress.tmy3");
    EXPECT_EQ(r.text("resolution", "rack"), "gpu");
    r.finish();
  };
  EXPECT_EQ(
      problems_of(text, read, {}, {{"racks[1].power", "142 kW"}, {"weather", "childress.tmy3"}, {"resolution", "gpu"}}),
      "");
}

TEST(Document, SetToNullTakesAway) {
  const std::string text = "pump: {kind: a, drive: b}\n";
  const Read read = [](Reader& root) {
    Reader pump = root.child("pump");
    EXPECT_EQ(pump.text("kind"), "a");
    EXPECT_FALSE(pump.has("drive"));
  };
  EXPECT_EQ(problems_of(text, read, {}, {{"pump.drive", "null"}}), "");
  EXPECT_EQ(problems_of("pump: {kind: a}\n", read, {}, {{"pump.drive", "null"}}),
            "--set: pump.drive: unknown path, got drive, allowed kind");
}

TEST(Document, SetProblemsNameTheNearest) {
  const std::string text = "site:\n  plant: {T_supply: 45 degC}\nracks: [a, b]\n";
  const Read read = [](Reader& r) {
    Reader plant = r.child("site").child("plant");
    plant.quantity("T_supply", "K", {283.15, 338.15});
    plant.finish();
    r.texts("racks");
  };
  EXPECT_EQ(problems_of(text, read, {}, {{"site.plnt.T_supply", "50 degC"}}),
            "--set: site.plnt.T_supply: unknown path, got plnt, allowed plant");
  EXPECT_EQ(problems_of(text, read, {}, {{"racks[2]", "c"}}),
            "--set: racks[2]: unknown path, got [2], allowed [0] to [1]");
  EXPECT_EQ(problems_of(text, read, {}, {{"site.plant.T_suply", "50 degC"}}),
            "--set: site.plant.T_suply: unknown key, got T_suply, allowed T_supply");
  EXPECT_EQ(problems_of(text, read, {}, {{"site.plant.T_supply", "90 degC"}}),
            "--set: site.plant.T_supply: out of range, got 90 degC, allowed 10 degC to 65 degC");
  EXPECT_EQ(problems_of(text, read, {}, {{"site", "[1, 2"}}).rfind("--set: site: not YAML: ", 0), 0u);
  EXPECT_NE(problems_of(text, read, {}, {{"", "1"}}), "");
  EXPECT_NE(problems_of(text, read, {}, {{"racks[x]", "1"}}), "");
}

TEST(Document, ManyKeysAreReadInReasonableTime) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += fmt::format("key_{}: {{x: 5 W}}\n", i);
  Document document = Document::parse_text(text, "case.yaml");
  Reader r = document.read();
  EXPECT_EQ(r.entries().size(), 100000u);
}

}  // namespace
}  // namespace wattloop
