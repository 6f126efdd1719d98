// Chosen racks recorded in full detail: what is wrong with a rule, what is in the file, runs that are gone on with.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "io/hdf5_writer.h"
#include "io/run.h"
#include "io/run_file.h"
#include "tests/io/same_records.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

TEST(BadRecordRule, IsReportedWhereItStands) {
  const auto rule = [](const std::string& text, const std::string& resolution = "rack") {
    return problems_after({{"duration: 1 h", fmt::format("duration: 1 h, resolution: {}", resolution)},
                           {"sequences:", fmt::format("record:\n  hot: {{{}}}\nsequences:", text)}});
  };
  EXPECT_EQ(rule(""), "");
  EXPECT_EQ(rule("racks: rack, detail: rack, from: 10 min, to: 1 h, every: 15 s"), "");
  EXPECT_EQ(rule("racks: [rack], detail: gpu", "gpu"), "");
  EXPECT_EQ(rule("racks: rck"), "case.yaml:55:16: record.hot.racks: nothing has this path, got rck, allowed rack");
  EXPECT_EQ(rule("racks: [rack, pump]"),
            "case.yaml:55:23: record.hot.racks[1]: there is no rack in it, got pump, allowed rack");
  EXPECT_EQ(rule("detail: gpu"),
            "case.yaml:55:17: record.hot.detail: finer than the racks of this run, got gpu, allowed rack or full, or "
            "run.resolution: gpu");
  EXPECT_EQ(rule("detail: tray"),
            "case.yaml:55:17: record.hot.detail: finer than the racks of this run, got tray, allowed rack or full, or "
            "run.resolution: tray");
  EXPECT_EQ(rule("detail: tray", "gpu"), "");
  EXPECT_EQ(rule("detail: chip"),
            "case.yaml:55:17: record.hot.detail: unknown choice, got chip, allowed rack, tray, gpu, full");
  EXPECT_EQ(rule("from: 2 h"),
            "case.yaml:55:15: record.hot.from: the window begins outside the run, got 7200 s, allowed 0 to 3600 s");
  EXPECT_EQ(rule("to: 61 min"),
            "case.yaml:55:13: record.hot.to: the window ends outside the run, got 3660 s, allowed 0 to 3600 s");
  EXPECT_EQ(rule("from: 30 min, to: 20 min"),
            "case.yaml:55:27: record.hot.to: the window ends before it begins, got 1200 s, allowed 1800 s or more");
  EXPECT_EQ(rule("every: -5 s"), "case.yaml:55:16: record.hot.every: out of range, got -5 s, allowed more than 0 s");
  EXPECT_EQ(rule("from: -5 s"), "case.yaml:55:15: record.hot.from: out of range, got -5 s, allowed at least 0 s");
  EXPECT_EQ(rule("every: 1e-7 s"),
            "case.yaml:55:16: record.hot.every: too many records, got 3.6e+10, allowed at most 1e+07");
  EXPECT_EQ(rule("evry: 5 s"), "case.yaml:55:9: record.hot.evry: unknown key, got evry, allowed every");
  EXPECT_EQ(problems_after({{"sequences:", "record:\n  a/b: {}\nsequences:"}}),
            "case.yaml:55:8: record.a/b: a name holds no dots, slashes, brackets or blanks, got a/b");
}

/// Sixteen racks on one CDU, GPU by GPU.
Case with_rules(const Overrides& more = {}) {
  Overrides overrides = {{"run.duration", "90 s"},
                         {"run.resolution", "gpu"},
                         {"workload.jobs.training.start", "20 s"},
                         {"record",
                          "{burst: {racks: [rack_3, rack_5], detail: gpu, from: 30 s, to: 60 s, every: 5 s}, "
                          "coarse: {racks: rack_3, detail: rack, every: 30 s}}"}};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/cdu_loop/case.yaml", overrides);
}

RunOptions into(const std::filesystem::path& directory) {
  RunOptions options;
  options.directory = directory.string();
  return options;
}

std::vector<double> read(const std::string& file, const std::string& name) {
  return hdf5::read_numbers(hdf5::open_file_to_read(file + "/run.h5"), name);
}

