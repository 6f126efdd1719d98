// Which limits bind, and what stands by.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "io/sizing/design_case.h"
#include "io/sizing/search.h"

namespace wattloop::sizing {

namespace {

Request childress() {
  return read_request(std::string(WATTLOOP_SOURCE_DIR) + "/examples/size_childress", {});
}

SearchResult searched(const Request& r) {
  return search(r, nameplate_loads(r), weather_bins(*r.annual, r.pads, r.pads_on_above, r.pads_off_below));
}

const Margin& margin_of(const Design& d, const std::string& constraint, const std::string& element) {
  const auto at = std::find_if(d.margins.begin(), d.margins.end(),
                               [&](const Margin& m) { return m.constraint == constraint && m.element == element; });
  if (at == d.margins.end()) throw std::runtime_error("no margin " + constraint + " of " + element);
  return *at;
}

}  // namespace

TEST(SizingMargins, APipeBindsWhereTheNextSmallerIsTooFast) {
  const Request r = childress();
  const SearchResult found = searched(r);
  ASSERT_TRUE(found.best);
  const Design& d = *found.best;
  int binding = 0;
  const auto look = [&](const char* element, const Chosen<PipeItem>& pipe) {
    const auto& types = r.catalogue.fws_pipes;
    const auto at =
        std::find_if(types.begin(), types.end(), [&](const PipeItem& p) { return p.name == pipe.item.name; });
    ASSERT_NE(at, types.begin());
    const Margin& m = margin_of(d, "fws_velocity", element);
    const double smaller = m.value * std::pow(pipe.item.diameter / (at - 1)->diameter, 2.0);
    EXPECT_EQ(m.binds, smaller > m.limit) << element << ": " << smaller << " m/s";
    binding += m.binds;
  };
  look("fws_main", d.fws_main);
  look("fws_branch", d.fws_branch);
  EXPECT_GT(binding, 0);
  // With pipes of half that diameter at most there is no design.
  Request narrow = r;
  std::erase_if(narrow.catalogue.fws_pipes,
                [&](const PipeItem& p) { return p.diameter >= 0.5 * d.fws_branch.item.diameter; });
  const SearchResult none = searched(narrow);
  ASSERT_FALSE(none.best);
  EXPECT_EQ(none.shortfalls.front().constraint, "fws_velocity");
}

/// Warmer air at all coolers asks for more of them, and stands in the case that is proved.
TEST(SizingMargins, RecirculationAsksForMoreCoolers) {
  const Request little = childress();
  const Request much =
      read_request(std::string(WATTLOOP_SOURCE_DIR) + "/examples/size_childress", {{"weather.recirculation", "5 K"}});
  const SearchResult few = searched(little), many = searched(much);
  ASSERT_TRUE(few.best && many.best);
  EXPECT_GT(many.best->cooler.duty * many.best->cooler.item.UA, 1.2 * few.best->cooler.duty * few.best->cooler.item.UA);
  EXPECT_EQ(case_text(little, *few.best).find("dT_recirculation"), std::string::npos);
  EXPECT_NE(case_text(much, *many.best).find("dT_recirculation: 5 K"), std::string::npos);
}

TEST(SizingMargins, APumpBindsWhereOneLessIsTooFew) {
  const Request r = childress();
  const SearchResult found = searched(r);
  ASSERT_TRUE(found.best);
  const Design& d = *found.best;
  ASSERT_GT(d.fws_pump.duty, 1);
  // The pump's curve: dp = dp_0 s^2 - (dp_0 - dp_n) (m/m_n)^2.
  const PumpItem& pump = d.fws_pump.item;
  const double m = d.m_fws / (d.fws_pump.duty - 1) / pump.m_flow;
  const double speed = std::sqrt((d.fws_head + (pump.dp_shutoff - pump.dp) * m * m) / pump.dp_shutoff);
  EXPECT_EQ(margin_of(d, "fws_pump_speed", pump.name).binds, speed > r.limits.pump_speed) << speed;
  EXPECT_GT(margin_of(d, "fws_npsh", pump.name).value, r.limits.npsh_margin);
  EXPECT_TRUE(margin_of(d, "valve_opening", d.cdu.item.valve).binds);
}

TEST(SizingMargins, StandbyCoolersAreIsolated) {
  Request r = childress();
  const SearchResult one = searched(r);
  r.redundancy["cooler"] = {0, true};
  const SearchResult twice = searched(r);
  ASSERT_TRUE(one.best && twice.best);
  EXPECT_LE(std::abs(twice.best->cooler.duty - one.best->cooler.duty), 1);
  EXPECT_EQ(twice.best->cooler.installed, 2 * twice.best->cooler.duty);
}

namespace {

/// A limit of a request and the constraints that it holds.
struct Held {
  double Limits::*limit;
  std::vector<std::string> constraints;
};

const std::vector<Held>& held() {
  static const std::vector<Held> list{{&Limits::tcs_velocity, {"tcs_velocity"}},
                                      {&Limits::fws_velocity, {"fws_velocity"}},
                                      {&Limits::chw_velocity, {"chw_velocity"}},
                                      {&Limits::tcs_gradient, {"tcs_gradient"}},
                                      {&Limits::fws_gradient, {"fws_gradient"}},
                                      {&Limits::chw_gradient, {"chw_gradient"}},
                                      {&Limits::cdu_loading, {"cdu_loading"}},
                                      {&Limits::pump_speed, {"tcs_pump_speed", "fws_pump_speed", "chw_pump_speed"}},
                                      {&Limits::npsh_margin, {"fws_npsh", "chw_npsh"}},
                                      {&Limits::valve_authority, {"valve_authority"}},
                                      {&Limits::freeze_margin, {"fws_freezing", "chw_freezing"}}};
  return list;
}

}  // namespace

/// Halfway between its value and the limit every limit still holds, and nothing better has come.
TEST(SizingMargins, TighteningByLessThanTheMarginChangesNothingSlow) {
  const Request r = childress();
  const SearchResult found = searched(r);
  ASSERT_TRUE(found.best);
  for (const Held& h : held()) {
    Request tight = r;
    double& limit = tight.limits.*h.limit;
    double nearest = std::numeric_limits<double>::infinity(), halfway = limit;
    for (const Margin& m : found.best->margins)
      if (std::find(h.constraints.begin(), h.constraints.end(), m.constraint) != h.constraints.end() &&
          std::abs(m.value - m.limit) < nearest) {
        nearest = std::abs(m.value - m.limit);
        halfway = 0.5 * (m.value + m.limit);
      }
    ASSERT_TRUE(std::isfinite(nearest)) << h.constraints.front();
    limit = halfway;
    const SearchResult same = searched(tight);
    ASSERT_TRUE(same.best) << h.constraints.front();
    EXPECT_EQ(same.best->objective, found.best->objective) << h.constraints.front();
  }
}

/// One CDU less a block is over the 80 %: allowed that, the objective falls. No limit that is relaxed makes it rise.
TEST(SizingMargins, RelaxingWhatBindsLowersTheObjectiveSlow) {
  const Request r = childress();
  const SearchResult found = searched(r);
  ASSERT_TRUE(found.best);
  const Design& d = *found.best;
  const Margin& loading = margin_of(d, "cdu_loading", d.cdu.item.name);
  ASSERT_TRUE(loading.binds);
  Request relaxed = r;
  relaxed.limits.cdu_loading = loading.value * d.cdu.duty / (d.cdu.duty - 1) + 0.01;
  const SearchResult less = searched(relaxed);
  ASSERT_TRUE(less.best);
  EXPECT_LT(less.best->objective, d.objective);
  for (double Limits::*limit : {&Limits::tcs_velocity, &Limits::fws_velocity, &Limits::chw_velocity,
                                &Limits::tcs_gradient, &Limits::fws_gradient, &Limits::chw_gradient}) {
    Request wide = r;
    wide.limits.*limit *= 1.3;
    const SearchResult no_worse = searched(wide);
    ASSERT_TRUE(no_worse.best);
    EXPECT_LE(no_worse.best->objective, d.objective);
  }
}

}  // namespace wattloop::sizing
