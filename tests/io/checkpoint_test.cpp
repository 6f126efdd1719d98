// A run that is ended and resumed is the run that was never ended.

#include "io/checkpoint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "io/run.h"
#include "io/run_file.h"
#include "models/random.h"
#include "tests/io/document_support.h"
#include "tests/io/same_records.h"

namespace wattloop {
namespace {

namespace fs = std::filesystem;
using Overrides = std::vector<std::pair<std::string, std::string>>;

struct Setting {
  std::string example;
  Overrides overrides;
  bool reference = false;
};

/// Pumps fail and are repaired, GPUs throttle, racks trip and come back.
const Setting trips = {"pump_trip",
                       {{"run.duration", "5 min"},
                        {"run.record_interval", "15 s"},
                        {"workload.jobs.training.start", "20 s"},
                        {"events",
                         "[{at: 60 s, fail: cdu.pump}, {at: 2 min, repair: cdu.pump}, {at: 3 min, repair: rack_1}, "
                         "{at: 190 s, repair: rack_2}]"}}};

struct Killed {};

/// How a run is ended at one of its instants.
enum class End { interrupted, killed };

class Checkpoints : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  std::unique_ptr<Twin> twin(const Setting& setting, int threads = 1) const {
    const std::string file = std::string(WATTLOOP_SOURCE_DIR) + "/examples/" + setting.example + "/case.yaml";
    return std::make_unique<Twin>(read_case(file, setting.overrides), threads);
  }
  RunOptions options(const Setting& setting, const std::string& name) const {
    RunOptions options;
    options.directory = path(name);
    options.reference = setting.reference;
    options.checkpoint_interval = 0.0;
    return options;
  }
  /// The run that nothing disturbs.
  RunOutcome undisturbed(const Setting& setting, const std::string& name = "undisturbed") {
    RunOptions o = options(setting, name);
    instants_ = 0;
    o.progress = [&](double, double) { ++instants_; };
    const auto t = twin(setting);
    const RunOutcome outcome = run_case(*t, o);
    EXPECT_EQ(outcome.error, "");
    return outcome;
  }
  /// Runs or resumes until the n-th instant from there. Returns whether the run is complete.
  bool live(const Setting& setting, const std::string& name, bool resume, int instants, End end, int threads = 1) {
    RunOptions o = options(setting, name);
    o.resume = resume;
    if (end == End::killed) o.checkpoint_interval = 1e-9;
    int seen = 0;
    o.progress = [&](double, double) {
      if (end == End::killed && seen == instants) throw Killed{};
      ++seen;
    };
    o.interrupted = [&] { return end == End::interrupted && seen >= instants; };
    const auto t = twin(setting, threads);
    try {
      last_ = run_case(*t, o);
    } catch (const Killed&) {
      return false;
    }
    EXPECT_EQ(last_.error, "");
    return !last_.interrupted;
  }
  void expect_same(const std::string& a, const std::string& b) const {
    expect_same_records(RunFile(path(a) + "/run.h5"), RunFile(path(b) + "/run.h5"));
  }
  /// All of a summary but what depends on the clock of the wall.
  static std::string without_times(Summary summary) {
    summary.wall_time = summary.steady_time = summary.setup_time = 0.0;
    return to_json(summary);
  }
  std::string problem(const std::function<void()>& f) const {
    try {
      f();
    } catch (const InputError& error) {
      return error.what();
    }
    return "none";
  }