TEST(RecordRule, ChosenRacksHaveGroupsOfTheirOwn) {
  const Directory directory;
  const RunOptions options = into(directory.path() / "run");
  Twin twin(with_rules(), 2);
  ASSERT_EQ(run_case(twin, options).error, "");
  EXPECT_EQ(read(options.directory, "detail/burst/cold_plate/time"), (std::vector<double>{30, 35, 40, 45, 50, 55, 60}));
  EXPECT_EQ(read(options.directory, "detail/coarse/racks/time"), (std::vector<double>{0, 30, 60, 90}));
  const auto names =
      hdf5::read_strings(hdf5::open_file_to_read(options.directory + "/run.h5"), "detail/burst/cold_plate/cold_plate");
  const std::size_t gpus = 2 * 72;
  std::vector<std::size_t> gpus_of_3;
  std::size_t all = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].find("gpu") == std::string::npos) continue;
    ++all;
    if (names[i].starts_with("rack_3.")) gpus_of_3.push_back(i);
  }
  EXPECT_EQ(all, gpus);
  ASSERT_EQ(gpus_of_3.size(), gpus / 2);
  // The same moment in both: 60 s is the last of the burst and the third of the coarse records.
  const auto T_die = read(options.directory, "detail/burst/cold_plate/T_die");
  const auto hottest = read(options.directory, "detail/coarse/racks/T_die_max");
  ASSERT_EQ(T_die.size(), 7 * names.size());
  double most = 0.0;
  for (const std::size_t i : gpus_of_3) most = std::max(most, T_die[6 * names.size() + i]);
  EXPECT_EQ(most, hottest[2]);
  // Readers of the run see its own groups only.
  const RunFile file(options.directory + "/run.h5");
  for (const RecordGroup& group : file.groups()) EXPECT_EQ(group.name.find('/'), std::string::npos);
}

TEST(RecordRule, ResumedRunsHaveTheSameRecords) {
  const Directory directory;
  const RunOptions whole = into(directory.path() / "whole");
  {
    Twin twin(with_rules(), 1);
    ASSERT_EQ(run_case(twin, whole).error, "");
  }
  for (const double stop : {20.0, 42.0, 75.0}) {
    RunOptions cut = into(directory.path() / fmt::format("cut_{}", stop));
    double now = 0.0;
    cut.progress = [&](double t, double) { now = t; };
    cut.interrupted = [&] { return now >= stop; };
    {
      Twin twin(with_rules(), 1);
      ASSERT_TRUE(run_case(twin, cut).interrupted);
    }
    cut.interrupted = {};
    cut.resume = true;
    Twin twin(with_rules(), 1);
    ASSERT_EQ(run_case(twin, cut).error, "");
    expect_same_records(RunFile(whole.directory + "/run.h5"), RunFile(cut.directory + "/run.h5"));
    for (const char* name : {"detail/burst/cold_plate/T_die", "detail/burst/cold_plate/time", "detail/burst/manifold/T",
                             "detail/coarse/racks/P_in", "detail/coarse/racks/time"})
      EXPECT_TRUE(same_bits(read(whole.directory, name), read(cut.directory, name))) << name << " after " << stop;
  }
}

TEST(RecordRule, BranchesRecordTheRestOfTheWindow) {
  const Directory directory;
  const RunOptions whole = into(directory.path() / "whole");
  {
    Twin twin(with_rules(), 1);
    RunOptions options = whole;
    options.command_line = "test";
    ASSERT_EQ(run_case(twin, options).error, "");
  }
  RunOptions branch = into(directory.path() / "branch");
  Twin twin(with_rules(), 1);
  branch.from = branch_point(whole.directory, 45.0, twin, 1);
  ASSERT_TRUE(branch.from.has_value());
  ASSERT_EQ(run_case(twin, branch).error, "");
  EXPECT_EQ(read(branch.directory, "detail/burst/cold_plate/time"), (std::vector<double>{45, 50, 55, 60}));
  EXPECT_EQ(read(branch.directory, "detail/coarse/racks/time"), (std::vector<double>{60, 90}));
}

}  // namespace
}  // namespace wattloop
