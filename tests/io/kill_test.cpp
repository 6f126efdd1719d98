#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "io/run_file.h"
#include "tests/io/synthetic_site.h"

/// A run is killed at 50 seeded random moments of making its file, of recording and of finishing. Whatever it leaves
/// must open as it is, and every record whose write() had returned must be there and complete.
/// WATTLOOP_KEEP_KILLED=directory keeps the files for check_run_file.py.
namespace wattloop {
namespace {

constexpr int kills = 50;
constexpr size_t records = 150;
constexpr int made = 1, finishing = made + 1 + static_cast<int>(records), finished = finishing + 1;

double time_of(size_t record) {
  return 900.0 * static_cast<double>(record);
}

/// How far the child is, in memory shared with it: 0, made, made + records written, finishing, finished.
using Progress = std::atomic<int>;

using Record = std::vector<std::vector<double>>;

[[noreturn]] void child(const RunFileSpec& spec, const std::vector<Record>& data, Progress& progress) {
  ResultsFile file(spec);
  progress = made;
  for (size_t i = 0; i < records; ++i) {
    file.write(time_of(i), data[i]);
    progress = made + 1 + static_cast<int>(i);
  }
  progress = finishing;
  file.finish();
  progress = finished;
  ::_exit(0);
}

/// Own generator (Steele et al. 2014, SplitMix64): the same moments on every platform.
struct Random {
  std::uint64_t state;
  double operator()() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
};

/// Starts a run, kills it `delay` after it has come to `target`, and returns how far it had come.
int kill_at(const RunFileSpec& spec, const std::vector<Record>& data, int target, std::chrono::microseconds delay,
            Progress& progress) {
  progress = 0;
  const pid_t pid = ::fork();
  if (pid == 0) child(spec, data, progress);
  while (progress < target) {
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) == pid) return -1;  // it died by itself
    std::this_thread::yield();
  }
  std::this_thread::sleep_for(delay);
  const int reached = progress;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  return reached;
}

void expect_complete(const RunFile& run, const RunFileSpec& spec, const std::vector<Record>& data) {
  for (size_t i = 0; i < run.times().size(); ++i) {
    ASSERT_EQ(run.times()[i], time_of(i));
    const Record& expected = data[i];
    for (size_t g = 0; g < spec.groups.size(); ++g) {
      const RecordGroup& group = spec.groups[g];
      for (size_t v = 0; v < group.variables.size(); ++v) {
        const std::vector<double> values = run.values(group.name, group.variables[v].name, i);
        for (size_t e = 0; e < values.size(); ++e) {
          const double exact = expected[g][v * group.size() + e];
          ASSERT_TRUE(std::isnan(exact) ? std::isnan(values[e]) : std::abs(values[e] / exact - 1.0) < 1e-7)
              << group.name << "/" << group.variables[v].name << " record " << i << " element " << e;
        }
      }
    }
  }
}

TEST(KillTest, FiftyKillsLeaveWholeFiles) {
  const char* keep = std::getenv("WATTLOOP_KEEP_KILLED");
  const std::filesystem::path directory =
      keep != nullptr ? keep : std::filesystem::temp_directory_path() / fmt::format("wattloop_kill_{}", ::getpid());
  std::filesystem::create_directories(directory);
  void* shared = ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  Progress& progress = *new (shared) Progress(0);
  Random random{20260715};
  std::vector<Record> data;
  for (size_t i = 0; i < records; ++i) data.push_back(testing::site_record(testing::site_spec("", 1), time_of(i)));
  int absent = 0, cut = 0, whole = 0;
  for (int k = 0; k < kills; ++k) {
    const RunFileSpec spec = testing::site_spec((directory / fmt::format("killed{:02}.h5", k)).string(), records);
    // A tenth while the file is made, two thirds while records are written, the rest while it is finished.
    const double phase = random();
    const int target = phase < 0.1 ? 0 : phase < 0.75 ? made + static_cast<int>(random() * records) : finishing;
    const double longest = target == 0 || target == finishing ? 60e3 : 300.0;  // microseconds
    const int reached =
        kill_at(spec, data, target, std::chrono::microseconds(static_cast<int>(random() * longest)), progress);
    ASSERT_GE(reached, 0) << "the run failed by itself";
    if (!std::filesystem::exists(spec.path)) {
      EXPECT_EQ(reached, 0) << "no file though it was made";
      ++absent;
      continue;
    }
    const RunFile run(spec.path);
    const auto written = static_cast<size_t>(std::max(0, std::min(reached, finishing - 1) - made));
    EXPECT_GE(run.times().size(), written);
    expect_complete(run, spec, data);
    ++(run.times().size() < records ? cut : whole);
  }
  fmt::print("{} runs killed: {} before their file, {} with a part of the records, {} with all\n", kills, absent, cut,
             whole);
  EXPECT_GE(cut, 10);
  EXPECT_GE(whole, 5);
  ::munmap(shared, sizeof(Progress));
  if (keep == nullptr) std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace wattloop
