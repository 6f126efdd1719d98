// Records written by a thread of their own: all of them, in order; what fails comes back.

#include "io/record_writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "io/run_file.h"
#include "tests/io/document_support.h"

namespace wattloop {
namespace {

RunFileSpec two_series(const Directory& directory, std::size_t capacity, std::size_t elements) {
  RunFileSpec spec;
  spec.path = (directory.path() / "run.h5").string();
  RecordGroup main{"things", "thing", {}, {{"x", "1", "a value"}}};
  for (std::size_t i = 0; i < elements; ++i) main.elements.push_back("thing_" + std::to_string(i));
  RecordGroup more = main;
  more.name = "detail/some/things";
  more.series = 1;
  spec.groups = {main, more};
  spec.capacity = capacity;
  spec.more_capacities = {capacity};
  return spec;
}

TEST(RecordWriter, WritesAllOfAllSeriesInOrder) {
  const Directory directory;
  const RunFileSpec spec = two_series(directory, 200, 50);
  {
    RecordWriter writer{ResultsFile(spec)};
    for (int i = 0; i < 200; ++i) {
      writer.write(0, i, {std::vector<double>(50, i)});
      if (i % 3 == 0) writer.write(1, i, {std::vector<double>(50, -i)});
    }
    writer.drain();
    EXPECT_EQ(writer.settled().records(), (std::vector<std::size_t>{200, 67}));
    EXPECT_EQ(RunFile(spec.path).times().size(), 200u);
    writer.settled().finish();
  }
  const RunFile file(spec.path);
  ASSERT_EQ(file.times().size(), 200u);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(file.values("things", "x", i).back(), static_cast<double>(i));
  EXPECT_EQ(file.values("detail/some/things", "x", 66).front(), -198.0);
}

TEST(RecordWriter, ToldToEndWritesWhatIsWaiting) {
  const Directory directory;
  const RunFileSpec spec = two_series(directory, 20, 5);
  {
    RecordWriter writer{ResultsFile(spec)};
    for (int i = 0; i < 7; ++i) writer.write(0, i, {std::vector<double>(5, i)});
  }
  EXPECT_EQ(RunFile(spec.path).times().size(), 7u);
}

TEST(RecordWriter, WhatFailsComesBackAndNothingIsWrittenAfterIt) {
  const Directory directory;
  const RunFileSpec spec = two_series(directory, 3, 5);
  RecordWriter writer{ResultsFile(spec)};
  for (int i = 0; i < 3; ++i) writer.write(0, i, {std::vector<double>(5, i)});
  writer.drain();
  writer.write(0, 3, {std::vector<double>(5, 3)});  // there is room for three
  EXPECT_THROW(writer.drain(), std::runtime_error);
  EXPECT_THROW(writer.write(1, 4, {std::vector<double>(5, 4)}), std::runtime_error);
  EXPECT_EQ(writer.settled().records(), (std::vector<std::size_t>{3, 0}));
  writer.settled().finish();
  EXPECT_EQ(RunFile(spec.path).times().size(), 3u);
}

/// A file that may not grow is a device that is full.
TEST(RecordWriter, SaysThatThereIsNoSpaceLeft) {
  const Directory directory;
  RecordWriter writer{ResultsFile(two_series(directory, 100, 1000))};
  const auto size = std::filesystem::file_size(directory.path() / "run.h5");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit limit{size / 10, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  std::string said;
  try {
    for (int i = 0; i < 100; ++i) writer.write(0, i, {std::vector<double>(1000, i)});
    writer.drain();
  } catch (const std::runtime_error& error) {
    said = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_NE(said.find("File too large"), std::string::npos) << said;
}

}  // namespace
}  // namespace wattloop
