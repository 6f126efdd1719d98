#include "io/workload_trace.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "io/errors.h"
#include "models/workload.h"
#include "tests/support/data.h"

namespace wattloop {
namespace {

class WorkloadFile : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = (std::filesystem::temp_directory_path() / (std::string("wattloop_") + info->name() + ".csv")).string();
    std::ofstream(path_, std::ios::binary) << text;
    return path_;
  }
  void TearDown() override {
    if (!path_.empty()) std::filesystem::remove(path_);
  }

  /// "line:column: what" of each problem.
  template <class Read>
  static std::vector<std::string> problems_of(Read read) {
    std::vector<std::string> problems;
    try {
      read();
    } catch (const InputError& error) {
      for (const InputProblem& p : error.problems()) {
        problems.push_back(std::to_string(p.line) + ":" + std::to_string(p.column) + ": " + p.what);
      }
    }
    return problems;
  }

 private:
  std::string path_;
};

using Texts = std::vector<std::string>;

TEST_F(WorkloadFile, TraceInSeconds) {
  const auto trace = read_workload_trace(write("# measured\ntime_s, r0, r1\n10,0.1,0.2\n25,0.3,0.4\r\n\n40,0.5,0.6\n"));
  EXPECT_EQ(trace.time, (std::vector<double>{0.0, 15.0, 30.0}));
  EXPECT_EQ(trace.names, (Texts{"r0", "r1"}));
  EXPECT_EQ(trace.columns, (std::vector<std::vector<double>>{{0.1, 0.3, 0.5}, {0.2, 0.4, 0.6}}));
}

TEST_F(WorkloadFile, TraceInIsoTime) {
  const auto trace = read_workload_trace(
      write("time,activity\n2026-07-15T23:59:45Z,0\n2026-07-16T00:00:00Z,1\n2026-07-16T00:00:15.5Z,0.5\n"));
  EXPECT_EQ(trace.time, (std::vector<double>{0.0, 15.0, 30.5}));
}

TEST_F(WorkloadFile, EveryErrorOfATraceAtOnce) {
  const std::string path = write(
      "time_s,a,b\n0,0.1,nan\n15,,0.2\n30,0.1,1.5\n45,0.1,x1\n60,0.1\n75,0.3,0.3\n60,0.1,0.1\n60,0.1,0.1\n"
      "75,inf,0.1\n90,0.1,0.1\n105,0.1,0.1\n120,0.1,0.1\n150,0.1,0.1\nabc,0.1,0.1\n");
  const Texts expected = {"2:7: not a number",     "3:4: missing value",          "4:8: out of range",
                          "5:8: not a number",     "6:4: wrong number of fields", "10:4: not a number",
                          "15:1: not a number",    "8:1: time goes back",         "9:1: time given twice",
                          "7:1: gap in the trace", "14:1: gap in the trace"};
  EXPECT_EQ(problems_of([&] { read_workload_trace(path, {0.0, 1.0, {}}); }), expected);
}

TEST_F(WorkloadFile, GapsMayBeAllowed) {
  const std::string path = write("time_s,a\n0,0\n15,0\n30,0\n75,0\n");
  EXPECT_EQ(problems_of([&] { read_workload_trace(path); }), Texts{"5:1: gap in the trace"});
  TraceLimits limits;
  limits.max_gap = 45.0;
  EXPECT_EQ(read_workload_trace(path, limits).time.back(), 75.0);
}

TEST_F(WorkloadFile, HeaderIsChecked) {
  EXPECT_EQ(problems_of([&] { read_workload_trace(write("seconds,a\n0,0\n1,0\n")); }),
            Texts{"1:1: the first column is the time"});
  EXPECT_EQ(problems_of([&] { read_workload_trace(write("time_s\n0\n1\n")); }), Texts{"1:1: no column of values"});
  EXPECT_EQ(problems_of([&] { read_workload_trace(write("time_s,a\n0,0\n")); }), Texts{"0:0: too short"});
  EXPECT_EQ(problems_of([&] { read_workload_trace("/nowhere/trace.csv"); }), Texts{"0:0: no such file"});
  EXPECT_FALSE(problems_of([&] { read_workload_trace(write(std::string("\x01\xff\x00,\n\n,\xfe", 8))); }).empty());
}

