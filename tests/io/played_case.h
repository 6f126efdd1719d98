#pragma once
// Cases that a test plays through to its end.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "io/run.h"
#include "io/run_file.h"
#include "tests/io/document_support.h"

namespace wattloop {

struct Played {
  std::vector<LogEntry> log;
  Summary summary;
  std::vector<std::string> states;  ///< of the sequences at the end
  std::string results;              ///< path of the result file

  /// "60 unit_1 starts", a line each.
  std::string story() const {
    std::string text;
    for (const LogEntry& e : log) text += fmt::format("{:g} {} {}\n", e.time, e.path, e.what);
    return text;
  }
  /// What a component of a group reads in every record.
  std::vector<double> values(const std::string& group, const std::string& path, const std::string& variable) const {
    const RunFile file(results);
    for (const RecordGroup& g : file.groups()) {
      if (g.name != group) continue;
      for (std::size_t i = 0; i < g.elements.size(); ++i) {
        if (g.elements[i] != path) continue;
        std::vector<double> found;
        for (std::size_t record = 0; record < file.times().size(); ++record)
          found.push_back(file.values(group, variable, record)[i]);
        return found;
      }
    }
    ADD_FAILURE() << "no " << path << " among the results";
    return {};
  }
};

inline Played play(const std::filesystem::path& file, const Directory& directory,
                   const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  Twin twin(read_case(file, overrides), 1);
  RunOptions options;
  options.directory = (directory.path() / "played").string();
  Played played;
  const RunOutcome outcome = run_case(twin, options);
  EXPECT_EQ(outcome.error, "");
  played.summary = outcome.summary;
  played.log = twin.log();
  for (const auto& sequence : twin.network().sequences()) played.states.push_back(sequence->state());
  played.results = options.directory + "/run.h5";
  return played;
}

}  // namespace wattloop
