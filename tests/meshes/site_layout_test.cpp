#include "meshes/site_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/case.h"

namespace wattloop {
namespace {

Network network_of(const std::string& resolution, const std::string& example = "childress_200mw") {
  const std::string root = WATTLOOP_SOURCE_DIR;
  return Network(read_case(root + "/examples/" + example + "/case.yaml", {{"run.resolution", resolution}}).network, 1);
}

/// A group for each component type outside the racks and one of racks.
std::vector<LayoutRequest> requests_of(const Network& network) {
  std::map<std::string, LayoutRequest> groups;
  for (const Instance& instance : network.instances()) {
    const bool is_template = instance.component.group < 0 && instance.kind != "rack";
    if (is_template || !has_place(instance.kind)) continue;
    LayoutRequest& group = groups[instance.kind];
    group.group = instance.kind;
    if (instance.kind == "pipe" || instance.kind == "line") group.kind = LayoutRequest::Kind::lines;
    group.elements.push_back(instance.path);
  }
  std::vector<LayoutRequest> requests;
  for (const auto& [kind, request] : groups) requests.push_back(request);
  return requests;
}

double low(const Box& box, int axis) {
  return box.center[axis] - 0.5 * box.size[axis];
}

double high(const Box& box, int axis) {
  return box.center[axis] + 0.5 * box.size[axis];
}

bool overlap(const Box& a, const Box& b) {
  constexpr double touch = 1e-6;  // m: racks stand side to side
  for (int axis = 0; axis < 3; ++axis)
    if (high(a, axis) < low(b, axis) + touch || high(b, axis) < low(a, axis) + touch) return false;
  return true;
}

bool inside(const Box& inner, const Box& outer) {
  constexpr double touch = 1e-6;  // m
  for (int axis = 0; axis < 3; ++axis)
    if (low(inner, axis) < low(outer, axis) - touch || high(inner, axis) > high(outer, axis) + touch) return false;
  return true;
}

/// The pairs of boxes that overlap.
std::size_t overlaps(std::vector<Box> boxes) {
  std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return low(a, 0) < low(b, 0); });
  std::size_t count = 0;
  for (std::size_t i = 0; i < boxes.size(); ++i)
    for (std::size_t k = i + 1; k < boxes.size() && low(boxes[k], 0) < high(boxes[i], 0); ++k)
      count += overlap(boxes[i], boxes[k]) ? 1 : 0;
  return count;
}

std::vector<Box> all_boxes(const Layout& layout) {
  std::vector<Box> boxes;
  for (const LayoutGroup& group : layout.groups) boxes.insert(boxes.end(), group.boxes.begin(), group.boxes.end());
  return boxes;
}

const LayoutGroup& group_of(const Layout& layout, const std::string& name) {
  const auto found =
      std::find_if(layout.groups.begin(), layout.groups.end(), [&](const auto& g) { return g.group == name; });
  if (found == layout.groups.end()) throw std::out_of_range(name);
  return *found;
}

const Structure& structure_of(const Layout& layout, const std::string& name) {
  const auto found =
      std::find_if(layout.structures.begin(), layout.structures.end(), [&](const auto& s) { return s.name == name; });
  if (found == layout.structures.end()) throw std::out_of_range(name);
  return *found;
}

class SiteLayout : public testing::TestWithParam<std::string> {};

TEST_P(SiteLayout, PlacesEverythingApart) {
  const Network network = network_of(GetParam());
  const std::vector<LayoutRequest> requests = requests_of(network);
  const Layout layout = make_layout(network, requests);
  ASSERT_EQ(layout.groups.size(), requests.size());
  for (std::size_t g = 0; g < requests.size(); ++g) {
    const bool lines = requests[g].kind == LayoutRequest::Kind::lines;
    EXPECT_EQ(layout.groups[g].group, requests[g].group);
    EXPECT_EQ(layout.groups[g].boxes.size(), lines ? 0 : requests[g].elements.size());
    EXPECT_EQ(layout.groups[g].lines.size(), lines ? requests[g].elements.size() : 0);
    for (const Box& box : layout.groups[g].boxes) {
      for (int axis = 0; axis < 3; ++axis) {
        EXPECT_TRUE(std::isfinite(box.center[axis]));
        EXPECT_GT(box.size[axis], 0.0);
      }
      EXPECT_NEAR(low(box, 2), 0.0, 1e-9) << "stands on the ground";
    }
    for (const Polyline& line : layout.groups[g].lines) {
      ASSERT_GE(line.points.size(), 2u);
      EXPECT_GT(line.diameter, 0.0);
    }
  }
  EXPECT_EQ(overlaps(all_boxes(layout)), 0u);
}