  Directory directory_;
  RunOutcome last_;
  int instants_ = 0;
};

TEST_F(Checkpoints, ResumedAtAnyInstantARunIsAsUndisturbed) {
  const RunOutcome outcome = undisturbed(trips);
  ASSERT_FALSE(outcome.summary.consequences.racks.empty());
  ASSERT_GT(instants_, 30);
  const std::string name = "resumed";
  for (int n = 1; n < instants_; n += 2) {
    const End end = n % 4 == 1 ? End::killed : End::interrupted;
    ASSERT_FALSE(live(trips, name, false, n, end)) << n;
    ASSERT_TRUE(fs::exists(checkpoint_path(path(name)))) << n;
    ASSERT_TRUE(live(trips, name, true, 1 << 30, End::interrupted, 1 + n % 3)) << n;
    expect_same("undisturbed", name);
    ASSERT_EQ(without_times(last_.summary), without_times(outcome.summary)) << n;
    EXPECT_FALSE(fs::exists(checkpoint_path(path(name)))) << n;
    fs::remove_all(path(name));
  }
}

/// Staging, modes, thresholds and their counts; a run that is ended again and again.
TEST_F(Checkpoints, ManyTimesResumedRunsAreAsUndisturbedSlow) {
  const Setting settings[] = {{"chilled_water_plant", {{"run.duration", "3 h"}}},
                              {"cdu_failure", {{"run.duration", "12 min"}, {"run.record_interval", "15 s"}}},
                              {"year_childress",
                               {{"run.duration", "9 d"},
                                {"run.resolution", "plant"},
                                {"run.forcing_interval", "1 h"},
                                {"run.sample_interval", "1 h"},
                                {"run.record_interval", "1 h"}}}};
  for (const Setting& setting : settings) {
    const RunOutcome outcome = undisturbed(setting);
    const RandomStream random(20260715, 1);
    int lives = 0;
    const int longest = instants_ / 8 + 1;
    bool complete = false;
    do {
      const int n = 1 + static_cast<int>(random.uniform(lives) * longest);
      complete = live(setting, "resumed", lives > 0, n, lives % 3 == 0 ? End::killed : End::interrupted);
      ++lives;
      ASSERT_LT(lives, 1000);
    } while (!complete);
    EXPECT_GT(lives, 8) << setting.example;
    expect_same("undisturbed", "resumed");
    EXPECT_EQ(without_times(last_.summary), without_times(outcome.summary)) << setting.example;
    fs::remove_all(path("resumed"));
  }
}

/// IDA keeps the history of its steps to itself: it is resumed where every run begins anew.
TEST_F(Checkpoints, ResumedWithTheReferenceARunIsAsUndisturbedSlow) {
  Setting setting{"cdu_loop", {{"run.duration", "32 min"}, {"workload.jobs.training.start", "22 min"}}, true};
  const RunOutcome outcome = undisturbed(setting);
  int moments = 0;
  for (int n = 1; n < instants_; n += 11) {
    const End end = n % 2 == 0 ? End::killed : End::interrupted;
    ASSERT_FALSE(live(setting, "resumed", false, n, end)) << n;
    ASSERT_TRUE(live(setting, "resumed", true, 1 << 30, End::interrupted)) << n;
    expect_same("undisturbed", "resumed");
    EXPECT_EQ(without_times(last_.summary), without_times(outcome.summary)) << n;
    fs::remove_all(path("resumed"));
    ++moments;
  }
  EXPECT_GT(moments, 10);
}

TEST_F(Checkpoints, AreRefusedIfTheyDoNotFit) {
  ASSERT_FALSE(live(trips, "run", false, 12, End::interrupted));
  const std::string file = checkpoint_path(path("run"));
  std::ifstream stream(file, std::ios::binary);
  const std::string good(std::istreambuf_iterator<char>(stream), {});
  const std::string records = fmt::format("{}/run.h5", path("run"));
  const auto resume = [&](const Setting& setting) {
    return problem([&] { live(setting, "run", true, 1 << 30, End::interrupted); });
  };
  const auto resume_with = [&](const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
    return resume(trips);
  };
  const auto changed = [&](std::size_t at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    return bytes;
  };
  const fs::file_time_type before = fs::last_write_time(records);
  EXPECT_NE(resume_with(good.substr(0, good.size() / 2)).find("truncated"), std::string::npos);
  EXPECT_NE(resume_with(good.substr(0, 20)).find("not a checkpoint"), std::string::npos);
  EXPECT_NE(resume_with("").find("not a checkpoint"), std::string::npos);
  EXPECT_NE(resume_with(good + "x").find("truncated or has grown"), std::string::npos);
  EXPECT_NE(resume_with(changed(good.size() / 2)).find("has been changed"), std::string::npos);
  EXPECT_NE(resume_with(changed(70)).find("has been changed"), std::string::npos) << "the time";
  EXPECT_NE(resume_with(changed(8)).find("of another version"), std::string::npos);
  EXPECT_NE(resume_with(changed(16)).find("of another version"), std::string::npos);
  std::ofstream(file, std::ios::binary) << good;
  for (const auto& [key, value] : {std::pair{"run.tolerance", "0.04 K"},
                                   {"weather", "record_day"},
                                   {"workload.jobs.training.low", "31 %"},
                                   {"parts.grid.X", "0.11 mohm"},
                                   {"run.duration", "6 min"}}) {
    Setting other = trips;
    other.overrides.emplace_back(key, value);
    EXPECT_NE(resume(other).find("another case"), std::string::npos) << key;
  }
  Setting reference = trips;
  reference.reference = true;
  EXPECT_NE(resume(reference).find("another case"), std::string::npos);
  EXPECT_EQ(fs::last_write_time(records), before) << "nothing is touched";
  fs::remove(file);
  EXPECT_NE(resume(trips).find("there is no checkpoint here"), std::string::npos);
  std::ofstream(file, std::ios::binary) << good;
  EXPECT_EQ(resume(trips), "none");
}

TEST_F(Checkpoints, ResultsThatEndBeforeTheCheckpointAreRefused) {
  ASSERT_FALSE(live(trips, "early", false, 3, End::interrupted));
  ASSERT_FALSE(live(trips, "late", false, 30, End::interrupted));
  fs::copy_file(path("early") + "/run.h5", path("late") + "/run.h5", fs::copy_options::overwrite_existing);
  EXPECT_NE(problem([&] { live(trips, "late", true, 1 << 30, End::interrupted); }).find("end before the checkpoint"),
            std::string::npos);
  fs::remove(path("late") + "/run.h5");
  EXPECT_NE(problem([&] { live(trips, "late", true, 1 << 30, End::interrupted); }).find("no such file"),
            std::string::npos);
}

}  // namespace
}  // namespace wattloop
