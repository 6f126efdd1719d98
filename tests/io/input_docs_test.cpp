#include "io/input_docs.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "io/yaml_tree.h"
#include "models/component_types.h"

namespace wattloop {
namespace {

/// `wattloop docs > docs/input.md` writes the page; so does this test with WATTLOOP_REGENERATE=1.
TEST(InputDocs, ThePageIsUpToDate) {
  const std::string file = std::string(WATTLOOP_SOURCE_DIR) + "/docs/input.md";
  if (std::getenv("WATTLOOP_REGENERATE") != nullptr) std::ofstream(file, std::ios::binary) << input_reference();
  std::istringstream written(read_text_file(file)), wanted(input_reference());
  std::string line, wanted_line;
  for (int n = 1; std::getline(wanted, wanted_line); ++n) {
    ASSERT_TRUE(std::getline(written, line)) << "line " << n << "; run: wattloop docs > docs/input.md";
    ASSERT_EQ(line, wanted_line) << "line " << n << "; run: wattloop docs > docs/input.md";
  }
  EXPECT_FALSE(std::getline(written, line)) << line;
}

TEST(InputDocs, SayEverythingOfEveryType) {
  const std::string page = input_reference();
  for (const ComponentType* type : component_types()) {
    const std::size_t begin = page.find("\n### " + std::string(type->name) + "\n");
    ASSERT_NE(begin, page.npos) << type->name;
    const std::string section = page.substr(begin, page.find("\n### ", begin + 5) - begin);
    const auto expect_row = [&](std::string_view name) {
      EXPECT_NE(section.find("| `" + std::string(name) + "` |"), section.npos) << type->name << ": " << name;
    };
    for (const ParameterInfo& p : type->parameters) expect_row(p.name);
    for (const Port& p : type->ports) expect_row(p.name);
    for (const StateField& s : type->states) expect_row(s.name);
    for (const OutputField& o : type->outputs) expect_row(o.name);
  }
}

}  // namespace
}  // namespace wattloop
