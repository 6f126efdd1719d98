// Parts of the search: fan walls, pumps, the year's weather.

#include <gtest/gtest.h>

#include "io/sizing/laws.h"
#include "io/sizing/search.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

TEST(Sizing, EveryFanWallIsLookedAt) {
  Request r = childress();
  const Loads loads = nameplate_loads(r);
  const SearchResult alone = search(r, loads, bins_of(r));
  ASSERT_TRUE(alone.best);
  // The same wall at half the price, and one that costs nothing but whose fans draw a hundred times as much.
  FanWallItem cheap = r.catalogue.fan_walls.front(), hungry = cheap;
  cheap.name = "cheap", cheap.price *= 0.5;
  hungry.name = "hungry", hungry.price = 0.0, hungry.P_fan *= 100.0;
  r.catalogue.fan_walls.insert(r.catalogue.fan_walls.end(), {hungry, cheap});
  const SearchResult found = search(r, loads, bins_of(r));
  ASSERT_TRUE(found.best);
  EXPECT_EQ(found.best->hall_fans.item.name, "cheap");
  const auto walls_of = [&](const Design& d) {
    return loads.buildings * loads.blocks * (d.hall_fans.installed + d.gallery_fans.installed);
  };
  // What is saved is at least that of the design as it was, and no more than that of the one with perhaps more walls.
  const double saved = alone.best->objective - found.best->objective;
  EXPECT_GE(saved, walls_of(*alone.best) * cheap.price * r.objective.cost - 1.0);
  EXPECT_LE(saved, walls_of(*found.best) * cheap.price * r.objective.cost + 1.0);
}

TEST(Sizing, WaterAsWarmAsTheRoomIsNamed) {
  Request r = childress();
  r.T_chw = T_gallery + 1.0;
  const SearchResult found = search(r, nameplate_loads(r), bins_of(r));
  EXPECT_FALSE(found.best);
  ASSERT_FALSE(found.shortfalls.empty());
  EXPECT_EQ(found.shortfalls.front().constraint, "chw_temperature");
}

TEST(Sizing, FanWallsTakeWhatTheyAreRatedFor) {
  // The entry of the catalogue: 38 -> 26 degC air on 24 -> 32 degC water, 36 kg/s of dry air of 1.2 kg/m3.
  const Request r = childress();
  const FanWallItem& wall = r.catalogue.fan_walls.front();
  const Liquid water = make_liquid({LiquidKind::water});
  const FanWallPoint full = fan_wall_at(wall, water, wall.m_flow, 297.15, 311.15, 101325.0, 1.0);
  EXPECT_NEAR(full.Q, 400e3, 0.1 * 400e3);
  const double half = fan_wall_power(wall, water, wall.m_flow, 297.15, 311.15, 101325.0, 0.5 * full.Q);
  EXPECT_LT(half, 0.25 * full.P_fan);
  EXPECT_GT(half, 0.0);
}

TEST(Sizing, LawsOfPumpsRiseWithTheHead) {
  const Request r = childress();
  const Liquid fws = make_liquid(r.liquids.at("fws"));
  for (const PumpItem& pump : r.catalogue.fws_pumps)
    for (double share = 0.4; share < 1.4; share += 0.1) {
      double last = 0.0;
      for (double dp = 50e3; dp < 400e3; dp += 5e3) {
        const PumpPoint point = pump_at(pump, fws, share * pump.m_flow, dp);
        if (point.q > 1.3) continue;
        EXPECT_GT(point.P, last);
        last = point.P;
      }
    }
}

TEST(Sizing, BinsHoldTheYear) {
  const Request r = childress();
  double hours = 0.0, mean = 0.0;
  for (const WeatherBin& bin : bins_of(r)) hours += bin.hours, mean += bin.hours * bin.T_db;
  EXPECT_EQ(hours, 8760.0);
  double exact = 0.0;
  const double begin = *parse_time("2026-01-01T00:00", r.annual->utc_offset());
  for (int hour = 0; hour < 8760; ++hour) exact += r.annual->at(begin + 3600.0 * (hour + 0.5)).T_db;
  EXPECT_NEAR(mean / 8760.0, exact / 8760.0, 1e-9);
}

namespace {

/// The synthetic year by the hours of some years from 2024, a leap year, as a CSV file would give it.
Weather dated(const Request& r, int hours) {
  const double begin = *parse_time("2024-01-01T00:00", r.site.utc_offset);
  WeatherSeries series;
  for (int hour = 0; hour < hours; ++hour) {
    const WeatherSample s = r.annual->at(begin + 3600.0 * hour);
    series.t.push_back(begin + 3600.0 * hour);
    series.points.push_back({s.T_db, s.T_dp, s.p});
  }
  return Weather(std::move(series), r.site.utc_offset, "dated");
}

}  // namespace

/// A series is looked at in its own hours.
TEST(Sizing, AYearWithADateIsOne) {
  const Request r = childress();
  for (const int hours : {8760, 8784, 2 * 8760 + 24}) {
    const Weather year = dated(r, hours);
    EXPECT_EQ(hours_covered(year), hours);
    double covered = 0.0, wet = 0.0;
    for (const WeatherBin& bin : weather_bins(year, true, r.pads_on_above, r.pads_off_below))
      covered += bin.hours, wet += bin.pads ? bin.hours : 0.0;
    EXPECT_NEAR(covered, 8760.0, 1e-6);
    double wet_of_any = 0.0;
    for (const WeatherBin& bin : bins_of(r)) wet_of_any += bin.pads ? bin.hours : 0.0;
    EXPECT_NEAR(wet, wet_of_any, 0.005 * wet_of_any);
    EXPECT_EQ(point_at_high(year).T_db, point_at_high(*r.annual).T_db);
    EXPECT_EQ(point_at_low(year).T_db, point_at_low(*r.annual).T_db);
    EXPECT_NEAR(hour_exceeded(year, 0.004).T_db, hour_exceeded(*r.annual, 0.004).T_db, 0.05);
  }
}

}  // namespace wattloop::sizing