TEST_P(SiteLayout, IsTheSameEveryTime) {
  const Network first = network_of(GetParam()), second = network_of(GetParam());
  const Layout a = make_layout(first, requests_of(first)), b = make_layout(second, requests_of(second));
  ASSERT_EQ(a.groups.size(), b.groups.size());
  for (std::size_t g = 0; g < a.groups.size(); ++g) {
    for (std::size_t i = 0; i < a.groups[g].boxes.size(); ++i) {
      EXPECT_EQ(a.groups[g].boxes[i].center, b.groups[g].boxes[i].center);
      EXPECT_EQ(a.groups[g].boxes[i].size, b.groups[g].boxes[i].size);
    }
    for (std::size_t i = 0; i < a.groups[g].lines.size(); ++i)
      EXPECT_EQ(a.groups[g].lines[i].points, b.groups[g].lines[i].points);
  }
}

/// Every piece of equipment is inside exactly one of the outermost outlines, blocks inside their building.
TEST_P(SiteLayout, OutlinesHoldTheirEquipment) {
  const Network network = network_of(GetParam());
  const Layout layout = make_layout(network, requests_of(network));
  std::vector<Box> outermost;
  for (const Structure& structure : layout.structures) {
    const bool is_block = structure.name.find("block") != std::string::npos;
    if (!is_block)
      outermost.push_back(structure.box);
    else
      EXPECT_TRUE(inside(structure.box, structure_of(layout, structure.name.substr(0, 10)).box)) << structure.name;
  }
  EXPECT_EQ(outermost.size(), 9u) << "four buildings, their yards, the main yard";
  EXPECT_EQ(layout.structures.size(), 25u);
  EXPECT_EQ(overlaps(outermost), 0u);
  for (const Box& box : all_boxes(layout)) {
    const auto holds = [&](const Box& outline) { return inside(box, outline); };
    EXPECT_EQ(std::count_if(outermost.begin(), outermost.end(), holds), 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Childress, SiteLayout, testing::Values("block", "rack"),
                         [](const auto& resolution) { return resolution.param; });

/// From a bench with a cold plate to a block.
TEST(SiteLayoutExamples, EverythingStandsApartInASmallPlace) {
  const std::map<std::string, double> largest{
      {"cold_plate", 10.0}, {"rack", 15.0}, {"cdu_loop", 40.0}, {"block", 80.0}};
  for (const auto& [example, extent] : largest) {
    const Network network = network_of("rack", example);
    const std::vector<Box> boxes = all_boxes(make_layout(network, requests_of(network)));
    ASSERT_FALSE(boxes.empty()) << example;
    EXPECT_EQ(overlaps(boxes), 0u) << example;
    for (int axis = 0; axis < 2; ++axis) {
      double from = 1e9, to = -1e9;
      for (const Box& box : boxes) {
        from = std::min(from, low(box, axis));
        to = std::max(to, high(box, axis));
      }
      EXPECT_LT(to - from, extent) << example << " " << axis;
    }
  }
}

TEST(SiteLayoutSizes, RacksStandInRowsOfPlausiblePitch) {
  const Network network = network_of("rack");
  const Layout layout = make_layout(network, requests_of(network));
  const std::vector<Box>& racks = group_of(layout, "rack").boxes;
  ASSERT_EQ(racks.size(), 1280u);
  EXPECT_NEAR(racks[1].center[0] - racks[0].center[0], 0.6, 1e-9);
  EXPECT_NEAR(racks[1].center[1] - racks[0].center[1], 0.0, 1e-9);
  std::map<long, int> rows;  // of the first block, by place in mm
  for (int i = 0; i < 80; ++i) ++rows[std::lround(1e3 * racks[i].center[1])];
  ASSERT_EQ(rows.size(), 4u);
  double before = -1e9;
  for (const auto& [y, count] : rows) {
    EXPECT_EQ(count, 20);
    EXPECT_GE(1e-3 * static_cast<double>(y) - before, 1.2 + 1.2) << "an aisle of 1.2 m at least";
    before = 1e-3 * static_cast<double>(y);
  }
}

/// A hall of 80 racks with its electrical gear takes 500-2,000 m2, the campus 2-20 ha.
TEST(SiteLayoutSizes, HallAndCampusHavePlausibleExtents) {
  for (const std::string resolution : {"block", "rack"}) {
    const Network network = network_of(resolution);
    const Layout layout = make_layout(network, requests_of(network));
    const Point hall = structure_of(layout, "building 1 block 1").box.size;
    EXPECT_GT(hall[0] * hall[1], 500.0);
    EXPECT_LT(hall[0] * hall[1], 2000.0);
    double west = 1e9, east = -1e9, south = 1e9, north = -1e9;
    for (const Structure& structure : layout.structures) {
      west = std::min(west, low(structure.box, 0));
      east = std::max(east, high(structure.box, 0));
      south = std::min(south, low(structure.box, 1));
      north = std::max(north, high(structure.box, 1));
    }
    EXPECT_GT((east - west) * (north - south), 20e3);
    EXPECT_LT((east - west) * (north - south), 200e3);
    EXPECT_LT((east - west) / (north - south), 4.0);
    EXPECT_GT((east - west) / (north - south), 0.5);
  }
}

/// A rack that stands for 80 is as large as 80 racks.
TEST(SiteLayoutSizes, ALumpedRackIsAsLargeAsItsRacks) {
  const Network lumped = network_of("block"), single = network_of("rack");
  const Box one = make_layout(lumped, {{"racks", LayoutRequest::Kind::boxes, {"building_1.block_1.rack"}}})
                      .groups.front()
                      .boxes.front();
  std::vector<std::string> paths;
  for (int i = 1; i <= 80; ++i) paths.push_back("building_1.block_1.rack_" + std::to_string(i));
  const Layout many = make_layout(single, {{"racks", LayoutRequest::Kind::boxes, paths}});
  for (const Box& rack : many.groups.front().boxes) EXPECT_TRUE(inside(rack, one));
}

/// A cable begins at the transformer that feeds it and ends at the one it feeds.
TEST(SiteLayoutLines, RunBetweenWhatTheyJoin) {
  const Network network = network_of("rack");
  const Layout layout = make_layout(
      network,
      {{"line", LayoutRequest::Kind::lines, {"building_3.block_2.cable_b"}},
       {"breaker", LayoutRequest::Kind::boxes, {"building_3.block_2.feeder_b", "building_3.block_2.unit_breaker_b"}}});
  const Polyline& cable = layout.groups[0].lines.front();
  const std::vector<Box>& breakers = layout.groups[1].boxes;
  const auto expect_within = [](const Point& end, const Box& box) {
    for (const int axis : {0, 1}) {
      EXPECT_GE(end[axis], low(box, axis) - 1e-9) << axis;
      EXPECT_LE(end[axis], high(box, axis) + 1e-9) << axis;
    }
  };
  expect_within(cable.points.front(), breakers[0]);
  expect_within(cable.points.back(), breakers[1]);
}

TEST(SiteLayoutErrors, ElementsWithoutAPlaceAreNamed) {
  const Network network = network_of("block");
  for (const char* path : {"building_1.fan_control", "building_1.no_such", "building_1.block_1.supply_pipe"}) {
    try {
      make_layout(network, {{"group", LayoutRequest::Kind::boxes, {path}}});
      FAIL() << path << " was given a box";
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    }
  }
  EXPECT_FALSE(has_place("pi_controller"));
  EXPECT_TRUE(has_place("pipe"));
}

}  // namespace
}  // namespace wattloop