TEST_F(WorkloadFile, PowersAreLimitedToIdleAndCap) {
  const DevicePower power;
  TraceSpec spec;
  spec.quantity = TraceSpec::Quantity::gpu_power;
  spec.scale = 1000.0;  // the file is in kW
  const std::string path = write("time_s,P_kW\n0,0.205\n15,1.4\n30,1.5\n");
  EXPECT_EQ(problems_of([&] { fill_trace(spec, power, path); }), Texts{"4:4: out of range"});
  spec.clamp = true;
  fill_trace(spec, power, path);
  WorkloadSpec workload;
  workload.racks = 1;
  workload.jobs = {{"t", {{0, 0}}, 0.0, 30.0, spec}};
  const Workload w(workload);
  EXPECT_NEAR(w.mean_rack(0, 0.0, 15.0), 0.5, 1e-12);
  EXPECT_EQ(w.sample_rack(0, 29.0), 1.0);
  EXPECT_NE(w.describe().find("scaled by 1000, 1 value(s) clamped"), std::string::npos) << w.describe();
}

TEST_F(WorkloadFile, EveryErrorOfALogAtOnce) {
  const std::string path = write(
      "TIMESTAMP,Context,GeneratedTokens\n2023-11-16 18:17:03.9,10,10\nyesterday,10,10\n2023-11-16 18:17:02,10,-1\n"
      "2023-11-16 18:17:01,10,1\n");
  const Texts expected = {"1:11: wrong column", "3:1: not a time", "4:24: out of range", "4:1: time goes back",
                          "5:1: time goes back"};
  EXPECT_EQ(problems_of([&] { read_token_log(path); }), expected);
}

struct RealLog {
  const char* name;
  std::size_t requests;
  double span;       // s, first to last request
  double context;    // tokens in all
  double generated;  // tokens in all
};

class RealTokenLog : public testing::TestWithParam<RealLog> {
 protected:
  void SetUp() override { REQUIRE_DATA(path_); }

  const std::string path_ = std::string(WATTLOOP_DATA_DIR) + "/" + GetParam().name;
};

// Counts and sums taken from the files with awk.
INSTANTIATE_TEST_SUITE_P(
    Azure2023, RealTokenLog,
    testing::Values(RealLog{"azure_llm_inference_2023_conv.csv", 19366, 3501.721937, 22361870.0, 4088665.0},
                    RealLog{"azure_llm_inference_2023_code.csv", 8819, 3435.948056, 18059974.0, 245896.0}),
    [](const auto& log) { return std::string(log.param.name).substr(25, 4); });

TEST_P(RealTokenLog, IsReadWhole) {
  const auto requests = read_token_log(path_);
  ASSERT_EQ(requests.size(), GetParam().requests);
  EXPECT_EQ(requests.front().time, 0.0);
  EXPECT_NEAR(requests.back().time, GetParam().span, 1e-6);
  double context = 0.0, generated = 0.0;
  for (const auto& r : requests) {
    context += r.context;
    generated += r.generated;
  }
  EXPECT_EQ(context, GetParam().context);
  EXPECT_EQ(generated, GetParam().generated);
}

TEST_P(RealTokenLog, DrivesTwoRacksForADay) {
  InferenceSpec inference;
  inference.requests = read_token_log(path_);
  inference.source = GetParam().name;
  inference.repeat = true;
  inference.multiply = true;
  const double period = ring_period(inference);
  WorkloadSpec spec;
  spec.racks = 2;
  spec.jobs = {{"chat", {{0, 1}}, 0.0, 86400.0, inference}};
  const Workload workload(spec);

  const ServedLog served = serve(inference);
  EXPECT_NEAR(served.prefill_share, GetParam().context / inference.prefill_rate / period, 1e-9);
  EXPECT_NEAR(served.mean_in_flight,
              (GetParam().context / inference.prefill_rate + GetParam().generated / inference.decode_rate) / period,
              1e-9);
  const double mean = served.activity.whole().area / period;
  EXPECT_GE(mean, served.prefill_share);
  EXPECT_LE(mean, served.prefill_share + 0.65 * (1.0 - served.prefill_share));
  EXPECT_NEAR(workload.mean_gpu(1, 40, 1000.0, 1000.0 + period), mean, 1e-9);

  std::vector<double> gpus(72);
  double energy = 0.0;
  for (double t = 0.0; t < 86400.0; t += 900.0) {
    workload.mean_gpus(0, t, t + 900.0, gpus);
    double sum = 0.0;
    for (const double a : gpus) sum += a;
    EXPECT_NEAR(workload.mean_rack(0, t, t + 900.0), sum / 72.0, 1e-12);
    energy += sum / 72.0 * 900.0;
  }
  EXPECT_NEAR(workload.mean_rack(0, 0.0, 86400.0) * 86400.0, energy, 1e-7);
}

}  // namespace
}  // namespace wattloop
