#include "io/xdmf_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>

#include "io/hdf5_writer.h"
#include "tests/io/synthetic_site.h"

namespace wattloop {
namespace {

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class XdmfTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / fmt::format("wattloop_xdmf_{}", ::getpid());
    std::filesystem::create_directories(directory_);
    spec_ = testing::site_spec((directory_ / "run.h5").string(), 9);
    ResultsFile file(spec_);
    for (int i = 0; i < 9; ++i) file.write(60.0 * i, testing::site_record(spec_, 60.0 * i));
    file.finish();
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
  RunFileSpec spec_;
};

TEST_F(XdmfTest, EveryArrayIsThereWithTheSizeItClaims) {
  write_xdmf(spec_.path);
  const std::string xml = text_of(directory_ / "run.xmf");
  EXPECT_EQ(count_of(xml, "<Time "), 9U);
  EXPECT_EQ(count_of(xml, "\"T_die_max [K]\""), 9U);
  EXPECT_EQ(count_of(xml, "<Grid "), count_of(xml, "</Grid>"));
  const hdf5::Handle file = hdf5::open_file_to_read(spec_.path);
  const std::regex array("Dimensions=\"([0-9 ]+)\"[^>]*Format=\"HDF\">run\\.h5:/([^<]+)<");
  size_t arrays = 0;
  for (std::sregex_iterator it(xml.begin(), xml.end(), array), end; it != end; ++it, ++arrays) {
    std::istringstream claimed((*it)[1].str());
    const std::vector<hsize_t> sizes{std::istream_iterator<hsize_t>(claimed), {}};
    EXPECT_EQ(hdf5::dimensions(hdf5::open_dataset(file, (*it)[2].str())), sizes) << (*it)[2];
  }
  EXPECT_EQ(arrays, 9U * (2 * 7 + 8));  // topology and geometry of seven blocks, eight variables
}

/// The same site for the other reader: each variable a row of its dataset, named with start, stride, count and size.
TEST_F(XdmfTest, TheXdmf3ReaderHasAFileOfItsOwn) {
  write_xdmf(spec_.path);
  const std::string xml = text_of(directory_ / "run_xdmf3.xmf");
  EXPECT_EQ(count_of(xml, "<Time "), 9U);
  EXPECT_EQ(count_of(xml, "HyperSlab"), 0U);
  const hdf5::Handle file = hdf5::open_file_to_read(spec_.path);
  const std::regex row(
      "Dimensions=\"([0-9]+)\"[^>]*Format=\"HDF\">run\\.h5:/([^<|]+)\\|([0-9]+) 0:1 1:1 ([0-9]+):([0-9]+) ([0-9]+)<");
  size_t rows = 0;
  for (std::sregex_iterator it(xml.begin(), xml.end(), row), end; it != end; ++it, ++rows) {
    const auto sizes = hdf5::dimensions(hdf5::open_dataset(file, (*it)[2].str()));
    EXPECT_EQ(sizes, (std::vector<hsize_t>{std::stoul((*it)[5].str()), std::stoul((*it)[6].str())})) << (*it)[2];
    EXPECT_LT(std::stoul((*it)[3].str()), sizes[0]);
    for (int count : {1, 4}) EXPECT_EQ(std::stoul((*it)[count].str()), sizes[1]) << (*it)[2];
  }
  EXPECT_EQ(rows, 9U * 8);
}

TEST_F(XdmfTest, LongRunsAreThinnedFromTheFirstToTheLastRecord) {
  write_xdmf(spec_.path, 3);
  const std::string xml = text_of(directory_ / "run.xmf");
  EXPECT_EQ(count_of(xml, "<Time "), 3U);
  for (const char* t : {"<Time Value=\"0", "<Time Value=\"240", "<Time Value=\"480"}) EXPECT_EQ(count_of(xml, t), 1U);
}

TEST_F(XdmfTest, TheViewScriptNamesTheFileAndTheHottestGpu) {
  write_xdmf(spec_.path);
  const std::string script = text_of(directory_ / "run_view.py");
  EXPECT_NE(script.find("\"run.xmf\""), std::string::npos);
  EXPECT_NE(script.find("show(1, \"racks\", \"T_die_max [K]\""), std::string::npos);
  EXPECT_EQ(count_of(script, "\nshow("), 7U);
}

}  // namespace
}  // namespace wattloop
