#include "io/results.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "io/errors.h"
#include "io/hdf5_writer.h"
#include "io/run_file.h"
#include "tests/io/synthetic_site.h"

namespace wattloop {
namespace {

/// A directory of its own for each test, removed at its end.
class ResultsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::temp_directory_path() /
                 fmt::format("wattloop_{}_{}_{}", info->test_suite_name(), info->name(), ::getpid());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }

  std::filesystem::path directory_;
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_records(ResultsFile& file, const RunFileSpec& spec, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const double t = 900.0 * static_cast<double>(i);
    file.write(t, testing::site_record(spec, t));
  }
}

void expect_records(const RunFile& run, const RunFileSpec& spec, size_t count) {
  ASSERT_EQ(run.times().size(), count);
  for (size_t i = 0; i < count; ++i) {
    const auto expected = testing::site_record(spec, run.times()[i]);
    for (size_t g = 0; g < spec.groups.size(); ++g) {
      const RecordGroup& group = spec.groups[g];
      for (size_t v = 0; v < group.variables.size(); ++v) {
        const std::vector<double> values = run.values(group.name, group.variables[v].name, i);
        ASSERT_EQ(values.size(), group.size());
        for (size_t e = 0; e < values.size(); ++e) {
          const double exact = expected[g][v * group.size() + e];
          const double stored = group.element_dimension.empty() ? exact : static_cast<float>(exact);
          if (std::isnan(exact)) {
            ASSERT_TRUE(std::isnan(values[e]));
          } else {
            ASSERT_EQ(values[e], stored) << group.name << " record " << i << " element " << e;
          }
        }
      }
    }
  }
}

