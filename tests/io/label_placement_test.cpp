#include "io/label_placement.h"

#include <gtest/gtest.h>

namespace wattloop {
namespace {

constexpr Rectangle frame{{0.0, 0.0}, {400.0, 300.0}};
const Polygon house{{100.0, 100.0}, {300.0, 100.0}, {300.0, 200.0}, {100.0, 200.0}};
constexpr Pixel size{80.0, 20.0};

Polygon box(double x0, double y0, double x1, double y1) {
  return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
}

bool covers(const Pixel& centre, const Pixel& point) {
  return std::abs(point[0] - centre[0]) < 0.5 * size[0] && std::abs(point[1] - centre[1]) < 0.5 * size[1];
}

TEST(LabelPlacement, StandsInAnEmptyOutline) {
  LabelPlacement placement(frame);
  const Pixel centre = placement.place_by(house, size);
  EXPECT_GE(centre[0] - 40.0, 100.0);
  EXPECT_LE(centre[0] + 40.0, 300.0);
  EXPECT_GE(centre[1] - 10.0, 100.0);
  EXPECT_LE(centre[1] + 10.0, 200.0);
}

TEST(LabelPlacement, StandsBesideAFullOne) {
  LabelPlacement placement(frame);
  placement.add_equipment(box(105.0, 105.0, 295.0, 195.0));
  const Pixel centre = placement.place_by(house, size);
  EXPECT_TRUE(centre[0] + 40.0 < 100.0 || centre[0] - 40.0 > 300.0 || centre[1] + 10.0 < 100.0 ||
              centre[1] - 10.0 > 200.0);
}

/// Free is only what is above: a neighbour to the left, a bundle of pipes below, the frame to the right.
TEST(LabelPlacement, AvoidsNeighboursLinesAndTheFrame) {
  LabelPlacement placement({{0.0, 0.0}, {340.0, 300.0}});
  placement.add_equipment(box(105.0, 105.0, 295.0, 195.0));
  placement.add_outline(house);
  placement.add_outline(box(0.0, 80.0, 98.0, 220.0));
  for (double y = 60.0; y < 100.0; y += 5.0) placement.add_line({{0.0, y}, {340.0, y}});
  const Pixel centre = placement.place_by(house, size);
  EXPECT_GT(centre[1], 200.0);
  EXPECT_GT(centre[0] - 40.0, 98.0);
  EXPECT_LT(centre[0] + 40.0, 340.0);
}

TEST(LabelPlacement, KeepsLetteringApartAndInTheFrame) {
  LabelPlacement placement(frame);
  const Pixel given = placement.place_at({395.0, 150.0}, size);
  EXPECT_EQ(given, (Pixel{360.0, 150.0}));
  std::vector<Pixel> places{given};
  for (int i = 0; i < 6; ++i) places.push_back(placement.place_by(house, size));
  for (std::size_t i = 0; i < places.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      for (const double x : {-39.0, 39.0})
        for (const double y : {-9.0, 9.0})
          EXPECT_FALSE(covers(places[i], {places[j][0] + x, places[j][1] + y})) << i << " on " << j;
}

}  // namespace
}  // namespace wattloop
