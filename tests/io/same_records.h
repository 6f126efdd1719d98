#pragma once
// Whether two runs have recorded the same.

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "io/run_file.h"

namespace wattloop {

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

inline void expect_same_records(const RunFile& a, const RunFile& b) {
  ASSERT_TRUE(same_bits(a.times(), b.times()));
  ASSERT_EQ(a.groups().size(), b.groups().size());
  for (std::size_t g = 0; g < a.groups().size(); ++g) {
    const RecordGroup& group = a.groups()[g];
    ASSERT_EQ(group.name, b.groups()[g].name);
    ASSERT_EQ(group.elements, b.groups()[g].elements);
    ASSERT_EQ(group.variables.size(), b.groups()[g].variables.size());
    for (const Variable& variable : group.variables)
      for (std::size_t record = 0; record < a.times().size(); ++record)
        ASSERT_TRUE(same_bits(a.values(group.name, variable.name, record), b.values(group.name, variable.name, record)))
            << group.name << "." << variable.name << " at record " << record;
  }
}

}  // namespace wattloop
