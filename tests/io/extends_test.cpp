// Cases that change another case.

#include "io/extends.h"

#include <gtest/gtest.h>

#include "io/case.h"
#include "tests/io/document_support.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

/// "a: 1; b.c: x" of a tree: its scalars by path, in order.
std::string flat(const YamlNode& node, const std::string& path = "") {
  if (node.kind == YamlNode::Kind::scalar) return path + "=" + node.text + ";";
  if (node.kind == YamlNode::Kind::null) return path + "=null;";
  std::string text;
  for (const YamlEntry& entry : node.entries)
    text += flat(entry.value, path.empty() ? entry.key : path + "." + entry.key);
  return text;
}

struct Extended {
  YamlNode tree;
  std::vector<BaseFile> bases;
  std::vector<InputProblem> problems;
};

Extended extended(const std::string& file) {
  Extended result;
  result.tree = parse_yaml(read_text_file(file), file, result.problems);
  result.bases = apply_extends(result.tree, file, result.problems);
  return result;
}

std::string first_problem(const std::string& file) {
  const Extended result = extended(file);
  return result.problems.empty() ? "" : to_string(result.problems.front());
}

TEST(Extends, ChangesMappingByMapping) {
  const Directory directory;
  directory.write("base/case.yaml", "a: 1\nb: {c: x, d: y, e: {f: 1}}\nlist: [1, 2]\nsized: {value: 1 m, source: s}\n");
  const std::string file =
      directory.write("own/case.yaml",
                      "extends: ../base/case.yaml\nlist: [3]\nb: {d: null, e: {f: 2, g: 3}}\nnew: 5\nnone: null\n"
                      "sized: {value: 2 m}\n");
  const Extended result = extended(file);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(flat(result.tree), "a=1;b.c=x;b.e.f=2;b.e.g=3;list.=3;sized.value=2 m;new=5;none=null;");
  ASSERT_EQ(result.bases.size(), 1u);
  EXPECT_EQ(result.bases[0].file, (directory.path() / "base/case.yaml").string());
  EXPECT_NE(result.bases[0].text.find("a: 1"), std::string::npos);
  EXPECT_EQ(*result.tree.find("a")->position.file, result.bases[0].file);
  EXPECT_EQ(*result.tree.find("list")->position.file, file);
}

TEST(Extends, GoesOnAndEnds) {
  const Directory directory;
  directory.write("one.yaml", "a: 1\nb: 1\nc: 1\n");
  directory.write("two.yaml", "extends: one.yaml\nb: 2\nc: 2\n");
  const std::string three = directory.write("three.yaml", "extends: two.yaml\nc: 3\n");
  EXPECT_EQ(flat(extended(three).tree), "a=1;b=2;c=3;");
  EXPECT_EQ(extended(three).bases.size(), 2u);
  const std::string loop = directory.write("loop.yaml", "a: 1\nextends: back.yaml\n");
  const std::string back = directory.write("back.yaml", "extends: ./loop.yaml\n");
  EXPECT_EQ(first_problem(loop), back + ":1:10: extends: a case extends itself, got ./loop.yaml");
}

TEST(Extends, ProblemsSayWhere) {
  const Directory directory;
  const auto problem = [&](const std::string& text) { return first_problem(directory.write("case.yaml", text)); };
  const std::string at = (directory.path() / "case.yaml").string() + ":1:10: extends: ";
  EXPECT_EQ(problem("extends: none.yaml"), at + "cannot be read, got No such file or directory");
  EXPECT_EQ(problem("extends: [a]"), at + "wrong kind of value, allowed the path of a case file");
  directory.write("list.yaml", "[1, 2]");
  EXPECT_EQ(problem("extends: list.yaml"), at + "not a case, got list.yaml, allowed a mapping");
  directory.write("new.yaml", "wattloop: 2");
  EXPECT_EQ(problem("extends: new.yaml\nwattloop: 1"), at + "a case of another format version, got 2, allowed 1");
  const std::string broken = directory.write("broken.yaml", "a: 1\n\tb: 2\n");
  EXPECT_EQ(problem("extends: broken.yaml"), broken + ":2:1: tab used as indentation, allowed spaces");
}

/// The errors of a base are said at its own lines, those of the changes at theirs.
TEST(Extends, ACaseIsReadThroughItsBase) {
  const Directory directory;
  directory.write("base.yaml", small_case);
  const Case changed =
      read_case(directory.write("case.yaml", "wattloop: 1\nextends: base.yaml\nrun: {duration: 7 min}"));
  EXPECT_EQ(changed.run.duration, 420.0);
  EXPECT_EQ(changed.network.site.parts.size(), read_case(directory.path() / "base.yaml").network.site.parts.size());
  EXPECT_EQ(changed.bases.size(), 1u);
  try {
    read_case(directory.write("case.yaml", "wattloop: 1\nextends: base.yaml\nparts: {pump: {dp_nominal: 250}}"));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("case.yaml:3:28: parts.pump.dp_nominal: "), std::string::npos)
        << error.what();
  }
}

YamlNode derived(const std::string& text, std::vector<InputProblem>& problems) {
  YamlNode tree = parse_yaml(text, "case.yaml", problems);
  derive_templates(tree, problems);
  return tree;
}

TEST(Templates, ExtendOthersInAnyOrder) {
  std::vector<InputProblem> problems;
  const YamlNode tree = derived(
      "templates:\n  c: {extends: b, parts: {x: {n: 3}}}\n  b: {extends: a, parts: {y: null}, nodes: {k: [r]}}\n"
      "  a: {parts: {x: {n: 1, m: 1}, y: {n: 2}}, nodes: {k: [p, q]}}\n",
      problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(flat(tree),
            "templates.c.parts.x.n=3;templates.c.parts.x.m=1;templates.c.nodes.k.=r;"
            "templates.b.parts.x.n=1;templates.b.parts.x.m=1;templates.b.nodes.k.=r;"
            "templates.a.parts.x.n=1;templates.a.parts.x.m=1;templates.a.parts.y.n=2;"
            "templates.a.nodes.k.=p;templates.a.nodes.k.=q;");
}

TEST(Templates, ThatCannotBeExtendedAreReported) {
  const auto problem = [](const std::string& text) {
    std::vector<InputProblem> problems;
    derived(text, problems);
    return problems.empty() ? "" : to_string(problems.front());
  };
  EXPECT_EQ(problem("templates:\n  hall: {parts: {}}\n  warm: {extends: hal}\n"),
            "case.yaml:3:19: templates.warm.extends: there is no template of this name, got hal, allowed hall");
  EXPECT_EQ(problem("templates:\n  warm: {extends: warm}\n"),
            "case.yaml:2:19: templates.warm.extends: a template extends itself, got warm");
  EXPECT_EQ(problem("templates:\n  a: {extends: b}\n  b: {extends: a}\n"),
            "case.yaml:3:16: templates.b.extends: a template extends itself, got a");
  EXPECT_EQ(problem("templates:\n  warm: {extends: [hall]}\n"),
            "case.yaml:2:19: templates.warm.extends: wrong kind of value, allowed the name of a template");
}

}  // namespace
}  // namespace wattloop
