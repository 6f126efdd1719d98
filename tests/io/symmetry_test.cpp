// Runs that solve copies once record what runs of the whole plant record.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "io/run.h"
#include "io/run_file.h"
#include "tests/io/document_support.h"

namespace wattloop {
namespace {

struct Recorded {
  RunFile file;
  std::vector<LogEntry> groupings;
};

Recorded record(const Directory& directory, const std::string& name, const std::string& events, bool symmetry) {
  Twin twin(read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/" + name + "/case.yaml",
                      {{"run.duration", "3 min"},
                       {"workload.jobs.training.start", "30 s"},
                       {"workload.jobs.training.spread", "0"},
                       {"workload.jobs.training.drift", "0"},
                       {"events", events},
                       {"run.symmetry", symmetry ? "true" : "false"}}),
            1);
  RunOptions options;
  options.directory = (directory.path() / (name + (symmetry ? "_merged" : "_full"))).string();
  EXPECT_EQ(run_case(twin, options).error, "");
  return {RunFile(options.directory + "/run.h5"), twin.groupings()};
}

/// Largest difference of a temperature, K, and of any value as a share of the largest of its variable, beyond the
/// rounding of the records.
std::pair<double, double> differences(const RunFile& a, const RunFile& b) {
  constexpr double noise = 1e-6;                                        // of what is nothing but rounding
  constexpr double of_a_float = std::numeric_limits<float>::epsilon();  // records are floats
  double kelvin = 0.0, share = 0.0;
  for (const RecordGroup& group : a.groups())
    for (const Variable& variable : group.variables) {
      double difference = 0.0, largest = 0.0;
      for (std::size_t record = 0; record < a.times().size(); ++record) {
        const auto x = a.values(group.name, variable.name, record), y = b.values(group.name, variable.name, record);
        for (std::size_t i = 0; i < x.size(); ++i) {
          if (std::isnan(x[i]) && std::isnan(y[i])) continue;
          difference = std::max(difference, std::abs(x[i] - y[i]) - of_a_float * std::abs(y[i]));
          largest = std::max(largest, std::abs(y[i]));
        }
      }
      if (variable.units == "K") kelvin = std::max(kelvin, difference);
      if (largest > noise) share = std::max(share, difference / largest);
    }
  return {kelvin, share};
}

struct Disturbance {
  const char *example, *events;
  double kelvin;
};

class MergedRun : public testing::TestWithParam<Disturbance> {};
constexpr double standing = 1e-3;  // K, of water that stands still: Newton's remainder decides it
INSTANTIATE_TEST_SUITE_P(
    Examples, MergedRun,
    testing::Values(Disturbance{"cdu_loop", "[{at: 1 min, fail: rack_5}]", 1e-9},
                    Disturbance{"block", "[{at: 1 min, fail: block.rack_5}]", 1e-9},
                    Disturbance{"block", "[{at: 1 min, fail: block.rack_5}, {at: 2 min, fail: block.cdu_2}]",
                                standing}),
    [](const auto& tested) { return fmt::format("{}_{}", tested.param.example, tested.index); });

TEST_P(MergedRun, RecordsWhatTheFullRunRecords) {
  const Directory directory;
  const auto& [name, events, bound] = GetParam();
  const Recorded merged = record(directory, name, events, true), full = record(directory, name, events, false);
  const auto [kelvin, share] = differences(merged.file, full.file);
  EXPECT_LE(kelvin, bound);
  EXPECT_LE(share, bound);
  ASSERT_GE(merged.groupings.size(), 2u);
  EXPECT_EQ(merged.groupings[0].path, "");
  EXPECT_NE(merged.groupings[0].what.find("components are solved, the others equal them"), std::string::npos);
  EXPECT_NE(merged.groupings[1].path.find("rack_5"), std::string::npos) << merged.groupings[1].path;
  EXPECT_EQ(merged.groupings[1].time, 60.0);
  EXPECT_TRUE(full.groupings.empty());
}

}  // namespace
}  // namespace wattloop