TEST(Fnv1a, KnownHashes) {
  // Reference values of the authors' test vectors (Noll, FNV test suite 2012).
  EXPECT_EQ(fnv1a_64(""), "cbf29ce484222325");
  EXPECT_EQ(fnv1a_64("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(fnv1a_64("foobar"), "85944171f73967e8");
}

TEST_F(ResultsTest, WhatIsWrittenIsReadDuringAndAfterTheRun) {
  const RunFileSpec spec = testing::site_spec(path("run.h5"), 12);
  ResultsFile file(spec);
  EXPECT_EQ(RunFile(spec.path).times().size(), 0U);
  write_records(file, spec, 7);
  expect_records(RunFile(spec.path), spec, 7);
  EXPECT_EQ(RunFile(spec.path).capacity(), 12U);
  const EventRecord trip{3600.0, "building1.block1.cdu1.pump", "trips"};
  const std::pair<std::string, std::string> wall_time{"wall_time", "12 s"};
  file.finish({&trip, 1}, {&wall_time, 1});

  const RunFile run(spec.path);
  expect_records(run, spec, 7);
  EXPECT_EQ(run.capacity(), 7U);
  EXPECT_EQ(run.title(), spec.title);
  EXPECT_EQ(run.groups()[0].elements, spec.groups[0].elements);
  EXPECT_EQ(run.groups()[1].label, "CDUs");
  EXPECT_EQ(run.groups()[0].variables[0].units, "K");
  EXPECT_FALSE(std::filesystem::exists(spec.path + ".tmp"));

  const hdf5::Handle h5 = hdf5::open_file_to_read(spec.path);
  EXPECT_EQ(hdf5::read_strings(h5, "events/what").at(0), "trips");
  EXPECT_EQ(hdf5::read_strings(h5, "provenance/case").at(0), spec.provenance.texts[0].second);
  const hdf5::Handle provenance = hdf5::open_group(h5, "provenance");
  EXPECT_EQ(hdf5::read_text_attribute(provenance, "wall_time"), "12 s");
  EXPECT_EQ(hdf5::read_text_attribute(hdf5::open_dataset(provenance, "case"), "fnv1a_64"),
            fnv1a_64(spec.provenance.texts[0].second));
}

TEST_F(ResultsTest, LayoutComesBack) {
  const RunFileSpec spec = testing::site_spec(path("run.h5"), 1);
  ResultsFile file(spec);
  const Layout layout = RunFile(spec.path).layout();
  ASSERT_EQ(layout.groups.size(), spec.layout.groups.size());
  for (size_t g = 0; g < layout.groups.size(); ++g) {
    ASSERT_EQ(layout.groups[g].boxes.size(), spec.layout.groups[g].boxes.size());
    ASSERT_EQ(layout.groups[g].lines.size(), spec.layout.groups[g].lines.size());
    for (size_t i = 0; i < layout.groups[g].boxes.size(); ++i) {
      for (size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(layout.groups[g].boxes[i].center[k], spec.layout.groups[g].boxes[i].center[k], 1e-4);
        EXPECT_NEAR(layout.groups[g].boxes[i].size[k], spec.layout.groups[g].boxes[i].size[k], 1e-4);
      }
    }
    for (size_t i = 0; i < layout.groups[g].lines.size(); ++i) {
      EXPECT_EQ(layout.groups[g].lines[i].points.size(), spec.layout.groups[g].lines[i].points.size());
      EXPECT_NEAR(layout.groups[g].lines[i].diameter, spec.layout.groups[g].lines[i].diameter, 1e-6);
    }
  }
  ASSERT_EQ(layout.structures.size(), 4U);
  EXPECT_EQ(layout.structures[3].name, "Building 4");
}

TEST_F(ResultsTest, SameRunGivesTheSameBytes) {
  for (const char* name : {"a.h5", "b.h5"}) {
    const RunFileSpec spec = testing::site_spec(path(name), 5);
    ResultsFile file(spec);
    write_records(file, spec, 5);
    file.finish();
  }
  EXPECT_EQ(bytes_of(path("a.h5")), bytes_of(path("b.h5")));
}

TEST_F(ResultsTest, SeveralAtOnceAreAsOneByOne) {
  const RunFileSpec one_by_one = testing::site_spec(path("a.h5"), 5), together = testing::site_spec(path("b.h5"), 5);
  ResultsFile a(one_by_one), b(together);
  write_records(a, one_by_one, 5);
  a.finish();
  std::vector<std::vector<std::vector<double>>> values;
  for (size_t i = 0; i < 6; ++i) values.push_back(testing::site_record(together, 900.0 * static_cast<double>(i)));
  std::vector<TimedRecord> records;
  for (size_t i = 0; i < 6; ++i) records.push_back({900.0 * static_cast<double>(i), values[i]});
  b.write(0, std::span(records).first(2));
  EXPECT_THROW(b.write(0, std::span(records).subspan(2)), std::runtime_error);  // room for three of four
  EXPECT_EQ(b.records().front(), 5U);
  b.finish();
  EXPECT_EQ(bytes_of(path("a.h5")), bytes_of(path("b.h5")));
}

TEST_F(ResultsTest, ARunWithoutRecordsIsAFile) {
  const RunFileSpec spec = testing::site_spec(path("run.h5"), 5);
  ResultsFile file(spec);
  file.finish();
  EXPECT_TRUE(RunFile(spec.path).times().empty());
  EXPECT_THROW(RunFile(spec.path).record_at(""), std::runtime_error);
}

TEST_F(ResultsTest, RecordsAreFoundByTheSitesClock) {
  const RunFileSpec spec = testing::site_spec(path("run.h5"), 97);  // begins at midnight of the site
  ResultsFile file(spec);
  write_records(file, spec, 97);
  const RunFile run(spec.path);
  EXPECT_EQ(run.record_at("15:00"), 60U);
  EXPECT_EQ(run.record_at("15:05"), 60U);
  EXPECT_EQ(run.record_at("2026-07-15T15:00"), 60U);
  EXPECT_EQ(run.record_at("2026-07-15T21:00Z"), 60U);
  EXPECT_EQ(run.record_at(""), 96U);
  EXPECT_THROW(run.record_at("2026-07-17T15:00"), std::runtime_error);
  EXPECT_THROW(run.record_at("teatime"), std::runtime_error);
}

/// What an action on a results file complains about, the directory of the test left out.
template <class Action>
std::string complaint(const std::string& directory, Action&& action) {
  try {
    action();
  } catch (const InputError& error) {
    std::string text = error.what();
    return text.starts_with(directory) ? text.substr(directory.size()) : text;
  }
  return "";
}

TEST_F(ResultsTest, SaysWhatIsNotThere) {
  const RunFileSpec spec = testing::site_spec(path("run.h5"), 3);
  ResultsFile file(spec);
  write_records(file, spec, 3);
  const RunFile run(spec.path);
  const auto of_values = [&](const char* group, const char* variable) {
    return complaint(path(""), [&] { run.values(group, variable, 0); });
  };
  EXPECT_EQ(of_values("racks", "T_die_max"), "");
  EXPECT_EQ(of_values("racks", "T_dye_max"), "run.h5: no such variable in racks, got T_dye_max, allowed T_die_max");
  EXPECT_EQ(of_values("rack", "T_die_max"), "run.h5: no such group, got rack, allowed racks");
  EXPECT_EQ(complaint(path(""), [&] { run.record_at("teatime"); }),
            "run.h5: not a time, got teatime, allowed as in 15:00 or 2026-07-15T15:00");
  EXPECT_EQ(complaint(path(""), [&] { run.record_at("15:00"); }),
            "run.h5: no record near this time, got 15:00, "
            "allowed 2026-07-15T00:00:00-06:00 to 2026-07-15T00:30:00-06:00");
  EXPECT_EQ(complaint(path(""), [&] { RunFile(path("other.h5")); }), "other.h5: no such file");
  std::ofstream(path("text.h5")) << "text";
  EXPECT_EQ(complaint(path(""), [&] { RunFile(path("text.h5")); }), "text.h5: cannot be read, allowed run.h5 of a run");
}

TEST_F(ResultsTest, RefusesWhatDoesNotFit) {
  RunFileSpec spec = testing::site_spec(path("run.h5"), 1);
  ResultsFile file(spec);
  auto record = testing::site_record(spec, 0.0);
  record[2].pop_back();
  EXPECT_THROW(file.write(0.0, record), std::runtime_error);
  file.write(0.0, testing::site_record(spec, 0.0));
  EXPECT_THROW(file.write(1.0, testing::site_record(spec, 1.0)), std::runtime_error);
  spec.layout.groups[0].boxes.pop_back();
  EXPECT_THROW(ResultsFile{spec}, std::runtime_error);
}

TEST_F(ResultsTest, SaysWhyItCannotWrite) {
  const std::string where = path("missing/run.h5");
  try {
    ResultsFile file(testing::site_spec(where, 1));
    FAIL() << "wrote into a directory that does not exist";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot write " + where + ": No such file or directory");
  }
}

}  // namespace
}  // namespace wattloop
