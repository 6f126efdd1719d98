#pragma once

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "io/results.h"

/// A made-up run of a site of four buildings for the tests of files and pictures: 4 blocks of 80 racks, 28 CDUs and 24
/// dry coolers a building, pipes, transformers and cables. The numbers are plausible, nothing more.
namespace wattloop::testing {

constexpr double hall_length = 96.0, hall_width = 60.0;  // m
constexpr int buildings = 4, blocks = 4, racks_per_block = 80, cdus_per_block = 7, coolers = 24;

/// South-west corner of a building, two by two.
inline Point origin(int building) {
  return {(building % 2) * 130.0, (building / 2) * 150.0, 0.0};
}

/// Adds one element with its place.
struct Part {
  RecordGroup record;
  LayoutGroup layout;
  void add(const std::string& name, const Box& box) {
    record.elements.push_back(name);
    layout.boxes.push_back(box);
  }
  void add(const std::string& name, const Polyline& line) {
    record.elements.push_back(name);
    layout.lines.push_back(line);
  }
};

inline Part part(const std::string& name, const std::string& dimension, std::vector<Variable> variables,
                 const std::string& label = "") {
  return {{name, dimension, {}, std::move(variables), label}, {name, {}, {}}};
}

inline Part racks() {
  Part racks =
      part("racks", "rack", {{"T_die_max", "K", "hottest GPU die"}, {"P_input", "W", "power at the PSU inputs"}});
  for (int b = 0; b < buildings; ++b) {
    const Point o = origin(b);
    for (int k = 0; k < blocks; ++k) {
      for (int r = 0; r < racks_per_block; ++r) {
        const double x = o[0] + 8.0 + (k % 2) * 42.0 + (r % 20) * 1.8, y = o[1] + 8.0 + (k / 2) * 24.0 + (r / 20) * 5.0;
        racks.add(fmt::format("building{}.block{}.rack{}", b + 1, k + 1, r + 1), Box{{x, y, 1.15}, {0.9, 1.4, 2.3}});
      }
    }
  }
  return racks;
}

inline Part cdus() {
  Part cdus = part("cdus", "cdu", {{"T_tcs_supply", "K", "supply to the racks"}}, "CDUs");
  for (int b = 0; b < buildings; ++b) {
    for (int k = 0; k < blocks; ++k) {
      for (int c = 0; c < cdus_per_block; ++c) {
        const Point o = origin(b);
        cdus.add(fmt::format("building{}.block{}.cdu{}", b + 1, k + 1, c + 1),
                 Box{{o[0] + 10.0 + (k % 2) * 42.0 + c * 5.0, o[1] + (k / 2 == 0 ? 3.0 : 55.0), 1.2}, {1.6, 2.4, 2.4}});
      }
    }
  }
  return cdus;
}

inline Part dry_coolers() {
  Part dry_coolers = part("dry_coolers", "dry_cooler", {{"T_water_out", "K", "water leaving the cooler"}});
  for (int b = 0; b < buildings; ++b) {
    const Point o = origin(b);
    for (int i = 0; i < coolers; ++i) {
      const double x = o[0] + 6.0 + (i % 12) * 7.6, y = o[1] + hall_width + 17.0 + (i / 12) * 14.0;
      dry_coolers.add(fmt::format("building{}.cooler{}", b + 1, i + 1), Box{{x, y, 1.6}, {2.6, 12.0, 3.2}});
    }
  }
  return dry_coolers;
}

inline Part transformers() {
  Part transformers = part("transformers", "transformer", {{"loading", "1", "apparent power by rating"}});
  for (int b = 0; b < buildings; ++b) {
    for (int i = 0; i < 8; ++i) {
      const Point o = origin(b);
      transformers.add(fmt::format("building{}.transformer{}", b + 1, i + 1),
                       Box{{o[0] + 10.0 + i * 11.0, o[1] - 8.0, 1.6}, {4.0, 3.0, 3.2}});
    }
  }
  for (int i = 0; i < 2; ++i) {
    transformers.add(fmt::format("main{}", i + 1), Box{{90.0 + 40.0 * i, -45.0, 3.0}, {10.0, 7.0, 6.0}});
  }
  return transformers;
}

inline Part pipes() {
  Part pipes = part("pipes", "pipe", {{"T", "K", "water temperature"}, {"m_flow", "kg/s", "mass flow"}});
  for (int b = 0; b < buildings; ++b) {
    const Point o = origin(b);
    const double yard = o[1] + hall_width + 8.0;
    pipes.add(fmt::format("building{}.supply", b + 1), Polyline{{{o[0] + 4.0, yard, 1.0},
                                                                 {o[0] + 1.5, yard, 1.0},
                                                                 {o[0] + 1.5, o[1] + 3.0, 3.0},
                                                                 {o[0] + 92.0, o[1] + 3.0, 3.0}},
                                                                0.6});
    pipes.add(fmt::format("building{}.return", b + 1), Polyline{{{o[0] + 92.0, o[1] + 57.0, 3.0},
                                                                 {o[0] + 94.5, o[1] + 57.0, 3.0},
                                                                 {o[0] + 94.5, yard, 1.0},
                                                                 {o[0] + 90.0, yard, 1.0}},
                                                                0.6});
    for (int row = 0; row < 2; ++row) {
      const double y = yard + 2.0 + row * 14.0;
      pipes.add(fmt::format("building{}.yard{}", b + 1, row + 1),
                Polyline{{{o[0] + 4.0, yard, 1.0}, {o[0] + 4.0, y, 1.0}, {o[0] + 92.0, y, 1.0}}, 0.5});
    }
  }
  return pipes;
}

inline Part cables() {
  Part cables = part("cables", "cable", {{"loading", "1", "current by rating"}});
  for (int b = 0; b < buildings; ++b) {
    const Point o = origin(b);
    for (int feed = 0; feed < 2; ++feed) {
      const double x = 90.0 + 40.0 * feed, y = o[1] - 12.0 - 2.0 * feed, lane = 110.0 + 6.0 * feed;
      cables.add(fmt::format("building{}.feed{}", b + 1, feed + 1),
                 Polyline{{{x, -41.0, 0.5},
                           {x, -30.0, 0.5},
                           {lane, -30.0, 0.5},
                           {lane, y, 0.5},
                           {o[0] + (b % 2 == 0 ? 10.0 : 87.0), y, 0.5}},
                          0.2});
    }
  }
  return cables;
}

/// The specification of a run of `capacity` records, with totals of the site beside the equipment.
inline RunFileSpec site_spec(const std::string& path, size_t capacity) {
  RunFileSpec spec;
  spec.path = path;
  spec.title = "synthetic site of 200 MW";
  spec.capacity = capacity;
  spec.start_time = 1784095200.0;  // 2026-07-15T06:00:00Z
  spec.utc_offset = -6.0 * 3600.0;
  for (const Part& part : {racks(), cdus(), dry_coolers(), transformers(), pipes(), cables()}) {
    spec.groups.push_back(part.record);
    spec.layout.groups.push_back(part.layout);
  }
  spec.groups.push_back({"site", "", {}, {{"P_grid", "W", "power from the grid"}, {"PUE", "1", "total by IT power"}}});
  for (int b = 0; b < buildings; ++b) {
    const Point o = origin(b);
    spec.layout.structures.push_back(
        {fmt::format("Building {}", b + 1),
         {{o[0] + hall_length / 2, o[1] + hall_width / 2, 3.0}, {hall_length, hall_width, 6.0}}});
  }
  spec.provenance = {{{"version", "0.1.0"}, {"seed", "42"}}, {{"case", "version: 1\nname: synthetic\n"}}};
  return spec;
}

/// A value that names its group, variable, element and record: smooth in time and over the elements.
inline double site_value(const std::string& units, size_t variable, size_t element, size_t elements, double t) {
  constexpr double two_pi = 6.283185307179586;
  const double day = std::sin(two_pi * (t / 86400.0 - 0.29));
  const double place = elements > 1 ? static_cast<double>(element) / static_cast<double>(elements - 1) : 0.0;
  const double ripple = std::sin(12.9898 * static_cast<double>(element) + static_cast<double>(variable));
  const double shape = 0.5 + 0.25 * day + 0.15 * ripple + 0.1 * place;
  if (units == "K") return 308.0 + 50.0 * shape;
  if (units == "W") return 142e3 * shape;
  return shape;
}

/// One record of every group; one rack in 97 is off (NaN).
inline std::vector<std::vector<double>> site_record(const RunFileSpec& spec, double t) {
  std::vector<std::vector<double>> record;
  for (const RecordGroup& group : spec.groups) {
    std::vector<double> values;
    for (size_t v = 0; v < group.variables.size(); ++v) {
      for (size_t e = 0; e < group.size(); ++e) {
        const bool off = group.name == "racks" && e % 97 == 50;
        values.push_back(off ? std::numeric_limits<double>::quiet_NaN()
                             : site_value(group.variables[v].units, v, e, group.size(), t));
      }
    }
    record.push_back(std::move(values));
  }
  return record;
}

}  // namespace wattloop::testing
