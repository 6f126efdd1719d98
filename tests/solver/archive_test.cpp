#include "solver/archive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace wattloop {
namespace {

struct Inner {
  std::string name;
  std::vector<bool> flags;
  void archive(Archive& archive) { archive(name, flags); }
};

struct Plain {
  double x;
  int n;
};

struct Everything {
  double x = 0.0, quiet = 0.0;
  bool flag = false;
  std::string text;
  std::optional<double> some, none = 1.0;
  std::vector<double> numbers;
  std::vector<Inner> inner;
  Plain plain{};
  std::map<std::pair<std::string, std::string>, std::size_t> map;
  std::set<std::string> set;
  void archive(Archive& archive) { archive(x, quiet, flag, text, some, none, numbers, inner, plain, map, set); }
};

TEST(Archive, GivesBackWhatItTook) {
  Everything a;
  a.x = -0.0;
  a.quiet = std::numeric_limits<double>::quiet_NaN();
  a.flag = true;
  a.text = std::string("a\0b", 3);
  a.some = 3.0;
  a.none.reset();
  a.numbers = {1.0, 1.0 / 3.0};
  a.inner = {{"one", {true, false}}, {"", {}}};
  a.plain = {2.0, 7};
  a.map[{"b", "c"}] = 4;
  a.set = {"u", "v"};
  Archive written;
  written(a);
  Archive read(written.bytes());
  Everything b;
  read(b);
  EXPECT_TRUE(read.at_end());
  EXPECT_TRUE(std::signbit(b.x));
  EXPECT_TRUE(std::isnan(b.quiet));
  EXPECT_TRUE(b.flag);
  EXPECT_EQ(b.text, a.text);
  EXPECT_EQ(b.some, a.some);
  EXPECT_FALSE(b.none);
  EXPECT_EQ(b.numbers, a.numbers);
  ASSERT_EQ(b.inner.size(), 2u);
  EXPECT_EQ(b.inner[0].name, "one");
  EXPECT_EQ(b.inner[0].flags, a.inner[0].flags);
  EXPECT_EQ(b.plain.n, 7);
  EXPECT_EQ(b.map, a.map);
  EXPECT_EQ(b.set, a.set);
}

TEST(Archive, SaysWhenItDoesNotFit) {
  Archive written;
  std::vector<double> three(3);
  written.expect("first");
  written(three);
  const auto read = [&](const std::string& bytes, const std::string& label, std::size_t size) {
    Archive archive(bytes);
    archive.expect(label);
    std::vector<double> values(size);
    archive.fixed(values);
  };
  EXPECT_NO_THROW(read(written.bytes(), "first", 3));
  EXPECT_THROW(read(written.bytes(), "other", 3), ArchiveError);
  EXPECT_THROW(read(written.bytes(), "first", 2), ArchiveError);
  for (std::size_t size = 0; size < written.bytes().size(); ++size)
    EXPECT_THROW(read(written.bytes().substr(0, size), "first", 3), ArchiveError) << size;
}

TEST(Archive, ChecksumSeesEveryBitAndTheLength) {
  const std::string text = "a state of 27 bytes, or so.";
  for (std::size_t i = 0; i < text.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_NE(checksum(changed), checksum(text));
    }
  EXPECT_NE(checksum(text + '\0'), checksum(text));
}

}  // namespace
}  // namespace wattloop
