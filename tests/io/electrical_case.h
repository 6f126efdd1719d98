#pragma once
// Small electrical networks in a hall that a test plays through.

#include <string>

#include "tests/io/played_case.h"
#include "tests/io/small_case.h"

namespace wattloop {

inline std::string network(const std::string& run, const std::string& parts, const std::string& nodes,
                           const std::string& rest) {
  return "wattloop: 1\nname: a small network\nrun: {" + run + ", forcing_interval: 15 s}\n" +
         "weather: {T_db: 20 degC, T_dp: 10 degC}\nparts:\n"
         "  hall: {type: air_zone, volume: 1e4 m3, UA: 1 MW/K, T_outside: 27 degC}\n" +
         parts + "nodes:\n" + nodes + rest;
}

inline Played play_text(const std::string& text) {
  static const Directory directory;  // its results are read until the next case is played
  return play(directory.write("case.yaml", text), directory);
}

inline void expect_closed(const Played& played) {
  EXPECT_LE(played.summary.closure.energy, 1e-6);
  EXPECT_LE(played.summary.closure.electrical, 1e-9);
}

}  // namespace wattloop
