// What-ifs that begin at a moment of another run.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "io/checkpoint.h"
#include "io/run.h"
#include "io/run_file.h"
#include "tests/io/document_support.h"
#include "tests/io/same_records.h"

namespace wattloop {
namespace {

namespace fs = std::filesystem;
using Overrides = std::vector<std::pair<std::string, std::string>>;

class Branches : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  RunFile results(const std::string& name) const { return RunFile(path(name) + "/run.h5"); }

  void run(const std::string& name, const Overrides& more, double kept = 0.0, bool reference = false) const {
    Overrides overrides = {{"run.duration", "5 min"}, {"workload.jobs.training.start", "20 s"}};
    overrides.insert(overrides.end(), more.begin(), more.end());
    Twin twin(read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/cdu_loop/case.yaml", overrides), 1);
    RunOptions options;
    options.directory = path(name);
    options.kept_checkpoint_interval = kept;
    options.reference = reference;
    EXPECT_EQ(run_case(twin, options).error, "");
  }
  /// What `wattloop run --from` does.
  RunOutcome branch(const std::string& from, double time, const Overrides& changes, const std::string& name,
                    double ended_at = 1e300) const {
    RunOrigin origin = origin_of(path(from));
    const bool reference = origin.reference;
    origin.settings.insert(origin.settings.end(), changes.begin(), changes.end());
    Twin twin(origin.read(), 1);
    RunOptions options;
    options.directory = path(name);
    options.reference = reference;
    options.from = branch_point(path(from), time, twin, 1);
    options.from->has_changes = !changes.empty();
    double now = 0.0;
    options.progress = [&](double t, double) { now = t; };
    options.interrupted = [&] { return now >= ended_at; };
    return run_case(twin, options);
  }
  std::string problem(const std::string& from, double time, const Overrides& changes) const {
    try {
      branch(from, time, changes, "refused");
    } catch (const InputError& error) {
      return error.what();
    }
    return "none";
  }
  static double site(const RunFile& file, const std::string& variable, double t) {
    for (std::size_t i = 0; i < file.times().size(); ++i)
      if (file.times()[i] == t) return file.values("site", variable, i).front();
    throw std::invalid_argument("no such record");
  }
  /// The records of `part` are the last ones of `whole`.
  static void expect_the_rest(const RunFile& whole, const RunFile& part, double begin) {
    ASSERT_EQ(part.times().front(), begin);
    const std::size_t skipped = whole.times().size() - part.times().size();
    for (std::size_t i = 0; i < part.times().size(); ++i) {
      ASSERT_EQ(part.times()[i], whole.times()[i + skipped]);
      for (const RecordGroup& group : whole.groups())
        for (const Variable& v : group.variables)
          ASSERT_TRUE(same_bits(part.values(group.name, v.name, i), whole.values(group.name, v.name, i + skipped)))
              << group.name << "." << v.name << " at " << part.times()[i];
    }
  }

  Directory directory_;
};

TEST_F(Branches, WithoutChangesAreTheRestOfTheRun) {
  run("whole", {}, 60.0);
  ASSERT_EQ(checkpoints_until(path("whole"), 120.0).size(), 3u);
  branch("whole", 135.0, {}, "from_checkpoint");
  expect_the_rest(results("whole"), results("from_checkpoint"), 135.0);
  for (const std::string& file : checkpoints_until(path("whole"), 1e300)) fs::remove(file);
  branch("whole", 135.0, {}, "from_start");
  expect_the_rest(results("whole"), results("from_start"), 135.0);
  const RunOutcome rest = branch("whole", 285.0, {}, "short");
  EXPECT_EQ(rest.summary.duration, 15.0);
  EXPECT_LE(rest.summary.closure.energy, 1e-6);
  EXPECT_LT(rest.summary.statistics.steps, 10);
}

/// An event at the moment of the branch does what it does in a run of its own.
TEST_F(Branches, WithAnEventAreTheRunWithThisEvent) {
  const std::string events = "[{at: 60 s, fail: cdu.pump}, {at: 2 min, repair: cdu.pump}]";
  run("without", {});
  run("with", {{"events", events}});
  const RunOutcome outcome = branch("without", 60.0, {{"events", events}}, "branch");
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.summary.consequences.first_event, 60.0);
  EXPECT_GT(outcome.summary.consequences.racks.size(), 0u);
  ASSERT_FALSE(outcome.summary.log.empty());
  EXPECT_EQ(outcome.summary.log.front().time, 60.0);
  expect_the_rest(results("with"), results("branch"), 60.0);
}

TEST_F(Branches, TakeNewInputsParametersAndLoads) {
  run("run", {});
  branch("run", 120.0, {{"parts.tcs_dp_control.set_point", "100 kPa"}}, "set_point");
  branch("run", 120.0, {{"parts.fws_supply_main.T", "30 degC"}}, "colder");
  branch("run", 120.0, {{"workload.jobs.training.low", "100 %"}}, "load");
  const RunFile before = results("run");
  for (const char* name : {"set_point", "colder"})
    EXPECT_EQ(site(results(name), "T_die_max", 120.0), site(before, "T_die_max", 120.0)) << name;
  EXPECT_GT(site(results("set_point"), "T_die_max", 300.0), site(before, "T_die_max", 300.0) + 1.0);
  EXPECT_LT(site(results("colder"), "T_die_max", 135.0), site(before, "T_die_max", 135.0));
  EXPECT_GT(site(results("load"), "P_it", 300.0), 1.02 * site(before, "P_it", 300.0));
  branch("run", 120.0, {{"run.duration", "6 min"}}, "longer");
  EXPECT_EQ(results("longer").times().back(), 360.0);
  EXPECT_EQ(site(results("longer"), "T_die_max", 120.0), site(before, "T_die_max", 120.0));
}

TEST_F(Branches, GoOnAndBranchAgain) {
  run("run", {});
  const Overrides colder = {{"parts.fws_supply_main.T", "35 degC"}};
  branch("run", 60.0, colder, "branch");
  EXPECT_TRUE(branch("run", 60.0, colder, "resumed", 150.0).interrupted);
  const RunOrigin origin = origin_of(path("resumed"));
  Twin twin(origin.read(), 1);
  RunOptions options;
  options.directory = path("resumed");
  options.resume = true;
  EXPECT_EQ(run_case(twin, options).error, "");
  expect_same_records(results("branch"), results("resumed"));
  branch("branch", 180.0, {}, "second");
  expect_the_rest(results("branch"), results("second"), 180.0);
  for (const std::string& file : checkpoints_until(path("branch"), 1e300)) fs::remove(file);
  EXPECT_NE(problem("branch", 180.0, {}).find("not here any more"), std::string::npos);
}

TEST_F(Branches, NeedGoodCheckpoints) {
  run("run", {}, 60.0);
  std::fstream file(kept_checkpoint_path(path("run"), 120.0), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(1000);
  file << "something else";
  file.close();
  EXPECT_NE(problem("run", 180.0 - 15.0, {}).find("has been changed"), std::string::npos);
  EXPECT_EQ(problem("run", 60.0, {}), "none");
}

TEST_F(Branches, WithTheReferenceGoOn) {
  run("run", {}, 0.0, true);
  branch("run", 120.0, {}, "same");
  EXPECT_NEAR(site(results("same"), "T_die_max", 300.0), site(results("run"), "T_die_max", 300.0), 0.02);
}

TEST_F(Branches, KeepTheStructureOfTheirRun) {
  run("run", {{"run.duration", "1 min"}});
  for (const auto& [key, value] :
       {std::pair{"parts.rack.count", "15"},
        {"run.resolution", "tray"},
        {"run.start", "2026-07-15T01:00"},
        {"sequences", "{noise: {type: noise, write: [cdu.pump.speed], amplitude: 0, interval: 15 s}}"}})
    EXPECT_NE(problem("run", 30.0, {{key, value}}), "none") << key;
  EXPECT_NE(problem("run", 30.0, {{"run.resolution", "tray"}}).find("changes values only"), std::string::npos);
  EXPECT_NE(problem("run", 30.0, {{"events", "[{at: 15 s, fail: cdu.pump}]"}}).find("before the moment"),
            std::string::npos);
  EXPECT_NE(problem("nowhere", 30.0, {}).find("no such file"), std::string::npos);
  EXPECT_FALSE(fs::exists(path("refused") + "/run.h5"));
}

TEST_F(Branches, AControllerThatIsNoLongerSampledMovesAgain) {
  run("sampled", {{"templates.cdu.parts.temperature_control.sample_time", "30 s"}}, 60.0);
  branch("sampled", 60.0, {{"templates.cdu.parts.temperature_control.sample_time", "0 s"}}, "continuous");
  branch("sampled", 60.0, {}, "as_before");
  const RunFile continuous = results("continuous"), sampled = results("as_before");
  const auto outputs = [](const RunFile& file, std::size_t record) {
    return file.values("pi_controller", "output", record);
  };
  const std::size_t end = sampled.times().size() - 1;
  int moving = 0;
  for (std::size_t i = 0; i < outputs(sampled, end).size(); ++i) {
    const auto change = [&](const RunFile& file) { return std::abs(outputs(file, end)[i] - outputs(file, 0)[i]); };
    if (change(sampled) < 0.05) continue;
    EXPECT_GT(change(continuous), 0.01);  // one that holds its last sample does not move at all
    ++moving;
  }
  EXPECT_GT(moving, 0);
}

}  // namespace
}  // namespace wattloop
