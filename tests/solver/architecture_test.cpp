// Dependencies run one way: apps -> io -> meshes -> models -> solver.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

/// The folder whose header a line includes, or empty: '#include "models/pump.h"' -> "models".
std::string included_folder(const std::string& line) {
  static const std::regex include(R"re(^\s*#\s*include\s*"([^"/]+)/[^"]*".*)re");
  std::smatch match;
  return std::regex_match(line, match, include) ? match[1].str() : "";
}

const std::map<std::string, std::set<std::string>> allowed = {
    {"solver", {"solver"}},
    {"models", {"solver", "models"}},
    {"meshes", {"solver", "models", "meshes"}},
    {"io", {"solver", "models", "meshes", "io"}},
    {"apps", {"solver", "models", "meshes", "io", "apps"}},
};

TEST(Architecture, FindsIncludes) {
  EXPECT_EQ(included_folder("#include \"models/pump.h\""), "models");
  EXPECT_EQ(included_folder("  #  include \"io/units.h\"  // why"), "io");
  EXPECT_EQ(included_folder("#include <vector>"), "");
}

TEST(Architecture, DependenciesRunOneWay) {
  namespace fs = std::filesystem;
  int files = 0;
  for (const auto& [folder, may] : allowed) {
    const fs::path path = fs::path(WATTLOOP_SOURCE_DIR) / folder;
    if (!fs::exists(path)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      ++files;
      std::ifstream file(entry.path());
      std::string line;
      for (int number = 1; std::getline(file, line); ++number) {
        const std::string to = included_folder(line);
        EXPECT_TRUE(to.empty() || may.contains(to)) << entry.path().string() << ":" << number << ": " << line;
      }
    }
  }
  EXPECT_GT(files, 20);
}

}  // namespace
