#pragma once
// Data that the tree does not hold.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

/// Runs the test's body only where the file is; WATTLOOP_REQUIRE_DATA=1 makes its absence a failure.
#define REQUIRE_DATA(path)                                                                 \
  if (!std::filesystem::exists(path)) {                                                    \
    const char* required = std::getenv("WATTLOOP_REQUIRE_DATA");                           \
    if (required != nullptr && std::string(required) == "1") FAIL() << "no file " << path; \
    GTEST_SKIP() << "no file " << path;                                                    \
  }
